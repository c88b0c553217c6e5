from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Rules, deadlines, reminders and conversations."""

    name = "conversations"
    verbose_name = "Samtaler"

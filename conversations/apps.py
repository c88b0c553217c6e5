from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Rules, deadlines, reminders and conversations."""

    name = "conversations"
    verbose_name = "Samtaler"

    def ready(self) -> None:
        from conversations import receivers  # noqa: F401  (connects to the lower apps' signals)

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """Rules, deadlines, reminders and conversations."""

    name = "conversations"
    verbose_name = "Samtaler"

    def ready(self) -> None:
        from absence import timeline
        from conversations import receivers  # noqa: F401  (connects to the lower apps' signals)
        from conversations.absence_hooks import Conversations

        timeline.register_provider(Conversations())

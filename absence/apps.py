from django.apps import AppConfig


class AbsenceConfig(AppConfig):
    """Sick notifications, their states, and the case page."""

    name = "absence"
    verbose_name = "Fravær"

    def ready(self) -> None:
        from absence import receivers  # noqa: F401  (connects to municipality_created)
        from absence.importers import register_files

        register_files()

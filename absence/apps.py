from django.apps import AppConfig


class AbsenceConfig(AppConfig):
    """Sick notifications, their states, and the case page."""

    name = "absence"
    verbose_name = "Fravær"

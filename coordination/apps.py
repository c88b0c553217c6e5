from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    """Reports and the demonstration."""

    name = "coordination"
    verbose_name = "Koordinering"

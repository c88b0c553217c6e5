from django.apps import AppConfig


class PreventionConfig(AppConfig):
    """Prevention."""

    name = "prevention"
    verbose_name = "Forebyggelse"

from django import forms
from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Technical kernel: tenancy, audit, jobs, mail, charts, formats. Knows no business."""

    name = "core"
    verbose_name = "Kerne"

    def ready(self) -> None:
        """Django's "Dette felt er påkrævet." is officialese; a form says what to do."""
        forms.Field.default_error_messages = {"required": "Udfyld feltet."}

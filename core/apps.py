from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Technical kernel: tenancy, audit, jobs, mail, charts, formats. Knows no business."""

    name = "core"
    verbose_name = "Kerne"

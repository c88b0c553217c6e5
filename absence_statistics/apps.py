from django.apps import AppConfig


class AbsenceStatisticsConfig(AppConfig):
    """Figures: the dagsværk kernel and everything read from it. The label is the word users see (see ADR 0001)."""

    name = "absence_statistics"
    label = "statistics"
    verbose_name = "Statistik"

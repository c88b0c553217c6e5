"""Files of absence: absences.csv, partial.csv and absence_days.csv (domain.md § 9)."""

from absence.importers.absence_days import ABSENCE_DAYS
from absence.importers.absences import ABSENCES
from absence.importers.partial import PARTIAL
from core.importing.kinds import register


def register_files() -> None:
    """Called when the app is ready."""
    register(ABSENCES, PARTIAL, ABSENCE_DAYS)

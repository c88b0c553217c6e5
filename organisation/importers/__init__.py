"""The organisation's own files: units.csv, employments.csv and roster.csv (domain.md § 9)."""

from core.importing.kinds import register
from organisation.importers.employments import EMPLOYMENTS
from organisation.importers.roster import ROSTER
from organisation.importers.units import UNITS


def register_files() -> None:
    """Called when the app is ready."""
    register(UNITS, EMPLOYMENTS, ROSTER)

"""A leader of Team Syd with one employee, and the day it is."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from absence.models import Category
from organisation.models import Employment, Unit, User
from tests.builders import make_employment, make_leader, make_unit

TODAY = date(2026, 11, 19)  # a Thursday


@dataclass(frozen=True)
class Team:
    """One unit, its leader, one employee of 32 hours and one of 37."""

    unit: Unit
    leader: User
    jonna: Employment
    torben: Employment
    sickness: Category

    @property
    def acting(self) -> dict[str, Any]:
        """The arguments that say who acts, and when."""
        return {"by": self.leader, "today": TODAY}


def make_team() -> Team:
    """Team Syd. Call inside a tenant."""
    unit = make_unit("Team Syd")
    return Team(
        unit,
        make_leader(unit),
        make_employment("Jonna Vestermark", unit, hours=(8, 8, 8, 8, 0, 0, 0)),
        make_employment("Torben Højlund", unit),
        Category.objects.get(key="egen_sygdom"),
    )

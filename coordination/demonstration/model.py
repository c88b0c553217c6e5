"""What the generator hands over: columns of NumPy arrays, and rows for the few units and users.

Conventions shared by all columns: days are `datetime64[D]`, an open end is `NaT`, every "to", "end" and
"last" day is inclusive. Indexes point into the sibling columns (`term.employment` into `employments`).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from coordination.demonstration.spec import MunicipalitySpec

Days = npt.NDArray[np.datetime64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

CATEGORIES = (
    "egen_sygdom",
    "delvis_sygdom",
    "nedsat_tjeneste",
    "arbejdsskade",
    "paragraf_56",
    "graviditetsgener",
    "barns_sygedag",
    "omsorgsdag",
)
HEADLINE_CATEGORIES = 6
"""The first six count in the headline (sickness); a child's sick day and a care day do not."""

WORK_RELATED = ("", "ja", "nej", "ved ikke")


@dataclass(frozen=True)
class UnitRow:
    """One dated row of a unit; a unit that changed parent has several rows with the same `unit_id`."""

    unit_id: str
    name: str
    level: str
    parent_id: str
    leader_email: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class UserRow:
    """One role of one user. `login` marks those who get the demonstration's password."""

    email: str
    name: str
    role: str
    label: str
    unit_id: str
    include_subtree: bool
    person_id: str
    login: bool


@dataclass(frozen=True, eq=False)
class Employments:
    """One element per employment. `person` indexes the persons' columns."""

    number: Ints
    person: Ints
    start: Days
    end: Days

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, eq=False)
class Persons:
    """One element per person; a person may have more than one employment."""

    number: Ints
    name: Texts
    email: Texts

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True, eq=False)
class Terms:
    """Dated terms of employments, ordered by employment and day, without gaps inside an employment.

    `unit` indexes `Demonstration.unit_ids`, `group` the occupational groups (`groups.GROUPS`),
    `pattern` the weekly patterns (`groups.PATTERNS`). `weekly_hours` are contract hours.
    """

    employment: Ints
    unit: Ints
    group: Ints
    pattern: Ints
    weekly_hours: Floats
    valid_from: Days
    valid_to: Days

    def __len__(self) -> int:
        return len(self.employment)


@dataclass(frozen=True, eq=False)
class Absences:
    """Absences ordered by employment and first day; `last` is NaT while the absence is open.

    `category` indexes `CATEGORIES`, `work_related` indexes `WORK_RELATED`.
    """

    employment: Ints
    category: Ints
    first: Days
    last: Days
    expected_last: Days
    work_related: Ints

    def __len__(self) -> int:
        return len(self.employment)


@dataclass(frozen=True, eq=False)
class PartialReturns:
    """Steps of partial return: from that day on, so many hours a week are worked."""

    absence: Ints
    valid_from: Days
    worked_hours_week: Floats

    def __len__(self) -> int:
        return len(self.absence)


@dataclass(frozen=True, eq=False)
class Roster:
    """Planned hours by date for employments on a roster; a day off is a row with 0 hours."""

    employment: Ints
    day: Days
    planned_hours: Floats

    def __len__(self) -> int:
        return len(self.employment)


@dataclass(frozen=True, eq=False)
class Demonstration:
    """One fictitious municipality, complete."""

    spec: MunicipalitySpec
    today: date
    unit_ids: tuple[str, ...]
    units: tuple[UnitRow, ...]
    persons: Persons
    employments: Employments
    terms: Terms
    absences: Absences
    partial: PartialReturns
    roster: Roster
    users: tuple[UserRow, ...]
    demo_unit_id: str
    """The team of the user `leder@…`, with absences in every state."""

"""What a report holds, as plain values. A figure that may not be shown is not here: a `Gap` stands in its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from coordination.reports.quarter import Quarter


class Gap(Enum):
    """Why there is no figure. All but the last two are suppression (domain S10)."""

    FEW = "few"
    PROTECTS = "protects"
    FEW_SPLIT = "few_split"
    PROTECTS_SPLIT = "protects_split"
    FEW_IN_GROUP = "few_in_group"
    PROTECTS_GROUP = "protects_group"
    FEW_WHOLE_YEAR = "few_whole_year"
    NO_YEAR = "no_year"  # the unit, or the data, do not reach over the whole period
    UNDEFINED = "undefined"  # nothing planned, nobody employed

    @property
    def hidden(self) -> bool:
        """There is a figure, and the committee may not see it."""
        return self not in (Gap.NO_YEAR, Gap.UNDEFINED)


@dataclass(frozen=True)
class Level:
    """Absence in a period: dagsværk lost and planned, årsværk, lost per årsværk, and percent 0–100.

    `per_fte` and `percent` are None without årsværk or planned work.
    """

    dagsvaerk: float
    planned: float
    fte: float
    per_fte: float | None
    percent: float | None


@dataclass(frozen=True)
class Compared:
    """A period's level and that of the same period a year before."""

    now: Level | Gap
    before: Level | Gap

    def change(self, measure: str) -> float | Gap:
        """Now less a year before, of a field of Level; of unrounded figures."""
        if isinstance(self.now, Gap):
            return self.now
        if isinstance(self.before, Gap):
            return self.before
        now, before = getattr(self.now, measure), getattr(self.before, measure)
        return Gap.UNDEFINED if now is None or before is None else now - before


class CurvePoint(NamedTuple):
    """Dagsværk per årsværk in the twelve months to a month's end, and to the same month a year before."""

    month: date
    now: float | Gap
    before: float | Gap


class Lengths(NamedTuple):
    """Dagsværk per årsværk in short, middle and long absence."""

    short: float
    middle: float
    long: float


class Periods(NamedTuple):
    """Absences begun in the twelve months, and how many per årsværk."""

    begun: int
    per_fte: float


class NamedLevel(NamedTuple):
    """The twelve months of a unit below, or of an occupational group."""

    name: str
    year: Compared


class StepCounts(NamedTuple):
    """Duties due in the quarter by how they went. `kind` is empty for all kinds together."""

    kind: str
    asked: int
    in_time: int
    late: int
    waived: int
    lapsed: int
    missing: int


@dataclass(frozen=True)
class FollowUp:
    """Duties of the quarter: all, and by kind (a Gap where the unit is too small for splits)."""

    total: StepCounts
    kinds: tuple[StepCounts, ...] | Gap


@dataclass(frozen=True)
class Method:
    """What the figures were made from, for the last page. `data_changed`: newest change of anything behind them."""

    categories: tuple[str, ...]
    left_out: tuple[str, ...]
    short_until: int
    middle_until: int
    below: int
    split_below: int
    own_days_off: int
    as_of: date
    data_changed: datetime | None
    data_begin: date | None


@dataclass(frozen=True)
class Report:
    """Everything one report says about a unit with its subtree. `months` are twelve, ending with the quarter."""

    municipality: str
    unit: str
    unit_number: str
    above: str  # the unit above, empty at the top
    quarter: Quarter
    own: Compared
    year: Compared
    curve: tuple[CurvePoint, ...]
    lengths: Lengths | Gap
    lengths_before: Lengths | Gap
    healthy: float | Gap
    healthy_before: float | Gap
    periods: Periods | Gap
    periods_before: Periods | Gap
    units: tuple[NamedLevel, ...]
    groups: tuple[NamedLevel, ...]
    follow_up: FollowUp | Gap
    method: Method

    @property
    def gap(self) -> Gap | None:
        """Why the whole unit shows no figures; None when it does."""
        return self.year.now if isinstance(self.year.now, Gap) else None

    @property
    def planned_per_fte(self) -> float | None:
        """Planned dagsværk of one full-time year, by the figures themselves."""
        now = self.year.now
        return None if isinstance(now, Gap) or not now.fte else now.planned / now.fte

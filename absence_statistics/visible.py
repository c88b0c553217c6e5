"""Figures as one reader may see them (domain book S10): whole for those with person rights, else suppressed.

Pages, reports and start pages ask here; nothing that is shown to a person reads `selectors` directly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from absence_statistics.rules.persons import Concentration
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import Figures, Hidden, month_before
from absence_statistics.tables import LENGTHS, Figure, FigureTable
from organisation import selectors as organisation
from organisation.models import MunicipalitySettings, Unit, User
from organisation.permissions import reach_of
from organisation.rules.tree import Tree

#: Months with a figure: the last twelve and the twelve before them.
MONTHS = 24
YEAR = 12


@dataclass(frozen=True)
class UnitLine:
    """A unit in a list: its figure and that of a year before, or why they are hidden.

    `figure` is None when hidden, and when nobody has worked there in the window (then `reason` is None too).
    """

    unit: Unit
    figure: Figure | None
    before: Figure | None
    reason: Reason | None

    @property
    def change(self) -> float | None:
        """Dagsværk per årsværk more than a year before."""
        if self.figure is None or self.before is None:
            return None
        now, then = self.figure.dagsvaerk_per_fte_12, self.before.dagsvaerk_per_fte_12
        return None if now is None or then is None else now - then


def of_enough(figure: Figure, below: int) -> Figure:
    """The figure for a reader without person rights: no langtidsfriske of fewer than `below` people.

    Enough may work there at the window's end while one alone has been there for all of it; 0 or 100 % of that one
    would say whether that person has been absent.
    """
    return figure if figure.employed_12 >= below else replace(figure, employed_12=0, without_absence_12=0)


class ReaderFigures:
    """The figures of the windows that end with `until` (a first of month), for one user on one day."""

    def __init__(self, user: User, *, on: date, until: date) -> None:
        self.reach = reach_of(user, on)
        self.on, self.until = on, until
        self.source = Figures(as_of=on)
        self._whole: dict[int, bool] = {}

    @cached_property
    def table(self) -> FigureTable:
        """Unsuppressed; every reading of it goes through `figure`."""
        return self.source.table(until=self.until, months=MONTHS)

    @cached_property
    def _lengths(self) -> FigureTable:
        return self.source.table(until=self.until, months=YEAR + 1, by="length")

    @cached_property
    def _now(self) -> Hidden:
        return self.source.hidden(until=self.until, known=self.reach.people_units)

    @cached_property
    def _year_before(self) -> Hidden:
        until = month_before(self.until, YEAR)
        return self.source.hidden(until=until, known=self.reach.people_units)

    @cached_property
    def _months(self) -> list[dict[int, Reason]]:
        return self.source.hidden_months(until=self.until, months=MONTHS, known=self.reach.people_units)

    @cached_property
    def settings(self) -> MunicipalitySettings:
        return organisation.municipality_settings()

    @cached_property
    def first_month(self) -> date | None:
        """The month of the first absence known: windows that begin before it are not whole."""
        return self.source.first_month()

    @cached_property
    def tree(self) -> Tree:
        """The organisation at the window's end (or today, when that is earlier)."""
        return organisation.tree(min(self.on, month_before(self.until, -1) - timedelta(days=1)))

    def sees_whole(self, unit: int) -> bool:
        """Whether the reader has person rights on the unit and all below it, and so sees its figures as they are."""
        if unit not in self._whole:
            self._whole[unit] = self.reach.has_person_rights(unit)
        return self._whole[unit]

    def is_whole(self, month: date) -> bool:
        """Whether there is data for all twelve months that end with the month."""
        return self.first_month is not None and month_before(month, YEAR - 1) >= self.first_month

    def hides(self, unit: int, back: int = 0) -> Reason | None:
        """Why the unit's figures of `back` months before are hidden from this reader, or None."""
        if self.sees_whole(unit):
            return None
        if back in (0, YEAR):
            hidden = self._year_before if back else self._now
            return hidden.units.get(unit, None if unit in hidden.employees else Reason.FEW)
        return self._months[MONTHS - 1 - back].get(unit)

    def hides_splits(self, unit: int, back: int = 0) -> Reason | None:
        """As `hides`, now or a year before, for splits by length, category or group, and for concentration."""
        if self.sees_whole(unit):
            return None
        hidden = self._year_before if back else self._now
        return hidden.splits.get(unit, None if unit in hidden.employees else Reason.FEW)

    def has_data(self, unit: int) -> bool:
        """Whether anybody has worked in the unit, or below it, in the window."""
        if unit not in self.table:
            return False
        figure = self.table.figure(unit)
        return bool(figure.planned_dagsvaerk_12 or figure.fte_12 or figure.absent_dagsvaerk_12)

    def figure(self, unit: int, back: int = 0) -> Figure | None:
        """The unit's figure of `back` months before; None when hidden, without people, or the window not whole.

        The newest window is shown also when it is not whole (the page says so).
        """
        month = month_before(self.until, back)
        if unit not in self.table or (back and not self.is_whole(month)) or self.hides(unit, back):
            return None
        found = self.table.figure(unit, month)
        return found if self.sees_whole(unit) else of_enough(found, self.settings.suppress_below)

    def lengths(self, unit: int, back: int = 0) -> tuple[Figure, ...] | None:
        """Figures of short, middle and long absence, or None."""
        month = month_before(self.until, back)
        if self.figure(unit, back) is None or self.hides_splits(unit, back):
            return None
        return tuple(self._lengths.figure(unit, month, length) for length in LENGTHS)

    def concentration(self, unit: int) -> Concentration | None:
        """How the unit's absence is spread; None when hidden.

        Without person rights, a share held by fewer persons than a unit must have to be shown is left out.
        """
        found = None if self.hides_splits(unit) else self.source.concentration(unit, self.until)
        if found is None or self.sees_whole(unit):
            return found
        kept = [at for at, top in enumerate(found.top_persons) if top >= self.settings.suppress_below]
        return Concentration(
            found.persons,
            found.dagsvaerk,
            tuple(found.percents[at] for at in kept),
            tuple(found.top_persons[at] for at in kept),
            tuple(found.shares[at] for at in kept),
        )

    def employees(self, unit: int) -> int:
        """Persons in the unit and below it at the window's end."""
        return self.source.hidden(until=self.until).employees.get(unit, 0)

    def lines(self, units: list[int]) -> list[UnitLine]:
        """Units by name, with what this reader may see of each."""
        found = []
        for unit in Unit.objects.filter(pk__in=units).order_by("sort_name", "pk"):
            known = self.has_data(unit.pk)
            reason = self.hides(unit.pk) if known else None
            figure = self.figure(unit.pk) if known else None
            found.append(UnitLine(unit, figure, self.figure(unit.pk, YEAR) if known else None, reason))
        return found

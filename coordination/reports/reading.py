"""From the one selector of figures to a report's values, with what a committee may not see taken out (domain S10).

Committees have no person rights, so suppression is the same for every reader, whoever orders the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from absence.models import Category
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import Figures, Hidden, headline_categories, month_before
from absence_statistics.tables import LENGTHS, Figure, FigureTable
from coordination.reports.follow_up import follow_up
from coordination.reports.groups import group_levels
from coordination.reports.levels import compared, own_level, year_level
from coordination.reports.quarter import Quarter
from coordination.reports.values import (
    Compared,
    CurvePoint,
    Gap,
    Lengths,
    Level,
    Method,
    NamedLevel,
    Periods,
    Report,
)
from core.formats import format_month
from core.tenancy import require
from organisation import selectors as organisation
from organisation.models import DayOff, Municipality, MunicipalitySettings, Unit

YEAR = 12
#: The curve's two years, and the eleven months before them that its first window reaches back.
MONTHS = 3 * YEAR

_UNIT_GAPS = {Reason.FEW: Gap.FEW, Reason.PROTECTS: Gap.PROTECTS}
_SPLIT_GAPS = {Reason.FEW: Gap.FEW_SPLIT, Reason.PROTECTS: Gap.PROTECTS_SPLIT}


class ReportRefused(ValueError):
    """There is nothing to report on. The message is Danish, for the user."""


def read_report(unit: Unit, quarter: Quarter, *, as_of: date) -> Report:
    """The report of a unit with its subtree, as the data stand; open absences count to `as_of`.

    Raises ReportRefused for a unit that did not exist at the quarter's end or had no employees, and for a quarter
    before the municipality's data begin.
    """
    tree = organisation.tree(quarter.last_day)
    if unit.pk not in tree.parents:
        raise ReportRefused(
            f"{unit.name} fandtes ikke ved udgangen af {quarter.words}. Vælg et andet kvartal."
        )
    reading = _Reading(quarter, as_of)
    if unit.pk not in reading.table or not reading.employed(unit.pk):
        raise ReportRefused(
            f"{unit.name} havde ingen ansatte i {quarter.words}, så der er ingen tal at vise."
        )
    begin = reading.figures.first_month()
    if begin is not None and begin > quarter.last_month:
        raise ReportRefused(f"Der er først fravær fra {format_month(begin)}. Vælg et senere kvartal.")
    below = tree.children.get(unit.pk, [])
    names = Unit.objects.filter(pk__in=below).order_by("sort_name", "pk").values_list("pk", "name")
    gap, split_gap = reading.gap(unit.pk), reading.gap(unit.pk, split=True)
    is_top = tree.parents[unit.pk] not in tree.parents
    return Report(
        municipality=Municipality.objects.values_list("name", flat=True).get(pk=require()),
        unit=unit.name,
        unit_number=unit.external_id,
        above=_name(tree.parents[unit.pk]),
        quarter=quarter,
        own=reading.compared(unit.pk, own=True),
        year=reading.compared(unit.pk),
        curve=reading.curve(unit.pk),
        lengths=reading.lengths(unit.pk),
        lengths_before=reading.lengths(unit.pk, YEAR),
        healthy=reading.healthy(unit.pk),
        healthy_before=reading.healthy(unit.pk, YEAR),
        periods=reading.periods(unit.pk),
        periods_before=reading.periods(unit.pk, YEAR),
        units=tuple(
            NamedLevel(name, reading.compared(each)) for each, name in names if reading.employed(each)
        ),
        groups=reading.group_levels(unit.pk) if is_top and split_gap is None else (),
        follow_up=gap or follow_up(tree.subtree(unit.pk), quarter, split_gap),
        method=reading.method(),
    )


def _name(unit: int | None) -> str:
    return "" if unit is None else Unit.objects.values_list("name", flat=True).filter(pk=unit).first() or ""


@dataclass(frozen=True)
class _Reading:
    """The figures behind one report; each table is asked for once."""

    quarter: Quarter
    as_of: date

    @cached_property
    def figures(self) -> Figures:
        return Figures(as_of=self.as_of)

    @cached_property
    def choices(self) -> MunicipalitySettings:
        return organisation.municipality_settings()

    @cached_property
    def table(self) -> FigureTable:
        return self.figures.table(until=self.until, months=MONTHS)

    @cached_property
    def hidden(self) -> Hidden:
        return self.figures.hidden(until=self.until)

    @cached_property
    def hidden_before(self) -> Hidden:
        # Asked of figures of its own: one set keeps the rows of one `until`.
        return Figures(as_of=self.as_of).hidden(until=month_before(self.until, YEAR))

    @cached_property
    def hidden_months(self) -> list[dict[int, Reason]]:
        return self.figures.hidden_months(until=self.until, months=2 * YEAR)

    @cached_property
    def by_length(self) -> FigureTable:
        return self.figures.table(until=self.until, months=YEAR + 1, by="length")

    @property
    def split_below(self) -> int:
        """How many employees a split needs."""
        return max(self.choices.suppress_split_below, self.choices.suppress_below)

    @property
    def until(self) -> date:
        return self.quarter.last_month

    # -- what may be shown

    def gap(self, unit: int, back: int = 0, *, split: bool = False) -> Gap | None:
        """Why a unit's figures of the window ending now, or a year (12 months) back, are not shown; None when they are."""
        hidden = self.hidden_before if back else self.hidden
        if unit in hidden.units:
            return _UNIT_GAPS[hidden.units[unit]]
        if not back and unit not in hidden.employees:
            return Gap.FEW
        if split and unit in hidden.splits:
            return _SPLIT_GAPS[hidden.splits[unit]]
        if back and not self._whole(unit, back):
            return Gap.NO_YEAR
        return None

    def _whole(self, unit: int, back: int) -> bool:
        """Whether there were employees and data in all twelve months, so that a year can be held against it."""
        begin = self.figures.first_month()
        months = [month_before(self.until, back + each) for each in range(YEAR)]
        if begin is None or months[-1] < begin:
            return False
        return all(self.table.figure(unit, month).fte > 0 for month in months)

    def employed(self, unit: int) -> bool:
        """Whether anybody was employed there within the window."""
        return unit in self.table and self.table.figure(unit).fte_12 > 0

    def _at(self, unit: int, back: int) -> Figure:
        return self.table.figure(unit, month_before(self.until, back))

    # -- levels

    def compared(self, unit: int, *, own: bool = False) -> Compared:
        """The quarter's own level, or that of the twelve months, beside a year before."""
        read = self._own if own else self._year
        return compared(self.gap(unit) or read(unit, 0), self.gap(unit, YEAR) or read(unit, YEAR))

    def group_levels(self, unit: int) -> tuple[NamedLevel, ...]:
        """The unit's occupational groups."""
        table = self.figures.table(until=self.until, months=YEAR + 1, by="group")
        return group_levels(table, unit, self.split_below, self.gap(unit, YEAR, split=True))

    def _year(self, unit: int, back: int) -> Level:
        return year_level(self._at(unit, back))

    def _own(self, unit: int, back: int) -> Level:
        return own_level([self._at(unit, back + each) for each in range(3)])

    def curve(self, unit: int) -> tuple[CurvePoint, ...]:
        """Twelve months, the oldest first."""
        return tuple(
            CurvePoint(
                month_before(self.until, back), self._point(unit, back), self._point(unit, back + YEAR)
            )
            for back in reversed(range(YEAR))
        )

    def _point(self, unit: int, back: int) -> float | Gap:
        reason = self.hidden_months[-1 - back].get(unit)
        if reason is not None:
            return _UNIT_GAPS[reason]
        if not self._whole(unit, back):
            return Gap.NO_YEAR
        found = self._at(unit, back).dagsvaerk_per_fte_12
        return Gap.UNDEFINED if found is None else found

    def lengths(self, unit: int, back: int = 0) -> Lengths | Gap:
        gap = self.gap(unit, back, split=True)
        if gap is not None:
            return gap
        month = month_before(self.until, back)
        found = [self.by_length.figure(unit, month, key).dagsvaerk_per_fte_12 for key in LENGTHS]
        values = [each for each in found if each is not None]
        return Lengths(*values) if len(values) == len(LENGTHS) else Gap.UNDEFINED

    def healthy(self, unit: int, back: int = 0) -> float | Gap:
        """The share of langtidsfriske; not of fewer people than figures are shown for."""
        gap = self.gap(unit, back)
        if gap is not None:
            return gap
        found = self._at(unit, back)
        if found.employed_12 < self.choices.suppress_below:
            return Gap.FEW_WHOLE_YEAR
        return Gap.UNDEFINED if found.langtidsfriske_12 is None else found.langtidsfriske_12

    def periods(self, unit: int, back: int = 0) -> Periods | Gap:
        gap = self.gap(unit, back)
        if gap is not None:
            return gap
        found = self._at(unit, back)
        if found.periods_per_fte_12 is None:
            return Gap.UNDEFINED
        return Periods(found.periods_12, found.periods_per_fte_12)

    def method(self) -> Method:
        """What the last page says about the figures."""
        counted = headline_categories()
        first = month_before(self.until, YEAR - 1)
        return Method(
            categories=tuple(counted),
            left_out=tuple(
                Category.objects.filter(counts_in_headline=False)
                .order_by("order", "name")
                .values_list("name", flat=True)
            ),
            short_until=self.choices.short_until,
            middle_until=self.choices.middle_until,
            below=self.choices.suppress_below,
            split_below=self.split_below,
            own_days_off=DayOff.objects.filter(date__range=(first, self.quarter.last_day)).count(),
            as_of=self.as_of,
            data_changed=self.figures.version.newest_at,
            data_begin=self.figures.first_month(),
        )

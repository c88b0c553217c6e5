"""The cube: each municipality's figures by node, month, group, category and length class.

It is small, holds no persons, adds up over any selection, and is what gets stored. Rolling figures, units
with their subtrees and percentages are derived from it in `rolling`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import Float64, Int32, Int64
from absence_statistics.rules.inputs import HOURS_PER_FTE_WEEK
from absence_statistics.rules.planned import UNITS_PER_HOUR, WorkPlan
from absence_statistics.rules.sums import ranges, summed, weighted

#: The most keys that are numbered through a table of all of them (nine bytes each).
_TABLE_LIMIT = 1 << 22

#: Kinds of segments (one node, group and pattern) whose months are counted at a time.
_KINDS = 1 << 13


@dataclass(frozen=True)
class AbsentCells:
    """Absent hours, one row per cell that is not zero, sorted by (node, group, category, length, month).

    `month` is a month number (since 1970-01).
    """

    node: Int32
    group: Int32
    category: Int32
    length: Int32
    month: Int32
    hours: Float64


@dataclass(frozen=True)
class PlannedCells:
    """Planned hours in the month and full-time employees (Σ contract hours / 37) on its first day, one row
    per cell that has either, sorted by (node, group, month)."""

    node: Int32
    group: Int32
    month: Int32
    hours: Float64
    fte: Float64


@dataclass(frozen=True)
class PeriodCells:
    """Absences begun, one row per cell that has any, sorted by (node, group, category, length, month)."""

    node: Int32
    group: Int32
    category: Int32
    length: Int32
    month: Int32
    periods: Int32


@dataclass(frozen=True)
class Cube:
    """The three tables of cells, the months they cover (`first_month`, `months`) and the sizes of the axes."""

    first_month: int
    months: int
    nodes: int
    groups: int
    categories: int
    lengths: int
    absent: AbsentCells
    planned: PlannedCells
    periods: PeriodCells


class _Axes:
    """The (node, group) pairs and the classes of absences that occur, numbered densely."""

    def __init__(self, ledger: Ledger) -> None:
        inputs, segments = ledger.inputs, ledger.plan.segments
        self.first_month, self.months = inputs.calendar.first_month, inputs.calendar.months
        self.groups, self.lengths = inputs.groups, inputs.lengths
        self.classes = inputs.categories * inputs.lengths
        pair = segments.node.astype(np.int64) * inputs.groups + segments.group
        self.pairs, self.row = _numbered(pair, inputs.nodes * inputs.groups)
        self.absence_class = inputs.absences.category.astype(np.int64) * inputs.lengths + ledger.length_class

    def cells(
        self, segment: Int64, absence: Int64, month: Int32, weight: Float64 | None
    ) -> tuple[dict[str, Int32], Float64]:
        """Sums by (node, group, category, length, month): (the five key columns by name, sums)."""
        key = self.row[segment] * self.classes + self.absence_class[absence]
        used, number = _numbered(key, len(self.pairs) * self.classes)
        cell, total = summed(number * self.months + month, weight, used.size * self.months)
        place = cell // self.months
        row, absence_class = np.divmod(used, self.classes)
        node, group = np.divmod(self.pairs[row], self.groups)
        category, length = np.divmod(absence_class, self.lengths)
        columns = {"node": node, "group": group, "category": category, "length": length}
        keys = {name: column.astype(np.int32)[place] for name, column in columns.items()}
        keys["month"] = (cell - place * self.months + self.first_month).astype(np.int32)
        return keys, total


def _numbered(key: Int64, size: int) -> tuple[Int64, Int64]:
    """The different keys, ascending, and the number of each row's key among them."""
    if size <= _TABLE_LIMIT:
        present = np.zeros(size, dtype=np.bool_)
        present[key] = True
        return np.flatnonzero(present), (np.cumsum(present) - 1)[key]
    keys, number = np.unique(key, return_inverse=True)
    return keys, number


def cells(ledger: Ledger) -> Cube:
    """The cube of everything in the ledger.

    Absent and planned hours belong to the node of the day, årsværk to the node on the first of the month, a
    period to the node on its first day (none when the employee had no terms that day).
    """
    inputs, axes, pieces = ledger.inputs, _Axes(ledger), ledger.pieces
    keys, units = axes.cells(pieces.segment, pieces.absence, pieces.month, pieces.units)
    absent = AbsentCells(**keys, hours=units / UNITS_PER_HOUR)
    begun = np.flatnonzero(ledger.first_segment >= 0)
    month = inputs.calendar.month_of[inputs.absences.first[begun] - inputs.calendar.first_day]
    keys, count = axes.cells(ledger.first_segment[begun], begun, month, None)
    periods = PeriodCells(**keys, periods=count.astype(np.int32))
    return Cube(
        first_month=inputs.calendar.first_month,
        months=inputs.calendar.months,
        nodes=inputs.nodes,
        groups=inputs.groups,
        categories=inputs.categories,
        lengths=inputs.lengths,
        absent=absent,
        planned=_planned_cells(ledger.plan, axes),
        periods=periods,
    )


def _planned_cells(plan: WorkPlan, axes: _Axes) -> PlannedCells:
    """Planned hours and full-time employees, through counts of employees with the same pattern.

    A segment fills all its months but the first and last, whose missing days are taken off again; so no row
    per employee and month is ever made.
    """
    segments, calendar = plan.segments, plan.calendar
    rows, months = len(axes.pairs), calendar.months
    begin, stop = calendar.month_of[segments.first[:-1]], calendar.month_of[segments.last[:-1]]
    units = _whole_months(plan, axes.row, begin, stop, rows)
    units -= _missing(plan, axes.row, begin, stop, rows)
    if plan.roster.key.size:
        month = calendar.month_of[plan.roster.offset]
        place = axes.row[plan.roster.segment] * months + month
        units += weighted(place, plan.roster.change, rows * months).reshape(rows, months)
    # årsværk counts those with terms on the first of the month.
    from_month = begin + (segments.first[:-1] > calendar.month_first[begin])
    weekly = ranges(axes.row, from_month, stop, (rows, months), segments.weekly)
    cell = np.flatnonzero((units != 0) | (weekly != 0))
    row = cell // months
    node, group = np.divmod(axes.pairs[row], axes.groups)
    return PlannedCells(
        node.astype(np.int32),
        group.astype(np.int32),
        (cell - row * months + calendar.first_month).astype(np.int32),
        units.ravel()[cell] / UNITS_PER_HOUR,
        weekly.ravel()[cell] / (UNITS_PER_HOUR * HOURS_PER_FTE_WEEK),
    )


def _missing(plan: WorkPlan, row: Int64, begin: Int32, stop: Int32, rows: int) -> Float64:
    """Units of the days before each segment in its first month and after it in its last: [rows, months]."""
    segments, month_first, months = plan.segments, plan.calendar.month_first, plan.calendar.months
    first, last = segments.first[:-1], segments.last[:-1]
    before = plan.prefix[plan.base + first] - plan.prefix[plan.base + month_first[begin]]
    after = plan.prefix[plan.base + month_first[stop + 1]] - plan.prefix[plan.base + last + 1]
    missing = weighted(row * months + begin, before, rows * months)
    missing += weighted(row * months + stop, after, rows * months)
    return missing.reshape(rows, months)


def _whole_months(plan: WorkPlan, row: Int64, begin: Int32, stop: Int32, rows: int) -> Float64:
    """Units of all days of the months begin..stop of each segment: [rows, months].

    Segments of one row with one pattern are alike in every month: they are counted, then multiplied.
    """
    segments, calendar, width = plan.segments, plan.calendar, plan.days + 1
    bounds = plan.prefix.reshape(-1, width)[:, calendar.month_first]
    month_units = np.diff(bounds, axis=1)
    key = row * (len(month_units) + 1) + segments.pattern
    order = np.argsort(key)
    fresh = np.concatenate(([True], np.diff(key[order]) != 0))[: key.size]
    kind = np.cumsum(fresh) - 1
    example = order[fresh]
    units = np.zeros((rows, calendar.months))
    first_kind = np.searchsorted(row[example], np.arange(rows + 1))
    # Some rows at a time: the counts then stay in the processor's cache.
    cuts = np.unique(np.searchsorted(first_kind, np.arange(0, example.size + _KINDS, _KINDS)).clip(max=rows))
    for low, high in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        kinds = slice(first_kind[low], first_kind[high])
        members = order[slice(*np.searchsorted(kind, [kinds.start, kinds.stop]))]
        number = kind[slice(*np.searchsorted(kind, [kinds.start, kinds.stop]))] - kinds.start
        shape = (kinds.stop - kinds.start, calendar.months)
        counted = ranges(number, begin[members], stop[members], shape)
        counted *= month_units[segments.pattern[example[kinds]]]
        units[low:high] = np.add.reduceat(counted, first_kind[low:high] - kinds.start, axis=0)
    return units

"""Langtidsfriske: the share of those employed a whole window who had no absent hours in it.

An employee counts in the unit (and group) of the window's last day. Each month with absent hours spoils the
twelve windows that hold it; the spoilt windows of an employment are kept as ranges that do not overlap, cut
at the borders of terms and counted with running sums, so no row per employee and window is ever made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import WINDOW_MONTHS, Float64, Int32, Int64
from absence_statistics.rules.inputs import Selection, chosen
from absence_statistics.rules.rolling import Rollup, Split, split_size
from absence_statistics.rules.sums import distinct, ranges


@dataclass(frozen=True)
class Presence:
    """Counts by [unit, month, split] for the windows that end with `months` (month numbers).

    `employed`: employed the whole window; `without_absence`: those of them with no absent hours in it, of the
    split's length class or category if split so. Split by group, employees count in their own group.
    `split_values` as in `Rolling`.
    """

    months: Int32
    split_values: Int32
    employed: Float64
    without_absence: Float64

    @property
    def share(self) -> Float64:
        """without_absence / employed, 0–1; NaN where nobody was employed the whole window."""
        result = np.full(self.employed.shape, np.nan)
        np.divide(self.without_absence, self.employed, out=result, where=self.employed > 0)
        return result


@dataclass(frozen=True)
class _Ends:
    """Ranges of windows: segment s is where its employee stands at the end of windows low[s]..high[s]."""

    low: npt.NDArray[Any]
    high: npt.NDArray[Any]


def langtidsfriske(
    ledger: Ledger, rollup: Rollup, selection: Selection | None = None, split: Split = "none"
) -> Presence:
    """Count the langtidsfriske of every unit for every month of the calendar with a whole window.

    "Employed the whole window" asks the employment's start and end, not that there are terms every day; the
    unit is that of the terms in force on the window's last day, and without such terms one is not counted.
    """
    selection = selection or Selection()
    inputs = ledger.inputs
    size = split_size(inputs, split)
    ends = _ends(ledger, selection)
    months = np.arange(WINDOW_MONTHS - 1, inputs.calendar.months)
    segments = ledger.plan.segments
    rows = np.flatnonzero(ends.low <= ends.high)
    by_group = split == "group"
    layer = segments.group if by_group else np.zeros_like(segments.group)
    layers = size if by_group else 1
    employed = _counted(ledger, rollup, rows, layer[rows], (ends.low[rows], ends.high[rows]), layers)
    spoilt_segment, spoilt_class, low, high = _spoilt(ledger, ends, selection, split)
    kind = segments.group[spoilt_segment] if by_group else spoilt_class
    absent = _counted(ledger, rollup, spoilt_segment, kind, (low, high), size)
    employed = np.broadcast_to(employed, absent.shape)[..., months]
    return Presence(
        months=inputs.calendar.month_numbers[months],
        split_values=np.arange(size, dtype=np.int32),
        employed=np.moveaxis(employed, 0, 2),
        without_absence=np.moveaxis(employed - absent[..., months], 0, 2),
    )


def _ends(ledger: Ledger, selection: Selection) -> _Ends:
    """The windows (month indices) at whose end each segment is in force for someone employed throughout."""
    calendar, segments = ledger.plan.calendar, ledger.plan.segments
    month_first = calendar.month_first
    month_last = month_first[1:] - 1
    low = np.searchsorted(month_last, segments.first[:-1])
    high = np.searchsorted(month_last, segments.last[:-1], side="right") - 1
    start = ledger.inputs.employments.start[segments.employment] - np.int64(calendar.first_day)
    whole = np.searchsorted(month_first[:-1], start) + WINDOW_MONTHS - 1
    low = np.maximum(low, whole)
    other = ~chosen(selection.groups, ledger.inputs.groups)[segments.group]
    high[other] = low[other] - 1
    return _Ends(low, high)


def _spoilt(
    ledger: Ledger, ends: _Ends, selection: Selection, split: Split
) -> tuple[Int64, Int64, Int64, Int64]:
    """Windows with absent hours, as ranges that do not overlap: (segment, class, low, high)."""
    inputs, pieces, segments = ledger.inputs, ledger.pieces, ledger.plan.segments
    months, size = inputs.calendar.months, 1 if split == "group" else split_size(inputs, split)
    rows = np.flatnonzero((pieces.units > 0) & ledger.chosen_absences(selection)[pieces.absence])
    absence = pieces.absence[rows]
    key = inputs.absences.employment[absence].astype(np.int64)
    if split in ("length", "category"):
        kind = ledger.length_class if split == "length" else inputs.absences.category
        key = key * size + kind[absence]
    key = distinct(key * months + pieces.month[rows], len(inputs.employments) * size * months)
    owner, month = np.divmod(key, months)
    employment, kind_of = np.divmod(owner, size)
    # A window is spoilt once: by the latest month with absence in it.
    until = np.minimum(month + WINDOW_MONTHS - 1, months - 1)
    again = np.flatnonzero(owner[1:] == owner[:-1])
    until[again] = np.minimum(until[again], month[again + 1] - 1)
    return _cut_at_segments(segments.pointer, ends, employment, kind_of, month, until)


def _cut_at_segments(
    pointer: Int64, ends: _Ends, employment: Int64, kind: Int64, low: Int64, high: Int64
) -> tuple[Int64, Int64, Int64, Int64]:
    """The parts of ranges of windows that each segment of the employment is the end of."""
    times = pointer[employment + 1] - pointer[employment]
    row = np.repeat(np.arange(employment.size), times)
    begin = np.cumsum(times) - times
    segment = pointer[employment][row] + np.arange(row.size) - begin[row]
    low = np.maximum(low[row], ends.low[segment])
    high = np.minimum(high[row], ends.high[segment])
    keep = np.flatnonzero(low <= high)
    return segment[keep], kind[row[keep]], low[keep], high[keep]


def _counted(
    ledger: Ledger,
    rollup: Rollup,
    segment: Int64,
    layer: npt.NDArray[Any],
    windows: tuple[npt.NDArray[Any], npt.NDArray[Any]],
    layers: int,
) -> Float64:
    """Ranges of windows counted by layer, unit and month: [layers, units, months]."""
    nodes, months = ledger.inputs.nodes, ledger.plan.calendar.months
    row = layer.astype(np.int64) * nodes + ledger.plan.segments.node[segment]
    counts = ranges(row, *windows, (layers * nodes, months))
    return rollup.up(counts.reshape(layers, nodes, months))

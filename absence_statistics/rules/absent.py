"""Absent hours: absences cut at the borders of terms, months and partial returns.

    absent(e, d) = planned(e, d) · sick share, on the absence's days; the payroll's hours where it has any.

Every absence becomes a few *pieces*, each inside one segment of terms, one month and one state. Wholly sick
stretches, shares and weekly hours are differences of prefix sums times a share. Hours worked *per weekday*
give each day its own share, so those stretches, which are rare, are spread out day by day, vectorised and
in chunks of bounded size, and summed back to pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from absence_statistics.rules.days import Bool, Float64, Int32, Int64, Window
from absence_statistics.rules.inputs import Inputs, PartialKind, Selection, chosen
from absence_statistics.rules.planned import UNITS_PER_HOUR, WorkPlan, split_by_month, to_units
from absence_statistics.rules.sums import weighted

#: Day rows handled at a time, so that memory stays modest whatever the number of long absences.
_CHUNK = 1 << 20
#: Spans cut into pieces at a time.
_BLOCK = 1 << 16


@dataclass(frozen=True)
class Pieces:
    """Parts of absences, each inside one segment of terms and one month; in no particular order.

    `absence`, `segment`, `month` (index in the calendar), `units` (absent, float because of shares) and
    `workdays` (arbejdsdage: Σ absent / planned per day), which is empty unless asked for.
    """

    absence: Int64
    segment: Int64
    month: Int32
    units: Float64
    workdays: Float64

    @property
    def hours(self) -> Float64:
        """Absent hours of each piece."""
        return self.units / UNITS_PER_HOUR


@dataclass(frozen=True)
class DayRows:
    """Absent units day by day: `absence`, `segment`, `offset`, `units`."""

    absence: Int64
    segment: Int64
    offset: Int32
    units: Float64


@dataclass(frozen=True)
class _Spans:
    """Stretches of absences in one state: `partial` is the row of `Partials` that rules, or -1."""

    absence: Int64
    first: Int32
    last: Int32
    partial: Int64


class Ledger:
    """The inputs, prepared: planned hours, states of absences, and the pieces of all absent hours.

    Build one per municipality and set of inputs, and ask every figure of it. `length_class[a]` is the length
    class of the whole absence a; `counts[a]` says whether it covers any day.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.plan = WorkPlan(inputs)
        absences = inputs.absences
        length = absences.last - absences.first + np.int32(1)
        self.counts: Bool = length > 0
        self.length_class = np.zeros(len(absences), dtype=np.int32)
        for limit in inputs.length_limits:
            self.length_class += length > limit
        self.on_payroll = np.zeros(len(absences), dtype=np.bool_)
        self.on_payroll[inputs.payroll.absence] = True
        self._partial_spans, self._whole_last = self._states()

    def _states(self) -> tuple[_Spans, Int32]:
        """Stretches ruled by a partial return, and the last wholly sick day before the first of them."""
        absences, partials = self.inputs.absences, self.inputs.partials
        whole_last = absences.last.copy()
        whole_last[self.on_payroll] = absences.first[self.on_payroll] - 1
        order = np.lexsort((np.arange(len(partials)), partials.from_day, partials.absence))
        order = order[~self.on_payroll[partials.absence[order]]]
        absence, start = partials.absence[order], partials.from_day[order]
        last = absences.last[absence]
        followed = np.flatnonzero(absence[1:] == absence[:-1])
        last[followed] = np.minimum(last[followed], start[followed + 1] - 1)
        opening = np.ones(len(absence), dtype=np.bool_)
        opening[followed + 1] = False
        whole_last[absence[opening]] = np.minimum(whole_last[absence[opening]], start[opening] - 1)
        first = np.maximum(start, absences.first[absence])
        return _Spans(absence.astype(np.int64), first, last, order), whole_last

    @cached_property
    def _position(self) -> Int64:
        """The first segment that ends on or after each absence's first day in the calendar."""
        absences = self.inputs.absences
        offset = np.maximum(absences.first - np.int32(self.plan.calendar.first_day), np.int32(0))
        return self.plan.segments.next_after(absences.employment, offset)

    @cached_property
    def first_segment(self) -> Int64:
        """Segment on each absence's first day, or -1: where its period belongs. -1 too when the absence
        covers no day or begins outside the calendar."""
        absences, segments, position = self.inputs.absences, self.plan.segments, self._position
        offset = absences.first - np.int32(self.plan.calendar.first_day)
        there = self.counts & (offset >= 0) & (segments.first[position] <= offset)
        there &= position < segments.pointer[absences.employment + 1]
        return np.where(there, position, -1)

    @cached_property
    def pieces(self) -> Pieces:
        """Every piece of absent hours in the calendar (without `workdays`)."""
        return self._pieces(0, self.plan.days - 1, None, workdays=False)

    def pieces_within(self, window: Window, selection: Selection) -> Pieces:
        """Pieces of the chosen absences (by category and length) in a window, with `workdays`."""
        first, last = self.plan.calendar.clip(window)
        return self._pieces(first, last, self.chosen_absences(selection), workdays=True)

    def chosen_absences(self, selection: Selection) -> Bool:
        """Mask of the absences of the chosen categories and length classes."""
        category = chosen(selection.categories, self.inputs.categories)[self.inputs.absences.category]
        return category & chosen(selection.lengths, self.inputs.lengths)[self.length_class]

    def days_within(self, window: Window, selection: Selection) -> Iterator[DayRows]:
        """The chosen absences in a window day by day, in chunks."""
        first, last = self.plan.calendar.clip(window)
        mask = self.chosen_absences(selection)
        for spans in self._spans(first, last, mask):
            yield from self._spread(spans)
        rows = self._payroll_rows(first, last, mask)
        yield DayRows(rows.absence, rows.segment, rows.offset, rows.units)

    def _spans(self, low: int, high: int, mask: Bool | None) -> tuple[_Spans, _Spans, _Spans]:
        """Wholly sick stretches, those with one share, and those by weekday; clipped to low..high (offsets)."""
        absences, partial = self.inputs.absences, self._partial_spans
        zero = np.int32(self.plan.calendar.first_day)
        first = np.maximum(absences.first - zero, np.int32(low))
        last = np.minimum(self._whole_last - zero, np.int32(high))
        keep = first <= last if mask is None else (first <= last) & mask
        rows = np.flatnonzero(keep)
        whole = _Spans(rows, first[rows], last[rows], np.full(0, -1))
        first = np.maximum(partial.first - zero, np.int32(low))
        last = np.minimum(partial.last - zero, np.int32(high))
        keep = first <= last if mask is None else (first <= last) & mask[partial.absence]
        by_weekday = self.inputs.partials.kind[partial.partial] == PartialKind.WEEKDAY_HOURS

        def pick(rows: Int64) -> _Spans:
            return _Spans(partial.absence[rows], first[rows], last[rows], partial.partial[rows])

        return whole, pick(np.flatnonzero(keep & ~by_weekday)), pick(np.flatnonzero(keep & by_weekday))

    def _pieces(self, low: int, high: int, mask: Bool | None, *, workdays: bool) -> Pieces:
        whole, share, by_weekday = self._spans(low, high, mask)
        parts = [*self._all_interval_pieces(whole, workdays=workdays)]
        parts += self._all_interval_pieces(share, workdays=workdays)
        if by_weekday.absence.size:
            parts.append(self._weekday_pieces(by_weekday))
        if len(self.inputs.payroll):
            parts.append(self._payroll_pieces(low, high, mask))
        none = np.empty(0, dtype=np.int64)
        parts.append(Pieces(none, none, none.astype(np.int32), np.empty(0), np.empty(0)))
        return Pieces(
            np.concatenate([part.absence for part in parts]),
            np.concatenate([part.segment for part in parts]),
            np.concatenate([part.month for part in parts]),
            np.concatenate([part.units for part in parts]),
            np.concatenate([part.workdays for part in parts]) if workdays else np.empty(0),
        )

    def _cut(self, spans: _Spans) -> tuple[Int64, Int64, Int32, Int32, Int32]:
        """Pieces of spans: (span row, segment, month, first, last)."""
        employment = self.inputs.absences.employment[spans.absence]
        # Known places of the absences' first days spare wholly sick spans the search.
        known = None if spans.partial.size else self._position[spans.absence]
        row, segment, first, last = self.plan.segments.split(employment, spans.first, spans.last, known)
        again, month, first, last = split_by_month(self.plan.calendar, first, last)
        return row[again], segment[again], month, first, last

    def _all_interval_pieces(self, spans: _Spans, *, workdays: bool) -> Iterator[Pieces]:
        """Pieces of spans, some at a time: the columns in between then stay in the processor's cache."""
        for start in range(0, spans.absence.size, _BLOCK):
            part = slice(start, start + _BLOCK)
            some = _Spans(spans.absence[part], spans.first[part], spans.last[part], spans.partial[part])
            yield self._interval_pieces(some, workdays=workdays)

    def _interval_pieces(self, spans: _Spans, *, workdays: bool) -> Pieces:
        row, segment, month, first, last = self._cut(spans)
        units = self.plan.units(segment, first, last).astype(np.float64)
        days = np.empty(0)
        if workdays:
            days = self.plan.working_days(segment, first, last).astype(np.float64)
        if spans.partial.size:
            share = self._share(spans.partial[row], segment)
            units *= share
            days = days * share if workdays else days
        return Pieces(spans.absence[row], segment, month, units, days)

    def _share(self, partial: Int64, segment: Int64) -> Float64:
        """Sick share 0–1 of each (partial return, segment); 1 where neither pattern nor contract has hours."""
        partials = self.inputs.partials
        planned = self.plan.weekly[segment]
        worked = to_units(partials.value[partial])
        weekly = (planned - worked) / np.where(planned > 0, planned, 1)
        weekly = np.where(planned > 0, weekly, 1.0)
        stated = partials.kind[partial] == PartialKind.SICK_SHARE
        return np.clip(np.where(stated, partials.value[partial], weekly), 0.0, 1.0)

    def _day_units(self, spans: _Spans, row: Int64, segment: Int64, offset: Int32) -> tuple[Int64, Float64]:
        """Planned and absent units of each (span row, segment, day)."""
        planned = self.plan.on_day(segment, offset)
        if not spans.partial.size:
            return planned, planned.astype(np.float64)
        partial = spans.partial[row]
        weekday = self.plan.calendar.weekday[offset]
        worked = to_units(self.inputs.partials.weekday_hours[partial, weekday])
        by_weekday = self.inputs.partials.kind[partial] == PartialKind.WEEKDAY_HOURS
        absent = np.where(
            by_weekday, np.clip(planned - worked, 0, planned), planned * self._share(partial, segment)
        )
        return planned, absent.astype(np.float64)

    def _weekday_pieces(self, spans: _Spans) -> Pieces:
        """Pieces of spans whose share differs from day to day."""
        row, segment, month, first, last = self._cut(spans)
        units, days = np.zeros(row.size), np.zeros(row.size)
        for part, piece, offset in _spread_days(first, last):
            planned, absent = self._day_units(spans, row[part][piece], segment[part][piece], offset)
            size = part.stop - part.start
            units[part] = weighted(piece, absent, size)
            days[part] = weighted(piece, _per_day(absent, planned), size)
        return Pieces(spans.absence[row], segment, month, units, days)

    def _spread(self, spans: _Spans) -> Iterator[DayRows]:
        employment = self.inputs.absences.employment[spans.absence]
        row, segment, first, last = self.plan.segments.split(employment, spans.first, spans.last)
        for part, piece, offset in _spread_days(first, last):
            rows, segments = row[part][piece], segment[part][piece]
            absent = self._day_units(spans, rows, segments, offset)[1]
            yield DayRows(spans.absence[rows], segments, offset, absent)

    def _payroll_rows(self, low: int, high: int, mask: Bool | None) -> DayRows:
        """Payroll rows on days of their absence that lie in low..high and have terms."""
        payroll, absences = self.inputs.payroll, self.inputs.absences
        offset = payroll.day - np.int32(self.plan.calendar.first_day)
        keep = (offset >= low) & (offset <= high)
        keep &= (payroll.day >= absences.first[payroll.absence]) & (
            payroll.day <= absences.last[payroll.absence]
        )
        if mask is not None:
            keep &= mask[payroll.absence]
        rows = np.flatnonzero(keep)
        absence, offset = payroll.absence[rows], offset[rows]
        segment = self.plan.segments.at(absences.employment[absence], offset)
        there = segment >= 0
        units = to_units(payroll.absent_hours[rows[there]]).astype(np.float64)
        return DayRows(absence[there].astype(np.int64), segment[there], offset[there], units)

    def _payroll_pieces(self, low: int, high: int, mask: Bool | None) -> Pieces:
        rows = self._payroll_rows(low, high, mask)
        planned = self.plan.on_day(rows.segment, rows.offset)
        month = self.plan.calendar.month_of[rows.offset]
        return Pieces(rows.absence, rows.segment, month, rows.units, _per_day(rows.units, planned))


def _per_day(absent: Float64, planned: Int64) -> Float64:
    """Absent / planned of each day, 0 where nothing was planned."""
    return np.where(planned > 0, absent / np.where(planned > 0, planned, 1), 0.0)


def _spread_days(first: Int32, last: Int32) -> Iterator[tuple[slice, Int64, Int32]]:
    """Every day of every piece, in chunks: (slice of pieces, piece within the slice, offset of the day)."""
    length = (last - first + 1).astype(np.int64)
    ends = np.cumsum(length)
    if not ends.size:
        return
    cuts = np.searchsorted(ends, np.arange(_CHUNK, ends[-1], _CHUNK), side="left") + 1
    bounds = np.unique(np.concatenate(([0], cuts, [ends.size])))
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        part = slice(start, stop)
        times = length[part]
        piece = np.repeat(np.arange(stop - start), times)
        begin = np.cumsum(times) - times
        offset = first[part][piece] + (np.arange(piece.size) - begin[piece])
        yield part, piece, offset.astype(np.int32)

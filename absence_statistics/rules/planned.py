"""Planned hours: who was to work how much, where and when.

    planned(e, d) = the roster's hours if it has a row for that day, else the pattern's hours for that day
    of the rota, 0 on a day off; 0 outside the employment and its terms.

Hours are kept as whole *units* of 10⁻⁸ hour, so that sums and differences of prefix sums are exact: a month
whose roster takes every hour away is exactly zero, and a zero decides whether a figure exists.
The planned hours of a stretch of days are then a difference of two values of its pattern's prefix sum, plus
a difference of two values of the prefix sum of the roster's corrections.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from absence_statistics.rules.days import Calendar, Float64, Int32, Int64
from absence_statistics.rules.inputs import Employments, Inputs, Patterns, Roster, Terms

UNITS_PER_HOUR = 10**8


def to_units(hours: Float64) -> Int64:
    """Hours as whole units."""
    return np.rint(hours * UNITS_PER_HOUR).astype(np.int64)


def pattern_units(patterns: Patterns, calendar: Calendar) -> Int64:
    """Planned units of each pattern on each day of the calendar: [patterns, days], 0 on days off."""
    units = np.zeros((len(patterns), calendar.day_count), dtype=np.int64)
    table = to_units(patterns.hours)
    for weeks in np.unique(patterns.weeks):
        rows = np.flatnonzero(patterns.weeks == weeks)
        slots = (calendar.days[None, :] - patterns.anchor[rows, None]) % (7 * weeks)
        units[rows] = np.take_along_axis(table[rows], slots.astype(np.int64), axis=1)
    units[:, calendar.is_off] = 0
    return units


def weekly_units(patterns: Patterns) -> Float64:
    """Mean planned units per week of each pattern: [patterns]."""
    inside = np.arange(patterns.hours.shape[1])[None, :] < 7 * patterns.weeks[:, None]
    total = np.where(inside, to_units(patterns.hours), 0).sum(axis=1)
    return np.asarray(total / patterns.weeks, dtype=np.float64)


def _prefix(values: Int64) -> Int64:
    """Sums of all earlier columns, with one column more: flat, row by row."""
    prefix = np.zeros((values.shape[0], values.shape[1] + 1), dtype=np.int64)
    np.cumsum(values, axis=1, out=prefix[:, 1:])
    return prefix.ravel()


class Segments:
    """The stretches of terms that are in force within employment and calendar, by employment and day.

    Columns (one row per segment): `employment`, `first`, `last` (offsets), `node`, `group`, `pattern`,
    `weekly` (contract units per week). `first` and `last` carry one more entry that stops a search.
    `pointer[e]:pointer[e + 1]` are the segments of employment e.
    Overlapping terms of one employment raise `ValueError`: their hours would count twice.
    """

    def __init__(self, terms: Terms, employments: Employments, calendar: Calendar) -> None:
        zero = calendar.first_day
        start, end = employments.start[terms.employment], employments.end[terms.employment]
        first = np.maximum(np.maximum(terms.first, start), zero) - zero
        last = np.minimum(np.minimum(terms.last, end), zero + calendar.day_count - 1) - zero
        keep = np.flatnonzero(first <= last)
        key = terms.employment[keep].astype(np.int64) * calendar.day_count + first[keep]
        if np.any(key[1:] < key[:-1]):
            keep = keep[np.argsort(key, kind="stable")]
        self.employment = terms.employment[keep]
        stop = np.int32(np.iinfo(np.int32).max)
        self.first = np.append(first[keep], stop)
        self.last = np.append(last[keep], stop)
        self.node, self.group, self.pattern = terms.node[keep], terms.group[keep], terms.pattern[keep]
        self.weekly = to_units(terms.weekly_hours[keep])
        counts = np.bincount(self.employment, minlength=len(employments))
        self.pointer = np.concatenate(([0], np.cumsum(counts)))
        same = self.employment[1:] == self.employment[:-1]
        if np.any(same & (self.first[1:-1] <= self.last[:-2])):
            raise ValueError("terms of one employment overlap")

    def __len__(self) -> int:
        return len(self.employment)

    def next_after(self, employment: Int32, offset: Int32, start: Int64 | None = None) -> Int64:
        """The first segment of each employment that ends on or after the offset, or `pointer[e + 1]`.

        Steps forward together through the few segments an employment has, instead of a search for each;
        `start`: from segments known not to be later than the answer.
        """
        position = self.pointer[employment] if start is None else start.copy()
        end = self.pointer[employment + 1]
        behind = np.flatnonzero((self.last[position] < offset) & (position < end))
        while behind.size:
            position[behind] += 1
            behind = behind[position[behind] < end[behind]]
            behind = behind[self.last[position[behind]] < offset[behind]]
        return position

    def at(self, employment: Int32, offset: Int32) -> Int64:
        """The segment in force for each employment on each offset, or -1."""
        position = self.next_after(employment, offset)
        there = (position < self.pointer[employment + 1]) & (self.first[position] <= offset)
        return np.where(there, position, -1)

    def split(
        self, employment: Int32, first: Int32, last: Int32, start: Int64 | None = None
    ) -> tuple[Int64, Int64, Int32, Int32]:
        """Cut spans of days at the borders of terms: (span row, segment, first, last) of each piece.

        Days without terms are in no piece. `start` as in `next_after`.
        """
        position = self.next_after(employment, first, start)
        end = self.pointer[employment + 1]
        row = np.flatnonzero((position < end) & (self.first[position] <= last))
        position = position[row]
        pieces: list[tuple[Int64, Int64, Int32, Int32]] = []
        while row.size or not pieces:
            span_last, segment_last = last[row], self.last[position]
            pieces.append(
                (
                    row,
                    position,
                    np.maximum(first[row], self.first[position]),
                    np.minimum(span_last, segment_last),
                )
            )
            more = np.flatnonzero(span_last > segment_last)
            row, position = row[more], position[more] + 1
            inside = (position < end[row]) & (self.first[position] <= last[row])
            row, position = row[inside], position[inside]
        if len(pieces) == 1:
            return pieces[0]
        rows, segments, firsts, lasts = (np.concatenate(column) for column in zip(*pieces, strict=True))
        return rows, segments, firsts, lasts


class RosterCorrections:
    """What the roster changes: per (employment, day) the roster's units less the pattern's.

    Sorted by `key` = employment · days + offset, only rows with terms: `segment`, `offset`, and `units`, the
    prefix sum of the change (one entry more than rows).
    """

    def __init__(self, roster: Roster, segments: Segments, prefix: Int64, days: int, zero: int) -> None:
        offset = roster.day - np.int32(zero)
        key = roster.employment.astype(np.int64) * days + offset
        hours, inside = roster.hours, (offset >= 0) & (offset < days)
        if not inside.all():
            key, hours = key[inside], hours[inside]
        if np.any(key[1:] <= key[:-1]):
            order = np.argsort(key, kind="stable")
            key, hours = key[order], hours[order]
            if np.any(key[1:] == key[:-1]):
                raise ValueError("roster holds two rows for one employment and day")
        # Both are sorted alike, so each segment's rows lie together: few searches instead of one per row.
        begin = segments.employment.astype(np.int64) * days
        low = np.searchsorted(key, begin + segments.first[:-1])
        counts = np.searchsorted(key, begin + segments.last[:-1], side="right") - low
        self.segment = np.repeat(np.arange(len(segments), dtype=np.int32), counts)
        if self.segment.size < key.size:
            within = np.arange(self.segment.size) - np.repeat(np.cumsum(counts) - counts, counts)
            rows = np.repeat(low, counts) + within
            key, hours = key[rows], hours[rows]
        self.key = key
        self.offset = (key - begin[self.segment]).astype(np.int32)
        # `prefix` is flat [patterns, days + 1]: the day's own units are the step of the prefix sum.
        self._place = segments.pattern.astype(np.int64)[self.segment] * (days + 1) + self.offset
        change = to_units(hours) - (prefix[self._place + 1] - prefix[self._place])
        self.units = np.concatenate(([0], np.cumsum(change)))
        self.has_rows = np.zeros(len(segments.pointer) - 1, dtype=np.bool_)
        self.has_rows[segments.employment[counts > 0]] = True

    @property
    def change(self) -> Int64:
        """Units added to the pattern's by each row."""
        return np.diff(self.units)

    def working(self, prefix: Int64) -> Int64:
        """Prefix sum of the change in days with planned work; `prefix` as given before."""
        pattern = prefix[self._place + 1] - prefix[self._place]
        flips = (pattern + self.change > 0).astype(np.int64) - (pattern > 0)
        return np.concatenate(([0], np.cumsum(flips)))


class WorkPlan:
    """Planned hours of every employment, ready to be asked about stretches of days.

    `segments` as in `Segments`; `prefix`, `working_prefix`: flat [patterns, days + 1] prefix sums of planned
    units and of days with planned work; `base[s]`: where segment s's pattern begins in them.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.calendar = inputs.calendar
        self.days = self.calendar.day_count
        self.segments = Segments(inputs.terms, inputs.employments, self.calendar)
        self._daily = pattern_units(inputs.patterns, self.calendar)
        self.prefix = _prefix(self._daily)
        self.base = self.segments.pattern.astype(np.int64) * (self.days + 1)
        mean = weekly_units(inputs.patterns)[self.segments.pattern]
        #: Planned units per week of each segment; the contract's where the pattern has no hours.
        self.weekly = np.where(mean > 0, mean, self.segments.weekly)
        self.roster = RosterCorrections(
            inputs.roster, self.segments, self.prefix, self.days, self.calendar.first_day
        )

    @cached_property
    def roster_working(self) -> Int64:
        """Prefix sum, over roster rows, of the change in days with planned work."""
        return self.roster.working(self.prefix)

    @cached_property
    def working_prefix(self) -> Int64:
        """Flat [patterns, days + 1]: days with planned work before each offset."""
        return _prefix((self._daily > 0).astype(np.int64))

    def units(self, segment: Int64, first: Int32, last: Int32) -> Int64:
        """Planned units of each stretch `first`..`last` (offsets) inside one segment."""
        return self._between(self.prefix, self.roster.units, segment, first, last)

    def working_days(self, segment: Int64, first: Int32, last: Int32) -> Int64:
        """Days with planned work in each stretch `first`..`last` (offsets) inside one segment."""
        return self._between(self.working_prefix, self.roster_working, segment, first, last)

    def _between(self, prefix: Int64, corrections: Int64, segment: Int64, first: Int32, last: Int32) -> Int64:
        base = self.base[segment]
        total: Int64 = prefix[base + last + 1] - prefix[base + first]
        if self.roster.key.size:
            employment = self.segments.employment[segment]
            rows = np.flatnonzero(self.roster.has_rows[employment])
            key = employment[rows].astype(np.int64) * self.days
            low = np.searchsorted(self.roster.key, key + first[rows])
            high = np.searchsorted(self.roster.key, key + last[rows], side="right")
            total[rows] += corrections[high] - corrections[low]
        return total

    def on_day(self, segment: Int64, offset: Int32) -> Int64:
        """Planned units of each (segment, day)."""
        base = self.base[segment] + offset
        planned: Int64 = self.prefix[base + 1] - self.prefix[base]
        if self.roster.key.size:
            employment = self.segments.employment[segment]
            rows = np.flatnonzero(self.roster.has_rows[employment])
            key = employment[rows].astype(np.int64) * self.days + offset[rows]
            place = np.minimum(np.searchsorted(self.roster.key, key), self.roster.key.size - 1)
            found = self.roster.key[place] == key
            place = place[found]
            planned[rows[found]] += self.roster.units[place + 1] - self.roster.units[place]
        return planned


def split_by_month(calendar: Calendar, first: Int32, last: Int32) -> tuple[Int64, Int32, Int32, Int32]:
    """Cut spans of offsets at the ends of months: (span row, month index, first, last) of each piece.

    The first piece of span i is row i; the rest, of the few spans that cross a month's end, follow.
    """
    month = calendar.month_of[first]
    crossed = calendar.month_of[last] - month
    long = np.flatnonzero(crossed)
    rows = np.arange(len(first))
    if not long.size:
        return rows, month, first, last
    month_first = calendar.month_first
    times = crossed[long]
    more = np.repeat(long, times)
    step = np.arange(more.size) - np.repeat(np.cumsum(times) - times, times) + 1
    more_month = (month[more] + step).astype(np.int32)
    own_last = last.copy()
    own_last[long] = month_first[month[long] + 1] - 1
    return (
        np.concatenate((rows, more)),
        np.concatenate((month, more_month)),
        np.concatenate((first, month_first[more_month])),
        np.concatenate((own_last, np.minimum(last[more], month_first[more_month + 1] - 1))),
    )

"""What the kernel reads: frozen tables of equally long NumPy columns.

Days are day numbers (see `days`), spans are inclusive at both ends, and every reference is a dense index
into the other table. Columns are converted to the stated type; unequal lengths raise `ValueError`.
Rows need no order, but the kernel is faster when terms and roster are sorted by employment and day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any

import numpy as np

from absence_statistics.rules.days import OPEN_END, Bool, Calendar, Float64, Int32

#: KL and KRL count lost work in full-time days of 7.4 hours and employees in weeks of 37 hours.
HOURS_PER_DAGSVAERK = 7.4
HOURS_PER_FTE_WEEK = 37.0


class PartialKind(IntEnum):
    """How a partial return is stated."""

    WEEKLY_HOURS = 0
    SICK_SHARE = 1
    WEEKDAY_HOURS = 2


class _Table:
    """Base of the tables: gives every column its type and checks that all are equally long."""

    _types: dict[str, type[np.generic]] = {}

    def __post_init__(self) -> None:
        lengths = set()
        for each in fields(self):  # type: ignore[arg-type]
            dtype = self._types.get(each.name, np.int32)
            column = np.ascontiguousarray(getattr(self, each.name), dtype=dtype)
            object.__setattr__(self, each.name, column)
            lengths.add(len(column))
        if len(lengths) > 1:
            raise ValueError(f"{type(self).__name__}: the columns have different lengths")

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))  # type: ignore[arg-type]

    @classmethod
    def empty(cls) -> Any:
        """The table without rows."""
        return cls(*(np.empty(0) for _ in fields(cls)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Employments(_Table):
    """One row per employment; its row number is the employment index.

    `person`: person index (a person may have several employments); `start`, `end`: day numbers, `OPEN_END`
    while it lasts.
    """

    person: Int32
    start: Int32
    end: Int32


@dataclass(frozen=True)
class Patterns(_Table):
    """The distinct work patterns; a row number is the pattern index.

    `weeks`: length k of the rota (≥ 1); `anchor`: day number of a Monday on which week 1 of the rota begins;
    `hours`: [patterns, ≥ 7 · longest rota] planned hours, Monday of week 1 first, padded with anything.
    """

    weeks: Int32
    anchor: Int32
    hours: Float64

    _types = {"hours": np.float64}

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self) and (self.weeks.min() < 1 or self.hours.shape[1] < 7 * int(self.weeks.max())):
            raise ValueError("Patterns: a rota needs one or more whole weeks of hours")

    @classmethod
    def empty(cls) -> Patterns:
        """The table without rows."""
        return cls(np.empty(0), np.empty(0), np.empty((0, 7)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class Terms(_Table):
    """Dated terms of employments, one row per stretch in which node, group and pattern are constant.

    `employment`; `first`, `last` (`OPEN_END` when open); `node`: index of the unit *with its place in the
    tree*, so a unit that moves gets a new node and history stays; `group`: occupational group index;
    `pattern`: pattern index; `weekly_hours`: contract hours per week (årsværk = weekly_hours / 37).
    The stretches of one employment must not overlap; days without one are not worked.
    """

    employment: Int32
    first: Int32
    last: Int32
    node: Int32
    group: Int32
    pattern: Int32
    weekly_hours: Float64

    _types = {"weekly_hours": np.float64}


@dataclass(frozen=True)
class Roster(_Table):
    """Planned hours that replace the pattern on one day, also on a day off; at most one row per employment
    and day. Rows on days without terms count nothing."""

    employment: Int32
    day: Int32
    hours: Float64

    _types = {"hours": np.float64}


@dataclass(frozen=True)
class Absences(_Table):
    """One row per absence; its row number is the absence index.

    `employment`; `first`, `last`: day numbers, open ones already cut with `cut_open`; `category`: category
    index. An absence whose `last` is before its `first` covers no day and is no period.
    """

    employment: Int32
    first: Int32
    last: Int32
    category: Int32


@dataclass(frozen=True)
class Partials(_Table):
    """Partial returns: the state of an absence from a day until the next row's day or the absence's end.

    `absence`; `from_day`; `kind` (`PartialKind`); `value`: hours worked per week, or the sick share 0–1;
    `weekday_hours`: [rows, 7] hours worked per weekday, Monday first, for `WEEKDAY_HOURS`. Wholly sick again
    is `SICK_SHARE` 1. Of two rows from the same day the later row wins.
    """

    absence: Int32
    from_day: Int32
    kind: Int32
    value: Float64
    weekday_hours: Float64

    _types = {"value": np.float64, "weekday_hours": np.float64}

    @classmethod
    def empty(cls) -> Partials:
        """The table without rows."""
        none = np.empty(0)
        return cls(none, none, none, none, np.empty((0, 7)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class PayrollDays(_Table):
    """Absent hours as the payroll has them. An absence with any row here counts these hours and no others,
    on those of its days that have terms."""

    absence: Int32
    day: Int32
    absent_hours: Float64

    _types = {"absent_hours": np.float64}


@dataclass(frozen=True)
class Inputs:
    """Everything the figures of one municipality are computed from.

    `nodes`, `groups`, `categories`: how many of each there are (indices are below these).
    `length_limits`: last calendar day of each length class but the last; kort 1–14, mellem 15–28, lang ≥ 29.
    """

    calendar: Calendar
    employments: Employments
    patterns: Patterns
    terms: Terms
    absences: Absences
    nodes: int
    groups: int
    categories: int
    roster: Roster = field(default_factory=Roster.empty)
    partials: Partials = field(default_factory=Partials.empty)
    payroll: PayrollDays = field(default_factory=PayrollDays.empty)
    length_limits: tuple[int, ...] = (14, 28)

    @property
    def lengths(self) -> int:
        """Number of length classes."""
        return len(self.length_limits) + 1


@dataclass(frozen=True)
class Selection:
    """Which absences and employees a figure is about; `None` means all.

    `categories` and `lengths` choose absences; `groups` chooses employees (absent and planned alike).
    """

    categories: tuple[int, ...] | None = None
    lengths: tuple[int, ...] | None = None
    groups: tuple[int, ...] | None = None


def chosen(indices: Iterable[int] | None, size: int) -> Bool:
    """Mask [size] of the chosen indices; all when `None`."""
    if indices is None:
        return np.ones(size, dtype=np.bool_)
    mask = np.zeros(size, dtype=np.bool_)
    mask[np.fromiter(indices, dtype=np.int64)] = True
    return mask


def cut_open(first: Int32, last: Int32, as_of: int) -> Int32:
    """Last days with open absences (`last` = `OPEN_END`) counted to `as_of` ("open absences count to today").

    An open absence that begins after `as_of` gets a last day before its first: it covers no day.
    """
    return np.where(last >= OPEN_END, np.maximum(as_of, first - 1), last).astype(np.int32)

"""Dates as numbers, and the calendar that every figure is computed over.

A *day* is an integer, days since 1970-01-01 (a Thursday). A *month* is an integer too, months since
1970-01, as NumPy's `datetime64[M]` counts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]

#: The last day of anything that is still open: 9999-12-31.
OPEN_END = 2_932_896

#: Months in the rolling window (domain book § 4, "Window").
WINDOW_MONTHS = 12

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_EPOCH_WEEKDAY = date(1970, 1, 1).weekday()


def day_number(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return day.toordinal() - _EPOCH_ORDINAL


def month_number(day: date) -> int:
    """Months from 1970-01 to the month of `day`."""
    return (day.year - 1970) * 12 + day.month - 1


def first_day_of_month(month: int) -> int:
    """The day number of the first of a month."""
    return day_number(date(1970 + month // 12, month % 12 + 1, 1))


def weekday_of(days: Int32) -> Int32:
    """Weekday of each day, 0 = Monday."""
    return ((days + _EPOCH_WEEKDAY) % 7).astype(np.int32)


@dataclass(frozen=True)
class Window:
    """A span of days, both inclusive (day numbers)."""

    first_day: int
    last_day: int

    @classmethod
    def ending(cls, month: int, months: int = WINDOW_MONTHS) -> Window:
        """The whole calendar months that end with `month`: twelve unless told otherwise."""
        return cls(first_day_of_month(month - months + 1), first_day_of_month(month + 1) - 1)


@dataclass(frozen=True)
class Calendar:
    """The whole months the figures are computed over, and the days nobody is planned to work.

    `first_month`: month number; `months`: how many; `days_off`: day numbers of public holidays and the
    municipality's own days off, in any order, also outside the range. To get a rolling figure for a month,
    the calendar must hold that month and the eleven before it.

    Inside the kernel days are *offsets* from `first_day`, and months indices from `first_month`.
    """

    first_month: int
    months: int
    days_off: Int32

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError("a calendar holds at least one month")
        object.__setattr__(self, "days_off", np.asarray(self.days_off, dtype=np.int32))

    @cached_property
    def month_first(self) -> Int32:
        """Offset of the first day of each month and, last, of the day after the calendar: [months + 1]."""
        months = np.arange(self.first_month, self.first_month + self.months + 1)
        days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
        offsets: Int32 = (days - days[0]).astype(np.int32)
        return offsets

    @cached_property
    def month_numbers(self) -> Int32:
        """Month number of each month: [months]."""
        return np.arange(self.first_month, self.first_month + self.months, dtype=np.int32)

    @property
    def first_day(self) -> int:
        """Day number of the first day."""
        return first_day_of_month(self.first_month)

    @property
    def day_count(self) -> int:
        """Days in the calendar."""
        return int(self.month_first[-1])

    @cached_property
    def month_of(self) -> Int32:
        """Month index of each offset: [day_count]."""
        return np.repeat(np.arange(self.months, dtype=np.int32), np.diff(self.month_first))

    @cached_property
    def days(self) -> Int32:
        """Day number of each offset: [day_count]."""
        return np.arange(self.first_day, self.first_day + self.day_count, dtype=np.int32)

    @cached_property
    def weekday(self) -> Int32:
        """Weekday of each offset, 0 = Monday: [day_count]."""
        return weekday_of(self.days)

    @cached_property
    def is_off(self) -> Bool:
        """Whether each offset is a public holiday or a municipal day off: [day_count]."""
        off: Bool = np.isin(self.days, self.days_off)
        return off

    def month_index(self, month: int) -> int:
        """Index of a month number; `ValueError` when the calendar does not hold it."""
        index = month - self.first_month
        if not 0 <= index < self.months:
            raise ValueError(f"month {month} is outside the calendar")
        return index

    def clip(self, window: Window) -> tuple[int, int]:
        """First and last offset of the part of `window` that the calendar holds."""
        first = max(window.first_day - self.first_day, 0)
        return first, min(window.last_day - self.first_day, self.day_count - 1)

"""Which days an employee was to work, and whether one absence continues another (domain A2, § 4). Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from absence.rules.states import ONE_DAY

# Longer than any ordinary run of days off. Somebody without planned hours would otherwise never come back.
LONGEST_BREAK = 10
DAYS = 7


@dataclass(frozen=True)
class WorkPattern:
    """Planned hours per day in a period: 7 numbers a week, Monday first, for one or more weeks (a rota).

    `anchor` is any day of the rota's week 1. `valid_to` None means until further notice.
    """

    hours: tuple[float, ...]
    anchor: date
    valid_from: date = date.min
    valid_to: date | None = None

    @property
    def weeks(self) -> int:
        """Length of the rota in weeks; at least one."""
        return max(len(self.hours) // DAYS, 1)

    @property
    def weekly(self) -> float:
        """Mean planned hours a week."""
        return sum(self.hours) / self.weeks

    def on(self, day: date) -> float:
        """The pattern's hours that day, 0 outside its period. Knows no days off."""
        if not self.hours or day < self.valid_from or (self.valid_to is not None and day > self.valid_to):
            return 0.0
        monday = self.anchor - timedelta(days=self.anchor.weekday())
        return self.hours[(day - monday).days % len(self.hours)]

    def weekday(self, weekday: int) -> float:
        """The most hours the rota has on this weekday (0 = Monday)."""
        return max(self.hours[weekday::DAYS], default=0.0)


def planned_hours(
    day: date, patterns: Sequence[WorkPattern], shifts: Mapping[date, float], days_off: Collection[date]
) -> float:
    """Planned hours of a day: the roster's shift if there is one, else the pattern's, 0 on a day off (domain § 4)."""
    if day in shifts:
        return shifts[day]
    if day in days_off:
        return 0.0
    return sum(pattern.on(day) for pattern in patterns)


def continues(last_day: date, first_day: date, planned: Callable[[date], float]) -> bool:
    """Whether an absence from `first_day` directly follows one until `last_day`: no planned work between (A2).

    `planned` gives the planned hours of a day. False when the days overlap or lie more than ten days apart.
    """
    gap = (first_day - last_day).days - 1
    if not 0 <= gap <= LONGEST_BREAK:
        return False
    return all(planned(last_day + ONE_DAY * (offset + 1)) <= 0 for offset in range(gap))


def first_day_back(last_day: date, planned: Callable[[date], float]) -> date:
    """The first day with planned work after an absence; the next day when there is none within ten days."""
    for offset in range(1, LONGEST_BREAK + 2):
        day = last_day + ONE_DAY * offset
        if planned(day) > 0:
            return day
    return last_day + ONE_DAY

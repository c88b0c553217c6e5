"""The states of an absence and the moves between them (domain A2). Plain Python.

A *course* is one absence with its dated steps. Before its first step it is wholly sick; after its last day
the employee is back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class State(StrEnum):
    """The four states. The last is not stored as a step: it is what follows an absence's last day."""

    SICK = "sygemeldt"
    ACTIVE = "aktivt_sygemeldt"
    PARTIAL = "delvist_raskmeldt"
    BACK = "raskmeldt"


# From a state to those that may follow. Any step may be skipped, and a relapse goes back. A partial return may
# follow a partial return, with other hours. A return is final: a return that wasn't is *reopened*, which is a
# correction, and falling ill again is a new absence (which may continue the old one).
MOVES: dict[State, frozenset[State]] = {
    State.SICK: frozenset({State.ACTIVE, State.PARTIAL, State.BACK}),
    State.ACTIVE: frozenset({State.SICK, State.PARTIAL, State.BACK}),
    State.PARTIAL: frozenset({State.SICK, State.ACTIVE, State.PARTIAL, State.BACK}),
    State.BACK: frozenset(),
}

NAMES = {
    State.SICK: "Sygemeldt",
    State.ACTIVE: "Aktivt sygemeldt",
    State.PARTIAL: "Delvist tilbage",
    State.BACK: "Helt tilbage",
}


@dataclass(frozen=True)
class Step:
    """From `from_day` the absence is in `state`.

    A partial return says hours at work in exactly one way: per week, per weekday (7 numbers, Monday first), or,
    from files, as the share of working time absent (0-1).
    """

    from_day: date
    state: State
    worked_week: float | None = None
    worked_weekday: tuple[float, ...] | None = None
    sick_share: float | None = None

    def same_as(self, other: Step) -> bool:
        """Whether both say the same thing, whatever their dates."""
        return (self.state, self.worked_week, self.worked_weekday, self.sick_share) == (
            other.state,
            other.worked_week,
            other.worked_weekday,
            other.sick_share,
        )


@dataclass(frozen=True)
class Stretch:
    """Days, both included, in one state."""

    first: date
    last: date
    step: Step


@dataclass(frozen=True)
class Course:
    """One absence: its days and its steps in order of date. `is_sickness` is false for e.g. barns sygedag."""

    first_day: date
    last_day: date | None = None
    expected_last_day: date | None = None
    steps: tuple[Step, ...] = ()
    is_sickness: bool = True

    def step_on(self, day: date) -> Step:
        """What applies that day. After the last day: back. On days before the first, the first day's step."""
        if self.last_day is not None and day > self.last_day:
            return Step(self.last_day + ONE_DAY, State.BACK)
        day = max(day, self.first_day)
        found = Step(self.first_day, State.SICK)
        for step in self.steps:
            if step.from_day > day:
                break
            found = step
        return found

    def covers(self, day: date) -> bool:
        """Whether the day is a day of the absence."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)

    def length(self, today: date) -> int:
        """Length in calendar days, both ends counted; an open absence counts to today (domain § 4)."""
        last = self.last_day if self.last_day is not None else today
        return max((last - self.first_day).days + 1, 0)

    def stretches(self, until: date) -> Iterator[Stretch]:
        """The absence cut into stretches of one state, up to its last day (of an open one: `until`)."""
        end = self.last_day if self.last_day is not None else max(until, self.first_day)
        starts = [Step(self.first_day, State.SICK), *self.steps]
        for index, step in enumerate(starts):
            following = starts[index + 1].from_day - ONE_DAY if index + 1 < len(starts) else end
            first, last = max(step.from_day, self.first_day), min(following, end)
            if first <= last:
                yield Stretch(first, last, step)


def may_move(before: State, after: State) -> bool:
    """Whether a state may follow another."""
    return after in MOVES[before]

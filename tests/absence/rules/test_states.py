"""The state machine and the course of an absence."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from absence.rules.states import MOVES, Course, State, Step, may_move

FIRST = date(2026, 11, 2)


def day(number: int) -> date:
    """Day `number` of the absence; day 1 is the first."""
    return FIRST + timedelta(days=number - 1)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (State.SICK, State.ACTIVE, True),
        (State.SICK, State.PARTIAL, True),
        (State.SICK, State.BACK, True),
        (State.SICK, State.SICK, False),
        (State.ACTIVE, State.PARTIAL, True),
        (State.ACTIVE, State.BACK, True),
        (State.ACTIVE, State.SICK, True),
        (State.PARTIAL, State.PARTIAL, True),
        (State.PARTIAL, State.SICK, True),
        (State.PARTIAL, State.ACTIVE, True),
        (State.PARTIAL, State.BACK, True),
        (State.BACK, State.SICK, False),
        (State.BACK, State.PARTIAL, False),
    ],
)
def test_moves(before: State, after: State, allowed: bool) -> None:
    assert may_move(before, after) is allowed


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(State)


def test_what_applies_on_a_day() -> None:
    course = Course(
        day(1),
        day(20),
        steps=(Step(day(8), State.ACTIVE), Step(day(15), State.PARTIAL, worked_week=16)),
    )
    expected = {0: State.SICK, 1: State.SICK, 7: State.SICK, 8: State.ACTIVE, 14: State.ACTIVE, 15: State.PARTIAL, 20: State.PARTIAL, 21: State.BACK}  # fmt: skip
    assert {number: course.step_on(day(number)).state for number in expected} == expected


@pytest.mark.parametrize(
    ("last", "today", "length"), [(1, 30, 1), (14, 3, 14), (None, 1, 1), (None, 29, 29), (None, 0, 0)]
)
def test_length_in_calendar_days(last: int | None, today: int, length: int) -> None:
    assert Course(day(1), day(last) if last else None).length(day(today)) == length


@st.composite
def courses(draw: st.DrawFn) -> Course:
    """Closed and open absences with steps on any days, some before the first and after the last day."""
    last = draw(st.none() | st.integers(1, 60))
    starts = sorted(draw(st.sets(st.integers(1, 70), max_size=5)))
    states = [State.SICK, State.ACTIVE, State.PARTIAL]
    steps = tuple(Step(day(start), draw(st.sampled_from(states)), worked_week=start) for start in starts)
    return Course(day(1), day(last) if last else None, steps=steps)


@settings(max_examples=150, deadline=None)
@given(courses(), st.integers(1, 80))
def test_stretches_cover_every_day_once_with_what_applies_then(course: Course, until: int) -> None:
    found = {}
    for stretch in course.stretches(day(until)):
        for offset in range((stretch.last - stretch.first).days + 1):
            at = stretch.first + timedelta(days=offset)
            assert at not in found
            found[at] = stretch.step
    end = course.last_day or day(until)
    assert sorted(found) == [FIRST + timedelta(days=n) for n in range((end - FIRST).days + 1)]
    assert all(course.step_on(at).same_as(step) for at, step in found.items())

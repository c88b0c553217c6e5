"""Sick share from hours at work, and what is said about wrong hours."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from absence.rules.share import check_worked_hours, hours_text, sick_share, worked_per_week
from absence.rules.states import State, Step
from absence.rules.workdays import WorkPattern

MONDAY = date(2026, 11, 2)
FULL = WorkPattern((7.4,) * 5 + (0.0, 0.0), MONDAY)
PART = WorkPattern((8.0,) * 4 + (0.0,) * 3, MONDAY)  # 32 hours, Monday to Thursday
ROTA = WorkPattern((12.0, 12.0, 12.0, 0, 0, 0, 0, 0, 0, 0, 12.0, 12.0, 0, 0), MONDAY)  # 36 and 24 hours


def partial(week: float | None = None, weekday: tuple[float, ...] | None = None, share: float | None = None) -> Step:  # fmt: skip
    """A partial return."""
    return Step(MONDAY, State.PARTIAL, week, weekday, share)


@pytest.mark.parametrize(
    ("step", "pattern", "share"),
    [
        (Step(MONDAY, State.SICK), FULL, 1.0),
        (Step(MONDAY, State.ACTIVE), FULL, 1.0),
        (Step(MONDAY, State.BACK), FULL, 0.0),
        (partial(16), PART, 0.5),
        (partial(18.5), FULL, 0.5),
        (partial(weekday=(4, 4, 4, 4, 0, 0, 0)), PART, 0.5),
        (partial(weekday=(8, 8, 0, 0, 0, 0, 0)), PART, 0.5),
        (partial(weekday=(8, 8, 8, 0, 8, 0, 0)), PART, 0.25),  # Friday is no working day: it gives nothing
        (partial(15), ROTA, 0.5),
        (partial(weekday=(12, 0, 0, 12, 0, 0, 0)), ROTA, 0.6),  # 24 of 60 hours in two weeks
        (partial(share=0.4), PART, 0.4),
        (partial(40), PART, 0.0),
        (partial(16), None, 1.0),
        (partial(16), WorkPattern((0.0,) * 7, MONDAY), 1.0),
    ],
)
def test_sick_share(step: Step, pattern: WorkPattern | None, share: float) -> None:
    assert sick_share(step, pattern) == pytest.approx(share)


HOURS = st.floats(0, 12, allow_nan=False).map(lambda value: round(value, 2))


@settings(max_examples=150, deadline=None)
@given(st.lists(HOURS, min_size=7, max_size=7), st.lists(HOURS, min_size=7, max_size=7))
def test_share_lies_between_none_and_all(planned: list[float], worked: list[float]) -> None:
    pattern = WorkPattern(tuple(planned), MONDAY)
    assert 0 <= sick_share(partial(weekday=tuple(worked)), pattern) <= 1 + 1e-9
    assert 0 <= sick_share(partial(sum(worked)), pattern) <= 1


@settings(max_examples=100, deadline=None)
@given(st.lists(HOURS, min_size=7, max_size=7), st.floats(0, 1, allow_nan=False))
def test_hours_per_weekday_and_per_week_agree_when_no_day_is_overdone(
    planned: list[float], part: float
) -> None:
    pattern = WorkPattern(tuple(planned), MONDAY)
    worked = tuple(hours * part for hours in planned)
    assert sick_share(partial(weekday=worked), pattern) == pytest.approx(
        sick_share(partial(sum(worked)), pattern), abs=1e-6
    )


@pytest.mark.parametrize(
    ("week", "weekday", "pattern", "says"),
    [
        (16, None, PART, ""),
        (None, (4, 4, 4, 4, 0, 0, 0), PART, ""),
        (None, (4, 4, 4, 0, 4, 0, 0), PART, ""),  # a swapped working day is fine
        (16, None, None, ""),
        (None, None, PART, "hvor mange timer"),
        (16, (4,) * 7, PART, "på én måde"),
        (0, None, PART, "flere timer end 0"),
        (32, None, PART, "32 timer om ugen"),
        (90, None, None, "højst stå 80"),
        (None, (4, 4), PART, "alle syv"),
        (None, (25, 0, 0, 0, 0, 0, 0), None, "Ret mandag"),
        (None, (0, 9, 0, 0, 0, 0, 0), PART, "Tirsdag er der planlagt 8 timer"),
        (None, (8, 8, 8, 8, 0, 0, 0), PART, "vælg helt tilbage"),
    ],
)
def test_wrong_hours(
    week: float | None, weekday: tuple[float, ...] | None, pattern: WorkPattern | None, says: str
) -> None:
    message = check_worked_hours(week, weekday, pattern)
    assert says in message
    assert bool(message) == bool(says)


@pytest.mark.parametrize(("hours", "text"), [(16, "16"), (18.5, "18,5"), (22.25, "22,25"), (29.999999, "30")])
def test_hours_text(hours: float, text: str) -> None:
    assert hours_text(hours) == text


def test_hours_from_a_share_need_a_plan() -> None:
    assert worked_per_week(partial(share=0.25), PART) == 24
    assert worked_per_week(partial(share=0.25), None) is None
    assert worked_per_week(partial(weekday=(4, 4, 0, 0, 0, 0, 0)), PART) == 8

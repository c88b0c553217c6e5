"""Moves to working days against a slow reference, and month arithmetic."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conversations.rules.model import Move, Span, SpanUnit
from conversations.rules.strictness import _bounds
from conversations.rules.workdays import add_months, add_span, move, nth_working_day, window_start
from tests.conversations.rules.strategies import HOLIDAYS, dates

ALL_DAYS = [date(2025, 10, 1) + timedelta(days=number) for number in range(1200)]
WORKING = [d for d in ALL_DAYS if d.isoweekday() <= 5 and d not in HOLIDAYS]


@given(dates, st.sampled_from(Move))
def test_moves_as_a_search_through_all_working_days_does(day: date, how: Move) -> None:
    expected = {
        Move.NONE: day,
        Move.NEXT: min(d for d in WORKING if d >= day),
        Move.PREVIOUS: max(d for d in WORKING if d <= day),
    }[how]
    assert move(day, how, HOLIDAYS, not_before=date.min) == expected


@given(dates, st.integers(0, 10))
def test_never_moves_before_the_first_sick_day(day: date, since: int) -> None:
    first = day - timedelta(days=since)
    moved = move(day, Move.PREVIOUS, HOLIDAYS, not_before=first)
    assert first <= moved <= day


@given(dates, st.integers(1, 60))
def test_counts_working_days_as_a_list_does(day: date, number: int) -> None:
    assert nth_working_day(day, number, HOLIDAYS) == [d for d in WORKING if d >= day][number - 1]


def test_a_year_without_working_days_is_refused() -> None:
    with pytest.raises(ValueError, match="ingen arbejdsdage"):
        move(date(2026, 1, 1), Move.NEXT, frozenset(ALL_DAYS), not_before=date.min)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -12, date(2025, 1, 15)),
        (date(2028, 2, 29), -12, date(2027, 2, 28)),
    ],
)
def test_adds_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_repeated_months_count_from_the_first_day() -> None:
    assert add_span(date(2026, 1, 31), Span(1, SpanUnit.MONTHS), 2) == date(2026, 3, 31)


def test_a_window_of_180_days_is_not_six_months() -> None:
    last = date(2026, 8, 31)
    assert window_start(last, Span(180, SpanUnit.DAYS)) == date(2026, 3, 5)
    assert window_start(last, Span(6, SpanUnit.MONTHS)) == date(2026, 3, 1)


@given(st.dates(date(2000, 1, 1), date(2060, 12, 31)), st.integers(1, 60))
def test_the_bounds_of_a_span_hold_for_every_window(last: date, months: int) -> None:
    assume(last.year < 2060)
    span = Span(months, SpanUnit.MONTHS)
    fewest, most = _bounds(span)
    assert fewest <= (last - window_start(last, span)).days + 1 <= most

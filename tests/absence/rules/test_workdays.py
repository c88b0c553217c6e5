"""Does a new absence continue the old one, and which day is the first at work again."""

from datetime import date

import pytest

from absence.rules.workdays import WorkPattern, continues, first_day_back, planned_hours

MONDAY = date(2026, 11, 2)
FULL = WorkPattern((7.4,) * 5 + (0.0, 0.0), MONDAY)
EVERY_OTHER = WorkPattern((12.0,) * 7 + (0.0,) * 7, MONDAY)  # seven days on, seven days off
NOTHING = WorkPattern((0.0,) * 7, MONDAY)
CHRISTMAS = {date(2026, 12, 25), date(2026, 12, 26)}


@pytest.mark.parametrize(
    ("last", "first", "pattern", "days_off", "expected"),
    [
        (date(2026, 11, 5), date(2026, 11, 6), FULL, (), True),  # the next day
        (date(2026, 11, 6), date(2026, 11, 9), FULL, (), True),  # Friday, Monday
        (date(2026, 11, 6), date(2026, 11, 10), FULL, (), False),  # Monday was worked
        (date(2026, 12, 24), date(2026, 12, 28), FULL, CHRISTMAS, True),
        (date(2026, 12, 24), date(2026, 12, 28), FULL, (), False),  # 25 December is a Friday
        (date(2026, 11, 8), date(2026, 11, 16), EVERY_OTHER, (), True),  # the rota's week off
        (date(2026, 11, 5), date(2026, 11, 5), FULL, (), False),  # overlaps
        (date(2026, 11, 5), date(2026, 11, 3), FULL, (), False),
        (date(2026, 11, 5), date(2026, 11, 16), NOTHING, (), True),  # ten days of nothing
        (date(2026, 11, 5), date(2026, 11, 17), NOTHING, (), False),  # eleven: nobody rests that long
    ],
)
def test_continues(
    last: date, first: date, pattern: WorkPattern, days_off: tuple[date, ...], expected: bool
) -> None:
    assert continues(last, first, lambda day: planned_hours(day, [pattern], {}, days_off)) is expected


def test_a_shift_beats_pattern_and_holiday() -> None:
    day = date(2026, 12, 25)
    assert planned_hours(day, [FULL], {}, CHRISTMAS) == 0
    assert planned_hours(day, [FULL], {day: 8.0}, CHRISTMAS) == 8
    assert planned_hours(date(2026, 12, 23), [FULL], {date(2026, 12, 23): 0.0}, ()) == 0


def test_a_pattern_ends_with_its_terms() -> None:
    terms = [
        WorkPattern((7.4,) * 5 + (0.0, 0.0), MONDAY, date.min, date(2026, 11, 8)),
        WorkPattern((4.0,) * 5 + (0.0, 0.0), MONDAY, date(2026, 11, 9)),
    ]
    assert planned_hours(date(2026, 11, 6), terms, {}, ()) == 7.4
    assert planned_hours(date(2026, 11, 9), terms, {}, ()) == 4


def test_rota_counts_weeks_from_its_anchor() -> None:
    midweek = WorkPattern(EVERY_OTHER.hours, date(2026, 11, 5))  # a Thursday of week 1
    assert midweek.on(MONDAY) == 12
    assert midweek.on(date(2026, 11, 9)) == 0
    assert midweek.on(date(2026, 10, 26)) == 0  # backwards too
    assert midweek.weekly == 42


@pytest.mark.parametrize(
    ("last", "pattern", "back"),
    [
        (date(2026, 11, 5), FULL, date(2026, 11, 6)),
        (date(2026, 11, 6), FULL, date(2026, 11, 9)),
        (date(2026, 11, 8), EVERY_OTHER, date(2026, 11, 16)),
        (date(2026, 11, 5), NOTHING, date(2026, 11, 6)),
    ],
)
def test_first_day_back(last: date, pattern: WorkPattern, back: date) -> None:
    assert first_day_back(last, pattern.on) == back

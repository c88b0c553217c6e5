"""Quarters: reading them, what lies before and after, and which may be reported on."""

from datetime import date

import pytest

from coordination.reports.quarter import Quarter, QuarterError, newest_quarters, newest_whole, parse_quarter

ON = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2026, 9, 30), "2026Q2"),
        (date(2026, 10, 1), "2026Q3"),
        (date(2026, 1, 1), "2025Q4"),
        (date(2026, 3, 31), "2025Q4"),
        (date(2026, 12, 31), "2026Q3"),
    ],
)
def test_the_newest_whole_quarter(on: date, code: str) -> None:
    assert newest_whole(on).code == code


@pytest.mark.parametrize(
    ("quarter", "first", "last", "day"),
    [
        (Quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 31)),
        (Quarter(2024, 4), date(2024, 10, 1), date(2024, 12, 1), date(2024, 12, 31)),
    ],
)
def test_its_days(quarter: Quarter, first: date, last: date, day: date) -> None:
    assert (quarter.first_month, quarter.last_month, quarter.last_day) == (first, last, day)


def test_neighbours_go_round_the_year() -> None:
    assert Quarter(2026, 1).before == Quarter(2025, 4)
    assert Quarter(2025, 4).after == Quarter(2026, 1)
    assert Quarter(2026, 3).year_before == Quarter(2025, 3)
    assert [each.code for each in newest_quarters(ON, 4)] == ["2026Q3", "2026Q2", "2026Q1", "2025Q4"]


@pytest.mark.parametrize("text", ["2026Q3", " 2026q3 "])
def test_read(text: str) -> None:
    assert parse_quarter(text, ON) == Quarter(2026, 3)


@pytest.mark.parametrize("text", ["2026Q5", "2026Q0", "26Q3", "2026-Q3", "Q3 2026", "", "2026Q33"])
def test_misspelt_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(QuarterError, match="fx 2026Q3"):
        parse_quarter(text, ON)


@pytest.mark.parametrize("text", ["2026Q4", "2027Q1"])
def test_not_over_is_refused_naming_the_newest(text: str) -> None:
    with pytest.raises(QuarterError, match=r"ikke slut endnu.*3\. kvartal 2026 \(2026Q3\)"):
        parse_quarter(text, ON)


def test_the_quarter_is_whole_from_the_day_after_its_end() -> None:
    assert parse_quarter("2026Q3", date(2026, 10, 1)).code == "2026Q3"
    with pytest.raises(QuarterError):
        parse_quarter("2026Q3", date(2026, 9, 30))

"""Danish numbers and dates: written as people write them, read as people type them."""

import datetime as dt
from decimal import Decimal

import pytest

from core.formats import (
    format_count,
    format_date,
    format_date_near,
    format_date_short,
    format_month,
    format_number,
    format_percent,
    format_period,
    format_signed,
    format_week,
    parse_danish_date,
)

THURSDAY = dt.date(2026, 11, 19)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (1234.5, 1, "1.234,5"),
        (1234567, 0, "1.234.567"),
        (0, 1, "0,0"),
        (-0.04, 1, "0,0"),
        (-1234.5, 1, "−1.234,5"),
        (2.675, 2, "2,68"),
        (0.5, 0, "1"),
        (Decimal("17.35"), 1, "17,4"),
        (999.95, 1, "1.000,0"),
    ],
)
def test_numbers_have_points_between_thousands_and_a_decimal_comma(value, decimals, expected):
    assert format_number(value, decimals) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_written_as_one(value):
    with pytest.raises(ValueError, match="not a number"):
        format_number(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.7, "+1,7"), (-0.3, "−0,3"), (0.04, "0,0"), (-0.04, "0,0"), (0, "0,0"), (1000, "+1.000,0")],
)
def test_changes_carry_their_sign_and_zero_carries_none(value, expected):
    assert format_signed(value) == expected


def test_shares_and_counts():
    assert format_percent(0.0694) == "6,9\N{NO-BREAK SPACE}%"
    assert format_count(1, "dag", "dage") == "1 dag"
    assert format_count(1200, "dag", "dage") == "1.200 dage"
    assert format_count(0, "dag", "dage") == "0 dage"


def test_dates_in_words_and_figures():
    day = dt.date(2026, 2, 1)
    assert format_date(day) == "1. februar 2026"
    assert format_date(day, weekday=True) == "søndag 1. februar 2026"
    assert format_date(day, year=False) == "1. februar"
    assert format_date_short(day) == "01.02.2026"
    assert format_month(day) == "februar 2026"
    assert format_month(day, short=True) == "feb. 2026"
    assert format_month(dt.date(2026, 5, 1), short=True) == "maj 2026"


def test_weeks_are_iso_weeks():
    assert format_week(THURSDAY) == "uge 47"
    assert format_week(dt.date(2027, 1, 1)) == "uge 53"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 11, 19), "i dag"),
        (dt.date(2026, 11, 18), "i går"),
        (dt.date(2026, 11, 20), "i morgen"),
        (dt.date(2026, 11, 23), "mandag 23. november"),
        (dt.date(2026, 12, 3), "torsdag 3. december"),
        (dt.date(2026, 12, 4), "4. december"),
        (dt.date(2026, 2, 1), "1. februar"),
        (dt.date(2025, 11, 19), "19. november 2025"),
    ],
)
def test_near_dates_are_said_as_one_would_say_them(day, expected):
    assert format_date_near(day, THURSDAY) == expected


def test_near_dates_in_another_year_name_the_year():
    assert format_date_near(dt.date(2027, 1, 4), dt.date(2026, 12, 30)) == "mandag 4. januar 2027"


def test_today_can_be_written_as_a_date():
    assert format_date_near(THURSDAY, THURSDAY, relative=False) == "torsdag 19. november"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (dt.date(2026, 9, 8), dt.date(2026, 9, 9), "8.-9. september 2026"),
        (dt.date(2026, 9, 8), dt.date(2026, 9, 8), "8. september 2026"),
        (dt.date(2026, 9, 28), dt.date(2026, 11, 1), "28. september - 1. november 2026"),
        (dt.date(2025, 12, 30), dt.date(2026, 1, 2), "30. december 2025 - 2. januar 2026"),
        (dt.date(2026, 11, 5), None, "fra 5. november 2026"),
    ],
)
def test_periods(first, last, expected):
    assert format_period(first, last) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19.11.2026", dt.date(2026, 11, 19)),
        ("19-11-2026", dt.date(2026, 11, 19)),
        ("19/11 2026", dt.date(2026, 11, 19)),
        ("19.11.26", dt.date(2026, 11, 19)),
        ("2026-11-19", dt.date(2026, 11, 19)),
        (" 19. november 2026 ", dt.date(2026, 11, 19)),
        ("1. feb", dt.date(2027, 2, 1)),
        ("19.11", dt.date(2026, 11, 19)),
        ("19.11.", dt.date(2026, 11, 19)),
        ("2/1", dt.date(2027, 1, 2)),
        ("1.6", dt.date(2026, 6, 1)),
        ("29.2", dt.date(2028, 2, 29)),
        ("i dag", THURSDAY),
        ("I går", dt.date(2026, 11, 18)),
        ("i forgårs", dt.date(2026, 11, 17)),
        ("i morgen", dt.date(2026, 11, 20)),
        ("ma", dt.date(2026, 11, 16)),
        ("to", THURSDAY),
        ("Fredag", dt.date(2026, 11, 13)),
        ("sø.", dt.date(2026, 11, 15)),
    ],
)
def test_dates_are_read_as_people_type_them(text, expected):
    today = dt.date(2027, 11, 19) if text == "29.2" else THURSDAY
    assert parse_danish_date(text, today) == expected


def test_a_weekday_can_look_ahead():
    assert parse_danish_date("ma", THURSDAY, weekdays="future") == dt.date(2026, 11, 23)
    assert parse_danish_date("torsdag", THURSDAY, weekdays="future") == THURSDAY


def test_a_date_without_year_is_the_nearest_one():
    assert parse_danish_date("28.12", dt.date(2027, 1, 5)) == dt.date(2026, 12, 28)
    assert parse_danish_date("5.1", dt.date(2026, 12, 28)) == dt.date(2027, 1, 5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31.02.", "31. februar findes ikke"),
        ("31.02.2026", "31. februar findes ikke"),
        ("29.02.2026", "29. februar findes ikke i 2026"),
        ("12.13.2026", "ingen måned nummer 13"),
        ("1.1.0026", "Årstallet 26 kan ikke passe"),
        ("0.5.2026", "0. maj findes ikke"),
        ("snart", "Vi kan ikke læse datoen"),
        ("m", "Vi kan ikke læse datoen"),
        ("", "Vi kan ikke læse datoen"),
        ("19.11.2026 kl. 8", "Vi kan ikke læse datoen"),
    ],
)
def test_what_is_no_date_is_answered_in_danish_with_a_way_forward(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        parse_danish_date(text, THURSDAY)
    assert "Skriv datoen som" in str(caught.value)

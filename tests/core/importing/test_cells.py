"""What single cells mean, and what is said about those that mean nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.importing import cells
from core.importing.cells import CellError


@pytest.mark.parametrize(
    "text",
    ["2026-02-01", "01.02.2026", "1.2.2026", "01-02-2026", "2026-2-1", "2026-02-01 00:00:00", "2026-02-01T00:00"],
)  # fmt: skip
def test_spellings_of_one_day(text: str) -> None:
    assert cells.day(text) == "2026-02-01"


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_in_both_spellings(day: date) -> None:
    assert cells.day(day.isoformat()) == cells.day(day.strftime("%d.%m.%Y")) == day.isoformat()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31.02.2026", "Datoen findes ikke. Februar 2026 har 28 dage."),
        ("2024-02-30", "Datoen findes ikke. Februar 2024 har 29 dage."),
        ("01.13.2026", "Datoen findes ikke: der er ingen måned 13. Skriv dag, måned og år."),
        ("01.01.0206", "Året 206 ser forkert ud. Ret årstallet."),
        ("01.02.26", "Det er ikke en dato. Skriv den som 01.02.2026 eller 2026-02-01."),
        ("02/01/2026", "Det er ikke en dato. Skriv den som 01.02.2026 eller 2026-02-01."),
        ("i går", "Det er ikke en dato. Skriv den som 01.02.2026 eller 2026-02-01."),
        ("00.01.2026", "Datoen findes ikke. Januar 2026 har 31 dage."),
    ],
)
def test_no_such_day(text: str, message: str) -> None:
    with pytest.raises(CellError, match="^" + message.replace(".", r"\.") + "$"):
        cells.day(text)


def test_payroll_systems_write_9999_for_open_ended() -> None:
    assert cells.last_day("31.12.9999") is None
    assert cells.last_day("9999-12-31") is None
    with pytest.raises(CellError, match="Året 9999"):
        cells.day("31.12.9999")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("37,5", 37.5),
        ("37.5", 37.5),
        (" 37 ", 37),
        ("1.234,5", 1234.5),
        ("-7,4", -7.4),
        (",5", 0.5),
        ("7.", 7.0),
    ],
)
def test_decimal_comma_and_point(text: str, value: float) -> None:
    assert cells.decimal(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (cells.hours_of_week, "37,5,0", "Der er to kommaer"),
        (cells.hours_of_week, "fuld tid", "Det er ikke et tal"),
        (cells.hours_of_week, "80,5", "Der kan højst stå 80 timer om ugen"),
        (cells.hours_of_week, "300 %", "Skriv et antal timer og ikke procent"),
        (cells.hours_of_week, "nan", "Det er ikke et tal"),
        (cells.hours_of_day, "-1", "Timer kan ikke være under 0"),
        (cells.hours_of_day, "24,5", "En dag har højst 24 timer"),
        (cells.hours_of_day, "7:24", "7,4 og ikke 7:24"),
        (cells.share, "300 %", "Andelen syg kan ikke være over 100 %"),
        (cells.share, "40", "Skriv den som 0,4 eller 40 %"),
        (cells.share, "-0,1", "Andelen kan ikke være under 0"),
        (cells.email, "signe lund", "Det er ikke en e-mailadresse"),
        (cells.email, "a@b", "Det er ikke en e-mailadresse"),
        (cells.yes_no, "måske", "Skriv ja, nej eller ved ikke"),
    ],
)
def test_messages(parse: Callable[[str], str], text: str, message: str) -> None:
    with pytest.raises(CellError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"), [("0,4", "0.4"), ("40 %", "0.4"), ("40%", "0.4"), ("1", "1.0"), ("100 %", "1.0")]
)
def test_shares(text: str, value: str) -> None:
    assert cells.share(text) == value


@pytest.mark.parametrize(
    ("text", "value"), [("Ja", "yes"), ("NEJ", "no"), ("ved  ikke", "unknown"), ("yes", "yes"), ("no", "no")]
)
def test_yes_and_no(text: str, value: str) -> None:
    assert cells.yes_no(text) == value


@pytest.mark.parametrize("text", ["010190-1234", "0707614285"])
def test_what_looks_like_a_cpr_number(text: str) -> None:
    with pytest.raises(CellError, match="Det ligner et CPR-nummer"):
        cells.no_cpr(text)


@pytest.mark.parametrize("text", ["P100", "3112991234", "1000000001", "9912310001", "12345", "321390-1234"])
def test_ordinary_numbers(text: str) -> None:
    assert cells.no_cpr(text) == text


def test_addresses_are_lower_case() -> None:
    assert cells.email("Signe.Lund@Nordby.Example") == "signe.lund@nordby.example"

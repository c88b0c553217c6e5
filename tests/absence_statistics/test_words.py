"""The sentences: right about the numbers, and careful."""

from datetime import date

import pytest

from absence_statistics import words
from absence_statistics.rules.persons import Concentration
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import month_before

UNTIL = date(2026, 10, 1)


def series(*values: float) -> list[tuple[date, float]]:
    return [(month_before(UNTIL, len(values) - 1 - at), value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("now", "before", "words_expected"),
    [
        (17.4, 18.9, "1,5 lavere end året før (18,9)"),
        (18.9, 17.4, "1,5 højere end året før (17,4)"),
        (17.44, 17.36, "Som året før (17,4)"),
        (12.34, 12.36, "0,1 lavere end året før (12,4)"),  # as written: 12,3 and 12,4
        (17.4, None, ""),
    ],
)
def test_change_adds_up_as_written(now: float, before: float | None, words_expected: str) -> None:
    assert words.change_note(now, before) == words_expected


@pytest.mark.parametrize(
    ("values", "before", "finding", "detail"),
    [
        ((18.0, 19.1, 17.4), 18.9, "lavere end for et år siden: 17,4 mod 18,9", "ikke ligget lavere"),
        (
            (17.0, 19.1, 18.0),
            15.0,
            "højere end for et år siden: 18,0 mod 15,0",
            "Højest var september 2026 (19,1)",
        ),
        ((17.0, 18.1, 19.0), 15.0, "højere", "lavest var august 2026"),
        ((17.0, 17.1, 17.0), 17.1, "omtrent som for et år siden", "nogenlunde fast"),
        ((17.0,), None, "Fraværet er 17,0 dagsværk pr. årsværk.", "endnu ikke tal"),
    ],
)
def test_curve(values: tuple[float, ...], before: float | None, finding: str, detail: str) -> None:
    found = words.curve_words(series(*values), before)
    assert finding in found[0]
    assert detail in found[1]


@pytest.mark.parametrize(
    ("now", "before", "finding", "detail"),
    [
        (
            (4.6, 2.3, 10.5),
            (6.2, 2.4, 10.3),
            "Det lange fravær udgør 60\N{NO-BREAK SPACE}%",
            "det korte fravær faldet mest (−1,6)",
        ),
        (
            (9.0, 1.0, 2.0),
            (4.0, 1.0, 2.0),
            "Det korte fravær udgør 75\N{NO-BREAK SPACE}%",
            "det korte fravær steget mest (+5,0)",
        ),
        ((4.0, 1.0, 2.0), (4.1, 1.0, 2.0), "Det korte", "omtrent som året før"),
        ((4.0, 1.0, 2.0), None, "Det korte", ""),
        ((0.0, 0.0, 0.0), None, "ikke registreret fravær", ""),
    ],
)
def test_lengths(now: tuple[float, ...], before: tuple[float, ...] | None, finding: str, detail: str) -> None:
    found = words.length_words(now, before)
    assert finding in found[0]
    assert detail in found[1]


@pytest.mark.parametrize(
    ("share", "long_share", "finding"),
    [
        (0.78, 0.6, "Få lange forløb fylder mest."),
        (0.78, 0.3, "En mindre del af medarbejderne har det meste af fraværet."),
        (0.78, None, "En mindre del af medarbejderne har det meste af fraværet."),
        (0.6, 0.6, "Fraværet er både spredt og samlet hos nogle få."),
        (0.45, 0.6, "Fraværet er spredt på mange."),
    ],
)
def test_general_or_few(share: float, long_share: float | None, finding: str) -> None:
    found = Concentration(86, 1291.0, (5, 20), (5, 18), (0.44, share))
    said, numbers = words.concentration_words(found, long_share)
    assert said == finding
    assert (
        "De 5 medarbejdere med mest fravær (5 %) står for 44\N{NO-BREAK SPACE}% af de tabte dagsværk, og de 18"
        in numbers
    )


def test_general_or_few_of_a_small_unit() -> None:
    said, numbers = words.concentration_words(Concentration(12, 50.0, (5, 20), (1, 3), (0.4, 0.8)), 0.1)
    assert numbers.startswith("Den ene medarbejder med mest fravær (5 %)")
    said, numbers = words.concentration_words(Concentration(12, 50.0, (), (), ()), 0.1)
    assert "for få medarbejdere" in said
    assert numbers == ""


def test_why_hidden() -> None:
    assert words.why_hidden(Reason.FEW, 7) == "Skjult, fordi enheden har under 7 medarbejdere."
    assert "regnes ud" in words.why_hidden(Reason.PROTECTS, 7)


def test_calculation_and_lists() -> None:
    assert words.calculation(17.398, 1291.2, 74.21) == "17,4 = 1.291 dagsværk / 74,2 årsværk"
    assert words.listed(["Egen sygdom", "§ 56", "Graviditetsgener"]) == (
        "egen sygdom, §\N{NO-BREAK SPACE}56 og graviditetsgener"
    )
    assert words.listed(["Egen sygdom"]) == "egen sygdom"
    assert words.listed([]) == ""

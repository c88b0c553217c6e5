"""What the sentences say of figures made up for it."""

from dataclasses import replace
from datetime import date

import pytest

from coordination.reports import words
from coordination.reports.groups import hidden_groups
from coordination.reports.quarter import Quarter
from coordination.reports.values import (
    Compared,
    CurvePoint,
    FollowUp,
    Gap,
    Lengths,
    Level,
    Method,
    NamedLevel,
    Periods,
    Report,
    StepCounts,
)


def level(per_fte: float, fte: float = 100.0) -> Level:
    planned = 250 * fte
    return Level(per_fte * fte, planned, fte, per_fte, 100 * per_fte * fte / planned)


def points(now: list[float | Gap], before: list[float | Gap]) -> tuple[CurvePoint, ...]:
    months = [date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(12)]
    return tuple(CurvePoint(*each) for each in zip(months, now, before, strict=True))


REPORT = Report(
    municipality="Nordby Kommune",
    unit="Sundhed",
    unit_number="E1",
    above="Nordby Kommune",
    quarter=Quarter(2026, 3),
    own=Compared(level(3.0), level(3.4)),
    year=Compared(level(12.0), level(12.7)),
    curve=points([12.0] * 12, [13.0] * 12),
    lengths=Lengths(4.0, 2.0, 6.0),
    lengths_before=Lengths(5.0, 2.0, 5.7),
    healthy=0.25,
    healthy_before=0.2,
    periods=Periods(120, 1.2),
    periods_before=Periods(140, 1.4),
    units=(),
    groups=(),
    follow_up=FollowUp(StepCounts("", 10, 6, 2, 1, 1, 0), ()),
    method=Method((), (), 14, 28, 5, 10, 0, date(2026, 11, 20), None, date(2020, 1, 1)),
)


def test_lead_says_how_much_and_which_absence() -> None:
    assert words.lead(REPORT) == [
        "Fraværet er faldet 0,7 dagsværk pr. årsværk siden samme kvartal sidste år, set over tolv måneder.",
        "Det er mest det korte fravær, der er faldet.",
    ]


def test_lead_when_it_rises_names_what_rises() -> None:
    report = replace(REPORT, year=Compared(level(13.0), level(12.7)))
    assert words.lead(report)[0].startswith("Fraværet er steget 0,3 ")
    assert words.lead(report)[1] == "Det er mest det lange fravær, der er steget."


def test_a_change_too_small_to_write_is_none() -> None:
    report = replace(REPORT, year=Compared(level(12.04), level(12.0)))
    assert words.lead(report) == [
        "Set over tolv måneder er fraværet det samme som i samme kvartal sidste år."
    ]


def test_lead_of_a_hidden_unit_gives_no_figure() -> None:
    report = replace(REPORT, year=Compared(Gap.FEW, Gap.FEW))
    text = " ".join(words.lead(report))
    assert "færre end 5 ansatte" in text
    assert "talt med i Nordby Kommune" in text


def test_lead_without_a_year_before() -> None:
    report = replace(REPORT, year=Compared(level(12.0), Gap.NO_YEAR))
    assert "endnu ikke tal" in words.lead(report)[0]
    short = replace(report, method=replace(report.method, data_begin=date(2026, 2, 1)))
    assert "kun fravær fra februar 2026" in words.lead(short)[0]


def test_the_quarters_own_sentence() -> None:
    assert words.own_quarter(REPORT) == (
        "I 3. kvartal 2026 var fraværet 3,0 dagsværk pr. årsværk, eller 1,2\N{NO-BREAK SPACE}% af den planlagte "
        "arbejdstid. Det er 0,4 lavere end i 3. kvartal 2025."
    )


def test_conversion_is_computed_from_the_units_own_planned_work() -> None:
    text = words.conversion(REPORT)
    assert "250,0 planlagte dagsværk" in text
    assert "2,50 dagsværk pr. årsværk" in text
    assert "4,8\N{NO-BREAK SPACE}%" in text


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        ([12.0] * 12, [13.0] * 12, "under året før i alle tolv måneder"),
        ([12.0] * 12, [11.0] * 12, "over året før i alle tolv måneder"),
        ([14.0] * 9 + [12.0] * 3, [13.0] * 12, "under året før siden juli 2026"),
        ([14.0] * 11 + [12.0], [13.0] * 12, "ligger nu under året før"),
        ([12.0] * 11 + [13.02], [13.0] * 12, "ender samme sted"),
        ([12.0] * 12, [Gap.NO_YEAR] * 12, "kan ikke holdes op mod"),
    ],
)
def test_where_the_curve_lies(now: list[float | Gap], before: list[float | Gap], expected: str) -> None:
    assert expected in words.curve_finding(points(now, before))


def test_units_are_counted_without_the_hidden() -> None:
    units = (
        NamedLevel("A", Compared(level(10), level(11))),
        NamedLevel("B", Compared(level(10), level(9))),
        NamedLevel("C", Compared(level(10), level(12))),
        NamedLevel("D", Compared(Gap.FEW, Gap.FEW)),
    )
    expected = "Af enhederne, der kan sammenlignes, ligger 2 lavere end året før og 1 højere."
    assert words.units_finding(units) == expected
    assert words.units_finding(units[:1]) == "Af enhederne ligger 1 lavere end året før og ingen højere."


def test_follow_up_counts_what_was_to_be_done() -> None:
    assert isinstance(REPORT.follow_up, FollowUp)
    expected = "75\N{NO-BREAK SPACE}% af opgaverne er løst til tiden: 6 ud af 8."
    assert words.follow_up(REPORT.follow_up, REPORT.quarter) == expected


@pytest.mark.parametrize(
    ("employed", "hidden"),
    [
        ({"a": 30, "b": 20}, set()),
        ({"a": 30, "b": 4, "c": 12}, {"b", "c"}),
        ({"a": 30, "b": 6, "c": 5, "d": 12}, {"b", "c"}),
        ({"a": 30, "b": 4}, {"a", "b"}),
        ({"a": 9}, {"a"}),
    ],
)
def test_hidden_groups_cannot_be_computed_from_the_rest(employed: dict[str, int], hidden: set[str]) -> None:
    assert set(hidden_groups(employed, 10)) == hidden

"""Tables as they are printed: cells already written, and a numbered note for every kind of gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from conversations.presentation import title_of
from coordination.reports.values import (
    Compared,
    FollowUp,
    Gap,
    Lengths,
    Level,
    NamedLevel,
    Report,
    StepCounts,
)
from core.formats import format_month, format_number, format_signed

HIDDEN, NONE = "skjult", "ingen tal"


class Cell(NamedTuple):
    """What stands in a cell; `note` is the number of the note that says why nothing does, 0 for a figure."""

    text: str
    note: int = 0


class TableRow(NamedTuple):
    """One line: its name, its cells, and whether it sums the others."""

    name: str
    cells: list[Cell]
    total: bool = False


@dataclass
class PrintedTable:
    """A table with its caption and the notes its gaps call for, numbered in the order they occur."""

    caption: str
    headings: Sequence[str]
    below: int
    split_below: int
    rows: list[TableRow] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def add(
        self, name: str, *values: float | Gap | tuple[str, float | Gap] | None, total: bool = False
    ) -> None:
        """Add a line. A value is a figure with one decimal, a Gap, or ("signed" | "count", value)."""
        self.rows.append(TableRow(name, [self._cell(value) for value in values], total))

    def _cell(self, value: float | Gap | tuple[str, float | Gap] | None) -> Cell:
        kind, found = value if isinstance(value, tuple) else ("", value)
        if found is None:
            found = Gap.UNDEFINED
        if isinstance(found, Gap):
            if found not in self.gaps:
                self.gaps.append(found)
            return Cell(HIDDEN if found.hidden else NONE, self.gaps.index(found) + 1)
        if kind == "signed":
            return Cell(format_signed(found))
        return Cell(format_number(found, 0 if kind == "count" else 1))

    @property
    def notes(self) -> list[tuple[int, str]]:
        """Number and sentence of each note."""
        words = gap_words(self.below, self.split_below)
        return [(number, words[gap]) for number, gap in enumerate(self.gaps, start=1)]


def gap_words(below: int, split_below: int) -> dict[Gap, str]:
    """Why a figure is missing, for a reader, with the municipality's own thresholds."""
    return {
        Gap.FEW: f"Skjult: færre end {below} ansatte ved periodens slutning.",
        Gap.PROTECTS: "Skjult, fordi en mindre enheds tal ellers kunne regnes ud af resten.",
        Gap.FEW_SPLIT: f"Skjult: tallet deles først op, når der er mindst {split_below} ansatte.",
        Gap.PROTECTS_SPLIT: "Skjult, fordi en mindre enheds opdeling ellers kunne regnes ud af resten.",
        Gap.FEW_IN_GROUP: f"Skjult: færre end {split_below} i gruppen har været ansat alle tolv måneder.",
        Gap.PROTECTS_GROUP: "Skjult, fordi en mindre gruppes tal ellers kunne regnes ud af resten.",
        Gap.FEW_WHOLE_YEAR: f"Skjult: færre end {below} har været ansat alle tolv måneder.",
        Gap.NO_YEAR: "Der er ikke tal for alle måneder, så perioden kan ikke sammenlignes.",
        Gap.UNDEFINED: "Der var ingen planlagt arbejdstid i perioden.",
    }


def _table(report: Report, caption: str, headings: Sequence[str]) -> PrintedTable:
    return PrintedTable(caption, headings, report.method.below, report.method.split_below)


def level_table(report: Report) -> PrintedTable:
    """The quarter's own figures and the twelve months', each beside a year before."""
    now, before = report.quarter, report.quarter.year_before
    table = _table(
        report,
        "Kvartalet selv, og de tolv måneder, der slutter med det",
        ["", now.words, before.words, "Ændring"]
        + [f"12 mdr. til {format_month(each.last_month, short=True)}" for each in (now, before)]
        + ["Ændring"],
    )
    for name, measure in (
        ("Dagsværk pr. årsværk", "per_fte"),
        ("Fraværsprocent", "percent"),
        ("Dagsværk", "dagsvaerk"),
        ("Planlagte dagsværk", "planned"),
        ("Årsværk", "fte"),
    ):
        table.add(name, *_compared(report.own, measure), *_compared(report.year, measure))
    return table


def _compared(levels: Compared, measure: str) -> list[float | Gap | tuple[str, float | Gap] | None]:
    return [
        _of(levels.now, measure),
        _of(levels.before, measure),
        ("signed", levels.change(measure)),
    ]


def _of(level: Level | Gap, measure: str) -> float | Gap | None:
    if isinstance(level, Gap):
        return level
    value: float | None = getattr(level, measure)
    return value


def curve_table(report: Report) -> PrintedTable:
    """The curve's figures, a month a column."""
    months = [format_month(point.month, short=True).split(" ")[0].rstrip(".") for point in report.curve]
    table = _table(
        report, "Dagsværk pr. årsværk i de tolv måneder til og med hver måned", ["Til og med", *months]
    )
    table.add("I år", *(point.now for point in report.curve))
    table.add("Året før", *(point.before for point in report.curve))
    return table


def length_table(report: Report) -> PrintedTable:
    """Dagsværk per årsværk by the absence's length, this year and the year before."""
    method = report.method
    table = _table(
        report,
        "Dagsværk pr. årsværk i tolv måneder efter fraværets samlede længde",
        ["Længde", "I år", "Året før", "Ændring"],
    )
    names = (
        f"Kort, 1-{method.short_until} dage",
        f"Mellem, {method.short_until + 1}-{method.middle_until} dage",
        f"Langt, {method.middle_until + 1} dage og derover",
    )
    for number, name in enumerate(names):
        now, before = (_length(each, number) for each in (report.lengths, report.lengths_before))
        table.add(name, now, before, ("signed", _less(now, before)))
    return table


def _length(lengths: Lengths | Gap, number: int) -> float | Gap:
    return lengths if isinstance(lengths, Gap) else lengths[number]


def _less(now: float | Gap, before: float | Gap) -> float | Gap:
    if isinstance(now, Gap):
        return now
    return before if isinstance(before, Gap) else now - before


_LEVEL_HEADINGS = ["Årsværk", "Dagsværk", "Dagsværk pr. årsværk", "Fraværsprocent", "Ændring pr. årsværk"]


def units_table(report: Report) -> PrintedTable:
    """The units one level below, by name, and all of it."""
    table = _table(
        report,
        f"Tolv måneder til og med {format_month(report.quarter.last_month)}, alfabetisk",
        ["Enhed", *_LEVEL_HEADINGS],
    )
    _add_levels(table, report.units)
    table.add(f"{report.unit} i alt", *_year(report.year), total=True)
    return table


def groups_table(report: Report) -> PrintedTable:
    """The occupational groups, by name."""
    table = _table(
        report,
        f"Tolv måneder til og med {format_month(report.quarter.last_month)}, alfabetisk",
        ["Faggruppe", *_LEVEL_HEADINGS],
    )
    _add_levels(table, report.groups)
    return table


def _add_levels(table: PrintedTable, rows: Sequence[NamedLevel]) -> None:
    for row in rows:
        table.add(row.name[:1].upper() + row.name[1:], *_year(row.year))


def _year(levels: Compared) -> list[float | Gap | tuple[str, float | Gap] | None]:
    measures = ("fte", "dagsvaerk", "per_fte", "percent")
    return [*(_of(levels.now, measure) for measure in measures), ("signed", levels.change("per_fte"))]


def follow_up_table(report: Report, found: FollowUp) -> PrintedTable:
    """The quarter's duties by kind and how they went."""
    table = _table(
        report,
        f"Opgaver med frist i {report.quarter.words}",
        ["Opgave", "Med frist", "Til tiden", "Efter frist", "Ikke relevant", "Bortfaldet", "Mangler"],
    )
    if isinstance(found.kinds, Gap):
        table.add("Fordelt på opgaver", *([found.kinds] * 6))
    else:
        for row in found.kinds:
            name = title_of(row.kind)
            table.add(name[:1].upper() + name[1:], *_counts(row))
    table.add("I alt", *_counts(found.total), total=True)
    return table


def _counts(row: StepCounts) -> list[float | Gap | tuple[str, float | Gap] | None]:
    return [
        ("count", each) for each in (row.asked, row.in_time, row.late, row.waived, row.lapsed, row.missing)
    ]

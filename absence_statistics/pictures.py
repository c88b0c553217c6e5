"""The charts of a unit, each with its sentence and its table."""

from __future__ import annotations

from absence_statistics import words
from absence_statistics.selectors import month_before
from absence_statistics.visible import YEAR, ReaderFigures
from core.charts.bars import LengthRow, length_bars
from core.charts.curve import MonthValue, rolling_curve
from core.charts.picture import ChartTable, Picture, draw
from core.formats import format_month, format_number
from organisation.models import MunicipalitySettings


def curve_values(reader: ReaderFigures, unit: int, *, back: int = 0) -> list[MonthValue]:
    """The rolling figure of twelve months, the last `back` months before; None where there is none to show."""
    found = []
    for step in reversed(range(back, back + YEAR)):
        month = month_before(reader.until, step)
        figure = reader.figure(unit, step)
        found.append(MonthValue(month, None if figure is None else figure.dagsvaerk_per_fte_12))
    return found


def curve_picture(reader: ReaderFigures, unit: int) -> Picture | None:
    """The rolling curve of this year over last year's; None when there is nothing to draw."""
    now, before = curve_values(reader, unit), curve_values(reader, unit, back=YEAR)
    drawn = [(each.month, each.value) for each in now if each.value is not None]
    if not drawn or now[-1].value is None:
        return None
    finding, detail = words.curve_words(drawn, before[-1].value)
    has_before = any(each.value is not None for each in before)
    return draw(
        lambda width: rolling_curve(now, width=width, last_year=before if has_before else ()),
        finding=finding,
        detail=detail,
        table=_curve_table(now, before),
    )


def _curve_table(now: list[MonthValue], before: list[MonthValue]) -> ChartTable:
    rows = []
    for new, old in zip(now, before, strict=True):
        difference = (
            "" if new.value is None or old.value is None else words.written_change(new.value, old.value)
        )
        rows.append((format_month(new.month, short=True), _level(new.value), _level(old.value), difference))
    return ChartTable(
        caption="Dagsværk pr. årsværk, tolv måneder til og med",
        headings=("Måned", "Nu", "Året før", "Ændring"),
        rows=rows,
    )


def _level(value: float | None) -> str:
    return "ingen tal" if value is None else words.per_fte(value)


def length_picture(reader: ReaderFigures, unit: int) -> Picture | None:
    """Short, middle and long absence, this year and last; None when hidden or without årsværk."""
    found, earlier = reader.lengths(unit), reader.lengths(unit, YEAR)
    if found is None or any(each.dagsvaerk_per_fte_12 is None for each in found):
        return None
    now = [each.dagsvaerk_per_fte_12 or 0.0 for each in found]
    before = None if earlier is None else [each.dagsvaerk_per_fte_12 or 0.0 for each in earlier]
    finding, detail = words.length_words(now, before)
    bars = [LengthRow("I år", *now)] + ([LengthRow("Året før", *before)] if before else [])
    dagsvaerk = [each.absent_dagsvaerk_12 for each in found]
    rows = [
        (name, words.per_fte(new), _level(old), format_number(lost))
        for name, new, old, lost in zip(
            length_names(reader.settings),
            [*now, sum(now)],
            [*before, sum(before)] if before else [None] * 4,
            [*dagsvaerk, sum(dagsvaerk)],
            strict=True,
        )
    ]
    return draw(
        lambda width: length_bars(bars, width=width),
        finding=finding,
        detail=detail,
        table=ChartTable(
            caption="Dagsværk pr. årsværk efter fraværets samlede længde",
            headings=("Længde", "Nu", "Året før", "Dagsværk"),
            rows=rows,
            total_last=True,
        ),
    )


def length_names(choices: MunicipalitySettings) -> tuple[str, str, str, str]:
    """The length classes with the municipality's limits in calendar days, and the total."""
    short, middle = choices.short_until, choices.middle_until
    return (
        f"Kort, 1-{short} dage",
        f"Mellem, {short + 1}-{middle} dage",
        f"Langt, fra {middle + 1} dage",
        "I alt",
    )

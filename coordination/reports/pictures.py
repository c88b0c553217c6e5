"""A report's charts. Each has its figures in a table below it, so they carry none of their own."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.reports import words
from coordination.reports.values import Gap, Lengths, Report
from core.charts.bars import LengthRow, length_bars
from core.charts.curve import MonthValue, rolling_curve
from core.charts.picture import Picture, draw
from core.formats import format_number


def curve_picture(report: Report) -> Picture | None:
    """The rolling curve with the year before under it; None when no month may be shown."""
    points = report.curve
    now = [MonthValue(point.month, _value(point.now)) for point in points]
    before = [MonthValue(point.month, _value(point.before)) for point in points]
    if all(each.value is None for each in now):
        return None
    has_before = any(each.value is not None for each in before)
    return draw(
        lambda width: rolling_curve(now, last_year=before if has_before else (), width=width, height=180),
        finding=words.curve_finding(points),
        label=words.curve_label(points),
    )


def _value(found: float | Gap) -> float | None:
    return None if isinstance(found, Gap) else found


def length_picture(report: Report) -> Picture | None:
    """Bars by the absence's length, this year over the year before; None when they may not be shown."""
    rows = [("I år", report.lengths), ("Året før", report.lengths_before)]
    shown = [(name, found) for name, found in rows if not isinstance(found, Gap)]
    if not shown or isinstance(report.lengths, Gap):
        return None
    return draw(
        lambda width: length_bars([LengthRow(name, *found) for name, found in shown], width=width),
        finding=words.length_finding(report.lengths),
        label=_spoken(shown),
    )


def _spoken(rows: Sequence[tuple[str, Lengths]]) -> str:
    parts = [
        f"{name}: kort {format_number(found.short, 1)}, mellem {format_number(found.middle, 1)}, "
        f"langt {format_number(found.long, 1)}"
        for name, found in rows
    ]
    return f"Søjler over dagsværk pr. årsværk efter fraværets længde. {'. '.join(parts)}."

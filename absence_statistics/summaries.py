"""Small pieces of figures for the start pages, already suppressed for their reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from absence_statistics.pictures import curve_picture
from absence_statistics.selectors import last_whole_month
from absence_statistics.visible import ReaderFigures, UnitLine
from core.charts.picture import Picture
from organisation.models import Unit, User


@dataclass(frozen=True)
class CurveSummary:
    """A unit's rolling figure on one line and as a small picture.

    `sentence` says what it shows; `value` is dagsværk per årsværk in the twelve months to `until`. When the
    figure is hidden or there is none yet, `value` and `picture` are None and `sentence` says so.
    """

    unit: Unit
    until: date
    sentence: str
    value: float | None
    picture: Picture | None


def unit_curve_summary(user: User, unit: Unit, on: date) -> CurveSummary:
    """What a leader's first page shows of the unit's figures, on a day."""
    until = last_whole_month(on)
    reader = ReaderFigures(user, on=on, until=until)
    if not reader.has_data(unit.pk):
        sentence = "Kurven kommer her, når der har været ansatte i enheden i en hel måned."
        return CurveSummary(unit, until, sentence, None, None)
    figure = reader.figure(unit.pk)
    if figure is None:
        sentence = "Enhedens tal er skjult, fordi de ville sige noget om nogle få."
        return CurveSummary(unit, until, sentence, None, None)
    picture = curve_picture(reader, unit.pk)
    if picture is None:
        return CurveSummary(unit, until, "Der er ingen årsværk at måle fraværet mod endnu.", None, None)
    return CurveSummary(unit, until, picture.finding, figure.dagsvaerk_per_fte_12, picture)


def units_by_lost_dagsvaerk(user: User, on: date, *, most: int = 10) -> list[UnitLine]:
    """Units with people of their own, the most lost dagsværk in the last twelve whole months first.

    The lowest units only: a sector would else head the list by its size alone. Hidden units are left out.
    """
    reader = ReaderFigures(user, on=on, until=last_whole_month(on))
    leaves = [unit for unit in reader.tree.parents if not reader.tree.children.get(unit)]
    shown = [line for line in reader.lines(leaves) if line.figure is not None]
    shown.sort(key=lambda line: -line.figure.absent_dagsvaerk_12 if line.figure else 0.0)
    return shown[:most]

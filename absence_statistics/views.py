"""Pages of figures: the reader's own unit and what lies below it, and one unit in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from absence_statistics import words
from absence_statistics.forms import MonthForm
from absence_statistics.pictures import curve_picture, length_picture
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import headline_categories, last_whole_month, month_before
from absence_statistics.tables import Figure
from absence_statistics.visible import YEAR, ReaderFigures, UnitLine
from core.clock import today
from core.formats import format_month, format_number, format_percent
from organisation.models import Unit, User
from organisation.models.access import Role
from organisation.permissions import get_figure_unit, roles_required

READERS = (Role.LEDER, Role.HR, Role.KOORDINATOR, Role.MED)
#: Most months to choose among; older ones are reached by the address.
CHOICES = 60


@dataclass(frozen=True)
class KeyFigure:
    """One figure at the top of a page, written out."""

    label: str
    value: str
    notes: tuple[str, ...] = ()
    main: bool = False


@dataclass(frozen=True)
class ListRow:
    """One unit of a list, written out; `note` is the number of the note that says why it is hidden."""

    name: str
    url: str
    cells: tuple[str, ...]
    note: int | None = None


@roles_required(*READERS)
def figures(request: HttpRequest) -> HttpResponse:
    """`/statistik/`: key figures of the reader's own unit, and the units one level below."""
    user, on = _user(request), today()
    until, months = _until(request, on)
    reader = ReaderFigures(user, on=on, until=until)
    panels = [_panel(reader, unit) for unit in _own_units(reader)]
    tops = _tops(reader)
    if not any(panel["unit"].pk in tops for panel in panels):
        panels += [_panel(reader, unit) for unit in _ordered(tops)]
    context = {
        "reader": reader,
        "panels": panels,
        "period": format_month(until),
        "form": MonthForm(initial={"til": f"{until:%Y-%m}"}, months=months),
        "not_whole": not reader.is_whole(until),
        "first_month": reader.first_month,
        "has_any": any(panel["keys"] or panel["rows"] for panel in panels),
    }
    return render(request, "statistics/figures.html", context)


@roles_required(*READERS)
def unit_figures(request: HttpRequest, unit_id: int) -> HttpResponse:
    """`/statistik/enhed/<id>/`: everything about one unit's absence; 404 outside the municipality."""
    user, on = _user(request), today()
    unit = get_figure_unit(user, unit_id, on)
    until, months = _until(request, on)
    reader = ReaderFigures(user, on=on, until=until)
    figure = reader.figure(unit.pk) if reader.has_data(unit.pk) else None
    context: dict[str, Any] = {
        "unit": unit,
        "reader": reader,
        "figure": figure,
        "period": format_month(until),
        "form": MonthForm(initial={"til": f"{until:%Y-%m}"}, months=months),
        "trail": _trail(reader, unit, request),
        "not_whole": not reader.is_whole(until),
        "first_month": reader.first_month,
    }
    if figure is not None:
        context |= _unit_context(reader, unit, figure)
    elif reader.has_data(unit.pk):
        reason = reader.hides(unit.pk) or Reason.FEW
        context["hidden"] = words.why_hidden(reason, reader.settings.suppress_below)
    context["below"] = _below(reader, unit)
    return render(request, "statistics/unit.html", context)


def _unit_context(reader: ReaderFigures, unit: Unit, figure: Figure) -> dict[str, Any]:
    """The panels of a unit whose figures the reader may see."""
    lengths, spread = reader.lengths(unit.pk), reader.concentration(unit.pk)
    long_share = None
    if lengths is not None and figure.absent_dagsvaerk_12:
        long_share = lengths[-1].absent_dagsvaerk_12 / figure.absent_dagsvaerk_12
    per = figure.dagsvaerk_per_fte_12
    return {
        "keys": _keys(reader, unit.pk, figure),
        "employees": reader.employees(unit.pk),
        "curve": curve_picture(reader, unit.pk),
        "lengths": length_picture(reader, unit.pk),
        "splits_hidden": reader.hides_splits(unit.pk) is not None,
        "split_below": reader.settings.suppress_split_below,
        "spread": None if spread is None else words.concentration_words(spread, long_share),
        "friske": _friske_words(reader, figure),
        "calculation": ""
        if per is None
        else words.calculation(per, figure.absent_dagsvaerk_12, figure.fte_12),
        "categories": words.listed(headline_categories()),
        "computed_at": reader.table.computed_at,
    }


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _until(request: HttpRequest, on: date) -> tuple[date, list[date]]:
    """The month asked for, and those to choose among, newest first. A wrong month says so and gives the newest."""
    newest = last_whole_month(on)
    months = [month_before(newest, back) for back in range(CHOICES)]
    asked = request.GET.get("til", "")
    if not asked:
        return newest, months
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        month = None
    if month is None or not month_before(newest, 12 * 30) <= month <= newest:
        messages.warning(
            request,
            f"Vi har ingen tal for den måned, adressen nævner. Her er tallene til og med {format_month(newest)}.",
        )
        return newest, months
    return month, months if month in months else [*months, month]


def _own_units(reader: ReaderFigures) -> list[Unit]:
    """The highest units a leader leads; nothing for others, who begin at the top."""
    led = reader.reach.led_units
    highest = [
        unit for unit in led if not any(above in led for above in reader.tree.upwards(unit) if above != unit)
    ]
    return _ordered(highest)


def _tops(reader: ReaderFigures) -> list[int]:
    return reader.tree.children.get(None, [])


def _ordered(units: Iterable[int]) -> list[Unit]:
    return list(Unit.objects.filter(pk__in=list(units)).order_by("sort_name", "pk"))


def _panel(reader: ReaderFigures, unit: Unit) -> dict[str, Any]:
    """One unit's key figures and what lies one level below."""
    known = reader.has_data(unit.pk)
    figure = reader.figure(unit.pk) if known else None
    reason = reader.hides(unit.pk) if known else None
    return {
        "unit": unit,
        "url": _url(reader, unit),
        "keys": [] if figure is None else _keys(reader, unit.pk, figure),
        "hidden": "" if reason is None else words.why_hidden(reason, reader.settings.suppress_below),
        **_below(reader, unit),
    }


def _url(reader: ReaderFigures, unit: Unit) -> str:
    """The unit's page in the same month."""
    address = reverse("unit_figures", args=[unit.pk])
    newest = last_whole_month(reader.on)
    return address if reader.until == newest else f"{address}?til={reader.until:%Y-%m}"


def _trail(reader: ReaderFigures, unit: Unit, request: HttpRequest) -> list[tuple[str, str]]:
    above = [each for each in reader.tree.upwards(unit.pk) if each != unit.pk]
    names = {each.pk: each for each in Unit.objects.filter(pk__in=above)}
    month = f"?til={reader.until:%Y-%m}" if request.GET.get("til") else ""
    return [
        ("Tal", reverse("figures") + month),
        *((names[each].name, _url(reader, names[each])) for each in reversed(above)),
    ]


def _keys(reader: ReaderFigures, unit: int, figure: Figure) -> list[KeyFigure]:
    """The figures at the top, with last year's."""
    before = reader.figure(unit, YEAR)
    per, percent, periods = figure.dagsvaerk_per_fte_12, figure.percent_12, figure.periods_per_fte_12
    friske = figure.langtidsfriske_12
    found = []
    if per is not None:
        note = words.change_note(per, before.dagsvaerk_per_fte_12 if before else None)
        found.append(KeyFigure("Dagsværk pr. årsværk", words.per_fte(per), (note,), main=True))
    if percent is not None:
        then = None if before is None else before.percent_12
        note = "" if then is None else f"{format_percent(then / 100)} året før"
        found.append(KeyFigure("Fraværsprocent", format_percent(percent / 100), (note,)))
    if periods is not None:
        note = f"{format_number(figure.periods_12)} begyndt i perioden"
        found.append(KeyFigure("Perioder pr. årsværk", words.per_fte(periods), (note,)))
    if friske is not None:
        note = f"{format_number(figure.without_absence_12)} af {format_number(figure.employed_12)} ansat hele perioden"
        found.append(KeyFigure("Langtidsfriske", format_percent(friske, 0), (note,)))
    return found


def _friske_words(reader: ReaderFigures, figure: Figure) -> tuple[str, str] | None:
    """Those without absence, beside the whole municipality's share."""
    share = figure.langtidsfriske_12
    if share is None:
        return None
    count = figure.without_absence_12
    finding = f"{format_number(count)} er langtidsfriske," if count else "Ingen er langtidsfriske lige nu:"
    detail = (
        f"altså uden en eneste fraværstime i tolv måneder. Det er {format_percent(share, 0)} af dem, der har "
        "været ansat hele perioden."
    )
    tops = _tops(reader)
    whole = reader.figure(tops[0]) if len(tops) == 1 and tops[0] in reader.table else None
    if whole is not None and whole.langtidsfriske_12 is not None and whole != figure:
        detail += f" I hele kommunen er det {format_percent(whole.langtidsfriske_12, 0)}."
    return finding, detail


def _below(reader: ReaderFigures, unit: Unit) -> dict[str, Any]:
    """Rows of the units one level below, by name, and the notes of those that are hidden."""
    notes: list[str] = []
    rows = [_row(reader, line, notes) for line in reader.lines(reader.tree.children.get(unit.pk, []))]
    total = reader.figure(unit.pk) if rows and reader.has_data(unit.pk) else None
    return {
        "rows": rows,
        "notes": list(enumerate(notes, start=1)),
        "total": None if total is None else _cells(total, reader.figure(unit.pk, YEAR)),
    }


def _row(reader: ReaderFigures, line: UnitLine, notes: list[str]) -> ListRow:
    if line.figure is not None:
        return ListRow(line.unit.name, _url(reader, line.unit), _cells(line.figure, line.before))
    if line.reason is None:
        return ListRow(line.unit.name, _url(reader, line.unit), ())
    words_of_note = words.why_hidden(line.reason, reader.settings.suppress_below)
    if words_of_note not in notes:
        notes.append(words_of_note)
    return ListRow(line.unit.name, _url(reader, line.unit), (), notes.index(words_of_note) + 1)


def _cells(figure: Figure, before: Figure | None) -> tuple[str, ...]:
    """Dagsværk per årsværk, the same a year before, dagsværk, årsværk: what matters most first, for phones."""
    then = None if before is None else before.dagsvaerk_per_fte_12
    per = figure.dagsvaerk_per_fte_12
    return (
        "ingen årsværk" if per is None else words.per_fte(per),
        "ingen tal" if then is None else words.per_fte(then),
        format_number(figure.absent_dagsvaerk_12),
        format_number(figure.fte_12, 1),
    )

"""From a municipality's rows to the kernel's arrays.

Reads only what can matter to the asked months: employments, terms, rosters and absences that touch them, and
whole absences even where they reach outside, because the length class is of the whole absence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection

from absence.models import AbsenceState, Category
from absence_statistics.copying import Columns, copy_columns
from absence_statistics.places import Placement, Places, numbered
from absence_statistics.rules.days import OPEN_END, Calendar, Int32, Int64, day_number
from absence_statistics.rules.inputs import (
    Absences,
    Employments,
    Inputs,
    PartialKind,
    Partials,
    Patterns,
    PayrollDays,
    Roster,
    Terms,
    cut_open,
)
from absence_statistics.rules.rolling import Rollup
from organisation import selectors as organisation
from organisation.models import UnitPlacement

_EPOCH = date(1970, 1, 1)
_MONDAY = 4  # 1970-01-05
_DAY = "({column} - DATE '1970-01-01')"
_OPEN_DAY = f"coalesce({{column}} - DATE '1970-01-01', {OPEN_END})"


@dataclass(frozen=True)
class Axes:
    """Which database ids the kernel's indices stand for. `groups` may hold 0: terms without a group."""

    units: tuple[int, ...]
    categories: tuple[int, ...]
    groups: tuple[int, ...]
    employments: Int64
    headline: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """The kernel's inputs, how nodes sum to units, and the axes' ids.

    `paths`: for each node the indices of its unit, the unit above, and so on to the top.
    """

    inputs: Inputs
    rollup: Rollup
    axes: Axes
    paths: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class _Span:
    """The days read, as dates and as parameters."""

    first: date
    last: date

    @property
    def parameters(self) -> dict[str, date]:
        return {"first": self.first, "last": self.last}


def read(*, first_month: date, months: int, as_of: date) -> Reading:
    """The current municipality's rows for `months` whole months from `first_month` (a first of the month).

    Open absences count to `as_of`. Rows of one employment that overlap raise `ValueError` (the database
    does not allow them). Needs an open tenant transaction.
    """
    calendar, span = _calendar(first_month, months)
    choices = organisation.municipality_settings()
    staff = copy_columns(
        {"id": "int8", "person": "int8", "first": "int4", "last": "int4"},
        f"""SELECT id, person_id, {_DAY.format(column="start")}, {_OPEN_DAY.format(column='"end"')}
            FROM organisation_employment
            WHERE start <= %(last)s AND ("end" IS NULL OR "end" >= %(first)s) ORDER BY id""",
        span.parameters,
    )
    terms, patterns = _terms(span, staff["id"])
    categories = list(Category.objects.order_by("order", "name").values_list("id", "counts_in_headline"))
    absences, numbers = _absences(span, staff["id"], [row[0] for row in categories], as_of)
    nodes = _Nodes(span, terms)
    groups, group = np.unique(nodes.terms["group_id"], return_inverse=True)
    inputs = Inputs(
        calendar=calendar,
        employments=Employments(_dense(staff["person"]), staff["first"], staff["last"]),
        patterns=patterns,
        terms=nodes.kernel_terms(group.astype(np.int32)),
        absences=absences,
        roster=_roster(span, staff["id"]),
        partials=_partials(span, numbers),
        payroll=_payroll(absences, numbers),
        nodes=max(nodes.count, 1),
        groups=max(len(groups), 1),
        categories=max(len(categories), 1),
        length_limits=(choices.short_until, choices.middle_until),
    )
    headline = tuple(number for number, row in enumerate(categories) if row[1])
    axes = Axes(
        units=tuple(nodes.units),
        categories=tuple(row[0] for row in categories),
        groups=tuple(groups.tolist()),
        employments=staff["id"],
        headline=headline,
    )
    return Reading(inputs, nodes.rollup, axes, nodes.paths)


def _calendar(first_month: date, months: int) -> tuple[Calendar, _Span]:
    number = (first_month.year - 1970) * 12 + first_month.month - 1
    empty = Calendar(number, months, np.empty(0, dtype=np.int32))
    first = _EPOCH + timedelta(days=empty.first_day)
    last = first + timedelta(days=empty.day_count - 1)
    days_off = sorted(day_number(day) for day in organisation.days_off(first, last))
    return Calendar(number, months, np.array(days_off, dtype=np.int32)), _Span(first, last)


def _dense(ids: Int64) -> Int32:
    """Ids as numbers from 0."""
    return np.unique(ids, return_inverse=True)[1].astype(np.int32)


def _matched(rows: Columns, name: str, known: Int64) -> tuple[Columns, Int32]:
    """The rows whose `name` is among the ascending `known` ids, and its index there.

    What was written between two of our queries may be unknown to the earlier one; the change is counted, so
    the next reading has it.
    """
    if not len(known):
        empty = np.zeros(0, dtype=np.int32)
        return {key: column[:0] for key, column in rows.items()}, empty
    place = np.minimum(np.searchsorted(known, rows[name]), len(known) - 1)
    there = known[place] == rows[name]
    if there.all():
        return rows, place.astype(np.int32)
    return {key: column[there] for key, column in rows.items()}, place[there].astype(np.int32)


def _terms(span: _Span, employments: Int64) -> tuple[Columns, Patterns]:
    """Terms with `employment` and `pattern` as indices, and the patterns they use."""
    rows = copy_columns(
        {
            "employment_id": "int8", "first": "int4", "last": "int4", "unit": "int8", "group_id": "int8",
            "weekly": "float8", "weeks": "int4", "anchor": "int4", "hash": "int8",
        },
        f"""SELECT employment_id, {_DAY.format(column="valid_from")}, {_OPEN_DAY.format(column="valid_to")},
                unit_id, coalesce(group_id, 0), weekly_hours, cardinality(hours) / 7,
                {_DAY.format(column="coalesce(rota_start, valid_from)")}, hash_array_extended(hours, 0)
            FROM organisation_employmentterms
            WHERE valid_from <= %(last)s AND (valid_to IS NULL OR valid_to >= %(first)s)
            ORDER BY employment_id, valid_from""",
        span.parameters,
    )  # fmt: skip
    rows, employment = _matched(rows, "employment_id", employments)
    # Week 1 of the rota begins on the Monday on or before; rotas of the same length repeat.
    monday = rows["anchor"] - (rows["anchor"] - _MONDAY) % 7
    anchor = _MONDAY + (monday - _MONDAY) % np.maximum(7 * rows["weeks"], 7)
    pattern, patterns = _patterns(rows["hash"], anchor, _hours_by_hash(span))
    return rows | {"employment": employment, "pattern": pattern}, patterns


def _hours_by_hash(span: _Span) -> dict[int, list[float]]:
    """The distinct hours in use, by their hash."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT hash_array_extended(hours, 0), hours FROM organisation_employmentterms
               WHERE valid_from <= %(last)s AND (valid_to IS NULL OR valid_to >= %(first)s)""",
            span.parameters,
        )
        rows = cursor.fetchall()
    found = dict(rows)
    if len(found) < len(rows):
        raise ValueError("two work patterns have the same 64-bit hash")
    return found


def _patterns(hashes: Int64, anchor: Int32, hours: dict[int, list[float]]) -> tuple[Int32, Patterns]:
    """Number the distinct (hours, anchor): (pattern of each row, the patterns)."""
    known, number = np.unique(hashes, return_inverse=True)
    anchors, anchor_number = np.unique(anchor, return_inverse=True)
    key, pattern = np.unique(
        number.astype(np.int64) * max(len(anchors), 1) + anchor_number, return_inverse=True
    )
    lists = [hours[value] for value in known[key // max(len(anchors), 1)].tolist()]
    table = np.zeros((len(lists), max((len(row) for row in lists), default=7)))
    for place, row in zip(table, lists, strict=True):
        place[: len(row)] = row
    weeks = np.array([len(row) // 7 for row in lists], dtype=np.int32)
    return pattern.astype(np.int32), Patterns(weeks, anchors[key % max(len(anchors), 1)], table)


class _Nodes:
    """Units as nodes, and the terms cut where their unit's way up changes."""

    def __init__(self, span: _Span, terms: Columns) -> None:
        low, high = day_number(span.first), day_number(span.last)
        placements = UnitPlacement.objects.values_list("unit_id", "parent_id", "valid_from", "valid_to")
        places = Places(
            Placement(unit, parent, day_number(start), OPEN_END if end is None else day_number(end))
            for unit, parent, start, end in placements
        )
        used = set(np.unique(terms["unit"]).tolist())
        stays, paths = numbered(places, sorted(used), low, high)
        above = {unit for path in paths for unit in path}
        self.units = sorted(above | {unit for unit in places.units() if places.exists(unit, low, high)})
        self.count = len(paths)
        index = {unit: number for number, unit in enumerate(self.units)}
        self.paths = tuple(tuple(index[unit] for unit in path) for path in paths)
        pairs = [(node, unit) for node, path in enumerate(self.paths) for unit in path]
        table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        self.rollup = Rollup(table[:, 0], table[:, 1], len(self.units))
        self.terms = self._cut(terms, np.array([(s.unit, s.first, s.last, s.node) for s in stays]))

    @staticmethod
    def _cut(terms: Columns, stays: Int64) -> Columns:
        """Each term once per stay of its unit that it touches, in the order of days."""
        stays = stays.reshape(-1, 4)
        begin = np.searchsorted(stays[:, 0], terms["unit"], side="left")
        times = np.searchsorted(stays[:, 0], terms["unit"], side="right") - begin
        row = np.repeat(np.arange(times.size), times)
        step = np.arange(row.size) - np.repeat(np.cumsum(times) - times, times)
        stay = stays[begin[row] + step]
        # The first and last stay are as long as the terms are: what lies outside the days read is cut later.
        first = np.where(step == 0, terms["first"][row], np.maximum(terms["first"][row], stay[:, 1]))
        last_step = step == times[row] - 1
        last = np.where(last_step, terms["last"][row], np.minimum(terms["last"][row], stay[:, 2]))
        keep = first <= last
        cut = {name: column[row[keep]] for name, column in terms.items()}
        return cut | {"first": first[keep], "last": last[keep], "node": stay[keep, 3]}

    def kernel_terms(self, group: Int32) -> Terms:
        """The table the kernel reads."""
        rows = self.terms
        return Terms(
            rows["employment"], rows["first"], rows["last"], rows["node"], group, rows["pattern"], rows["weekly"]
        )  # fmt: skip


_TOUCHING = (
    """withdrawn_at IS NULL AND first_day <= %(last)s AND (last_day IS NULL OR last_day >= %(first)s)"""
)


def _absences(
    span: _Span, employments: Int64, categories: Sequence[int], as_of: date
) -> tuple[Absences, Int64]:
    """The absences, and their database ids, ascending."""
    rows = copy_columns(
        {"id": "int8", "employment_id": "int8", "category": "int8", "first": "int4", "last": "int4"},
        f"""SELECT id, employment_id, category_id, {_DAY.format(column="first_day")},
                {_OPEN_DAY.format(column="last_day")}
            FROM absence_sicknotification WHERE {_TOUCHING} ORDER BY id""",
        span.parameters,
    )
    rows, employment = _matched(rows, "employment_id", employments)
    order = np.argsort(np.array(categories, dtype=np.int64))
    known = np.array(categories, dtype=np.int64)[order]
    place = np.searchsorted(known, rows["category"])
    last = cut_open(rows["first"], rows["last"], day_number(as_of))
    return Absences(employment, rows["first"], last, order[place].astype(np.int32)), rows["id"]


def _roster(span: _Span, employments: Int64) -> Roster:
    rows = copy_columns(
        {"employment_id": "int8", "day": "int4", "hours": "float8"},
        f"""SELECT employment_id, {_DAY.format(column="date")}, hours
            FROM organisation_rostershift WHERE date BETWEEN %(first)s AND %(last)s""",
        span.parameters,
    )
    rows, employment = _matched(rows, "employment_id", employments)
    order = np.lexsort((rows["day"], employment))
    return Roster(employment[order], rows["day"][order], rows["hours"][order])


def _partials(span: _Span, absences: Int64) -> Partials:
    """States after the first. Aktivt sygemeldt counts as wholly sick (domain book A2)."""
    per_day = ", ".join(f"coalesce(p.worked_hours[{day}], 0)" for day in range(1, 8))
    names = [f"day{day}" for day in range(7)]
    parameters: dict[str, Any] = {
        **span.parameters,
        "partial": AbsenceState.State.PARTIAL,
        "share": int(PartialKind.SICK_SHARE),
        "weekday": int(PartialKind.WEEKDAY_HOURS),
        "weekly": int(PartialKind.WEEKLY_HOURS),
    }
    rows = copy_columns(
        {"absence": "int8", "from_day": "int4", "kind": "int4", "value": "float8"}
        | dict.fromkeys(names, "float8"),
        f"""SELECT p.absence_id, {_DAY.format(column="p.from_day")},
                CASE WHEN p.state <> %(partial)s OR p.sick_share IS NOT NULL THEN %(share)s
                     WHEN p.worked_hours IS NOT NULL THEN %(weekday)s ELSE %(weekly)s END,
                CASE WHEN p.state <> %(partial)s THEN 1
                     ELSE coalesce(p.sick_share, p.worked_hours_week, 0) END,
                {per_day}
            FROM absence_absencestate p WHERE p.from_day <= %(last)s""",
        parameters,
    )
    rows, absence = _matched(rows, "absence", absences)
    weekday_hours = np.stack([rows[name] for name in names], axis=1)
    return Partials(absence, rows["from_day"], rows["kind"], rows["value"], weekday_hours)


def _payroll(absences: Absences, ids: Int64) -> PayrollDays:
    """All day rows of the absences read, also outside the days read: one row decides for the whole absence.

    Asked by date, not by absence, so that a table without fresh statistics cannot lead to a slow join.
    """
    if not len(absences):
        none = np.empty(0, dtype=np.int32)
        return PayrollDays(none, none, np.empty(0))
    low, high = int(absences.first.min()), int(max(absences.first.max(), absences.last.max()))
    rows = copy_columns(
        {"absence": "int8", "day": "int4", "hours": "float8"},
        f"""SELECT absence_id, {_DAY.format(column="date")}, absent_hours FROM absence_payrollday
            WHERE date BETWEEN %(first)s AND %(last)s""",
        {"first": _EPOCH + timedelta(days=low), "last": _EPOCH + timedelta(days=high)},
    )
    rows, absence = _matched(rows, "absence", ids)
    return PayrollDays(absence, rows["day"], rows["hours"])

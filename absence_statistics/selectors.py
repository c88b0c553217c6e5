"""The one way to figures, for pages, commands, exports and reports (domain book § 8, "one calculation").

Figures are computed from all rows and kept in the cache under the data's version, so a change shows on the very
next view. Cache keys begin with the municipality, taken from the tenant in force.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import Min

from absence.models import Category, SickNotification
from absence_statistics import headcount
from absence_statistics.models import DataChange
from absence_statistics.reader import Reading, read
from absence_statistics.rules import cube, persons, presence, rolling, weekdays
from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import WINDOW_MONTHS, Window, month_number
from absence_statistics.rules.inputs import Selection
from absence_statistics.rules.rolling import Split
from absence_statistics.rules.suppression import Municipality, Reason, both
from absence_statistics.tables import LENGTHS, FigureTable, UnitLabel, layers
from core.tenancy import require
from organisation import selectors as organisation
from organisation.models import OccupationalGroup, Unit

#: Seconds a computed figure is kept. Nothing is shown too long: the key holds the data's version.
KEPT = 6 * 60 * 60

_Value = TypeVar("_Value")


class UnknownCategoryError(ValueError):
    """A category key the municipality has not."""


class PersonFigure(NamedTuple):
    """One employment's own absence in twelve months, for the leader's dialogue."""

    employment_id: int
    external_id: str
    arbejdsdage_12: float
    dagsvaerk_12: float
    periods_12: int


class Hidden(NamedTuple):
    """Units without figures, and without splits, in one window, and why; and how many employees each unit has
    at its end. A unit in none of them has had nobody in the window."""

    units: dict[int, Reason]
    splits: dict[int, Reason]
    employees: dict[int, int]


class Version(NamedTuple):
    """Which state of the data figures belong to: how many changes, the newest of them and its time, and when we
    looked.

    Number and newest: ids are given out before commit, so the newest alone can stay while an older one arrives.
    Its time: a restored backup, or another database at the same cache, may come to the same numbers.
    """

    changes: int
    newest: int
    newest_at: datetime | None
    at: datetime

    @property
    def key(self) -> str:
        """Part of the keys of what is computed from this state."""
        moment = 0 if self.newest_at is None else round(self.newest_at.timestamp() * 1_000_000)
        return f"{self.changes}.{self.newest}.{moment}"


def data_version() -> Version:
    """The version of everything the current municipality's figures are computed from. One query."""
    table = connection.ops.quote_name(DataChange._meta.db_table)
    require()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT count(*), coalesce(max(id), 0), (SELECT at FROM {table} ORDER BY id DESC LIMIT 1), now()
                FROM {table}"""
        )
        return Version(*cursor.fetchone())


def month_before(month: date, months: int) -> date:
    """The first of the month so many months earlier (later when negative)."""
    year, number = divmod(month.year * 12 + month.month - 1 - months, 12)
    return date(year, number + 1, 1)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def last_whole_month(on: date) -> date:
    """The first of the newest month that is over on a day: what pages show unless asked."""
    return month_before(on, 1)


@dataclass(frozen=True)
class _Read:
    """Rows read and prepared, for the months `first`..`until` (firsts of month)."""

    first: date
    until: date
    reading: Reading
    ledger: Ledger

    @cached_property
    def cube(self) -> cube.Cube:
        return cube.cells(self.ledger)


class Figures:
    """Figures of the current municipality as its data stand at one moment. Make one per request or command.

    Open absences count to `as_of`.
    """

    def __init__(self, *, as_of: date) -> None:
        self.as_of = as_of
        self.version = data_version()
        self._municipality = require()
        self._read: _Read | None = None

    # -- what is asked

    def table(
        self,
        *,
        until: date,
        months: int = WINDOW_MONTHS,
        by: Split = "none",
        categories: Sequence[str] | None = None,
    ) -> FigureTable:
        """Figures of every unit that existed in the windows (or the rows already read), for `months` months ending with `until`.

        `categories`: keys of those that count, the headline's when None. Raises UnknownCategoryError.
        """
        chosen = "headline" if categories is None else ",".join(sorted(set(categories)))
        table: FigureTable = self._cached(
            f"table:{until:%Y-%m}:{months}:{by}:{chosen}", lambda: self._table(until, months, by, categories)
        )
        return self._named_groups(table) if by == "group" else table

    def concentration(self, unit: int, until: date) -> persons.Concentration | None:
        """How the unit's dagsværk are spread over its persons in the window; None for a unit without terms."""
        return self._cached(
            f"concentration:{unit}:{until:%Y-%m}",
            lambda: self._of_unit(
                unit,
                until,
                lambda read, nodes, window, selection: persons.concentration(
                    read.ledger, nodes, window, selection
                ),
            ),
        )

    def weekday_profile(self, unit: int, until: date) -> weekdays.WeekdayProfile | None:
        """Absent hours and first days by weekday in the window; None for a unit without terms."""
        return self._cached(
            f"weekdays:{unit}:{until:%Y-%m}",
            lambda: self._of_unit(
                unit,
                until,
                lambda read, nodes, window, selection: weekdays.weekday_profile(
                    read.ledger, nodes, window, selection
                ),
            ),
        )

    def hidden(self, *, until: date, known: Collection[int] = frozenset()) -> Hidden:
        """What a reader without person rights may not see of the window that ends with `until`, nor of splits.

        `known`: units whose own employees' absence the reader may see person by person.
        """
        return self._cached(f"hidden:{until:%Y-%m}:{_mark(known)}", lambda: self._hidden(until, known))

    def hidden_months(
        self, *, until: date, months: int, known: Collection[int] = frozenset()
    ) -> list[dict[int, Reason]]:
        """As `hidden().units`, for each of `months` months ending with `until`: what a curve needs."""

        def find() -> list[dict[int, Reason]]:
            below = organisation.municipality_settings().suppress_below
            ends = [month_before(until, back) for back in reversed(range(months))]
            return [self._places(until, months, end).hidden(below, known) for end in ends]

        return self._cached(f"hidden_months:{until:%Y-%m}:{months}:{_mark(known)}", find)

    def first_month(self) -> date | None:
        """The month of the first absence there is, or None: before it, figures would be too low."""

        def find() -> date | None:
            first: date | None = SickNotification.objects.filter(withdrawn_at=None).aggregate(
                first=Min("first_day")
            )["first"]
            return None if first is None else first.replace(day=1)

        return self._cached("first_month", find)

    def persons(self, *, until: date, unit: int | None = None) -> list[PersonFigure]:
        """The employments current on `as_of` (of a unit and what lay below it that day), with their own figures."""
        known = self._prepared(until, 1)
        result = persons.person_figures(
            known.ledger, Window.ending(month_number(until)), _headline(known.reading)
        )
        index = {key: number for number, key in enumerate(known.reading.axes.employments.tolist())}
        found = []
        for key, external in self._current(unit).order_by("external_id").values_list("pk", "external_id"):
            at = index.get(key)
            own = (0.0, 0.0, 0)
            if at is not None:
                own = (
                    result.arbejdsdage[at].item(),
                    result.dagsvaerk[at].item(),
                    result.periods[at].item(),
                )
            found.append(PersonFigure(key, external, *own))
        return found

    def _current(self, unit: int | None) -> Any:
        current = organisation.employments_on(self.as_of)
        if unit is None:
            return current
        below = organisation.tree(self.as_of).subtree(unit)
        return current.filter(
            pk__in=organisation.terms_on(self.as_of).filter(unit__in=below).values("employment_id")
        )

    # -- how it is found

    def _cached(self, name: str, compute: Callable[[], _Value]) -> _Value:
        key = f"figures:{self._municipality}:{self.version.key}:{self.as_of:%Y%m%d}:{name}"
        found = cache.get(key)
        if found is None:
            found = (compute(),)
            cache.set(key, found, KEPT)
        value: _Value = found[0]
        return value

    def _prepared(self, until: date, months: int) -> _Read:
        """Rows for the windows of `months` months; those read before are used again when they reach."""
        first = month_before(until, months - 1 + WINDOW_MONTHS - 1)
        if self._read is None or self._read.first > first or self._read.until < until:
            span = _months_between(first, until) + 1
            reading = read(first_month=first, months=span, as_of=self.as_of)
            self._read = _Read(first, until, reading, Ledger(reading.inputs))
        return self._read

    def _table(self, until: date, months: int, by: Split, categories: Sequence[str] | None) -> FigureTable:
        known = self._prepared(until, months)
        reading, ledger = known.reading, known.ledger
        selection = _headline(reading) if categories is None else _selected(reading, categories)
        values = rolling.rolling(known.cube, reading.rollup, selection, by)
        friske = presence.langtidsfriske(ledger, reading.rollup, selection, by)
        numbers, keys = _keys(reading, by, selection)
        later = _months_between(until, known.until)
        return FigureTable(
            by=by,
            months=tuple(month_before(until, back) for back in reversed(range(months))),
            units=_labels(reading.axes.units),
            keys=keys,
            computed_at=self.version.at,
            values=layers(values, friske, slice(-months - later, -later or None), numbers),
        )

    def _hidden(self, until: date, known: Collection[int]) -> Hidden:
        choices, whole = organisation.municipality_settings(), self._places(until, 1, until)
        few = whole.hidden(choices.suppress_below, known)
        split = whole.hidden(max(choices.suppress_split_below, choices.suppress_below), known)
        return Hidden(few, both(few, split), whole.employees)

    def _places(self, until: date, months: int, end: date) -> Municipality:
        """Who stood where at the end of a window, from the rows of `months` windows ending with `until`."""
        known = self._prepared(until, months)
        return Municipality(headcount.places(known.reading, known.ledger, Window.ending(month_number(end))))

    def _of_unit(
        self, unit: int, until: date, compute: Callable[[_Read, Iterable[int], Window, Selection], _Value]
    ) -> _Value | None:
        known = self._prepared(until, 1)
        if unit not in known.reading.axes.units:
            return None
        nodes = known.reading.rollup.nodes_of(known.reading.axes.units.index(unit))
        return compute(known, nodes.tolist(), Window.ending(month_number(until)), _headline(known.reading))

    def _named_groups(self, table: FigureTable) -> FigureTable:
        """Groups by name, ordered by it. Read now: a new name is no change of figures."""
        names = dict(OccupationalGroup.objects.values_list("pk", "name"))
        named = [names.get(int(key), "") for key in table.keys]
        order = sorted(range(len(named)), key=lambda at: named[at])
        values = {name: array[:, :, order] for name, array in table.values.items()}
        return FigureTable(
            by=table.by,
            months=table.months,
            units=table.units,
            keys=tuple(named[at] for at in order),
            computed_at=table.computed_at,
            values=values,
        )


def _mark(known: Collection[int]) -> str:
    """Some units, as part of a cache key."""
    return hashlib.sha256(",".join(map(str, sorted(known))).encode()).hexdigest()[:16]


def figures(
    *,
    until: date,
    months: int = WINDOW_MONTHS,
    by: Split = "none",
    categories: Sequence[str] | None = None,
    as_of: date,
) -> FigureTable:
    """Figures of every unit, unsuppressed; see `Figures.table`."""
    return Figures(as_of=as_of).table(until=until, months=months, by=by, categories=categories)


def headline_categories() -> list[str]:
    """Names of the categories in the headline, in the municipality's order."""
    return list(
        Category.objects.filter(counts_in_headline=True)
        .order_by("order", "name")
        .values_list("name", flat=True)
    )


def _labels(units: Sequence[int]) -> tuple[UnitLabel, ...]:
    known = {row[0]: UnitLabel(*row) for row in Unit.objects.values_list("id", "external_id", "name")}
    return tuple(known[unit] for unit in units)


def _headline(reading: Reading) -> Selection:
    return Selection(categories=reading.axes.headline)


def _selected(reading: Reading, keys: Sequence[str]) -> Selection:
    known = dict(Category.objects.values_list("key", "id"))
    unknown = sorted(set(keys) - set(known))
    if unknown:
        raise UnknownCategoryError(
            f"Der er ingen kategori med nøglen »{unknown[0]}«. Der er: {', '.join(sorted(known))}."
        )
    wanted = {known[key] for key in keys}
    return Selection(
        categories=tuple(number for number, each in enumerate(reading.axes.categories) if each in wanted)
    )


def _keys(reading: Reading, by: Split, selection: Selection) -> tuple[list[int], tuple[str, ...]]:
    """The split values shown and their keys; groups by id until they are named."""
    if by == "length":
        return list(range(len(LENGTHS))), LENGTHS
    if by == "category":
        numbers = sorted(selection.categories or ())
        names = dict(Category.objects.values_list("id", "key"))
        return numbers, tuple(names[reading.axes.categories[number]] for number in numbers)
    if by == "group":
        return list(range(len(reading.axes.groups))), tuple(str(each) for each in reading.axes.groups)
    return [0], ("",)

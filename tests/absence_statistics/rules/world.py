"""A small municipality in plain Python, and the same one as the kernel's arrays."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

import numpy as np

from absence_statistics.rules.days import OPEN_END, Calendar, day_number, month_number
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

Hours = Fraction
MONDAY = date(2024, 1, 1)
FULL_WEEK = Hours(37)
FULL_TIME = (Hours("7.4"),) * 5 + (Hours(0),) * 2


@dataclass
class Employment:
    person: int
    start: date
    end: date | None = None


@dataclass
class Term:
    employment: int
    first: date
    last: date | None = None
    node: int = 0
    group: int = 0
    rota: tuple[Hours, ...] = FULL_TIME
    weekly_hours: Hours = FULL_WEEK
    anchor: date = MONDAY


@dataclass
class Partial:
    """`value`: hours per week, a sick share, or seven hours, after `kind`."""

    from_day: date
    kind: PartialKind
    value: Hours | tuple[Hours, ...]


@dataclass
class Absence:
    employment: int
    first: date
    last: date | None
    category: int = 0
    partials: list[Partial] = field(default_factory=list)
    payroll: list[tuple[date, Hours]] = field(default_factory=list)


@dataclass
class World:
    first_month: date
    months: int
    employments: list[Employment]
    terms: list[Term]
    absences: list[Absence] = field(default_factory=list)
    roster: dict[tuple[int, date], Hours] = field(default_factory=dict)
    days_off: set[date] = field(default_factory=set)
    as_of: date = date(2100, 1, 1)
    nodes: int = 1
    groups: int = 1
    categories: int = 1
    length_limits: tuple[int, ...] = (14, 28)
    #: The units each node counts in.
    units_of: dict[int, set[int]] = field(default_factory=lambda: {0: {0}})

    @property
    def units(self) -> int:
        return max(unit for units in self.units_of.values() for unit in units) + 1


def _days(values):
    return np.array([OPEN_END if value is None else day_number(value) for value in values], dtype=np.int32)


def _numbers(values):
    return np.array([float(value) for value in values], dtype=np.float64)


def _patterns(world):
    distinct = sorted({(term.rota, term.anchor) for term in world.terms})
    longest = max((len(rota) for rota, _ in distinct), default=7)
    hours = np.full((len(distinct), longest), 99.0)  # padding that must never be read
    for row, (rota, _) in enumerate(distinct):
        hours[row, : len(rota)] = _numbers(rota)
    weeks = [len(rota) // 7 for rota, _ in distinct]
    patterns = Patterns(np.array(weeks, dtype=np.int32), _days(anchor for _, anchor in distinct), hours)
    return patterns, {pattern: row for row, pattern in enumerate(distinct)}


def _partials(world):
    rows = [(number, each) for number, absence in enumerate(world.absences) for each in absence.partials]
    weekday = np.zeros((len(rows), 7))
    value = np.zeros(len(rows))
    for row, (_, each) in enumerate(rows):
        if each.kind == PartialKind.WEEKDAY_HOURS:
            weekday[row] = _numbers(each.value)
        else:
            value[row] = float(each.value)
    return Partials(
        np.array([number for number, _ in rows], dtype=np.int32),
        _days(each.from_day for _, each in rows),
        np.array([each.kind for _, each in rows], dtype=np.int32),
        value,
        weekday,
    )


def to_inputs(world: World) -> Inputs:
    """The world as the kernel reads it."""
    patterns, pattern_index = _patterns(world)
    terms, absences = world.terms, world.absences
    first, last = _days(each.first for each in absences), _days(each.last for each in absences)
    payroll = [(number, *row) for number, absence in enumerate(absences) for row in absence.payroll]

    def indices(values):
        return np.array(list(values), dtype=np.int32)

    return Inputs(
        calendar=Calendar(month_number(world.first_month), world.months, _days(sorted(world.days_off))),
        employments=Employments(
            indices(each.person for each in world.employments),
            _days(each.start for each in world.employments),
            _days(each.end for each in world.employments),
        ),
        patterns=patterns,
        terms=Terms(
            employment=indices(each.employment for each in terms),
            first=_days(each.first for each in terms),
            last=_days(each.last for each in terms),
            node=indices(each.node for each in terms),
            group=indices(each.group for each in terms),
            pattern=indices(pattern_index[each.rota, each.anchor] for each in terms),
            weekly_hours=_numbers(each.weekly_hours for each in terms),
        ),
        absences=Absences(
            indices(each.employment for each in absences),
            first,
            cut_open(first, last, day_number(world.as_of)),
            indices(each.category for each in absences),
        ),
        roster=Roster(
            indices(employment for employment, _ in world.roster),
            _days(day for _, day in world.roster),
            _numbers(world.roster.values()),
        ),
        partials=_partials(world),
        payroll=PayrollDays(
            indices(row[0] for row in payroll),
            _days(row[1] for row in payroll),
            _numbers(row[2] for row in payroll),
        ),
        nodes=world.nodes,
        groups=world.groups,
        categories=world.categories,
        length_limits=world.length_limits,
    )


def to_rollup(world: World) -> Rollup:
    pairs = [(node, unit) for node, units in world.units_of.items() for unit in units]
    node, unit = (np.array(column, dtype=np.int32) for column in zip(*pairs, strict=True))
    return Rollup(node, unit, world.units)

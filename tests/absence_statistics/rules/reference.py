"""The figures computed slowly and plainly, day by day, from the definitions in the domain book § 4.

Shares no code with the kernel and uses exact fractions. It is what the kernel is held against.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from absence_statistics.rules.inputs import PartialKind
from tests.absence_statistics.rules.world import Absence, Term, World

DAGSVAERK = Fraction("7.4")


@dataclass(frozen=True)
class Chosen:
    """Categories, lengths and groups that count (None: all)."""

    categories: tuple[int, ...] | None = None
    lengths: tuple[int, ...] | None = None
    groups: tuple[int, ...] | None = None


@dataclass(frozen=True)
class PlannedDay:
    employment: int
    day: date
    node: int
    group: int
    hours: Fraction


@dataclass(frozen=True)
class LostDay:
    absence: int
    employment: int
    day: date
    node: int
    group: int
    category: int
    length: int
    hours: Fraction
    planned: Fraction


@dataclass(frozen=True)
class Period:
    employment: int
    day: date
    node: int
    group: int
    category: int
    length: int


def add_months(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def days_between(first: date, last: date):
    while first <= last:
        yield first
        first += timedelta(days=1)


def _allowed(value, values) -> bool:
    return values is None or value in values


class Reference:
    """Every figure of a world, by adding up days."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.months = [add_months(world.first_month, number) for number in range(world.months)]
        self.first_day = self.months[0]
        self.last_day = add_months(self.months[-1], 1) - timedelta(days=1)
        self.planned_days = list(self._planned_days())
        self.lost_days = list(self._lost_days())
        self.periods = list(self._periods())

    # -- the definitions

    def terms_on(self, employment: int, day: date) -> Term | None:
        own = self.world.employments[employment]
        if day < own.start or (own.end is not None and day > own.end):
            return None
        for term in self.world.terms:
            ended = term.last is not None and day > term.last
            if term.employment == employment and term.first <= day and not ended:
                return term
        return None

    def planned(self, employment: int, day: date) -> Fraction:
        term = self.terms_on(employment, day)
        if term is None:
            return Fraction(0)
        if (employment, day) in self.world.roster:
            return self.world.roster[employment, day]
        if day in self.world.days_off:
            return Fraction(0)
        return term.rota[(day - term.anchor).days % len(term.rota)]

    def last_of(self, absence: Absence) -> date:
        return self.world.as_of if absence.last is None else absence.last

    def sick_share(self, absence: Absence, day: date) -> Fraction:
        state = None
        for partial in sorted(absence.partials, key=lambda each: each.from_day):
            if partial.from_day <= day:
                state = partial
        if state is None:
            return Fraction(1)
        if state.kind == PartialKind.SICK_SHARE:
            return min(max(Fraction(state.value), Fraction(0)), Fraction(1))
        if state.kind == PartialKind.WEEKDAY_HOURS:
            planned, worked = self.planned(absence.employment, day), state.value[day.weekday()]
        else:
            term = self.terms_on(absence.employment, day)
            weeks = Fraction(len(term.rota), 7)
            planned, worked = (sum(term.rota) / weeks) or term.weekly_hours, state.value
        if planned == 0:
            return Fraction(1)
        return min(max(1 - worked / planned, Fraction(0)), Fraction(1))

    def absent(self, absence: Absence, day: date) -> Fraction:
        if self.terms_on(absence.employment, day) is None:
            return Fraction(0)
        if absence.payroll:
            return sum((hours for row_day, hours in absence.payroll if row_day == day), Fraction(0))
        return self.planned(absence.employment, day) * self.sick_share(absence, day)

    def length_class(self, absence: Absence) -> int:
        days = (self.last_of(absence) - absence.first).days + 1
        return sum(days > limit for limit in self.world.length_limits)

    # -- all days

    def _planned_days(self):
        for employment in range(len(self.world.employments)):
            for day in days_between(self.first_day, self.last_day):
                term = self.terms_on(employment, day)
                if term is not None:
                    yield PlannedDay(employment, day, term.node, term.group, self.planned(employment, day))

    def _lost_days(self):
        for number, absence in enumerate(self.world.absences):
            first, last = max(absence.first, self.first_day), min(self.last_of(absence), self.last_day)
            for day in days_between(first, last):
                hours = self.absent(absence, day)
                if hours:
                    term = self.terms_on(absence.employment, day)
                    yield LostDay(
                        number,
                        absence.employment,
                        day,
                        term.node,
                        term.group,
                        absence.category,
                        self.length_class(absence),
                        hours,
                        self.planned(absence.employment, day),
                    )

    def _periods(self):
        for absence in self.world.absences:
            term = self.terms_on(absence.employment, absence.first)
            inside = self.first_day <= absence.first <= self.last_day
            if term is not None and inside and absence.first <= self.last_of(absence):
                length = self.length_class(absence)
                yield Period(
                    absence.employment, absence.first, term.node, term.group, absence.category, length
                )

    # -- figures of a unit and a span of days

    def in_unit(self, row, unit: int, chosen: Chosen) -> bool:
        return unit in self.world.units_of[row.node] and _allowed(row.group, chosen.groups)

    @staticmethod
    def of_kind(row, chosen: Chosen) -> bool:
        return _allowed(row.category, chosen.categories) and _allowed(row.length, chosen.lengths)

    def lost(self, unit: int, first: date, last: date, chosen: Chosen) -> list[LostDay]:
        return [
            row
            for row in self.lost_days
            if first <= row.day <= last and self.in_unit(row, unit, chosen) and self.of_kind(row, chosen)
        ]

    def absent_hours(self, unit: int, first: date, last: date, chosen: Chosen) -> Fraction:
        return sum((row.hours for row in self.lost(unit, first, last, chosen)), Fraction(0))

    def planned_hours(self, unit: int, first: date, last: date, chosen: Chosen) -> Fraction:
        return sum(
            (
                row.hours
                for row in self.planned_days
                if first <= row.day <= last and self.in_unit(row, unit, chosen)
            ),
            Fraction(0),
        )

    def fte(self, unit: int, month: date, chosen: Chosen) -> Fraction:
        total = Fraction(0)
        for row in self.planned_days:
            if row.day == month and self.in_unit(row, unit, chosen):
                total += self.terms_on(row.employment, month).weekly_hours / 37
        return total

    def period_count(self, unit: int, first: date, last: date, chosen: Chosen) -> int:
        return sum(
            first <= row.day <= last and self.in_unit(row, unit, chosen) and self.of_kind(row, chosen)
            for row in self.periods
        )

    def window(self, month: date) -> tuple[date, date]:
        return add_months(month, -11), add_months(month, 1) - timedelta(days=1)

    def rolling(self, unit: int, month: date, chosen: Chosen, everyone: Chosen) -> dict[str, float]:
        """The figures of one month; `everyone` is whom a split is held against."""
        month_last = add_months(month, 1) - timedelta(days=1)
        first, last = self.window(month)
        absent = self.absent_hours(unit, first, last, chosen)
        planned = self.planned_hours(unit, first, last, everyone)
        fte = sum(self.fte(unit, add_months(first, step), everyone) for step in range(12)) / 12
        return {
            "absent_dagsvaerk": float(self.absent_hours(unit, month, month_last, chosen) / DAGSVAERK),
            "planned_dagsvaerk": float(self.planned_hours(unit, month, month_last, everyone) / DAGSVAERK),
            "fte": float(self.fte(unit, month, everyone)),
            "periods": float(self.period_count(unit, month, month_last, chosen)),
            "absent_dagsvaerk_12": float(absent / DAGSVAERK),
            "planned_dagsvaerk_12": float(planned / DAGSVAERK),
            "fte_12": float(fte),
            "periods_12": float(self.period_count(unit, first, last, chosen)),
            "dagsvaerk_per_fte_12": float(absent / DAGSVAERK / fte) if fte else math.nan,
            "percent_12": float(100 * absent / planned) if planned else math.nan,
        }

    def langtidsfriske(self, unit: int, month: date, chosen: Chosen) -> tuple[int, int]:
        """(employed the whole window, those of them without absent hours)."""
        first, last = self.window(month)
        employed = without = 0
        for number, own in enumerate(self.world.employments):
            term = self.terms_on(number, last)
            if term is None or own.start > first or not self.in_unit(term, unit, chosen):
                continue
            employed += 1
            without += not any(
                row.employment == number and first <= row.day <= last and self.of_kind(row, chosen)
                for row in self.lost_days
            )
        return employed, without

    def concentration(self, unit: int, first: date, last: date, chosen: Chosen) -> dict:
        persons = {
            self.world.employments[row.employment].person: Fraction(0)
            for row in self.planned_days
            if first <= row.day <= last and self.in_unit(row, unit, chosen)
        }
        for row in self.lost(unit, first, last, chosen):
            persons[self.world.employments[row.employment].person] += row.hours / DAGSVAERK
        most = sorted(persons.values(), reverse=True)
        total = sum(most, Fraction(0))
        counts = [math.ceil(Fraction(percent, 100) * len(most)) for percent in (5, 20)]
        shares = [float(sum(most[:count]) / total) if total else math.nan for count in counts]
        return {"persons": len(most), "total": float(total), "counts": counts, "shares": shares}

    def person(self, employment: int, first: date, last: date, chosen: Chosen) -> tuple[float, float, int]:
        """(arbejdsdage, dagsværk, periods)."""
        rows = [
            row
            for row in self.lost_days
            if row.employment == employment and first <= row.day <= last and self.of_kind(row, chosen)
        ]
        days = sum((row.hours / row.planned for row in rows if row.planned), Fraction(0))
        periods = sum(
            row.employment == employment and first <= row.day <= last and self.of_kind(row, chosen)
            for row in self.periods
        )
        return float(days), float(sum(row.hours for row in rows) / DAGSVAERK), periods

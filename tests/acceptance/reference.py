"""The figures day by day, straight from the definitions (domain § 4), with no thought for speed."""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from typing import Any

from tests.acceptance.world import DAY, HEADLINE, Absence, Job, World, job_planned, terms_on


def months_until(month: date, count: int) -> list[date]:
    """`count` firsts of month ending with this one."""
    number = month.year * 12 + month.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1)]


def last_of(month: date) -> date:
    """The month's last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


class Reference:
    """One world's figures as they stand on `as_of`."""

    def __init__(self, world: World, as_of: date, until: date) -> None:
        self.world, self.as_of = world, as_of
        self.jobs = {job.key: job for job in world.jobs}
        months = months_until(until, 12)
        self.months, self.first, self.last = months, months[0], last_of(until)
        self.absent = [
            (a, day, hours)
            for a in world.absences
            for day, hours in self._days(a)
            if self.first <= day <= self.last
        ]

    def _days(self, absence: Absence) -> list[tuple[date, float]]:
        if absence.payroll:
            return [(day, hours) for day, (hours, _) in absence.payroll.items()]
        job, rows = self.jobs[absence.job], []
        day, end = absence.first, self._end(absence)
        while day <= end:
            rows.append((day, job_planned(job, day) * self._share(absence, job, day)))
            day += DAY
        return rows

    def _end(self, absence: Absence) -> date:
        return absence.last if absence.last is not None else self.as_of

    def _share(self, absence: Absence, job: Job, day: date) -> float:
        share = 1.0
        for start, worked, given in absence.shares:
            if start <= day:
                terms = terms_on(job, day)
                if given is not None or terms is None:
                    share = given if given is not None else 0.0
                else:
                    week = sum(terms.hours)
                    share = max(0.0, 1 - (worked or 0.0) / (week or terms.weekly))
        return share

    def above(self, unit: str, day: date) -> set[str]:
        """The unit and those over it on a day."""
        found = set()
        while unit:
            found.add(unit)
            unit = next(
                p.parent
                for p in self.world.places
                if p.unit == unit and (p.start is None or p.start <= day) and (p.end is None or day <= p.end)
            )
        return found

    def units_of(self, job: Job, day: date) -> set[str]:
        """Units a job's day counts in."""
        terms = terms_on(job, day)
        return self.above(terms.unit, day) if terms else set()

    def length_class(self, absence: Absence) -> str:
        """kort, mellem or lang."""
        days = (self._end(absence) - absence.first).days + 1
        return "kort" if days <= 14 else "mellem" if days <= 28 else "lang"

    def split_key(self, by: str, absence: Absence, day: date) -> str:
        """The value of the split one absent day has."""
        if by == "length":
            return self.length_class(absence)
        if by == "category":
            return absence.category
        if by == "group":
            terms = terms_on(self.jobs[absence.job], day)
            return terms.group if terms else ""
        return ""

    def figures(self, by: str = "none", categories: tuple[str, ...] = HEADLINE) -> dict[tuple[str, str], Any]:
        """`(unit, split value)` -> measures of the month `until` and its window."""
        out: dict[tuple[str, str], Any] = defaultdict(lambda: defaultdict(float))
        month = self.months[-1]
        counted = [(a, d, h) for a, d, h in self.absent if a.category in categories]
        for absence, day, hours in counted:
            for unit in self.units_of(self.jobs[absence.job], day):
                cell = out[unit, self.split_key(by, absence, day)]
                cell["absent_dagsvaerk_12"] += hours / 7.4
                if day >= month:
                    cell["absent_dagsvaerk"] += hours / 7.4
        for absence in self.world.absences:
            if absence.category in categories and self.first <= absence.first <= self.last:
                for unit in self.units_of(self.jobs[absence.job], absence.first):
                    out[unit, self.split_key(by, absence, absence.first)]["periods_12"] += 1
        if by == "none" or by == "group":
            self._add_planned(out, by)
        if by == "none":
            self._add_healthy(out, counted)
        return out

    def _add_planned(self, out: Any, by: str) -> None:
        for job in self.world.jobs:
            day = self.first
            while day <= self.last:
                terms = terms_on(job, day)
                if terms:
                    for unit in self.above(terms.unit, day):
                        cell = out[unit, terms.group if by == "group" else ""]
                        cell["planned_dagsvaerk_12"] += job_planned(job, day) / 7.4
                        if day >= self.months[-1]:
                            cell["planned_dagsvaerk"] += job_planned(job, day) / 7.4
                        if day.day == 1:
                            cell["fte_12"] += terms.weekly / 37 / 12
                            if day == self.months[-1]:
                                cell["fte"] += terms.weekly / 37
                day += DAY

    def _add_healthy(self, out: Any, counted: list[Any]) -> None:
        ill = defaultdict(float)
        for absence, _, hours in counted:
            ill[absence.job] += hours
        whole, healthy = defaultdict(int), defaultdict(int)
        for job in self.world.jobs:
            if job.start <= self.first and (job.end is None or job.end >= self.last):
                for unit in self.units_of(job, self.last):
                    whole[unit] += 1
                    healthy[unit] += ill[job.key] == 0
        for unit, number in whole.items():
            out[unit, ""]["langtidsfriske_12"] = healthy[unit] / number

    def persons(self, unit: str | None = None) -> dict[str, tuple[float, float, int]]:
        """employment -> arbejdsdage, dagsværk, periods, of those employed on `as_of`."""
        out = {}
        for job in self.world.jobs:
            terms = terms_on(job, self.as_of)
            if terms is None or (unit and unit not in self.above(terms.unit, self.as_of)):
                continue
            mine = [(d, h) for a, d, h in self.absent if a.job == job.key and a.category in HEADLINE]
            begun = [
                a
                for a in self.world.absences
                if a.job == job.key and a.category in HEADLINE and self.first <= a.first <= self.last
            ]
            out[job.key] = (
                sum(h / job_planned(job, d) for d, h in mine if h),
                sum(h / 7.4 for _, h in mine),
                len(begun),
            )
        return out

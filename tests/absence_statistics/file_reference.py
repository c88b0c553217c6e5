"""The figures from the contract files as text, slowly and plainly, day by day, with exact fractions.

Shares nothing with the product: not the kernel, not the models, not the importers. Only the public holidays are
asked of the same library.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import holidays

from tests.absence_statistics.files import Municipality

HEADLINE = (
    "egen_sygdom",
    "delvis_sygdom",
    "nedsat_tjeneste",
    "arbejdsskade",
    "paragraf_56",
    "graviditetsgener",
)
CATEGORY_OF_CODE = {"526": "egen_sygdom", "929": "barns_sygedag"}
DAGSVAERK = Fraction("7.4")
_HOURS = [f"hours_{name}" for name in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


@dataclass
class Absence:
    key: str
    employment: str
    category: str
    first: date
    last: date
    payroll: dict[date, Fraction]


@dataclass
class Day:
    """One employment on one day: where it was, and what of the planned hours was lost to what."""

    employment: str
    day: date
    units: tuple[str, ...]
    group: str
    planned: Fraction
    lost: Fraction
    category: str
    length: str


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def day_of(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def each_day(first: date, last: date):
    while first <= last:
        yield first
        first += timedelta(days=1)


def months_back(month: date, back: int) -> date:
    year, rest = divmod(month.year * 12 + month.month - 1 - back, 12)
    return date(year, rest + 1, 1)


def month_end(month: date) -> date:
    return months_back(month, -1) - timedelta(days=1)


class Reference:
    """Every figure of one municipality between two days."""

    def __init__(self, made: Municipality, *, as_of: date, first: date, last: date) -> None:
        self.made, self.as_of, self.first, self.last = made, as_of, first, last
        self.free = {day for year in range(2020, 2028) for day in holidays.Denmark(years=year)}
        self.terms = defaultdict(list)
        for row in made.files["employments.csv"]:
            self.terms[row["employment_id"]].append(row)
        self.shifts = {
            (row["employment_id"], day_of(row["date"])): number(row["planned_hours"])
            for row in made.files["roster.csv"]
        }
        for row in made.files["absence_days.csv"]:
            if row["planned_hours"]:
                key = (row["employment_id"], day_of(row["date"]))
                self.shifts[key] = number(row["planned_hours"])
        self.absences = [each for each in self._absences() if each.key not in made.withdrawn]
        self.days = [day for employment in self.terms for day in self._days(employment)]

    # -- the definitions

    def units_on(self, unit: str, day: date) -> tuple[str, ...]:
        """The unit and everything above it that day."""
        found = []
        while unit:
            found.append(unit)
            unit = next(
                row["parent_id"]
                for row in self.made.files["units.csv"]
                if row["unit_id"] == unit
                and row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999")
            )
        return tuple(found)

    def terms_on(self, employment: str, day: date) -> dict[str, str] | None:
        text = day.isoformat()
        for row in self.terms[employment]:
            if not row["start"] <= text <= (row["end"] or "9999"):
                return None
            if row["valid_from"] <= text <= (row["valid_to"] or "9999"):
                return row
        return None

    def week(self, row: dict[str, str]) -> tuple[list[Fraction], date]:
        """Hours of the rota, one or more weeks, and the Monday it counts from."""
        first = day_of(row["valid_from"])
        if (row["employment_id"], first) in self.made.rotas:
            hours, start = self.made.rotas[row["employment_id"], first]
            return [Fraction(str(value)) for value in hours], start - timedelta(days=start.weekday())
        if not any(row[name] for name in _HOURS):
            return [number(row["weekly_hours"]) / 5] * 5 + [Fraction(0)] * 2, date(2024, 1, 1)
        return [number(row[name] or "0") for name in _HOURS], date(2024, 1, 1)

    def planned(self, employment: str, day: date) -> Fraction:
        row = self.terms_on(employment, day)
        if row is None:
            return Fraction(0)
        if (employment, day) in self.shifts:
            return self.shifts[employment, day]
        if day in self.free:
            return Fraction(0)
        hours, monday = self.week(row)
        return hours[(day - monday).days % len(hours)]

    def share(self, absence: Absence, day: date) -> Fraction:
        """How much of the planned hours is lost, 0–1."""
        rows = [row for row in self.made.files["partial.csv"] if row["absence_id"] == absence.key]
        rows = [row for row in rows if row["from"] <= day.isoformat()]
        if not rows:
            return Fraction(1)
        row = max(rows, key=lambda each: each["from"])
        by_weekday = self.made.weekday_partials.get((absence.key, day_of(row["from"])))
        if by_weekday is not None:
            planned, worked = self.planned(absence.employment, day), Fraction(str(by_weekday[day.weekday()]))
        elif row["sick_share"]:
            return number(row["sick_share"])
        else:
            terms = self.terms_on(absence.employment, day)
            hours, _ = self.week(terms)
            planned = sum(hours) * 7 / len(hours) or number(terms["weekly_hours"])
            worked = number(row["worked_hours_week"])
        return min(max(1 - worked / planned, Fraction(0)), Fraction(1)) if planned else Fraction(1)

    def lost(self, absence: Absence, day: date) -> Fraction:
        if absence.payroll:
            return absence.payroll.get(day, Fraction(0))
        return self.planned(absence.employment, day) * self.share(absence, day)

    # -- from the files' rows to absences and days

    def _absences(self) -> list[Absence]:
        found = []
        for row in self.made.files["absences.csv"]:
            first, last = day_of(row["first_day"]), day_of(row["last_day"])
            last = last or max(self.as_of, first - timedelta(days=1))
            found.append(Absence(row["absence_id"], row["employment_id"], row["category"], first, last, {}))
        loose = []
        for row in sorted(
            self.made.files["absence_days.csv"], key=lambda each: (each["employment_id"], each["date"])
        ):
            day, category = day_of(row["date"]), CATEGORY_OF_CODE[row["cause_code"]]
            around = [
                each
                for each in found
                if each.employment == row["employment_id"] and each.first <= day <= each.last
            ]
            if around:
                around[0].payroll[day] = number(row["absent_hours"])
                continue
            run = loose[-1] if loose else None
            follows = (
                run is not None
                and run.employment == row["employment_id"]
                and run.category == category
                and not any(
                    self.planned(run.employment, between)
                    for between in each_day(run.last + timedelta(days=1), day - timedelta(days=1))
                )
            )
            if not follows:
                loose.append(Absence("", row["employment_id"], category, day, day, {}))
            loose[-1].last = day
            loose[-1].payroll[day] = number(row["absent_hours"])
        return found + loose

    def length(self, absence: Absence) -> str:
        days = (absence.last - absence.first).days + 1
        return "kort" if days <= 14 else "mellem" if days <= 28 else "lang"

    def _days(self, employment: str):
        own = [each for each in self.absences if each.employment == employment]
        for day in each_day(self.first, self.last):
            row = self.terms_on(employment, day)
            if row is None:
                continue
            absence = next((each for each in own if each.first <= day <= each.last), None)
            yield Day(
                employment,
                day,
                self.units_on(row["unit_id"], day),
                row["occupational_group"],
                self.planned(employment, day),
                self.lost(absence, day) if absence else Fraction(0),
                absence.category if absence else "",
                self.length(absence) if absence else "",
            )

    # -- figures

    def figure(
        self, unit: str, month: date, by: str, key: str, categories=HEADLINE
    ) -> dict[str, float | None]:
        """One row of the command, without its keys."""
        first, last = months_back(month, 11), month_end(month)
        here = [day for day in self.days if unit in day.units and first <= day.day <= last]
        if by == "group":
            here = [day for day in here if day.group == key]

        def counts(category: str, length: str) -> bool:
            if category not in categories:
                return False
            return key in (category, length) if by in ("length", "category") else True

        fte = {months_back(month, back): Fraction(0) for back in range(12)}
        for day in here:
            if day.day in fte:
                fte[day.day] += number(self.terms_on(day.employment, day.day)["weekly_hours"]) / 37
        lost = [day for day in here if day.lost and counts(day.category, day.length)]
        absent, planned = sum(day.lost for day in lost), sum(day.planned for day in here)
        mean = sum(fte.values()) / 12
        begun = 0
        for absence in self.absences:
            if first <= absence.first <= last and absence.first <= absence.last:
                there = [d for d in here if d.day == absence.first and d.employment == absence.employment]
                begun += bool(there) and counts(absence.category, self.length(absence))
        return {
            "absent_dagsvaerk": float(sum(d.lost for d in lost if d.day >= month) / DAGSVAERK),
            "planned_dagsvaerk": float(sum(d.planned for d in here if d.day >= month) / DAGSVAERK),
            "fte": float(fte[month]),
            "absent_dagsvaerk_12": float(absent / DAGSVAERK),
            "planned_dagsvaerk_12": float(planned / DAGSVAERK),
            "fte_12": float(mean),
            "dagsvaerk_per_fte_12": float(absent / DAGSVAERK / mean) if mean else None,
            "percent_12": float(100 * absent / planned) if planned else None,
            "periods_12": begun,
            "langtidsfriske_12": self._langtidsfriske(unit, first, last, by, key, counts),
        }

    def _langtidsfriske(self, unit, first, last, by, key, counts) -> float | None:
        employed = without = 0
        for employment, rows in self.terms.items():
            row = self.terms_on(employment, last)
            if row is None or rows[0]["start"] > first.isoformat():
                continue
            if unit not in self.units_on(row["unit_id"], last):
                continue
            if by == "group" and row["occupational_group"] != key:
                continue
            employed += 1
            without += not any(
                day.employment == employment
                and first <= day.day <= last
                and day.lost
                and counts(day.category, day.length)
                for day in self.days
            )
        return without / employed if employed else None

    def persons(self, month: date, unit: str | None) -> dict[str, tuple[float, float, int]]:
        """Arbejdsdage, dagsværk and periods of those employed on the day."""
        first, last = months_back(month, 11), month_end(month)
        found = {}
        for employment, rows in self.terms.items():
            text = self.as_of.isoformat()
            if not rows[0]["start"] <= text <= (rows[0]["end"] or "9999"):
                continue
            row = self.terms_on(employment, self.as_of)
            if unit is not None and (row is None or unit not in self.units_on(row["unit_id"], self.as_of)):
                continue
            own = [
                day
                for day in self.days
                if day.employment == employment and first <= day.day <= last and day.category in HEADLINE
            ]
            begun = [
                each
                for each in self.absences
                if each.employment == employment
                and each.category in HEADLINE
                and first <= each.first <= last
                and each.first <= each.last
                and self.terms_on(employment, each.first)
            ]
            found[employment] = (
                float(sum(day.lost / day.planned for day in own if day.planned)),
                float(sum(day.lost for day in own) / DAGSVAERK),
                len(begun),
            )
        return found

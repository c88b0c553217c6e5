"""Small random municipalities as contract files (domain book § 9), with everything the definitions mention.

What files cannot say (rotas of several weeks, hours at work per weekday, withdrawn absences) is listed beside them
and written through the models.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

UNTIL = date(2025, 10, 1)
AS_OF = date(2025, 11, 12)
FIRST, LAST = date(2023, 6, 1), date(2025, 12, 31)
CATEGORIES = ("egen_sygdom", "delvis_sygdom", "arbejdsskade", "barns_sygedag")
GROUPS = ("Lærere", "Administration og it", "Social- og sundhedspersonale", "")
#: Days where the definitions are easily got wrong: Easter, Christmas, Store Bededag in its last year and after.
HOLIDAYS = (date(2024, 3, 28), date(2024, 12, 25), date(2025, 4, 18), date(2025, 5, 16), date(2025, 6, 5))


@dataclass
class Municipality:
    """Rows as text by file name, and what is written through the models afterwards."""

    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    #: (employment_id, valid_from) → (hours of two weeks, rota_start)
    rotas: dict[tuple[str, date], tuple[list[float], date]] = field(default_factory=dict)
    #: (absence_id, from) → hours at work per weekday
    weekday_partials: dict[tuple[str, date], list[float]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def write(self, folder: Path) -> None:
        for name, rows in self.files.items():
            if rows:
                with (folder / name).open("w", encoding="utf-8", newline="") as file:
                    writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
                    writer.writeheader()
                    writer.writerows(rows)


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def random_municipality(seed: int) -> Municipality:
    """A municipality of about ten employments in eight units, the same for the same seed."""
    return _Maker(Random(seed)).made


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.made = Municipality()
        names = ("units", "employments", "absences", "partial", "roster", "absence_days")
        self.made.files = {f"{name}.csv": [] for name in names}
        self._units()
        for number in range(random.randint(8, 12)):
            self._employment(f"A{number}", paid_by_file=random.random() < 0.25)

    def _rows(self, name: str) -> list[dict[str, str]]:
        return self.made.files[f"{name}.csv"]

    def _day(self, first: date = FIRST, last: date = LAST) -> date:
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def _units(self) -> None:
        """Two sectors with two institutions each; a team that moves, one that closes, and a sector that moves too."""
        early = date(2020, 1, 1)
        moved, closed = (
            self._day(date(2024, 1, 5), date(2025, 9, 1)),
            self._day(date(2024, 6, 1), date(2025, 8, 1)),
        )
        self.closed_on = closed
        again = self._day(date(2024, 1, 5), date(2025, 9, 1))
        rows = [
            ("K", "", early, None), ("S1", "K", early, None), ("S2", "K", early, None),
            ("I1", "S1", early, again), ("I1", "S2", again + timedelta(days=1), None),
            ("I2", "S2", early, None),
            ("T1", "I1", early, moved), ("T1", "I2", moved + timedelta(days=1), None),
            ("T2", "I1", early, None), ("T3", "S1", early, closed),
        ]  # fmt: skip
        for unit, parent, first, last in rows:
            self._rows("units").append(
                {"unit_id": unit, "name": f"Enhed {unit}", "level": "", "parent_id": parent, "leader_email": "",
                 "valid_from": _iso(first), "valid_to": _iso(last)}
            )  # fmt: skip

    def _employment(self, number: str, *, paid_by_file: bool) -> None:
        random, self.paid_by_file = self.random, paid_by_file
        start = date(2020, 1, 1) if random.random() < 0.7 else self._day(FIRST, date(2025, 3, 1))
        end = self._day(start + timedelta(days=60), LAST) if random.random() < 0.3 else None
        first, unit = start, random.choice(["S1", "I1", "I2", "T1", "T1", "T2", "T3"])
        for _ in range(random.choice([1, 1, 2, 3])):
            last = self._day(first + timedelta(days=20), min(LAST, end or LAST))
            if unit == "T3" and last > self.closed_on:
                last = max(self.closed_on, first)
            if end is not None and last >= end:
                break
            self._terms(number, unit, first, last, start, end)
            first, unit = last + timedelta(days=1), random.choice(["I1", "I2", "T1", "T2"])
        if end is None or first <= end:
            self._terms(number, unit if unit != "T3" else "T2", first, end, start, end)
        self._roster(number)
        self._payroll(number, start) if paid_by_file else self._absences(number, start, end)

    def _terms(
        self, number: str, unit: str, first: date, last: date | None, start: date, end: date | None
    ) -> None:
        random = self.random
        week = random.choice(
            [(7.4,) * 5 + (0, 0), (8, 8, 8, 8, 5, 0, 0), (0, 6, 6, 6, 0, 8, 0), (3.7,) * 5 + (0, 0)]
        )
        weekly = sum(week) if random.random() < 0.8 else 32.0
        hours = {f"hours_{name}": f"{value:g}" for name, value in zip(_WEEKDAYS, week, strict=True)}
        if random.random() < 0.2:  # Monday to Friday by default
            hours = dict.fromkeys(hours, "")
        self._rows("employments").append(
            {"employment_id": number, "person_id": f"P{number}", "name": f"Navn {number}", "email": "", "unit_id": unit,
             "occupational_group": random.choice(GROUPS), "weekly_hours": f"{weekly:g}", **hours,
             "valid_from": _iso(first), "valid_to": _iso(last), "start": _iso(start), "end": _iso(end),
             "leader_email": ""}
        )  # fmt: skip
        if (
            not self.paid_by_file and random.random() < 0.25
        ):  # the import joins day rows by what the files plan
            rota = [random.choice([0.0, 7.4, 9.0]) for _ in range(14)]
            self.made.rotas[number, first] = (rota, first + timedelta(days=random.randint(-10, 10)))

    def _roster(self, number: str) -> None:
        days = {self._day() for _ in range(self.random.randint(0, 25))}
        if self.random.random() < 0.5:
            days |= set(HOLIDAYS)
        for day in sorted(days):
            hours = self.random.choice(["0", "7,5", "12", "3.7"])
            self._rows("roster").append({"employment_id": number, "date": _iso(day), "planned_hours": hours})

    def _absences(self, number: str, start: date, end: date | None) -> None:
        random, first, count = self.random, max(start, FIRST), 0
        while True:
            first += timedelta(days=random.choice([1, 2, 20, 60, 150]) + random.randint(0, 20))
            if first > min(date(2025, 11, 20), end or LAST):
                return
            last: date | None = first + timedelta(days=random.choice([0, 0, 1, 3, 13, 14, 27, 28, 60, 400]))
            assert last is not None
            is_open = last > AS_OF or random.random() < 0.05
            absence = f"F{number}-{count}"
            count += 1
            category = random.choice(CATEGORIES)
            self._rows("absences").append(
                {"absence_id": absence, "employment_id": number, "category": category, "first_day": _iso(first),
                 "last_day": "" if is_open else _iso(last), "expected_last_day": "", "work_related": ""}
            )  # fmt: skip
            if random.random() < 0.35:
                self._partials(absence, first, last)
            elif category == "egen_sygdom" and not is_open and random.random() < 0.2:
                self._payroll_day(number, first + timedelta(days=random.randint(0, (last - first).days)))
            if random.random() < 0.08:
                self.made.withdrawn.add(absence)
            if is_open:
                return
            first = last

    def _partials(self, absence: str, first: date, last: date) -> None:
        random, day = self.random, first
        for _ in range(random.randint(1, 3)):
            day = min(day + timedelta(days=random.randint(0, 12)), last)
            if any(
                row["absence_id"] == absence and row["from"] == _iso(day) for row in self._rows("partial")
            ):
                continue
            share = random.random() < 0.3
            self._rows("partial").append(
                {"absence_id": absence, "from": _iso(day),
                 "worked_hours_week": "" if share else random.choice(["0", "10", "12,25", "18,5"]),
                 "sick_share": random.choice(["0.25", "0,5", "1"]) if share else ""}
            )  # fmt: skip
            if random.random() < 0.3:
                self.made.weekday_partials[absence, day] = [random.choice([0.0, 4.0, 7.4]) for _ in range(7)]

    def _payroll(self, number: str, start: date) -> None:
        """Absence from the payroll's day rows alone, on working days and round weekends."""
        day = max(start, FIRST)
        while day < date(2025, 11, 1):
            day += timedelta(days=self.random.choice([1, 1, 1, 3, 40]))
            if day.weekday() < 5 or self.random.random() < 0.1:
                self._payroll_day(number, day)

    def _payroll_day(self, number: str, day: date) -> None:
        code = "526" if self.random.random() < 0.9 or self._has_absences(number) else "929"
        self._rows("absence_days").append(
            {"employment_id": number, "date": _iso(day), "cause_code": code,
             "absent_hours": self.random.choice(["7,4", "3.7", "2", "0"]),
             "planned_hours": self.random.choice(["", "", "", "7,4", "10"])}
        )  # fmt: skip

    def _has_absences(self, number: str) -> bool:
        return any(row["employment_id"] == number for row in self._rows("absences"))


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

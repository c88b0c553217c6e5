"""A quarter of a calendar year. Plain Python: no Django, no clock."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

_WRITTEN = re.compile(r"(\d{4})Q([1-4])")
EARLIEST_YEAR = 2000  # before any payroll's files reach; the calendar of holidays goes further back


class QuarterError(ValueError):
    """The text is no quarter, or one that cannot be reported on. The message is Danish, for the user."""


class Quarter(NamedTuple):
    """Year and number 1–4; quarters compare in the order of time."""

    year: int
    number: int

    @property
    def first_month(self) -> date:
        """The first of the quarter's first month."""
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_month(self) -> date:
        """The first of the quarter's last month."""
        return date(self.year, self.number * 3, 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.after.first_month - timedelta(days=1)

    @property
    def after(self) -> Quarter:
        """The next quarter."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    @property
    def year_before(self) -> Quarter:
        """The same quarter of the year before."""
        return Quarter(self.year - 1, self.number)

    @property
    def code(self) -> str:
        """`2026Q3`, as commands and files write it."""
        return f"{self.year}Q{self.number}"

    @property
    def words(self) -> str:
        """`3. kvartal 2026`."""
        return f"{self.number}. kvartal {self.year}"


def newest_whole(on: date) -> Quarter:
    """The newest quarter that is over on a day."""
    return Quarter(on.year, (on.month - 1) // 3 + 1).before


def parse_quarter(text: str, on: date) -> Quarter:
    """Read `2026Q3`. Raises QuarterError for another spelling, or for a quarter not over on the day."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    newest = newest_whole(on)
    if found is None:
        raise QuarterError(
            f"Vi kan ikke læse kvartalet »{text}«. Skriv år, Q og kvartalets nummer, fx {newest.code}."
        )
    quarter = Quarter(int(found[1]), int(found[2]))
    if quarter > newest:
        raise QuarterError(
            f"{quarter.words} er ikke slut endnu. Det nyeste hele kvartal er {newest.words} ({newest.code})."
        )
    if quarter.year < EARLIEST_YEAR:
        raise QuarterError(f"Vælg et kvartal fra {EARLIEST_YEAR} og frem.")
    return quarter


def newest_quarters(on: date, count: int) -> list[Quarter]:
    """So many whole quarters, the newest first."""
    found = [newest_whole(on)]
    while len(found) < count:
        found.append(found[-1].before)
    return found

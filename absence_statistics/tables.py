"""Figures as pages, commands and exports read them: plain values by unit and month."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from absence_statistics.rules.days import Float64
from absence_statistics.rules.presence import Presence
from absence_statistics.rules.rolling import Rolling, Split

#: Names of the length classes, shortest first (domain book § 4).
LENGTHS = ("kort", "mellem", "lang")

MEASURES = (
    "absent_dagsvaerk", "planned_dagsvaerk", "fte", "absent_dagsvaerk_12", "planned_dagsvaerk_12", "fte_12",
    "dagsvaerk_per_fte_12", "percent_12", "periods_12",
)  # fmt: skip


class UnitLabel(NamedTuple):
    """A unit by its id here, its number in the payroll, and its name."""

    id: int
    external_id: str
    name: str


@dataclass(frozen=True)
class Figure:
    """One unit (with its subtree) in one month, and in the twelve months that end with it (`_12`).

    Dagsværk, full-time employees, percent 0–100, shares 0–1. None where a figure is not defined: no årsværk,
    no planned hours, nobody employed the whole window.
    """

    absent_dagsvaerk: float
    planned_dagsvaerk: float
    fte: float
    absent_dagsvaerk_12: float
    planned_dagsvaerk_12: float
    fte_12: float
    dagsvaerk_per_fte_12: float | None
    percent_12: float | None
    periods_12: int
    employed_12: int
    without_absence_12: int

    @property
    def langtidsfriske_12(self) -> float | None:
        """The share, 0–1, of those employed the whole window who had no absent hours."""
        return self.without_absence_12 / self.employed_12 if self.employed_12 else None

    @property
    def periods_per_fte_12(self) -> float | None:
        """Absences begun in the window per full-time employee."""
        return self.periods_12 / self.fte_12 if self.fte_12 else None


class Row(NamedTuple):
    """One line of a table: unit, month, the split's key ("" when not split), and the figures."""

    unit: UnitLabel
    month: date
    key: str
    figure: Figure


@dataclass(frozen=True)
class FigureTable:
    """Figures of many units by month and, when `by` is not "none", by the split's keys.

    `months`: firsts of month, ascending; `keys`: length words, category keys or names of groups ("" alone
    when not split); `computed_at`: when the rows were read.
    """

    by: Split
    months: tuple[date, ...]
    units: tuple[UnitLabel, ...]
    keys: tuple[str, ...]
    computed_at: datetime
    values: dict[str, npt.NDArray[Any]]

    def __contains__(self, unit: int) -> bool:
        return unit in self._index

    @property
    def _index(self) -> dict[int, int]:
        found: dict[int, int] | None = self.__dict__.get("_units")
        if found is None:
            found = {unit.id: number for number, unit in enumerate(self.units)}
            object.__setattr__(self, "_units", found)
        return found

    def unit(self, unit: int) -> UnitLabel:
        """The label of a unit; KeyError when the table has it not."""
        return self.units[self._index[unit]]

    def figure(self, unit: int, month: date | None = None, key: str | None = None) -> Figure:
        """One figure: of the last month and the first key unless told otherwise. KeyError for an unknown unit,
        ValueError for an unknown month or key."""
        return self._at(
            self._index[unit],
            len(self.months) - 1 if month is None else self.months.index(month),
            0 if key is None else self.keys.index(key),
        )

    def _at(self, unit: int, month: int, key: int) -> Figure:
        cell = {name: self.values[name][unit, month, key].item() for name in MEASURES}
        for name in ("dagsvaerk_per_fte_12", "percent_12"):
            cell[name] = None if math.isnan(cell[name]) else cell[name]
        cell["periods_12"] = round(cell["periods_12"])
        employed = round(self.values["employed"][unit, month, key].item())
        without = round(self.values["without_absence"][unit, month, key].item())
        return Figure(**cell, employed_12=employed, without_absence_12=without)

    def rows(self, unit: int | None = None) -> Iterator[Row]:
        """Every line, or one unit's: by unit, month and key."""
        numbers = range(len(self.units)) if unit is None else (self._index[unit],)
        for number in numbers:
            for at, month in enumerate(self.months):
                for place, key in enumerate(self.keys):
                    yield Row(self.units[number], month, key, self._at(number, at, place))


def layers(figures: Rolling, presence: Presence, months: slice, keys: list[int]) -> dict[str, Float64]:
    """The measures by name, for the chosen months and split values: [unit, month, key]."""
    arrays = {name: getattr(figures, name) for name in MEASURES}
    arrays |= {"employed": presence.employed, "without_absence": presence.without_absence}
    return {name: np.ascontiguousarray(values[:, months, keys]) for name, values in arrays.items()}

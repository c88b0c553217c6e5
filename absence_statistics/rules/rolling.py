"""Rolling twelve months for units with their subtrees, from the cube.

dagsværk = absent hours / 7.4        årsværk = mean over twelve firsts-of-month of Σ contract hours / 37
dagsværk pr. årsværk = dagsværk in the window / årsværk      fraværsprocent = absent / planned hours
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from absence_statistics.rules.cube import AbsentCells, Cube, PeriodCells
from absence_statistics.rules.days import WINDOW_MONTHS, Bool, Float64, Int32, Int64
from absence_statistics.rules.inputs import HOURS_PER_DAGSVAERK, Selection, chosen
from absence_statistics.rules.sums import weighted

Split = Literal["none", "length", "category", "group"]


@dataclass(frozen=True)
class Rollup:
    """Which nodes each unit sums: one row per (node, unit the node lies in or is); `units`: how many units.

    A pair must not occur twice (`ValueError`): its figures would count twice.
    """

    node: Int32
    unit: Int32
    units: int

    def __post_init__(self) -> None:
        node, unit = np.asarray(self.node, dtype=np.int32), np.asarray(self.unit, dtype=np.int32)
        order = np.lexsort((node, unit))
        node, unit = node[order], unit[order]
        if np.any((node[1:] == node[:-1]) & (unit[1:] == unit[:-1])):
            raise ValueError("a node is listed twice under one unit")
        object.__setattr__(self, "node", node)
        object.__setattr__(self, "unit", unit)

    def nodes_of(self, unit: int) -> Int32:
        """The nodes of one unit's subtree, ascending."""
        low, high = np.searchsorted(self.unit, [unit, unit + 1])
        return self.node[low:high]

    def up(self, values: npt.NDArray[Any]) -> Float64:
        """Sum [nodes, columns] to [units, columns]."""
        result = np.zeros((self.units, values.shape[1]))
        if self.unit.size:
            starts = np.flatnonzero(np.concatenate(([True], self.unit[1:] != self.unit[:-1])))
            result[self.unit[starts]] = np.add.reduceat(values[self.node], starts, axis=0)
        return result


@dataclass(frozen=True)
class Rolling:
    """Figures by [unit, month, split].

    `months`: month numbers of the axis, each with eleven months before it in the cube; `split_values`: the
    indices of the last axis (length class, category or group; a single 0 when not split). Figures of the
    month itself: `absent_dagsvaerk`, `planned_dagsvaerk`, `fte` (on the first), `periods`. Over the window,
    ending in `_12`: the same, `dagsvaerk_per_fte_12` (NaN without årsværk) and `percent_12` (0–100, NaN
    without planned hours). Planned hours and årsværk are split by group only: a length class or a category is
    held against everyone's.
    """

    months: Int32
    split_values: Int32
    absent_dagsvaerk: Float64
    planned_dagsvaerk: Float64
    fte: Float64
    periods: Float64
    absent_dagsvaerk_12: Float64
    planned_dagsvaerk_12: Float64
    fte_12: Float64
    periods_12: Float64
    dagsvaerk_per_fte_12: Float64
    percent_12: Float64


def rolling(cube: Cube, rollup: Rollup, selection: Selection | None = None, split: Split = "none") -> Rolling:
    """Rolling figures of every unit of `rollup` for every month of the cube with a whole window.

    A cube of fewer than twelve months gives no months.
    """
    selection = selection or Selection()
    size = split_size(cube, split)
    by_group = size if split == "group" else 1
    absent_keep, period_keep = (_kept(cube, table, selection) for table in (cube.absent, cube.periods))
    planned, keep = cube.planned, chosen(selection.groups, cube.groups)[cube.planned.group]
    group = planned.group if split == "group" else None

    def unit_sums(table: Any, weight: npt.NDArray[Any], keep: Bool, axis: Int32 | None, size: int) -> Float64:
        layers = _layers(cube, table.node, table.month, weight, keep, axis, size)
        return np.stack([rollup.up(layer) for layer in layers], axis=2)

    absent = unit_sums(cube.absent, cube.absent.hours, absent_keep, _axis(cube.absent, split), size)
    periods = unit_sums(cube.periods, cube.periods.periods, period_keep, _axis(cube.periods, split), size)
    hours = unit_sums(planned, planned.hours, keep, group, by_group)
    fte = unit_sums(planned, planned.fte, keep, group, by_group)
    return _figures(cube, absent / HOURS_PER_DAGSVAERK, hours / HOURS_PER_DAGSVAERK, fte, periods)


def split_size(sizes: Any, split: Split) -> int:
    """Length of the split axis; `sizes` is a `Cube` or `Inputs`."""
    size: int = {"none": 1, "length": sizes.lengths, "category": sizes.categories, "group": sizes.groups}[
        split
    ]
    return size


def _axis(table: AbsentCells | PeriodCells, split: Split) -> Int32 | None:
    return None if split == "none" else getattr(table, split)


def _kept(cube: Cube, table: AbsentCells | PeriodCells, selection: Selection) -> Bool:
    keep = chosen(selection.categories, cube.categories)[table.category]
    keep &= chosen(selection.lengths, cube.lengths)[table.length]
    return keep & chosen(selection.groups, cube.groups)[table.group]


def _layers(
    cube: Cube,
    node: Int32,
    month: Int32,
    weight: npt.NDArray[Any],
    keep: Bool,
    axis: Int32 | None,
    size: int,
) -> Iterator[Float64]:
    """Sums by node and month, one [nodes, months] per value of the split."""
    rows = np.flatnonzero(keep)
    key = node[rows].astype(np.int64) * cube.months + (month[rows] - cube.first_month)
    cells = cube.nodes * cube.months
    weight = weight[rows]
    for value in range(size):
        here: slice | Int64 = slice(None) if axis is None else np.flatnonzero(axis[rows] == value)
        total = weighted(key[here], weight[here], cells)
        yield total.reshape(cube.nodes, cube.months)


def _window_sums(values: Float64) -> Float64:
    """Sums over twelve months along axis 1, by adding: a difference of running sums would leave specks where
    nothing is, and a speck decides whether a figure exists."""
    windows = values.shape[1] - WINDOW_MONTHS + 1
    if windows < 1:
        return values[:, :0]
    total = values[:, :windows].copy()
    for step in range(1, WINDOW_MONTHS):
        total += values[:, step : step + windows]
    return total


def _ratio(part: Float64, whole: Float64) -> Float64:
    """part / whole, NaN where whole is 0."""
    result = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=result, where=np.broadcast_to(whole != 0, result.shape))
    return result


def _figures(cube: Cube, absent: Float64, planned: Float64, fte: Float64, periods: Float64) -> Rolling:
    absent_12, planned_12, periods_12 = (_window_sums(values) for values in (absent, planned, periods))
    fte_12 = _window_sums(fte) / WINDOW_MONTHS
    own = slice(WINDOW_MONTHS - 1, None)

    def spread(values: Float64) -> Float64:
        return np.broadcast_to(values, (*values.shape[:2], absent.shape[2]))

    return Rolling(
        months=np.arange(cube.first_month, cube.first_month + cube.months, dtype=np.int32)[own],
        split_values=np.arange(absent.shape[2], dtype=np.int32),
        absent_dagsvaerk=absent[:, own],
        planned_dagsvaerk=spread(planned[:, own]),
        fte=spread(fte[:, own]),
        periods=periods[:, own],
        absent_dagsvaerk_12=absent_12,
        planned_dagsvaerk_12=spread(planned_12),
        fte_12=spread(fte_12),
        periods_12=periods_12,
        dagsvaerk_per_fte_12=_ratio(absent_12, fte_12),
        percent_12=100 * _ratio(absent_12, planned_12),
    )

"""Rolling twelve months for units with their subtrees, from the cube.

dagsværk = absent hours / 7.4        årsværk = mean over twelve firsts-of-month of Σ contract hours / 37
dagsværk pr. årsværk = dagsværk in the window / årsværk      fraværsprocent = absent / planned hours
"""

from __future__ import annotations

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

    def up(self, layers: npt.NDArray[Any]) -> Float64:
        """Sum [layers, nodes, columns] to [layers, units, columns]."""
        result = np.zeros((layers.shape[0], self.units, layers.shape[2]))
        if self.unit.size:
            starts = np.flatnonzero(np.concatenate(([True], self.unit[1:] != self.unit[:-1])))
            for layer, values in zip(result, layers, strict=True):
                layer[self.unit[starts]] = np.add.reduceat(values[self.node], starts, axis=0)
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
        return rollup.up(_layers(cube, table, weight, keep, axis, size))

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
    cube: Cube, table: Any, weight: npt.NDArray[Any], keep: Bool, axis: Int32 | None, size: int
) -> Float64:
    """Sums by node and month for each value of the split: [split, nodes, months]."""
    rows: slice | Int64 = slice(None) if keep.all() else np.flatnonzero(keep)
    place = table.node[rows].astype(np.int64)
    if axis is not None:
        place += axis[rows].astype(np.int64) * cube.nodes
    key = place * cube.months + (table.month[rows] - cube.first_month)
    total = weighted(key, weight[rows], size * cube.nodes * cube.months)
    return total.reshape(size, cube.nodes, cube.months)


def _window_sums(values: Float64) -> Float64:
    """Sums over twelve months along the last axis, by adding: a difference of running sums would leave specks
    where nothing is, and a speck decides whether a figure exists. Sums of 1, 2, 4, 8 months make twelve."""
    windows = values.shape[-1] - WINDOW_MONTHS + 1
    if windows < 1:
        return values[..., :0]
    total, power, width, done = np.zeros((*values.shape[:-1], windows)), values, 1, 0
    while True:
        if WINDOW_MONTHS & width:
            total += power[..., done : done + windows]
            done += width
        if done == WINDOW_MONTHS:
            return total
        power = power[..., :-width] + power[..., width:]
        width *= 2


def _ratio(part: Float64, whole: Float64) -> Float64:
    """part / whole, NaN where whole is 0."""
    result = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=result, where=np.broadcast_to(whole != 0, result.shape))
    return result


def _figures(cube: Cube, absent: Float64, planned: Float64, fte: Float64, periods: Float64) -> Rolling:
    """The result of sums by [split, unit, month]."""
    absent_12, planned_12, periods_12 = (_window_sums(values) for values in (absent, planned, periods))
    fte_12 = _window_sums(fte) / WINDOW_MONTHS
    size, own = absent.shape[0], slice(WINDOW_MONTHS - 1, None)

    def shaped(values: Float64) -> Float64:
        return np.moveaxis(np.broadcast_to(values, (size, *values.shape[1:])), 0, 2)

    return Rolling(
        months=np.arange(cube.first_month, cube.first_month + cube.months, dtype=np.int32)[own],
        split_values=np.arange(size, dtype=np.int32),
        absent_dagsvaerk=shaped(absent[..., own]),
        planned_dagsvaerk=shaped(planned[..., own]),
        fte=shaped(fte[..., own]),
        periods=shaped(periods[..., own]),
        absent_dagsvaerk_12=shaped(absent_12),
        planned_dagsvaerk_12=shaped(planned_12),
        fte_12=shaped(fte_12),
        periods_12=shaped(periods_12),
        dagsvaerk_per_fte_12=shaped(_ratio(absent_12, fte_12)),
        percent_12=shaped(100 * _ratio(absent_12, planned_12)),
    )

"""Sums by integer key."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from absence_statistics.rules.days import Bool, Float64, Int64

#: A table of all keys is used while it has at most so many places per row (plus a floor).
_DENSE_PER_ROW = 16
_DENSE_FLOOR = 1 << 20
#: Places in a table that stays in the processor's cache; a larger one is filled part by part.
_PART = 1 << 20


def weighted(key: npt.NDArray[Any], weight: npt.NDArray[Any], size: int) -> Float64:
    """Sum `weight` by `key` < `size`: [size]."""
    return np.bincount(key, weight, minlength=size).astype(np.float64, copy=False)


def summed(key: Int64, weight: Float64 | None, size: int) -> tuple[Int64, Float64]:
    """Sum `weight` (None: count) by `key` < `size`: (keys ascending, sums), without zero sums."""
    if size > _DENSE_PER_ROW * key.size + _DENSE_FLOOR:
        return _summed_by_sorting(key, weight)
    if size <= 4 * _PART or size > _PART << 16:
        return _nonzero(np.bincount(key, weight, minlength=size), 0)
    part = (key // _PART).astype(np.uint16)
    order = np.argsort(part, kind="stable")  # a radix sort, for 16 bits
    key, weight = key[order], None if weight is None else weight[order]
    stops = np.cumsum(np.bincount(part, minlength=-(-size // _PART))).tolist()
    found, start = [], 0
    for number, stop in enumerate(stops):
        here = slice(start, stop)
        weights = None if weight is None else weight[here]
        table = np.bincount(key[here] - number * _PART, weights, minlength=_PART)
        found.append(_nonzero(table, number * _PART))
        start = stop
    keys, sums = zip(*found, strict=True)
    return np.concatenate(keys), np.concatenate(sums)


def _nonzero(table: npt.NDArray[Any], base: int) -> tuple[Int64, Float64]:
    """The places of a table that are not zero, counted from `base`, and their values."""
    keys = np.flatnonzero(table != 0)
    return keys + base, table[keys].astype(np.float64, copy=False)


def _summed_by_sorting(key: Int64, weight: Float64 | None) -> tuple[Int64, Float64]:
    """`summed` for few rows among very many possible keys."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))[: key.size]
    weights = np.ones(key.size) if weight is None else weight[order]
    sums = np.add.reduceat(weights, starts) if key.size else np.empty(0)
    keep = sums != 0
    return ordered[starts][keep], sums[keep]


def distinct(key: Int64, size: int) -> Int64:
    """The different keys (each < `size`), ascending."""
    if size <= 8 * (_DENSE_PER_ROW * key.size + _DENSE_FLOOR):  # a flag takes an eighth of a sum
        present: Bool = np.zeros(size, dtype=np.bool_)
        present[key] = True
        return np.flatnonzero(present)
    ordered = np.sort(key)
    fresh = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: key.size]
    return ordered[fresh]


def ranges(
    row: npt.NDArray[Any],
    first: npt.NDArray[Any],
    last: npt.NDArray[Any],
    shape: tuple[int, int],
    weight: Int64 | None = None,
) -> npt.NDArray[Any]:
    """Sum `weight` (None: count) of the ranges `first`..`last` (columns, inclusive; none when last =
    first - 1) of each row that cover each column: [rows, columns]. Exact, because weights are whole."""
    rows, columns = shape
    width = columns + 1
    begin = row.astype(np.int64) * width
    change = np.bincount(begin + first, weight, minlength=rows * width)
    change -= np.bincount(begin + last + 1, weight, minlength=rows * width)
    table = change.reshape(rows, width)
    return np.cumsum(table, axis=1, out=table)[:, :columns]

"""Who stands where at the end of a window, from the kernel's terms: what suppression looks at."""

from __future__ import annotations

import numpy as np

from absence_statistics.reader import Reading
from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import Window
from absence_statistics.rules.suppression import Place


def places(reading: Reading, ledger: Ledger, window: Window) -> list[Place]:
    """Every place with terms in the window, with the persons there on its last day."""
    segments, units = ledger.plan.segments, reading.axes.units
    first, last = ledger.plan.calendar.clip(window)
    begins, ends = segments.first[:-1], segments.last[:-1]
    used = np.unique(segments.node[(begins <= last) & (ends >= first)])
    there = np.flatnonzero((begins <= last) & (ends >= last))
    node = segments.node[there]
    person = reading.inputs.employments.person[segments.employment[there]]
    order = np.argsort(node, kind="stable")
    node, person = node[order], person[order]
    low, high = np.searchsorted(node, used), np.searchsorted(node, used, side="right")
    found = []
    for number, start, stop in zip(used.tolist(), low.tolist(), high.tolist(), strict=True):
        path = tuple(units[unit] for unit in reading.paths[number])
        found.append(Place(path, frozenset(person[start:stop].tolist())))
    return found

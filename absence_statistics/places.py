"""Units with their place in the tree: a *node* is a unit and the way up from it, so that a unit that moves becomes
another node and its history stays where it arose (domain book O2). Plain Python over ids and day numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from absence_statistics.rules.days import OPEN_END

_BEGINNING = -1_000_000  # before any day that can be asked about


class Placement(NamedTuple):
    """A unit's place from `first` to `last` (day numbers, inclusive); `parent` is None at the top."""

    unit: int
    parent: int | None
    first: int
    last: int


class Stretch(NamedTuple):
    """Days on which a unit's way up is `path`: the unit itself, its parent, and so on to the top."""

    first: int
    last: int
    path: tuple[int, ...]


@dataclass(frozen=True)
class Stay:
    """A node as it holds for one unit in some days: rows of what terms are cut by."""

    unit: int
    first: int
    last: int
    node: int


class Places:
    """Every unit's way up on every day.

    A day outside a unit's placements (it is not opened yet, or closed while terms still name it) takes the
    nearest earlier place, or the first: hours worked there still belong to somebody. Loops in bad data end at
    the first repeat.
    """

    def __init__(self, placements: Iterable[Placement]) -> None:
        self._rows: dict[int, list[Placement]] = defaultdict(list)
        for row in placements:
            self._rows[row.unit].append(row)
        for rows in self._rows.values():
            rows.sort(key=lambda row: row.first)

    def units(self) -> Iterable[int]:
        """Ids of all units that have or had a place."""
        return self._rows.keys()

    def exists(self, unit: int, first: int, last: int) -> bool:
        """Whether the unit has a place on any of the days."""
        return any(row.first <= last and row.last >= first for row in self._rows.get(unit, ()))

    def stretches(
        self, unit: int, first: int, last: int, below: frozenset[int] = frozenset()
    ) -> list[Stretch]:
        """The unit's ways up, covering `first`..`last` without gaps, neighbours with the same way joined."""
        below |= {unit}
        found: list[Stretch] = []
        for start, stop, parent in self._filled(unit, first, last):
            if parent is None or parent in below:
                above = [Stretch(start, stop, ())]
            else:
                above = self.stretches(parent, start, stop, below)
            for each in above:
                path = (unit, *each.path)
                if found and found[-1].path == path:
                    found[-1] = Stretch(found[-1].first, each.last, path)
                else:
                    found.append(Stretch(each.first, each.last, path))
        return found

    def _filled(self, unit: int, first: int, last: int) -> Iterator[tuple[int, int, int | None]]:
        """(first, last, parent) within the days, each placement lengthened to the next one's beginning."""
        rows = self._rows.get(unit)
        if not rows:
            yield first, last, None
            return
        for number, row in enumerate(rows):
            start = _BEGINNING if number == 0 else row.first
            stop = rows[number + 1].first - 1 if number + 1 < len(rows) else OPEN_END
            start, stop = max(start, first), min(stop, last)
            if start <= stop:
                yield start, stop, row.parent


def numbered(
    places: Places, units: Iterable[int], first: int, last: int
) -> tuple[list[Stay], list[tuple[int, ...]]]:
    """Number the nodes of the units within the days: (stays by unit and day, the path of each node)."""
    stays: list[Stay] = []
    numbers: dict[tuple[int, ...], int] = {}
    for unit in units:
        for stretch in places.stretches(unit, first, last):
            node = numbers.setdefault(stretch.path, len(numbers))
            stays.append(Stay(unit, stretch.first, stretch.last, node))
    return stays, list(numbers)

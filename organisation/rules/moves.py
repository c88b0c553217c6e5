"""Whether a unit may stand below another from a day on. Plain Python over dated places in the tree; no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from organisation.rules.tree import Tree


@dataclass(frozen=True)
class Place:
    """Where a unit stands from `first` to `last`, both included (None: until further notice)."""

    unit: int
    parent: int | None
    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the place counts that day."""
        return self.first <= day and (self.last is None or day <= self.last)


def tree_on(places: Iterable[Place], day: date) -> Tree:
    """The tree of one day."""
    return Tree({place.unit: place.parent for place in places if place.holds(day)})


def _days_of_change(places: list[Place], first: date, last: date | None) -> list[date]:
    """The first day and every later one on which some unit's place begins, until `last`."""
    later = {place.first for place in places if place.first > first and (last is None or place.first <= last)}
    return [first, *sorted(later)]


def first_loop(places: Iterable[Place], moved: Place) -> date | None:
    """The first day on which the moved unit would stand below itself; None when that never happens."""
    others = [place for place in places if place.unit != moved.unit]
    if moved.parent is None:
        return None
    for day in _days_of_change(others, moved.first, moved.last):
        if moved.unit in tree_on([*others, moved], day).upwards(moved.parent):
            return day
    return None


def first_day_without(places: Iterable[Place], unit: int, first: date, last: date | None) -> date | None:
    """The first day in the period on which the unit stands nowhere; None when it is there all along."""
    day = first
    for place in sorted((p for p in places if p.unit == unit), key=lambda p: p.first):
        if place.last is not None and place.last < day:
            continue
        if place.first > day:
            return day
        if place.last is None or (last is not None and place.last >= last):
            return None
        day = place.last + timedelta(days=1)
    return day

"""Suppression: whose figures a reader without person rights may see (domain book S10).

A unit shows figures when it has enough employees at the window's end. That alone is not enough: a hidden unit's
figures would be its parent's less its siblings', and so would those of the few who stand in the parent itself,
often the leader alone. So the rule is about what can be *computed*: the published units cut the municipality
into blocks (a published unit less the published units inside it), every sum a reader can make is a sum of
blocks, and so every block must hold enough employees, or nobody's figures at all. Where one does not, the
smallest published unit inside it is hidden too, until it does.

Plain Python over ids; no sums of absence are needed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import chain


class Reason(Enum):
    """Why a unit shows no figures."""

    FEW = "few"
    PROTECTS = "protects"


@dataclass(frozen=True)
class Place:
    """A unit with its way up (`path`: the unit itself, its parent, to the top) that has figures in the window.

    `persons`: those with terms there on the window's last day; their figures, and those of people who left
    in the window, are what the place holds.
    """

    path: tuple[int, ...]
    persons: frozenset[int]


class Municipality:
    """The places of one window, ready to be asked what to hide. `employees`: how many each unit has."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = list(places)
        self.inside: dict[int, list[int]] = defaultdict(list)
        depth: dict[int, int] = {}
        for number, place in enumerate(self.places):
            for step, unit in enumerate(reversed(place.path)):
                self.inside[unit].append(number)
                depth[unit] = min(depth.get(unit, step), step)
        # Most persons stand in one place and need only be counted; the few in several are kept by who they are.
        times = Counter(chain.from_iterable(place.persons for place in self.places))
        several = frozenset(person for person, count in times.items() if count > 1)
        self._several = [place.persons & several for place in self.places]
        self._alone = [len(place.persons) - len(self._several[at]) for at, place in enumerate(self.places)]
        self.employees = {unit: self.persons(numbers) for unit, numbers in self.inside.items()}
        #: A unit that has moved lies in two parents, so hiding it in one may leave too few in the other.
        self.moved = len({place.path[0] for place in self.places}) < len(self.places)
        self.downwards = sorted(depth, key=lambda unit: (depth[unit], unit))

    def persons(self, numbers: Iterable[int]) -> int:
        """How many different persons stand in some places (indices of `places`)."""
        alone, several = 0, set[int]()
        for number in numbers:
            alone += self._alone[number]
            several |= self._several[number]
        return alone + len(several)

    def hidden(self, below: int, known: Collection[int] = frozenset()) -> dict[int, Reason]:
        """Units that show no figures, and why: those with fewer than `below` employees, and those hidden with them.

        `known`: units whose own employees' absence the reader may see person by person; what the reader knows
        cannot protect others, so it is taken out of every block first.
        """
        return _Blocks(self, below, frozenset(known)).hidden


class _Blocks:
    """The published units and what each holds beyond the published units inside it."""

    def __init__(self, whole: Municipality, below: int, known: frozenset[int]) -> None:
        self.whole, self.below, self.known = whole, below, known
        self.hidden = {unit: Reason.FEW for unit, found in whole.employees.items() if found < below}
        self.held: dict[int, list[int]] = defaultdict(list)
        for number in range(len(whole.places)):
            self._give(number)
        while self._one_way_down():
            pass

    def _one_way_down(self) -> bool:
        """Make every published unit safe, from the top; whether one looked at before may have become unsafe."""
        again = False
        for unit in self.whole.downwards:
            while unit not in self.hidden and not self._safe(unit):
                again |= self._hide_one_inside(unit) == unit or self.whole.moved
        return again

    def _give(self, number: int) -> None:
        """Let the nearest published unit above hold the place; when there is none, nobody can see it."""
        owner = next((unit for unit in self.whole.places[number].path if unit not in self.hidden), None)
        if owner is not None:
            self.held[owner].append(number)

    def _safe(self, unit: int) -> bool:
        """Whether the unit less the published units inside it holds nobody's figures, or enough employees'."""
        places = self.whole.places
        unknown = [number for number in self.held[unit] if places[number].path[0] not in self.known]
        return not unknown or self.whole.persons(unknown) >= self.below

    def _hide_one_inside(self, unit: int) -> int:
        """Hide the smallest of the published units directly inside; when none is left, the unit itself. Which."""
        candidates = {self._last_before(self.whole.places[at].path, unit) for at in self.whole.inside[unit]}
        found = min(
            (each for each in candidates if each is not None),
            key=lambda each: (self.whole.employees[each], each),
            default=unit,
        )
        self.hidden[found] = Reason.PROTECTS
        for number in self.held.pop(found, []):
            self._give(number)
        return found

    def _last_before(self, path: tuple[int, ...], unit: int) -> int | None:
        """The published unit nearest below `unit` on a way up."""
        found = None
        for each in path:
            if each == unit:
                return found
            if each not in self.hidden:
                found = each
        return None


def hidden_units(
    places: Iterable[Place], below: int, known: Collection[int] = frozenset()
) -> dict[int, Reason]:
    """`Municipality.hidden` for one question."""
    return Municipality(places).hidden(below, known)


def both(first: Mapping[int, Reason], second: Mapping[int, Reason]) -> dict[int, Reason]:
    """Units hidden by either rule: hiding more only joins blocks, so what was safe stays safe."""
    return {**second, **first}

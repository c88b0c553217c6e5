"""The organisation tree on one day, and who is whose nearest leader. Plain Python over ids."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Tree:
    """Units by id with their parent's id (None at the top), valid on one day. Loops in bad data end at the first repeat."""

    parents: Mapping[int, int | None]

    @cached_property
    def children(self) -> dict[int | None, list[int]]:
        """Parent id → ids of the units directly below; tops (and units whose parent is closed) under None."""
        found: dict[int | None, list[int]] = {}
        for unit, parent in self.parents.items():
            found.setdefault(parent if parent in self.parents else None, []).append(unit)
        return found

    def upwards(self, unit: int) -> Iterator[int]:
        """The unit itself, its parent, and so on to the top."""
        seen: set[int] = set()
        here: int | None = unit
        while here is not None and here in self.parents and here not in seen:
            seen.add(here)
            yield here
            here = self.parents[here]

    def subtree(self, unit: int) -> set[int]:
        """The unit and everything below it; empty for a unit that does not exist that day."""
        if unit not in self.parents:
            return set()
        found, waiting = {unit}, [unit]
        while waiting:
            for child in self.children.get(waiting.pop(), ()):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def subtrees(self, units: Iterable[int]) -> set[int]:
        """All of several subtrees."""
        return set().union(*(self.subtree(unit) for unit in units))


@dataclass(frozen=True)
class Leadership:
    """Who leads what on one day, and so who is whose nearest leader (domain O4).

    `leaders`: unit id → user ids with the role leder there. `person_of`: user id → person id, for the rule that
    nobody handles their own case: then the next leader above does.
    """

    tree: Tree
    leaders: Mapping[int, frozenset[int]]
    person_of: Mapping[int, int | None] = field(default_factory=dict)

    def nearest_leaders(self, unit: int, person: int | None = None) -> frozenset[int]:
        """User ids of the nearest leader or leaders of an employee of this unit; empty when nobody leads above."""
        for here in self.tree.upwards(unit):
            others = frozenset(
                user
                for user in self.leaders.get(here, frozenset())
                if person is None or self.person_of.get(user) != person
            )
            if others:
                return others
        return frozenset()

    @cached_property
    def _units_by_leader(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for unit in self.tree.parents:
            for user in self.nearest_leaders(unit):
                found.setdefault(user, set()).add(unit)
        return found

    def units_of(self, user: int) -> set[int]:
        """Units whose employees have this user as (one of) their nearest leaders."""
        return self._units_by_leader.get(user, set())

    def lone_leaders_below(self, user: int) -> set[tuple[int, int]]:
        """(unit id, person id) of leaders without a fellow leader, whose own case falls to this user above them."""
        found = set()
        for unit in self.tree.parents:
            nearest = self.nearest_leaders(unit)
            if len(nearest) != 1:
                continue
            person = self.person_of.get(next(iter(nearest)))
            if person is not None and user in self.nearest_leaders(unit, person):
                found.add((unit, person))
        return found

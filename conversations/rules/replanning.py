"""What to change in the stored deadlines when an absence or the rules changed. Deadlines are rows (domain § 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from conversations.rules.planning import PlannedDeadline

Ref = TypeVar("Ref")


@dataclass(frozen=True, slots=True)
class StoredDeadline(Generic[Ref]):
    """A deadline as it was last planned. `closed`: held or waived. `ref` is the caller's own (a row, an id)."""

    planned: PlannedDeadline
    closed: bool
    ref: Ref


@dataclass(frozen=True, slots=True)
class Replan(Generic[Ref]):
    """The difference: rows to create, open rows to change (with what they become), open rows to remove."""

    create: tuple[PlannedDeadline, ...]
    change: tuple[tuple[StoredDeadline[Ref], PlannedDeadline], ...]
    remove: tuple[StoredDeadline[Ref], ...]


def replan(existing: Iterable[StoredDeadline[Ref]], planned: Iterable[PlannedDeadline]) -> Replan[Ref]:
    """Compare by stable key. Held and waived rows are never touched and never planned again.

    Of several rows with one key a closed one stays, else the first; further open ones are removed. ValueError
    if `planned` holds one key twice.
    """
    wanted: dict[object, PlannedDeadline] = {}
    for deadline in planned:
        if deadline.stable_key in wanted:
            raise ValueError(f"planned twice: {deadline.stable_key}")
        wanted[deadline.stable_key] = deadline
    rows = list(existing)
    seen = {row.planned.stable_key for row in rows if row.closed}
    change: list[tuple[StoredDeadline[Ref], PlannedDeadline]] = []
    remove: list[StoredDeadline[Ref]] = []
    for row in rows:
        if row.closed:
            continue
        key = row.planned.stable_key
        target = wanted.get(key)
        if target is None or key in seen:
            remove.append(row)
            continue
        seen.add(key)
        if target != row.planned:
            change.append((row, target))
    create = tuple(deadline for key, deadline in wanted.items() if key not in seen)
    return Replan(create, tuple(change), tuple(remove))

"""Who changed what about a user, from what to what (O6), read out of the history that database triggers keep.

Each history row is the row as it was; what it became stands in the next one, or in the row itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.apps import apps

from core.formats import format_date_short
from organisation.models import Person, RoleAssignment, Unit, User
from organisation.models.access import Role

SYSTEM = "Systemet"
_MOST = 400  # history rows read per user; nobody has that many
_USER_WORDS = {"name": "Navn", "email": "E-mail", "is_active": "Kan logge ind", "person_id": "Medarbejder"}
_ROLE_WORDS = {"include_subtree": "Også enhederne under", "valid_from": "Fra", "valid_to": "Til og med"}


@dataclass(frozen=True)
class Change:
    """One thing that changed. `before` and `after` are words; empty means none."""

    at: datetime
    by: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class _Raw:
    at: datetime
    order: int
    actor: int | None
    what: str
    before: Any
    after: Any


def _history(model: str) -> Any:
    return apps.get_model("organisation", f"{model}Historyevent").objects


def _actor(event: Any) -> int | None:
    found = (event.pgh_context or {}).get("user")
    return found if isinstance(found, int) else None


def _differences(
    events: list[Any], now: Any | None, words: dict[str, str], prefix: str = ""
) -> Iterable[_Raw]:
    """What each event's row became: compared with the following version, field by field."""
    for event, after in pairwise([*events, now]):
        if after is None:
            continue
        for name, word in words.items():
            before_value, after_value = getattr(event, name), getattr(after, name)
            if before_value != after_value:
                what = f"{prefix}{word[:1].lower() + word[1:] if prefix else word}"
                yield _Raw(event.pgh_created_at, event.pgh_id, _actor(event), what, before_value, after_value)


def _role_changes(user: User) -> Iterable[_Raw]:
    units = dict(Unit.objects.filter(roles__user=user).values_list("pk", "name"))
    versions: dict[int, list[Any]] = defaultdict(list)
    for event in _history("RoleAssignment").filter(user_id=user.pk).order_by("pgh_id")[:_MOST]:
        versions[event.id].append(event)
    missing = {e.unit_id for events in versions.values() for e in events if e.unit_id} - set(units)
    units |= dict(Unit.objects.filter(pk__in=missing).values_list("pk", "name"))
    now = RoleAssignment.objects.in_bulk(list(versions))
    for pk, events in versions.items():
        first = events[0]
        label = str(Role(first.role).label)
        name = f"{label} i {units[first.unit_id]}" if first.unit_id in units else label
        yield from _differences(events, now.get(pk), _ROLE_WORDS, f"Rollen {name}: ")
        last = events[-1]
        if last.pgh_label == "deleted":
            yield _Raw(last.pgh_created_at, last.pgh_id, _actor(last), "Rolle fjernet", name, "")


def changes_of(user: User, *, most: int = 20) -> list[Change]:
    """The newest changes of a user and their roles, newest first. The number of queries is constant."""
    own = list(_history("User").filter(id=user.pk).order_by("pgh_id")[:_MOST])
    found = [*_differences(own, user, _USER_WORDS), *_role_changes(user)]
    found.sort(key=lambda raw: (raw.at, raw.order), reverse=True)
    found = found[:most]
    actors = dict(
        User.objects.filter(pk__in={raw.actor for raw in found if raw.actor}).values_list("pk", "name")
    )
    wanted = {
        value for raw in found if raw.what == "Medarbejder" for value in (raw.before, raw.after) if value
    }
    persons = dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))

    def said(raw: _Raw, value: Any) -> str:
        return persons.get(value, "") if raw.what == "Medarbejder" else words(value)

    return [
        Change(
            raw.at,
            actors.get(raw.actor, SYSTEM) if raw.actor is not None else SYSTEM,
            raw.what,
            said(raw, raw.before),
            said(raw, raw.after),
        )
        for raw in found
    ]


def words(value: Any) -> str:
    """A stored value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return format_date_short(value) if isinstance(value, date) else str(value)

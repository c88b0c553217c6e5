"""Taking the last action back, from the history the database keeps (domain § 8, "undo and correct").

An action notes where the history stood before it and a fingerprint of the absence after it, signed, in the address
that *Fortryd* posts to. Undoing asks first whether the fingerprint still fits: if somebody changed the absence
since, nothing happens and the user is told. Otherwise every row gets back what it was; rows added go away.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.db.models.functions import Now

from absence.models import AbsenceState, SickNotification
from organisation.models import User

SALT = "absence.undo"
MAX_AGE = 60 * 60 * 24
TOO_LATE = "Det er for sent at fortryde. Ret sygemeldingen i stedet."
CHANGED = "Sygemeldingen er ændret siden, så den sidste handling kan ikke fortrydes. Se historikken, og ret i stedet."

_ABSENCE_EVENTS = SickNotification.pgh_event_models["changed"]  # type: ignore[attr-defined]
_STATE_EVENTS = AbsenceState.pgh_event_models["changed"]  # type: ignore[attr-defined]
_ABSENCE_FIELDS = [
    field.attname for field in SickNotification._meta.concrete_fields if field.name != "municipality"
]
_STATE_FIELDS = [
    field.attname for field in AbsenceState._meta.concrete_fields if field.name != "municipality"
]


@dataclass(frozen=True)
class Mark:
    """Where an absence's history stood before an action. `created`: the action registers it."""

    absence_id: int
    absence_event: int = 0
    state_event: int = 0
    state_ids: tuple[int, ...] = ()
    created: bool = False


def mark(absence: SickNotification) -> Mark:
    """Note where the history stands. Call before writing, with the row locked."""
    return Mark(
        absence.pk,
        _last_event(_ABSENCE_EVENTS, id=absence.pk),
        _last_event(_STATE_EVENTS, absence_id=absence.pk),
        tuple(absence.states.order_by("pk").values_list("pk", flat=True)),
    )


def _last_event(events: type[models.Model], **which: Any) -> int:
    return events._default_manager.filter(**which).aggregate(last=Max("pgh_id"))["last"] or 0


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def fingerprint(absence_id: int) -> str:
    """A short digest of an absence and its states as they stand in the database."""
    rows = [
        list(SickNotification.objects.filter(pk=absence_id).values_list(*_ABSENCE_FIELDS)),
        list(AbsenceState.objects.filter(absence_id=absence_id).order_by("pk").values_list(*_STATE_FIELDS)),
    ]
    text = json.dumps(rows, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def token(*marks: Mark, by: User) -> str:
    """The signed text that undoes what happened since the marks. Call after writing. Holds ids only."""
    parts = [
        [
            m.absence_id,
            m.absence_event,
            m.state_event,
            list(m.state_ids),
            m.created,
            fingerprint(m.absence_id),
        ]
        for m in marks
    ]
    return signing.dumps({"by": by.pk, "parts": parts}, salt=SALT, compress=True)


def read(text: str, *, by: User) -> list[tuple[Mark, str]]:
    """Marks and the fingerprints to find. Raises ValidationError when forged, too old or somebody else's."""
    try:
        data = signing.loads(text, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        raise ValidationError(TOO_LATE, code="too_late") from None
    if data["by"] != by.pk:
        raise ValidationError(TOO_LATE, code="too_late")
    return [
        (Mark(absence, event, state_event, tuple(states), created), digest)
        for absence, event, state_event, states, created, digest in data["parts"]
    ]


def take_back(what: Mark) -> None:
    """Give the absence and its states back the values they had at the mark; a registered one is withdrawn."""
    if what.created:
        SickNotification.objects.filter(pk=what.absence_id).update(withdrawn_at=Now())
        return
    before = (
        _ABSENCE_EVENTS._default_manager.filter(id=what.absence_id, pgh_id__gt=what.absence_event)
        .order_by("pgh_id")
        .first()
    )
    if before is not None:
        values = {name: getattr(before, name) for name in _ABSENCE_FIELDS if name != "id"}
        SickNotification.objects.filter(pk=what.absence_id).update(**values)
    _take_back_states(what)


def _take_back_states(what: Mark) -> None:
    AbsenceState.objects.filter(absence_id=what.absence_id).exclude(pk__in=what.state_ids).delete()
    events = _STATE_EVENTS._default_manager.filter(
        absence_id=what.absence_id, id__in=what.state_ids, pgh_id__gt=what.state_event
    )
    first: dict[int, Any] = {}
    for event in events.order_by("pgh_id"):
        first.setdefault(event.id, event)
    standing = set(AbsenceState.objects.filter(pk__in=first).values_list("pk", flat=True))
    for key, event in first.items():
        values = {name: getattr(event, name) for name in _STATE_FIELDS if name not in ("id", "created_at")}
        if key in standing:
            AbsenceState.objects.filter(pk=key).update(**values)
        else:  # written anew, with the time of now: the history shows it coming back
            AbsenceState.objects.create(id=key, **values)

"""A case's history, newest first: absence's own from the database's change audit, and what the apps above add."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from absence import timeline
from absence.models import AbsenceState, Category, SickNotification
from absence.rules.history import Said, changed, registered
from absence.rules.states import State, Step
from absence.rules.words import plain_date, step_text
from absence.rules.workdays import WorkPattern
from absence.timeline import HistoryEntry
from organisation.models import User

_ABSENCE_EVENTS: Any = SickNotification.pgh_event_models["changed"]  # type: ignore[attr-defined]
_STATE_EVENTS: Any = AbsenceState.pgh_event_models["changed"]  # type: ignore[attr-defined]
_FIELDS = (
    "first_day",
    "last_day",
    "expected_last_day",
    "category_id",
    "work_related",
    "agreed_contact",
    "withdrawn_at",
)
_SOURCES = {
    SickNotification.Source.FILE: "Indlæst fra fil",
    SickNotification.Source.PAYROLL: "Lønsystemet",
}


@dataclass(frozen=True)
class _Raw:
    at: datetime
    order: int
    actor_id: int | None
    said: Said
    undone: bool = False


def entries(absence: SickNotification, *, pattern: WorkPattern | None, today: date) -> list[HistoryEntry]:
    """Everything that happened to a case, newest first. Five queries and those of the apps above."""
    raw = [*_of_absence(absence, today), *_of_states(absence, pattern, today)]
    names: Mapping[int, str] = dict(
        User.objects.filter(pk__in={item.actor_id for item in raw if item.actor_id}).values_list("pk", "name")
    )
    raw.sort(key=lambda item: (item.at, item.order), reverse=True)
    own = [_entry(item, names, absence) for item in raw]
    # Stable: entries of one moment keep the order above, as the history tables give it.
    return sorted([*own, *timeline.history(absence)], key=lambda entry: entry.at, reverse=True)


def _entry(item: _Raw, names: Mapping[int, str], absence: SickNotification) -> HistoryEntry:
    source = _SOURCES.get(SickNotification.Source(absence.source), "System")
    return HistoryEntry(
        at=item.at,
        type_word="Fortrudt" if item.undone else item.said.type_word,
        title=item.said.title,
        detail=item.said.detail,
        kind="status" if item.said.type_word == "Status" else "dates",
        actor=names.get(item.actor_id or 0, source),
    )


def _actor(event: Any) -> int | None:
    found = (event.pgh_context or {}).get("user")
    return found if isinstance(found, int) else None


def _undone(event: Any) -> bool:
    return (event.pgh_context or {}).get("action") == "undo"


def _of_absence(absence: SickNotification, today: date) -> Iterable[_Raw]:
    events = list(_ABSENCE_EVENTS.objects.filter(id=absence.pk).order_by("pgh_id"))
    versions = [{name: getattr(row, name) for name in _FIELDS} for row in (*events, absence)]
    categories = dict(Category.objects.values_list("pk", "name"))
    answers = {str(value): str(label) for value, label in SickNotification.WorkRelated.choices}
    name = categories.get(versions[0]["category_id"], "")
    yield _Raw(
        absence.created_at, 0, absence.created_by_id, registered(versions[0], category=name, today=today)
    )
    for event, before, after in zip(events, versions, versions[1:], strict=False):
        for said in changed(before, after, categories=categories, answers=answers, today=today):
            yield _Raw(event.pgh_created_at, event.pgh_id, _actor(event), said, _undone(event))


def _of_states(absence: SickNotification, pattern: WorkPattern | None, today: date) -> Iterable[_Raw]:
    """Each state's beginning, its changes, and its removal."""
    versions: dict[int, list[Any]] = {}
    for event in _STATE_EVENTS.objects.filter(absence_id=absence.pk).order_by("pgh_id"):
        versions.setdefault(event.id, []).append(event)
    current = {state.pk: state for state in absence.states.all()}
    for key in {*versions, *current}:
        events = versions.get(key, [])
        rows = [*events, *([current[key]] if key in current else [])]
        began = rows[0]
        yield _Raw(began.created_at, 0, began.created_by_id, _state_said(began, pattern, today))
        for event, after in zip(events, [*rows[1:], None], strict=False):
            if event.pgh_label == "deleted":
                if after is not None:  # an undo wrote it anew
                    yield _Raw(
                        after.created_at,
                        event.pgh_id,
                        _actor(event),
                        _state_said(after, pattern, today),
                        True,
                    )
                said = Said("Status", f"{_state_words(event, pattern, today)} taget væk")
            elif after is not None and _values(event) != _values(after):
                said = Said(
                    "Status",
                    _state_words(after, pattern, today),
                    f"Før: {_state_words(event, pattern, today)}.",
                )
            else:
                continue
            yield _Raw(event.pgh_created_at, event.pgh_id, _actor(event), said, _undone(event))


def _values(row: Any) -> tuple[Any, ...]:
    return row.from_day, row.state, row.worked_hours_week, row.worked_hours, row.sick_share


def _state_words(row: Any, pattern: WorkPattern | None, today: date) -> str:
    weekday = tuple(row.worked_hours) if row.worked_hours is not None else None
    step = Step(row.from_day, State(row.state), row.worked_hours_week, weekday, row.sick_share)
    return f"{step_text(step, pattern)} fra {plain_date(row.from_day, today)}"


def _state_said(row: Any, pattern: WorkPattern | None, today: date) -> Said:
    return Said("Status", _state_words(row, pattern, today))

"""Writes of absence (A1, A2): register, change state, return, reopen, correct, withdraw, undo.

Each is one transaction that holds the rows, their history and the news to the apps above. `by` is the actor, whose
reach is checked here; `today` is a parameter. What is wrong is a ValidationError with a Danish message per field.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Now

from absence import selectors
from absence import undo as undoing
from absence.models import AbsenceState, Category, SickNotification
from absence.permissions import check_can_handle
from absence.rules import checks
from absence.rules.share import check_worked_hours
from absence.rules.states import ONE_DAY, Course, State, Step
from absence.saving import date_messages, locked, no_overlap, refuse, refuse_payroll, save
from absence.signals import absences_changed
from organisation.models import Employment, User


@dataclass(frozen=True)
class Change:
    """What a service did: the absence as it now is, and the signed text that undoes the action."""

    absence: SickNotification
    undo: str


P = ParamSpec("P")
R = TypeVar("R")


def _action(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """One atomic action whose history rows carry its name and the actor."""

    def decorate(service: Callable[P, R]) -> Callable[P, R]:
        @wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by: Any = kwargs["by"]
            with transaction.atomic(), pghistory.context(user=by.pk, action=name):
                return service(*args, **kwargs)

        return run

    return decorate


# ---------- the services ----------


@_action("register")
def register(
    *,
    employment: Employment,
    category: Category,
    first_day: date,
    by: User,
    today: date,
    last_day: date | None = None,
    expected_last_day: date | None = None,
    work_related: str = SickNotification.WorkRelated.UNKNOWN,
    agreed_contact: str = "",
    continues: SickNotification | None = None,
) -> Change:
    """Register an absence; with `continues`, prolong that earlier one instead (only non-working days between).

    Raises ValidationError, OverlapError naming the other absence, OutOfReachError.
    """
    check_can_handle(by, employment, today)
    refuse(date_messages(employment, first_day, last_day, expected_last_day, today))
    if continues is not None:
        return _continue(
            continues, employment, first_day, last_day, expected_last_day, work_related, agreed_contact, by, today
        )  # fmt: skip
    absence = SickNotification(
        employment=employment,
        category=category,
        first_day=first_day,
        last_day=last_day,
        expected_last_day=expected_last_day,
        work_related=work_related,
        agreed_contact=agreed_contact.strip(),
        created_by=by,
    )
    absence.clean_fields(exclude=["municipality"])
    save(absence, today)
    return _done(absence, undoing.Mark(absence.pk, created=True), by=by)


@_action("state")
def change_state(
    *,
    absence: SickNotification,
    state: str,
    from_day: date,
    by: User,
    today: date,
    worked_hours_week: float | None = None,
    worked_hours: Sequence[float] | None = None,
    drop_later: bool = False,
) -> Change:
    """From this day the absence is sygemeldt, aktivt sygemeldt or delvist raskmeldt (hours at work per week or weekday).

    A step on the same day is replaced. `drop_later` also removes the steps planned after it. To end an absence use
    `return_to_work`. Raises ValidationError, OutOfReachError.
    """
    absence = locked(absence, by, today)
    step = Step(
        from_day, State(state), worked_hours_week, tuple(worked_hours) if worked_hours is not None else None
    )
    if step.state is State.BACK:
        raise ValidationError({"state": "Brug »helt tilbage« for at afslutte fraværet."})
    if step.state is State.PARTIAL:
        pattern = _calendar(absence.employment_id, from_day).pattern(absence.employment_id, from_day)
        refuse({"worked_hours_week": check_worked_hours(worked_hours_week, step.worked_weekday, pattern)})
    course = selectors.course_of(absence)
    if drop_later:
        course = replace(course, steps=tuple(other for other in course.steps if other.from_day <= from_day))
    refuse(checks.check_step(course, step, today=today))
    before = undoing.mark(absence)
    if drop_later:
        absence.states.filter(from_day__gt=from_day).delete()
    _put_step(absence, step, _without(course, from_day), by)
    return _done(absence, before, by=by)


@_action("return")
def return_to_work(*, absence: SickNotification, first_day_back: date, by: User, today: date) -> Change:
    """Raskmelding: the employee is wholly back from `first_day_back`; the day before is the last day of absence.

    States planned after that day go away. Raises ValidationError, OutOfReachError.
    """
    absence = locked(absence, by, today)
    refuse(checks.check_return(selectors.course_of(absence), first_day_back, today=today))
    before = undoing.mark(absence)
    absence.last_day = first_day_back - ONE_DAY
    save(absence, today)
    _fit_states(absence)
    return _done(absence, before, by=by)


@_action("reopen")
def reopen(
    *, absence: SickNotification, by: User, today: date, expected_last_day: date | None = None
) -> Change:
    """The return that wasn't: the absence goes on as if it had not ended. Raises as `register` does."""
    absence = locked(absence, by, today)
    if absence.last_day is None:
        raise ValidationError("Sygemeldingen er ikke afsluttet, så der er ikke noget at genåbne.")
    refuse_payroll(absence)
    refuse(date_messages(absence.employment, absence.first_day, None, expected_last_day, today))
    before = undoing.mark(absence)
    absence.last_day, absence.expected_last_day = None, expected_last_day
    save(absence, today)
    return _done(absence, before, by=by)


@_action("correct")
def correct(
    *,
    absence: SickNotification,
    category: Category,
    first_day: date,
    last_day: date | None,
    expected_last_day: date | None,
    work_related: str,
    agreed_contact: str,
    by: User,
    today: date,
) -> Change:
    """Correct what was registered; give every value, changed or not. States follow the new dates.

    Raises ValidationError, OverlapError, OutOfReachError.
    """
    absence = locked(absence, by, today)
    if (first_day, last_day) != (absence.first_day, absence.last_day):
        refuse_payroll(absence)
    refuse(date_messages(absence.employment, first_day, last_day, expected_last_day, today))
    before = undoing.mark(absence)
    absence.category = category
    absence.first_day, absence.last_day, absence.expected_last_day = first_day, last_day, expected_last_day
    absence.work_related, absence.agreed_contact = work_related, agreed_contact.strip()
    absence.clean_fields(exclude=["municipality"])
    save(absence, today)
    _fit_states(absence)
    return _done(absence, before, by=by)


@_action("move")
def move_to(*, absence: SickNotification, employment: Employment, by: User, today: date) -> Change:
    """The wrong employee: withdraw the absence and register the same one on `employment`, with its states.

    Answers the new absence. Raises ValidationError, OverlapError, OutOfReachError (also for the other employee).
    """
    absence = locked(absence, by, today)
    if employment.pk == absence.employment_id:
        raise ValidationError(
            {"employment": "Sygemeldingen står allerede på den medarbejder. Vælg en anden."}
        )
    refuse_payroll(absence)
    before = undoing.mark(absence)
    made = register(
        employment=employment,
        category=absence.category,
        first_day=absence.first_day,
        last_day=absence.last_day,
        expected_last_day=absence.expected_last_day,
        work_related=absence.work_related,
        by=by,
        today=today,
    ).absence
    _withdraw(absence)
    return _done(made, undoing.Mark(made.pk, created=True), before, by=by)


@_action("withdraw")
def withdraw(*, absence: SickNotification, by: User, today: date) -> Change:
    """Take back an absence that should not have been registered. It stays as history and counts nowhere."""
    absence = locked(absence, by, today)
    before = undoing.mark(absence)
    _withdraw(absence)
    return _done(absence, before, by=by)


@_action("undo")
def undo(*, token: str, by: User, today: date) -> list[SickNotification]:
    """Take back the action that answered `Change.undo`. Answers the absences concerned.

    Raises ValidationError when somebody changed them since or it is too late, OutOfReachError.
    """
    parts = undoing.read(token, by=by)
    ids = [part.absence_id for part, _ in parts]
    rows = {
        row.pk: row
        for row in SickNotification.objects.select_for_update(of=["self"])
        .select_related("employment")
        .filter(pk__in=ids)
    }
    for part, digest in parts:
        if part.absence_id not in rows or undoing.fingerprint(part.absence_id) != digest:
            raise ValidationError(undoing.CHANGED, code="changed")
        check_can_handle(by, rows[part.absence_id].employment, today)
    with no_overlap(rows[ids[-1]], today):
        for part, _ in parts:
            undoing.take_back(part)
    _tell(ids)
    return list(selectors.with_details(SickNotification.objects.filter(pk__in=ids)))


# ---------- shared steps ----------


def _calendar(employment_id: int, day: date) -> selectors.WorkCalendar:
    return selectors.work_calendar([employment_id], day, day)


def _continue(
    old: SickNotification,
    employment: Employment,
    first_day: date,
    last_day: date | None,
    expected_last_day: date | None,
    work_related: str,
    agreed_contact: str,
    by: User,
    today: date,
) -> Change:
    old = locked(old, by, today)
    candidate = selectors.continued_by(employment, first_day)
    if candidate is None or candidate.pk != old.pk or old.last_day is None:
        raise ValidationError(
            {"first_day": "Der har været arbejdsdage imellem, så fraværet kan ikke fortsætte det tidligere."}
        )
    refuse_payroll(old)
    before = undoing.mark(old)
    course = selectors.course_of(old)
    old.last_day, old.expected_last_day = last_day, expected_last_day
    if work_related != SickNotification.WorkRelated.UNKNOWN:
        old.work_related = work_related
    old.agreed_contact = agreed_contact.strip() or old.agreed_contact
    old.clean_fields(exclude=["municipality"])
    save(old, today)
    if course.steps and course.steps[-1].state is not State.SICK:
        AbsenceState.objects.create(absence=old, from_day=first_day, state=State.SICK, created_by=by)
    return _done(old, before, by=by)


def _without(course: Course, day: date) -> Course:
    return replace(course, steps=tuple(step for step in course.steps if step.from_day != day))


def _put_step(absence: SickNotification, step: Step, rest: Course, by: User) -> None:
    """Store a step; one that says what applied before anyway is only taken away."""
    old = absence.states.filter(from_day=step.from_day).first()
    if rest.step_on(step.from_day).same_as(step):
        if old is not None:
            old.delete()
        return
    row = old or AbsenceState(absence=absence, from_day=step.from_day, created_by=by)
    row.state = step.state
    row.worked_hours_week = step.worked_week
    row.worked_hours = list(step.worked_weekday) if step.worked_weekday is not None else None
    row.sick_share = step.sick_share
    row.save()


def _fit_states(absence: SickNotification) -> None:
    """Drop states after the last day; what applied on a later first day begins there."""
    if absence.last_day is not None:
        absence.states.filter(from_day__gt=absence.last_day).delete()
    early = list(absence.states.filter(from_day__lt=absence.first_day).order_by("from_day"))
    if not early:
        return
    moved = early.pop()
    absence.states.filter(pk__in=[row.pk for row in early]).delete()
    if moved.state == State.SICK or absence.states.filter(from_day=absence.first_day).exists():
        moved.delete()
    else:
        moved.from_day = absence.first_day
        moved.save()


def _withdraw(absence: SickNotification) -> None:
    SickNotification.objects.filter(pk=absence.pk).update(withdrawn_at=Now())


def _tell(absence_ids: Collection[int]) -> None:
    absences_changed.send(SickNotification, absence_ids=list(absence_ids))


def _done(absence: SickNotification, *marks: undoing.Mark, by: User) -> Change:
    _tell([mark.absence_id for mark in marks])
    fresh = selectors.with_details(SickNotification.objects.filter(pk=absence.pk)).get()
    return Change(fresh, undoing.token(*marks, by=by))

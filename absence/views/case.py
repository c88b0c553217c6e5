"""The case page, and every action on a case. Each action is one service call, then a message that can undo it."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence import history, people, pictures, selectors, services, timeline
from absence.forms import ActionForm, CorrectForm, MoveForm, ReopenForm, ReturnForm, StateForm
from absence.models import SickNotification
from absence.permissions import can_handle, check_can_handle
from absence.rules.share import check_worked_hours, hours_text, sick_share, worked_per_week
from absence.rules.states import State, Step
from absence.saving import OverlapError
from core.clock import today
from core.formats import format_percent
from core.notices import notify
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import record_look, roles_required


@roles_required(Role.LEDER, Role.HR)
@require_safe
def case(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Head strip, timeline picture, next steps, history."""
    user, on = cast(User, request.user), today()
    absence = selectors.get_absence(user, absence_id, on)
    record_look(by=user, person=absence.employment.person, page="case")
    course = selectors.course_of(absence)
    until = absence.last_day or on
    calendar = selectors.calendar_after(
        {absence.employment_id: [day for day in (absence.last_day, absence.expected_last_day) if day]}
    )
    pattern = calendar.pattern(absence.employment_id, min(until, on)) or calendar.pattern(
        absence.employment_id, on
    )
    context = {
        "absence": absence,
        "employment": absence.employment,
        "terms": selectors.terms_of(absence.employment, on),
        "leaders": selectors.leader_names(absence.employment, on),
        "head": people.head(absence, course, pattern, calendar.planned(absence.employment_id), on),
        "picture": pictures.case_timeline(absence, course, pattern, on),
        "next_steps": timeline.next_steps(absence, user, on),
        "panels": timeline.case_panels(absence, user, on),
        "history": history.entries(absence, pattern=pattern, today=on),
        "may_handle": absence.withdrawn_at is None and can_handle(user, absence.employment, on),
        "menu": _menu(absence),
        "today": on,
    }
    return render(request, "absence/case.html", context)


def _menu(absence: SickNotification) -> list[dict[str, Any]]:
    """What is seldom needed, behind the three dots."""
    entries: list[dict[str, Any]] = [
        {"label": "Ret datoer og oplysninger", "url": reverse("case_correct", args=[absence.pk])},
        {"label": "Flyt til en anden medarbejder", "url": reverse("case_move", args=[absence.pk])},
        {"label": "Træk tilbage", "url": reverse("case_withdraw", args=[absence.pk]), "post": True},
    ]
    if absence.last_day is not None:
        entries.insert(1, {"label": "Tilføj status", "url": reverse("case_state", args=[absence.pk])})
    return entries


Run = Callable[[SickNotification, dict[str, Any]], services.Change]


def _action(
    request: HttpRequest,
    absence: SickNotification,
    form: ActionForm,
    run: Run,
    *,
    said: str,
    heading: str,
    lead: str = "",
    template: str = "absence/action.html",
    **context: Any,
) -> HttpResponse:
    """Show the form, or run the service and go to the case with a message; what is wrong is said in the form."""
    overlap = None
    if request.method == "POST" and form.is_valid():
        try:
            change = run(absence, form.cleaned_data)
        except ValidationError as error:
            overlap = error.other if isinstance(error, OverlapError) else None
            form.add_service_error(error)
        else:
            notify(request, said, undo_url=reverse("absence_undo", args=[change.undo]))
            return redirect("case", change.absence.pk)
    context |= {
        "absence": absence,
        "employment": absence.employment,
        "form": form,
        "heading": heading,
        "lead": lead,
        "overlap": overlap,
    }
    return render(request, template, context)


def _handled(request: HttpRequest, absence_id: int) -> tuple[SickNotification, User, date]:
    """The case for somebody who may change it; else 404. A look is a look, also at a form."""
    user, on = cast(User, request.user), today()
    absence = selectors.get_absence(user, absence_id, on)
    check_can_handle(user, absence.employment, on)
    record_look(by=user, person=absence.employment.person, page="case")
    return absence, user, on


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def change_state(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Sick, aktivt sygemeldt or partly back, from a day."""
    absence, user, on = _handled(request, absence_id)
    has_later = absence.states.filter(from_day__gt=on).exists()
    form = StateForm(
        request.POST or None, today=on, has_later=has_later, initial={"from_day": on, "state": State.PARTIAL}
    )

    def run(absence: SickNotification, values: dict[str, Any]) -> services.Change:
        names = ("state", "from_day", "worked_hours_week", "worked_hours")
        return services.change_state(
            absence=absence,
            drop_later=values.get("drop_later", False),
            by=user,
            today=on,
            **{name: values[name] for name in names},
        )

    return _action(
        request,
        absence,
        form,
        run,
        said="Den nye status er gemt.",
        heading="Skift status",
        template="absence/change_state.html",
        share_text=_share_text(absence, request.POST, on),
    )


@roles_required(Role.LEDER, Role.HR)
@require_POST
def share(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The sick share that the typed hours give, while typing."""
    absence, _, on = _handled(request, absence_id)
    return HttpResponse(_share_text(absence, request.POST, on), content_type="text/plain; charset=utf-8")


def _share_text(absence: SickNotification, data: Any, on: date) -> str:
    """What the hours mean, in a sentence; empty hours ask for them, unreadable ones wait."""
    form = StateForm(data, today=on)
    form.is_valid()
    values = form.cleaned_data
    if values.get("state", State.PARTIAL) != State.PARTIAL:
        return "Medarbejderen regnes for helt fraværende."
    day = values.get("from_day") or on
    pattern = selectors.work_calendar([absence.employment_id], day, day).pattern(absence.employment_id, day)
    week, weekday = values.get("worked_hours_week"), values.get("worked_hours")
    if week is None and weekday is None:
        planned = f" af {hours_text(pattern.weekly)}" if pattern is not None and pattern.weekly else ""
        return f"Skriv, hvor mange{planned} timer medarbejderen er på arbejde, så står andelen her."
    wrong = check_worked_hours(week, weekday, pattern)
    if wrong:
        return wrong
    step = Step(day, State.PARTIAL, week, tuple(weekday) if weekday is not None else None)
    if pattern is None or not pattern.weekly:
        return "Der er ingen planlagte timer at regne andelen af."
    worked = hours_text(worked_per_week(step, pattern) or 0)
    absent = format_percent(sick_share(step, pattern), 0)
    return f"{worked} af {hours_text(pattern.weekly)} timer på arbejde. Fraværet er {absent} af arbejdstiden."


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def return_to_work(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Wholly back, from a first day at work."""
    absence, user, on = _handled(request, absence_id)
    return _action(
        request,
        absence,
        ReturnForm(request.POST or None, today=on, initial={"first_day_back": on}),
        lambda absence, values: services.return_to_work(absence=absence, by=user, today=on, **values),
        said="Fraværet er afsluttet.",
        heading="Helt tilbage",
    )


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, absence_id: int) -> HttpResponse:
    """A return that wasn't."""
    absence, user, on = _handled(request, absence_id)
    return _action(
        request,
        absence,
        ReopenForm(request.POST if request.method == "POST" else None, today=on),
        lambda absence, values: services.reopen(absence=absence, by=user, today=on, **values),
        said="Sygemeldingen er genåbnet.",
        heading="Genåbn sygemeldingen",
        lead="Fraværet fortsætter, som om det ikke havde været afsluttet, og fristerne løber videre. "
        "Blev medarbejderen syg igen efter en arbejdsdag, så registrér en ny sygemelding i stedet.",
    )


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Dates, kind, answer and agreement."""
    absence, user, on = _handled(request, absence_id)
    return _action(
        request,
        absence,
        CorrectForm(request.POST or None, today=on, absence=absence),
        lambda absence, values: services.correct(absence=absence, by=user, today=on, **values),
        said="Rettelsen er gemt.",
        heading="Ret sygemeldingen",
        lead="Frister, påmindelser og tal følger med. Det gamle står i historikken.",
    )


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The wrong employee."""
    absence, user, on = _handled(request, absence_id)
    return _action(
        request,
        absence,
        MoveForm(request.POST or None, by=user, today=on),
        lambda absence, values: services.move_to(
            absence=absence, employment=values["employment"], by=user, today=on
        ),
        said="Sygemeldingen er flyttet.",
        heading="Flyt til en anden medarbejder",
        lead="Denne sygemelding trækkes tilbage, og de samme dage registreres på den, du vælger. "
        "Aftalen om kontakt følger ikke med.",
    )


@roles_required(Role.LEDER, Role.HR)
@require_POST
def withdraw(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Registered by mistake. No question asked: the message can undo it."""
    absence, user, on = _handled(request, absence_id)
    try:
        change = services.withdraw(absence=absence, by=user, today=on)
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.WARNING)
    else:
        undo_url = reverse("absence_undo", args=[change.undo])
        notify(request, "Sygemeldingen er trukket tilbage og tæller ikke med.", undo_url=undo_url)
    return redirect("case", absence.pk)


@roles_required(Role.LEDER, Role.HR)
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take the last action back, or say why not."""
    try:
        absences = services.undo(token=token, by=cast(User, request.user), today=today())
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=messages.WARNING)
        return redirect("employees")
    notify(request, "Det er fortrudt.")
    standing = next((absence for absence in absences if absence.withdrawn_at is None), None)
    if standing is not None:
        return redirect("case", standing.pk)
    return redirect("employee", absences[0].employment_id)

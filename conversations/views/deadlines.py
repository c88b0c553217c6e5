"""The list of what is due, one task's page, and settling it."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from absence.people import record_looks
from conversations.forms import HoldForm, WaiveForm
from conversations.models import Conversation, Deadline
from conversations.permissions import deadlines_in_reach, get_deadline
from conversations.presentation import grouped, note_label, noted, title_of, urgency_counts, why
from conversations.rules.model import Kind
from conversations.selectors import status_on
from conversations.services.held import hold, take_back, waive
from core.clock import today
from core.notices import notify
from organisation.models import Unit, User
from organisation.models.access import Role
from organisation.permissions import reach_of, record_look, roles_required
from organisation.selectors import terms_on, unit_labels

AHEAD = timedelta(days=14)
PER_PAGE = 50


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@require_safe
@roles_required(Role.LEDER, Role.HR)
def conversations(request: HttpRequest) -> HttpResponse:
    """Everything open that is overdue or due within two weeks, among those the user reaches."""
    user, on = _user(request), today()
    found = (
        deadlines_in_reach(user, on)
        .filter(state=Deadline.State.OPEN, due__lte=on + AHEAD)
        .order_by("due", "pk")
    )
    unit = _asked_unit(request.GET.get("enhed", ""))
    if unit is not None:
        below = reach_of(user, on).tree.subtree(unit.pk)
        found = found.filter(employment__in=terms_on(on).filter(unit__in=below).values("employment"))
    if request.GET.get("vis") == "over":
        found = found.filter(due__lt=on)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("side"))
    everybody = reach_of(user, on).sees_everybody
    deadlines = list(page.object_list)
    places = _places(deadlines, on) if everybody else {}
    record_looks(by=user, people=[deadline.employment.person for deadline in deadlines], page="samtaler")
    context = {
        "groups": grouped(deadlines, on, counts=urgency_counts(found, on), places=places),
        "everybody": everybody,
        "page_of_list": page,
        "today": on,
        "unit": unit,
        "only_overdue": request.GET.get("vis") == "over",
    }
    return render(request, "conversations/list.html", context)


def _asked_unit(value: str) -> Unit | None:
    """The unit that the address asks for; nonsense asks for none."""
    return Unit.objects.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 18 else None


def _places(deadlines: list[Deadline], on: date) -> dict[int, str]:
    """Employment id → the unit it belongs to today. Two queries."""
    labels = unit_labels(on)
    rows = terms_on(on).filter(employment__in=[deadline.employment_id for deadline in deadlines])
    return {row.employment_id: labels.get(row.unit_id, "") for row in rows}


def _page(
    request: HttpRequest,
    deadline: Deadline,
    hold_form: HoldForm | None = None,
    waive_form: WaiveForm | None = None,
) -> HttpResponse:
    on = today()
    label = note_label(deadline.kind)
    how = Conversation.How.PHONE if deadline.kind == Kind.KONTAKT else Conversation.How.MEETING
    failed = hold_form is not None or waive_form is not None
    context = {
        "deadline": deadline,
        "title": title_of(deadline.kind),
        "why": why(deadline, on),
        "status": status_on(deadline, on).value,
        "settled": deadline.state in (Deadline.State.HELD, Deadline.State.WAIVED),
        "can_take_back": deadline.state == Deadline.State.WAIVED or deadline.conversation_id is not None,
        "today": on,
        "hold_form": hold_form
        or HoldForm(today=on, submit=label, initial={"held_on": on, "how": how}, prefix="holdt"),
        "waive_form": waive_form or WaiveForm(today=on, prefix="ikke"),
        "note_label": label,
        "show_waive": waive_form is not None,
    }
    return render(request, "conversations/task.html", context, status=422 if failed else 200)


def _looked_at(request: HttpRequest, deadline_id: int) -> Deadline:
    """The deadline, with the look at its person written down: a refused form shows the task as well."""
    deadline = get_deadline(_user(request), deadline_id, today())
    record_look(by=_user(request), person=deadline.employment.person, page="opgave")
    return deadline


@require_safe
@roles_required(Role.LEDER, Role.HR)
def task(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """One deadline: what, why, and the two ways to settle it."""
    return _page(request, _looked_at(request, deadline_id))


@require_POST
@roles_required(Role.LEDER, Role.HR)
def task_hold(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Note that it was held."""
    on = today()
    deadline = _looked_at(request, deadline_id)
    form = HoldForm(request.POST, today=on, submit=note_label(deadline.kind), prefix="holdt")
    if form.is_valid():
        try:
            hold(deadline=deadline, by=_user(request), on=on, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _settled(request, deadline, noted(deadline.kind))
    return _page(request, deadline, hold_form=form)


@require_POST
@roles_required(Role.LEDER, Role.HR)
def task_waive(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Settle it as not relevant."""
    on = today()
    deadline = _looked_at(request, deadline_id)
    form = WaiveForm(request.POST, today=on, prefix="ikke")
    if form.is_valid():
        try:
            waive(deadline=deadline, reason=form.text(), by=_user(request), on=on)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _settled(request, deadline, "Opgaven er noteret som ikke relevant.")
    return _page(request, deadline, waive_form=form)


@require_POST
@roles_required(Role.LEDER, Role.HR)
def task_undo(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Take back what settled it."""
    deadline = get_deadline(_user(request), deadline_id, today())
    try:
        take_back(deadline=deadline, by=_user(request), on=today())
    except ValidationError as error:
        notify(request, " ".join(error.messages), level=30)
    else:
        notify(request, "Opgaven er åben igen.")
    return redirect("task", deadline_id=deadline.pk)


def _settled(request: HttpRequest, deadline: Deadline, text: str) -> HttpResponse:
    notify(request, text, undo_url=reverse("task_undo", args=[deadline.pk]))
    if deadline.absence_id is not None:
        return redirect("case", deadline.absence_id)
    return redirect("conversations")

"""Registering a sick notification, with what the rules will ask for shown while typing."""

from datetime import date, timedelta
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence import people, selectors, services, timeline
from absence.forms import ContinuesForm, RegisterForm, draft_dates
from absence.models import Category, SickNotification
from absence.rules import checks
from absence.saving import OverlapError
from core.clock import today
from core.notices import notify
from organisation.models import Employment, User
from organisation.models.access import Role
from organisation.permissions import employments_in_reach, get_employment, record_look, roles_required

SUGGESTIONS = 8
LATEST = timedelta(days=365)


@roles_required(Role.LEDER, Role.HR)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, employment_id: int | None = None) -> HttpResponse:
    """The form; a saved one leads to its case, or to an empty form for the next."""
    user, on = cast(User, request.user), today()
    employment = get_employment(user, employment_id, on) if employment_id is not None else None
    if request.method != "POST":
        form = RegisterForm(by=user, today=on, employment=employment, initial={"first_day": on})
        return _page(request, form, _facts(user, on, employment, on, form.fields["category"].initial))
    form = RegisterForm(request.POST, by=user, today=on, employment=employment)
    overlap: SickNotification | None = None
    if form.is_valid() and _answered(form, request.POST, on):
        try:
            change = _save(form, request.POST, user, on)
        except ValidationError as error:
            overlap = error.other if isinstance(error, OverlapError) else None
            form.add_service_error(error)
        else:
            prolonged = change.absence.first_day != form.cleaned_data["first_day"]
            said = "Det tidligere fravær er forlænget." if prolonged else "Sygemeldingen er gemt."
            notify(request, said, undo_url=reverse("absence_undo", args=[change.undo]))
            return (
                redirect("register") if "og_en_til" in request.POST else redirect("case", change.absence.pk)
            )
    context = _facts_of(request.POST, user, on)
    context["overlap"] = overlap or context["overlap"]
    return _page(request, form, context)


def _answered(form: RegisterForm, data: QueryDict, on: date) -> bool:
    """Whether the question of continuing has its answer, or is none. Otherwise it is added to the form."""
    values = form.cleaned_data
    earlier = _continued(values["employment"], values["first_day"], values["category"])
    if earlier is None:
        return True
    if data.get("continues") in (f"ja-{earlier.pk}", f"nej-{earlier.pk}"):
        return True
    form.ask_to_continue(earlier)
    form.add_error("continues", "Vælg, om det er det samme fravær eller et nyt.")
    return False


def _continued(employment: Employment | None, first_day: date | None, category: Category | None) -> SickNotification | None:  # fmt: skip
    """The earlier absence of the same kind that would go on, if there is one that may be prolonged here."""
    if employment is None or first_day is None:
        return None
    earlier = selectors.continued_by(employment, first_day)
    if earlier is None or earlier.category != category or earlier.payroll_days.exists():
        return None
    return earlier


def _save(form: RegisterForm, data: QueryDict, user: User, on: date) -> services.Change:
    values = {name: value for name, value in form.cleaned_data.items() if name not in ("who", "continues")}
    earlier = None
    if data.get("continues", "").startswith("ja-"):
        earlier = _continued(values["employment"], values["first_day"], values["category"])
    return services.register(**values, continues=earlier, by=user, today=on)


def _page(request: HttpRequest, form: RegisterForm, context: dict[str, Any]) -> HttpResponse:
    if request.method != "POST" and context.get("earlier") is not None:
        form.ask_to_continue(context["earlier"])
    return render(request, "absence/register.html", {"form": form, **context})


@roles_required(Role.LEDER, Role.HR)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The panels beside the form, for what is typed so far; and the question of continuing, into its place.

    Writes nothing but the look; a POST, so that dates and employee stay out of addresses and their logs.
    """
    context = _facts_of(request.POST, cast(User, request.user), today())
    if context["earlier"] is not None:
        context["question"] = ContinuesForm(context["earlier"])
    return render(request, "absence/_register_aside.html", context | {"is_fragment": True})


def _facts_of(data: QueryDict, user: User, on: date) -> dict[str, Any]:
    """What is known about a half-written form: employee, dates, kind; anything unreadable counts as not written."""
    chosen, kind = data.get("employment", ""), data.get("category", "")
    employment = None
    if chosen.isdecimal() and len(chosen) < 18:
        employment = employments_in_reach(user, on).select_related("person").filter(pk=int(chosen)).first()
    category = (
        selectors.categories().filter(pk=int(kind)).first() if kind.isdecimal() and len(kind) < 18 else None
    )
    dates = draft_dates(data, on)
    return _facts(
        user, on, employment, dates["first_day"], category, dates["expected_last_day"], dates["last_day"]
    )


def _facts(
    user: User,
    on: date,
    employment: Employment | None,
    first_day: date | None,
    category: Category | None,
    expected_last_day: date | None = None,
    last_day: date | None = None,
) -> dict[str, Any]:
    facts: dict[str, Any] = {"employment": employment, "today": on, "earlier": None, "overlap": None}
    if first_day is not None:
        facts["first_day"] = first_day
        facts["notes"] = checks.notes(checks.Dates(first_day, last_day, expected_last_day), today=on)
    if employment is None:
        return facts
    record_look(by=user, person=employment.person, page="register")
    absences = selectors.absences_of(employment, since=on - LATEST)
    facts["latest"] = [(absence, selectors.course_of(absence).length(on)) for absence in absences[:6]]
    if first_day is None or category is None:
        return facts
    facts["overlap"] = selectors.overlapping(employment, first_day, last_day)
    facts["earlier"] = _continued(employment, first_day, category)
    draft = timeline.Draft(
        employment=employment,
        category=category,
        first_day=first_day,
        expected_last_day=expected_last_day,
        last_day=last_day,
    )
    facts["previews"] = timeline.preview(draft, on)
    facts["remarks"] = timeline.remarks(draft, on)
    return facts


@roles_required(Role.LEDER, Role.HR)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Suggestions for the field with the employee's name: only those in reach, never oneself."""
    query = " ".join(request.GET.get("who", "").split(",")[0].split())[:100]
    found = people.options(cast(User, request.user), today(), query, limit=SUGGESTIONS) if query else []
    return render(request, "absence/_suggestions.html", {"options": found, "query": query})

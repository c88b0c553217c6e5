"""Stedfortrædere: a leader sets their own; HR and the systemansvarlig anybody's (O4)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import today
from core.errors import OutOfReachError
from core.notices import notify
from organisation import selectors, services
from organisation.forms.users import DeputyForm
from organisation.models import Deputy, RoleAssignment, User
from organisation.models.access import Role
from organisation.permissions import has_role, roles_required
from organisation.views.base import actor, show_errors

PER_PAGE = 50


def _for_anybody(user: User, on: date) -> bool:
    return has_role(user, on, Role.HR, Role.SYSTEMANSVARLIG)


def _leads(user: User, on: date) -> bool:
    """Whether the user leads in their own right; a deputy passes nothing on."""
    return RoleAssignment.objects.filter(selectors.valid_on(on), user=user, role=Role.LEDER).exists()


def _in_reach(user: User, on: date) -> QuerySet[Deputy]:
    found = Deputy.objects.select_related("leader", "deputy")
    return found if _for_anybody(user, on) else found.filter(Q(leader=user) | Q(deputy=user))


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.LEDER, Role.HR, Role.SYSTEMANSVARLIG)
def deputies(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom now and later. POST adds one."""
    user, on = actor(request), today()
    anybody = _for_anybody(user, on)
    may_add = anybody or _leads(user, on)
    form = DeputyForm(request.POST or None, today=on, for_anybody=anybody)
    if request.method == "POST":
        if not may_add:
            raise OutOfReachError
        if form.is_valid() and _add(form, user):
            notify(request, "Stedfortræderen er gemt.")
            return redirect("deputies")
    found = _in_reach(user, on).filter(last_day__gte=on).order_by("first_day", "pk")
    context = {
        "page_of_list": Paginator(found, PER_PAGE).get_page(request.GET.get("side")),
        "form": form if may_add else None,
        "for_anybody": anybody,
        "today": on,
        "me": user,
    }
    return render(request, "organisation/deputies.html", context, status=422 if form.errors else 200)


def _add(form: DeputyForm, user: User) -> bool:
    data = {"leader": user, **form.cleaned_data}
    try:
        services.add_deputy(**data, by=user)
    except ValidationError as error:
        show_errors(form, error)
        return False
    return True


@require_POST
@roles_required(Role.LEDER, Role.HR, Role.SYSTEMANSVARLIG)
def deputy_end(request: HttpRequest, deputy_id: int) -> HttpResponse:
    """End it now."""
    user, on = actor(request), today()
    found = _in_reach(user, on).filter(pk=deputy_id).first()
    if found is None or not (_for_anybody(user, on) or found.leader_id == user.pk):
        raise OutOfReachError
    services.end_deputy(deputy=found, on=on, by=user)
    notify(request, f"{found.deputy.name} er ikke længere stedfortræder.")
    return redirect("deputies")

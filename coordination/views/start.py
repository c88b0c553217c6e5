"""`/`: each role's own first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from absence.people import record_looks
from absence_statistics.summaries import unit_curve_summary
from coordination.overview import hr_overview, leader_overview
from core.clock import today
from core.jobs import heartbeat_warnings
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import get_figure_unit, reach_of, roles_required

# Roles without a page of their own here, and where they begin; the first that fits.
_ELSEWHERE = (
    (Role.SYSTEMANSVARLIG, "setup"),
    (Role.KOORDINATOR, "figures"),
    (Role.MED, "figures"),
    (Role.MEDARBEJDER, "my_page"),
)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """HR's and leaders' first pages; others are sent to where their work is."""
    user = request.user
    assert isinstance(user, User)
    if user.municipality_id is None:
        return redirect("jobs")
    roles = reach_of(user, today()).roles
    if Role.HR in roles:
        return _hr(request, user)
    if Role.LEDER in roles:
        return _leader(request, user)
    for role, name in _ELSEWHERE:
        if role in roles:
            return redirect(name)
    return render(request, "coordination/no_role.html")


def _leader(request: HttpRequest, user: User) -> HttpResponse:
    on = today()
    overview = leader_overview(user, on)
    shown = [row.employment.person for row in overview.rows]
    shown += [task.deadline.employment.person for group in overview.groups for task in group.tasks]
    record_looks(by=user, people=shown, page="forside")
    return render(request, "coordination/start_leader.html", {"overview": overview, "today": on})


@require_safe
@roles_required(Role.LEDER)
def unit_curve(request: HttpRequest, unit_id: int) -> HttpResponse:
    """The fragment with the unit's curve; fetched after the page, so that duties never wait for figures."""
    user = request.user
    assert isinstance(user, User)
    unit = get_figure_unit(user, unit_id, today())
    return render(
        request, "coordination/_unit_curve.html", {"summary": unit_curve_summary(user, unit, today())}
    )


def _hr(request: HttpRequest, user: User) -> HttpResponse:
    on = today()
    context = {"overview": hr_overview(user, on), "today": on, "warnings": heartbeat_warnings()}
    return render(request, "coordination/start_hr.html", context)

"""The list of employees, and one employee's page."""

from dataclasses import replace
from datetime import date
from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from absence import people, pictures, selectors, timeline
from absence.permissions import can_handle
from core.clock import today
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import get_employment, record_look, roles_required
from organisation.selectors import unit_labels

PER_PAGE = 50
MONTHS_BACK = 24


def _unit_of(row: people.Row) -> int | None:
    """The unit today, as `people.found` has annotated it."""
    return getattr(row.employment, "unit_id", None)


@roles_required(Role.LEDER, Role.HR)
@require_safe
def employees(request: HttpRequest) -> HttpResponse:
    """My employees (leader) or all (HR), each with one status line; filters and sorting live in the address."""
    user, on = cast(User, request.user), today()
    filters = people.Filters.read(request.GET)
    page = Paginator(people.found(user, on, filters), PER_PAGE).get_page(request.GET.get("side"))
    rows = people.rows(list(page.object_list), on)
    labels = unit_labels(on)
    shown = [row.employment.person for row in rows if row.standing.is_absent]
    people.record_looks(by=user, people=shown, page="employees")
    numbers = people.counts(user, on, filters)
    context = {
        "page_of_list": page,
        "rows": [replace(row, unit=labels.get(_unit_of(row) or 0, row.unit)) for row in rows],
        "filters": filters,
        "statuses": [(key, word, numbers.get(key, 0)) for key, word in people.STATUSES.items()],
        "sorts": people.SORTS.items(),
        "shows_unit": len({_unit_of(row) for row in rows}) > 1,
        "today": on,
    }
    is_fragment = bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    if not is_fragment:
        context["units"] = [(unit.pk, labels.get(unit.pk, unit.name)) for unit in people.units(user, on)]
    response = render(request, f"absence/{'_employees' if is_fragment else 'employees'}.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@roles_required(Role.LEDER, Role.HR)
@require_safe
def employee(request: HttpRequest, employment_id: int) -> HttpResponse:
    """One employee: terms, absences of two years as table and picture, and what the apps above add."""
    user, on = cast(User, request.user), today()
    employment = get_employment(user, employment_id, on)
    record_look(by=user, person=employment.person, page="employee")
    since = date(on.year - MONTHS_BACK // 12, on.month, 1)
    absences = selectors.absences_of(employment, since=since)
    courses = [(absence, selectors.course_of(absence)) for absence in absences]
    standing = people.standings([employment.pk], on)[employment.pk]
    context = {
        "employment": employment,
        "terms": selectors.terms_of(employment, on),
        "all_terms": list(employment.terms.select_related("unit", "group").order_by("-valid_from")),
        "standing": standing,
        "leaders": selectors.leader_names(employment, on),
        "absences": [(absence, course.length(on)) for absence, course in courses],
        "since": since,
        "picture": pictures.two_years([course for _, course in courses], on, standing.pattern),
        "workdays": timeline.workdays_12([employment.pk], on).get(employment.pk),
        "deadline": timeline.next_deadlines([employment.pk], on).get(employment.pk),
        "panels": timeline.employee_panels(employment, user, on),
        "may_handle": can_handle(user, employment, on),
        "today": on,
    }
    return render(request, "absence/employee.html", context)

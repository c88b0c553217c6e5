"""Min side: an employee's own facts, and who has seen them. Nobody else's, whatever the address says."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coordination.my_page import in_words, looks_at, my_page
from core.clock import today
from core.errors import OutOfReachError
from organisation.models import Person, User
from organisation.models.access import Role
from organisation.permissions import roles_required

NEWEST = 5
PER_PAGE = 50


def _person(request: HttpRequest) -> Person:
    user = request.user
    assert isinstance(user, User)
    if user.person is None:
        raise OutOfReachError
    return user.person  # type: ignore[no-any-return]


@require_safe
@roles_required(Role.MEDARBEJDER)
def my_page_view(request: HttpRequest) -> HttpResponse:
    """What happens next and why, own absences, employments, and the newest looks."""
    person, on = _person(request), today()
    looks = Paginator(looks_at(person), NEWEST).get_page(1)
    context = {
        "person": person,
        "first_name": person.name.split()[0] if person.name.split() else person.name,
        "mine": my_page(person, on),
        "looks": in_words(list(looks.object_list), on),
        "look_count": looks.paginator.count,
        "today": on,
    }
    return render(request, "coordination/min_side.html", context)


@require_safe
@roles_required(Role.MEDARBEJDER)
def my_looks(request: HttpRequest) -> HttpResponse:
    """Every look at one's own data."""
    person, on = _person(request), today()
    page = Paginator(looks_at(person), PER_PAGE).get_page(request.GET.get("side"))
    context = {"page_of_list": page, "looks": in_words(list(page.object_list), on), "today": on}
    return render(request, "coordination/min_side_looks.html", context)

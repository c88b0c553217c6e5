"""Who reaches whom and what: the one place that pages, API, exports, mails, search and calendars ask (domain O4).

`reach_of(user, on)` gathers a user's roles of the day, including those held as a deputy. Everything else builds on it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from core.clock import today
from core.errors import OutOfReachError
from organisation import selectors
from organisation.models import AccessLog, Employment, EmploymentTerms, Person, RoleAssignment, Unit, User
from organisation.models.access import Role
from organisation.rules.tree import Tree

FIGURE_ROLES = frozenset({Role.LEDER, Role.HR, Role.KOORDINATOR, Role.MED})


@dataclass(frozen=True)
class Reach:
    """What a user reaches on a day. `led_by`: the user and those they deputise for."""

    user: User
    on: date
    roles: frozenset[str]
    led_by: frozenset[int]
    tree: Tree
    led_units: frozenset[int]
    people_units: frozenset[int]
    lone_leaders: frozenset[tuple[int, int]]

    @property
    def sees_everybody(self) -> bool:
        """HR sees all persons of the tenant."""
        return Role.HR in self.roles

    def has_person_rights(self, unit_id: int) -> bool:
        """Whether the user may know every person counted in this unit's figures; others read suppressed figures (S10)."""
        if self.sees_everybody:
            return True
        units = self.tree.subtree(unit_id)
        return bool(units) and units <= self.people_units


def reach_of(user: User, on: date) -> Reach:
    """The user's reach that day; kept on the user object for the rest of the request."""
    kept: dict[date, Reach] = user.__dict__.setdefault("_reach", {})
    if on not in kept:
        kept[on] = _gather(user, on)
    return kept[on]


def _gather(user: User, on: date) -> Reach:
    if (
        getattr(user, "api_token", None) is not None
    ):  # a token acts for the whole municipality; its scopes limit it
        none: frozenset[int] = frozenset()
        return Reach(
            user, on, frozenset({Role.HR}), none, selectors.tree(on), none, none, lone_leaders=frozenset()
        )
    own = list(
        RoleAssignment.objects.filter(selectors.valid_on(on), user=user).values_list("role", "unit_id")
    )
    roles = {role for role, _ in own}
    led_by = {user.pk} if Role.LEDER in roles else set()
    deputised = selectors.deputised_for(user, on)
    if deputised:
        led_by |= set(deputised)
        roles.add(Role.LEDER)
    if user.person_id is not None:
        roles.add(Role.MEDARBEJDER)
    tree = selectors.tree(on)
    led_units: set[int] = set()
    people_units: set[int] = set()
    lone: set[tuple[int, int]] = set()
    if led_by:
        leadership = selectors.leadership(on, of=tree)
        for leader in led_by:
            led_units |= {unit for unit, leaders in leadership.leaders.items() if leader in leaders}
            people_units |= leadership.units_of(leader)
            lone |= leadership.lone_leaders_below(leader)
    return Reach(
        user,
        on,
        frozenset(roles),
        frozenset(led_by),
        tree,
        frozenset(led_units),
        frozenset(people_units),
        frozenset(lone),
    )


def employments_in_reach(user: User, on: date) -> QuerySet[Employment]:
    """Employments whose absence and case the user may see: HR all, a leader those whose nearest leader they are.

    Never the leader's own; that falls to the leader above.
    """
    reach = reach_of(user, on)
    if reach.sees_everybody:
        return Employment.objects.all()
    if not reach.led_by:
        return Employment.objects.none()
    # Terms may name another leader than the unit's; then only that one (and a deputy) is the nearest.
    nearest = Q(unit_id__in=reach.people_units, leader__isnull=True) | Q(leader_id__in=reach.led_by)
    for unit, person in reach.lone_leaders:
        nearest |= Q(unit_id=unit, employment__person_id=person, leader__isnull=True)
    terms = EmploymentTerms.objects.filter(selectors.valid_on(on), nearest, employment=OuterRef("pk"))
    found = selectors.employments_on(on).filter(Exists(terms))
    own_persons = [person for person in (user.person_id, *_persons_of(reach.led_by)) if person is not None]
    lone_persons = {person for _, person in reach.lone_leaders}
    return found.exclude(
        person_id__in=[
            person for person in own_persons if person not in lone_persons or person == user.person_id
        ]
    )


def _persons_of(users: frozenset[int]) -> list[int | None]:
    return list(User.objects.filter(pk__in=users).values_list("person_id", flat=True))


def get_employment(user: User, employment_id: int, on: date) -> Employment:
    """The employment, if the user reaches it. Raises OutOfReachError (404)."""
    found = employments_in_reach(user, on).select_related("person").filter(pk=employment_id).first()
    if found is None:
        raise OutOfReachError
    return found


def get_figure_unit(user: User, unit_id: int, on: date) -> Unit:
    """The unit, if the user may read aggregates at all. Raises OutOfReachError (404)."""
    found = Unit.objects.filter(pk=unit_id).first() if can_see_figures(user, on) else None
    if found is None:
        raise OutOfReachError
    return found


def can_see_figures(user: User, on: date) -> bool:
    """Leaders, HR, coordinators and MED members read aggregates of every unit."""
    return bool(reach_of(user, on).roles & FIGURE_ROLES)


def has_role(user: User, on: date, *roles: str) -> bool:
    """Whether the user holds one of the roles that day (also as deputy)."""
    return bool(reach_of(user, on).roles & set(roles))


def can_import(user: User, on: date) -> bool:
    """HR and the systemansvarlig load files."""
    return has_role(user, on, Role.HR, Role.SYSTEMANSVARLIG)


def can_edit_rules(user: User, on: date) -> bool:
    """HR and the systemansvarlig change the rules of conversations."""
    return has_role(user, on, Role.HR, Role.SYSTEMANSVARLIG)


View = Callable[..., HttpResponse]


def roles_required(*roles: str) -> Callable[[View], View]:
    """View decorator: 404 for a user with none of the roles. Every tenant page carries it (or `open_page`)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user = request.user
            if (
                not isinstance(user, User)
                or user.municipality_id is None
                or not has_role(user, today(), *roles)
            ):
                raise OutOfReachError
            return view(request, *args, **kwargs)

        guarded.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate


def record_look(*, by: User, person: Person, page: str) -> None:
    """Write down that somebody looked at a person's absence or case (O6). In the request's transaction.

    Looks at oneself are not written.
    """
    if by.person_id != person.pk:
        AccessLog.objects.create(actor=by, person=person, page=page)

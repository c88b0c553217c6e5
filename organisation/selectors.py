"""Reads of the organisation: the tree of a day, who leads what, current terms."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Q, QuerySet

from organisation.models import (
    DayOff,
    Deputy,
    Employment,
    EmploymentTerms,
    MunicipalitySettings,
    RoleAssignment,
    Unit,
    UnitPlacement,
    User,
)
from organisation.models.access import Role
from organisation.rules import calendar
from organisation.rules.tree import Leadership, Tree


def valid_on(on: date, first: str = "valid_from", last: str = "valid_to") -> Q:
    """Rows whose inclusive period (both ends may be empty) holds the day."""
    return (Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": on})) & (
        Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": on})
    )


def municipality_settings() -> MunicipalitySettings:
    """The current municipality's choices."""
    return MunicipalitySettings.objects.get()


def tree(on: date) -> Tree:
    """The organisation as it stands that day. One query."""
    return Tree(dict(UnitPlacement.objects.filter(valid_on(on)).values_list("unit_id", "parent_id")))


def unit_labels(on: date) -> dict[int, str]:
    """Unit id → name, in Danish order; with the unit above where several share a name: `Team Syd (Engen)`. One query."""
    rows = list(
        UnitPlacement.objects.filter(valid_on(on))
        .order_by("unit__sort_name", "parent__sort_name")
        .values_list("unit_id", "unit__name", "parent__name")
    )
    times = Counter(name for _, name, _ in rows)
    return {pk: f"{name} ({above})" if times[name] > 1 and above else name for pk, name, above in rows}


def leadership(on: date, *, of: Tree | None = None) -> Leadership:
    """The tree and its leaders that day. Two queries (one with a tree given)."""
    leaders: dict[int, set[int]] = defaultdict(set)
    person_of: dict[int, int | None] = {}
    rows = RoleAssignment.objects.filter(valid_on(on), role=Role.LEDER, user__is_active=True).values_list(
        "unit_id", "user_id", "user__person_id"
    )
    for unit, user, person in rows:
        leaders[unit].add(user)
        person_of[user] = person
    return Leadership(of or tree(on), {unit: frozenset(users) for unit, users in leaders.items()}, person_of)


def deputised_for(user: User, on: date) -> list[int]:
    """Ids of leaders whose deputy this user is that day. Who leads nothing any more has nothing to stand in for."""
    leading = RoleAssignment.objects.filter(valid_on(on), role=Role.LEDER).values("user_id")
    return list(
        Deputy.objects.filter(
            deputy=user, first_day__lte=on, last_day__gte=on, leader__is_active=True, leader__in=leading
        ).values_list("leader_id", flat=True)
    )


def deputies_of(leaders: set[int], on: date) -> dict[int, set[int]]:
    """Leader id → ids of those who deputise that day."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Deputy.objects.filter(
        leader_id__in=leaders, first_day__lte=on, last_day__gte=on, deputy__is_active=True
    )
    for leader, deputy in rows.values_list("leader_id", "deputy_id"):
        found[leader].add(deputy)
    return found


def terms_on(on: date) -> QuerySet[EmploymentTerms]:
    """Terms in force that day, of employments running that day."""
    return EmploymentTerms.objects.filter(valid_on(on), valid_on(on, "employment__start", "employment__end"))


def employments_on(on: date) -> QuerySet[Employment]:
    """Employments that run that day."""
    return Employment.objects.filter(valid_on(on, "start", "end"))


def unit_by_external_id(external_id: str) -> Unit | None:
    """The unit with the payroll's number, or None."""
    return Unit.objects.filter(external_id=external_id).first()


def days_off(first: date, last: date) -> frozenset[date]:
    """Public holidays and the current municipality's own days in the period. One query."""
    own = DayOff.objects.filter(date__range=(first, last)).values_list("date", flat=True)
    return calendar.days_off(first, last, own)

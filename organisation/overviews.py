"""What the set-up pages show: users with their roles, the tree with leaders and sizes, units to choose from.

The number of queries does not grow with the municipality.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Prefetch, Q, QuerySet

from core.errors import OutOfReachError
from organisation import selectors
from organisation.models import RoleAssignment, Unit, UnitPlacement, User
from organisation.models.access import Role
from organisation.rules.tree import Tree


def users(text: str, on: date, *, role: str = "", closed: bool = False) -> QuerySet[User]:
    """Users by name, with their roles of the day at hand as `roles_now`. `text` is part of a name or address."""
    found = User.objects.filter(municipality__isnull=False).select_related("person")
    if not closed:
        found = found.filter(is_active=True)
    for word in text.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(email__icontains=word))
    held = RoleAssignment.objects.filter(selectors.valid_on(on))
    if role:
        found = found.filter(pk__in=held.filter(role=role).values("user_id"))
    now = held.select_related("unit").order_by("role", "unit__sort_name")
    return found.prefetch_related(Prefetch("roles", now, to_attr="roles_now")).order_by("sort_name", "pk")


def get_user(user_id: int) -> User:
    """A user of the current municipality. Raises OutOfReachError (404)."""
    found = User.objects.filter(pk=user_id, municipality__isnull=False).select_related("person").first()
    if found is None:
        raise OutOfReachError
    return found


def get_unit(unit_id: int) -> Unit:
    """A unit of the current municipality. Raises OutOfReachError (404)."""
    found = Unit.objects.filter(pk=unit_id).first()
    if found is None:
        raise OutOfReachError
    return found


def unit_choices(on: date, *, besides: Unit | None = None) -> list[tuple[Unit, str]]:
    """Units of the day by name, labelled `Team Syd (Ældrecentret)`. One query. `besides` is left out."""
    rows = (
        UnitPlacement.objects.filter(selectors.valid_on(on))
        .select_related("unit", "parent")
        .order_by("unit__sort_name", "parent__sort_name")
    )
    return [
        (row.unit, f"{row.unit.name} ({row.parent.name})" if row.parent else row.unit.name)
        for row in rows
        if besides is None or row.unit_id != besides.pk
    ]


@dataclass
class UnitNode:
    """A unit as the tree page shows it. `employees` here, `below` in it and everything below it."""

    unit: Unit
    depth: int
    employees: int
    below: int
    leaders: list[User]
    children: list["UnitNode"] = field(default_factory=list)


def unit_tree(on: date) -> list[UnitNode]:
    """The tops of the day's tree, with everything below, each level by name. Four queries."""
    tree = selectors.tree(on)
    units = {unit.pk: unit for unit in Unit.objects.order_by("sort_name") if unit.pk in tree.parents}
    order = {pk: place for place, pk in enumerate(units)}
    sizes = employees_by_unit(on)
    leaders = leaders_by_unit(on)

    def node(pk: int, depth: int) -> UnitNode:
        below = sorted(tree.children.get(pk, []), key=order.__getitem__)
        children = [node(child, depth + 1) for child in below]
        here = sizes.get(pk, 0)
        total = here + sum(child.below for child in children)
        return UnitNode(units[pk], depth, here, total, leaders.get(pk, []), children)

    return [node(pk, 0) for pk in sorted(tree.children.get(None, []), key=order.__getitem__)]


def flattened(nodes: list[UnitNode]) -> list[UnitNode]:
    """All nodes, each before what lies below it."""
    found: list[UnitNode] = []
    for node in nodes:
        found += [node, *flattened(node.children)]
    return found


def employees_by_unit(on: date) -> dict[int, int]:
    """Unit id → persons with an employment there that day. One query."""
    rows = (
        selectors.terms_on(on)
        .values("unit_id")
        .annotate(n=Count("employment__person_id", distinct=True))
        .order_by()
    )
    return dict(rows.values_list("unit_id", "n"))


def leaders_by_unit(on: date) -> dict[int, list[User]]:
    """Unit id → its leaders of the day. One query."""
    found: dict[int, list[User]] = defaultdict(list)
    rows = RoleAssignment.objects.filter(selectors.valid_on(on), role=Role.LEDER, user__is_active=True)
    for row in rows.select_related("user").order_by("user__sort_name"):
        if row.unit_id is not None:
            found[row.unit_id].append(row.user)
    return found


def path_to(unit: Unit, tree: Tree) -> list[Unit]:
    """The units above, the top first. One query."""
    above = [pk for pk in tree.upwards(unit.pk) if pk != unit.pk]
    found = Unit.objects.in_bulk(above)
    return [found[pk] for pk in reversed(above)]


def placements_of(unit: Unit) -> list[UnitPlacement]:
    """Every place the unit has had or will have, newest first. One query."""
    return list(
        UnitPlacement.objects.filter(unit=unit).select_related("parent").order_by(F("valid_from").desc())
    )

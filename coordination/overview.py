"""What the first pages say: what needs me now, then my people, then the figures. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from absence import people
from absence.models import SickNotification
from absence_statistics.selectors import Figures, last_whole_month
from conversations.models import Deadline
from conversations.permissions import deadlines_in_reach
from conversations.presentation import TaskGroup, grouped, urgency_counts
from conversations.selectors import unit_of
from organisation import selectors as organisation
from organisation.models import Deputy, Unit, User
from organisation.permissions import Reach, reach_of
from organisation.rules.tree import Leadership

AHEAD = timedelta(days=14)
PEOPLE_SHOWN = 12
TASKS_SHOWN = 15
UNITS_SHOWN = 8


@dataclass(frozen=True)
class LeaderOverview:
    """A leader's first page. `below`: overdue follow-up in units that have their own leader, as counts (O4: chef)."""

    groups: list[TaskGroup]
    open_tasks: int
    rows: list[people.Row]
    absent: int
    employees: int
    units: list[Unit]
    below: list[tuple[Unit, int]]
    deputies: list[Deputy]
    standing_in: list[Deputy]


def leader_overview(user: User, on: date) -> LeaderOverview:
    """The number of queries does not grow with employees or units."""
    reach = reach_of(user, on)
    open_tasks = deadlines_in_reach(user, on).filter(state=Deadline.State.OPEN, due__lte=on + AHEAD)
    tasks = list(open_tasks.order_by("due", "pk")[: TASKS_SHOWN + 1])
    count = len(tasks) if len(tasks) <= TASKS_SHOWN else open_tasks.count()
    all_counts = urgency_counts(open_tasks, on) if count > TASKS_SHOWN else None
    counts = people.counts(user, on, people.Filters())
    everybody = people.found(user, on, people.Filters(sort="fravaer"))
    away = list(everybody.exclude(now="tilbage")[:PEOPLE_SHOWN])
    deputies = list(
        Deputy.objects.filter(Q(leader=user) | Q(deputy=user), last_day__gte=on).select_related(
            "leader", "deputy"
        )
    )
    return LeaderOverview(
        groups=grouped(tasks[:TASKS_SHOWN], on, counts=all_counts),
        open_tasks=count,
        rows=people.rows(away, on),
        absent=counts.get("syg", 0) + counts.get("delvist", 0),
        employees=counts["alle"],
        units=list(Unit.objects.filter(pk__in=reach.led_units)),
        below=overdue_below(reach, on),
        deputies=[deputy for deputy in deputies if deputy.leader_id == user.pk],
        standing_in=[d for d in deputies if d.deputy_id == user.pk and d.first_day <= on],
    )


def overdue_below(reach: Reach, on: date) -> list[tuple[Unit, int]]:
    """Overdue steps in units below that others lead, by the unit just below the user's own. No persons."""
    tops = {
        child
        for unit in reach.led_units
        for child in reach.tree.children.get(unit, ())
        if child not in reach.led_units
    }
    if not tops:
        return []
    others = {unit: top for top in tops for unit in reach.tree.subtree(top) if unit not in reach.people_units}
    counts: dict[int, int] = {}
    for unit, number in overdue_by_unit(on).items():
        if unit in others:
            counts[others[unit]] = counts.get(others[unit], 0) + number
    units = Unit.objects.filter(pk__in=counts)
    return [(unit, counts[unit.pk]) for unit in units]


def overdue_by_unit(on: date) -> dict[int, int]:
    """Unit id → overdue mandatory steps of employees there. Two queries."""
    rows = list(
        Deadline.objects.filter(state=Deadline.State.OPEN, due__lt=on, mandatory=True)
        .values("employment_id")
        .annotate(number=Count("pk"))
        .values_list("employment_id", "number")
    )
    units = unit_of(employment for employment, _ in rows)
    found: dict[int, int] = {}
    for employment, number in rows:
        unit = units.get(employment)
        if unit is not None:
            found[unit] = found.get(unit, 0) + number
    return found


@dataclass(frozen=True)
class UnitLoss:
    """A unit's lost work in twelve months."""

    unit: Unit
    dagsvaerk: float
    per_fte: float | None


@dataclass(frozen=True)
class HrOverview:
    """HR's first page: counts that link to the lists behind them."""

    overdue: int
    due_today: int
    week: int
    overdue_units: list[tuple[Unit, str, int]]  # with the name of the unit above: many are called the same
    without_leader: int
    absent: int
    partly: int
    employees: int
    long_running: int
    losses: list[UnitLoss]
    month: date


def hr_overview(user: User, on: date) -> HrOverview:
    """The number of queries does not grow with employees or units."""
    tasks = deadlines_in_reach(user, on).filter(state=Deadline.State.OPEN)
    week_ends = on + timedelta(days=6 - on.weekday())
    numbers = tasks.aggregate(
        overdue=Count("pk", filter=Q(due__lt=on)),
        due_today=Count("pk", filter=Q(due=on)),
        week=Count("pk", filter=Q(due__gt=on, due__lte=week_ends)),
    )
    by_unit = sorted(overdue_by_unit(on).items(), key=lambda item: -item[1])[:UNITS_SHOWN]
    parents = reach_of(user, on).tree.parents
    units = Unit.objects.in_bulk(
        {key for unit, _ in by_unit for key in (unit, parents.get(unit)) if key is not None}
    )
    counts = people.counts(user, on, people.Filters())
    losses, month = _losses(on)
    return HrOverview(
        **numbers,
        overdue_units=[
            (units[unit], units[above].name if (above := parents.get(unit)) in units else "", number)
            for unit, number in by_unit
            if unit in units
        ],
        without_leader=_without_leader(on),
        absent=counts.get("syg", 0),
        partly=counts.get("delvist", 0),
        employees=counts["alle"],
        long_running=SickNotification.objects.filter(
            withdrawn_at__isnull=True, last_day__isnull=True, first_day__lte=on - timedelta(days=56)
        ).count(),
        losses=losses,
        month=month,
    )


def _without_leader(on: date) -> int:
    """Running absences whose employee has no leader in the product, so that only HR is told."""
    running = SickNotification.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=on),
        withdrawn_at__isnull=True,
        first_day__lte=on,
        category__starts_follow_up=True,
    )
    terms = organisation.terms_on(on).filter(
        employment__in=running.values("employment_id"), leader__isnull=True
    )
    leadership: Leadership = organisation.leadership(on)
    rows = terms.values_list("unit_id", "employment__person_id")
    return sum(1 for unit, person in rows if not leadership.nearest_leaders(unit, person))


def _losses(on: date) -> tuple[list[UnitLoss], date]:
    """The units just below the top, by lost work: where a change would be felt most."""
    month = last_whole_month(on)
    table = Figures(as_of=on).table(until=month, months=1)
    tree = organisation.tree(on)
    level: Sequence[int] = tree.children.get(None, [])
    if len(level) == 1:
        level = tree.children.get(level[0], [])
    units = Unit.objects.in_bulk([unit for unit in level if unit in table])
    found = []
    for pk, unit in units.items():
        figure = table.figure(pk)
        found.append(UnitLoss(unit, figure.absent_dagsvaerk_12, figure.dagsvaerk_per_fte_12))
    return sorted(found, key=lambda loss: -loss.dagsvaerk)[:UNITS_SHOWN], month

"""What a morning digest says: which deadlines concern whom, and at which stage (C3). Reads only.

A digest carries no names and nothing about health: kinds, counts, dates and links.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from conversations.models import Deadline, Reminder
from conversations.rules.model import Actor
from conversations.selectors import unit_of
from organisation import selectors as organisation
from organisation.models import EmploymentTerms, RoleAssignment, Unit, User
from organisation.models.access import Role
from organisation.rules.tree import Leadership

COMING = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """One deadline in somebody's digest. `new`: not told to this person at this stage before."""

    deadline: Deadline
    stage: str
    new: bool


@dataclass
class DigestContent:
    """Everything one person is told one morning. `escalated`: unit name → overdue counts, for chef and HR."""

    recipient: User
    items: list[Item] = field(default_factory=list)
    escalated: list[Deadline] = field(default_factory=list)
    escalated_units: dict[str, int] = field(default_factory=dict)

    def of_stage(self, stage: str) -> list[Item]:
        """The items of a stage, earliest first."""
        return sorted(
            (i for i in self.items if i.stage == stage), key=lambda i: (i.deadline.due, i.deadline.pk)
        )

    @property
    def worth_sending(self) -> bool:
        """Something is due or overdue, newly coming, or newly escalated. What is coming is told once."""
        urgent = any(item.stage != Reminder.Stage.COMING or item.new for item in self.items)
        return urgent or bool(self.escalated)


def stage_on(deadline: Deadline, on: date) -> str:
    """Coming, due or overdue."""
    if deadline.due < on:
        return Reminder.Stage.OVERDUE
    return Reminder.Stage.DUE if deadline.due == on else Reminder.Stage.COMING


def digests(on: date) -> list[DigestContent]:
    """The morning's digests of the current municipality. The number of queries does not grow with people."""
    open_deadlines = list(
        Deadline.objects.filter(state=Deadline.State.OPEN, due__lte=on + COMING).select_related("employment")
    )
    responsible = Responsible(open_deadlines, on)
    wanted: dict[int, list[Deadline]] = defaultdict(list)
    for deadline in open_deadlines:
        for user in responsible.of(deadline):
            wanted[user].append(deadline)
    late = _late(open_deadlines, on)
    told_above: dict[int, list[Deadline]] = defaultdict(list)
    for deadline in late:
        for user in responsible.above(deadline):
            told_above[user].append(deadline)
    return _contents(wanted, told_above, responsible, on)


def _late(deadlines: Iterable[Deadline], on: date) -> list[Deadline]:
    days = organisation.municipality_settings().escalate_after_days
    if days == 0:
        return []
    return [d for d in deadlines if d.mandatory and d.due <= on - timedelta(days=days)]


def _contents(
    wanted: dict[int, list[Deadline]], above: dict[int, list[Deadline]], responsible: "Responsible", on: date
) -> list[DigestContent]:
    told = set(
        Reminder.objects.filter(recipient_id__in={*wanted, *above}).values_list(
            "deadline_id", "recipient_id", "stage", "due"
        )
    )
    users = {user.pk: user for user in User.objects.filter(pk__in={*wanted, *above}, is_active=True)}
    names = dict(Unit.objects.filter(pk__in=set(responsible.units.values())).values_list("pk", "name"))
    found = []
    for pk, user in users.items():
        content = DigestContent(user)
        for deadline in wanted.get(pk, ()):
            stage = stage_on(deadline, on)
            content.items.append(Item(deadline, stage, (deadline.pk, pk, stage, deadline.due) not in told))
        for deadline in above.get(pk, ()):
            if (deadline.pk, pk, Reminder.Stage.ESCALATED, deadline.due) not in told:
                content.escalated.append(deadline)
                unit = names.get(responsible.units.get(deadline.employment_id, 0), "")
                content.escalated_units[unit] = content.escalated_units.get(unit, 0) + 1
        if content.worth_sending:
            found.append(content)
    return found


class Responsible:
    """Who acts on a deadline: nearest leaders (or HR where the rule says so), and whoever deputises for them."""

    def __init__(self, deadlines: Iterable[Deadline], on: date) -> None:
        employments = {d.employment_id for d in deadlines}
        self.leadership: Leadership = organisation.leadership(on)
        self.units = unit_of(employments)
        terms = EmploymentTerms.objects.filter(
            organisation.valid_on(on),
            employment_id__in=employments,
            leader__isnull=False,
            leader__is_active=True,
        )
        self.named = dict(terms.values_list("employment_id", "leader_id"))
        self.hr = frozenset(
            RoleAssignment.objects.filter(
                organisation.valid_on(on), role=Role.HR, user__is_active=True
            ).values_list("user_id", flat=True)
        )
        everybody = {u for leaders in self.leadership.leaders.values() for u in leaders} | set(
            self.named.values()
        )
        self.deputies = organisation.deputies_of(everybody, on)

    def of(self, deadline: Deadline) -> frozenset[int]:
        """User ids that are to be told; HR when nobody leads, so that no deadline is without an owner."""
        if deadline.actor == Actor.HR:
            return self.hr
        return self._with_deputies(self._leaders(deadline)) or self.hr

    def above(self, deadline: Deadline) -> frozenset[int]:
        """The chef (the nearest leader's own leader) and HR."""
        leaders = self._leaders(deadline)
        unit = self.units.get(deadline.employment_id)
        chefs: frozenset[int] = frozenset()
        if unit is not None:
            for here in self.leadership.tree.upwards(unit):
                chefs = frozenset(self.leadership.leaders.get(here, frozenset())) - leaders
                if chefs:
                    break
        return (self._with_deputies(chefs) | self.hr) - leaders

    def _leaders(self, deadline: Deadline) -> frozenset[int]:
        named = self.named.get(deadline.employment_id)
        person = deadline.employment.person_id
        if named is not None and self.leadership.person_of.get(named) != person:
            return frozenset({named})
        unit = self.units.get(deadline.employment_id)
        return self.leadership.nearest_leaders(unit, person) if unit is not None else frozenset()

    def _with_deputies(self, leaders: frozenset[int]) -> frozenset[int]:
        return leaders | {deputy for leader in leaders for deputy in self.deputies.get(leader, ())}

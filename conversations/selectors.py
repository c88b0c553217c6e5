"""Reads of conversations: the rules in force for each unit, planned and stored deadlines, what is due (C1–C3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from absence.models import AbsenceState, SickNotification
from conversations.models import Conversation, Deadline
from conversations.models import RuleSet as StoredRuleSet
from conversations.rules import codec
from conversations.rules.model import Actor, Kind, RuleSet, Status
from conversations.rules.patterns import Employee, Spell, plan_patterns
from conversations.rules.planning import Absence, Held, PlannedDeadline, plan
from conversations.rules.replanning import StoredDeadline
from organisation import selectors as organisation
from organisation.models import EmploymentTerms
from organisation.rules.tree import Tree

# How far ahead repeating steps are planned; the nightly run keeps it rolling.
HORIZON = timedelta(days=120)
# A pattern looks back at most this far (the longest window the rules allow is checked against it in tests).
LOOK_BACK = timedelta(days=366 * 3)
# A trivselssamtale that nobody held lapses: the absence that set it off lies this far back.
PATTERN_ALIVE = timedelta(days=60)
NO_RULES = RuleSet()


@dataclass(frozen=True)
class Rules:
    """The rules in force on a day: the municipality's, and those of units that have their own."""

    tree: Tree
    own: dict[int, RuleSet]
    common: RuleSet

    def of(self, unit: int | None) -> RuleSet:
        """The rules of a unit: its own, else the nearest above it that has some, else the municipality's."""
        if unit is not None:
            for here in self.tree.upwards(unit):
                if here in self.own:
                    return self.own[here]
        return self.common


def newest_rule_sets() -> QuerySet[StoredRuleSet]:
    """The newest version for the municipality and for each unit with rules of its own."""
    return StoredRuleSet.objects.order_by("unit_id", "-version").distinct("unit_id")


def rules_in_force(on: date) -> Rules:
    """Two queries."""
    found = {row.unit_id: codec.from_json(row.body) for row in newest_rule_sets()}
    common = found.pop(None, NO_RULES)
    return Rules(
        organisation.tree(on), {unit: rules for unit, rules in found.items() if unit is not None}, common
    )


def followed_up() -> QuerySet[SickNotification]:
    """Absences that the rules are about: not withdrawn, of a category that starts follow-up."""
    return SickNotification.objects.filter(withdrawn_at__isnull=True, category__starts_follow_up=True)


def running_on(on: date) -> QuerySet[SickNotification]:
    """Followed-up absences that run on the day, of employments that do."""
    return followed_up().filter(
        Q(last_day__isnull=True) | Q(last_day__gte=on),
        Q(employment__end__isnull=True) | Q(employment__end__gte=on),
        first_day__lte=on,
    )


def is_over(absence: SickNotification, on: date) -> bool:
    """Whether nothing more can be asked in the absence: it has ended, or the employment has while it was still open."""
    ends = (absence.last_day, absence.employment.end)
    return any(end is not None and end < on for end in ends)


@dataclass(frozen=True)
class AbsencePlan:
    """One absence, and the deadlines its rules call for."""

    absence: SickNotification
    planned: list[PlannedDeadline]


def plan_absences(absences: QuerySet[SickNotification], on: date) -> Iterator[AbsencePlan]:
    """Plan every absence of the query set under the rules in force. The number of queries does not grow with it."""
    rows = list(absences.select_related("employment", "category").order_by("pk"))
    if not rows:
        return
    rules = rules_in_force(on)
    units = unit_of(row.employment_id for row in rows)
    held = conversations_of([row.pk for row in rows])
    partial = _partial_returns([row.pk for row in rows])
    first = min(row.first_day for row in rows)
    until = on + HORIZON
    holidays = organisation.days_off(first, until + timedelta(days=31))
    for row in rows:
        facts = Absence(
            first_day=row.first_day,
            last_day=row.last_day,
            expected_last_day=row.expected_last_day,
            category=row.category.key,
            employment_end=row.employment.end,
            partial_return=partial.get(row.pk),
        )
        ruleset = rules.of(units.get(row.employment_id))
        yield AbsencePlan(
            row, plan(facts, ruleset, holidays=holidays, until=until, as_of=on, held=held[row.pk])
        )


def unit_of(employments: Iterable[int]) -> dict[int, int]:
    """Employment id → unit id by the newest terms (an employment that has ended keeps its last unit). One query."""
    rows = EmploymentTerms.objects.filter(employment_id__in=set(employments)).order_by(
        "employment_id", "-valid_from"
    )
    return dict(rows.distinct("employment_id").values_list("employment_id", "unit_id"))


def conversations_of(absences: Collection[int]) -> dict[int, list[Held]]:
    """Absence id → what was held in it, with the deadline it settled. One query."""
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Conversation.objects.filter(absence_id__in=absences).values_list(
        "absence_id", "kind", "held_on", "settles__rule", "settles__occurrence"
    )
    for absence, kind, held_on, rule, occurrence in rows:
        found[absence].append(Held(Kind(kind), held_on, rule, occurrence))
    return found


def _partial_returns(absences: Collection[int]) -> dict[int, date]:
    rows = AbsenceState.objects.filter(absence_id__in=absences, state=AbsenceState.State.PARTIAL)
    return dict(
        rows.order_by("absence_id", "from_day").distinct("absence_id").values_list("absence_id", "from_day")
    )


@dataclass(frozen=True)
class PatternPlan:
    """One employment, and the trivselssamtaler its absences call for."""

    employment_id: int
    planned: list[PlannedDeadline]


def plan_employment_patterns(on: date, employments: Collection[int] | None = None) -> Iterator[PatternPlan]:
    """Look for patterns among employments with an absence that ended lately (or among those given), on one day."""
    rules = rules_in_force(on)
    if not any(ruleset.pattern for ruleset in (rules.common, *rules.own.values())):
        return
    lately = followed_up().filter(last_day__gte=on - PATTERN_ALIVE, last_day__lt=on)
    if employments is not None:
        lately = lately.filter(employment_id__in=employments)
    running = organisation.employments_on(on).filter(pk__in=lately.values("employment_id"))
    starts = dict(running.values_list("pk", "start"))
    history = _histories(starts, on)
    units = unit_of(starts)
    held = _pattern_conversations(starts)
    handled = _waived_patterns(starts)
    holidays = organisation.days_off(on - PATTERN_ALIVE, on + HORIZON)
    for employment, spells in history.items():
        found = plan_patterns(
            spells,
            rules.of(units.get(employment)),
            on,
            holidays=holidays,
            employee=Employee(employment_start=starts[employment]),
            held=held[employment],
            handled=handled[employment],
            not_before=on - PATTERN_ALIVE,
        )
        yield PatternPlan(employment, found)


def _histories(employments: Collection[int], on: date) -> dict[int, list[Spell]]:
    found: dict[int, list[Spell]] = defaultdict(list)
    rows = (
        followed_up()
        .filter(
            Q(last_day__isnull=True) | Q(last_day__gte=on - LOOK_BACK),
            employment_id__in=employments,
            first_day__lte=on,
        )
        .order_by("employment_id", "first_day")
        .values_list("employment_id", "first_day", "last_day", "category__key")
    )
    for employment, first_day, last_day, category in rows:
        found[employment].append(Spell(first_day, last_day, category))
    return found


def _pattern_conversations(employments: Collection[int]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = defaultdict(list)
    rows = Conversation.objects.filter(employment_id__in=employments).values_list(
        "employment_id", "kind", "held_on"
    )
    for employment, kind, held_on in rows:
        found[employment].append(Held(Kind(kind), held_on))
    return found


def _waived_patterns(employments: Collection[int]) -> dict[int, list[tuple[str, date]]]:
    found: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = Deadline.objects.filter(
        employment_id__in=employments, trigger_day__isnull=False, state=Deadline.State.WAIVED
    ).values_list("employment_id", "rule", "trigger_day")
    for employment, rule, trigger in rows:
        if trigger is not None:
            found[employment].append((rule, trigger))
    return found


def comparable(planned: PlannedDeadline) -> PlannedDeadline:
    """A planned deadline without what no row keeps, so that it can be compared with a stored one."""
    return replace(planned, nominal=planned.due, reason=())


def stored(deadline: Deadline) -> StoredDeadline[Deadline]:
    """A row as the re-planning rule wants it.

    Closed are rows that somebody settled. A row that counts as held because of another conversation is planned anew
    each time: should that conversation be undone, the duty is back.
    """
    planned = PlannedDeadline(
        key=deadline.rule,
        occurrence=deadline.occurrence,
        kind=Kind(deadline.kind),
        earliest=deadline.earliest,
        due=deadline.due,
        nominal=deadline.due,
        mandatory=deadline.mandatory,
        actor=Actor(deadline.actor),
        statutory=deadline.statutory,
        settled_on=deadline.settled_on,
        trigger=deadline.trigger_day,
    )
    settled_by_somebody = deadline.state == Deadline.State.WAIVED or deadline.conversation_id is not None
    return StoredDeadline(planned, settled_by_somebody, deadline)


def status_on(deadline: Deadline, on: date) -> Status:
    """The status of a stored deadline on a day, in the words of the `due` command."""
    if (
        deadline.state == Deadline.State.HELD
        and deadline.settled_on is not None
        and deadline.settled_on <= on
    ):
        return Status.HELD
    if (
        deadline.state == Deadline.State.WAIVED
        and deadline.settled_on is not None
        and deadline.settled_on <= on
    ):
        return Status.WAIVED
    if deadline.due < on:
        return Status.OVERDUE
    return Status.DUE if deadline.due == on else Status.COMING

"""What conversations add to the pages of absence: marks on the timeline, history, next steps, and what comes next.

Registered in `ConversationsConfig.ready`. Everything is read from the stored deadlines, except for an absence that is
not written yet: that one is planned afresh under the rules in force.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet

from absence.models import SickNotification
from absence.timeline import Draft, HistoryEntry, NextDeadline, NextStep, Preview, Provider
from conversations import rule_preview, selectors
from conversations.models import Conversation, Deadline
from conversations.permissions import deadlines_in_reach
from conversations.presentation import as_task, why
from conversations.rules import labels
from conversations.rules.model import Comparison, Kind, PatternRule
from conversations.rules.patterns import Spell, is_period
from conversations.rules.planning import Absence, PlannedDeadline, plan
from conversations.rules.sentences import span_text
from conversations.rules.workdays import window_start
from core.charts.timeline import Milestone
from core.formats import format_count, format_date, format_date_near
from organisation import selectors as organisation
from organisation.models import User

# Short enough to stand under a mark of the timeline.
NAMES = {
    Kind.KONTAKT: "Opkald",
    Kind.SAMTALE: "Samtale",
    Kind.RUNDBORDSSAMTALE: "Rundbord",
    Kind.HANDLEPLAN: "Handleplan",
    Kind.DOKUMENTATION: "Dokumentation",
    Kind.REFUSION: "Refusion",
    Kind.TRIVSELSSAMTALE: "Trivselssamtale",
}
STATE_OF_URGENCY = {"over": "overdue", "now": "due", "soon": ""}
# Days off are needed a little beyond the last planned day: a day that is moved may cross a holiday.
SLACK = timedelta(days=31)
_DAY_NOTE = re.compile(r"(Dag|Arbejdsdag) \d+( til \d+)?")
_EVENTS: Any = Deadline.pgh_event_models["changed"]  # type: ignore[attr-defined]


class Conversations(Provider):
    """The answers of conversations. Each takes a constant number of queries."""

    def milestones(self, absence: SickNotification, today: date) -> Sequence[Milestone]:
        """What was held, what is open (of a repeating step the next turn only), and what was not relevant."""
        held = list(_conversations(absence).prefetch_related("settles"))
        rows = list(_deadlines(absence).exclude(state=Deadline.State.HELD))
        shown = [_held_mark(conversation, today) for conversation in held]
        shown += [_open_mark(row, today) for row in _next_turns(rows)]
        return [*shown, *(_settled_mark(row) for row in rows if row.state != Deadline.State.OPEN)]

    def history(self, absence: SickNotification) -> Sequence[HistoryEntry]:
        """What was held and noted, and what was found not relevant or opened again, with who and when."""
        held = [_held_entry(conversation) for conversation in _conversations(absence)]
        return [*held, *_changes(absence)]

    def next_steps(self, absence: SickNotification, by: User, today: date) -> Sequence[NextStep]:
        """Open duties, of a repeating step the next turn only; with buttons for those who may settle them."""
        rows = list(
            _deadlines(absence)
            .filter(state=Deadline.State.OPEN)
            .select_related("employment__person", "absence")
        )
        reached = set(
            deadlines_in_reach(by, today).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
        )
        return [_step(row, today, may_settle=row.pk in reached) for row in _next_turns(rows)]

    def preview(self, draft: Draft, today: date) -> Sequence[Preview]:
        """What the rules in force would ask for. An absence that is over calls for nothing any more."""
        if not draft.category.starts_follow_up or (draft.last_day is not None and draft.last_day < today):
            return ()
        unit = selectors.unit_of([draft.employment.pk]).get(draft.employment.pk)
        rules = selectors.rules_in_force(today).of(unit)
        until = max(today, draft.first_day) + selectors.HORIZON
        planned = plan(
            Absence(
                first_day=draft.first_day,
                last_day=draft.last_day,
                expected_last_day=draft.expected_last_day,
                category=draft.category.key,
                employment_end=draft.employment.end,
            ),
            rules,
            holidays=organisation.days_off(draft.first_day, until + SLACK),
            until=until,
            as_of=today,
        )
        words = [(deadline, rule_preview.shown(deadline, rules, today)) for deadline in _first_turns(planned)]
        return [
            Preview(
                day=deadline.due,
                when=shown.when,
                what=shown.what,
                why=shown.why,
                mark="overdue" if deadline.due < today else "coming",
            )
            for deadline, shown in words
        ]

    def remarks(self, draft: Draft, today: date) -> Sequence[str]:
        """How near the draft brings the employee to each pattern rule about periods."""
        if not draft.category.starts_follow_up:
            return ()
        unit = selectors.unit_of([draft.employment.pk]).get(draft.employment.pk)
        rules = [rule for rule in selectors.rules_in_force(today).of(unit).pattern if rule.enabled]
        if not rules:
            return ()
        rows = (
            selectors.followed_up()
            .filter(employment=draft.employment, first_day__lt=draft.first_day)
            .values_list("first_day", "last_day", "category__key")
        )
        written = Spell(draft.first_day, draft.last_day or draft.expected_last_day, draft.category.key)
        spells = [*(Spell(first, last, category) for first, last, category in rows), written]
        return [text for rule in rules if (text := _remark(rule, spells, draft.first_day))]

    def next_deadlines(self, employment_ids: Collection[int], today: date) -> Mapping[int, NextDeadline]:
        """The nearest open duty of each employment. One query."""
        rows = (
            Deadline.objects.filter(employment_id__in=employment_ids, state=Deadline.State.OPEN)
            .order_by("employment_id", "due", "pk")
            .distinct("employment_id")
        )
        return {row.employment_id: _nearest(row, today) for row in rows}


# ---------- rows ----------


def _deadlines(absence: SickNotification) -> QuerySet[Deadline]:
    """The absence's own deadlines, and the trivselssamtale that it set off."""
    set_off = Q(employment_id=absence.employment_id, trigger_day=absence.first_day)
    return Deadline.objects.filter(Q(absence=absence) | set_off).order_by("due", "pk")


def _conversations(absence: SickNotification) -> QuerySet[Conversation]:
    set_off = Q(employment_id=absence.employment_id, settles__trigger_day=absence.first_day)
    found = Conversation.objects.filter(Q(absence=absence) | set_off).distinct()
    return found.select_related("held_by", "created_by").order_by("held_on", "pk")


def _next_turns(rows: Iterable[Deadline]) -> list[Deadline]:
    """Of each rule what is overdue or due first; a repeating step has turns months ahead."""
    found: dict[str, Deadline] = {}
    for row in rows:
        if row.state == Deadline.State.OPEN:
            found.setdefault(row.rule, row)
    return list(found.values())


def _first_turns(planned: Iterable[PlannedDeadline]) -> list[PlannedDeadline]:
    return [deadline for deadline in planned if deadline.occurrence == 1]


# ---------- marks ----------


def _note(reason: str) -> str:
    """`dag 14` from `Dag 14, rykket fra …`; empty where it is no day."""
    found = _DAY_NOTE.match(reason)
    return found.group().lower() if found else ""


def _held_mark(conversation: Conversation, today: date) -> Milestone:
    missed = [row.due for row in conversation.settles.all() if row.due < conversation.held_on]
    detail = f"Holdt {conversation.get_how_display()}"
    if missed:
        detail += f". Fristen var {format_date_near(min(missed), today)}"
    return Milestone(
        day=conversation.held_on,
        state="late" if missed else "held",
        title=NAMES[Kind(conversation.kind)],
        detail=detail,
    )


def _open_mark(row: Deadline, today: date) -> Milestone:
    return Milestone(
        day=row.due,
        state="overdue" if row.due < today else "coming",
        title=NAMES[Kind(row.kind)],
        note=_note(row.reason),
        detail=why(row, today),
    )


def _settled_mark(row: Deadline) -> Milestone:
    waived = row.state == Deadline.State.WAIVED
    return Milestone(
        day=row.due,
        state="waived",
        title=NAMES[Kind(row.kind)],
        note=_note(row.reason),
        detail=f"Ikke relevant: {row.waived_reason}" if waived else "Bortfaldet, da fraværet sluttede",
    )


# ---------- steps and lists ----------


def _step(row: Deadline, today: date, *, may_settle: bool) -> NextStep:
    task = as_task(row, today)
    return NextStep(
        day=row.due,
        title=labels.sentence_case(task.title),
        why=task.why,
        urgency=task.urgency,  # type: ignore[arg-type]
        state=STATE_OF_URGENCY[task.urgency],
        url=task.url if may_settle else "",
        actions=task.actions if may_settle else (),
        menu=task.menu if may_settle else (),
        element_id=task.element_id,
    )


def _nearest(row: Deadline, today: date) -> NextDeadline:
    name = NAMES[Kind(row.kind)]
    late = (today - row.due).days
    if late > 0:
        return NextDeadline(
            day=row.due, state="overdue", text=f"{name}, {format_count(late, 'dag', 'dage')} over frist"
        )
    if late == 0:
        return NextDeadline(day=row.due, state="due", text=f"{name} i dag")
    when = format_date_near(row.due, today)
    on_the_day = row.earliest == row.due
    return NextDeadline(
        day=row.due, state="coming", text=f"{name} {when}" if on_the_day else f"{name} senest {when}"
    )


def _remark(rule: PatternRule, spells: Sequence[Spell], first_day: date) -> str:
    """How many periods lie in the rule's window that ends with the first day; empty for a rule about days only."""
    limit = rule.threshold.periods
    if limit is None:
        return ""
    opens = window_start(first_day, rule.within)
    number = sum(spell.first_day >= opens and _counts(spell, rule) for spell in spells)
    counted = format_count(number, "periode", "perioder") + labels.period_length(rule.min_days, rule.max_days)
    at = f"ved mere end {limit.number}" if limit.comparison is Comparison.MORE_THAN else f"fra {limit.number}"
    return (
        f"Med det her fravær er der {counted} inden for {span_text(rule.within)}. "
        f"Reglen om trivselssamtale gælder {at}."
    )


def _counts(spell: Spell, rule: PatternRule) -> bool:
    """Whether it is a period of the rule. One without an end is, unless its length may still decide that."""
    if rule.categories is not None and spell.category not in rule.categories:
        return False
    if spell.last_day is None:
        return rule.min_days == 1 and rule.max_days is None
    return is_period(spell, rule)


# ---------- history ----------


def _held_entry(conversation: Conversation) -> HistoryEntry:
    kind = Kind(conversation.kind)
    who = conversation.held_by or conversation.created_by
    return HistoryEntry(
        at=conversation.created_at,
        type_word="Opkald" if kind is Kind.KONTAKT else "Samtale",
        title=f"{labels.sentence_case(labels.KINDS[kind])} holdt {format_date(conversation.held_on)}",
        detail=f"{labels.sentence_case(conversation.get_how_display())}.",
        kind="conversation",
        actor=who.name if who is not None else "",
    )


def _changes(absence: SickNotification) -> Iterator[HistoryEntry]:
    """Waived and opened again, from the change audit. Three queries."""
    current = {row.pk: row for row in _deadlines(absence)}
    versions: dict[int, list[Any]] = {key: [] for key in current}
    for event in _EVENTS.objects.filter(id__in=current, pgh_label="changed").order_by("pgh_id"):
        versions[event.id].append(event)
    wanted = {_actor(event) for events in versions.values() for event in events}
    names = dict(User.objects.filter(pk__in=wanted - {0}).values_list("pk", "name"))
    for key, row in current.items():
        rows = [*versions[key], row]
        if rows[0].state == Deadline.State.WAIVED:  # came with a file
            yield _change_entry(rows[0], row.created_at, "", again=False)
        for event, after in pairwise(rows):
            who = names.get(_actor(event), "")
            if after.state == Deadline.State.WAIVED != event.state:
                yield _change_entry(after, event.pgh_created_at, who, again=False)
            elif _was_settled(event) and after.state == Deadline.State.OPEN:
                yield _change_entry(after, event.pgh_created_at, who, again=True)


def _was_settled(row: Any) -> bool:
    """By somebody; a deadline that another conversation settled comes and goes with that one."""
    return row.state == Deadline.State.WAIVED or row.conversation_id is not None


def _actor(event: Any) -> int:
    found = (event.pgh_context or {}).get("user")
    return found if isinstance(found, int) else 0


def _change_entry(row: Any, at: Any, who: str, *, again: bool) -> HistoryEntry:
    name = labels.sentence_case(labels.KINDS[Kind(row.kind)])
    return HistoryEntry(
        at=at,
        type_word="Fortrudt" if again else "Opgave",
        title=f"{name} er åben igen" if again else f"{name} er ikke relevant",
        detail="" if again else row.waived_reason,
        kind="conversation",
        actor=who,
    )

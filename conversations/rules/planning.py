"""Which deadlines one absence calls for under one rule set (domain: C1). Dates in, dates out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from conversations.rules import labels
from conversations.rules.model import (
    FLOOR,
    FLOOR_KEY,
    Actor,
    DayCount,
    Kind,
    Mandatory,
    Offset,
    OffsetUnit,
    RepeatStop,
    RuleSet,
    Status,
    Step,
    Timing,
)
from conversations.rules.workdays import add_months, add_span, move, next_working_day, nth_working_day

FLOOR_DAYS = 28  # § 7a: four weeks from the first sick day


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """What planning needs to know about one absence.

    `last_day` None: still absent. `partial_return`: first day of a partial return, if any.
    `unit_above_target` None: not known, treated as not above.
    """

    first_day: date
    last_day: date | None = None
    expected_last_day: date | None = None
    category: str = ""
    employment_end: date | None = None
    terminated: bool = False
    unit_above_target: bool | None = None
    partial_return: date | None = None

    def __post_init__(self) -> None:
        if self.last_day is not None and self.last_day < self.first_day:
            raise ValueError("Sidste sygedag kan ikke være før første sygedag.")


@dataclass(frozen=True, slots=True)
class Held:
    """A conversation or another step that was held, with the deadline it was recorded on, if any."""

    kind: Kind
    on: date
    key: str | None = None
    occurrence: int | None = None


@dataclass(frozen=True, slots=True)
class ReasonPart:
    """Why a deadline is there or lies where it does: a code for programs, a Danish phrase for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDeadline:
    """One thing to do, from `earliest` to `due` (both included).

    `nominal` is the day before moving to a working day. `settled_on`: another conversation has settled it.
    `trigger` is the first day of the absence that triggered a pattern rule, else None.
    """

    key: str
    occurrence: int
    kind: Kind
    earliest: date
    due: date
    nominal: date
    mandatory: bool
    actor: Actor
    statutory: bool = False
    settled_on: date | None = None
    trigger: date | None = None
    reason: tuple[ReasonPart, ...] = ()

    @property
    def stable_key(self) -> tuple[str, int, date | None]:
        """What identifies the deadline through every re-planning of the same absence or employee."""
        return self.key, self.occurrence, self.trigger

    @property
    def reason_text(self) -> str:
        """The parts as one Danish sentence."""
        return labels.sentence_case(", ".join(part.text for part in self.reason)) + "."


def plan(
    absence: Absence,
    ruleset: RuleSet,
    *,
    holidays: Collection[date],
    until: date,
    as_of: date | None = None,
    held: Sequence[Held] = (),
) -> list[PlannedDeadline]:
    """Every deadline of the absence, sorted by due date; the statutory conversation is always among them.

    Repeating steps run to `until` (included), other steps are all there. Deadlines after the last sick day or
    the end of the employment are left out. `as_of` (today) only tells how long an open absence has lasted
    already, for steps that ask for an expected length. A step counting from one that does not apply is left
    out too.
    """
    days_off = frozenset(holidays)
    found: list[PlannedDeadline] = []
    anchors: dict[str, date] = {}
    for step in ruleset.during:
        if not (step.enabled and applies(step, absence, as_of=as_of)):
            continue
        start = absence.first_day if step.after is None else anchors.get(step.after)
        if start is None:
            continue
        first = _deadline(step, 1, start, absence, days_off)
        anchors[step.key] = _held_on(first, held) or first.due
        found += _occurrences(step, first, start, absence, days_off, until)
    floor = _floor(absence, days_off)
    found = [_settle(deadline, step_of(ruleset, deadline.key), absence, held) for deadline in found]
    if floor is not None:
        found = _with_floor(found, floor, absence, held)
    return sorted(found, key=lambda item: (item.due, item.key, item.occurrence))


def step_of(ruleset: RuleSet, key: str) -> Step:
    """The step with that key, the statutory one included; KeyError if there is none."""
    for step in (*ruleset.during, FLOOR):
        if step.key == key:
            return step
    raise KeyError(key)


def applies(step: Step, absence: Absence, *, as_of: date | None = None) -> bool:
    """Whether the step concerns this absence at all.

    An absence of unknown length counts as long: a duty shown in vain can be waived, one never shown is missed.
    """
    if step.categories is not None and absence.category not in step.categories:
        return False
    if step.skip_if_terminated and absence.terminated:
        return False
    limit = step.skip_if_employment_ends_within_days
    end = absence.employment_end
    if limit is not None and end is not None and end <= absence.first_day + timedelta(days=limit):
        return False
    if step.expected_beyond_day is None:
        return True
    length = _longest_known(absence, as_of)
    return length is None or length > step.expected_beyond_day


def _longest_known(absence: Absence, as_of: date | None) -> int | None:
    """Calendar days the absence is expected to last or has lasted, whichever is more; None if unknown."""
    if absence.last_day is None and absence.expected_last_day is None:
        return None
    ends = [absence.first_day, absence.last_day, absence.expected_last_day]
    if absence.last_day is None:
        ends.append(as_of)
    return max((end - absence.first_day).days + 1 for end in ends if end is not None)


def _last_day(absence: Absence) -> date:
    """Last day on which anything can be due."""
    return min(absence.last_day or date.max, absence.employment_end or date.max)


def nominal_day(offset: Offset, value: int, start: date, holidays: Collection[date]) -> date:
    """The day `value` units from `start`, as the offset counts, before any move."""
    if offset.unit is OffsetUnit.WEEKS:
        return start + timedelta(weeks=value)
    if offset.unit is OffsetUnit.MONTHS:
        return add_months(start, value)
    if offset.count is DayCount.CALENDAR:
        return start + timedelta(days=value - 1 if offset.unit is OffsetUnit.DAY else value)
    if offset.unit is OffsetUnit.DAY:
        return nth_working_day(start, value, holidays)
    return nth_working_day(start + timedelta(days=1), value, holidays) if value else start


def due_day(
    step: Step, ruleset: RuleSet, first_day: date, holidays: Collection[date], occurrence: int = 1
) -> date:
    """When the step is due in an absence it concerns, nothing held yet."""
    start = first_day
    if step.after is not None:
        start = due_day(step_of(ruleset, step.after), ruleset, first_day, holidays)
    return _deadline(step, occurrence, start, Absence(first_day=first_day), holidays).due


def _deadline(
    step: Step, occurrence: int, start: date, absence: Absence, holidays: Collection[date]
) -> PlannedDeadline:
    def again(day: date) -> date:
        return day if step.repeat is None else add_span(day, step.repeat.every, occurrence - 1)

    nominal = again(nominal_day(step.offset, step.offset.value, start, holidays))
    due = move(nominal, step.effective_move, holidays, not_before=start)
    if step.timing is Timing.ON:
        earliest = due
    elif step.window_start is None:
        earliest = start
    else:
        opens = again(nominal_day(step.offset, step.window_start, start, holidays))
        earliest = min(next_working_day(opens, holidays), due)
    above = bool(absence.unit_above_target)
    return PlannedDeadline(
        key=step.key,
        occurrence=occurrence,
        kind=step.kind,
        earliest=earliest,
        due=due,
        nominal=nominal,
        mandatory=is_mandatory(step.mandatory, above),
        actor=step.actor,
        reason=tuple(_reasons(step, occurrence, nominal, due, above)),
    )


def is_mandatory(mandatory: Mandatory, above_target: bool) -> bool:
    """Whether it is a duty in a unit that is, or is not, above its target."""
    return mandatory is Mandatory.ALWAYS or (mandatory is Mandatory.ABOVE_TARGET and above_target)


def _occurrences(
    step: Step,
    first: PlannedDeadline,
    start: date,
    absence: Absence,
    holidays: Collection[date],
    until: date,
) -> Iterator[PlannedDeadline]:
    last = _last_day(absence)
    if first.due <= last:
        yield first
    if step.repeat is None:
        return
    last = min(last, until)
    if step.repeat.stop is RepeatStop.PARTIAL_RETURN and absence.partial_return is not None:
        last = min(last, absence.partial_return - timedelta(days=1))
    occurrence = 2
    while step.repeat.times is None or occurrence <= step.repeat.times:
        deadline = _deadline(step, occurrence, start, absence, holidays)
        if deadline.due > last:  # later ones are due no earlier
            return
        yield deadline
        occurrence += 1


def _held_on(deadline: PlannedDeadline, held: Sequence[Held]) -> date | None:
    days = [h.on for h in held if (h.key, h.occurrence or 1) == (deadline.key, deadline.occurrence)]
    return min(days, default=None)


def _settle(deadline: PlannedDeadline, step: Step, absence: Absence, held: Sequence[Held]) -> PlannedDeadline:
    """Mark the deadline as settled if another conversation, held in time, counts for it too."""
    if step.settled_by is None:
        return deadline
    opens = absence.first_day
    if step.settled_by.within_days is not None:
        opens = max(opens, deadline.due - timedelta(days=step.settled_by.within_days))
    days = [
        other.on
        for other in held
        if other.kind in step.settled_by.kinds
        and opens <= other.on <= deadline.due
        and (other.key, other.occurrence or 1) != (deadline.key, deadline.occurrence)
    ]
    if not days:
        return deadline
    part = ReasonPart("settled", f"dækket af samtalen {labels.long_date(min(days))}")
    return replace(deadline, settled_on=min(days), reason=(*deadline.reason, part))


def _floor(absence: Absence, holidays: Collection[date]) -> PlannedDeadline | None:
    if not applies(FLOOR, absence):
        return None
    floor = _deadline(FLOOR, 1, absence.first_day, absence, holidays)
    if floor.due > _last_day(absence):
        return None
    return replace(floor, statutory=True, reason=(*floor.reason, STATUTORY))


def _with_floor(
    found: list[PlannedDeadline], floor: PlannedDeadline, absence: Absence, held: Sequence[Held]
) -> list[PlannedDeadline]:
    """Add the statutory conversation, or mark the step that already is one: never two rows for one talk."""
    limit = absence.first_day + timedelta(days=FLOOR_DAYS)
    for index, deadline in enumerate(found):
        if deadline.kind is not Kind.SAMTALE or deadline.nominal != limit or deadline.due > limit:
            continue
        others = [h for h in held if (h.key, h.occurrence or 1) != (deadline.key, deadline.occurrence)]
        if deadline.settled_on is None and _settle(floor, FLOOR, absence, others).settled_on is not None:
            # The law is satisfied by another talk; this one stands by the local rule alone.
            return found
        kept = tuple(part for part in deadline.reason if part.code != "advisory")
        merged = replace(deadline, statutory=True, mandatory=True, reason=(*kept, STATUTORY))
        return [*found[:index], merged, *found[index + 1 :]]
    return [*found, _settle(floor, FLOOR, absence, held)]


STATUTORY = ReasonPart("statutory", "lovens krav om samtale inden fire uger")


def _reasons(step: Step, occurrence: int, nominal: date, due: date, above: bool) -> Iterator[ReasonPart]:
    yield ReasonPart("rule", offset_text(step))
    if occurrence > 1:
        yield ReasonPart("repeat", f"gentaget, nr. {occurrence}")
    if nominal != due:
        yield ReasonPart("moved", f"rykket fra {labels.weekday_date(nominal)}")
    if step.mandatory is Mandatory.ABOVE_TARGET and above:
        yield ReasonPart("target", "enheden ligger over måltallet")
    elif not is_mandatory(step.mandatory, above):
        yield ReasonPart("advisory", "anbefalet, ikke et krav")


def offset_text(step: Step) -> str:
    """`dag 14`, `arbejdsdag 3`, `4 uger efter første sygedag`, `dag 7 til 14`."""
    offset = step.offset
    day = "arbejdsdag" if offset.count is DayCount.WORKING else "dag"
    start = "" if step.window_start is None else f"{step.window_start} til "
    if offset.unit is OffsetUnit.DAY:
        return f"{day} {start}{offset.value}"
    one, many = {
        OffsetUnit.DAYS_AFTER: (day, f"{day}e"),
        OffsetUnit.WEEKS: ("uge", "uger"),
        OffsetUnit.MONTHS: ("måned", "måneder"),
    }[offset.unit]
    anchor = "første sygedag" if step.after is None else "det tidligere skridt"
    return f"{start}{labels.plural(offset.value, one, many)} efter {anchor}"


def status(
    deadline: PlannedDeadline,
    on: date,
    *,
    held_on: date | None = None,
    waived: bool = False,
    window: int = 0,
    due: date | None = None,
) -> Status:
    """The deadline's status on a day.

    `held_on`: the day it was held (one after `on` has not happened yet). `window`: how many days before the due
    date it counts as due; 0 = only on the day itself. `due` replaces the planned date where it was postponed.
    Held wins over waived.
    """
    done = [day for day in (held_on, deadline.settled_on) if day is not None and day <= on]
    if done:
        return Status.HELD
    if waived:
        return Status.WAIVED
    last = due or deadline.due
    if on > last:
        return Status.OVERDUE
    return Status.DUE if on >= last - timedelta(days=window) else Status.COMING


__all__ = [
    "FLOOR_KEY",
    "Absence",
    "Held",
    "PlannedDeadline",
    "ReasonPart",
    "applies",
    "plan",
    "status",
]

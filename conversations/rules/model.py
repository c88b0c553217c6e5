"""What a rule is: frozen data for steps during an absence, pattern rules, and sets of them (domain: C1, C2).

Day 1 is the first sick day. Weeks, months and "days after" count from the first sick day or from an
earlier step. All values are checked when a `RuleSet` is built, so a `RuleSet` that exists can be planned with.
"""

from dataclasses import dataclass
from enum import StrEnum

VERSION = 1
FLOOR_KEY = "lov-28"  # the statutory conversation; no rule may take this key


class Kind(StrEnum):
    """What is to be done."""

    KONTAKT = "kontakt"
    SAMTALE = "samtale"
    RUNDBORDSSAMTALE = "rundbordssamtale"
    HANDLEPLAN = "handleplan"
    DOKUMENTATION = "dokumentation"
    REFUSION = "refusion"
    TRIVSELSSAMTALE = "trivselssamtale"  # pattern rules only


class Timing(StrEnum):
    """`on` the day, `by` the day at the latest, or in a `window` of days."""

    ON = "on"
    BY = "by"
    WINDOW = "window"


class OffsetUnit(StrEnum):
    """How a step's day is given: day number (day 1 = first sick day), or distance from the starting point."""

    DAY = "day"
    DAYS_AFTER = "days_after"
    WEEKS = "weeks"
    MONTHS = "months"


class DayCount(StrEnum):
    """Every day, or working days. Of a pattern's sick days `working` means arbejdsdage (the person view)."""

    CALENDAR = "calendar"
    WORKING = "working"


class SpanUnit(StrEnum):
    """Unit of a length of time; 180 days and 6 months are different rules."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class Move(StrEnum):
    """Where a day goes that is no working day."""

    NEXT = "next"
    PREVIOUS = "previous"
    NONE = "none"


class Actor(StrEnum):
    """Who acts; `co_leader` is the leader together with a second leader."""

    LEADER = "leader"
    CO_LEADER = "co_leader"
    HR = "hr"
    EMPLOYEE = "employee"
    COLLEAGUE = "colleague"


class Mandatory(StrEnum):
    """Always a duty, a duty only when the unit is above its target, or always advice."""

    ALWAYS = "always"
    ABOVE_TARGET = "above_target"
    NEVER = "never"


class RepeatStop(StrEnum):
    """What ends a repetition; the end of the absence always does."""

    FULL_RETURN = "full_return"
    PARTIAL_RETURN = "partial_return"


class Comparison(StrEnum):
    """`at_least` 5 is reached by 5; `more_than` 5 only by 6."""

    AT_LEAST = "at_least"
    MORE_THAN = "more_than"


class Combine(StrEnum):
    """Either threshold is enough (`any`), or both must be reached (`all`)."""

    ANY = "any"
    ALL = "all"


class WaiverReason(StrEnum):
    """Why a step is not relevant (C4). Never a diagnosis."""

    KNOWN_SHORT = "known_short"
    HOSPITAL = "hospital"
    AGREED_OTHERWISE = "agreed_otherwise"
    EMPLOYMENT_ENDS = "employment_ends"
    OTHER = "other"


class MeetingForm(StrEnum):
    """How it was held (C4); by phone where the employee cannot attend."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


class Status(StrEnum):
    """A deadline's status, as the `due` command prints it."""

    COMING = "coming"
    DUE = "due"
    OVERDUE = "overdue"
    HELD = "held"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as 12 months."""

    count: int
    unit: SpanUnit


@dataclass(frozen=True, slots=True)
class Offset:
    """A step's day. `count` only matters for `day` and `days_after`."""

    unit: OffsetUnit
    value: int
    count: DayCount = DayCount.CALENDAR


FOUR_WEEKS = (
    Offset(OffsetUnit.WEEKS, 4),
    Offset(OffsetUnit.DAY, 29),
    Offset(OffsetUnit.DAYS_AFTER, 28),
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Again every `every` from the step's own day, `times` in all (the first included; None = until the stop)."""

    every: Span
    times: int | None = None
    stop: RepeatStop = RepeatStop.FULL_RETURN


@dataclass(frozen=True, slots=True)
class SettledBy:
    """Another held conversation of these kinds settles the step too, if held at most `within_days` before
    it is due (None: at any time in the absence)."""

    kinds: tuple[Kind, ...]
    within_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step during an absence.

    `window_start` is in the unit of `offset` (window 7–14: 7). `after` is the key of an earlier step: then
    the offset counts from the day that step was held, or is due. `expected_beyond_day` x: only if the absence
    is expected to last more than x calendar days. `categories` None: all.
    """

    key: str
    kind: Kind
    timing: Timing
    offset: Offset
    window_start: int | None = None
    after: str | None = None
    move: Move | None = None
    repeat: Repeat | None = None
    actor: Actor = Actor.LEADER
    mandatory: Mandatory = Mandatory.ALWAYS
    expected_beyond_day: int | None = None
    categories: tuple[str, ...] | None = None
    skip_if_terminated: bool = False
    skip_if_employment_ends_within_days: int | None = None
    settled_by: SettledBy | None = None
    enabled: bool = True

    @property
    def effective_move(self) -> Move:
        """The move in force: an `on` day goes forward and a latest day back, unless the rule says otherwise."""
        if self.move is not None:
            return self.move
        return Move.NEXT if self.timing is Timing.ON else Move.PREVIOUS

    @property
    def is_statutory(self) -> bool:
        """Whether the step is the law's four-week conversation itself (first day + 28)."""
        return (
            self.kind is Kind.SAMTALE
            and self.timing is not Timing.ON
            and self.after is None
            and self.offset in FOUR_WEEKS
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """A number to reach; `count` (calendar or arbejdsdage) only matters for sick days."""

    number: int
    comparison: Comparison = Comparison.AT_LEAST
    count: DayCount = DayCount.CALENDAR


@dataclass(frozen=True, slots=True)
class Threshold:
    """Periods and/or sick days; with both, `combine` says whether either is enough."""

    periods: Limit | None = None
    days: Limit | None = None
    combine: Combine = Combine.ANY


@dataclass(frozen=True, slots=True)
class NewStaff:
    """Another threshold for employees with less than `under_months` months' seniority."""

    under_months: int
    threshold: Threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """A trivselssamtale when a pattern shows.

    `min_days`/`max_days` (calendar days of the whole absence) say what counts as a period; sick days count
    from absences of any length. `categories` limits both. `due_after_days` counts from the last sick day.
    """

    key: str
    threshold: Threshold
    within: Span
    new_staff: NewStaff | None = None
    min_days: int = 1
    max_days: int | None = None
    categories: tuple[str, ...] | None = None
    quiet: Span | None = None
    due_after_days: int = 14
    due_count: DayCount = DayCount.CALENDAR
    move: Move | None = None
    actor: Actor = Actor.LEADER
    mandatory: Mandatory = Mandatory.ALWAYS
    skip_if_terminated: bool = False
    settled_by: tuple[Kind, ...] = ()
    enabled: bool = True

    @property
    def effective_move(self) -> Move:
        """A latest day goes back to a working day unless the rule says otherwise."""
        return Move.PREVIOUS if self.move is None else self.move


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one municipality or unit. Building one that makes no sense raises `RuleError`."""

    name: str = ""
    based_on: str | None = None
    during: tuple[Step, ...] = ()
    pattern: tuple[PatternRule, ...] = ()

    def __post_init__(self) -> None:
        # Imported here because the checks need the classes above.
        from conversations.rules.validation import check_rule_set

        check_rule_set(self)


# Sygedagpengeloven § 7a: a conversation within four weeks of the first sick day, not needed when the employment
# ends within eight weeks of it. Any conversation held in time counts.
FLOOR = Step(
    key=FLOOR_KEY,
    kind=Kind.SAMTALE,
    timing=Timing.BY,
    offset=Offset(OffsetUnit.WEEKS, 4),
    skip_if_employment_ends_within_days=56,
    settled_by=SettledBy((Kind.SAMTALE,)),
)

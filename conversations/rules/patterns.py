"""Pattern rules: when earlier absences call for a trivselssamtale (domain: C1, C6).

An absence triggers a rule if on one of its days, looking back over the rolling window that ends that day, the
threshold is reached and the absence itself adds to it. Nothing is due while the employee is absent.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from conversations.rules import labels
from conversations.rules.model import (
    Combine,
    Comparison,
    DayCount,
    Kind,
    Limit,
    PatternRule,
    RuleSet,
    Threshold,
)
from conversations.rules.planning import Held, PlannedDeadline, ReasonPart, is_mandatory
from conversations.rules.workdays import (
    ONE_DAY,
    add_months,
    add_span,
    move,
    nth_working_day,
    window_start,
)

# Sums of shares of days carry rounding errors far below this; real shares differ by far more.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Spell:
    """One absence in an employee's history.

    `arbejdsdage`: lost working days per date (absent/planned, 0 to 1), as a mapping or a function; needed only
    for rules that count arbejdsdage. Spells of one employee do not overlap.
    """

    first_day: date
    last_day: date | None
    category: str = ""
    arbejdsdage: Mapping[date, float] | Callable[[date], float] | None = None

    def share(self, day: date) -> float:
        """Arbejdsdage lost on a date of the spell; ValueError if the caller gave none."""
        if self.arbejdsdage is None:
            raise ValueError("arbejdsdage are needed by this rule")
        if isinstance(self.arbejdsdage, Mapping):
            return self.arbejdsdage.get(day, 0.0)
        return self.arbejdsdage(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Employee:
    """What pattern rules ask about an employment, besides its absences.

    `employment_start` None: seniority unknown, the ordinary thresholds hold.
    """

    employment_start: date | None = None
    terminated: bool = False
    unit_above_target: bool | None = None


@dataclass(frozen=True, slots=True)
class PatternReason:
    """What was found: numbers for programs, `text` for people. `days` is in calendar days or arbejdsdage."""

    periods: int | None
    days: float | None
    days_count: DayCount
    since: date
    until: date
    new_staff: bool
    text: str


@dataclass(frozen=True, slots=True)
class PatternFinding:
    """A trivselssamtale to hold. (`rule_key`, `trigger`) identifies it: it never fires twice for one trigger."""

    rule_key: str
    trigger: date
    due: date
    nominal: date
    earliest: date
    mandatory: bool
    reason: PatternReason


def find_pattern(
    history: Sequence[Spell],
    rule: PatternRule,
    on: date,
    *,
    holidays: Collection[date] = (),
    employee: Employee | None = None,
    held: Sequence[Held] = (),
    handled: Collection[date] = (),
    not_before: date | None = None,
) -> PatternFinding | None:
    """The oldest open trivselssamtale the rule calls for on a day, or None.

    `held`: conversations held; a trivselssamtale, or a kind in the rule's `settled_by`, covers every trigger up
    to its day and, with a quiet time, until that has passed. `handled`: first days of triggering absences that
    were waived. `not_before`: when the rules came into force; only days from then on can trigger. A trigger
    lapses when its absence has left the rolling window.
    """
    who = employee or Employee()
    spells = sorted((s for s in history if s.first_day <= on), key=lambda s: s.first_day)
    absent = any(s.last_day is None or s.last_day >= on for s in spells)
    if not rule.enabled or absent or (rule.skip_if_terminated and who.terminated):
        return None
    opens = _first_possible(rule, held, on, not_before)
    reach = window_start(on, rule.within)
    counted = [s for s in spells if rule.categories is None or s.category in rule.categories]
    tally: _Tally | None = None
    for spell in counted:
        last = _ended(spell)
        if spell.first_day in handled or last < max(opens, reach):
            continue
        tally = tally or _Tally(counted, rule)
        day = tally.last_trigger(spell, max(opens, spell.first_day), who)
        if day is not None:
            return _finding(rule, spell, day, tally, spells, who, frozenset(holidays))
    return None


def plan_patterns(
    history: Sequence[Spell],
    ruleset: RuleSet,
    on: date,
    *,
    holidays: Collection[date] = (),
    employee: Employee | None = None,
    held: Sequence[Held] = (),
    handled: Collection[tuple[str, date]] = (),
    not_before: date | None = None,
) -> list[PlannedDeadline]:
    """`find_pattern` for every rule of a set, as deadlines for `replan`. `handled` holds (rule key, trigger)."""
    found = []
    for rule in ruleset.pattern:
        finding = find_pattern(
            history,
            rule,
            on,
            holidays=holidays,
            employee=employee,
            held=held,
            handled={trigger for key, trigger in handled if key == rule.key},
            not_before=not_before,
        )
        if finding is not None:
            found.append(_as_deadline(finding, rule))
    return found


def _as_deadline(finding: PatternFinding, rule: PatternRule) -> PlannedDeadline:
    return PlannedDeadline(
        key=rule.key,
        occurrence=1,
        kind=Kind.TRIVSELSSAMTALE,
        earliest=finding.earliest,
        due=finding.due,
        nominal=finding.nominal,
        mandatory=finding.mandatory,
        actor=rule.actor,
        trigger=finding.trigger,
        reason=(ReasonPart("pattern", finding.reason.text),),
    )


def _ended(spell: Spell) -> date:
    """Last day of a spell that has ended; the callers have ruled out open ones."""
    if spell.last_day is None:
        raise ValueError("an open spell has no last day")
    return spell.last_day


def _first_possible(rule: PatternRule, held: Sequence[Held], on: date, not_before: date | None) -> date:
    """First day that can trigger: after every conversation held, its quiet time, and the rules' start."""
    opens = not_before or date.min
    for talk in held:
        if talk.on > on or (talk.kind is not Kind.TRIVSELSSAMTALE and talk.kind not in rule.settled_by):
            continue
        quiet_ends = talk.on if rule.quiet is None else add_span(talk.on, rule.quiet)
        opens = max(opens, quiet_ends, talk.on + ONE_DAY)
    return opens


def is_period(spell: Spell, rule: PatternRule) -> bool:
    """Whether the length of an ended spell makes it count as a period."""
    length = (_ended(spell) - spell.first_day).days + 1
    return rule.min_days <= length and (rule.max_days is None or length <= rule.max_days)


def reached(limit: Limit, amount: float) -> bool:
    """`at_least` 14 is reached by 14, `more_than` 14 only by more."""
    if limit.comparison is Comparison.AT_LEAST:
        return amount >= limit.number - TOLERANCE
    return amount > limit.number + TOLERANCE


class _Tally:
    """Periods and sick days of one history, summed once so that each window costs two look-ups."""

    def __init__(self, spells: Sequence[Spell], rule: PatternRule) -> None:
        self.rule = rule
        self.periods = [s.first_day for s in spells if is_period(s, rule)]
        self.period_set = frozenset(self.periods)
        self.spells = spells
        self._sums: dict[DayCount, tuple[list[date], list[float]]] = {}

    def last_trigger(self, spell: Spell, opens: date, who: Employee) -> date | None:
        """The last day of the spell, from `opens` on, on which it reaches the threshold."""
        day = _ended(spell)
        while day >= opens:
            if self._triggers(spell, day, self.threshold(day, who)):
                return day
            day -= ONE_DAY
        return None

    def threshold(self, day: date, who: Employee) -> Threshold:
        """The threshold for the employee's seniority that day."""
        if self.rule.new_staff is not None and self.is_new(day, who):
            return self.rule.new_staff.threshold
        return self.rule.threshold

    def is_new(self, day: date, who: Employee) -> bool:
        """Whether the thresholds for new staff hold that day."""
        if self.rule.new_staff is None or who.employment_start is None:
            return False
        return day < add_months(who.employment_start, self.rule.new_staff.under_months)

    def _triggers(self, spell: Spell, day: date, threshold: Threshold) -> bool:
        enough_periods = threshold.periods is not None and reached(threshold.periods, self.count_periods(day))
        enough_days = threshold.days is not None and reached(
            threshold.days, self.count_days(day, threshold.days.count)
        )
        if threshold.combine is Combine.ALL:
            return enough_periods and enough_days
        return (enough_periods and spell.first_day in self.period_set) or enough_days

    def count_periods(self, day: date) -> int:
        """Periods begun in the window that ends with `day`."""
        return len(self.window_periods(day))

    def window_periods(self, day: date) -> list[date]:
        """First days of the periods begun in the window that ends with `day`."""
        start = window_start(day, self.rule.within)
        return self.periods[bisect_left(self.periods, start) : bisect_right(self.periods, day)]

    def count_days(self, day: date, count: DayCount) -> float:
        """Sick days in the window that ends with `day`."""
        days, sums = self._sick_days(count)
        low = bisect_left(days, window_start(day, self.rule.within))
        return sums[bisect_right(days, day)] - sums[low]

    def first_sick_day(self, day: date, count: DayCount) -> date:
        """First sick day in the window that ends with `day`, which is one."""
        days, _ = self._sick_days(count)
        return days[bisect_left(days, window_start(day, self.rule.within))]

    def _sick_days(self, count: DayCount) -> tuple[list[date], list[float]]:
        if count not in self._sums:
            days: list[date] = []
            shares: list[float] = []
            for spell in self.spells:
                for number in range((_ended(spell) - spell.first_day).days + 1):
                    day = spell.first_day + timedelta(days=number)
                    days.append(day)
                    shares.append(1.0 if count is DayCount.CALENDAR else spell.share(day))
            self._sums[count] = days, [0.0, *accumulate(shares)]
        return self._sums[count]


def _finding(
    rule: PatternRule,
    spell: Spell,
    day: date,
    tally: _Tally,
    spells: Sequence[Spell],
    who: Employee,
    holidays: frozenset[date],
) -> PatternFinding:
    last, nominal = _due(rule, spell, spells, holidays)
    return PatternFinding(
        rule_key=rule.key,
        trigger=spell.first_day,
        due=move(nominal, rule.effective_move, holidays, not_before=last + ONE_DAY),
        nominal=nominal,
        earliest=last + ONE_DAY,
        mandatory=is_mandatory(rule.mandatory, bool(who.unit_above_target)),
        reason=_reason(rule, spell, day, tally, who),
    )


def _due(
    rule: PatternRule, spell: Spell, spells: Sequence[Spell], holidays: Collection[date]
) -> tuple[date, date]:
    """Last sick day it counts from, and the nominal due day.

    A new absence before the talk was due postpones it: it counts from the return from that one.
    """
    last = _ended(spell)
    nominal = _days_after(last, rule, holidays)
    for later in spells:
        if spell.first_day < later.first_day <= nominal:
            last = _ended(later)
            nominal = _days_after(last, rule, holidays)
    return last, nominal


def _days_after(last: date, rule: PatternRule, holidays: Collection[date]) -> date:
    if rule.due_count is DayCount.CALENDAR:
        return last + timedelta(days=rule.due_after_days)
    return nth_working_day(last + ONE_DAY, rule.due_after_days, holidays)


def _reason(rule: PatternRule, spell: Spell, day: date, tally: _Tally, who: Employee) -> PatternReason:
    """The criteria that were reached on the day, with their numbers that day."""
    threshold = tally.threshold(day, who)
    parts: list[str] = []
    since = spell.first_day
    periods: int | None = None
    days: float | None = None
    if threshold.periods is not None and reached(threshold.periods, tally.count_periods(day)):
        periods = tally.count_periods(day)
        since = min(since, tally.window_periods(day)[0])
        parts.append(
            labels.plural(periods, "periode", "perioder") + labels.period_length(rule.min_days, rule.max_days)
        )
    count = threshold.days.count if threshold.days is not None else DayCount.CALENDAR
    if threshold.days is not None and reached(threshold.days, tally.count_days(day, count)):
        days = tally.count_days(day, count)
        since = min(since, tally.first_sick_day(day, count))
        parts.append(labels.plural(days, *labels.DAY_WORDS[count]))
    text = f"{' og '.join(parts)} siden {labels.long_date(since, near=day)}"
    return PatternReason(periods, days, count, since, day, tally.is_new(day, who), text)

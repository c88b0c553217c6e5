"""Is a unit's own rule set nowhere weaker than the one above it? (domain: C1). Says why not, in Danish.

A parent rule is kept if one local rule of the same kind does at least as much in every case; each local rule can
keep one parent rule only. That is cautious: two local rules that together do what one parent rule asks are
refused, and the reason names the rule to add.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from conversations.rules import labels
from conversations.rules.model import (
    FLOOR,
    Combine,
    Comparison,
    DayCount,
    Limit,
    Mandatory,
    PatternRule,
    Repeat,
    RepeatStop,
    RuleSet,
    SettledBy,
    Span,
    SpanUnit,
    Step,
    Threshold,
)
from conversations.rules.planning import due_day, step_of
from conversations.rules.sentences import plain, sentence

# Two years with a 29 February: every weekday meets every length of month.
REFERENCE_START = date(2027, 1, 1)
REFERENCE_DAYS = 731
# Occurrences of a repeated step that are compared: enough to meet every weekday.
COMPARED = 8
RANK = {Mandatory.NEVER: 0, Mandatory.ABOVE_TARGET: 1, Mandatory.ALWAYS: 2}
# Fewest and most days in so many months, whichever month they begin in.
MONTH_LENGTHS = {1: (28, 31), 2: (59, 62), 3: (89, 92), 6: (181, 184), 12: (365, 366)}


@dataclass(frozen=True, slots=True)
class Weakness:
    """One place where the local rules are weaker: the parent rule's key and the reason in Danish."""

    parent_key: str
    text: str


def stricter(
    local: RuleSet, parent: RuleSet, *, holidays: Collection[date] = (), start: date = REFERENCE_START
) -> list[Weakness]:
    """Where `local` is weaker than `parent`; an empty list if nowhere.

    Due dates are compared for an absence beginning on each of 731 days from `start`, with `holidays` as days
    off. Local repetition, conditions, duty and thresholds are compared rule by rule. Who acts is free.
    """
    calendar = _Calendar(frozenset(holidays), start)
    mine = calendar.demands(local)
    floor = calendar.demand(FLOOR, local)
    if not any(own.step.is_statutory for own in mine):
        mine.append(floor)
    wanted = calendar.demands(parent)
    step_reasons = [[_with_law(own, floor, theirs) for own in mine] for theirs in wanted]
    found = [
        _missing_step(parent, wanted[index].step, mine, step_reasons[index])
        for index in _uncovered(step_reasons)
    ]
    patterns = [rule for rule in local.pattern if rule.enabled]
    asked = [rule for rule in parent.pattern if rule.enabled]
    pattern_reasons = [[_pattern_reasons(own, theirs) for own in patterns] for theirs in asked]
    found += [
        _weakness(asked[index].key, plain(sentence(asked[index])), pattern_reasons[index])
        for index in _uncovered(pattern_reasons)
    ]
    return found


@dataclass(frozen=True, slots=True)
class _Demand:
    """A step under all conditions it really has, and its due days: per occurrence, for each first sick day."""

    step: Step
    dues: list[list[date]]


class _Calendar:
    """The first sick days and days off that due days are compared on."""

    def __init__(self, days_off: frozenset[date], start: date) -> None:
        self._days_off = days_off
        self._first_days = [start + timedelta(days=number) for number in range(REFERENCE_DAYS)]

    def demands(self, rules: RuleSet) -> list[_Demand]:
        """What the rule set's steps ask for, those that are switched off left out."""
        return [self.demand(step, rules) for step in rules.during if step.enabled]

    def demand(self, step: Step, rules: RuleSet) -> _Demand:
        """What one step asks for."""
        occurrences = 1 if step.repeat is None else min(step.repeat.times or COMPARED, COMPARED)
        dues = [
            [due_day(step, rules, day, self._days_off, number) for day in self._first_days]
            for number in range(1, occurrences + 1)
        ]
        return _Demand(_with_all_conditions(step, rules), dues)


def _with_all_conditions(step: Step, rules: RuleSet) -> Step:
    """The step with the conditions of the steps it counts from, without which it is not planned."""
    if step.after is None:
        return step
    base = _with_all_conditions(step_of(rules, step.after), rules)
    categories = step.categories
    if base.categories is not None:
        own = base.categories if categories is None else categories
        categories = tuple(category for category in own if category in base.categories)
    return replace(
        step,
        categories=categories,
        expected_beyond_day=_higher(step.expected_beyond_day, base.expected_beyond_day),
        skip_if_terminated=step.skip_if_terminated or base.skip_if_terminated,
        skip_if_employment_ends_within_days=_higher(
            step.skip_if_employment_ends_within_days, base.skip_if_employment_ends_within_days
        ),
    )


def _higher(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)


def _uncovered(reasons: Sequence[Sequence[list[str]]]) -> list[int]:
    """Parent rules left over when as many as possible each get a local rule with no reason against it."""
    taken: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for column, against in enumerate(reasons[row]):
            if against or column in tried:
                continue
            tried.add(column)
            if column not in taken or place(taken[column], tried):
                taken[column] = row
                return True
        return False

    return [row for row in range(len(reasons)) if not place(row, set())]


def _missing_step(
    parent: RuleSet, step: Step, mine: Sequence[_Demand], reasons: Sequence[list[str]]
) -> Weakness:
    same_kind = [why for own, why in zip(mine, reasons, strict=True) if own.step.kind is step.kind]
    return _weakness(step.key, plain(sentence(step, parent)), same_kind)


def _weakness(key: str, rule_text: str, against: Sequence[list[str]]) -> Weakness:
    """The reason in words: what is wrong with the local rule that comes nearest, or that there is none."""
    rule = rule_text.rstrip(".")
    if not against:
        return Weakness(key, f"Der mangler en regel, der svarer til »{rule}«.")
    nearest = min(against, key=len)
    if not nearest:
        return Weakness(key, f"Der er for få regler: »{rule}« mangler sin egen.")
    return Weakness(key, f"»{rule}« er ikke opfyldt: den lokale regel {labels.listed(nearest)}.")


def _with_law(own: _Demand, floor: _Demand, parent: _Demand) -> list[str]:
    """As `_step_reasons`; a step that is the law's own talk does at least what the law does, whatever it says."""
    reasons = _step_reasons(own, parent)
    if reasons and own.step.is_statutory and not _step_reasons(floor, parent):
        return []
    return reasons


def _no_later(mine: _Demand, theirs: _Demand) -> bool:
    """Whether mine is due no later for every first sick day and every occurrence both have."""
    return all(
        my_day <= their_day
        for my_days, their_days in zip(mine.dues, theirs.dues, strict=False)
        for my_day, their_day in zip(my_days, their_days, strict=True)
    )


def _step_reasons(own: _Demand, parent: _Demand) -> list[str]:
    mine, theirs = own.step, parent.step
    checks = (
        (mine.kind is theirs.kind, f"er ikke en {labels.KINDS[theirs.kind]}"),
        (_no_later(own, parent), "kan ligge senere"),
        (_repeats_enough(mine.repeat, theirs.repeat), "gentages færre gange eller sjældnere"),
        (
            _asks_no_more(mine.expected_beyond_day, theirs.expected_beyond_day),
            "gælder kun længere ventet fravær",
        ),
        (
            _asks_no_more(
                mine.skip_if_employment_ends_within_days, theirs.skip_if_employment_ends_within_days
            ),
            "undtager flere, hvis ansættelse ophører",
        ),
        (_settled_no_easier(mine.settled_by, theirs.settled_by), "kan dækkes af en anden samtale"),
        *_common_checks(mine, theirs),
    )
    return [text for fine, text in checks if not fine]


def _common_checks(mine: Step | PatternRule, theirs: Step | PatternRule) -> list[tuple[bool, str]]:
    return [
        (RANK[mine.mandatory] >= RANK[theirs.mandatory], "er mindre forpligtende"),
        (_covers(mine.categories, theirs.categories), "gælder færre slags fravær"),
        (not mine.skip_if_terminated or theirs.skip_if_terminated, "undtager opsagte"),
    ]


def _asks_no_more(mine: int | None, theirs: int | None) -> bool:
    """Whether a lower bound of mine (None: no bound) lets through all that theirs lets through."""
    return mine is None or (theirs is not None and mine <= theirs)


def _covers(mine: Collection[str] | None, theirs: Collection[str] | None) -> bool:
    return mine is None or (theirs is not None and set(theirs) <= set(mine))


def _settled_no_easier(mine: SettledBy | None, theirs: SettledBy | None) -> bool:
    if mine is None:
        return True
    if theirs is None or not set(mine.kinds) <= set(theirs.kinds):
        return False
    return theirs.within_days is None or (
        mine.within_days is not None and mine.within_days <= theirs.within_days
    )


def _repeats_enough(mine: Repeat | None, theirs: Repeat | None) -> bool:
    if theirs is None:
        return True
    if mine is None or not longer_or_equal(theirs.every, mine.every):
        return False
    if mine.times is not None and (theirs.times is None or mine.times < theirs.times):
        return False
    return mine.stop is theirs.stop or mine.stop is RepeatStop.FULL_RETURN


def longer_or_equal(one: Span, other: Span) -> bool:
    """Whether `one` is never shorter than `other`, whatever month it begins in."""
    if one.unit is SpanUnit.MONTHS and other.unit is SpanUnit.MONTHS:
        return one.count >= other.count
    return _bounds(one)[0] >= _bounds(other)[1]


def _bounds(span: Span) -> tuple[float, float]:
    """Fewest and most days a span can have."""
    if span.unit is not SpanUnit.MONTHS:
        days = span.count * (7 if span.unit is SpanUnit.WEEKS else 1)
        return days, days
    if span.count in MONTH_LENGTHS:
        return MONTH_LENGTHS[span.count]
    # Months average 30.4 days; three days either way holds for any run of them.
    return span.count * 30.4 - 3, span.count * 30.5 + 3


def _pattern_reasons(mine: PatternRule, theirs: PatternRule) -> list[str]:
    quiet = mine.quiet is None or (theirs.quiet is not None and longer_or_equal(theirs.quiet, mine.quiet))
    checks = (
        (_thresholds_no_higher(mine, theirs), "har en højere grænse"),
        (longer_or_equal(mine.within, theirs.within), "ser på kortere tid"),
        (_counts_no_fewer(mine, theirs), "tæller færre perioder med"),
        (quiet, "har en længere pause efter en samtale"),
        (_due_no_later(mine, theirs), "giver en senere frist"),
        (set(mine.settled_by) <= set(theirs.settled_by), "kan dækkes af en anden samtale"),
        *_common_checks(mine, theirs),
    )
    return [text for fine, text in checks if not fine]


def _counts_no_fewer(mine: PatternRule, theirs: PatternRule) -> bool:
    longest = mine.max_days is None or (theirs.max_days is not None and mine.max_days >= theirs.max_days)
    return longest and mine.min_days <= theirs.min_days


def _due_no_later(mine: PatternRule, theirs: PatternRule) -> bool:
    order = ("previous", "none", "next")
    if order.index(mine.effective_move) > order.index(theirs.effective_move):
        return False
    if mine.due_count is DayCount.WORKING and theirs.due_count is DayCount.CALENDAR:
        return False
    return mine.due_after_days <= theirs.due_after_days


def _thresholds_no_higher(mine: PatternRule, theirs: PatternRule) -> bool:
    """Compare the thresholds in force at every seniority where either rule changes."""
    seniorities = {0}
    for rule in (mine, theirs):
        if rule.new_staff is not None:
            seniorities.add(rule.new_staff.under_months)

    def at(rule: PatternRule, months: int) -> Threshold:
        new = rule.new_staff
        return new.threshold if new is not None and months < new.under_months else rule.threshold

    return all(_fires_no_later(at(mine, months), at(theirs, months)) for months in seniorities)


def _fires_no_later(mine: Threshold, theirs: Threshold) -> bool:
    """Whether whatever reaches their threshold reaches mine."""
    return all(
        any(_implied(my_case, their_case) for my_case in _cases(mine)) for their_case in _cases(theirs)
    )


def _cases(threshold: Threshold) -> list[dict[str, Limit]]:
    """The ways to reach a threshold, each a set of limits that must all be reached."""
    limits = {"periods": threshold.periods, "days": threshold.days}
    present = {name: limit for name, limit in limits.items() if limit is not None}
    if threshold.combine is Combine.ALL:
        return [present]
    return [{name: limit} for name, limit in present.items()]


def _implied(mine: dict[str, Limit], theirs: dict[str, Limit]) -> bool:
    return all(name in theirs and _lower_or_equal(limit, theirs[name]) for name, limit in mine.items())


def _lower_or_equal(mine: Limit, theirs: Limit) -> bool:
    """Whether reaching their limit means reaching mine. Arbejdsdage are never more than calendar days."""
    if mine.count is DayCount.WORKING:
        if theirs.count is not DayCount.WORKING:
            return False
        strict = mine.comparison is Comparison.MORE_THAN
        if mine.number == theirs.number:
            return not strict or theirs.comparison is Comparison.MORE_THAN
        return mine.number < theirs.number
    return _least_whole(mine) <= _least_whole(theirs)


def _least_whole(limit: Limit) -> int:
    return limit.number + (limit.comparison is Comparison.MORE_THAN)

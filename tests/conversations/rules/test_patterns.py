"""Pattern rules against a slow reference that tries every window day by day, and by example."""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from conversations.rules.codec import from_json
from conversations.rules.model import (
    Combine,
    Comparison,
    DayCount,
    Kind,
    Limit,
    Move,
    NewStaff,
    PatternRule,
    Span,
    SpanUnit,
    Threshold,
)
from conversations.rules.patterns import Employee, PatternFinding, Spell, find_pattern, plan_patterns
from conversations.rules.planning import Held
from conversations.rules.presets import PRESETS
from tests.conversations.rules.strategies import CATEGORIES, HOLIDAYS

DAY = timedelta(days=1)


def rule(**fields: Any) -> PatternRule:
    data = {"key": "trivsel", "within": {"months": 12}} | fields
    return from_json({"version": 1, "pattern": [data]}).pattern[0]


def spell(first: str, days: int = 1, category: str = "egen-sygdom") -> Spell:
    start = date.fromisoformat(first)
    return Spell(start, start + (days - 1) * DAY, category)


FOUR = [spell("2026-03-03"), spell("2026-04-07", 3), spell("2026-06-01", 2), spell("2026-08-03", 2)]
BACK = date(2026, 8, 5)


def find(history: list[Spell], what: PatternRule, on: date = BACK, **more: Any) -> PatternFinding | None:
    return find_pattern(history, what, on, holidays=HOLIDAYS, **more)


# The slow reference


def _same_day(year: int, month: int, number: int) -> date:
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def back(day: date, span: Span) -> date:
    """`day` minus a span; months in one leap, since stepping would lose the day of the month."""
    if span.unit is SpanUnit.MONTHS:
        total = day.year * 12 + day.month - 1 - span.count
        return _same_day(total // 12, total % 12 + 1, day.day)
    return day - span.count * (7 if span.unit is SpanUnit.WEEKS else 1) * DAY


def sick_days(s: Spell) -> set[date]:
    assert s.last_day is not None
    return {s.first_day + number * DAY for number in range((s.last_day - s.first_day).days + 1)}


def enough(limit: Limit, amount: float) -> bool:
    if limit.comparison is Comparison.AT_LEAST:
        return amount > limit.number - 1e-6
    return amount > limit.number + 1e-6


def slow_trigger(
    history: list[Spell], what: PatternRule, on: date, who: Employee, talks: list[date]
) -> date | None:
    """First day of the oldest absence that triggers, by trying every day and every window."""
    if not what.enabled or (what.skip_if_terminated and who.terminated):
        return None
    if any(s.first_day <= on and (s.last_day is None or on <= s.last_day) for s in history):
        return None
    past = [s for s in history if s.first_day <= on]
    counted = sorted(
        (s for s in past if what.categories is None or s.category in what.categories),
        key=lambda s: s.first_day,
    )
    lengths = {s.first_day: len(sick_days(s)) for s in counted}
    most = what.max_days or 10_000
    periods = [s.first_day for s in counted if what.min_days <= lengths[s.first_day] <= most]
    still_in_window = back(on, what.within)
    for s in counted:
        if max(sick_days(s)) <= still_in_window:
            continue
        for day in sick_days(s):
            if any(
                day <= talk
                or (what.quiet is not None and before_months_have_passed(day, talk, what.quiet.count))
                for talk in talks
            ):
                continue
            if slow_reached(counted, periods, what, day, s, who):
                return s.first_day
    return None


def before_months_have_passed(day: date, talk: date, months: int) -> bool:
    total = talk.year * 12 + talk.month - 1 + months
    return day < _same_day(total // 12, total % 12 + 1, talk.day)


def slow_reached(
    counted: list[Spell], periods: list[date], what: PatternRule, day: date, s: Spell, who: Employee
) -> bool:
    threshold = what.threshold
    new, start = what.new_staff, who.employment_start
    if new is not None and start is not None and before_months_have_passed(day, start, new.under_months):
        threshold = new.threshold
    opens = back(day, what.within) + DAY
    verdicts: list[tuple[bool, bool]] = []  # (reached, this absence adds to it)
    if threshold.periods is not None:
        begun = [first for first in periods if opens <= first <= day]
        verdicts.append((enough(threshold.periods, len(begun)), s.first_day in periods))
    if threshold.days is not None:
        amount = 0.0
        for other in counted:
            for sick in sick_days(other):
                if opens <= sick <= day:
                    amount += 1 if threshold.days.count is DayCount.CALENDAR else other.share(sick)
        verdicts.append((enough(threshold.days, amount), True))
    if threshold.combine is Combine.ALL:
        return all(reached for reached, _ in verdicts)
    return any(reached and adds for reached, adds in verdicts)


def share(day: date) -> float:
    return 0.0 if day.weekday() > 4 else (0.6 if day.weekday() == 2 else 1.0)


def random_rule(rng: random.Random) -> PatternRule:
    def limit(most: int, *counts: DayCount) -> Limit:
        return Limit(rng.randint(1, most), rng.choice(list(Comparison)), rng.choice(counts))

    def threshold() -> Threshold:
        periods = limit(4, DayCount.CALENDAR) if rng.random() < 0.7 else None
        days = limit(20, *DayCount) if periods is None or rng.random() < 0.5 else None
        both = periods is not None and days is not None
        return Threshold(periods, days, rng.choice(list(Combine)) if both else Combine.ANY)

    shortest = rng.choice([1, 1, 2, 3])
    within = [Span(rng.randint(20, 200), SpanUnit.DAYS), Span(rng.randint(1, 12), SpanUnit.MONTHS)]
    return PatternRule(
        key="trivsel",
        threshold=threshold(),
        within=rng.choice(within),
        new_staff=rng.choice([None, NewStaff(rng.randint(1, 12), threshold())]),
        min_days=shortest,
        max_days=rng.choice([None, None, shortest + rng.randint(0, 10)]),
        categories=rng.choice([None, None, tuple(CATEGORIES[:1]), tuple(CATEGORIES[:2])]),
        quiet=rng.choice([None, Span(rng.randint(1, 3), SpanUnit.MONTHS)]),
        due_after_days=rng.randint(1, 30),
        due_count=rng.choice(list(DayCount)),
        move=rng.choice([None, *Move]),
        skip_if_terminated=rng.random() < 0.2,
        enabled=rng.random() < 0.95,
    )


def random_history(rng: random.Random) -> list[Spell]:
    day = date(2025, 11, 1) + rng.randint(0, 40) * DAY
    spells = []
    for _ in range(rng.randint(1, 9)):
        last = day + rng.choice([0, 0, 1, 2, 4, 9, 20, 40]) * DAY
        spells.append(Spell(day, last, rng.choice([*CATEGORIES, CATEGORIES[0]]), share))
        day = last + rng.choice([2, 5, 10, 30, 60]) * DAY
    if rng.random() < 0.1:
        spells[-1] = Spell(spells[-1].first_day, None, spells[-1].category, share)
    rng.shuffle(spells)
    return spells


def edge_days(history: list[Spell], rng: random.Random) -> list[date]:
    """Days at and around the ends of absences, where mistakes would show."""
    ends = [s.last_day or s.first_day for s in history] + [s.first_day for s in history]
    return [end + rng.choice([-1, 0, 0, 1, 2, 30]) * DAY for end in ends]


def test_finds_what_a_slow_search_finds() -> None:
    outcomes = Counter[bool]()
    for seed in range(2500):
        rng = random.Random(seed)
        history, what = random_history(rng), random_rule(rng)
        edges = edge_days(history, rng)
        on = rng.choice([max(edges), max(edges) + DAY, rng.choice(edges), max(edges) + 200 * DAY])
        talks = [talk for talk in rng.sample(edges, rng.choice([0, 0, 1, 2])) if talk <= on]
        # Seniority counted in months often ends on the very day of an absence.
        start = rng.choice([None, back(rng.choice(edges), Span(rng.randint(1, 12), SpanUnit.MONTHS))])
        who = Employee(employment_start=start, terminated=rng.random() < 0.2)
        held = [Held(Kind.TRIVSELSSAMTALE, talk) for talk in talks]
        found = find(history, what, on, employee=who, held=held)
        assert (found.trigger if found else None) == slow_trigger(history, what, on, who, talks), seed
        outcomes[found is not None] += 1
        if found is not None:
            assert found.earliest <= found.due
            assert found.reason.since <= found.reason.until <= on
    assert outcomes[True] > 300
    assert outcomes[False] > 500


# By example


def test_the_reason_shown() -> None:
    found = find(FOUR, rule(periods={"at_least": 4}))
    assert found is not None
    assert found.reason.text == "4 perioder siden 3. marts"
    assert (found.rule_key, found.trigger) == ("trivsel", date(2026, 8, 3))
    # The last sick day is 4 August; 14 days later is a Tuesday.
    assert (found.earliest, found.nominal, found.due) == (BACK, date(2026, 8, 18), date(2026, 8, 18))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"periods": {"at_least": 4}}, "4 perioder siden 3. marts"),
        ({"periods": {"at_least": 5}}, None),
        ({"periods": {"more_than": 4}}, None),
        ({"periods": {"more_than": 3}}, "4 perioder siden 3. marts"),
        ({"days": {"at_least": 8}}, "8 sygedage siden 3. marts"),
        ({"days": {"more_than": 8}}, None),
        ({"periods": {"at_least": 9}, "days": {"at_least": 8}}, "8 sygedage siden 3. marts"),
        ({"periods": {"at_least": 9}, "days": {"at_least": 8}, "combine": "all"}, None),
        (
            {"periods": {"at_least": 4}, "days": {"at_least": 8}, "combine": "all"},
            "4 perioder og 8 sygedage siden 3. marts",
        ),
        (
            {"periods": {"at_least": 3}, "period": {"min_days": 2}},
            "3 perioder på mindst 2 dage siden 7. april",
        ),
        ({"periods": {"at_least": 4}, "period": {"min_days": 2}}, None),
        (
            {"periods": {"at_least": 3}, "period": {"max_days": 2}},
            "3 perioder på højst 2 dage siden 3. marts",
        ),
        ({"periods": {"at_least": 4}, "categories": ["egen-sygdom"]}, "4 perioder siden 3. marts"),
        ({"periods": {"at_least": 1}, "categories": ["barns-sygedag"]}, None),
        ({"periods": {"at_least": 4}, "within": {"months": 5}}, None),
    ],
)
def test_thresholds(fields: dict[str, Any], text: str | None) -> None:
    found = find(FOUR, rule(**fields))
    assert (found.reason.text if found else None) == text


def test_180_days_and_6_months_differ() -> None:
    history = [spell("2026-03-03"), spell("2026-08-31")]
    assert find(history, rule(periods={"at_least": 2}, within={"months": 6}), date(2026, 9, 2))
    assert not find(history, rule(periods={"at_least": 2}, within={"days": 180}), date(2026, 9, 2))


def test_never_while_absent() -> None:
    what = rule(periods={"at_least": 4})
    assert find(FOUR, what, date(2026, 8, 4)) is None
    again = [*FOUR, Spell(date(2026, 8, 10), None, "barns-sygedag")]
    assert find(again, what, date(2026, 8, 9)) is not None
    assert find(again, what, date(2026, 8, 12)) is None


def test_a_new_absence_postpones_but_is_the_same_talk() -> None:
    what = rule(periods={"at_least": 4})
    again = [*FOUR, spell("2026-08-10", 5)]
    found = find(again, what, date(2026, 8, 17))
    assert found is not None
    assert (found.trigger, found.earliest, found.due) == (
        date(2026, 8, 3),
        date(2026, 8, 15),
        date(2026, 8, 28),
    )


def test_does_not_fire_again_for_the_same_set() -> None:
    what = rule(periods={"at_least": 4})
    talk = [Held(Kind.TRIVSELSSAMTALE, date(2026, 8, 14))]
    assert find(FOUR, what, date(2026, 8, 20), held=talk) is None
    assert find(FOUR, what, date(2026, 8, 20), handled=[date(2026, 8, 3)]) is None
    fifth = [*FOUR, spell("2026-10-05")]
    found = find(fifth, what, date(2026, 10, 8), held=talk)
    assert found is not None
    assert found.trigger == date(2026, 10, 5)
    # Within the quiet time after the talk the fifth period asks for nothing.
    quiet = rule(periods={"at_least": 4}, quiet={"months": 3})
    assert find(fifth, quiet, date(2026, 10, 8), held=talk) is None


def test_a_talk_of_another_kind_counts_if_the_rule_says_so() -> None:
    talk = [Held(Kind.SAMTALE, date(2026, 8, 6))]
    assert find(FOUR, rule(periods={"at_least": 4}), date(2026, 8, 20), held=talk) is not None
    both = rule(periods={"at_least": 4}, settled_by=["samtale"])
    assert find(FOUR, both, date(2026, 8, 20), held=talk) is None


def test_a_long_absence_does_not_push_its_own_reason_out_of_the_window() -> None:
    history = [spell("2026-03-03"), spell("2026-04-07"), spell("2026-05-20", 100)]
    what = rule(periods={"at_least": 3}, within={"months": 3})
    found = find(history, what, date(2026, 8, 28))
    assert found is not None
    assert found.trigger == date(2026, 5, 20)


def test_a_trigger_lapses_with_its_window() -> None:
    what = rule(periods={"at_least": 4})
    assert find(FOUR, what, date(2027, 8, 3)) is not None
    assert find(FOUR, what, date(2027, 8, 4)) is None


def test_rules_do_not_reach_back_before_they_came_into_force() -> None:
    what = rule(periods={"at_least": 4})
    assert find(FOUR, what, not_before=date(2026, 8, 5)) is None
    assert find(FOUR, what, not_before=date(2026, 8, 4)) is not None


def test_new_staff_have_their_own_threshold() -> None:
    what = rule(periods={"at_least": 9}, new_staff={"under_months": 6, "periods": {"at_least": 2}})
    new = find(FOUR, what, employee=Employee(employment_start=date(2026, 3, 1)))
    assert new is not None
    assert new.reason.new_staff
    assert find(FOUR, what, employee=Employee(employment_start=date(2025, 3, 1))) is None
    assert find(FOUR, what) is None


def test_seniority_ends_on_the_day_the_months_have_passed() -> None:
    what = rule(periods={"at_least": 9}, new_staff={"under_months": 6, "periods": {"at_least": 4}})
    one_day = [*FOUR[:3], spell("2026-08-03")]
    for start, is_new in ((date(2026, 2, 4), True), (date(2026, 2, 3), False)):
        found = find(one_day, what, employee=Employee(employment_start=start))
        assert (found is not None) is is_new


def test_a_talk_on_the_last_sick_day_covers_it() -> None:
    what = rule(periods={"at_least": 4})
    for day, covered in ((4, True), (3, False)):
        talk = [Held(Kind.TRIVSELSSAMTALE, date(2026, 8, day))]
        assert (find(FOUR, what, held=talk) is None) is covered


def test_an_absence_too_short_to_be_a_period_triggers_no_period_rule() -> None:
    what = rule(periods={"at_least": 2}, period={"min_days": 2})
    talk = [Held(Kind.TRIVSELSSAMTALE, date(2026, 8, 10))]
    assert find([*FOUR, spell("2026-08-20")], what, date(2026, 8, 24), held=talk) is None
    assert find([*FOUR, spell("2026-08-20", 2)], what, date(2026, 8, 24), held=talk) is not None


def test_arbejdsdage_are_the_callers() -> None:
    half = [Spell(s.first_day, s.last_day, s.category, lambda day: 0.5) for s in FOUR]
    given_days = {date(2026, 8, 3): 0.9, date(2026, 8, 4): 0.7}
    half[3] = Spell(FOUR[3].first_day, FOUR[3].last_day, "egen-sygdom", given_days)
    found = find(half, rule(days={"at_least": 4, "count": "working"}))
    assert found is not None
    assert found.reason.text == "4,6 arbejdsdage siden 3. marts"
    with pytest.raises(ValueError, match="arbejdsdage"):
        find(FOUR, rule(days={"at_least": 4, "count": "working"}))


def test_due_can_count_working_days_and_moves_back_from_a_holiday() -> None:
    # Last sick day Monday 2 March 2026; 35 days later is Easter Monday.
    history = [spell("2026-03-02")]
    calendar = find(history, rule(periods={"at_least": 1}, due_after_days=35), date(2026, 3, 10))
    working = find(
        history, rule(periods={"at_least": 1}, due_after_days=5, due_count="working"), date(2026, 3, 10)
    )
    assert calendar is not None
    assert calendar.due == date(2026, 4, 1)
    assert working is not None
    assert working.due == date(2026, 3, 9)


def test_presets_and_advice_above_target() -> None:
    short = [spell("2026-06-01", 14), spell("2026-07-01"), spell("2026-08-03", 2)]
    industri = PRESETS["industri"].pattern[0]
    assert find(short, industri) is not None
    assert find([spell("2026-06-01", 15), *short[1:]], industri) is None
    aarhus = PRESETS["aarhus"].pattern[0]
    assert find([spell("2026-06-01", 14)], aarhus) is not None
    assert find([spell("2026-06-01", 13)], aarhus) is None
    advice = rule(periods={"at_least": 4}, mandatory="above_target")
    for above in (True, False):
        found = find(FOUR, advice, employee=Employee(unit_above_target=above))
        assert found is not None
        assert found.mandatory is above


def test_deadlines_for_replanning() -> None:
    ruleset = from_json(
        {
            "version": 1,
            "pattern": [
                {"key": "perioder", "periods": {"at_least": 4}, "within": {"months": 12}},
                {"key": "dage", "days": {"at_least": 8}, "within": {"months": 12}, "actor": "hr"},
            ],
        }
    )
    found = plan_patterns(FOUR, ruleset, BACK, holidays=HOLIDAYS)
    trigger = date(2026, 8, 3)
    assert [d.stable_key for d in found] == [("perioder", 1, trigger), ("dage", 1, trigger)]
    assert [d.actor.value for d in found] == ["leader", "hr"]
    assert found[0].reason_text == "4 perioder siden 3. marts."
    assert {d.kind for d in found} == {Kind.TRIVSELSSAMTALE}
    left = plan_patterns(FOUR, ruleset, BACK, holidays=HOLIDAYS, handled=[("perioder", trigger)])
    assert [d.key for d in left] == ["dage"]

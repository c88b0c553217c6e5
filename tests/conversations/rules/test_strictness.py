"""Local rules against their parent's: by example, and against what the two plan for the same absence."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from conversations.rules.codec import from_json
from conversations.rules.model import FLOOR_KEY, Kind, RuleSet, Span, SpanUnit, Step
from conversations.rules.patterns import Spell, find_pattern
from conversations.rules.planning import Absence, plan
from conversations.rules.presets import PRESETS
from conversations.rules.strictness import longer_or_equal, stricter
from tests.conversations.rules.strategies import HOLIDAYS, absences, rule_sets

SAMTALE: dict[str, Any] = {"key": "samtale", "kind": "samtale", "timing": "by", "day": 14}
TRIVSEL: dict[str, Any] = {
    "key": "trivsel",
    "periods": {"at_least": 5},
    "days": {"at_least": 14},
    "within": {"months": 12},
    "quiet": {"months": 3},
}


def rules(during: list[dict[str, Any]] | None = None, pattern: list[dict[str, Any]] | None = None) -> RuleSet:
    return from_json({"version": 1, "during": during or [], "pattern": pattern or []})


def changed(rule: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (rule | changes).items() if value is not None}


@pytest.mark.parametrize("preset", PRESETS)
def test_no_set_is_weaker_than_itself_or_the_law(preset: str) -> None:
    assert stricter(PRESETS[preset], PRESETS[preset]) == []
    assert stricter(PRESETS[preset], PRESETS["lovens-minimum"]) == []


STRICTER_STEPS: list[dict[str, Any]] = [
    {},
    {"day": 10},
    {"day": 10, "timing": "on"},
    {"day": 10, "count": "working"},  # without holidays never later than day 14
    {"timing": "window", "from": 7},
    {"actor": "hr"},
    {"repeat": {"weeks": 4}},
]
WEAKER_STEPS: list[tuple[dict[str, Any], str]] = [
    ({"day": 15}, "kan ligge senere"),
    ({"timing": "on"}, "kan ligge senere"),
    ({"move": "none"}, "kan ligge senere"),
    ({"day": 11, "count": "working"}, "kan ligge senere"),
    ({"day": None, "months": 1}, "kan ligge senere"),
    ({"mandatory": "above_target"}, "mindre forpligtende"),
    ({"categories": ["egen-sygdom"]}, "færre slags fravær"),
    ({"expected_beyond_day": 14}, "længere ventet fravær"),
    ({"skip_if_terminated": True}, "undtager opsagte"),
    ({"skip_if_employment_ends_within_days": 30}, "ansættelse ophører"),
    ({"settled_by": {"kinds": ["kontakt"]}}, "dækkes af en anden samtale"),
]


@pytest.mark.parametrize("changes", STRICTER_STEPS)
def test_stricter_steps(changes: dict[str, Any]) -> None:
    assert stricter(rules([changed(SAMTALE, changes)]), rules([SAMTALE])) == []


@pytest.mark.parametrize(("changes", "reason"), WEAKER_STEPS)
def test_weaker_steps(changes: dict[str, Any], reason: str) -> None:
    (weakness,) = stricter(rules([changed(SAMTALE, changes)]), rules([SAMTALE]))
    assert weakness.parent_key == "samtale"
    assert reason in weakness.text
    assert weakness.text.startswith("»Lederen holder sygefraværssamtale senest dag 14« er ikke opfyldt")


def test_holidays_make_working_days_later() -> None:
    local = rules([changed(SAMTALE, {"day": 10, "count": "working"})])
    assert stricter(local, rules([SAMTALE]), holidays=HOLIDAYS) != []


def test_a_missing_or_doubled_step() -> None:
    parent = rules(
        [SAMTALE, SAMTALE | {"key": "anden", "day": 20}, SAMTALE | {"key": "ring", "kind": "kontakt"}]
    )
    (few, missing) = stricter(rules([SAMTALE | {"day": 1}]), parent)
    assert "for få regler" in few.text
    assert (
        missing.text
        == "Der mangler en regel, der svarer til »Lederen ringer til medarbejderen senest dag 14«."
    )


def test_each_local_rule_is_matched_where_it_is_needed() -> None:
    """The early talk must be kept for the early demand, in whichever order the rules stand."""
    parent = rules([SAMTALE | {"day": 20}, SAMTALE | {"key": "b", "day": 5}])
    local = rules([SAMTALE | {"day": 5}, SAMTALE | {"key": "b", "day": 20}])
    assert stricter(local, parent) == []


def test_repetition() -> None:
    parent = rules([SAMTALE | {"repeat": {"days": 28, "times": 4}}])
    for repeat in ({"days": 28}, {"weeks": 4, "times": 4}, {"days": 14, "times": 9}):
        assert stricter(rules([SAMTALE | {"repeat": repeat}]), parent) == []
    for repeat in ({"days": 29}, {"months": 1}, {"days": 28, "times": 3}):
        assert stricter(rules([SAMTALE | {"repeat": repeat}]), parent) != []
    assert stricter(rules([SAMTALE]), parent) != []


def test_a_step_has_the_conditions_of_the_step_it_counts_from() -> None:
    late: dict[str, Any] = {"key": "plan", "kind": "handleplan", "timing": "by", "days_after": 10}
    parent = rules([late | {"days_after": 40}])
    chain = [SAMTALE, late | {"after": "samtale"}]
    assert stricter(rules(chain), parent) == []
    narrow = [SAMTALE | {"categories": ["egen-sygdom"]}, late | {"after": "samtale"}]
    assert "færre slags fravær" in stricter(rules(narrow), parent)[0].text


PATTERNS_OK: list[dict[str, Any]] = [
    {},
    {"periods": {"at_least": 4}},
    {"periods": {"more_than": 4}},
    {"days": {"more_than": 13}},
    {"within": {"days": 366}},
    {"within": {"months": 18}},
    {"quiet": {"days": 89}},
    {"quiet": None},
    {"new_staff": {"under_months": 6, "periods": {"at_least": 3}, "days": {"at_least": 7}}},
]
PATTERNS_WEAKER: list[tuple[dict[str, Any], str]] = [
    ({"periods": {"at_least": 6}}, "højere grænse"),
    ({"periods": {"more_than": 5}}, "højere grænse"),
    ({"days": None}, "højere grænse"),
    ({"days": {"at_least": 14, "count": "working"}}, "højere grænse"),
    ({"combine": "all"}, "højere grænse"),
    ({"new_staff": {"under_months": 6, "periods": {"at_least": 3}}}, "højere grænse"),
    ({"within": {"days": 365}}, "kortere tid"),
    ({"within": {"months": 11}}, "kortere tid"),
    ({"quiet": {"days": 92}}, "længere pause"),
    ({"period": {"min_days": 2}}, "færre perioder"),
    ({"period": {"max_days": 30}}, "færre perioder"),
    ({"due_after_days": 15}, "senere frist"),
    ({"due_count": "working"}, "senere frist"),
    ({"move": "next"}, "senere frist"),
    ({"settled_by": ["samtale"]}, "dækkes af en anden samtale"),
    ({"enabled": False}, "mangler en regel"),
]


@pytest.mark.parametrize("changes", PATTERNS_OK)
def test_stricter_patterns(changes: dict[str, Any]) -> None:
    assert stricter(rules(pattern=[changed(TRIVSEL, changes)]), rules(pattern=[TRIVSEL])) == []


@pytest.mark.parametrize(("changes", "reason"), PATTERNS_WEAKER)
def test_weaker_patterns(changes: dict[str, Any], reason: str) -> None:
    (weakness,) = stricter(rules(pattern=[changed(TRIVSEL, changes)]), rules(pattern=[TRIVSEL]))
    assert reason in weakness.text


def test_arbejdsdage_are_met_by_as_many_calendar_days() -> None:
    parent = rules(pattern=[changed(TRIVSEL, {"days": {"at_least": 14, "count": "working"}})])
    assert stricter(rules(pattern=[TRIVSEL]), parent) == []
    more = changed(TRIVSEL, {"days": {"more_than": 13, "count": "working"}})
    assert stricter(rules(pattern=[more]), parent) == []


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Span(6, SpanUnit.MONTHS), Span(180, SpanUnit.DAYS), True),
        (Span(180, SpanUnit.DAYS), Span(6, SpanUnit.MONTHS), False),
        (Span(184, SpanUnit.DAYS), Span(6, SpanUnit.MONTHS), True),
        (Span(2, SpanUnit.WEEKS), Span(14, SpanUnit.DAYS), True),
    ],
)
def test_lengths_of_time(one: Span, other: Span, expected: bool) -> None:
    assert longer_or_equal(one, other) is expected


# Against the plans themselves


@st.composite
def variants(draw: st.DrawFn, parent: RuleSet) -> RuleSet:
    """A local set near its parent: steps dropped, earlier, later, moved otherwise or widened."""
    during: list[Step] = []
    for step in parent.during:
        value = max(1, step.offset.value + draw(st.sampled_from([-2, -1, 0, 0, 0, 3])))
        window = None if step.window_start is None else min(step.window_start, value - 1)
        if step.window_start is not None and window == 0:
            return parent
        during.append(
            replace(
                step,
                offset=replace(step.offset, value=value),
                window_start=window,
                move=draw(st.sampled_from([step.move, None])),
                categories=draw(st.sampled_from([step.categories, None])),
                enabled=step.enabled,
            )
        )
    needed = {step.after for step in during}
    if during and during[-1].key not in needed and draw(st.integers(0, 5)) == 0:
        during.pop()
    return RuleSet(during=tuple(during), pattern=parent.pattern)


@settings(deadline=None, max_examples=15)
@given(st.data(), rule_sets(3, least=1), st.lists(absences(), min_size=1, max_size=5))
def test_a_set_found_stricter_never_plans_less(
    data: st.DataObject, parent: RuleSet, cases: list[Absence]
) -> None:
    local = data.draw(variants(parent))
    verdict = stricter(local, parent, holidays=HOLIDAYS, start=date(2026, 1, 1))
    event("weaker" if verdict else "stricter")
    if verdict:
        return
    # What another talk may settle asks for no row of its own.
    own = {step.key for step in parent.during if step.settled_by is None}
    for absence in cases:
        until = absence.first_day + timedelta(days=150)
        for kind in Kind:
            asked = [
                d.due
                for d in plan(absence, parent, holidays=HOLIDAYS, until=until)
                if d.kind is kind and d.key in own
            ]
            given_days = [
                d.due
                for d in plan(absence, local, holidays=HOLIDAYS, until=until)
                if d.kind is kind and d.key != FLOOR_KEY
            ]
            assert len(given_days) >= len(asked)
            assert all(mine <= theirs for mine, theirs in zip(given_days, asked, strict=False))


def test_a_stricter_pattern_fires_whenever_the_parent_does() -> None:
    parent = rules(pattern=[TRIVSEL]).pattern[0]
    start = date(2026, 1, 5)
    for gap in range(5, 110, 3):
        for length in (1, 2, 3, 6):
            history = [
                Spell(start + timedelta(days=gap * n), start + timedelta(days=gap * n + length - 1))
                for n in range(7)
            ]
            on = start + timedelta(days=gap * 6 + length + 1)
            for changes in PATTERNS_OK:
                local = rules(pattern=[changed(TRIVSEL, changes)]).pattern[0]
                if find_pattern(history, parent, on) is not None:
                    assert find_pattern(history, local, on) is not None, changes

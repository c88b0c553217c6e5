"""JSON in and out: exact both ways, and clear about what is wrong."""

import json
from typing import Any

import pytest
from hypothesis import given

from conversations.rules.codec import dumps, from_json, loads, to_json
from conversations.rules.errors import RuleError
from conversations.rules.model import RuleSet
from tests.conversations.rules.strategies import rule_sets

STEP: dict[str, Any] = {"key": "samtale-14", "kind": "samtale", "timing": "by", "day": 14}
PATTERN: dict[str, Any] = {"key": "trivsel", "periods": {"at_least": 5}, "within": {"months": 12}}


@given(rule_sets())
def test_every_rule_set_round_trips(rules: RuleSet) -> None:
    data = to_json(rules)
    assert from_json(data) == rules
    assert loads(dumps(rules)) == rules
    assert to_json(from_json(data)) == data == json.loads(json.dumps(data))


def test_defaults_written_out_mean_the_same() -> None:
    explicit = STEP | {"count": "calendar", "actor": "leader", "mandatory": "always", "enabled": True}
    assert from_json({"version": 1, "during": [explicit]}) == from_json({"version": 1, "during": [STEP]})


def step(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (STEP | changes).items() if value is not ...}


def pattern(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (PATTERN | changes).items() if value is not ...}


BAD_STEPS = [
    (step(day=0), "day"),
    (step(day=-3), "day"),
    (step(day=1827), "day"),
    (step(day=14.0), "day"),
    (step(day=True), "day"),
    (step(day="14"), "day"),
    (step(day=...), ""),
    (step(weeks=2), "weeks"),
    (step(day=..., weeks=4, count="working"), "count"),
    (step(kind="omsorgssamtale"), "kind"),
    (step(kind="trivselssamtale"), "kind"),
    (step(kind=["samtale"]), "kind"),
    (step(key=...), "key"),
    (step(key="Samtale 14"), "key"),
    (step(key="lov-28"), "key"),
    (step(key=7), "key"),
    (step(dag=14), "dag"),
    (step(actor=None), "actor"),
    (step(enabled=1), "enabled"),
    (step(**{"from": 7}), "from"),
    (step(timing="window"), "from"),
    (step(timing="window", **{"from": 14}), "from"),
    (step(after="samtale-14"), "after"),
    (step(repeat={"days": 0}), "repeat.days"),
    (step(repeat={"days": 7, "times": 1}), "repeat.times"),
    (step(repeat={"days": 7, "weeks": 1}), "repeat.weeks"),
    (step(repeat=7), "repeat"),
    (step(repeat={"days": 7}, settled_by={"kinds": ["samtale"]}), "settled_by.within_days"),
    (step(categories=[]), "categories"),
    (step(categories=["a", "a"]), "categories"),
    (step(categories=["a", 3]), "categories[1]"),
    (step(categories="a"), "categories"),
    (step(expected_beyond_day=0), "expected_beyond_day"),
]
BAD_PATTERNS = [
    (pattern(periods=...), ""),
    (pattern(periods={"at_least": 0}), "periods.at_least"),
    (pattern(periods={"at_least": 5, "more_than": 5}), "periods.more_than"),
    (pattern(periods={"at_least": 5, "count": "working"}), "periods.count"),
    (pattern(within=...), "within"),
    (pattern(within={"months": 61}), "within.months"),
    (pattern(within={"months": 12, "of": 1}), "within.of"),
    (pattern(combine="all"), "combine"),
    (pattern(period={"min_days": 5, "max_days": 2}), "period.max_days"),
    (pattern(new_staff={"periods": {"at_least": 3}}), "new_staff.under_months"),
    (pattern(new_staff={"under_months": 6}), "new_staff"),
    (pattern(due_after_days=0), "due_after_days"),
    (pattern(settled_by=["besøg"]), "settled_by[0]"),
]


@pytest.mark.parametrize(("bad", "where"), BAD_STEPS)
def test_a_bad_step_is_named(bad: dict[str, Any], where: str) -> None:
    good = {"key": "foerst", "kind": "kontakt", "timing": "on", "day": 1}
    check({"version": 1, "during": [good, bad]}, f"during[1].{where}".rstrip("."))


@pytest.mark.parametrize(("bad", "where"), BAD_PATTERNS)
def test_a_bad_pattern_is_named(bad: dict[str, Any], where: str) -> None:
    check({"version": 1, "pattern": [bad]}, f"pattern[0].{where}".rstrip("."))


@pytest.mark.parametrize(
    ("bad", "where"),
    [
        ({}, "version"),
        ({"version": 2}, "version"),
        ({"version": True}, "version"),
        ({"version": 1, "rules": []}, "rules"),
        ({"version": 1, "during": {}}, "during"),
        ({"version": 1, "during": [3]}, "during[0]"),
        ({"version": 1, "during": [STEP, STEP]}, "during[1].key"),
        ({"version": 1, "during": [STEP | {"key": "trivsel"}], "pattern": [PATTERN]}, "pattern[0].key"),
        ({"version": 1, "name": "x" * 81}, "name"),
    ],
)
def test_a_bad_set_is_named(bad: dict[str, Any], where: str) -> None:
    check(bad, where)


def check(bad: dict[str, Any], where: str) -> None:
    with pytest.raises(RuleError) as caught:
        from_json(bad)
    assert caught.value.path == where
    assert str(caught.value).startswith(f"{where}: ")
    assert caught.value.message.endswith(".")


def test_a_step_may_not_count_from_one_that_is_off() -> None:
    off = step(key="slukket", enabled=False)
    check({"version": 1, "during": [off, step(day=..., weeks=1, after="slukket")]}, "during[1].after")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "{'version': 1}",
        '{"version": NaN}',
        '{"version": 1, "version": 1}',
        "[" * 100_000,
        "3",
        "9" * 5000,
    ],
)
def test_text_that_is_no_rule_set(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        loads(text)
    assert caught.value.message.endswith(".")

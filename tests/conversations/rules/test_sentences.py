"""Rules as Danish sentences with their changeable parts marked, and the labels."""

from typing import Any

import pytest
from hypothesis import given, settings

from conversations.rules import labels
from conversations.rules import model as m
from conversations.rules.codec import from_json
from conversations.rules.presets import PRESETS
from conversations.rules.sentences import plain, sentence
from tests.conversations.rules.strategies import rule_sets


def text(*during: dict[str, Any], **pattern: Any) -> str:
    steps = [{"key": f"skridt-{n}", "timing": "by"} | step for n, step in enumerate(during)]
    data = {"version": 1, "during": steps, "pattern": [{"key": "trivsel"} | pattern] if pattern else []}
    rules = from_json(data)
    return plain(sentence((*rules.during, *rules.pattern)[-1], rules))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            {"kind": "samtale", "day": 14, "expected_beyond_day": 14},
            "Lederen holder sygefraværssamtale senest dag 14, dog kun hvis fraværet ventes at vare mere end 14 dage.",
        ),
        (
            {"kind": "samtale", "timing": "on", "day": 29, "repeat": {"days": 28}},
            "Lederen holder sygefraværssamtale på dag 29, derefter hver 28. dag, til medarbejderen er fuldt tilbage.",
        ),
        (
            {"kind": "kontakt", "timing": "on", "day": 8, "actor": "employee", "repeat": {"weeks": 1}},
            "Medarbejderen ringer til lederen på dag 8, derefter hver uge, til medarbejderen er fuldt tilbage.",
        ),
        (
            {"kind": "refusion", "actor": "hr", "weeks": 5},
            "HR søger refusion senest 5 uger efter første sygedag.",
        ),
        (
            {"kind": "kontakt", "timing": "window", "from": 1, "weeks": 2},
            "Lederen ringer til medarbejderen mellem 1 og 2 uger efter første sygedag.",
        ),
        (
            {"kind": "dokumentation", "actor": "employee", "day": 5, "count": "working"},
            "Medarbejderen sender dokumentation til lederen senest arbejdsdag 5.",
        ),
        (
            {"kind": "rundbordssamtale", "months": 3, "skip_if_terminated": True, "mandatory": "never"},
            "Lederen holder rundbordssamtale senest 3 måneder efter første sygedag, dog ikke ved opsigelse (anbefaling).",
        ),
        (
            {"kind": "samtale", "day": 14, "actor": "co_leader", "categories": ["egen sygdom", "§ 56"]},
            "Lederen sammen med en lederkollega holder sygefraværssamtale senest dag 14, kun ved egen sygdom eller § 56.",
        ),
    ],
)
def test_steps(step: dict[str, Any], expected: str) -> None:
    assert text(step) == expected


def test_a_step_counting_from_another_names_it() -> None:
    first = {"kind": "samtale", "day": 14}
    assert text(first, {"kind": "handleplan", "weeks": 2, "after": "skridt-0"}) == (
        "Lederen laver handleplan sammen med medarbejderen senest 2 uger efter sygefraværssamtalen senest dag 14."
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"periods": {"at_least": 5}, "days": {"at_least": 14}, "quiet": {"months": 3}},
            "Lederen tilbyder trivselssamtale ved 5 perioder eller 14 sygedage inden for 12 måneder, senest 14 dage "
            "efter sidste sygedag, men ikke før 3 måneder efter den seneste samtale.",
        ),
        (
            {
                "periods": {"more_than": 3},
                "period": {"min_days": 2},
                "new_staff": {"under_months": 9, "periods": {"at_least": 2}},
            },
            "Lederen tilbyder trivselssamtale ved mere end 3 perioder på mindst 2 dage inden for 12 måneder, dog ved "
            "2 perioder på mindst 2 dage de første 9 måneder af ansættelsen, senest 14 dage efter sidste sygedag.",
        ),
    ],
)
def test_patterns(fields: dict[str, Any], expected: str) -> None:
    assert text(within={"months": 12}, **fields) == expected


def test_the_slots_of_a_sentence() -> None:
    skive = PRESETS["skive"].during[0]
    assert sentence(skive) == [
        ("Lederen", "actor"),
        (" ", None),
        ("ringer", "kind"),
        (" til medarbejderen", None),
        (" ", None),
        ("mellem", "timing"),
        (" ", None),
        ("dag 7", "window_start"),
        (" og ", None),
        ("dag 14", "offset"),
        (".", None),
    ]
    assert sentence(m.FLOOR) == [("Lederen holder samtale senest fire uger efter første sygedag.", None)]


@settings(deadline=None, max_examples=40)
@given(rule_sets())
def test_every_rule_has_a_tidy_sentence(rules: m.RuleSet) -> None:
    for rule in (*rules.during, *rules.pattern):
        parts = sentence(rule, rules)
        whole = plain(parts)
        assert whole[0].isupper()
        assert whole.endswith(".")
        assert "  " not in whole
        assert " ," not in whole
        assert all(part for part, _ in parts)
        slots = [slot for _, slot in parts if slot is not None]
        assert len(set(slots)) == len(slots)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (labels.KINDS, m.Kind),
        (labels.DEFINITE, m.Kind),
        (labels.ACTORS, m.Actor),
        (labels.TIMINGS, m.Timing),
        (labels.MOVES, m.Move),
        (labels.MANDATORY, m.Mandatory),
        (labels.STATUSES, m.Status),
        (labels.WAIVER_REASONS, m.WaiverReason),
        (labels.MEETING_FORMS, m.MeetingForm),
    ],
)
def test_every_code_has_a_word(words: dict[str, str], codes: Any) -> None:
    assert set(words) == set(codes)
    assert all(words.values())


def test_danish_numbers() -> None:
    assert [labels.number(value) for value in (1, 12.5, 1234.5, 3.04)] == ["1", "12,5", "1.234,5", "3"]
    assert labels.listed(["a", "b", "c"]) == "a, b og c"

"""Due dates of every preset, worked out by hand from a 2026 calendar with Denmark's public holidays."""

from datetime import date

import pytest

from conversations.rules import labels
from conversations.rules.codec import dumps, from_json, loads, to_json
from conversations.rules.planning import Absence, plan
from conversations.rules.presets import PRESETS
from tests.conversations.rules.strategies import HOLIDAYS

MONDAY = "2026-01-12"
SATURDAY = "2026-01-17"
MAUNDY_THURSDAY = "2026-04-02"
INTO_EASTER = "2026-03-09"  # four weeks later is Easter Monday
INTO_CHRISTMAS = "2026-12-14"

FOUR_WEEKS = {
    MONDAY: "02-09",
    SATURDAY: "02-13",
    MAUNDY_THURSDAY: "04-30",
    INTO_EASTER: "04-01",
    INTO_CHRISTMAS: "01-11",
}
DAY_14_BY = {
    MONDAY: "01-23",
    SATURDAY: "01-30",
    MAUNDY_THURSDAY: "04-15",
    INTO_EASTER: "03-20",
    INTO_CHRISTMAS: "12-24",
}
# Due days besides the four weeks, in the order of the preset's steps.
STEPS = {
    ("lovens-minimum", MONDAY): [],
    ("1-4-15", MONDAY): ["01-12", "01-15", "01-26"],
    ("1-4-15", SATURDAY): ["01-19", "01-20", "02-02"],
    ("1-4-15", MAUNDY_THURSDAY): ["04-07", "04-07", "04-16"],
    ("1-4-15", INTO_EASTER): ["03-09", "03-12", "03-23"],
    ("1-4-15", INTO_CHRISTMAS): ["12-14", "12-17", "12-28"],
    ("1-5-14", MONDAY): ["01-12", "01-16", "01-26"],
    ("1-5-14", SATURDAY): ["01-19", "01-21", "01-30"],
    ("1-5-14", MAUNDY_THURSDAY): ["04-07", "04-07", "04-15"],
    ("1-5-14", INTO_EASTER): ["03-09", "03-13", "03-23"],
    ("1-5-14", INTO_CHRISTMAS): ["12-14", "12-18", "12-28"],
    ("koege", MONDAY): ["01-14", "01-19", DAY_14_BY[MONDAY]],
    ("koege", SATURDAY): ["01-19", "01-26", DAY_14_BY[SATURDAY]],
    ("koege", MAUNDY_THURSDAY): ["04-07", "04-09", DAY_14_BY[MAUNDY_THURSDAY]],
    ("koege", INTO_EASTER): ["03-11", "03-16", DAY_14_BY[INTO_EASTER]],
    ("koege", INTO_CHRISTMAS): ["12-16", "12-21", DAY_14_BY[INTO_CHRISTMAS]],
    ("hoeje-taastrup", MONDAY): ["01-26"],
    ("hoeje-taastrup", SATURDAY): ["01-30"],
    ("hoeje-taastrup", MAUNDY_THURSDAY): ["04-16"],
    ("hoeje-taastrup", INTO_EASTER): ["03-23"],
    ("hoeje-taastrup", INTO_CHRISTMAS): ["12-28"],
    ("industri", MONDAY): ["01-16", "01-26", "03-09"],
    ("industri", SATURDAY): ["01-21", "02-02", "03-13"],
    ("industri", MAUNDY_THURSDAY): ["04-07", "04-16", "05-28"],
    ("industri", INTO_EASTER): ["03-13", "03-23", "05-04"],
    ("industri", INTO_CHRISTMAS): ["12-18", "12-28", "02-08"],
} | {
    (preset, first): days
    for first, day_14 in DAY_14_BY.items()
    for preset, days in (("aarhus", [day_14]), ("skive", [day_14]), ("lovens-minimum", []))
}


def test_the_table_covers_every_preset_and_start() -> None:
    assert set(STEPS) == {(preset, first) for preset in PRESETS for first in FOUR_WEEKS}


@pytest.mark.parametrize(("preset", "first"), sorted(STEPS))
def test_due_days(preset: str, first: str) -> None:
    absence = Absence(first_day=date.fromisoformat(first))
    planned = plan(absence, PRESETS[preset], holidays=HOLIDAYS, until=date(2027, 12, 31))
    statutory = [d for d in planned if d.statutory]
    assert [f"{d.due:%m-%d}" for d in statutory] == [FOUR_WEEKS[first]]
    assert statutory[0].mandatory
    by_key = {d.key: f"{d.due:%m-%d}" for d in planned if not d.statutory}
    in_order = [by_key.pop(step.key) for step in PRESETS[preset].during if step.key in by_key]
    assert in_order == STEPS[preset, first]
    assert not by_key


@pytest.mark.parametrize(
    ("first", "opens"),
    [
        (MONDAY, "2026-01-19"),
        (SATURDAY, "2026-01-23"),
        (MAUNDY_THURSDAY, "2026-04-08"),
        (INTO_EASTER, "2026-03-16"),
        (INTO_CHRISTMAS, "2026-12-21"),
    ],
)
def test_skives_window_opens_on_day_7(first: str, opens: str) -> None:
    absence = Absence(first_day=date.fromisoformat(first))
    contact = plan(absence, PRESETS["skive"], holidays=HOLIDAYS, until=date(2027, 12, 31))[0]
    assert contact.earliest == date.fromisoformat(opens)


@pytest.mark.parametrize(("above", "mandatory"), [(None, False), (False, False), (True, True)])
def test_hoeje_taastrup_asks_for_more_above_the_target(above: bool | None, mandatory: bool) -> None:
    absence = Absence(first_day=date(2026, 1, 12), unit_above_target=above)
    planned = plan(absence, PRESETS["hoeje-taastrup"], holidays=HOLIDAYS, until=date(2026, 12, 31))
    assert [(d.key, d.mandatory) for d in planned] == [
        ("samtale-2-uger", mandatory),
        ("samtale-4-uger", True),
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_round_trip(preset: str) -> None:
    rules = PRESETS[preset]
    assert from_json(to_json(rules)) == rules
    assert loads(dumps(rules)) == rules
    assert to_json(loads(dumps(rules))) == to_json(rules)


def test_every_preset_has_its_key_and_name() -> None:
    assert list(PRESETS) == list(labels.PRESETS)
    for key, rules in PRESETS.items():
        assert (rules.based_on, rules.name) == (key, labels.PRESETS[key])

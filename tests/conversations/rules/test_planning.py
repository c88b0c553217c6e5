"""Steps during an absence: the statutory floor, conditions, counting, repetition, and who settles what."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.rules.codec import from_json
from conversations.rules.model import FLOOR_KEY, Kind, RuleSet, Status
from conversations.rules.planning import Absence, Held, PlannedDeadline, plan, status, step_of
from conversations.rules.presets import PRESETS
from tests.conversations.rules.strategies import HOLIDAYS, absences, rule_sets

MONDAY = date(2026, 1, 12)
UNTIL = date(2026, 12, 31)
EMPTY = RuleSet()


def rules(*steps: dict[str, Any]) -> RuleSet:
    defaults = {"kind": "kontakt", "timing": "on"}
    return from_json(
        {
            "version": 1,
            "during": [{"key": f"skridt-{number}"} | defaults | step for number, step in enumerate(steps)],
        }
    )


def planned(
    ruleset: RuleSet, absence: Absence | None = None, *, until: date = UNTIL, **more: Any
) -> list[PlannedDeadline]:
    return plan(absence or Absence(first_day=MONDAY), ruleset, holidays=HOLIDAYS, until=until, **more)


def days(ruleset: RuleSet, absence: Absence | None = None, **more: Any) -> list[str]:
    """Due days of everything but the floor."""
    return [f"{d.due:%m-%d}" for d in planned(ruleset, absence, **more) if d.key != FLOOR_KEY]


# The statutory floor


def test_the_floor_stands_without_any_rule() -> None:
    (floor,) = planned(EMPTY)
    assert (floor.key, floor.kind, floor.due) == (FLOOR_KEY, Kind.SAMTALE, date(2026, 2, 9))
    assert floor.statutory
    assert floor.mandatory


@pytest.mark.parametrize(("weeks_employed", "needed"), [(55, False), (56, False), (57, True)])
@pytest.mark.parametrize("preset", ["lovens-minimum", "hoeje-taastrup", "1-4-15"])
def test_no_floor_if_the_employment_ends_within_eight_weeks(
    preset: str, weeks_employed: int, needed: bool
) -> None:
    absence = Absence(first_day=MONDAY, employment_end=MONDAY + timedelta(days=weeks_employed))
    found = planned(PRESETS[preset], absence)
    assert [d.due for d in found if d.statutory] == ([date(2026, 2, 9)] if needed else [])
    assert date(2026, 2, 9) not in [d.due for d in found if not d.statutory]


@pytest.mark.parametrize("offset", [{"weeks": 4}, {"day": 29}, {"days_after": 28}])
def test_a_step_of_exactly_four_weeks_is_the_floor(offset: dict[str, int]) -> None:
    (only,) = planned(rules(offset | {"kind": "samtale", "timing": "by", "mandatory": "never"}))
    assert (only.key, only.statutory, only.mandatory) == ("skridt-0", True, True)
    assert "anbefalet" not in only.reason_text


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "samtale", "timing": "by", "day": 28},
        {"kind": "samtale", "timing": "by", "day": 30},
        {"kind": "kontakt", "timing": "by", "weeks": 4},
        {"kind": "samtale", "timing": "by", "months": 1},
        {"kind": "samtale", "timing": "by", "weeks": 4, "enabled": False},
        {"kind": "samtale", "timing": "by", "weeks": 4, "categories": ["barns-sygedag"]},
    ],
)
def test_another_step_leaves_the_floor_its_own_row(step: dict[str, Any]) -> None:
    assert [d.key for d in planned(rules(step)) if d.statutory] == [FLOOR_KEY]


def test_a_four_week_step_that_moves_past_the_law_leaves_the_floor() -> None:
    saturday = Absence(first_day=date(2026, 1, 17))
    on_the_day = rules({"kind": "samtale", "timing": "on", "weeks": 4})
    assert [(d.key, f"{d.due:%m-%d}", d.statutory) for d in planned(on_the_day, saturday)] == [
        (FLOOR_KEY, "02-13", True),
        ("skridt-0", "02-16", False),
    ]
    unmoved = rules({"kind": "samtale", "timing": "by", "weeks": 4, "move": "none"})
    assert [(d.key, f"{d.due:%m-%d}", d.statutory) for d in planned(unmoved, saturday)] == [
        ("skridt-0", "02-14", True)
    ]


@pytest.mark.parametrize(
    ("held", "settled"),
    [
        (Held(Kind.SAMTALE, date(2026, 1, 20), "samtale-14", 1), True),
        (Held(Kind.SAMTALE, date(2026, 2, 9)), True),
        (Held(Kind.SAMTALE, date(2026, 2, 10)), False),
        (Held(Kind.SAMTALE, date(2026, 1, 11)), False),
        (Held(Kind.KONTAKT, date(2026, 1, 20)), False),
    ],
)
def test_a_talk_held_in_time_settles_the_floor(held: Held, settled: bool) -> None:
    floor = next(d for d in planned(PRESETS["koege"], held=[held]) if d.statutory)
    assert floor.settled_on == (held.on if settled else None)
    expected = Status.HELD if settled else Status.OVERDUE
    assert status(floor, date(2026, 2, 10)) is expected


def test_after_an_early_talk_the_local_four_week_talk_stands_by_its_own_rule() -> None:
    early = Held(Kind.SAMTALE, date(2026, 1, 26), "samtale-2-uger", 1)
    local = next(d for d in planned(PRESETS["hoeje-taastrup"], held=[early]) if d.key == "samtale-4-uger")
    assert (local.statutory, local.mandatory, local.settled_on) == (False, False, None)


def test_the_merged_talk_stays_statutory_when_it_is_held_itself() -> None:
    own = Held(Kind.SAMTALE, date(2026, 2, 9), "samtale-4-uger", 1)
    merged = next(d for d in planned(PRESETS["hoeje-taastrup"], held=[own]) if d.key == "samtale-4-uger")
    assert merged.statutory
    assert merged.mandatory


@settings(deadline=None, max_examples=70)
@given(absences(), rule_sets())
def test_the_law_is_always_kept(absence: Absence, ruleset: RuleSet) -> None:
    """Whatever the rules: one statutory row, due in time, unless exempt or back before it is due."""
    found = planned(ruleset, absence, until=absence.first_day + timedelta(days=200))
    statutory = [d for d in found if d.statutory]
    limit = absence.first_day + timedelta(days=28)
    end, last = absence.employment_end, absence.last_day
    if end is not None and end <= limit + timedelta(days=28):
        assert not statutory
        return
    if last is None or last >= limit:
        assert len(statutory) == 1
    for row in statutory:
        assert row.mandatory
        assert row.kind is Kind.SAMTALE
        assert row.due <= limit


@settings(deadline=None, max_examples=70)
@given(absences(), rule_sets())
def test_every_plan_is_in_order(absence: Absence, ruleset: RuleSet) -> None:
    until = absence.first_day + timedelta(days=200)
    found = planned(ruleset, absence, until=until)
    assert len({d.stable_key for d in found}) == len(found)
    last = min(absence.last_day or date.max, absence.employment_end or date.max)
    for deadline in found:
        assert absence.first_day <= deadline.earliest <= deadline.due <= last
        assert deadline.occurrence == 1 or deadline.due <= until
        assert deadline.kind is step_of(ruleset, deadline.key).kind
        assert deadline.reason_text.endswith(".")
    assert [d.due for d in found] == sorted(d.due for d in found)


# Days, weeks, months, working days


@pytest.mark.parametrize(
    ("step", "due"),
    [
        ({"day": 1}, "01-12"),
        ({"days_after": 14}, "01-26"),
        ({"day": 5, "count": "working"}, "01-16"),
        ({"day": 6, "count": "working"}, "01-19"),
        ({"days_after": 5, "count": "working"}, "01-19"),
        ({"weeks": 2}, "01-26"),
        ({"months": 1}, "02-12"),
        ({"months": 6}, "07-13"),  # 12 July is a Sunday
        ({"days_after": 180}, "07-13"),  # 11 July is a Saturday
        ({"timing": "by", "months": 6}, "07-10"),
    ],
)
def test_counting(step: dict[str, Any], due: str) -> None:
    assert days(rules(step)) == [due]


def test_working_days_skip_holidays_and_begin_on_the_first_one() -> None:
    maundy_thursday = Absence(first_day=date(2026, 4, 2))
    assert days(rules({"day": 1, "count": "working"}), maundy_thursday) == ["04-07"]
    assert days(rules({"day": 4, "count": "working"}), maundy_thursday) == ["04-10"]


@pytest.mark.parametrize(
    ("step", "due"),
    [
        ({"timing": "on", "day": 14, "move": "previous"}, "01-23"),
        ({"timing": "on", "day": 14, "move": "none"}, "01-25"),
        ({"timing": "by", "day": 14, "move": "next"}, "01-26"),
        ({"timing": "by", "day": 14, "move": "none"}, "01-25"),
    ],
)
def test_moves_can_be_changed(step: dict[str, Any], due: str) -> None:
    assert days(rules(step)) == [due]


def test_moving_back_stops_at_the_first_sick_day() -> None:
    saturday = Absence(first_day=date(2026, 1, 17))
    assert days(rules({"timing": "by", "day": 2}), saturday) == ["01-17"]


# What real rule books ask for


@pytest.mark.parametrize(
    ("numbers", "due"),
    [
        ((1, 5, 14, 28), ["01-12", "01-16", "01-26", "02-09"]),
        ((2, 6, 14), ["01-13", "01-19", "01-26"]),
        ((3, 8, 15), ["01-14", "01-19", "01-26"]),
    ],
)
def test_fixed_series(numbers: tuple[int, ...], due: list[str]) -> None:
    assert days(rules(*({"day": number} for number in numbers))) == due


def test_series_then_every_30_days() -> None:
    series = rules({"day": 7}, {"day": 28}, {"day": 60, "repeat": {"days": 30}})
    found = days(series, until=date(2026, 6, 30))
    # 18 Jan, 8 Feb are Sundays; 12 Mar; 11 Apr is a Saturday; 11 May; 10 June
    assert found == ["01-19", "02-09", "03-12", "04-13", "05-11", "06-10"]


def test_weekly_contact_until_the_return() -> None:
    weekly = rules({"day": 8, "repeat": {"weeks": 1}})
    absence = Absence(first_day=MONDAY, last_day=date(2026, 2, 8))
    assert days(weekly, absence) == ["01-19", "01-26", "02-02"]
    numbers = [d.occurrence for d in planned(weekly, absence)]
    assert numbers == [1, 2, 3]


def test_repeated_talk_a_number_of_times_or_until_partial_return() -> None:
    every = {"weeks": 4}
    assert days(rules({"weeks": 4, "repeat": every | {"times": 3}})) == ["02-09", "03-09", "04-07"]
    partly_back = Absence(first_day=MONDAY, partial_return=date(2026, 3, 9))
    stops = rules({"weeks": 4, "repeat": every | {"stop": "partial_return"}})
    assert days(stops, partly_back) == ["02-09"]


def test_a_repeated_talk_carries_the_law_on_the_occurrence_at_four_weeks() -> None:
    found = planned(
        rules({"kind": "samtale", "timing": "by", "weeks": 2, "repeat": {"weeks": 2}}), until=date(2026, 3, 1)
    )
    assert [(d.occurrence, d.statutory) for d in found] == [(1, False), (2, True), (3, False)]


def test_until_is_included_and_only_holds_repetitions_back() -> None:
    weekly = rules({"day": 8, "repeat": {"weeks": 1}}, {"day": 60})
    assert days(weekly, until=date(2026, 1, 26)) == ["01-19", "01-26", "03-12"]
    assert days(weekly, until=date(2026, 1, 25)) == ["01-19", "03-12"]


def test_a_step_counts_from_an_earlier_one() -> None:
    chain = rules({"key": "samtale-14", "day": 15, "kind": "samtale"}, {"weeks": 2, "after": "samtale-14"})
    assert days(chain) == ["01-26", "02-09"]
    held_early = Held(Kind.SAMTALE, date(2026, 1, 21), "samtale-14", 1)
    assert days(chain, held=[held_early]) == ["01-26", "02-04"]


def test_a_step_counting_from_one_that_does_not_apply_is_left_out() -> None:
    chain = rules(
        {"key": "plan", "day": 10, "categories": ["egen-sygdom"]}, {"days_after": 5, "after": "plan"}
    )
    assert days(chain, Absence(first_day=MONDAY, category="barns-sygedag")) == []
    assert len(days(chain, Absence(first_day=MONDAY, category="egen-sygdom"))) == 2


@pytest.mark.parametrize(
    ("absence", "expected"),
    [
        (Absence(first_day=MONDAY), ["01-23"]),
        (Absence(first_day=MONDAY, expected_last_day=date(2026, 1, 25)), []),
        (Absence(first_day=MONDAY, expected_last_day=date(2026, 1, 26)), ["01-23"]),
        (
            Absence(first_day=MONDAY, expected_last_day=date(2026, 1, 20), last_day=date(2026, 1, 26)),
            ["01-23"],
        ),
        (
            Absence(first_day=MONDAY, expected_last_day=date(2026, 2, 20), last_day=date(2026, 1, 24)),
            ["01-23"],
        ),
    ],
)
def test_only_if_expected_to_last(absence: Absence, expected: list[str]) -> None:
    assert days(rules({"timing": "by", "day": 14, "expected_beyond_day": 14}), absence) == expected


def test_an_outlived_expectation_counts_what_has_passed() -> None:
    rule = rules({"timing": "by", "day": 30, "expected_beyond_day": 14})
    absence = Absence(first_day=MONDAY, expected_last_day=date(2026, 1, 20))
    assert days(rule, absence, as_of=date(2026, 1, 25)) == []
    assert days(rule, absence, as_of=date(2026, 1, 26)) == ["02-10"]


def test_exemption_when_terminated() -> None:
    rule = rules({"day": 5, "skip_if_terminated": True})
    assert days(rule, Absence(first_day=MONDAY, terminated=True)) == []
    assert days(rule) == ["01-16"]


def test_one_talk_can_satisfy_two_rules() -> None:
    talk = {"kinds": ["samtale", "rundbordssamtale"], "within_days": 7}
    rule = rules({"day": 15, "settled_by": talk})
    for on, expected in ((19, date(2026, 1, 19)), (18, None), (26, date(2026, 1, 26)), (27, None)):
        held = [Held(Kind.RUNDBORDSSAMTALE, date(2026, 1, on))]
        assert planned(rule, held=held)[0].settled_on == expected


def test_returning_drops_what_is_due_later_and_keeps_the_rest() -> None:
    def keys(last: date) -> list[str]:
        return [d.key for d in planned(PRESETS["koege"], Absence(first_day=MONDAY, last_day=last))]

    assert keys(date(2026, 1, 13)) == []
    assert keys(date(2026, 1, 14)) == ["kontakt-3"]
    assert keys(date(2026, 1, 23)) == ["kontakt-3", "kontakt-8", "samtale-14"]
    assert keys(date(2026, 2, 9))[-1] == FLOOR_KEY


def test_nothing_is_due_after_the_employment() -> None:
    left = Absence(first_day=MONDAY, employment_end=date(2026, 1, 18))
    assert [d.key for d in planned(PRESETS["koege"], left)] == ["kontakt-3"]


def test_an_absence_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="Sidste sygedag"):
        Absence(first_day=MONDAY, last_day=MONDAY - timedelta(days=1))


def test_who_acts_is_carried_along() -> None:
    assert planned(rules({"day": 3, "actor": "employee"}))[0].actor.value == "employee"


def test_the_reason_in_words() -> None:
    found = planned(PRESETS["koege"])
    assert found[2].reason_text == "Dag 14, rykket fra søndag den 25. januar."
    assert found[3].reason_text == "4 uger efter første sygedag, lovens krav om samtale inden fire uger."


# Status

DEADLINE = planned(EMPTY)[0]  # due 9 February


@pytest.mark.parametrize(
    ("on", "window", "expected"),
    [
        (date(2026, 2, 8), 0, Status.COMING),
        (date(2026, 2, 9), 0, Status.DUE),
        (date(2026, 2, 10), 0, Status.OVERDUE),
        (date(2026, 2, 5), 3, Status.COMING),
        (date(2026, 2, 6), 3, Status.DUE),
    ],
)
def test_status_of_an_open_deadline(on: date, window: int, expected: Status) -> None:
    assert status(DEADLINE, on, window=window) is expected


def test_status_of_a_closed_deadline() -> None:
    late = date(2026, 2, 12)
    assert status(DEADLINE, date(2026, 2, 20), held_on=late) is Status.HELD
    assert status(DEADLINE, date(2026, 2, 20), held_on=late, waived=True) is Status.HELD
    assert status(DEADLINE, date(2026, 2, 20), waived=True) is Status.WAIVED
    # Asked about a day before it was held, it was still open.
    assert status(DEADLINE, date(2026, 2, 11), held_on=late) is Status.OVERDUE
    settled = replace(DEADLINE, settled_on=date(2026, 1, 20))
    assert status(settled, date(2026, 2, 20)) is Status.HELD


def test_a_postponed_deadline_goes_by_its_new_date() -> None:
    assert status(DEADLINE, date(2026, 2, 12), due=date(2026, 2, 13)) is Status.COMING


@given(absences(), st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_planning_does_not_depend_on_the_order_of_holidays(absence: Absence, until: date) -> None:
    listed = sorted(HOLIDAYS, reverse=True)
    again = plan(absence, PRESETS["industri"], holidays=listed, until=until)
    assert again == plan(absence, PRESETS["industri"], holidays=HOLIDAYS, until=until)

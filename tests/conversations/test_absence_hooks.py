"""What conversations add to the pages of absence."""

from datetime import date, timedelta
from typing import Any

import pytest

from absence import timeline
from absence.models import Category, SickNotification
from conversations.absence_hooks import Conversations
from conversations.models import Deadline
from conversations.rules import codec
from conversations.rules.presets import PRESETS
from conversations.services.held import hold, take_back, waive
from conversations.services.planning import plan_deadlines
from conversations.services.rules import set_rules
from organisation.models import Employment, Unit, User
from tests.builders import make_absence, make_employment, make_leader, make_unit, make_user

MONDAY = date(2026, 3, 2)
HOOKS = Conversations()


@pytest.fixture
def unit(nordby: Any) -> Unit:
    """A unit under Køge's rules: call on day 3 and 8, talk by day 14, the law's by day 29."""
    set_rules(rules=PRESETS["koege"], on=MONDAY, by=None)
    return make_unit()


@pytest.fixture
def jonna(unit: Unit) -> Employment:
    return make_employment(unit=unit)


@pytest.fixture
def leader(unit: Unit) -> User:
    return make_leader(unit)


@pytest.fixture
def absence(jonna: Employment, leader: User) -> SickNotification:
    """Open, from a Monday; its deadlines stored."""
    found = make_absence(jonna, MONDAY)
    plan_deadlines(on=MONDAY, absence_ids=[found.pk])
    return found


def deadline(rule: str) -> Deadline:
    return Deadline.objects.get(rule=rule)


def draft(employment: Employment, first_day: date, **fields: Any) -> timeline.Draft:
    category = fields.pop("category", "egen_sygdom")
    return timeline.Draft(
        employment=employment, category=Category.objects.get(key=category), first_day=first_day, **fields
    )


def test_they_are_registered() -> None:
    assert any(isinstance(provider, Conversations) for provider in timeline._providers)


def test_each_state_has_its_mark(absence: SickNotification, leader: User) -> None:
    hold(
        deadline=deadline("kontakt-3"), held_on=date(2026, 3, 4), how="phone", by=leader, on=date(2026, 3, 4)
    )
    hold(
        deadline=deadline("kontakt-8"),
        held_on=date(2026, 3, 11),
        how="phone",
        by=leader,
        on=date(2026, 3, 11),
    )
    waive(deadline=deadline("samtale-14"), reason="Kendt kort forløb", by=leader, on=date(2026, 3, 11))
    marks = {(mark.day, mark.state, mark.title) for mark in HOOKS.milestones(absence, date(2026, 3, 12))}
    assert marks == {
        (date(2026, 3, 4), "held", "Opkald"),
        (date(2026, 3, 11), "late", "Opkald"),
        (date(2026, 3, 13), "waived", "Samtale"),
        (date(2026, 3, 30), "coming", "Samtale"),
    }
    details = [mark.detail for mark in HOOKS.milestones(absence, date(2026, 3, 12))]
    assert "Holdt over telefonen. Fristen var mandag 9. marts" in details
    assert "Ikke relevant: Kendt kort forløb" in details
    late = {mark.state for mark in HOOKS.milestones(absence, date(2026, 4, 2))}
    assert "overdue" in late


def test_a_conversation_is_one_mark_whatever_it_settles(absence: SickNotification, leader: User) -> None:
    hold(
        deadline=deadline("samtale-14"),
        held_on=date(2026, 3, 12),
        how="meeting",
        by=leader,
        on=date(2026, 3, 12),
    )
    assert deadline("lov-28").state == "held"
    talks = [mark for mark in HOOKS.milestones(absence, date(2026, 3, 12)) if mark.title == "Samtale"]
    assert [(mark.day, mark.state) for mark in talks] == [(date(2026, 3, 12), "held")]


def test_what_the_end_of_the_absence_left_open_lapsed(absence: SickNotification) -> None:
    absence.last_day = date(2026, 3, 6)
    absence.save()
    plan_deadlines(on=date(2026, 3, 9), absence_ids=[absence.pk])
    (mark,) = HOOKS.milestones(absence, date(2026, 3, 9))
    assert (mark.state, mark.detail) == ("waived", "Bortfaldet, da fraværet sluttede")


def test_next_steps_have_buttons_for_those_who_may_settle_them(
    absence: SickNotification, leader: User
) -> None:
    on = date(2026, 3, 9)
    steps = sorted(HOOKS.next_steps(absence, leader, on), key=lambda step: step.day)
    assert [(step.day, step.urgency, step.state) for step in steps] == [
        (date(2026, 3, 4), "over", "overdue"),
        (on, "now", "due"),
        (date(2026, 3, 13), "soon", ""),
        (date(2026, 3, 30), "soon", ""),
    ]
    assert steps[0].title == "Ring og hør, hvordan det går"
    assert steps[0].why.startswith("Skulle være gjort senest")
    assert all(step.url and step.actions for step in steps)
    outsider = make_user(None)
    assert all(not step.url and not step.actions for step in HOOKS.next_steps(absence, outsider, on))


def test_a_repeating_step_shows_its_next_turn_only(jonna: Employment, leader: User) -> None:
    weekly = {"key": "uge", "kind": "kontakt", "timing": "on", "day": 8, "repeat": {"weeks": 1}}
    set_rules(rules=codec.from_json({"version": 1, "during": [weekly]}), on=MONDAY, by=None)
    absence = make_absence(jonna, MONDAY)
    plan_deadlines(on=MONDAY, absence_ids=[absence.pk])
    assert Deadline.objects.filter(rule="uge").count() > 10
    hold(
        deadline=Deadline.objects.get(rule="uge", occurrence=1),
        held_on=date(2026, 3, 9),
        how="phone",
        by=leader,
        on=date(2026, 3, 9),
    )
    calls = [
        step.day for step in HOOKS.next_steps(absence, leader, date(2026, 3, 10)) if "Ring" in step.title
    ]
    assert calls == [date(2026, 3, 16)]
    assert len(HOOKS.milestones(absence, date(2026, 3, 10))) == 3  # one held, one coming, the law's


def test_history_tells_what_was_held_waived_and_taken_back(absence: SickNotification, leader: User) -> None:
    on = date(2026, 3, 13)
    hold(deadline=deadline("kontakt-3"), held_on=date(2026, 3, 4), how="phone", by=leader, on=on)
    waive(deadline=deadline("samtale-14"), reason="Aftalt noget andet", by=leader, on=on)
    take_back(deadline=deadline("samtale-14"), by=leader, on=on)
    entries = HOOKS.history(absence)
    assert [
        (entry.type_word, entry.title) for entry in sorted(entries, key=lambda entry: entry.type_word)
    ] == [
        ("Fortrudt", "Sygefraværssamtale er åben igen"),
        ("Opgave", "Sygefraværssamtale er ikke relevant"),
        ("Opkald", "Telefonisk kontakt holdt 4. marts 2026"),
    ]
    (waived,) = (entry for entry in entries if entry.type_word == "Opgave")
    assert waived.detail == "Aftalt noget andet"
    (held,) = (entry for entry in entries if entry.type_word == "Opkald")
    assert (held.actor, held.detail) == (leader.name, "Over telefonen.")


def test_a_duty_that_a_talk_settles_is_no_history_of_its_own(absence: SickNotification, leader: User) -> None:
    on = date(2026, 3, 12)
    hold(deadline=deadline("samtale-14"), held_on=on, how="meeting", by=leader, on=on)
    take_back(deadline=deadline("samtale-14"), by=leader, on=on)
    assert [entry.title for entry in HOOKS.history(absence)] == ["Sygefraværssamtale er åben igen"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_preview_is_what_registering_then_stores(nordby: Any, name: str) -> None:
    set_rules(rules=PRESETS[name], on=MONDAY, by=None)
    employment = make_employment()
    promised = sorted(item.day for item in HOOKS.preview(draft(employment, MONDAY), MONDAY))
    absence = make_absence(employment, MONDAY)
    plan_deadlines(on=MONDAY, absence_ids=[absence.pk])
    assert promised == sorted(Deadline.objects.values_list("due", flat=True))
    assert promised


def test_the_preview_knows_the_length_the_category_and_the_employment(jonna: Employment) -> None:
    first = HOOKS.preview(draft(jonna, MONDAY), MONDAY)[0]
    assert (first.when, first.what, first.why, first.mark) == ("Onsdag 4. marts", "ring", "Dag 3.", "coming")
    assert not HOOKS.preview(draft(jonna, MONDAY, category="barns_sygedag"), MONDAY)
    assert not HOOKS.preview(draft(jonna, MONDAY, last_day=MONDAY), MONDAY + timedelta(1))
    short = HOOKS.preview(draft(jonna, MONDAY, last_day=MONDAY + timedelta(4)), MONDAY)
    assert [item.day for item in short] == [date(2026, 3, 4)]
    leaving = make_employment("Ib Krag", end=MONDAY + timedelta(40))
    assert date(2026, 3, 30) not in [item.day for item in HOOKS.preview(draft(leaving, MONDAY), MONDAY)]
    late = HOOKS.preview(draft(jonna, MONDAY), date(2026, 3, 6))
    assert [item.mark for item in late][:2] == ["overdue", "coming"]
    assert not Deadline.objects.exists()


def test_the_preview_follows_the_units_own_rules(jonna: Employment, unit: Unit) -> None:
    own = codec.to_json(PRESETS["koege"])
    own["during"].append({"key": "plan", "kind": "handleplan", "timing": "by", "day": 20})
    set_rules(rules=codec.from_json(own), on=MONDAY, by=None, unit=unit)
    assert "handleplan" in [item.what for item in HOOKS.preview(draft(jonna, MONDAY), MONDAY)]
    elsewhere = make_employment("Ib Krag")
    assert "handleplan" not in [item.what for item in HOOKS.preview(draft(elsewhere, MONDAY), MONDAY)]


def test_remarks_count_periods_towards_the_pattern_rules(nordby: Any) -> None:
    set_rules(rules=PRESETS["aarhus"], on=MONDAY, by=None)
    employment = make_employment()
    make_absence(employment, MONDAY - timedelta(days=400), days=2)  # outside the twelve months
    make_absence(employment, MONDAY - timedelta(days=40), days=2)
    make_absence(employment, MONDAY - timedelta(days=20), days=2, category="barns_sygedag")
    assert HOOKS.remarks(draft(employment, MONDAY), MONDAY) == [
        "Med det her fravær er der 2 perioder inden for 12 måneder. Reglen om trivselssamtale gælder fra 5."
    ]
    set_rules(rules=PRESETS["koege"], on=MONDAY, by=None)
    assert not HOOKS.remarks(draft(employment, MONDAY), MONDAY)


def test_an_open_absence_is_a_period_only_where_its_length_cannot_change_that(nordby: Any) -> None:
    set_rules(rules=PRESETS["industri"], on=MONDAY, by=None)  # periods of at most 14 days
    employment = make_employment()
    (text,) = HOOKS.remarks(draft(employment, MONDAY), MONDAY)
    assert "0 perioder på højst 14 dage" in text
    (text,) = HOOKS.remarks(draft(employment, MONDAY, expected_last_day=MONDAY), MONDAY)
    assert "1 periode på højst 14 dage" in text


@pytest.mark.parametrize(
    ("on", "state", "text"),
    [
        (date(2026, 3, 3), "coming", "Opkald i morgen"),
        (date(2026, 3, 4), "due", "Opkald i dag"),
        (date(2026, 3, 5), "overdue", "Opkald, 1 dag over frist"),
        (date(2026, 3, 6), "overdue", "Opkald, 2 dage over frist"),
    ],
)
def test_the_nearest_duty_in_a_list(absence: SickNotification, on: date, state: str, text: str) -> None:
    found = HOOKS.next_deadlines([absence.employment_id], on)[absence.employment_id]
    assert (found.state, found.text) == (state, text)


def test_the_number_of_queries_does_not_grow(
    jonna: Employment, unit: Unit, leader: User, django_assert_num_queries: Any
) -> None:
    employments = [make_employment(f"Medarbejder {number}", unit) for number in range(8)]
    for employment in employments:
        make_absence(employment, MONDAY)
    plan_deadlines(on=MONDAY)
    ids = [employment.pk for employment in employments]
    with django_assert_num_queries(1):
        assert len(HOOKS.next_deadlines(ids, MONDAY)) == 8
    with django_assert_num_queries(1):
        HOOKS.next_deadlines(ids[:1], MONDAY)


@pytest.mark.parametrize("held", [0, 3])
def test_a_case_takes_the_same_few_queries(
    absence: SickNotification, leader: User, django_assert_max_num_queries: Any, held: int
) -> None:
    for rule in ("kontakt-3", "kontakt-8", "samtale-14")[:held]:
        hold(deadline=deadline(rule), held_on=date(2026, 3, 4), how="phone", by=leader, on=date(2026, 3, 4))
    with django_assert_max_num_queries(3):
        HOOKS.milestones(absence, MONDAY)
    with django_assert_max_num_queries(4):
        HOOKS.history(absence)

"""Stored deadlines follow absences and rules: nothing missing, nothing twice, nothing obsolete."""

import json
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from absence.signals import absences_changed
from conversations.due import due_list
from conversations.models import Conversation, Deadline
from conversations.rules.presets import PRESETS
from conversations.services.held import hold, take_back, waive
from conversations.services.planning import plan_deadlines, plan_patterns
from conversations.services.rules import preset, set_rules
from tests.builders import make_absence, make_employment, make_leader, make_unit

MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.receivers.today", lambda: MONDAY + timedelta(days=9))
    monkeypatch.setattr("conversations.management.commands.set_rules.today", lambda: MONDAY)
    monkeypatch.setattr("conversations.management.commands.export_rules.today", lambda: MONDAY)


def deadlines(**where: Any) -> list[tuple[str, date, str]]:
    return list(Deadline.objects.filter(**where).values_list("rule", "due", "state"))


def test_a_preset_is_planned_and_the_law_with_it(nordby: Any) -> None:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    assert deadlines() == [
        ("kontakt-3", date(2026, 3, 4), "open"),
        ("kontakt-8", date(2026, 3, 9), "open"),
        ("samtale-14", date(2026, 3, 13), "open"),  # day 14 is a Sunday: the Friday before
        ("lov-28", date(2026, 3, 30), "open"),
    ]
    assert plan_deadlines(on=MONDAY) == 0  # nothing to change the second time


def test_without_rules_the_law_alone_holds(nordby: Any) -> None:
    make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    assert deadlines() == [("lov-28", date(2026, 3, 30), "open")]


def test_a_child_sick_day_starts_nothing(nordby: Any) -> None:
    make_absence(make_employment(), MONDAY, category="barns_sygedag")
    assert plan_deadlines(on=MONDAY) == 0


def test_return_removes_what_lies_after_it_and_lapses_what_was_open(nordby: Any) -> None:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    absence = make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    absence.last_day = date(2026, 3, 8)
    absence.save()
    plan_deadlines(on=date(2026, 3, 11), absence_ids=[absence.pk])
    assert deadlines() == [("kontakt-3", date(2026, 3, 4), "lapsed")]
    absence.last_day = None  # the return that wasn't
    absence.save()
    plan_deadlines(on=date(2026, 3, 11), absence_ids=[absence.pk])
    assert [row[2] for row in deadlines()] == ["open"] * 4


def test_moving_the_first_day_moves_the_open_deadlines_only(nordby: Any) -> None:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    unit = make_unit()
    leader = make_leader(unit)
    absence = make_absence(make_employment(unit=unit), MONDAY)
    plan_deadlines(on=MONDAY)
    first = Deadline.objects.get(rule="kontakt-3")
    hold(deadline=first, held_on=date(2026, 3, 4), how="phone", by=leader, on=date(2026, 3, 4))
    absence.first_day = MONDAY - timedelta(days=1)
    absence.save()
    plan_deadlines(on=date(2026, 3, 5), absence_ids=[absence.pk])
    assert deadlines() == [
        ("kontakt-3", date(2026, 3, 4), "held"),
        ("kontakt-8", date(2026, 3, 9), "open"),  # day 8 is now a Sunday: the Monday after
        ("samtale-14", date(2026, 3, 13), "open"),
        ("lov-28", date(2026, 3, 27), "open"),
    ]


def test_withdrawing_removes_everything_open(nordby: Any) -> None:
    absence = make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    absence.withdrawn_at = "2026-03-03T08:00:00+01:00"
    absence.save()
    absences_changed.send(None, absence_ids=[absence.pk])
    assert deadlines() == []


def test_a_conversation_held_in_time_settles_the_law_and_undoing_it_brings_it_back(nordby: Any) -> None:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    leader = make_leader(make_unit())
    make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    talk = Deadline.objects.get(rule="samtale-14")
    hold(deadline=talk, held_on=date(2026, 3, 12), how="meeting", by=leader, on=date(2026, 3, 12))
    assert Deadline.objects.get(rule="lov-28").state == "held"
    assert Deadline.objects.get(rule="kontakt-8").state == "open"
    take_back(deadline=talk, by=leader, on=date(2026, 3, 12))
    assert {row[2] for row in deadlines()} == {"open"}
    assert not Conversation.objects.exists()


def test_waiving_needs_a_reason_and_counts(nordby: Any) -> None:
    leader = make_leader(make_unit())
    make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    floor = Deadline.objects.get()
    with pytest.raises(ValidationError, match="Skriv hvorfor"):
        waive(deadline=floor, reason="  ", by=leader, on=MONDAY)
    waive(deadline=floor, reason="Kendt kort forløb", by=leader, on=MONDAY)
    assert [row.status for row in due_list(MONDAY)] == ["waived"]
    with pytest.raises(ValidationError, match="allerede løst"):
        hold(deadline=floor, held_on=MONDAY, how="phone", by=leader, on=MONDAY)


def test_a_conversation_in_the_future_was_not_held(nordby: Any) -> None:
    leader = make_leader(make_unit())
    make_absence(make_employment(), MONDAY)
    plan_deadlines(on=MONDAY)
    with pytest.raises(ValidationError, match="fremtiden"):
        hold(
            deadline=Deadline.objects.get(), held_on=MONDAY + timedelta(1), how="phone", by=leader, on=MONDAY
        )


def test_long_ended_absences_get_no_deadlines(nordby: Any) -> None:
    absence = make_absence(make_employment(), MONDAY - timedelta(days=300), days=60)
    assert plan_deadlines(on=MONDAY) == 0
    assert plan_deadlines(on=MONDAY, absence_ids=[absence.pk]) == 0


def test_patterns_become_a_trivselssamtale_once(nordby: Any) -> None:
    set_rules(rules=preset("aarhus"), on=MONDAY, by=None)
    employment = make_employment()
    for week in range(5):
        make_absence(employment, MONDAY + timedelta(days=14 * week), days=1)
    on = MONDAY + timedelta(days=58)
    assert plan_patterns(on=on) == 1
    row = Deadline.objects.get(trigger_day__isnull=False)
    assert (row.kind, row.trigger_day) == ("trivselssamtale", MONDAY + timedelta(days=56))
    assert row.reason == "5 perioder siden 2. marts."
    assert plan_patterns(on=on + timedelta(days=3)) == 0
    leader = make_leader(make_unit())
    hold(deadline=row, held_on=on, how="meeting", by=leader, on=on)
    assert plan_patterns(on=on + timedelta(days=3)) == 0
    assert [r.status for r in due_list(on + timedelta(days=3))] == ["held"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_due_list_agrees_with_the_stored_rows(nordby: Any, name: str) -> None:
    set_rules(rules=preset(name), on=MONDAY, by=None)
    for offset in range(-40, 1, 7):
        make_absence(make_employment(), MONDAY + timedelta(days=offset))
    plan_deadlines(on=MONDAY)
    listed = {(row.employment_id, row.rule, row.due) for row in due_list(MONDAY)}
    stored = {
        (d.employment.external_id, d.rule, d.due) for d in Deadline.objects.select_related("employment")
    }
    assert listed == stored
    assert len(listed) >= 6


def test_planning_takes_the_same_number_of_queries_however_many_are_absent(
    nordby: Any, django_assert_max_num_queries: Any
) -> None:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    for _ in range(30):
        make_absence(make_employment(), MONDAY)
    with django_assert_max_num_queries(14):
        plan_deadlines(on=MONDAY)


def test_a_units_rules_must_be_stricter(nordby: Any) -> None:
    unit = make_unit()
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    with pytest.raises(ValidationError):
        set_rules(rules=preset("lovens-minimum"), unit=unit, on=MONDAY, by=None)


def test_rules_by_command_come_out_the_same(transactional_nordby: Any, tmp_path: Path, capsys: Any) -> None:
    for name in PRESETS:
        call_command("set_rules", "nordby", preset=name)
        capsys.readouterr()
        call_command("export_rules", "nordby")
        text = capsys.readouterr().out
        file = tmp_path / "regler.json"
        file.write_text(text, encoding="utf-8")
        call_command("set_rules", "nordby", file=file)
        out = StringIO()
        call_command("export_rules", "nordby", stdout=out)
        assert json.loads(out.getvalue()) == json.loads(text)


def test_due_by_command(transactional_nordby: Any, capsys: Any) -> None:
    from core.tenancy import tenant_transaction

    call_command("set_rules", "nordby", preset="1-4-15")
    with tenant_transaction(transactional_nordby.pk):
        employment = make_employment()
        make_absence(employment, MONDAY, external_id="F1")
    capsys.readouterr()
    call_command("due", "nordby", on=date(2026, 3, 5))
    lines = capsys.readouterr().out.splitlines()
    number = employment.external_id
    assert lines == [
        "employment_id,absence_id,rule,kind,due,status",
        f"{number},F1,samtale-1,samtale,2026-03-02,overdue",
        f"{number},F1,samtale-4,samtale,2026-03-05,due",
        f"{number},F1,samtale-15,samtale,2026-03-16,coming",
        f"{number},F1,lov-28,samtale,2026-03-30,coming",
    ]


def test_bad_rules_say_where(transactional_nordby: Any, tmp_path: Path) -> None:
    file = tmp_path / "regler.json"
    file.write_text('{"version": 1, "during": [{"key": "x"}]}', encoding="utf-8")
    with pytest.raises(CommandError, match=r"regler\.json: during\[0\]"):
        call_command("set_rules", "nordby", file=file)
    with pytest.raises(CommandError, match="intet regelsæt"):
        call_command("set_rules", "nordby", preset="findes-ikke")

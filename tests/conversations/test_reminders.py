"""Morning digests: who gets what, exactly once, with nothing about names or health."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from conversations import reminders
from conversations.models import Deadline, Digest, Reminder
from conversations.services.held import hold
from conversations.services.reminders import make_digests
from conversations.services.rules import preset, set_rules
from core.models import OutboxMail
from organisation.models import MunicipalitySettings
from tests.builders import (
    make_absence,
    make_deputy,
    make_employment,
    make_hr,
    make_leader,
    make_person,
    make_unit,
)

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


def run(on: date) -> int:
    return make_digests(on=on, now=NOW).made


def mails() -> list[OutboxMail]:
    return list(OutboxMail.objects.order_by("pk"))


@pytest.fixture
def team(nordby: Any) -> Any:
    set_rules(rules=preset("koege"), on=MONDAY, by=None)
    unit = make_unit()
    leader = make_leader(unit)
    employment = make_employment("Jonna Vestermark", unit)
    make_absence(employment, MONDAY)
    return unit, leader, employment


def test_a_leader_is_told_what_is_coming_once_and_what_is_due_on_the_day(team: Any) -> None:
    _, leader, _ = team
    assert run(MONDAY) == 1  # day 3 and day 8 lie within the week to come
    assert run(MONDAY + timedelta(days=1)) == 0  # told already, and nothing is due
    assert run(MONDAY + timedelta(days=2)) == 1
    assert [(m.to, m.subject) for m in mails()] == [
        (leader.email, "Nærvær: 2 på vej"),
        (leader.email, "Nærvær: 1 i dag, 1 på vej"),
    ]


def test_the_same_morning_twice_makes_one_digest(team: Any) -> None:
    assert make_digests(on=MONDAY, now=NOW).made == 1
    again = make_digests(on=MONDAY, now=NOW)
    assert (again.made, again.already) == (0, 1)
    assert len(mails()) == 1


def test_after_days_of_silence_the_digest_catches_up(team: Any) -> None:
    assert run(MONDAY) == 1
    assert run(date(2026, 3, 10)) == 1  # off from the 3rd to the 9th
    assert mails()[-1].subject == "Nærvær: 2 over frist, 1 på vej"


def test_an_overdue_task_is_told_every_working_morning_until_it_is_settled(team: Any) -> None:
    _, leader, _ = team
    run(date(2026, 3, 4))
    assert run(date(2026, 3, 5)) == 1
    assert run(date(2026, 3, 6)) == 1
    for deadline in Deadline.objects.filter(due__lte=date(2026, 3, 6)):
        hold(deadline=deadline, held_on=date(2026, 3, 6), how="phone", by=leader, on=date(2026, 3, 6))
    run(date(2026, 3, 9))
    assert "over frist" not in mails()[-1].subject


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 3, 8), date(2026, 4, 2)])
def test_nothing_goes_out_on_weekends_and_holidays(team: Any, day: date) -> None:
    assert run(day) == 0


def test_no_names_and_nothing_about_health(team: Any) -> None:
    run(MONDAY)
    mail = mails()[0]
    whole = " ".join([mail.subject, mail.text, mail.html, *(a["content"] for a in mail.attachments)]).lower()
    assert "opkald" in whole
    for word in ("jonna", "vestermark", "syg", "fravær/", "team syd", "raskmeld"):
        assert word not in whole.replace("fravaer/", ""), word


def test_each_new_task_has_a_calendar_entry_that_an_independent_reader_accepts(team: Any) -> None:
    run(MONDAY)
    (mail,) = mails()
    assert [a["name"] for a in mail.attachments] == ["opgave-1.ics", "opgave-2.ics"]
    events = [Calendar.from_ical(a["content"]).walk("VEVENT")[0] for a in mail.attachments]
    assert [e["dtstart"].dt for e in events] == [date(2026, 3, 4), date(2026, 3, 9)]
    assert [str(e["summary"]) for e in events] == ["Nærvær: opkald"] * 2


def test_the_deputy_is_told_too_while_one_is_set(team: Any) -> None:
    _, leader, _ = team
    deputy = make_leader(make_unit("Nabo"), name="Aslaug")
    make_deputy(leader, deputy, MONDAY, MONDAY + timedelta(days=4))
    run(MONDAY)
    assert {m.to for m in mails()} == {leader.email, deputy.email}
    run(date(2026, 3, 9))
    assert mails()[-1].to == leader.email


def test_a_leaders_own_absence_goes_to_the_leader_above(nordby: Any) -> None:
    top = make_unit("Center")
    team = make_unit("Team", parent=top)
    chef = make_leader(top, name="Chef")
    person = make_person("Signe")
    make_leader(team, person=person)
    make_absence(make_employment(unit=team, person=person), MONDAY - timedelta(days=26))
    run(MONDAY)
    assert [m.to for m in mails()] == [chef.email]


def test_without_any_leader_hr_is_told(nordby: Any) -> None:
    hr = make_hr()
    make_absence(make_employment(), MONDAY - timedelta(days=26))
    run(MONDAY)
    assert [m.to for m in mails()] == [hr.email]


def test_overdue_for_a_week_is_told_to_chef_and_hr_once_and_in_counts(nordby: Any) -> None:
    top = make_unit("Center")
    unit = make_unit("Team Syd", parent=top)
    leader, chef, hr = make_leader(unit), make_leader(top, name="Chef"), make_hr()
    make_absence(make_employment("Jonna", unit), MONDAY - timedelta(days=40))
    late = MONDAY + timedelta(days=1)
    run(late)
    by_address = {m.to: m for m in mails()}
    assert set(by_address) == {leader.email, chef.email, hr.email}
    assert "Team Syd: 1 opgave over frist" in by_address[chef.email].text
    run(late + timedelta(days=1))
    assert [m.to for m in mails()[3:]] == [leader.email]


def test_escalation_can_be_turned_off(nordby: Any) -> None:
    MunicipalitySettings.objects.update(escalate_after_days=0)
    unit = make_unit()
    leader = make_leader(unit)
    make_hr()
    make_absence(make_employment(unit=unit), MONDAY - timedelta(days=40))
    run(MONDAY)
    assert [m.to for m in mails()] == [leader.email]


def test_a_stop_half_way_leaves_nothing_twice(team: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the first of two digests: the next run makes the second only."""
    other = make_unit("Team Nord")
    make_leader(other, name="Anden")
    make_absence(make_employment(unit=other), MONDAY)
    monkeypatch.setattr("conversations.services.reminders.BATCH", 1)
    made = []

    from conversations.services import reminders as service

    original = service._make

    def make(*args: Any) -> bool:
        made.append(1)
        if len(made) == 2:
            raise KeyboardInterrupt
        return original(*args)

    monkeypatch.setattr(service, "_make", make)
    with pytest.raises(KeyboardInterrupt):
        run(MONDAY)
    monkeypatch.setattr(service, "_make", original)
    assert run(MONDAY) == 1
    assert len(mails()) == len({m.to for m in mails()}) == 2 == Digest.objects.count()
    assert Reminder.objects.count() == 4


def test_queries_do_not_grow_with_people(nordby: Any, django_assert_max_num_queries: Any) -> None:
    unit = make_unit()
    make_leader(unit)
    for _ in range(20):
        make_absence(make_employment(unit=unit), MONDAY - timedelta(days=26))
    from conversations.services.planning import plan_deadlines

    plan_deadlines(on=MONDAY)
    with django_assert_max_num_queries(12):
        assert len(reminders.digests(MONDAY)[0].items) == 20

"""Min side: one's own facts and nobody else's, what comes and why, and who has looked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conversations.models import Deadline
from conversations.rules.model import Kind
from coordination.my_page import MOST_STEPS, STEP_WORDS, in_words, looks_at, my_page
from core.clock import today
from core.tenancy import tenant
from organisation.models import AccessLog, User
from organisation.permissions import record_look
from tests.builders import (
    log_in,
    make_absence,
    make_employment,
    make_hr,
    make_leader,
    make_person,
    make_unit,
    make_user,
)

ON = today()
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def employee(nordby: Any) -> Any:
    unit = make_unit("Team Lærken")
    make_leader(unit, name="Signe Lyngvad")
    return make_employment("Jonna Vestermark", unit)


@pytest.fixture
def browser(employee: Any, client: Client) -> Client:
    log_in(client, make_user(person=employee.person))
    return client


def make_deadline(employee: Any, kind: str = "samtale", due: Any = ON + 3 * DAY, **more: Any) -> Deadline:
    fields: dict[str, Any] = {
        "absence": employee.absences.first(),
        "rule": f"regel-{Deadline.objects.count()}",
        "kind": kind,
        "earliest": due - DAY,
        "due": due,
        "reason": "Fordi kommunens regel beder om det.",
    }
    return Deadline.objects.create(employment=employee, **{**fields, **more})


def test_the_page_shows_ones_own_and_nobody_elses(employee: Any, browser: Client) -> None:
    make_absence(employee, ON - 200 * DAY, days=3)
    make_absence(employee, ON - 10 * DAY)
    stranger = make_employment("Anden Medarbejder", make_unit("Team Gøgen"))
    make_absence(stranger, ON - 5 * DAY, category="barns_sygedag")
    text = browser.get(reverse("my_page")).content.decode()
    assert "Hej Jonna" in text
    assert "Team Lærken" in text
    assert "Signe Lyngvad" in text
    assert "Syg siden" in text
    assert "Egen sygdom" in text
    assert "Anden Medarbejder" not in text
    assert "Team Gøgen" not in text
    assert "Barns sygedag" not in text
    assert not AccessLog.objects.exists()  # a look at oneself is none


def test_absences_of_two_years_without_withdrawn_ones(employee: Any) -> None:
    make_absence(employee, ON - 3 * 366 * DAY, days=3)
    make_absence(employee, ON - 100 * DAY, days=3, withdrawn_at=timezone.now())
    kept = make_absence(employee, ON - 50 * DAY, days=3)
    found = my_page(employee.person, ON)
    assert [(absence.pk, days) for absence, days in found.absences] == [(kept.pk, 3)]
    assert found.pictures == []


def test_what_comes_and_why(employee: Any, browser: Client) -> None:
    make_absence(
        employee,
        ON - 20 * DAY,
        expected_last_day=ON + 40 * DAY,
        states=[(ON + 7 * DAY, "delvist_raskmeldt", 20.0)],
    )
    make_deadline(employee)
    make_deadline(employee, "kontakt", ON - 2 * DAY)
    make_deadline(employee, "samtale", ON + 5 * DAY, state="held", settled_on=ON)
    make_deadline(employee, "samtale", ON + 100 * DAY)
    steps = my_page(employee.person, ON).steps
    assert [step.what for step in steps] == [
        "din leder ringer til dig",
        "sygefraværssamtale med din leder",
        "delvist tilbage, 20 af 37 timer",
        "ventet helt tilbage",
    ]
    assert [step.overdue for step in steps] == [True, False, False, False]
    assert steps[0].when.startswith("Skulle være sket senest")
    assert steps[1].when.startswith("Senest ")
    text = browser.get(reverse("my_page")).content.decode()
    assert "Fordi kommunens regel beder om det." in text
    assert "Du må tage en bisidder med" in text


def test_a_long_plan_is_cut(employee: Any) -> None:
    make_absence(employee, ON - 20 * DAY)
    for number in range(MOST_STEPS + 5):
        make_deadline(employee, due=ON + number * DAY)
    assert len(my_page(employee.person, ON).steps) == MOST_STEPS


def test_every_kind_has_words() -> None:
    assert set(STEP_WORDS) == set(Kind)


def test_who_looked_when_and_where(employee: Any, browser: Client) -> None:
    leader = User.objects.get(name="Signe Lyngvad")
    hr = make_hr(name="Hanne Rask")
    for _ in range(2):
        record_look(by=leader, person=employee.person, page="case")
    AccessLog.objects.create(
        actor=leader, person=employee.person, page="employee", at=timezone.now() - 30 * DAY
    )
    record_look(by=hr, person=employee.person, page="noget nyt")
    record_look(by=hr, person=make_person("En anden"), page="case")
    looks = in_words(list(looks_at(employee.person)), ON)
    assert {(look.who, look.role, look.what, look.times) for look in looks} == {
        ("Signe Lyngvad", "leder", "Så dit forløb", 2),
        ("Signe Lyngvad", "leder", "Så din side som medarbejder", 1),
        ("Hanne Rask", "HR", "Så oplysninger om dig", 1),
    }
    assert looks[-1].what == "Så din side som medarbejder"
    text = browser.get(reverse("my_looks")).content.decode()
    assert "Hanne Rask, HR" in text
    assert "(2 gange)" in text


def test_looks_have_pages(employee: Any, browser: Client) -> None:
    leader = User.objects.get(name="Signe Lyngvad")
    for number in range(60):
        at = timezone.now() - number * DAY
        AccessLog.objects.create(actor=leader, person=employee.person, page="case", at=at)
    assert "Vis alle 60" in browser.get(reverse("my_page")).content.decode()
    assert len(browser.get(reverse("my_looks")).context["looks"]) == 50
    assert len(browser.get(reverse("my_looks") + "?side=2").context["looks"]) == 10


def test_one_who_has_left_still_sees_their_absence(nordby: Any, client: Client) -> None:
    gone = make_employment("Bo", end=ON - 30 * DAY)
    make_absence(gone, ON - 90 * DAY, days=2)
    log_in(client, make_user(person=gone.person))
    text = client.get(reverse("my_page")).content.decode()
    assert "Du er ikke ansat i dag" in text
    assert "Egen sygdom" in text


def test_two_employments_are_both_there(employee: Any, browser: Client) -> None:
    second = make_employment(unit=make_unit("Aftenskolen"), person=employee.person)
    make_absence(employee, ON - 4 * DAY)
    make_absence(second, ON - 4 * DAY)
    found = my_page(employee.person, ON)
    assert len(found.jobs) == len(found.pictures) == 2
    assert "Aftenskolen" in browser.get(reverse("my_page")).content.decode()


def test_the_number_of_queries_is_constant(employee: Any, browser: Client) -> None:
    make_absence(employee, ON - 20 * DAY)
    make_deadline(employee)
    leader = User.objects.get(name="Signe Lyngvad")
    record_look(by=leader, person=employee.person, page="case")

    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(reverse("my_page"))
        return len(found)

    few = count()
    for number in range(2, 12):
        make_absence(employee, ON - number * 40 * DAY, days=3)
        make_deadline(employee, due=ON + number * DAY)
        record_look(by=make_hr(), person=employee.person, page="employee")
    assert count() == few


def test_another_municipalitys_looks_stay_there(employee: Any, sydby: Any, browser: Client) -> None:
    with tenant(sydby.pk):
        record_look(by=make_hr(name="Sydbys HR"), person=make_person(), page="case")
    assert "Sydbys HR" not in browser.get(reverse("my_looks")).content.decode()

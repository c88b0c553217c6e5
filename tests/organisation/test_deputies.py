"""Deputies: reach inside the period and none outside, and who may set whose (O4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import today
from core.tenancy import tenant
from organisation.models import Deputy, User
from organisation.models.access import Role
from organisation.permissions import employments_in_reach
from tests.builders import log_in, make_deputy, make_employment, make_hr, make_leader, make_unit, make_user

ON = today()
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def reached(user: User, on: Any) -> set[str]:
    fresh = User.objects.get(pk=user.pk)
    return {employment.person.name for employment in employments_in_reach(fresh, on)}


def test_a_deputy_reaches_inside_the_period_and_not_outside(nordby: Any) -> None:
    unit = make_unit()
    make_employment("Jonna", unit)
    leader, deputy = make_leader(unit), make_user()
    make_deputy(leader, deputy, ON, ON + 7 * DAY)
    assert reached(deputy, ON - DAY) == set()
    assert reached(deputy, ON) == {"Jonna"}
    assert reached(deputy, ON + 7 * DAY) == {"Jonna"}
    assert reached(deputy, ON + 8 * DAY) == set()
    assert reached(leader, ON) == {"Jonna"}  # the leader keeps it


def test_a_leader_sets_and_ends_their_own(nordby: Any, client: Client) -> None:
    leader, deputy = make_leader(make_unit()), make_user(name="Ida Holm")
    log_in(client, leader)
    page = client.get(reverse("deputies")).content.decode()
    assert 'name="leader"' not in page
    answer = client.post(
        reverse("deputies"), {"deputy": "Ida Holm", "first_day": "i dag", "last_day": "24.12.2026"}
    )
    assert answer.status_code == 302
    row = Deputy.objects.get()
    assert (row.leader, row.deputy, row.created_by, row.first_day) == (leader, deputy, leader, ON)
    assert "Ida Holm" in client.get(reverse("deputies")).content.decode()
    client.post(reverse("deputy_end", args=[row.pk]))
    assert not Deputy.objects.exists()  # began today: as if it had not been


def test_ending_one_that_has_run_keeps_the_days_it_ran(nordby: Any, client: Client) -> None:
    leader = make_leader(make_unit())
    row = make_deputy(leader, make_user(), ON - 5 * DAY, ON + 5 * DAY)
    log_in(client, leader)
    client.post(reverse("deputy_end", args=[row.pk]))
    row.refresh_from_db()
    assert row.last_day == ON - DAY


def test_a_leader_cannot_choose_another_leader_by_adding_a_field(nordby: Any, client: Client) -> None:
    leader, other, deputy = make_leader(make_unit()), make_leader(make_unit()), make_user()
    log_in(client, leader)
    client.post(
        reverse("deputies"),
        {"leader": other.email, "deputy": deputy.email, "first_day": "i dag", "last_day": "i morgen"},
    )
    assert Deputy.objects.get().leader == leader


def test_a_leader_neither_sees_nor_ends_others(nordby: Any, client: Client) -> None:
    other = make_leader(make_unit(), name="Anden Leder")
    row = make_deputy(other, make_user(name="Skjult Vikar"), ON, ON + DAY)
    log_in(client, make_leader(make_unit()))
    assert "Skjult Vikar" not in client.get(reverse("deputies")).content.decode()
    assert client.post(reverse("deputy_end", args=[row.pk])).status_code == 404
    assert Deputy.objects.filter(pk=row.pk).exists()


def test_a_deputy_sees_it_but_passes_nothing_on(nordby: Any, client: Client) -> None:
    leader, deputy, third = make_leader(make_unit(), name="Signe Lyngvad"), make_user(), make_user()
    row = make_deputy(leader, deputy, ON, ON + DAY)
    log_in(client, deputy)
    page = client.get(reverse("deputies"))
    assert "Signe Lyngvad" in page.content.decode()
    assert page.context["form"] is None
    fields = {"deputy": third.email, "first_day": "i dag", "last_day": "i morgen"}
    assert client.post(reverse("deputies"), fields).status_code == 404
    assert client.post(reverse("deputy_end", args=[row.pk])).status_code == 404
    assert Deputy.objects.count() == 1


@pytest.mark.parametrize("role", [Role.HR, Role.SYSTEMANSVARLIG])
def test_hr_and_the_systemansvarlig_set_anybodys(nordby: Any, client: Client, role: Role) -> None:
    leader, deputy = make_leader(make_unit()), make_user()
    log_in(client, make_user(role))
    fields = {"leader": leader.email, "deputy": deputy.email, "first_day": "i dag", "last_day": "i morgen"}
    assert client.post(reverse("deputies"), fields).status_code == 302
    assert Deputy.objects.get().leader == leader


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"last_day": "1.1.2026"}, "Sidste dag kan ikke være før første dag"),
        ({"deputy": "LEADER"}, "sin egen stedfortræder"),
        ({"deputy": "Hvem Som Helst"}, "Der er ingen aktiv bruger"),
        ({"first_day": "32.13"}, "form-error"),
        ({"deputy": "TWICE"}, "er allerede stedfortræder"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays(
    nordby: Any, client: Client, change: dict[str, str], said: str
) -> None:
    leader, deputy, twice = make_leader(make_unit()), make_user(), make_user()
    make_deputy(leader, twice, ON, ON + 60 * DAY)
    log_in(client, make_hr())
    real = {"LEADER": leader.email, "TWICE": twice.email}
    fields = {"leader": leader.email, "deputy": deputy.email, "first_day": "i dag", "last_day": "i morgen"}
    fields |= {key: real.get(value, value) for key, value in change.items()}
    answer = client.post(reverse("deputies"), fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert all(value in text for value in fields.values())
    assert Deputy.objects.count() == 1


def test_another_municipalitys_deputies_do_not_exist(nordby: Any, sydby: Any, client: Client) -> None:
    with tenant(sydby.pk):
        leader, theirs = make_leader(make_unit()), make_user()
        row = make_deputy(leader, theirs, ON, ON + DAY)
    log_in(client, make_hr())
    assert client.post(reverse("deputy_end", args=[row.pk])).status_code == 404
    fields = {"leader": leader.email, "deputy": theirs.email, "first_day": "i dag", "last_day": "i morgen"}
    assert client.post(reverse("deputies"), fields).status_code == 422

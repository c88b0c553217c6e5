"""Each role's first page: what needs me now, in a number of queries that does not grow with people."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from conversations.services.planning import plan_deadlines
from conversations.services.rules import preset, set_rules
from core.clock import today
from organisation.models import AccessLog
from organisation.models.access import Role
from tests.builders import log_in, make_absence, make_employment, make_hr, make_leader, make_unit, make_user


@pytest.fixture
def place(nordby: Any) -> Any:
    on = today()
    set_rules(rules=preset("koege"), on=on, by=None)
    top = make_unit("Center")
    unit = make_unit("Team Syd", parent=top)
    leader, chef = make_leader(unit), make_leader(top, name="Carla Chef")
    make_absence(make_employment("Elin Bækgaard", unit), on - timedelta(days=20))
    make_absence(make_employment("Torben Højlund", unit), on - timedelta(days=2))
    make_employment("Rask Rasmussen", unit)
    plan_deadlines(on=on)
    return leader, chef, unit


def test_the_leader_sees_duties_and_people(place: Any, client: Client) -> None:
    leader, _, _ = place
    log_in(client, leader)
    page = client.get("/").content.decode()
    assert "Elin Bækgaard" in page
    assert "Over frist" in page
    assert "Rask Rasmussen" not in page  # at work
    assert "3 medarbejdere" in page


def test_looks_are_written_down_for_those_who_are_shown(place: Any, client: Client) -> None:
    leader, _, _ = place
    log_in(client, leader)
    client.get("/")
    assert set(AccessLog.objects.values_list("person__name", "page")) == {
        ("Elin Bækgaard", "forside"),
        ("Torben Højlund", "forside"),
    }


def test_the_chef_sees_counts_below_and_no_persons(place: Any, client: Client) -> None:
    _, chef, _ = place
    log_in(client, chef)
    page = client.get("/").content.decode()
    assert "Enhederne under dig" in page
    assert "Team Syd: " in page
    assert "Elin" not in page


def test_hr_sees_counts_that_link_to_lists(place: Any, client: Client) -> None:
    log_in(client, make_hr())
    response = client.get("/")
    page = response.content.decode()
    assert response.context["overview"].overdue >= 3
    assert "/samtaler/?vis=over" in page
    assert "Elin" not in page


def test_an_absence_without_any_leader_is_hrs(nordby: Any, client: Client) -> None:
    make_absence(make_employment(), today() - timedelta(days=2))
    log_in(client, make_hr())
    assert client.get("/").context["overview"].without_leader == 1


def test_a_user_without_a_role_is_told_what_to_do(nordby: Any, client: Client) -> None:
    log_in(client, make_user())
    assert "Du har ingen rolle endnu" in client.get("/").content.decode()


@pytest.mark.parametrize("role", [Role.MED, Role.KOORDINATOR])
def test_others_begin_at_the_figures(nordby: Any, client: Client, role: str) -> None:
    log_in(client, make_user(role))
    assert client.get("/").headers["Location"] == "/statistik/"


@pytest.mark.parametrize("extra", [0, 25])
def test_queries_do_not_grow_with_employees(
    place: Any, client: Client, extra: int, django_assert_max_num_queries: Any
) -> None:
    leader, _, unit = place
    for number in range(extra):
        make_absence(make_employment(f"Nr {number}", unit), today() - timedelta(days=3))
    plan_deadlines(on=today())
    log_in(client, leader)
    with django_assert_max_num_queries(40):
        client.get("/")

"""Units: creating, renaming, moving, closing, and the tree of the day (O2)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import today
from core.tenancy import tenant
from organisation import services
from organisation.models import Unit, UnitPlacement, User
from organisation.models.access import Role
from organisation.overviews import flattened, unit_choices, unit_tree
from organisation.selectors import tree
from tests.builders import LONG_AGO, log_in, make_employment, make_leader, make_unit, make_user

ON = today()
NEXT_MONTH = ON + timedelta(days=30)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def system(nordby: Any) -> User:
    return make_user(Role.SYSTEMANSVARLIG)


@pytest.fixture
def browser(system: User, client: Client) -> Client:
    log_in(client, system)
    return client


@pytest.fixture
def org(nordby: Any) -> dict[str, Unit]:
    top = make_unit("Kommunen")
    centre, other = make_unit("Centret", top), make_unit("Andet center", top)
    return {"top": top, "centre": centre, "other": other, "team": make_unit("Teamet", centre)}


def test_moving_keeps_where_the_unit_stood_before(system: User, org: dict[str, Unit]) -> None:
    services.move_unit(unit=org["team"], parent=org["other"], from_day=NEXT_MONTH, by=system)
    assert tree(NEXT_MONTH - DAY).parents[org["team"].pk] == org["centre"].pk
    assert tree(NEXT_MONTH).parents[org["team"].pk] == org["other"].pk
    rows = UnitPlacement.objects.filter(unit=org["team"]).order_by("valid_from")
    assert [(row.valid_from, row.valid_to) for row in rows] == [
        (LONG_AGO, NEXT_MONTH - DAY),
        (NEXT_MONTH, None),
    ]


def test_a_move_in_the_middle_lasts_until_the_next_one(system: User, org: dict[str, Unit]) -> None:
    services.move_unit(unit=org["team"], parent=org["other"], from_day=NEXT_MONTH, by=system)
    services.move_unit(unit=org["team"], parent=org["top"], from_day=ON, by=system)
    assert tree(ON).parents[org["team"].pk] == org["top"].pk
    assert tree(NEXT_MONTH).parents[org["team"].pk] == org["other"].pk
    services.move_unit(unit=org["team"], parent=org["centre"], from_day=ON, by=system)  # the same day again
    assert UnitPlacement.objects.filter(unit=org["team"]).count() == 3


@pytest.mark.parametrize(
    ("unit", "parent", "said"),
    [
        ("centre", "team", "Teamet ligger selv under enheden"),
        ("top", "team", "Teamet ligger selv under enheden"),
        ("team", "centre", "ligger der allerede"),
    ],
)
def test_moves_that_are_refused(
    system: User, org: dict[str, Unit], unit: str, parent: str, said: str
) -> None:
    before = list(UnitPlacement.objects.order_by("pk").values())
    with pytest.raises(ValidationError, match=said):
        services.move_unit(unit=org[unit], parent=org[parent], from_day=NEXT_MONTH, by=system)
    assert list(UnitPlacement.objects.order_by("pk").values()) == before


def test_a_parent_that_closes_or_has_not_begun_is_refused(system: User, org: dict[str, Unit]) -> None:
    services.close_unit(unit=org["other"], last_day=NEXT_MONTH, by=system)
    with pytest.raises(ValidationError, match="Andet center findes ikke i organisationen"):
        services.move_unit(unit=org["team"], parent=org["other"], from_day=ON, by=system)
    late = make_unit("Ny", org["top"], valid_from=NEXT_MONTH)
    with pytest.raises(ValidationError, match="Ny findes ikke"):
        services.move_unit(unit=org["team"], parent=late, from_day=ON, by=system)
    with pytest.raises(ValidationError, match="Enheden findes ikke"):
        services.move_unit(unit=late, parent=org["centre"], from_day=ON, by=system)


def test_closing_waits_for_units_and_employees(system: User, org: dict[str, Unit]) -> None:
    with pytest.raises(ValidationError, match="Teamet ligger under enheden efter"):
        services.close_unit(unit=org["centre"], last_day=ON, by=system)
    leaver = make_employment("Bo", org["team"], end=ON)
    stayer = make_employment("Elin", org["team"])
    with pytest.raises(ValidationError, match="1 medarbejder hører til enheden"):
        services.close_unit(unit=org["team"], last_day=ON, by=system)
    assert leaver.end == ON
    stayer.terms.update(unit=org["other"])
    services.close_unit(unit=org["team"], last_day=ON, by=system)
    assert org["team"].pk in tree(ON).parents
    assert org["team"].pk not in tree(ON + DAY).parents
    services.close_unit(unit=org["centre"], last_day=ON, by=system)


def test_reopening_needs_the_place_above(system: User, org: dict[str, Unit]) -> None:
    services.close_unit(unit=org["team"], last_day=ON, by=system)
    services.close_unit(unit=org["centre"], last_day=ON, by=system)
    with pytest.raises(ValidationError, match="Centret findes ikke"):
        services.reopen_unit(unit=org["team"], by=system)
    services.reopen_unit(unit=org["centre"], by=system)
    services.reopen_unit(unit=org["team"], by=system)
    assert tree(NEXT_MONTH).parents[org["team"].pk] == org["centre"].pk
    with pytest.raises(ValidationError, match="åben"):
        services.reopen_unit(unit=org["team"], by=system)


def test_the_database_refuses_overlapping_places(org: dict[str, Unit]) -> None:
    with transaction.atomic():
        UnitPlacement.objects.create(unit=org["team"], parent=org["top"], valid_from=ON)
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)


def test_pages_create_rename_move_close_and_undo(browser: Client, org: dict[str, Unit]) -> None:
    answer = browser.post(
        reverse("unit_new"),
        {
            "name": "Team Nyt",
            "external_id": "T9",
            "level": "team",
            "parent": org["centre"].pk,
            "valid_from": "1.1.2027",
        },
    )
    unit = Unit.objects.get(external_id="T9")
    assert answer.headers["Location"] == reverse("unit_setup", args=[unit.pk])
    assert unit.placements.get().valid_from == date(2027, 1, 1)
    again = browser.post(
        reverse("unit_new"), {"name": "Team To", "external_id": "T9", "valid_from": "1.1.2027"}
    )
    assert again.status_code == 422
    assert "allerede i brug" in again.content.decode()
    assert "Team To" in again.content.decode()

    team = org["team"]
    browser.post(reverse("unit_rename", args=[team.pk]), {"navn-name": "Team Syd", "navn-level": "team"})
    browser.post(
        reverse("unit_move", args=[team.pk]), {"flyt-parent": org["other"].pk, "flyt-from_day": "i dag"}
    )
    closed = browser.post(reverse("unit_close", args=[team.pk]), {"luk-last_day": "i dag"}, follow=True)
    team.refresh_from_db()
    assert (team.name, team.level) == ("Team Syd", "team")
    assert tree(ON).parents[team.pk] == org["other"].pk
    assert team.pk not in tree(ON + DAY).parents
    undo = reverse("unit_reopen", args=[team.pk])
    assert undo in closed.content.decode()
    browser.post(undo)
    assert team.pk in tree(ON + DAY).parents


def test_a_refused_close_says_why_in_the_form(browser: Client, org: dict[str, Unit]) -> None:
    answer = browser.post(reverse("unit_close", args=[org["centre"].pk]), {"luk-last_day": "24.12.2026"})
    assert answer.status_code == 422
    assert "Flyt eller luk dem først" in answer.content.decode()
    assert "24.12.2026" in answer.content.decode()


def test_a_leader_by_name_or_address(browser: Client, org: dict[str, Unit]) -> None:
    user = make_user(name="Ida Holm")
    address = reverse("unit_leader_add", args=[org["team"].pk])
    assert browser.post(address, {"leder-user": "Ida Hol"}).status_code == 422
    assert browser.post(address, {"leder-user": "ida holm"}).status_code == 302
    role = user.roles.get()
    assert (role.role, role.unit) == (Role.LEDER, org["team"])
    assert browser.post(address, {"leder-user": user.email}).status_code == 422  # has it already


def test_the_tree_counts_people_once_and_names_leaders(nordby: Any, org: dict[str, Unit]) -> None:
    leader = make_leader(org["centre"], name="Ida Holm")
    make_employment("Bo", org["team"])
    make_employment("Elin", org["centre"])
    make_employment("Gået", org["team"], end=ON - DAY)
    nodes = {node.unit.name: node for node in flattened(unit_tree(ON))}
    assert (nodes["Kommunen"].employees, nodes["Kommunen"].below) == (0, 2)
    assert (nodes["Centret"].employees, nodes["Centret"].below) == (1, 2)
    assert nodes["Centret"].leaders == [leader]
    assert [node.unit.name for node in nodes["Kommunen"].children] == ["Andet center", "Centret"]
    assert dict(unit_choices(ON))[org["team"]] == "Teamet (Centret)"


def test_the_number_of_queries_is_constant(browser: Client, org: dict[str, Unit]) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(address).status_code == 200
        return len(found)

    addresses = [reverse("units"), reverse("unit_setup", args=[org["centre"].pk])]
    few = [count(address) for address in addresses]
    for number in range(25):
        unit = make_unit(f"Team {number}", org["centre"])
        make_leader(unit)
        make_employment(f"Person {number}", unit)
    assert [count(address) for address in addresses] == few


def test_units_of_another_municipality_do_not_exist(
    browser: Client, sydby: Any, org: dict[str, Unit]
) -> None:
    with tenant(sydby.pk):
        theirs = make_unit("Sydbys")
    assert browser.get(reverse("unit_setup", args=[theirs.pk])).status_code == 404
    for name in ("unit_rename", "unit_move", "unit_close", "unit_reopen", "unit_leader_add"):
        assert browser.post(reverse(name, args=[theirs.pk])).status_code == 404
    answer = browser.post(
        reverse("unit_move", args=[org["team"].pk]), {"flyt-parent": theirs.pk, "flyt-from_day": "i dag"}
    )
    assert answer.status_code == 422
    assert "Sydbys" not in browser.get(reverse("units")).content.decode()

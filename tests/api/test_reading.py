"""What the endpoints answer, to tokens and to people."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client

from conversations.models import Deadline
from core.clock import today
from core.tenancy import tenant
from organisation.models import AccessLog, Employment, Municipality
from organisation.models.access import Role
from tests.api.calling import Caller, House
from tests.builders import log_in, make_absence, make_employment, make_person, make_unit, make_user

Calling = Callable[..., Caller]


def ids(answer: object) -> list[int]:
    return [row["id"] for row in answer.json()["results"]]  # type: ignore[attr-defined]


def session(user: object) -> Caller:
    """A caller with a log-in in place of a token."""
    caller = Caller(None)
    log_in(caller.client, user)  # type: ignore[arg-type]
    return caller


def test_units_stand_in_the_tree_of_the_day(house: House, calling: Calling) -> None:
    caller = calling("units")
    closed = make_unit("Gammel", house.top, valid_from=date(2018, 1, 1))
    closed.placements.update(valid_to=date(2020, 12, 31))
    assert ids(caller.get("units/")) == [house.top.pk, house.south.pk, house.west.pk]
    assert closed.pk in ids(caller.get("units/", on="2020-12-31"))
    assert ids(caller.get("units/", external_id=house.west.external_id)) == [house.west.pk]
    assert caller.get(f"units/{closed.pk}/").json() == {
        "id": closed.pk,
        "external_id": closed.external_id,
        "name": "Gammel",
        "level": "",
        "placements": [{"parent": house.top.pk, "valid_from": "2018-01-01", "valid_to": "2020-12-31"}],
    }


def test_employments_with_the_terms_of_the_day(house: House, calling: Calling) -> None:
    caller = calling("people")
    ended = make_employment("Anders Bak", house.south, end=date(2021, 6, 30))
    assert ids(caller.get("employments/")) == [house.jonna.pk, house.torben.pk, house.vibeke.pk]
    assert ids(caller.get("employments/", unit=house.top.pk)) == ids(caller.get("employments/"))
    assert ids(caller.get("employments/", unit=house.south.pk, on="2021-06-30"))[0] == ended.pk
    assert ids(caller.get("employments/", external_id=house.torben.external_id)) == [house.torben.pk]
    found = caller.get(f"employments/{house.jonna.pk}/").json()
    assert found["person"]["name"] == "Jonna Vestermark"
    assert (found["terms"]["unit"], found["terms"]["weekly_hours"]) == (house.south.pk, 37.0)
    assert found["terms"]["occupational_group"] is None
    assert caller.get(f"employments/{house.jonna.pk}/", on="1999-01-01").json()["terms"] is None


def test_absences_by_employment_unit_and_days(house: House, calling: Calling) -> None:
    caller, on = calling("absence"), today()
    old = make_absence(house.jonna, on - timedelta(days=40), days=5)
    now = make_absence(
        house.jonna, on - timedelta(days=3), states=[(on - timedelta(days=1), "delvist_raskmeldt", 16)]
    )
    other = make_absence(house.vibeke, on - timedelta(days=10), days=2)
    assert ids(caller.get("absences/")) == [now.pk, other.pk, old.pk]
    assert ids(caller.get("absences/", employment=house.jonna.pk, open="false")) == [old.pk]
    assert ids(caller.get("absences/", unit=house.south.pk, open="true")) == [now.pk]
    assert ids(caller.get("absences/", from_day=f"{on - timedelta(days=9)}")) == [now.pk, other.pk]
    assert ids(caller.get("absences/", to_day=f"{on - timedelta(days=10)}")) == [other.pk, old.pk]
    found = caller.get(f"absences/{now.pk}/").json()
    assert found["category"] == "egen_sygdom"
    assert found["states"] == [
        {
            "from_day": f"{on - timedelta(days=1)}",
            "state": "delvist_raskmeldt",
            "worked_hours_week": 16.0,
            "worked_hours": None,
            "sick_share": None,
        }
    ]


def test_every_look_is_written_down_with_the_tokens_name(house: House, calling: Calling) -> None:
    caller = calling("absence")
    make_absence(house.jonna, today() - timedelta(days=3))
    make_absence(house.vibeke, today() - timedelta(days=3))
    caller.get("absences/")
    looks = AccessLog.objects.values_list("person_id", "actor_id", "page")
    assert set(looks) == {
        (employment.person_id, house.hr.pk, "api:System absence")
        for employment in (house.jonna, house.vibeke)
    }
    caller.get("absences/", page_size=1)
    assert AccessLog.objects.count() == 3  # only those on the page


def test_deadlines_with_their_status(house: House, calling: Calling) -> None:
    caller, on = calling("conversations"), today()
    absence = make_absence(house.jonna, on - timedelta(days=30))
    rows = [
        Deadline.objects.create(
            employment=house.jonna,
            absence=absence,
            rule=rule,
            kind="samtale",
            earliest=due,
            due=due,
            reason="x",
            state=state,
            settled_on=on if state == "held" else None,
        )
        for rule, due, state in (
            ("a", on - timedelta(days=1), "open"),
            ("b", on, "open"),
            ("c", on + timedelta(days=1), "held"),
            ("d", on + timedelta(days=2), "lapsed"),
        )
    ]
    found = caller.get("deadlines/").json()["results"]
    assert [row["status"] for row in found] == ["overdue", "due", "held", None]
    assert ids(caller.get("deadlines/", state="open", from_day=f"{on}")) == [rows[1].pk]
    assert ids(caller.get("deadlines/", employment=house.vibeke.pk)) == []
    assert AccessLog.objects.filter(person=house.jonna.person).exists()


def test_pages(house: House, calling: Calling) -> None:
    caller = calling("units")
    first = caller.get("units/", page_size=2).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (3, 2, None)
    second = caller.client.get(first["next"], headers=caller.headers).json()
    assert (second["next"], [row["id"] for row in second["results"]]) == (None, [house.west.pk])
    assert caller.get("units/", page=3, page_size=2).status_code == 404


# ---------- people with a log-in ----------


def test_a_leader_has_the_same_reach_as_on_the_pages(house: House) -> None:
    caller = session(house.leader)
    assert ids(caller.get("employments/")) == [house.jonna.pk, house.torben.pk]
    mine = make_absence(house.jonna, today() - timedelta(days=3))
    other = make_absence(house.vibeke, today() - timedelta(days=3))
    assert ids(caller.get("absences/")) == [mine.pk]
    assert caller.get(f"absences/{other.pk}/").status_code == 404
    assert caller.get("absences/", employment=house.vibeke.pk).status_code == 404
    assert set(AccessLog.objects.values_list("person_id", "page")) == {(house.jonna.person_id, "api")}


@pytest.mark.parametrize("role", [Role.SYSTEMANSVARLIG, Role.KOORDINATOR, Role.MED])
def test_roles_without_persons_get_none(house: House, role: Role) -> None:
    caller = session(make_user(role))
    for path in ("employments/", "absences/", "deadlines/", f"employments/{house.jonna.pk}/"):
        assert caller.get(path).status_code == 404
    assert caller.get("units/").status_code == 200


def test_an_employee_reads_no_absence_here(house: House) -> None:
    caller = session(make_user(person=house.jonna.person))
    assert caller.get("absences/").status_code == 404
    assert caller.get("figures/").status_code == 404


def test_nobody_is_asked_to_log_in_by_a_page(house: House) -> None:
    answer = Caller(None).get("units/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


def test_writing_from_the_browser_needs_the_csrf_token(house: House) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, house.leader)
    body = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    answer = client.post("/api/v1/absences/", body, content_type="application/json")
    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"


# ---------- other municipalities ----------


def test_another_municipalitys_rows_are_404_everywhere(
    house: House, sydby: Municipality, calling: Calling
) -> None:
    with tenant(sydby.pk):
        unit = make_unit("Fremmed")
        foreign: Employment = make_employment("Fremmed", unit, person=make_person("Fremmed"))
        absence = make_absence(foreign, today() - timedelta(days=3))
    caller = calling()
    for path in (f"units/{unit.pk}/", f"employments/{foreign.pk}/", f"absences/{absence.pk}/"):
        assert caller.get(path).status_code == 404
    for path, query in (
        ("employments/", {"unit": unit.pk}),
        ("absences/", {"unit": unit.pk}),
        ("absences/", {"employment": foreign.pk}),
        ("deadlines/", {"employment": foreign.pk}),
        ("figures/", {"unit": unit.pk}),
    ):
        assert caller.get(path, **query).status_code == 404
    body = {"employment": foreign.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    assert caller.post("absences/", body).status_code == 404
    assert "Fremmed" not in caller.get("employments/").content.decode()

"""Registering through the API: the same service as the page, once per Idempotency-Key."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from absence.models import SickNotification
from conversations.models import Deadline
from core.api import idempotency
from core.clock import today
from core.models import ApiAnswer
from core.tenancy import tenant_transaction
from organisation.models import Municipality
from tests.api.calling import Caller, House, token_for
from tests.builders import make_absence, make_employment, make_hr, make_leader, make_unit

Calling = Callable[..., Caller]


@pytest.fixture
def body(house: House) -> dict[str, Any]:
    return {
        "employment": house.jonna.pk,
        "category": "egen_sygdom",
        "first_day": f"{today() - timedelta(days=1)}",
        "agreed_contact": "Vi ringes ved på fredag",
    }


def test_registers_as_the_page_does(house: House, calling: Calling, body: dict[str, Any]) -> None:
    caller = calling("absence:write", "absence")
    answer = caller.post("absences/", body)
    assert answer.status_code == 201, answer.content
    made = SickNotification.objects.get()
    assert (made.pk, made.created_by_id, made.agreed_contact) == (
        answer.json()["id"],
        house.hr.pk,
        "Vi ringes ved på fredag",
    )
    assert answer.headers["Location"].endswith(f"/api/v1/absences/{made.pk}/")
    assert caller.client.get(answer.headers["Location"], headers=caller.headers).json() == answer.json()
    assert Deadline.objects.filter(absence=made).exists()


def test_a_token_may_register_for_whoever_made_it(house: House, body: dict[str, Any]) -> None:
    """The service account is nobody's own person."""
    hr = make_hr(person=house.vibeke.person)
    caller = Caller(token_for(hr, ["absence:write"])[1])
    assert caller.post("absences/", body | {"employment": house.vibeke.pk}).status_code == 201


def test_a_repeat_answers_the_same_and_does_nothing(calling: Calling, body: dict[str, Any]) -> None:
    caller = calling("absence:write")
    first = caller.post("absences/", body, key="7b0c1a2e")
    again = caller.post("absences/", body, key="7b0c1a2e")
    assert (again.status_code, again.json(), again.headers["Location"]) == (
        201,
        first.json(),
        first.headers["Location"],
    )
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert SickNotification.objects.count() == 1


def test_spacing_of_the_body_does_not_matter(calling: Calling, body: dict[str, Any]) -> None:
    import json

    caller = calling("absence:write")
    caller.post("absences/", body, key="k")
    spaced = json.dumps(dict(reversed(body.items())), indent=4)
    assert caller.post("absences/", spaced, key="k").status_code == 201


def test_a_key_used_for_something_else_is_refused(
    house: House, calling: Calling, body: dict[str, Any]
) -> None:
    caller = calling("absence:write")
    caller.post("absences/", body, key="k")
    answer = caller.post("absences/", body | {"employment": house.torben.pk}, key="k")
    assert (answer.status_code, answer.json()["type"]) == (422, "/api/docs/#key-reused")
    assert SickNotification.objects.count() == 1


def test_another_callers_key_is_another_key(house: House, body: dict[str, Any]) -> None:
    one = Caller(token_for(house.hr, ["absence:write"], name="Et")[1])
    two = Caller(token_for(house.hr, ["absence:write"], name="To")[1])
    assert one.post("absences/", body, key="k").status_code == 201
    answer = two.post("absences/", body, key="k")
    assert (answer.status_code, answer.json()["type"]) == (409, "/api/docs/#overlap")


def test_a_refused_call_may_be_mended_with_the_same_key(calling: Calling, body: dict[str, Any]) -> None:
    caller = calling("absence:write")
    assert caller.post("absences/", body | {"category": "influenza"}, key="k").status_code == 422
    assert not ApiAnswer.objects.exists()
    assert caller.post("absences/", body, key="k").status_code == 201


def test_answers_are_forgotten_after_a_day(calling: Calling, body: dict[str, Any]) -> None:
    caller = calling("absence:write")
    caller.post("absences/", body, key="k")
    ApiAnswer.objects.update(created_at=timezone.now() - idempotency.KEPT - timedelta(minutes=1))
    assert caller.post("absences/", body, key="k").status_code == 409
    assert not ApiAnswer.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 101, "med mellemrum", "æ"])
def test_keys_that_are_none(calling: Calling, body: dict[str, Any], key: str) -> None:
    answer = calling("absence:write").post("absences/", body, key=key.encode().decode("latin-1"))
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/docs/#unreadable")
    assert not SickNotification.objects.exists()


def test_overlap_says_which_days(house: House, calling: Calling, body: dict[str, Any]) -> None:
    make_absence(house.jonna, today() - timedelta(days=2))
    answer = calling("absence:write").post("absences/", body)
    assert answer.status_code == 409
    assert [error["field"] for error in answer.json()["errors"]] == ["first_day"]
    assert "ikke er afsluttet" in answer.json()["detail"]


def test_continuing_an_earlier_absence(house: House, calling: Calling, body: dict[str, Any]) -> None:
    earlier = make_absence(house.jonna, today() - timedelta(days=9), today() - timedelta(days=2))
    answer = calling("absence:write").post("absences/", body | {"continues": earlier.pk})
    assert (answer.status_code, answer.json()["id"]) == (201, earlier.pk)
    assert answer.json()["last_day"] is None


def test_a_leader_writes_for_their_own_employees_only(house: House, body: dict[str, Any]) -> None:
    from tests.api.test_reading import session

    caller = session(house.leader)
    assert caller.post("absences/", body | {"employment": house.vibeke.pk}).status_code == 404
    assert caller.post("absences/", body).status_code == 201
    assert SickNotification.objects.get().created_by_id == house.leader.pk


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_with_one_key(transactional_nordby: Municipality) -> None:
    """The second waits for the first and gets its answer."""
    with tenant_transaction(transactional_nordby.pk):
        unit = make_unit()
        make_leader(unit)
        employment = make_employment("Jonna", unit)
        text = token_for(make_hr(), ["absence:write"])[1]
    asked = {"employment": employment.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    answers: list[tuple[int, int, bool]] = []
    ready = threading.Barrier(6)

    def call() -> None:
        ready.wait()
        try:
            answer = Caller(text).post("absences/", asked, key="samtidig")
            answers.append(
                (answer.status_code, answer.json().get("id", 0), "Idempotency-Replayed" in answer.headers)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tenant_transaction(transactional_nordby.pk):
        made = SickNotification.objects.get().pk
    assert sorted(answers) == [(201, made, False)] + [(201, made, True)] * 5

"""Tokens: who may make which, what they open, and when they stop."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from absence.models import SickNotification
from core.clock import today
from core.tenancy import current, tenant
from organisation.models import ApiToken, Municipality
from organisation.models.access import Role
from organisation.models.tokens import Scope
from organisation.services.tokens import (
    LONGEST,
    check_token,
    create_token,
    restore_token,
    revoke_token,
    service_account,
)
from tests.api.calling import ALL, Caller, House, token_for
from tests.builders import log_in, make_absence, make_hr, make_user

Calling = Callable[..., Caller]
# Path → scope that opens it for reading.
OPENS = {
    "units/": Scope.UNITS,
    "employments/": Scope.PEOPLE,
    "absences/": Scope.ABSENCE,
    "deadlines/": Scope.CONVERSATIONS,
    "figures/": Scope.FIGURES,
}


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_opens_its_own_endpoint_only(house: House, calling: Calling, scope: Scope) -> None:
    caller = calling(scope.value)
    for path, needed in OPENS.items():
        answer = caller.get(path)
        assert answer.status_code == (200 if scope == needed else 403), path
        if scope != needed:
            assert f"»{needed.value}«" in answer.json()["detail"]
    body = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    assert caller.post("absences/", body).status_code == (201 if scope == Scope.ABSENCE_WRITE else 403)
    assert SickNotification.objects.exists() == (scope == Scope.ABSENCE_WRITE)


def test_only_the_hash_is_kept(house: House) -> None:
    token, text = token_for(house.hr)
    assert text.startswith(f"nv_{current()}_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM organisation_apitoken t")
        assert text.rpartition("_")[2] not in cursor.fetchone()[0]
    assert text.startswith(token.prefix)
    assert len(text) - len(token.prefix) >= 37  # 222 bits are not shown


@pytest.mark.parametrize("spoil", [
    lambda text: text[:-1],
    lambda text: text + "x",
    lambda text: text[:-1] + ("a" if text[-1] != "a" else "b"),
    lambda text: text.swapcase(),
    lambda text: text.replace("nv_", "nv_9"),
    lambda text: "",
    lambda text: "nv_99999999999999999999_" + "a" * 43,
    lambda text: "nv_0_" + "a" * 43,
    lambda text: "æ" * 50,
    lambda text: f"{text} {text}",
])  # fmt: skip
def test_a_wrong_token_is_refused(house: House, spoil: Callable[[str], str]) -> None:
    text = spoil(token_for(house.hr)[1]).encode().decode("latin-1")
    answer = Caller(text).get("units/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_token_is_not_helped_by_a_log_in(house: House) -> None:
    caller = Caller("nv_1_" + "a" * 43)
    log_in(caller.client, house.hr)
    assert caller.get("units/").status_code == 401


def test_another_municipalitys_number_finds_nothing(house: House, sydby: Municipality) -> None:
    text = token_for(house.hr)[1]
    stolen = f"nv_{sydby.pk}_{text.split('_', 2)[2]}"
    assert Caller(stolen).get("units/").status_code == 401


def test_the_tokens_municipality_counts_not_the_sessions(
    house: House, sydby: Municipality, calling: Calling
) -> None:
    with tenant(sydby.pk):
        stranger = make_hr()
    caller = calling("units")
    with tenant(sydby.pk):
        log_in(caller.client, stranger)
    assert caller.get("units/").json()["count"] == 3
    assert Caller(None).client.get("/api/v1/units/").status_code == 401


def test_expired_and_closed(house: House) -> None:
    token, text = token_for(house.hr, expires_on=today())
    assert Caller(text).get("units/").status_code == 200
    ApiToken.objects.filter(pk=token.pk).update(expires_on=today() - timedelta(days=1))
    expired = Caller(text).get("units/")
    assert (expired.status_code, "udløbet" in expired.json()["detail"]) == (401, True)
    ApiToken.objects.filter(pk=token.pk).update(expires_on=today())
    revoke_token(token=token, by=house.hr)
    assert Caller(text).get("units/").status_code == 401
    restore_token(token=token, by=house.hr, today=today())
    assert Caller(text).get("units/").status_code == 200


def test_use_is_noted_to_five_minutes_and_is_no_change(house: House) -> None:
    token, text = token_for(house.hr)
    caller = Caller(text)
    caller.get("units/")
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    caller.get("units/")
    token.refresh_from_db()
    assert token.last_used_at == first
    revoke_token(token=token, by=house.hr)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_context->>'user' FROM organisation_apitokenhistoryevent")
        assert cursor.fetchall() == [(str(house.hr.pk),)]


def test_history_names_the_token(house: House, calling: Calling) -> None:
    """Prolonging an absence changes a row; the row as it was says which token did it."""
    earlier = make_absence(house.jonna, today() - timedelta(days=9), today() - timedelta(days=1))
    caller = calling("absence:write")
    body = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}", "continues": earlier.pk}  # fmt: skip
    assert caller.post("absences/", body).status_code == 201
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_context FROM absence_sicknotificationhistoryevent")
        ((context,),) = cursor.fetchall()
    assert '"token"' in str(context).replace("'", '"')


# ---------- who may make which ----------


def _make(by: Any, scopes: tuple[str, ...], **changed: Any) -> ApiToken:
    values = {"name": "X", "expires_on": today() + timedelta(days=1), **changed}
    return create_token(scopes=scopes, by=by, today=today(), **values)[0]


def test_nobody_gives_more_than_they_have(house: House) -> None:
    admin = make_user(Role.SYSTEMANSVARLIG)
    assert _make(admin, ("units", "people")).scopes == ["units", "people"]
    for scope in ("absence", "absence:write", "conversations", "figures"):
        with pytest.raises(ValidationError) as error:
            _make(admin, ("units", scope), name="Y")
        assert list(error.value.message_dict) == ["scopes"]
    closed = _make(house.hr, ("absence",), name="HR")
    revoke_token(token=closed, by=admin)
    with pytest.raises(ValidationError):
        restore_token(token=closed, by=admin, today=today())
    with pytest.raises(ValidationError):
        _make(house.leader, ("units",), name="Z")


@pytest.mark.parametrize(("changed", "field"), [
    ({"expires_on": date(2020, 1, 1)}, "expires_on"),
    ({"expires_on": today() + LONGEST + timedelta(days=1)}, "expires_on"),
    ({"name": " x "}, "name"),
    ({"name": ""}, "name"),
])  # fmt: skip
def test_what_a_token_must_be(house: House, changed: dict[str, Any], field: str) -> None:
    _make(house.hr, ("units",))
    with pytest.raises(ValidationError) as error:
        _make(house.hr, ("units",), **{"name": "Y"} | changed)
    assert field in error.value.message_dict


def test_a_service_account_is_never_saved(house: House) -> None:
    token, text = token_for(house.hr)
    account = service_account(check_token(text, today()))
    assert (account.pk, account.person) == (token.created_by_id, None)
    with pytest.raises(TypeError):
        account.save()


# ---------- the page ----------


def _page(client: Client, **data: Any) -> Any:
    return client.post("/opsaetning/api/", data) if data else client.get("/opsaetning/api/")


def test_the_page_shows_a_token_once(client: Client, house: House) -> None:
    log_in(client, house.hr)
    assert "Ingen nøgler" in _page(client).content.decode()
    made = _page(client, name="Lønsystem", scopes=["units", "absence"], expires_on="31.12")
    text = made.context["text"]
    assert made.content.decode().count(text) == 1
    assert "no-store" in made.headers["Cache-Control"]
    assert Caller(text).get("units/").status_code == 200
    page = _page(client).content.decode()
    assert text not in page
    assert "Lønsystem" in page
    assert "Sidst brugt" in page


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(client: Client, house: House) -> None:
    log_in(client, house.hr)
    answer = _page(client, name="Lønsystem", expires_on="31.12.2019")
    assert answer.status_code == 422
    assert "Vælg mindst én adgang." in answer.content.decode()
    assert 'value="Lønsystem"' in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_systemansvarlig_is_offered_no_absence(client: Client, house: House) -> None:
    log_in(client, make_user(Role.SYSTEMANSVARLIG))
    page = _page(client)
    assert [value for value, _ in page.context["form"].fields["scopes"].choices] == ["units", "people"]
    answer = _page(client, name="X", scopes=["absence"], expires_on="31.12")
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_closing_can_be_undone(client: Client, house: House) -> None:
    token, text = token_for(house.hr)
    log_in(client, house.hr)
    answer = client.post(f"/opsaetning/api/{token.pk}/luk/", follow=True)
    assert "Lukket" in answer.content.decode()
    assert Caller(text).get("units/").status_code == 401
    client.post(f"/opsaetning/api/{token.pk}/aabn/")
    assert Caller(text).get("units/").status_code == 200


@pytest.mark.parametrize("role", [Role.LEDER, Role.MED, Role.KOORDINATOR])
def test_others_find_no_page(client: Client, house: House, role: Role) -> None:
    token, _ = token_for(house.hr)
    log_in(client, house.leader if role == Role.LEDER else make_user(role))
    assert _page(client).status_code == 404
    assert client.post(f"/opsaetning/api/{token.pk}/luk/").status_code == 404


def test_another_municipalitys_token_cannot_be_closed(
    client: Client, house: House, sydby: Municipality
) -> None:
    with tenant(sydby.pk):
        token, _ = token_for(make_hr())
    log_in(client, house.hr)
    assert client.post(f"/opsaetning/api/{token.pk}/luk/").status_code == 404


# ---------- too many calls ----------


def test_too_many_calls_are_asked_to_wait(
    house: House, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.api.throttling import CallThrottle

    monkeypatch.setattr(CallThrottle, "THROTTLE_RATES", {"api": "3/min", "api_write": "3/min"})
    one = calling("units")
    other = Caller(token_for(house.hr, ALL, name="Et andet")[1])
    assert [one.get("units/").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert 1 <= int(one.get("units/").headers["Retry-After"]) <= 61
    assert other.get("units/").status_code == 200
    cache.clear()
    assert one.get("units/").status_code == 200


def test_a_fault_of_ours_is_a_problem_too(
    house: House, calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    from absence import services

    def broken(**values: Any) -> None:
        make_absence(house.jonna, today())
        raise RuntimeError("hemmeligt")

    monkeypatch.setattr(services, "register", broken)
    body = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    answer = calling("absence:write").post("absences/", body)
    assert (answer.status_code, answer.json()["type"]) == (500, "/api/docs/#error")
    assert "hemmeligt" not in answer.content.decode()
    assert not SickNotification.objects.exists()

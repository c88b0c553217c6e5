"""Whatever is sent, the answer is a problem that says what to do: never a 500, never half a write."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absence.models import SickNotification
from core.clock import today
from tests.api.calling import Caller, House

Calling = Callable[..., Caller]
HUGE = 10**30
LISTS = ("units/", "employments/", "absences/", "deadlines/", "figures/")
NUMBERS = {
    "employments/": ["unit"],
    "absences/": ["unit", "employment"],
    "deadlines/": ["employment"],
    "figures/": ["unit", "months"],
}
DAYS = {"units/": ["on"], "employments/": ["on"], "absences/": ["from_day", "to_day"], "deadlines/": ["from_day", "to_day"]}  # fmt: skip
NO_NUMBERS = ["x", "", "1.5", "-1", "0", str(HUGE), "1e3", "٣", " 1", "1_000", "0x1", "NaN", "true", "1\x00"]
NO_DAYS = ["31.02.2026", "2026-02-31", "2026-13-01", "i går", "", "20261123", "2026-1-1", "0001-01-01", "9999-12-31", "2026-11-23T00:00:00", "²⁰26-01-01"]  # fmt: skip


@pytest.fixture
def caller(calling: Calling) -> Caller:
    return calling()


def fields(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", [{"ukendt": "1"}, {"page": "0"}, {"page": "x"}, {"page": str(HUGE)}, {"page_size": "501"}, {"page_size": "0"}])  # fmt: skip
def test_parameters_every_list_refuses(caller: Caller, path: str, query: dict[str, str]) -> None:
    answer = caller.get(path, **query)
    assert (answer.status_code, fields(answer)) == (422, list(query))


@pytest.mark.parametrize(
    ("path", "name"), [(path, name) for path, names in NUMBERS.items() for name in names]
)
def test_numbers_that_are_none(caller: Caller, path: str, name: str) -> None:
    for value in NO_NUMBERS:
        answer = caller.get(path, **{name: value})
        assert (answer.status_code, fields(answer)) == (422, [name]), value
    if name != "months":
        assert caller.get(path, **{name: 2**63 - 1}).status_code == 404


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in DAYS.items() for name in names])
def test_days_that_are_none(caller: Caller, path: str, name: str) -> None:
    for value in NO_DAYS:
        answer = caller.get(path, **{name: value})
        assert (answer.status_code, fields(answer)) == (422, [name]), value


@pytest.mark.parametrize("query", [
    {"until": "2026-13"}, {"until": "2026-1"}, {"until": "1999-12"}, {"until": "2199-01"}, {"until": "2026-11-01"},
    {"months": "61"}, {"by": "person"}, {"by": "NONE"},
])  # fmt: skip
def test_figures_that_are_none(caller: Caller, query: dict[str, str]) -> None:
    answer = caller.get("figures/", **query)
    assert (answer.status_code, fields(answer)) == (422, list(query))


def test_other_words(caller: Caller) -> None:
    for path, query in (
        ("absences/", {"open": "yes"}),
        ("deadlines/", {"state": "done"}),
        ("units/", {"external_id": "x" * 61}),
        ("units/", {"external_id": "a\x00b"}),
    ):
        answer = caller.get(path, **query)
        assert (answer.status_code, fields(answer)) == (422, list(query))
    assert fields(caller.get("absences/", from_day="2026-02-01", to_day="2026-01-31")) == ["to_day"]
    assert fields(caller.get("units/", on=["2026-01-01", "2026-01-02"])) == ["on"]
    assert caller.get("units/1/", on="2026-01-01").status_code == 422  # a detail that takes none


@pytest.mark.parametrize("path", ["units", "employments", "absences"])
def test_rows_that_are_not_there(caller: Caller, path: str) -> None:
    for number in (0, 2**31, 2**63 - 1, 2**63, HUGE):
        assert caller.get(f"{path}/{number}/").status_code == 404
    for word in ("-1", "x", "1.0", "1/x"):
        assert caller.get(f"{path}/{word}/").status_code == 404


def test_addresses_that_are_none(caller: Caller) -> None:
    assert caller.get("").status_code == 404
    assert caller.get("nope/").status_code == 404
    assert caller.post("nope/", {}).status_code == 404
    assert Caller(None).get("nope/").status_code == 404


def test_methods_that_are_none(caller: Caller) -> None:
    for method, path in (("put", "absences/"), ("delete", "units/"), ("post", "units/"), ("patch", "figures/"), ("options", "units/")):  # fmt: skip
        answer = getattr(caller.client, method)(f"/api/v1/{path}", headers=caller.headers)
        assert answer.status_code == 405, (method, path)
        allowed = {"GET", "HEAD", "POST"} if path == "absences/" else {"GET", "HEAD"}
        assert set(answer.headers["Allow"].split(", ")) == allowed
        assert answer.json()["type"] == "/api/docs/#method"


def test_formats_that_are_none(caller: Caller) -> None:
    answer = caller.client.get("/api/v1/units/", headers={**caller.headers, "Accept": "text/csv"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (406, "application/problem+json")
    answer = caller.client.post("/api/v1/absences/", {"a": "b"}, headers=caller.headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "/api/docs/#media-type")


BAD_JSON = [b"", b"{", b"[" * 200_000, b"\xff\xfe", b'{"a": NaN}', b"9" * 10_000, b'{"a": 1}{']


@pytest.mark.parametrize("body", BAD_JSON, ids=[repr(body[:8]) for body in BAD_JSON])
def test_bodies_that_cannot_be_read(caller: Caller, body: bytes) -> None:
    answer = caller.post("absences/", body)
    assert answer.status_code in (400, 422)
    assert not SickNotification.objects.exists()


def test_bodies_that_fill_too_much(caller: Caller) -> None:
    assert caller.post("absences/", b'{"a": "' + b"x" * 300_000 + b'"}').status_code == 413


@pytest.mark.parametrize("body", [None, [], [{}], "x", 7, True])
def test_bodies_that_are_no_objects(caller: Caller, body: Any) -> None:
    assert caller.post("absences/", json.dumps(body)).status_code == 422


BAD_VALUES: dict[str, list[Any]] = {
    "employment": [None, "", "x", True, 1.5, -1, 0, HUGE, [1], {"id": 1}, 2**63],
    "category": [None, "", 7, ["egen_sygdom"], "influenza", "x" * 41, "a\x00", "\ud800"],
    "first_day": [None, "", 20261123, "31.02.2026", "2026-02-30", "2026-02-31T08:00", "i går", ["2026-02-01"], "1014-01-01", "9999-12-31"],
    "last_day": ["x", 7, False, {}],
    "expected_last_day": ["2026-02-30"],
    "work_related": [None, "ja", 1, []],
    "agreed_contact": [None, 7, "x" * 201, "a\x00b", "\ud800", {}],
    "continues": ["x", -1, 1.5, HUGE],
    "diagnosis": ["influenza"],
    "id": [1],
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_VALUES)
def test_values_that_are_none(house: House, caller: Caller, name: str) -> None:
    good = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    for value in BAD_VALUES[name]:
        answer = caller.post("absences/", good | {name: value}, key="k")
        assert (answer.status_code, fields(answer)) == (422, [name]), value
    assert not SickNotification.objects.exists()


def test_every_missing_field_is_named_at_once(caller: Caller) -> None:
    answer = caller.post("absences/", {})
    assert fields(answer) == ["employment", "category", "first_day"]
    assert answer.json()["detail"].startswith("Der er 3 ting")


def test_the_rules_of_the_page_hold(house: House, caller: Caller) -> None:
    good = {"employment": house.jonna.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    early = f"{today() - timedelta(days=3)}"
    answer = caller.post("absences/", good | {"last_day": early})
    assert (answer.status_code, fields(answer)) == (422, ["last_day"])
    assert caller.post("absences/", good | {"continues": 2**40}).status_code == 404
    far = f"{today() + timedelta(days=90)}"
    assert fields(caller.post("absences/", good | {"first_day": far})) == ["first_day"]


def test_errors_repeat_no_values(house: House, caller: Caller) -> None:
    """What somebody sent by mistake, a CPR number say, comes back in no message."""
    secret = "010203-1234"
    bodies = [{name: secret} for name in BAD_VALUES]
    for body in bodies:
        answer = caller.post("absences/", body)
        assert secret not in answer.content.decode()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.dictionaries(st.sampled_from([*BAD_VALUES, "andet"]), _VALUES, max_size=8))
def test_no_body_breaks_it(caller: Caller, body: dict[str, Any]) -> None:
    answer = caller.post("absences/", json.dumps(body))
    assert answer.status_code in (404, 422)


_QUERY = st.dictionaries(
    st.sampled_from(["page", "page_size", "on", "unit", "external_id", "employment", "from_day", "open", "until", "by"]),
    st.text(max_size=12) | st.integers().map(str) | st.dates().map(str),
    max_size=4,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(LISTS[:4]), query=_QUERY)
def test_no_address_breaks_it(caller: Caller, path: str, query: dict[str, str]) -> None:
    assert caller.get(path, **query).status_code in (200, 404, 422)

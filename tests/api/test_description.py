"""The OpenAPI document and the page made from it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from core.api.problems import KINDS
from core.clock import today
from tests.api.calling import Caller, House
from tests.builders import make_absence

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    answer = client.get("/api/schema/")
    assert answer.status_code == 200
    found: dict[str, Any] = json.loads(answer.content)
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_openapi_31_and_valid(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate_schema(document)
    assert len(list(_operations(document))) == 9


def test_nothing_was_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    """drf-spectacular warns where it can't tell a type; there is nothing to warn about."""
    from drf_spectacular.generators import SchemaGenerator

    SchemaGenerator().get_schema(request=None, public=True)
    assert capsys.readouterr().err == ""


def test_every_operation_tells_its_scope_and_problems(document: dict[str, Any]) -> None:
    for path, method, operation in _operations(document):
        assert "Kræver adgangen »" in operation["description"], (path, method)
        assert operation["summary"]
        for status, answer in operation["responses"].items():
            kind = "application/json" if status.startswith("2") else "application/problem+json"
            assert list(answer["content"]) == [kind]
        assert {"bearer": []} in operation["security"]


def test_answers_are_as_described(
    document: dict[str, Any], house: House, calling: Callable[..., Caller]
) -> None:
    make_absence(house.jonna, today(), states=[(today(), "aktivt_sygemeldt", None)])
    caller = calling()

    def check(answer: Any, name: str) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        jsonschema.Draft202012Validator(
            schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        ).validate(answer.json())

    check(caller.get("units/"), "PaginatedUnitList")
    check(caller.get("employments/"), "PaginatedEmploymentList")
    check(caller.get(f"employments/{house.jonna.pk}/", on="1999-01-01"), "Employment")
    check(caller.get("absences/"), "PaginatedAbsenceList")
    check(caller.get("deadlines/"), "PaginatedDeadlineList")
    check(caller.get("figures/"), "PaginatedFigureList")
    body = {"employment": house.torben.pk, "category": "egen_sygdom", "first_day": f"{today()}"}
    check(caller.post("absences/", body), "Absence")
    for problem in (caller.get("units/", x=1), caller.get("units/0/"), caller.post("absences/", body)):
        check(problem, "ProblemDetails")


def test_the_page_is_readable_without_log_in(client: Client, document: dict[str, Any]) -> None:
    page = client.get("/api/docs/").content.decode()
    for path, _, operation in _operations(document):
        assert path in page
        assert operation["summary"] in page
    for slug in KINDS:
        assert f'id="{slug}"' in page  # where `type` of a problem points
    main = page.partition("<main")[2]
    assert "<script" not in main
    assert "style=" not in main

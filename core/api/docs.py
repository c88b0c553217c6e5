"""The description of the API for programs (/api/schema/) and for people (/api/docs/). Open: it holds no data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.api.problems import KINDS
from core.api.schema import description

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Parameter:
    """One value that an operation takes or answers."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Operation:
    """One method of one address, written out."""

    id: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    parameters: list[Parameter]
    body: list[Parameter]
    answer: list[Parameter]
    problems: list[tuple[str, str]]


@require_safe
@login_not_required
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document as JSON."""
    text = json.dumps(description(), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json")


@require_safe
@login_not_required
def docs(request: HttpRequest) -> HttpResponse:
    """The same document as a page in our own layout, without scripts."""
    document = description()
    tags: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                tag = methods[method]["tags"][0]
                tags.setdefault(tag, []).append(_operation(document, path, method, methods[method]))
    context = {
        "tags": tags,
        "kinds": KINDS.values(),
        "base": request.build_absolute_uri("/"),
    }
    return render(request, "api/docs.html", context)


def _operation(document: dict[str, Any], path: str, method: str, found: dict[str, Any]) -> Operation:
    parameters = [
        Parameter(
            each["name"],
            _kind(document, each["schema"]),
            each.get("required", False),
            each.get("description", ""),
        )
        for each in found.get("parameters", [])
    ]
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good = next(answer for status, answer in found["responses"].items() if status.startswith("2"))
    answer = _resolved(document, good["content"]["application/json"]["schema"])
    if "results" in answer.get("properties", {}):
        answer = _resolved(document, answer["properties"]["results"]["items"])
    return Operation(
        id=found["operationId"],
        method=method.upper(),
        path=path,
        summary=found["summary"],
        paragraphs=[part for part in found.get("description", "").split("\n\n") if part],
        parameters=parameters,
        body=_fields(document, body) if body else [],
        answer=_fields(document, answer),
        problems=[
            (status, answer.get("description", ""))
            for status, answer in sorted(found["responses"].items())
            if not status.startswith("2")
        ],
    )


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself where there is a reference to one, also among alternatives with null."""
    for each in (schema, *schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])):
        if "$ref" in each:
            name = each["$ref"].rpartition("/")[2]
            found: dict[str, Any] = document["components"]["schemas"][name]
            return found
    return schema


def _fields(document: dict[str, Any], schema: dict[str, Any], prefix: str = "") -> list[Parameter]:
    """The properties of an object, inner ones with dots."""
    whole = _resolved(document, schema)
    found = []
    for name, inner in whole.get("properties", {}).items():
        item = inner.get("items", inner)
        nested = _resolved(document, item)
        found.append(
            Parameter(
                prefix + name,
                _kind(document, inner),
                name in whole.get("required", []),
                inner.get("description", "").partition("\n")[0],
            )
        )
        found += _fields(document, nested, f"{prefix}{name}.") if "properties" in nested else []
    return found


_WORDS = {
    "string": "tekst",
    "integer": "heltal",
    "number": "tal",
    "boolean": "true eller false",
    "object": "objekt",
    "array": "liste",
    "null": "null",
}


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """The kind of a value in a few Danish words."""
    whole = _resolved(document, schema)
    if whole.get("enum"):
        return ", ".join("null" if value is None else str(value) for value in whole["enum"])
    if whole.get("format") == "date":
        words = "dato"
    else:
        kinds = whole.get("type", "object")
        first = next(
            (kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"), "null"
        )
        words = _WORDS[first]
    nullable = "null" in schema.get("type", []) or any(
        each.get("type") == "null" for key in ("oneOf", "anyOf") for each in schema.get(key, [])
    )
    return f"{words} eller null" if nullable else words

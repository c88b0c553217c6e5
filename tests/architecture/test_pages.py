"""Every address is guarded: a page of a municipality says which roles it is for, or is open for a stated reason."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from core.api.views import ApiView
from organisation.api_access import BearerAuthentication, MayCall
from organisation.models.access import Role
from organisation.models.tokens import Scope

# URL name → why it needs no role.
OPEN_PAGES = {
    "healthz": "probe: the process answers",
    "readyz": "probe: says yes or no, nothing else",
    "metrics": "loopback or token only, checked in the view",
    "login": "the way in",
    "logout": "the way out",
    "password_change": "one's own password, whatever the role",
    "password_forgotten": "the way back in: always answers the same",
    "password_new": "the way back in: by a signed, one-time link",
    "start": "sends each user to their own first page",
    "privacy": "how data are used: the same text for everybody",
    "accessibility": "the accessibility statement: the same text for everybody",
    "api_schema": "what the API offers: the same text for everybody, no data",
    "api_docs": "the same as a page",
    "api_unknown": "answers 404 to whatever is no address of the API",
}


def patterns(resolver: Any = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def _roles(pattern: URLPattern) -> frozenset[str] | None:
    view = pattern.callback
    return getattr(view, "allowed_roles", None) or getattr(
        getattr(view, "view_class", None), "allowed_roles", None
    )


def _endpoint(pattern: URLPattern) -> type[APIView] | None:
    """The class of an address of the API."""
    view: type[APIView] | None = getattr(pattern.callback, "cls", None)
    return view


def _endpoints() -> dict[str, type[APIView]]:
    found = {str(p.name): view for p in patterns() if (view := _endpoint(p)) is not None}
    return {name: view for name, view in found.items() if name not in OPEN_PAGES}


def test_every_endpoint_says_its_scope_and_asks_who_calls() -> None:
    found = _endpoints()
    assert len(found) >= 8
    for name, view in found.items():
        assert issubclass(view, ApiView), name
        assert view.required_scope in Scope.values, name
        writes = {"post", "put", "patch", "delete"} & set(dir(view))
        assert bool(writes) == (view.write_scope in Scope.values), name
        assert view.write_scope != view.required_scope, name
        assert view.session_roles <= set(Role.values) - {Role.OPERATOER}, name
        assert view.authentication_classes[0] is BearerAuthentication, name
        assert view.permission_classes == [MayCall], name
        assert view.throttle_classes, name


def test_everything_under_the_api_is_an_endpoint_or_open() -> None:
    under = [p for p in patterns() if str(p.pattern).lstrip("^").startswith("api/")]
    assert len(under) >= 11
    for pattern in under:
        assert _endpoint(pattern) is not None or pattern.name in OPEN_PAGES, pattern


def test_an_endpoint_without_a_scope_cannot_be_written() -> None:
    with pytest.raises(TypeError, match="required_scope"):
        type("Forgotten", (ApiView,), {"session_roles": frozenset({"hr"})})


def test_every_page_says_who_it_is_for() -> None:
    found = [p for p in patterns() if _endpoint(p) is None]
    assert len(found) >= 4
    unguarded = {p.name for p in found if _roles(p) is None} - set(OPEN_PAGES)
    assert not unguarded


def test_no_open_page_is_stale() -> None:
    optional = {"metrics", "start", "privacy", "accessibility"}
    assert set(OPEN_PAGES) - optional <= {p.name for p in patterns()}


def test_names_are_unique() -> None:
    names = [p.name for p in patterns()]
    assert None not in names
    assert len(names) == len(set(names))

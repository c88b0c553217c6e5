"""Every address is guarded: a page of a municipality says which roles it is for, or is open for a stated reason."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

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


def test_every_page_says_who_it_is_for() -> None:
    found = list(patterns())
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

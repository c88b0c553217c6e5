"""Every address of the product, with the numbers in it filled in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLResolver, get_resolver

_HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every pattern; regular expressions are left out."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif "^" not in route:
            yield route, str(entry.name)


def numbers(route: str) -> list[str]:
    """The names of the route's ids."""
    return [name for kind, name in _HOLE.findall(route) if kind == "int"]


def fill(route: str, ids: Mapping[str, int]) -> str:
    """The address. Texts in it are `x`; fails for an id nobody has told of."""
    unknown = set(numbers(route)) - set(ids)
    assert not unknown, f"{route}: add {unknown} to the ids of tests/acceptance/test_pages.py"
    return "/" + _HOLE.sub(lambda hole: str(ids[hole[2]]) if hole[1] == "int" else "x", route)

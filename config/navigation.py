"""The frame around every page: which menu entries a user sees, and whose page it is.

An entry is shown only to roles whose page would open.
"""

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.clock import today
from core.context import Link, NavEntry, PageFrame
from organisation.models import Municipality, User
from organisation.models.access import Role
from organisation.permissions import reach_of

_L, _H, _K, _M, _S, _E = (
    Role.LEDER,
    Role.HR,
    Role.KOORDINATOR,
    Role.MED,
    Role.SYSTEMANSVARLIG,
    Role.MEDARBEJDER,
)
# (label, URL name, address prefix that marks it active, roles)
_ENTRIES: tuple[tuple[str, str, str, set[Role]], ...] = (
    ("Forside", "start", "", {_L, _H, _K, _M, _S}),
    ("Min side", "my_page", "/min-side/", {_E}),
    ("Fravær", "employees", "/fravaer/", {_L, _H}),
    ("Samtaler", "conversations", "/samtaler/", {_L, _H}),
    ("Tal", "figures", "/statistik/", {_L, _H, _K, _M}),
    ("Rapporter", "reports", "/koordinering/rapporter/", {_L, _H, _K, _M}),
    ("Opsætning", "setup", "/opsaetning/", {_H, _S}),
)
# The role named beside the user's name when there are several: the one with most to do here.
_ROLE_ORDER = (_H, _L, _K, _S, _M, _E)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def navigation(request: HttpRequest) -> PageFrame:
    """Menu, names and links for this request; nearly empty before log-in."""
    links = [
        Link(label, _address(name))
        for label, name in (
            ("Sådan bruger vi dine oplysninger", "privacy"),
            ("Tilgængelighed", "accessibility"),
        )
    ]
    footer = [link for link in links if link.url]
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return PageFrame(footer_links=footer)
    if user.municipality_id is None:
        return PageFrame(
            user_name=user.name, role_label="operatør", logout_url=_address("logout"), footer_links=footer
        )
    roles = reach_of(user, today()).roles
    entries = [
        NavEntry(label, _address(name), request.path.startswith(prefix) if prefix else request.path == "/")
        for label, name, prefix, allowed in _ENTRIES
        if roles & allowed and _address(name)
    ]
    registers = bool(roles & {_L, _H})
    return PageFrame(
        nav=entries,
        municipality=Municipality.objects.values_list("name", flat=True).get(pk=user.municipality_id),
        user_name=user.name,
        role_label=next((role.label for role in _ROLE_ORDER if role in roles), ""),
        logout_url=_address("logout"),
        new_url=_address("register") if registers else "",
        new_label="Registrér sygemelding",
        search_url=_address("search") if registers else "",
        footer_links=footer,
    )

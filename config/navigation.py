"""The menu: which entries a user sees. An entry is shown only when its page would open."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from core.clock import today
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import reach_of


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    label: str
    url: str
    active: bool


_L, _H, _K, _M, _S, _E = (
    Role.LEDER,
    Role.HR,
    Role.KOORDINATOR,
    Role.MED,
    Role.SYSTEMANSVARLIG,
    Role.MEDARBEJDER,
)
# (label, URL name, address prefix that marks it active, roles)
_ENTRIES = (
    ("Forside", "start", None, {_L, _H, _K, _M, _S, _E}),
    ("Fravær", "employees", "/fravaer/", {_L, _H}),
    ("Samtaler", "conversations", "/samtaler/", {_L, _H}),
    ("Tal", "figures", "/statistik/", {_L, _H, _K, _M}),
    ("Opsætning", "setup", "/opsaetning/", {_H, _S}),
)


def navigation(request: HttpRequest) -> list[Entry]:
    """The entries for this user; none before log-in."""
    user = request.user
    if not isinstance(user, User) or user.municipality_id is None:
        return []
    roles = reach_of(user, today()).roles
    found = []
    for label, name, prefix, allowed in _ENTRIES:
        if roles & allowed:
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            active = request.path == "/" if prefix is None else request.path.startswith(prefix)
            found.append(Entry(label, url, active))
    return found

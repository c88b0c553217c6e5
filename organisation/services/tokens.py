"""Tokens of the API: made, checked, closed. The secret is shown once, to whoever made it; only its hash is kept.

A token reads `nv_<municipality>_<secret>`. The number says where to look, nothing more: row-level security hides
every other municipality's tokens, so a wrong one finds nothing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Now

from core.tenancy import require, tenant
from organisation.models import ApiToken, User
from organisation.models.access import Role
from organisation.models.tokens import Scope
from organisation.permissions import has_role
from organisation.services.acting import action

LONGEST = timedelta(days=731)
USED_EVERY = timedelta(minutes=5)
_SHAPE = re.compile(r"nv_([1-9][0-9]{0,17})_([A-Za-z0-9_-]{43})")
# Nobody passes on more than they have: a systemansvarlig sees no absence data (domain O4).
_WITHOUT_ABSENCE = (Scope.UNITS, Scope.PEOPLE)


class TokenRefusedError(Exception):
    """The token is unknown, expired or closed. The text is for the caller."""


def scopes_to_give(by: User, on: date) -> tuple[Scope, ...]:
    """The scopes that a user may put into a token: HR all, the systemansvarlig those without absence data."""
    if has_role(by, on, Role.HR):
        return tuple(Scope)
    return _WITHOUT_ABSENCE if has_role(by, on, Role.SYSTEMANSVARLIG) else ()


@action
def create_token(
    *, name: str, scopes: Collection[str], expires_on: date, by: User, today: date
) -> tuple[ApiToken, str]:
    """A new token of the current municipality, and its text, which is nowhere kept. Raises ValidationError."""
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError({"expires_on": "Vælg en dag fra i dag og højst to år frem."})
    _check_scopes(scopes, by, today)
    if ApiToken.objects.filter(name__iexact=name.strip(), revoked_at__isnull=True).exists():
        raise ValidationError({"name": "Der er allerede en nøgle med det navn. Vælg et andet."})
    text = f"nv_{require()}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        name=name.strip(),
        prefix=text[: text.index("_", 3) + 6],
        secret_hash=_hash(text),
        scopes=[scope.value for scope in Scope if scope in scopes],
        expires_on=expires_on,
        created_by=by,
    )
    token.full_clean(exclude=["municipality", "created_by"])
    token.save()
    return token, text


@action
def revoke_token(*, token: ApiToken, by: User) -> None:
    """Close it: from the next call on it is refused."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())


@action
def restore_token(*, token: ApiToken, by: User, today: date) -> None:
    """The undo of `revoke_token`. Raises ValidationError when the user could not have made the token."""
    _check_scopes(token.scopes, by, today)
    ApiToken.objects.filter(pk=token.pk).update(revoked_at=None)


def _check_scopes(scopes: Collection[str], by: User, on: date) -> None:
    allowed = scopes_to_give(by, on)
    if not scopes or not set(scopes) <= {scope.value for scope in allowed}:
        raise ValidationError({"scopes": "Vælg mindst én adgang, og kun blandt dem, du selv kan give."})


def _hash(text: str) -> str:
    """The secret has 256 bits of chance, so one round of SHA-256 is enough and can be looked up."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def check_token(text: str, on: date) -> ApiToken:
    """The token, if it is good on the day. Run without a tenant, in a transaction. Raises TokenRefusedError."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise TokenRefusedError("Nøglen har ikke den rigtige form. Kopiér den hel, fra nv_ til sidste tegn.")
    with tenant(int(shape[1])):
        token = ApiToken.objects.select_related("created_by").filter(secret_hash=_hash(text)).first()
    if token is None or token.revoked_at is not None:
        raise TokenRefusedError("Nøglen findes ikke, eller den er lukket. Lav en ny under Opsætning.")
    if token.expires_on < on:
        raise TokenRefusedError("Nøglen er udløbet. Lav en ny under Opsætning.")
    return token


def note_use(token: ApiToken, now: datetime) -> None:
    """Remember when the token was last used, to five minutes, without making its calls wait for each other."""
    if token.last_used_at is not None and token.last_used_at > now - USED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USED_EVERY)
    free = ApiToken.objects.select_for_update(skip_locked=True).filter(stale, pk=token.pk)
    ApiToken.objects.filter(pk__in=list(free.values_list("pk", flat=True))).update(last_used_at=now)


def service_account(token: ApiToken) -> User:
    """Who a token acts as: the user who made it in name, the whole municipality in reach, and nobody's own person.

    A copy of the row for this request; it can't be saved.
    """
    user: Any = copy(token.created_by)
    user.__dict__.pop("_reach", None)
    user.person = None
    user.api_token = token
    user.save = _never
    account: User = user
    return account


def _never(*args: Any, **kwargs: Any) -> None:
    raise TypeError("A service account is no row of its own.")

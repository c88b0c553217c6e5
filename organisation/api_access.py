"""Who calls the API, and what they may: a token within its scopes, or a logged-in user within their reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pghistory
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.api.problems import Problem
from core.clock import today
from core.errors import OutOfReachError
from core.tenancy.middleware import token_header
from organisation.models import AccessLog, ApiToken, User
from organisation.models.access import Role
from organisation.models.tokens import Scope
from organisation.permissions import has_role
from organisation.services.tokens import TokenRefusedError, check_token, note_use, service_account

if TYPE_CHECKING:  # at run time REST framework loads this module before it can define views
    from core.api.views import ApiView

EVERY_ROLE = frozenset(role.value for role in Role if role != Role.OPERATOER)
CASE_ROLES = frozenset({Role.LEDER.value, Role.HR.value})


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer nv_…`. A wrong token is refused; no session is tried in its place."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The service account and its token, with the municipality bound for the rest of the request."""
        text = token_header(request._request)
        if text is None:
            return None
        try:
            token = check_token(text, today())
        except TokenRefusedError as error:
            refusal = exceptions.AuthenticationFailed(str(error))
            refusal.danish = True
            raise refusal from None
        request._request.enter_tenant(token.municipality_id)
        note_use(token, timezone.now())
        pghistory.context(user=token.created_by_id, token=token.pk)
        return service_account(token), token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="api"'


class MayCall(BasePermission):
    """A token needs the endpoint's scope (else 403), a user one of its roles (else 404)."""

    def has_permission(self, request: Request, view: ApiView) -> bool:
        """False asks who is calling (401). Raises Problem, OutOfReachError."""
        if not isinstance(request.user, User):
            return False
        if request.auth is None:
            if request.user.municipality_id is None or not has_role(
                request.user, today(), *view.session_roles
            ):
                raise OutOfReachError
            return True
        needed = view.scope_for(request.method)
        if needed is not None and needed not in request.auth.scopes:
            raise Problem(
                "forbidden",
                f"Nøglen mangler adgangen »{needed}« ({Scope(needed).label}). Lav en ny, der har den.",
            )
        return True


def may_know_persons(request: Request) -> bool:
    """Whether a token may read each person's absence; figures are suppressed for one that may not (S10)."""
    return request.auth is not None and Scope.ABSENCE in request.auth.scopes


def caller(request: Request) -> str:
    """The caller as a word, for keys that must not meet."""
    return f"token:{request.auth.pk}" if request.auth is not None else f"user:{request.user.pk}"


def record_looks(request: Request, persons: Iterable[int]) -> None:
    """Write down that the caller saw these persons' absence (O6), each once. A token's looks bear its name."""
    user: User = request.user
    page = f"api:{request.auth.name}" if request.auth is not None else "api"
    AccessLog.objects.bulk_create(
        AccessLog(actor_id=user.pk, person_id=person, page=page)
        for person in sorted(set(persons))
        if person != user.person_id
    )

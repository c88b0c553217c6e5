"""Errors as problem details (RFC 9457): application/problem+json with a kind, a title and a Danish sentence.

The handler is the one place where exceptions become answers. Kinds are listed on /api/docs/, which `type` links to.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, RequestDataTooBig
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("django.request")


@dataclass(frozen=True)
class Kind:
    """One kind of problem: its name in `type`, the HTTP status, the title, and what to do about it."""

    slug: str
    status: int
    title: str
    advice: str

    @property
    def uri(self) -> str:
        """What `type` says: the place on the page of documentation."""
        return f"/api/docs/#{self.slug}"


KINDS = {
    kind.slug: kind
    for kind in (
        Kind("unreadable", 400, "Kaldet kan ikke læses", "Send gyldig JSON i UTF-8, og tjek headerne."),
        Kind(
            "unauthenticated",
            401,
            "Nøglen mangler eller gælder ikke",
            "Send headeren »Authorization: Bearer …« med en nøgle, der gælder.",
        ),
        Kind(
            "forbidden",
            403,
            "Nøglen giver ikke adgang",
            "Brug en nøgle med den adgang, svaret nævner.",
        ),
        Kind(
            "not-found",
            404,
            "Findes ikke her",
            "Det findes ikke, eller det ligger uden for din adgang. Tjek adressen og numrene.",
        ),
        Kind("method", 405, "Metoden kan ikke bruges her", "Brug en af de metoder, headeren Allow nævner."),
        Kind("not-acceptable", 406, "Formatet findes ikke", "Svar gives kun som JSON."),
        Kind(
            "overlap",
            409,
            "Dagene er allerede registreret",
            "Hent medarbejderens fravær, og ret det, eller send andre dage.",
        ),
        Kind("too-large", 413, "Kaldet fylder for meget", "Del det op i mindre kald."),
        Kind("media-type", 415, "Indholdstypen kan ikke bruges", "Send »Content-Type: application/json«."),
        Kind(
            "validation",
            422,
            "Noget skal rettes",
            "Ret de felter, »errors« nævner, og send igen. Intet er gemt.",
        ),
        Kind(
            "key-reused",
            422,
            "Idempotency-Key er brugt til noget andet",
            "Brug en ny nøgle til et nyt kald; gentag kun et kald med præcis samme indhold.",
        ),
        Kind("rate", 429, "For mange kald", "Vent det antal sekunder, headeren Retry-After nævner."),
        Kind("error", 500, "Noget gik galt hos os", "Intet er gemt. Prøv igen om lidt."),
    )
}
# The kind of an answer whose exception names none. 400 and 422 have several; these are the usual ones.
_OF_STATUS = {kind.status: kind for kind in reversed(KINDS.values())}
_READABLE = {400, 401, 403, 405, 406, 415}  # DRF's own words there are replaced by ours


class Problem(exceptions.APIException):
    """An answer of a named kind. `errors`: one Danish sentence per field."""

    def __init__(self, slug: str, detail: str = "", errors: dict[str, str] | None = None) -> None:
        self.kind = KINDS[slug]
        self.status_code = self.kind.status
        self.errors = errors or {}
        super().__init__(detail or next(iter(self.errors.values()), self.kind.advice))


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """REST framework's EXCEPTION_HANDLER: every exception becomes a problem, also those nobody foresaw."""
    known = _known(error)
    if known is None:
        request = context["request"]
        got_request_exception.send(sender=handle, request=request._request)
        log.error("%s: %s", type(error).__name__, request.path, exc_info=error)
        return response(KINDS["error"], KINDS["error"].advice)
    kind = known.kind if isinstance(known, Problem) else _OF_STATUS.get(known.status_code, KINDS["error"])
    headers = {}
    if getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = known.auth_header
    if getattr(known, "wait", None):
        headers["Retry-After"] = str(int(known.wait) + 1)
    if isinstance(known, exceptions.ValidationError):
        listed = list(_listed(known.detail))
        return response(kind, _summary(listed, kind), listed, headers)
    listed = [{"field": name, "detail": text} for name, text in getattr(known, "errors", {}).items()]
    return response(kind, _sentence(known, kind), listed, headers)


def response(
    kind: Kind,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer itself."""
    data: dict[str, Any] = {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
    }
    if errors:
        data["errors"] = errors
    return Response(data, status=kind.status, headers=headers, content_type=MEDIA_TYPE)


def _known(error: Exception) -> exceptions.APIException | None:
    """The exception as one of REST framework's; None for a fault of ours."""
    if isinstance(error, exceptions.ValidationError):
        error.status_code = KINDS["validation"].status
        return error
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return Problem("not-found")
    if isinstance(error, DjangoPermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):
        return Problem("too-large")
    if isinstance(error, DjangoValidationError):
        return _known(exceptions.ValidationError(by_field(error)))
    return None


def by_field(error: DjangoValidationError) -> dict[str, list[str]]:
    """A service's refusal as messages by field; what belongs to none is under "" ."""
    if hasattr(error, "error_dict"):
        return {
            "" if name == NON_FIELD_ERRORS else name: list(messages)
            for name, messages in error.message_dict.items()
        }
    return {"": list(error.messages)}


def _listed(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Nested messages as a flat list; `field` is the way to the value, with dots."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name in ("", NON_FIELD_ERRORS, "non_field_errors") else str(name)
            yield from _listed(inner, ".".join(part for part in (path, here) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _listed(inner, path)
    else:
        yield {"field": path, "detail": str(detail)}


def _summary(listed: list[dict[str, str]], kind: Kind) -> str:
    if len(listed) == 1:
        return listed[0]["detail"]
    return f"Der er {len(listed)} ting, der skal rettes. De står i »errors«." if listed else kind.advice


def _sentence(error: exceptions.APIException, kind: Kind) -> str:
    """Our own sentence where REST framework's would be English or for programmers only."""
    ours = isinstance(error, Problem) or getattr(error, "danish", False)
    if not ours and error.status_code in _READABLE | {404, 429}:
        return kind.advice
    return str(error.detail)

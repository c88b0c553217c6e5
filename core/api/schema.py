"""How endpoints describe themselves (OpenAPI 3.1), and the description as a whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from core.api.pagination import PageParameters
from core.api.problems import KINDS, MEDIA_TYPE

_Method = TypeVar("_Method", bound=Callable[..., Any])


class FieldProblem(serializers.Serializer):
    """One field of a problem."""

    field = serializers.CharField(help_text="Feltets navn; tomt, når det gælder det hele.")
    detail = serializers.CharField(help_text="Hvad der skal rettes, på dansk.")


class ProblemDetails(serializers.Serializer):
    """A problem as RFC 9457 has it."""

    type = serializers.CharField(help_text="Problemets art, som en adresse på siden med dokumentation.")
    title = serializers.CharField(help_text="Artens overskrift.")
    status = serializers.IntegerField(help_text="HTTP-status.")
    detail = serializers.CharField(help_text="Hvad der er galt, og hvad du kan gøre.")
    errors = FieldProblem(many=True, required=False)


class TokenScheme(OpenApiAuthenticationExtension):
    """Tokens in the description."""

    target_class = "organisation.api_access.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A token in the header."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "En nøgle fra Opsætning, API-nøgler.",
        }


def describe(
    operation: str,
    summary: str,
    text: str = "",
    *,
    tag: str,
    answer: Any,
    asks: type[serializers.Serializer] | None = None,
    body: type[serializers.Serializer] | None = None,
    many: bool = False,
    problems: tuple[str, ...] = (),
    scope: str,
) -> Callable[[_Method], _Method]:
    """Describe one method of an endpoint: Danish words, what it takes, what it answers, and its problems."""
    kinds = ["unauthenticated", "forbidden", "not-found", "method", "not-acceptable", "validation", "rate"]
    kinds += ["unreadable", "too-large", "media-type", "key-reused"] if body is not None else []
    parameters: list[Any] = ([asks] if asks is not None else []) + ([PageParameters] if many else [])
    if body is not None:
        parameters.append(
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                description="Et UUID eller lignende. Sendes det samme kald igen inden for et døgn, udføres det kun én "
                "gang og besvares ens.",
            )
        )
    responses: dict[Any, Any] = {
        (201 if body is not None else 200, "application/json"): answer(many=True) if many else answer
    }
    for status in sorted({KINDS[slug].status for slug in (*kinds, *problems)}):
        titles = [KINDS[slug].title for slug in (*kinds, *problems) if KINDS[slug].status == status]
        responses[(status, MEDIA_TYPE)] = OpenApiResponse(ProblemDetails, description=". ".join(titles) + ".")
    described: Callable[[_Method], _Method] = extend_schema(
        operation_id=operation,
        summary=summary,
        description=f"{text}\n\nKræver adgangen »{scope}«.".strip(),
        tags=[tag],
        parameters=parameters,
        request=body,
        responses=responses,
    )
    return described


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The whole API as an OpenAPI document. The same for everybody; made once per process."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return document

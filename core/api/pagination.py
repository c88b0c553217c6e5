"""Pages of a list: `{count, next, previous, results}`, with `page` and `page_size` in the address."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import PageNumberPagination

from core.api.fields import Input, NumberField
from core.api.problems import Problem

USUAL, MOST = 100, 500


class PageParameters(Input):
    """What every list takes."""

    page = NumberField(required=False, max_value=10**9, help_text="Sidens nummer, fra 1.")
    page_size = NumberField(
        required=False, max_value=MOST, help_text=f"Antal pr. side, højst {MOST}. Uden: {USUAL}."
    )


class Pages(PageNumberPagination):
    """Numbered pages of at most 500; the parameters have been checked by PageParameters."""

    page_size = USUAL
    max_page_size = MOST
    page_size_query_param = "page_size"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """The page's rows. A page past the end is a 404."""
        try:
            found: list[Any] = super().paginate_queryset(queryset, request, view)
        except NotFound:
            raise Problem("not-found", "Siden findes ikke; listen er kortere.") from None
        return found

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As OpenAPI 3.1 says null; the library's own is 3.0's."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Antal i alt."},
                "next": link | {"description": "Næste sides adresse."},
                "previous": link | {"description": "Forrige sides adresse."},
                "results": schema,
            },
        }

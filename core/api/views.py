"""The base of every endpoint. A class that does not say which scope it needs cannot be defined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.fields import Input
from core.api.pagination import Pages
from core.api.problems import Problem

SAFE = ("GET", "HEAD")


class ApiView(APIView):
    """An endpoint. `required_scope`: what a token needs to read, `write_scope` to write (None: nothing to write).

    `session_roles`: the roles that may call it from the browser, with their own reach.
    """

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    required_scope: ClassVar[str]
    write_scope: ClassVar[str | None] = None
    session_roles: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("required_scope", "session_roles"):
            if not getattr(cls, name, None):
                raise TypeError(f"{cls.__module__}.{cls.__name__} must say its {name}")

    def scope_for(self, method: str) -> str | None:
        """The scope a token needs for a method; None for one that the endpoint has not got."""
        if not hasattr(self, method.lower()):
            return None
        return self.required_scope if method in SAFE else self.write_scope

    def ask(self, parameters: type[Input], **context: Any) -> dict[str, Any]:
        """The checked parameters of the address. Raises ValidationError, also for unknown and doubled ones."""
        query = self.request.query_params
        doubled = [name for name in query if len(query.getlist(name)) > 1]
        if doubled:
            raise Problem("validation", errors={doubled[0][:80]: "Navnet står to gange. Skriv det én gang."})
        asked = parameters(data=query.dict(), context=context)
        asked.is_valid(raise_exception=True)
        found: dict[str, Any] = asked.validated_data
        return found

    def page(
        self,
        rows: Any,
        present: Callable[[list[Any]], Any],
    ) -> Response:
        """One page of `rows` (a query set or a sequence), each shown by `present`."""
        pages = Pages()
        return pages.get_paginated_response(present(pages.paginate_queryset(rows, self.request, self)))

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """405 with our words."""
        raise Problem("method")

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Personal data is kept by no cache on the way."""
        found: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        found.headers["Cache-Control"] = "no-store"
        if found.status_code == 405:
            found.headers["Allow"] = ", ".join(self.allowed_methods)
        return found

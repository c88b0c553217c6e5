"""Small middleware of the technical kernel."""

from collections.abc import Callable

import pghistory
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class NulRefusedMiddleware:
    """Answers 400 to an address with a NUL in it: no person types one, and PostgreSQL cannot be asked about it.

    Form fields refuse theirs one by one, beside what was typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if request.path_info.startswith("/api/"):
            query = ""  # the API reads its parameters strictly and answers in its own form
        if "\0" in request.path_info or "%00" in query or "\0" in query:
            raise BadRequest("NUL in the address")
        return self.get_response(request)


class ReadableAddressMiddleware:
    """Refuses an address with a zero byte in it (400): the database cannot look for one. The API says so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            raise BadRequest("a zero byte in the address")
        return self.get_response(request)


class HistoryContextMiddleware:
    """Puts who and where beside every change of the request (O6): user id and view name, never the address itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        user = getattr(request, "user", None)
        with pghistory.context(user=user.pk if user is not None and user.is_authenticated else None):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: object, args: object, kwargs: object) -> None:
        match = request.resolver_match
        if match is not None and request.method not in ("GET", "HEAD", "OPTIONS"):
            pghistory.context(page=match.view_name)

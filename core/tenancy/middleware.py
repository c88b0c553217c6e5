"""Each request of a logged-in user runs for that user's municipality, inside one transaction.

Django's ATOMIC_REQUESTS wraps the view only, so user look-up and template rendering would run without a tenant and
see nothing; this middleware holds the transaction around all of them instead.
"""

from collections.abc import Callable
from contextlib import ExitStack

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.tenancy import context

SESSION_TENANT = "municipality_id"
SESSION_LOGIN = "login_email"
API = "/api/"


def token_header(request: HttpRequest) -> str | None:
    """What stands after `Bearer` in a call to the API; None for every other request, whose session counts."""
    scheme, _, credentials = request.headers.get("Authorization", "").strip().partition(" ")
    if request.path.startswith(API) and scheme.lower() == "bearer":
        return credentials.strip()
    return None


class TenantMiddleware:
    """Reads municipality and log-in from the session, which only log-in writes.

    A call with a token has no municipality until its token has been checked: the session is not looked at, and
    `request.enter_tenant(id)` then binds the rest of the request, once, also when it commits.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.failed = False  # type: ignore[attr-defined]
        tenant_id, login = self._who(request)
        with (
            context._bound(tenant_id, None if tenant_id is not None else login),
            ExitStack() as entered,
            transaction.atomic(),
        ):

            def enter_tenant(municipality_id: int) -> None:
                if context.current() is not None:
                    raise RuntimeError("This request already runs for a municipality.")
                entered.enter_context(context.tenant(municipality_id))

            request.enter_tenant = enter_tenant  # type: ignore[attr-defined]
            response = self.get_response(request)
            if request.failed or response.status_code >= 500:  # type: ignore[attr-defined]
                transaction.set_rollback(True)
        return response

    @staticmethod
    def _who(request: HttpRequest) -> tuple[int | None, str | None]:
        if token_header(request) is not None:
            return None, None
        return request.session.get(SESSION_TENANT), request.session.get(SESSION_LOGIN)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """An exception from a view undoes everything the request wrote; the response is made elsewhere."""
        request.failed = True  # type: ignore[attr-defined]

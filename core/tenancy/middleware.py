"""Each request of a logged-in user runs for that user's municipality, inside one transaction.

Django's ATOMIC_REQUESTS wraps the view only, so user look-up and template rendering would run without a tenant and
see nothing; this middleware holds the transaction around all of them instead.
"""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse

from core.tenancy import context

SESSION_TENANT = "municipality_id"
SESSION_LOGIN = "login_email"


class TenantMiddleware:
    """Reads municipality and log-in from the session, which only log-in writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.failed = False  # type: ignore[attr-defined]
        tenant_id: int | None = request.session.get(SESSION_TENANT)
        login: str | None = request.session.get(SESSION_LOGIN)
        with context._bound(tenant_id, None if tenant_id is not None else login), transaction.atomic():
            response = self.get_response(request)
            if request.failed or response.status_code >= 500:  # type: ignore[attr-defined]
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """An exception from a view undoes everything the request wrote; the response is made elsewhere."""
        request.failed = True  # type: ignore[attr-defined]

"""How many calls a caller may make: enough for any integration, too few for a loop gone wrong."""

from typing import Any

from rest_framework.throttling import SimpleRateThrottle

from core.tenancy import current


class _CallerThrottle(SimpleRateThrottle):
    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """One count per token or user, under the municipality."""
        caller = f"token:{request.auth.pk}" if request.auth is not None else f"user:{request.user.pk}"
        return f"{current()}:api:{self.scope}:{caller}"


class CallThrottle(_CallerThrottle):
    """All calls of a caller."""

    scope = "api"


class WriteThrottle(_CallerThrottle):
    """Calls that write."""

    scope = "api_write"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Only calls that write are counted."""
        return None if request.method in ("GET", "HEAD") else super().get_cache_key(request, view)

"""Addresses under /api/v1/ that are none."""

from typing import Any, NoReturn

from rest_framework.request import Request

from core.api.problems import Problem
from core.api.views import ApiView


class UnknownAddress(ApiView):
    """A 404 as a problem, to whoever asks: that an address is none is no secret, so nobody is asked who they are."""

    required_scope = "none"
    session_roles = frozenset({"none"})
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Before anything else, for every method."""
        raise Problem("not-found", "Adressen findes ikke i API'et. Se /api/docs/.")

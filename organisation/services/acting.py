"""The frame around every write: one transaction, whose history rows carry the actor (O6)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pghistory
from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")


def action(service: Callable[P, R]) -> Callable[P, R]:
    """Decorate a service that takes `by`: all of it or nothing, and its history says who did it."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        by: Any = kwargs["by"]
        if by is None:
            with transaction.atomic():
                return service(*args, **kwargs)
        with transaction.atomic(), pghistory.context(user=by.pk):
            return service(*args, **kwargs)

    return run

"""Change audit by database triggers (feature O6).

Every update and delete stores the row as it was, with who and why, whatever wrote it: a form, `QuerySet.update`,
COPY or raw SQL. The newest values are the row itself, and `created_at`/`created_by` tell of its beginning, so
a bulk import of hundreds of thousands of rows costs no second copy.
"""

from collections.abc import Callable
from typing import Any

import pghistory
from django.db import models


def audited(*, exclude: list[str] | None = None) -> Callable[[type[models.Model]], type[models.Model]]:
    """Class decorator: keep the old row at each change. `exclude` names fields never copied (secrets)."""

    def decorate(model: type[models.Model]) -> type[models.Model]:
        return pghistory.track(  # type: ignore[no-any-return]
            pghistory.UpdateEvent("changed", row=pghistory.Old),
            pghistory.DeleteEvent("deleted", row=pghistory.Old),
            exclude=exclude or [],
            base_model=HistoryEvent,
            obj_field=None,
        )(model)

    return decorate


class HistoryEvent(pghistory.models.Event):
    """An earlier version of a row; insert-only for the application role."""

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


def actor_id(by: Any) -> int | None:
    """The id to store for who did it; None is the system itself."""
    return by.pk if by is not None else None

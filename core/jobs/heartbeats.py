"""The pulse of scheduled jobs: one global row per name, holding the newest run. Counts only, no tenant's data."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.models import Heartbeat
from core.traces import where

logger = logging.getLogger(__name__)


@dataclass
class Beat:
    """What the running job wants said about itself, e.g. `141 mails sendt, 0 fejlede`. Danish, no names."""

    message: str = ""


@contextmanager
def heartbeat(name: str) -> Iterator[Beat]:
    """Record a run of the scheduled job `name` (its key in CELERY_BEAT_SCHEDULE). Also a decorator.

    Start and end are committed each by itself when no transaction is open. An exception is recorded by its kind,
    logged without its words (they may hold personal data) and passed on.
    """
    beat = Beat()
    _write(name, status="running", started_at=timezone.now(), finished_at=None, message="")
    try:
        yield beat
    except Exception as error:
        _write(name, status="errored", finished_at=timezone.now(), message=type(error).__name__)
        logger.error("scheduled job %s errored: %s", name, where(error))
        raise
    now = timezone.now()
    _write(name, status="done", finished_at=now, succeeded_at=now, message=beat.message[:300])


def _write(name: str, **values: Any) -> None:
    with transaction.atomic():
        Heartbeat.objects.update_or_create(
            name=name, defaults=values, create_defaults={"started_at": timezone.now(), **values}
        )

"""Celery tasks of absence."""

from typing import Any

from celery import shared_task

from absence.imports.jobs import run_job
from core.clock import today


@shared_task(lane="people", tenant_task=True)
def import_task(*, job_id: int, **kwargs: Any) -> None:
    """Check or read in the files of one job."""
    run_job(job_id, today=today())

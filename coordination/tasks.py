"""Celery tasks of coordination."""

from typing import Any

from celery import shared_task

from coordination.reports.orders import carry_out


@shared_task(lane="people", tenant_task=True)
def make_report(*, job_id: int, **kwargs: Any) -> None:
    """Make the report of one job."""
    carry_out(job_id)

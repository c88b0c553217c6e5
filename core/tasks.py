"""Scheduled tasks of the technical kernel: mail, dead jobs, and the pulse."""

from typing import Any

from celery import shared_task
from django.apps import apps
from django.conf import settings

from core import jobs, mail
from core.formats import format_count
from core.jobs import heartbeat
from core.tenancy import tenant

_ROUND_EXPIRES = 300  # seconds; a round not begun by then is replaced by a later one


def municipality_ids() -> list[int]:
    """Every tenant, for tasks that fan out."""
    return list(apps.get_model(settings.TENANT_MODEL).objects.order_by("pk").values_list("pk", flat=True))


@shared_task(lane="mail")
def send_waiting_mail(**kwargs: Any) -> None:
    """Every minute: one round per municipality, so that more workers mean more speed."""
    with heartbeat("send_mail") as beat:
        ids = municipality_ids()
        for municipality_id in ids:
            with tenant(municipality_id):
                send_mail_of_municipality.apply_async(expires=_ROUND_EXPIRES)
                end_dead_jobs_of_municipality.apply_async(expires=_ROUND_EXPIRES)
        beat.message = f"{format_count(len(ids), 'kommune', 'kommuner')} set igennem"


@shared_task(lane="mail", tenant_task=True)
def send_mail_of_municipality(**kwargs: Any) -> None:
    """Send what waits in one municipality's outbox."""
    mail.send_waiting()


@shared_task(lane="people", tenant_task=True)
def end_dead_jobs_of_municipality(**kwargs: Any) -> None:
    """End one municipality's jobs whose worker died."""
    jobs.end_dead_jobs()


@shared_task(lane="people")
def beat_is_alive(**kwargs: Any) -> None:
    """Every minute: leave a sign that schedule and worker are both at work."""
    with heartbeat("heartbeat"):
        pass

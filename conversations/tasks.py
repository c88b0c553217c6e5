"""Scheduled work of conversations. Each fans out to one task per municipality, which may be run again at any time."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from conversations.services.planning import plan_deadlines, plan_patterns
from conversations.services.reminders import make_digests
from core import mail
from core.clock import today
from core.jobs import heartbeat
from core.models import Heartbeat
from core.tasks import municipality_ids
from core.tenancy import tenant


@shared_task(lane="people")
def send_morning_reminders(**kwargs: Any) -> None:
    """06:00 Copenhagen: a digest to everybody with something due, overdue or coming."""
    _remind(today())


@shared_task(lane="people")
def catch_up_reminders(**kwargs: Any) -> None:
    """In office hours: if this morning's run did not come through (everything was stopped), do it now."""
    with heartbeat("catch_up_reminders") as beat:
        if not _done_on(today()):
            _remind(today())
            beat.message = "morgenens kørsel manglede og er taget nu"


def _remind(on: date) -> None:
    with heartbeat("send_reminders") as beat:
        ids = municipality_ids()
        for municipality_id in ids:
            with tenant(municipality_id):
                remind_municipality.apply_async(kwargs={"on": on.isoformat()})
        beat.message = f"{len(ids)} kommuner sat i gang"


def _done_on(on: date) -> bool:
    newest = Heartbeat.objects.filter(name="send_reminders").values_list("succeeded_at", flat=True).first()
    return newest is not None and newest.astimezone(ZoneInfo("Europe/Copenhagen")).date() >= on


@shared_task(lane="mail", tenant_task=True)
def remind_municipality(*, on: str, **kwargs: Any) -> None:
    """Make and send one municipality's digests of the morning. Run again, it makes none twice."""
    day, now = date.fromisoformat(on), _now()
    if day == today():  # a task that waited in the queue past midnight is overtaken by the next morning's
        make_digests(on=day, now=now)
        mail.send_waiting()


def _now() -> datetime:
    return timezone.now()


@shared_task(lane="figures")
def plan_all_deadlines(**kwargs: Any) -> None:
    """04:30: repeating steps and patterns move on with the calendar."""
    with heartbeat("plan_deadlines") as beat:
        ids = municipality_ids()
        for municipality_id in ids:
            with tenant(municipality_id):
                plan_municipality.apply_async()
        beat.message = f"{len(ids)} kommuner sat i gang"


@shared_task(lane="figures", tenant_task=True)
def plan_municipality(**kwargs: Any) -> None:
    """Re-plan one municipality."""
    plan_deadlines(on=today())
    plan_patterns(on=today())

"""When a scheduled job runs next, and whether it is late. Plain times; the schedule is Celery's."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from celery.schedules import crontab
from celery.utils.time import ffwd

_ZONE = ZoneInfo("Europe/Copenhagen")
_PATIENCE = timedelta(minutes=10)  # a job may wait behind others this long without being late


def next_after(schedule: Any, moment: datetime) -> datetime:
    """The first run after `moment` (aware) of a schedule: seconds, a timedelta, or a crontab in Copenhagen time."""
    if isinstance(schedule, crontab):
        local = moment.astimezone(_ZONE)
        start, delta, _ = schedule.remaining_delta(local, tz=_ZONE, ffwd=ffwd)
        found: datetime = start + delta
        return found.astimezone(_ZONE)
    span = schedule if isinstance(schedule, timedelta) else timedelta(seconds=float(schedule))
    return moment + span


def is_late(schedule: Any, last_started: datetime, now: datetime) -> bool:
    """Whether a run should have begun by now, ten minutes allowed for."""
    return now > next_after(schedule, last_started) + _PATIENCE

"""What people read about scheduled jobs: last run, result, next run, and a loud sentence when one is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from django.utils.module_loading import import_string

from core.formats import format_date
from core.jobs.schedule import is_late, next_after
from core.models import Heartbeat


class JobWords(NamedTuple):
    """How a scheduled job is spoken of: its name, what it does, and the beginning of `… siden <time>` when it is late."""

    name: str
    what: str
    late: str


@dataclass(frozen=True)
class ScheduledJob:
    """One scheduled job as the page shows it. `state` is a state of `naervaer.STATES`."""

    key: str
    name: str
    what: str
    state: Literal["ok", "failed", "running", "overdue", "coming"]
    state_text: str
    last_run: datetime | None
    succeeded_at: datetime | None
    message: str
    next_run: datetime
    warning: str


def words() -> dict[str, JobWords]:
    """The words for every scheduled job, from the composition root (settings.SCHEDULED_JOBS)."""
    found: dict[str, JobWords] = import_string(settings.SCHEDULED_JOBS)
    return found


def spoken(moment: datetime) -> str:
    """`mandag 23. november kl. 6.00`, in Copenhagen time."""
    local = timezone.localtime(moment)
    return f"{format_date(local.date(), weekday=True, year=False)} kl. {local.hour}.{local.minute:02d}"


def scheduled_jobs(now: datetime) -> list[ScheduledJob]:
    """Every job of the schedule as it stands at `now` (aware), in the schedule's order."""
    beats = {beat.name: beat for beat in Heartbeat.objects.all()}
    began = _installed_at()
    known = words()
    return [
        _one(key, known[key], entry["schedule"], beats.get(key), began, now)
        for key, entry in settings.CELERY_BEAT_SCHEDULE.items()
    ]


def _installed_at() -> datetime | None:
    """When the first municipality was made: what has never run by then is late only from then on."""
    model = apps.get_model(settings.TENANT_MODEL)
    found: datetime | None = model.objects.aggregate(first=Min("created_at"))["first"]
    return found


def _one(
    key: str, said: JobWords, schedule: Any, beat: Heartbeat | None, began: datetime | None, now: datetime
) -> ScheduledJob:
    last = beat.started_at if beat else None
    since = last or began
    late = since is not None and is_late(schedule, since, now)
    unfinished = beat is not None and beat.status == "running" and is_late(schedule, beat.started_at, now)
    failed = beat is not None and beat.status == "errored"
    upcoming = next_after(schedule, now) if late or last is None else next_after(schedule, last)
    state: Literal["ok", "failed", "running", "overdue", "coming"]
    warning = ""
    if late or unfinished:
        reference = (beat.succeeded_at or beat.started_at) if beat else since
        warning = f"{said.late} siden {spoken(reference)}." if reference else ""
        if beat is None and reference:
            warning = f"{said.late} endnu."
        state, text = "overdue", "Kører ikke"
    elif failed and beat is not None:
        warning = f"{said.name} gik galt {spoken(beat.finished_at or beat.started_at)}."
        state, text = "failed", "Gik galt"
    elif beat is None:
        state, text = "coming", "Ikke kørt endnu"
    elif beat.status == "running":
        state, text = "running", "Kører"
    else:
        state, text = "ok", "Kørt"
    return ScheduledJob(
        key,
        said.name,
        said.what,
        state,
        text,
        last,
        beat.succeeded_at if beat else None,
        beat.message if beat and beat.status == "done" else "",
        max(upcoming, now),
        warning,
    )


def heartbeat_warnings(now: datetime | None = None) -> list[str]:
    """Sentences for front pages when scheduled jobs do not run as they should; empty when all is well.

    When the schedule itself stands still that is said once, instead of once per job.
    """
    found = scheduled_jobs(now or timezone.now())
    pulse = [job.warning for job in found if job.key == "heartbeat" and job.state == "overdue"]
    return pulse or [job.warning for job in found if job.warning]

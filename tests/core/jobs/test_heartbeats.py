"""The pulse of scheduled jobs, and the sentences people read when one stops."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.schedules import crontab
from django.conf import settings as live
from django.utils import timezone

from core.jobs import heartbeat, heartbeat_warnings, scheduled_jobs
from core.jobs.overview import words
from core.jobs.schedule import is_late, next_after
from core.models import Heartbeat
from organisation.models import Municipality

ZONE = ZoneInfo("Europe/Copenhagen")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("schedule", "moment", "expected"),
    [
        (crontab(hour=6, minute=0), "2026-11-19T06:00:03", "2026-11-20T06:00"),
        (crontab(hour=6, minute=0), "2026-11-19T05:59:59", "2026-11-19T06:00"),
        (crontab(hour="7-16", minute=15), "2026-11-19T16:15:01", "2026-11-20T07:15"),
        (crontab(hour="7-16", minute=15), "2026-11-19T09:15:01", "2026-11-19T10:15"),
        (crontab(hour=6, minute=0), "2026-03-28T06:00:01", "2026-03-29T06:00"),  # summer time begins
        (crontab(hour=6, minute=0), "2026-10-24T06:00:01", "2026-10-25T06:00"),  # and ends
        (60.0, "2026-11-19T06:00:00", "2026-11-19T06:01"),
        (timedelta(hours=2), "2026-11-19T06:00:00", "2026-11-19T08:00"),
    ],
)
def test_next_run(schedule: Any, moment: str, expected: str) -> None:
    assert next_after(schedule, at(moment)) == at(expected)
    # The same instant told in UTC gives the same answer.
    assert next_after(schedule, at(moment).astimezone(ZoneInfo("UTC"))) == at(expected)


def test_late_is_ten_minutes_after_it_should_have_begun() -> None:
    six = crontab(hour=6, minute=0)
    assert not is_late(six, at("2026-11-18T06:00:02"), at("2026-11-19T06:10:00"))
    assert is_late(six, at("2026-11-18T06:00:02"), at("2026-11-19T06:10:01"))


@pytest.mark.django_db
def test_a_run_leaves_its_pulse() -> None:
    with heartbeat("send_reminders") as beat:
        assert Heartbeat.objects.get().status == "running"
        beat.message = "141 mails sendt, 0 fejlede"
    found = Heartbeat.objects.get()
    assert (found.name, found.status, found.message) == (
        "send_reminders",
        "done",
        "141 mails sendt, 0 fejlede",
    )
    assert found.started_at <= found.succeeded_at == found.finished_at


@pytest.mark.django_db
def test_an_error_is_kept_without_its_words_and_the_last_success_stays(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with heartbeat("send_reminders"):
        pass
    good = Heartbeat.objects.get().succeeded_at

    @heartbeat("send_reminders")
    def breaks() -> None:
        raise ValueError("signe@nordby.example")

    with pytest.raises(ValueError, match="signe"):
        breaks()
    found = Heartbeat.objects.get()
    assert (found.status, found.message, found.succeeded_at) == ("errored", "ValueError", good)
    assert "signe" not in caplog.text


@pytest.mark.django_db
def test_a_heartbeat_inside_a_municipality(nordby: Municipality) -> None:
    with heartbeat("send_mail"):
        pass
    assert Heartbeat.objects.get().status == "done"


def test_every_scheduled_job_has_words() -> None:
    assert set(words()) == set(live.CELERY_BEAT_SCHEDULE)


def beat_all(now: datetime, **ages: timedelta) -> None:
    for name in live.CELERY_BEAT_SCHEDULE:
        started = now - ages.get(name, timedelta(seconds=30))
        Heartbeat.objects.create(
            name=name, status="done", started_at=started, finished_at=started, succeeded_at=started
        )


@pytest.mark.django_db
def test_all_is_well() -> None:
    now = at("2026-11-19T06:05:00")
    beat_all(now)
    assert heartbeat_warnings(now) == []
    assert {job.state for job in scheduled_jobs(now)} == {"ok"}
    reminders = scheduled_jobs(now)[0]
    assert reminders.next_run == at("2026-11-20T06:00")


@pytest.mark.django_db
def test_a_job_that_stopped_is_said_loudly() -> None:
    now = at("2026-11-19T08:00:00")
    beat_all(now, send_reminders=timedelta(days=1, hours=2))
    assert heartbeat_warnings(now) == ["Påmindelserne har ikke kørt siden onsdag 18. november kl. 6.00."]
    reminders = scheduled_jobs(now)[0]
    assert (reminders.state, reminders.next_run) == ("overdue", at("2026-11-20T06:00"))


@pytest.mark.django_db
def test_when_everything_stands_still_it_is_said_once() -> None:
    now = at("2026-11-19T08:00:00")
    beat_all(now, **dict.fromkeys(live.CELERY_BEAT_SCHEDULE, timedelta(days=3)))
    assert heartbeat_warnings(now) == [
        "Tidsplanen står stille: ingen faste job har kørt siden mandag 16. november kl. 8.00."
    ]


@pytest.mark.django_db
def test_errored_and_unfinished_runs_are_said() -> None:
    now = at("2026-11-19T08:00:00")
    beat_all(now, plan_deadlines=timedelta(days=2))
    Heartbeat.objects.filter(name="send_reminders").update(status="errored", finished_at=now)
    Heartbeat.objects.filter(name="plan_deadlines").update(
        status="running", finished_at=None, succeeded_at=at("2026-11-16T04:31:00")
    )
    assert heartbeat_warnings(now) == [
        "Påmindelser gik galt torsdag 19. november kl. 8.00.",
        "Fristerne er ikke regnet ud siden mandag 16. november kl. 4.31.",
    ]


@pytest.mark.django_db
def test_a_new_installation_is_not_blamed_before_its_first_hour() -> None:
    assert heartbeat_warnings(timezone.now()) == []
    Municipality.objects.create(slug="nordby", name="Nordby Kommune", cvr="11111111")
    now = timezone.now()
    assert heartbeat_warnings(now) == []
    assert heartbeat_warnings(now + timedelta(days=2)) == [
        "Tidsplanen står stille: ingen faste job har kørt endnu."
    ]

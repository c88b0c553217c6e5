"""The pages about jobs and mail: who sees them, what they say, and what they never show."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import jobs, mail
from core.mail import KEPT, Attachment
from core.mail.outbox import CUT_OFF
from core.models import Heartbeat, Job, OutboxMail
from core.tenancy import no_tenant, tenant
from organisation.models import Municipality
from organisation.models.access import Role
from organisation.services import create_user
from tests.builders import log_in, make_user


@pytest.fixture(autouse=True)
def _all_well(db: None) -> None:
    now = timezone.now()
    for name in live.CELERY_BEAT_SCHEDULE:
        Heartbeat.objects.create(name=name, status="done", started_at=now, finished_at=now, succeeded_at=now)


@pytest.fixture
def hr(nordby: Municipality, client: Client) -> Client:
    log_in(client, make_user(Role.HR))
    return client


def put(key: str, **values: Any) -> OutboxMail:
    found, _ = mail.queue(
        key=key,
        to="leder@nordby.example",
        subject="Det venter på dig",
        text="To samtaler i dag",
        html="<p>To</p><script>x</script>",
        attachments=[Attachment("frist.ics", "text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")],
    )
    OutboxMail.objects.filter(pk=found.pk).update(**values)
    return found


def kept(key: str) -> OutboxMail:
    return put(key, status="sent", sent_at=timezone.now(), error=KEPT)


@pytest.mark.parametrize("role", [Role.MED, Role.KOORDINATOR, Role.MEDARBEJDER])
@pytest.mark.parametrize("page", ["jobs", "mails"])
def test_other_roles_find_nothing(nordby: Municipality, client: Client, role: Role, page: str) -> None:
    log_in(client, make_user(role))
    assert client.get(reverse(page)).status_code == 404


@pytest.mark.parametrize("role", [Role.HR, Role.SYSTEMANSVARLIG])
def test_all_is_well(nordby: Municipality, client: Client, role: Role) -> None:
    log_in(client, make_user(role))
    page = client.get(reverse("jobs")).content.decode()
    assert "Alt kører, som det skal." in page
    assert "Påmindelser" in page
    assert "Næste gang" in page
    assert "Ingen job endnu" in page


def test_a_job_that_stopped_is_said_loudly(hr: Client) -> None:
    Heartbeat.objects.filter(name="send_reminders").update(started_at=timezone.now() - timedelta(days=3))
    page = hr.get(reverse("jobs")).content.decode()
    assert "Påmindelserne har ikke kørt siden" in page
    assert "Alt kører" not in page


def test_an_operator_sees_the_shared_part_only(nordby: Municipality, client: Client) -> None:
    Job.objects.create(kind="import", title="Indlæsning i Nordby")
    with no_tenant():
        from core.tenancy import login_as

        with login_as("drift@example.com"):
            user = create_user(email="drift@example.com", name="Drift", role=Role.OPERATOER, by=None)
            log_in(client, user)
        page = client.get(reverse("jobs"))
        assert page.status_code == 200
        assert "Afsendelse af mails" in page.content.decode()
        assert "Nordby" not in page.content.decode()
        assert client.get(reverse("mails")).status_code == 404


def test_jobs_of_the_municipality(hr: Client, sydby: Municipality) -> None:
    running = jobs.start(kind="import", title="Indlæsning af fravær", by=None)
    failed = jobs.start(kind="report", title="Rapport", by=None)
    Job.objects.filter(pk=failed.pk).update(
        status="failed", finished_at=timezone.now(), result={"message": "Enheden har ingen tal."}
    )
    with tenant(sydby.pk):
        other = jobs.start(kind="report", title="Sydbys rapport", by=None)
    page = hr.get(reverse("jobs")).content.decode()
    assert "Indlæsning af fravær" in page
    assert "Enheden har ingen tal." in page
    assert "Sydbys" not in page
    assert reverse("job_progress", args=[running.pk]) in page  # asked again while it waits
    assert reverse("job_progress", args=[failed.pk]) not in page
    assert hr.get(reverse("job_progress", args=[other.pk])).status_code == 404


def test_progress_of_a_job_whose_worker_died(hr: Client) -> None:
    job = jobs.start(kind="import", title="Indlæsning", by=None)
    Job.objects.filter(pk=job.pk).update(status="running", started_at=timezone.now(), done=3, total=9)
    fragment = hr.get(reverse("job_progress", args=[job.pk])).content.decode()
    assert "Start det igen." in fragment
    assert "hx-get" not in fragment


def test_failed_mails_are_sent_again_by_a_button(hr: Client) -> None:
    put("a", status="failed", attempts=24, error="Mailserveren afviste modtagerens adresse (550).")
    put("b", status="sent", sent_at=timezone.now(), error=CUT_OFF)
    page = hr.get(reverse("mails")).content.decode()
    assert "550" in page
    assert "Send de usikre igen" in page
    assert hr.post(reverse("mails_again"), {"hvilke": "alt"}).status_code == 400
    assert hr.get(reverse("mails_again")).status_code == 405
    done = hr.post(reverse("mails_again"), {"hvilke": "fejlede"}, follow=True).content.decode()
    assert "1 mail sendes igen" in done
    assert set(OutboxMail.objects.values_list("key", "status", "attempts")) == {
        ("a", "waiting", 0),
        ("b", "sent", 0),
    }
    hr.post(reverse("mails_again"), {"hvilke": "usikre"})
    assert set(OutboxMail.objects.values_list("status", flat=True)) == {"waiting"}


def test_kept_mail_is_read_on_a_local_installation(hr: Client, settings: Any) -> None:
    settings.LOCAL = True
    found = kept("a")
    assert "Det venter på dig" in hr.get(reverse("mails")).content.decode()
    page = hr.get(reverse("kept_mail", args=[found.pk])).content.decode()
    assert "To samtaler i dag" in page
    assert "<script>x" not in page
    attachment = hr.get(reverse("kept_attachment", args=[found.pk, 1]))
    assert attachment.content.startswith(b"BEGIN:VCALENDAR")
    assert attachment["Content-Disposition"] == 'attachment; filename="1.ics"'
    assert hr.get(reverse("kept_attachment", args=[found.pk, 2])).status_code == 404


def test_nobody_reads_mail_in_production(hr: Client, settings: Any) -> None:
    settings.LOCAL, settings.SECURE_SSL_REDIRECT = False, False
    found = kept("a")
    assert "Det venter på dig" not in hr.get(reverse("mails")).content.decode()
    assert hr.get(reverse("kept_mail", args=[found.pk])).status_code == 404
    assert hr.get(reverse("kept_attachment", args=[found.pk, 1])).status_code == 404


def test_only_kept_mail_is_read_and_only_ones_own(hr: Client, settings: Any, sydby: Municipality) -> None:
    settings.LOCAL = True
    waiting = put("a")
    assert hr.get(reverse("kept_mail", args=[waiting.pk])).status_code == 404
    with tenant(sydby.pk):
        other = kept("b")
    assert hr.get(reverse("kept_mail", args=[other.pk])).status_code == 404


@pytest.mark.parametrize(
    ("headers", "address", "token", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "::1", "", 200),
        ({}, "192.0.2.7", "", 403),
        ({}, "", "", 403),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, "127.0.0.1", "", 403),
        ({"HTTP_AUTHORIZATION": "Bearer t"}, "192.0.2.7", "t", 200),
        ({"HTTP_AUTHORIZATION": "Bearer t", "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, "127.0.0.1", "t", 200),
        ({"HTTP_AUTHORIZATION": "Bearer x"}, "192.0.2.7", "t", 403),
        ({"HTTP_AUTHORIZATION": "Bearer "}, "192.0.2.7", "", 403),
    ],
)
def test_metrics_for_loopback_or_token(
    client: Client, settings: Any, headers: dict[str, str], address: str, token: str, status: int
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", REMOTE_ADDR=address, **headers).status_code == status


def test_metrics_say_which_job_is_late(client: Client) -> None:
    Heartbeat.objects.filter(name="send_reminders").update(started_at=timezone.now() - timedelta(days=3))
    text = client.get("/metrics").content.decode()
    assert 'naervaer_scheduled_job_late{job="send_reminders"} 1' in text
    assert 'naervaer_scheduled_job_late{job="heartbeat"} 0' in text
    assert text.endswith("\n")
    for line in text.splitlines():
        if not line.startswith("#"):
            float(line.rpartition(" ")[2])

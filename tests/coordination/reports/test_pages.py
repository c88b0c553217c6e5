"""`/koordinering/rapporter/`: who may ask, what is made, and who may fetch it."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from coordination.reports.archive import report_path
from coordination.reports.orders import KIND, carry_out, order_report
from coordination.reports.quarter import Quarter, newest_whole
from core import jobs
from core.clock import today
from core.models import Job
from core.tenancy import tenant
from organisation.models import User
from organisation.models.access import Role
from tests.builders import log_in, make_hr, make_unit, make_user
from tests.coordination.reports.town import Town, make_town

QUARTER = Quarter(2026, 3)
ALLOWED = (Role.HR, Role.MED, Role.LEDER, Role.KOORDINATOR)
REFUSED = (Role.MEDARBEJDER, Role.SYSTEMANSVARLIG)


@pytest.fixture
def data(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def sent(monkeypatch: Any) -> list[int]:
    """Ids of jobs sent to a worker; none is there."""
    from coordination.tasks import make_report

    found: list[int] = []
    monkeypatch.setattr(make_report, "apply_async", lambda kwargs, **more: found.append(kwargs["job_id"]))
    return found


def finished(by: User, municipality: Any, content: bytes = b"%PDF-1.7 a report") -> Job:
    """A report job that is done, with its file."""
    job: Job = jobs.start(kind=KIND, title="Sundhed, 3. kvartal 2026", by=by)
    Job.objects.filter(pk=job.pk).update(
        status="done", result={"file": "rapport-E1-2026Q3.pdf"}, finished_at="2026-11-20T08:00Z"
    )
    path = report_path(municipality.pk, job.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return job


def addresses(job: Job) -> list[str]:
    return [reverse("report_progress", args=[job.pk]), reverse("report_file", args=[job.pk])]


@pytest.mark.parametrize("role", ALLOWED)
def test_readers_of_figures_may_ask(
    nordby: Any,
    client: Client,
    data: Path,
    sent: list[int],
    role: str,
    django_capture_on_commit_callbacks: Any,
) -> None:
    top = make_unit("Nordby Kommune")
    below = make_unit("Sundhed", top)
    user = make_user(role, make_unit("Et andet sted", top))
    log_in(client, user)
    page = client.get(reverse("reports"))
    assert page.status_code == 200
    assert newest_whole(today()).words in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("reports"), {"enhed": below.pk, "kvartal": newest_whole(today()).code})
    assert answer.status_code == 302
    job = Job.objects.get()
    assert (job.kind, job.created_by, job.parameters["unit"]) == (KIND, user, below.pk)
    assert sent == [job.pk]
    assert job.title in client.get(reverse("reports")).content.decode()


@pytest.mark.parametrize("role", REFUSED)
def test_others_may_not(nordby: Any, client: Client, data: Path, role: str) -> None:
    unit = make_unit("Nordby Kommune")
    user = make_user(None if role == Role.MEDARBEJDER else role, unit)
    job = finished(user, nordby)
    log_in(client, user)
    for address in [reverse("reports"), *addresses(job)]:
        assert client.get(address).status_code == 404
    answer = client.post(reverse("reports"), {"enhed": unit.pk, "kvartal": newest_whole(today()).code})
    assert answer.status_code == 404
    assert Job.objects.count() == 1


def test_a_report_belongs_to_who_asked_and_to_hr(nordby: Any, client: Client, data: Path) -> None:
    top = make_unit("Nordby Kommune")
    creator, other = make_user(Role.MED, top), make_user(Role.MED, top)
    job = finished(creator, nordby)
    for user, status in ((creator, 200), (make_hr(), 200), (other, 404)):
        log_in(client, user)
        assert [client.get(address).status_code for address in addresses(job)] == [status, status]
        listed = client.get(reverse("reports")).content.decode()
        assert (f'id="rapport-{job.pk}"' in listed) == (status == 200)


def test_one_who_lost_the_role_lost_the_report(nordby: Any, client: Client, data: Path) -> None:
    user = make_user(Role.MED, make_unit("Nordby Kommune"))
    job = finished(user, nordby)
    log_in(client, user)
    user.roles.all().delete()
    assert [client.get(address).status_code for address in addresses(job)] == [404, 404]


def test_another_municipality_reaches_nothing(nordby: Any, sydby: Any, client: Client, data: Path) -> None:
    unit = make_unit("Nordby Kommune")
    job = finished(make_hr(), nordby)
    with tenant(sydby.pk):
        stranger = make_user(Role.HR, make_unit("Sydby Kommune"))
        log_in(client, stranger)
    for address in addresses(job):
        assert client.get(address).status_code == 404
    answer = client.post(reverse("reports"), {"enhed": unit.pk, "kvartal": newest_whole(today()).code})
    assert answer.status_code == 422
    assert str(unit.name) not in answer.content.decode()


def test_other_jobs_are_no_reports(nordby: Any, client: Client, data: Path) -> None:
    hr = make_hr()
    job = jobs.start(kind="import", title="Indlæsning", by=hr)
    log_in(client, hr)
    assert [client.get(address).status_code for address in addresses(job)] == [404, 404]


def test_the_file_is_sent_as_one_to_save(nordby: Any, client: Client, data: Path) -> None:
    hr = make_hr()
    job = finished(hr, nordby)
    log_in(client, hr)
    answer = client.get(reverse("report_file", args=[job.pk]))
    assert answer.content == b"%PDF-1.7 a report"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="rapport-E1-2026Q3.pdf"'
    assert "no-store" in answer["Cache-Control"]


def test_a_deleted_file_says_so(nordby: Any, client: Client, data: Path) -> None:
    hr = make_hr()
    job = finished(hr, nordby)
    report_path(nordby.pk, job.pk).unlink()
    log_in(client, hr)
    assert "Lav den igen" in client.get(reverse("reports")).content.decode()
    assert client.get(reverse("report_file", args=[job.pk])).status_code == 404


def test_the_line_asks_again_until_it_is_done(nordby: Any, client: Client, data: Path) -> None:
    hr = make_hr()
    waiting = jobs.start(kind=KIND, title="Sundhed, 3. kvartal 2026", by=hr)
    log_in(client, hr)
    line = client.get(reverse("report_progress", args=[waiting.pk])).content.decode()
    assert 'hx-trigger="every 2s"' in line
    assert "Hent PDF" not in line
    done = client.get(reverse("report_progress", args=[finished(hr, nordby).pk])).content.decode()
    assert "hx-trigger" not in done
    assert "Hent PDF" in done


@pytest.mark.parametrize("changed", [{"kvartal": "2031Q1"}, {"enhed": "0"}, {"enhed": ""}, {"kvartal": "x"}])
def test_a_wrong_choice_is_said_in_place(
    nordby: Any, client: Client, data: Path, changed: dict[str, str]
) -> None:
    unit = make_unit("Nordby Kommune")
    log_in(client, make_hr())
    values = {"enhed": str(unit.pk), "kvartal": newest_whole(today()).code, **changed}
    answer = client.post(reverse("reports"), values)
    assert answer.status_code == 422
    assert "på listen." in answer.content.decode()
    assert not Job.objects.exists()


def test_a_worker_makes_the_report(transactional_nordby: Any, data: Path) -> None:
    with tenant(transactional_nordby.pk):
        with transaction.atomic():
            town: Town = make_town()
            job = order_report(unit=town.sector, quarter=QUARTER, by=make_hr())
        carry_out(job.pk)
        carry_out(job.pk)  # a second delivery of the same message changes nothing
        with transaction.atomic():
            job.refresh_from_db()
        assert (job.status, job.done, job.total) == ("done", 2, 2)
        file = report_path(transactional_nordby.pk, job.pk)
        assert [each.name for each in file.parent.iterdir()] == [file.name]
        pdf = PdfReader(io.BytesIO(file.read_bytes()))
        assert "Sundhed og Ældre" in pdf.pages[0].extract_text()


def test_what_cannot_be_reported_fails_with_the_reason(transactional_nordby: Any, data: Path) -> None:
    with tenant(transactional_nordby.pk):
        with transaction.atomic():
            job = order_report(unit=make_unit("Tomt hus"), quarter=QUARTER, by=make_hr())
        carry_out(job.pk)
        with transaction.atomic():
            job.refresh_from_db()
        assert job.status == "failed"
        assert "ingen ansatte" in job.result["message"]
        assert not (data / "reports").exists()

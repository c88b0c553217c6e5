"""The page for reading files in: who may, choose, check, read in, and what goes wrong on the way."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from absence.imports import jobs, uploads
from absence.tasks import import_task
from core.models import Job
from core.tenancy import tenant, tenant_transaction
from organisation.models import Unit
from tests.builders import log_in, make_hr, make_leader, make_unit, make_user
from tests.loading import EMPLOYMENTS, TODAY, UNITS

LIST = "/opsaetning/indlaes/"


@pytest.fixture
def data_dir(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Jobs that went to the queue."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(import_task, "apply_async", lambda **options: found.append(options))
    return found


@pytest.fixture
def hr(transactional_nordby: Any, data_dir: Path, sent: list[dict[str, Any]], client: Client) -> Client:
    with tenant_transaction(transactional_nordby.pk):
        log_in(client, make_hr())
    return client


def csv(text: str | bytes, name: str = "units.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


def work(municipality: Any, sent: list[dict[str, Any]]) -> Job:
    """What the worker does with the newest queued job."""
    with tenant(municipality.pk):
        return jobs.run_job(sent[-1]["kwargs"]["job_id"], today=TODAY)


def units(municipality: Any) -> int:
    with tenant_transaction(municipality.pk):
        return Unit.objects.count()


def test_from_files_to_rows(
    hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]], data_dir: Path
) -> None:
    page = hr.get(LIST).content.decode()
    assert "units.csv" in page
    assert "Ingen indlæsninger endnu" in page
    answer = hr.post(
        LIST,
        {"uploads": [csv(UNITS, "Enheder units (2).CSV"), csv(EMPLOYMENTS, "employments.csv")]},
        follow=True,
    )
    page = answer.content.decode()
    assert "Prøvekørsel af 2 filer" in page
    assert 'hx-trigger="every 2s"' in page
    assert len(sent) == 1

    job = work(transactional_nordby, sent)
    assert (job.status, job.result["applied"], job.result["to_do"]) == ("done", False, 5)
    assert units(transactional_nordby) == 0
    page = hr.get(reverse("import_progress", args=[job.pk])).content.decode()
    assert "Intet er ændret. Her står, hvad der ville ske" in page
    assert "name: Ældre og Sundhed" in page
    assert "hx-trigger" not in page

    answer = hr.post(reverse("import_again", args=[job.pk]), {"indlaes": "1"}, follow=True)
    assert "Indlæsning af 2 filer" in answer.content.decode()
    job = work(transactional_nordby, sent)
    assert job.result["applied"]
    assert units(transactional_nordby) == 3
    page = hr.get(reverse("import_job", args=[job.pk])).content.decode()
    assert "Filerne er indlæst" in page
    assert not list((data_dir / "uploads" / str(transactional_nordby.pk)).iterdir())
    assert "Indlæst" in hr.get(LIST).content.decode()


def test_rows_to_put_right(hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]]) -> None:
    hr.post(LIST, {"uploads": [csv(UNITS + '40;"=1+1";;99;;;\n')]})
    job = work(transactional_nordby, sent)
    page = hr.get(reverse("import_job", args=[job.pk])).content.decode()
    assert "1 række skal rettes, før noget kan indlæses" in page
    assert "“99”" in page
    assert "Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret." in page
    assert "Indlæs nu" not in page
    text = hr.get(reverse("import_errors", args=[job.pk])).content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("units.csv;5;parent_id;99;Enheden findes ikke.")
    again = hr.post(reverse("import_again", args=[job.pk]), {"indlaes": "1"}, follow=True)
    assert "Filerne er slettet. Vælg dem igen." in again.content.decode()
    assert units(transactional_nordby) == 0


def test_a_spreadsheet_takes_no_formula_from_the_errors(
    hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]]
) -> None:
    hr.post(LIST, {"uploads": [csv(UNITS + "40;Syd;;=HYPERLINK(1);;;\n")]})
    job = work(transactional_nordby, sent)
    assert ";'=HYPERLINK(1);" in hr.get(reverse("import_errors", args=[job.pk])).content.decode()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Vælg mindst én fil."),
        (
            [("ferie.csv", "x")],
            "Vi kender ikke ferie.csv. Giv filen et af disse navne: units.csv, employments.csv",
        ),
        ([("units.csv", UNITS), ("units (1).csv", UNITS)], "Der er to filer af slagsen units.csv."),
        ([("units.csv", "x" * 3000)], "units.csv fylder 2 kB, og grænsen er 1 kB."),
        ([("units.csv", "")], "Filen er tom"),
    ],
)
def test_uploads_that_are_refused(
    hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]], settings: Any, files: Any, message: str
) -> None:
    settings.IMPORT_MAX_BYTES = 1024
    answer = hr.post(LIST, {"uploads": [csv(text, name) for name, text in files]})
    if message == "Filen er tom":
        page = hr.get(answer["Location"]).content.decode()
        assert "Venter på at komme til" in page
        job = work(transactional_nordby, sent)
        assert job.result["files"][0]["errors"][0]["message"].startswith(message)
        return
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not sent


def test_names_of_uploads() -> None:
    assert uploads.file_name("Absence_Days 2026-01.csv") == "absence_days.csv"
    assert uploads.file_name("absences.CSV") == "absences.csv"
    assert uploads.file_name("../../units.csv") == "units.csv"
    assert uploads.file_name("ferie.csv") is None


def test_a_worker_that_died_and_trying_again(
    hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hr.post(LIST, {"uploads": [csv(UNITS)]})
    with tenant_transaction(transactional_nordby.pk):
        Job.objects.update(status="running")
    job = work(transactional_nordby, sent)  # delivered once more
    assert job.status == "errored"
    page = hr.get(reverse("import_job", args=[job.pk])).content.decode()
    assert "Arbejdet blev afbrudt" in page
    assert "Prøv igen" in page
    hr.post(reverse("import_again", args=[job.pk]), {"kontroller": "1"})
    job = work(transactional_nordby, sent)
    assert (job.status, job.kind, job.result["to_do"]) == ("done", "import_check", 3)


def test_files_that_were_left_are_deleted_after_a_day(
    hr: Client, transactional_nordby: Any, data_dir: Path
) -> None:
    import os

    hr.post(LIST, {"uploads": [csv(UNITS)]})
    home = data_dir / "uploads" / str(transactional_nordby.pk)
    (old,) = home.iterdir()
    os.utime(old, (1_700_000_000, 1_700_000_000))
    hr.post(LIST, {"uploads": [csv(UNITS)]})
    assert old not in list(home.iterdir())
    assert len(list(home.iterdir())) == 1


def test_details_are_forgotten_after_a_month(
    hr: Client, transactional_nordby: Any, sent: list[dict[str, Any]]
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    hr.post(LIST, {"uploads": [csv(UNITS)]})
    job = work(transactional_nordby, sent)
    with tenant_transaction(transactional_nordby.pk):
        jobs.forget_details()
        assert Job.objects.get(pk=job.pk).result["files"][0]["rows"]
        Job.objects.update(created_at=timezone.now() - timedelta(days=31))
        jobs.forget_details()
        found = Job.objects.get(pk=job.pk).result
    assert found["files"][0]["rows"] == []
    assert found["files"][0]["created"] == 3


def test_sample_files(hr: Client) -> None:
    answer = hr.get(reverse("import_sample", args=["employments.csv"]))
    assert answer["Content-Disposition"] == 'attachment; filename="employments.csv"'
    assert "Åse Brønd" in answer.content.decode("utf-8-sig")
    assert hr.get(reverse("import_sample", args=["ferie.csv"])).status_code == 404


def test_who_may(
    transactional_nordby: Any, data_dir: Path, sent: list[dict[str, Any]], client: Client
) -> None:
    with tenant_transaction(transactional_nordby.pk):
        unit = make_unit()
        users = {
            "hr": make_hr(), "systemansvarlig": make_user("systemansvarlig"), "leder": make_leader(unit),
            "koordinator": make_user("koordinator"), "med": make_user("med", unit), "medarbejder": make_user("medarbejder"),
        }  # fmt: skip
        job = Job.objects.create(kind="import_check", title="x", parameters={"files": [], "upload": 0})
        other = Job.objects.create(kind="report", title="x")
    pages = [
        ("get", LIST), ("post", LIST), ("get", reverse("import_job", args=[job.pk])),
        ("get", reverse("import_progress", args=[job.pk])), ("get", reverse("import_errors", args=[job.pk])),
        ("post", reverse("import_again", args=[job.pk])), ("get", reverse("import_sample", args=["units.csv"])),
    ]  # fmt: skip
    for role, user in users.items():
        with tenant_transaction(transactional_nordby.pk):
            log_in(client, user)
        may = role in ("hr", "systemansvarlig")
        for method, address in pages:
            assert (getattr(client, method)(address).status_code != 404) == may, (role, address)
        assert client.get(reverse("import_job", args=[other.pk])).status_code == 404


def test_another_municipalitys_job_is_not_there(hr: Client, transactional_nordby: Any) -> None:
    from organisation.services import create_municipality

    there = create_municipality(slug="sydby", name="Sydby", cvr="22222222")
    with tenant_transaction(there.pk):
        job = Job.objects.create(kind="import_check", title="x", parameters={"files": [], "upload": 0})
    for name in ("import_job", "import_progress", "import_errors"):
        assert hr.get(reverse(name, args=[job.pk])).status_code == 404
    assert hr.post(reverse("import_again", args=[job.pk])).status_code == 404

"""`import_files`: what it prints, its exit codes, and that a folder is applied whole or not at all."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from absence.models import SickNotification
from core.importing import run
from core.importing.kinds import all_kinds
from core.importing.samples import sample
from core.models import Job
from core.tenancy import tenant_transaction
from organisation.models import Employment, Unit
from tests.loading import BASE, EMPLOYMENTS

ABSENCES = "absence_id;employment_id;category;first_day;last_day\nF1;A1;;02.02.2026;03.02.2026\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (BASE | {"absences.csv": ABSENCES}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def command(*arguments: Any) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_files", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_folder_is_read_in_the_right_order(transactional_nordby: Any, folder: Path) -> None:
    out, err = command("nordby", folder)
    assert out.splitlines() == [
        "units.csv: read 3, created 3, changed 0, unchanged 0, rejected 0",
        "employments.csv: read 2, created 2, changed 0, unchanged 0, rejected 0",
        "absences.csv: read 1, created 1, changed 0, unchanged 0, rejected 0",
    ]
    assert "Læser absences.csv" in err
    assert err.splitlines()[-1] == "100 % Færdig"
    with tenant_transaction(transactional_nordby.pk):
        job = Job.objects.get()
        assert (job.kind, job.status, job.created_by) == ("import", "done", None)
        assert job.result["files"][0]["created"] == 3
    out, _ = command("nordby", folder)
    assert "units.csv: read 3, created 0, changed 0, unchanged 3, rejected 0" in out
    with tenant_transaction(transactional_nordby.pk):
        assert Job.objects.count() == 1


def test_dry_run(transactional_nordby: Any, folder: Path) -> None:
    out, _ = command("nordby", folder, "--dry-run")
    assert "units.csv: read 3, created 3, changed 0, unchanged 0, rejected 0" in out
    assert out.splitlines()[-1] == "Intet er ændret: det var en prøve."
    with tenant_transaction(transactional_nordby.pk):
        assert not Unit.objects.exists()


def test_one_rejected_row_stops_everything(transactional_nordby: Any, folder: Path) -> None:
    (folder / "absences.csv").write_text(ABSENCES + "F2;A1;;31.02.2026;\n", encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"Intet er ændret\. Ret rækkerne, og kør igen\.") as caught:
        call_command("import_files", "nordby", str(folder), stdout=out, stderr=io.StringIO())
    assert caught.value.returncode == 1
    lines = out.getvalue().splitlines()
    assert "absences.csv: read 2, created 1, changed 0, unchanged 0, rejected 1" in lines
    assert (
        "absences.csv:3: first_day: Datoen findes ikke. Februar 2026 har 28 dage. Der står »31.02.2026«."
        in lines
    )
    with tenant_transaction(transactional_nordby.pk):
        assert not Unit.objects.exists()
        assert not Job.objects.exists()


def test_other_files_are_named_and_left(transactional_nordby: Any, folder: Path) -> None:
    (folder / "ferie.csv").write_text("x", encoding="utf-8")
    (folder / "læs mig.txt").write_text("x", encoding="utf-8")
    (folder / "absences.csv").rename(folder / "ABSENCES.CSV")
    out, err = command("nordby", folder)
    assert "ferie.csv indlæses ikke her og er sprunget over." in err
    assert "mig" not in err
    assert "absences.csv: read 1" in out


def test_what_the_database_refuses_is_said_in_danish(
    transactional_nordby: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody registers an absence between check and writing."""
    apply = run._Import.apply

    def late(self: Any, after: Any) -> None:
        apply(self, None)
        with transaction.atomic():
            self.staging.execute(
                "UPDATE import_absences SET action = 'new', absence_id = 'F2', employment_pk = e.id "
                "FROM organisation_employment e WHERE e.municipality_id = %(m)s AND e.external_id = employment_id"
            )
        apply(self, after)

    monkeypatch.setattr(run._Import, "apply", late)
    with pytest.raises(CommandError, match="blev der gemt noget andet, som overlapper") as caught:
        command("nordby", folder)
    assert caught.value.returncode == 1
    with tenant_transaction(transactional_nordby.pk):
        assert not SickNotification.objects.exists()
        assert not Employment.objects.exists()


@pytest.mark.parametrize(
    ("slug", "there", "message"),
    [
        ("vestby", True, "Der er ingen kommune med det korte navn »vestby«"),
        ("nordby", False, "findes ikke. Skriv stien til en mappe"),
    ],
)
def test_bad_arguments(transactional_nordby: Any, folder: Path, slug: str, there: bool, message: str) -> None:
    with pytest.raises(CommandError, match=message) as caught:
        command(slug, folder if there else folder / "intet")
    assert caught.value.returncode == 1


def test_a_folder_without_files(transactional_nordby: Any, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Filerne hedder units\.csv, employments\.csv, roster\.csv"):
        command("nordby", tmp_path)


@pytest.mark.parametrize(
    "arguments", [["import_files"], ["import_files", "nordby"], ["import_files", "a", "b", "--x"]]
)
def test_misuse_is_exit_code_2(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=os.environ, capture_output=True, check=False
    )  # fmt: skip
    assert done.returncode == 2


def test_the_sample_files_are_a_whole_delivery(transactional_nordby: Any, tmp_path: Path) -> None:
    for kind in all_kinds():
        (tmp_path / kind.name).write_bytes(sample(kind))
    out, _ = command("nordby", tmp_path)
    assert out.count("rejected 0") == len(all_kinds()) >= 6
    assert command("nordby", tmp_path)[0].count("created 0, changed 0") == len(all_kinds())


def test_a_windows_file_from_excel(transactional_nordby: Any, folder: Path) -> None:
    text = EMPLOYMENTS.replace("\n", "\r\n").encode("cp1252")
    (folder / "employments.csv").write_bytes(text)
    command("nordby", folder)
    with tenant_transaction(transactional_nordby.pk):
        assert Employment.objects.get(external_id="A2").person.name == "Per Ørsted"


def test_a_file_too_large(transactional_nordby: Any, folder: Path, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_files", "nordby", str(folder), stdout=out, stderr=io.StringIO())
    assert "units.csv:1: -: Filen fylder 1 kB, og grænsen er 1 kB. Del den i flere filer" in out.getvalue()

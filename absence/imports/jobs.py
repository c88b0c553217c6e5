"""Imports from the page: a check as one job, and, when somebody says so, reading the same files in as another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from absence.imports import uploads
from absence.imports.service import JOB_KIND, run_import
from core.formats import format_count
from core.importing.results import Outcome
from core.importing.run import StoppedByDatabase
from core.jobs import JobFailed, Progress, run, start
from core.models import Job
from core.tenancy import require, tenant_transaction
from organisation.models import User

CHECK_KIND = "import_check"
KINDS = (CHECK_KIND, JOB_KIND)
_GONE = "Filerne er slettet, fordi der er gået et døgn. Vælg dem igen."
# After this, a job tells how many rows, but no longer which: rows hold names.
_DETAILS_DAYS = 30


def start_check(*, files: Mapping[str, UploadedFile[Any]], by: User) -> Job:
    """Keep the files (our names → uploads) and queue a dry run of them. In the request's transaction."""
    from absence.tasks import import_task

    municipality_id = require()
    uploads.discard_old(municipality_id)
    forget_details()
    job = start(
        kind=CHECK_KIND,
        title=f"Prøvekørsel af {format_count(len(files), 'fil', 'filer')}",
        by=by,
        parameters={"files": sorted(files)},
        task=import_task,
    )
    job.parameters["upload"] = job.pk
    job.save(update_fields=["parameters"])
    uploads.keep(municipality_id, job.pk, files)
    return job


def start_again(*, job: Job, apply: bool, by: User) -> Job:
    """Queue reading a checked job's files in, or the check once more. In the request's transaction."""
    from absence.tasks import import_task

    count = format_count(len(job.parameters["files"]), "fil", "filer")
    return start(
        kind=JOB_KIND if apply else CHECK_KIND,
        title=f"Indlæsning af {count}" if apply else f"Prøvekørsel af {count}",
        by=by,
        parameters={"files": job.parameters["files"], "upload": job.parameters["upload"]},
        task=import_task,
    )


def has_files(job: Job) -> bool:
    """Whether the job's files are still kept."""
    return bool(uploads.paths(require(), job.parameters.get("upload", 0)))


def run_job(job_id: int, *, today: date) -> Job:
    """Carry out a queued import of the current tenant; called by the worker, outside a transaction."""
    return run(job_id, lambda progress: _work(job_id, progress, today))


def _work(job_id: int, progress: Progress, today: date) -> dict[str, Any]:
    municipality_id = require()
    with tenant_transaction(municipality_id):
        job = Job.objects.select_related("created_by").get(pk=job_id)
        upload = job.parameters["upload"]
        found = uploads.paths(municipality_id, upload)
        if not found:
            raise JobFailed(_GONE)
        try:
            outcome = run_import(
                found,
                by=job.created_by,
                today=today,
                apply=job.kind == JOB_KIND,
                progress=lambda step, done, total: progress(done, total, step),
            )
        except StoppedByDatabase as stopped:
            raise JobFailed(str(stopped)) from stopped
    if outcome.applied or not outcome.ok:
        uploads.discard(municipality_id, upload)
    return _result(outcome)


def _result(outcome: Outcome) -> dict[str, Any]:
    return {**outcome.as_json(), "rejected": outcome.rejected, "to_do": outcome.to_do}


def forget_details() -> None:
    """Take rows and errors, which may hold names, out of jobs older than a month."""
    old = Job.objects.filter(
        kind__in=KINDS,
        created_at__lt=timezone.now() - timedelta(days=_DETAILS_DAYS),
        result__has_key="files",
    ).exclude(result__has_key="forgotten")
    for job in old:
        job.result["files"] = [{**file, "errors": [], "rows": []} for file in job.result["files"]]
        job.result["forgotten"] = True
        job.save(update_fields=["result"])

"""Reading files in: choose, see what would happen, and only then do it."""

import csv
import io
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from absence.imports import jobs
from absence.imports.forms import UploadForm
from absence.imports.service import JOB_KIND
from core.errors import OutOfReachError
from core.importing import kinds, samples
from core.models import Job
from core.notices import notify
from organisation.models import User
from organisation.models.access import Role
from organisation.permissions import roles_required

_RECENT = 10
# A spreadsheet would take a text beginning like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _job(job_id: int) -> Job:
    """An import of this municipality. Raises OutOfReachError (404)."""
    found: Job | None = (
        Job.objects.select_related("created_by").filter(pk=job_id, kind__in=jobs.KINDS).first()
    )
    if found is None:
        raise OutOfReachError
    return found


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Choose files; the newest imports; files to begin from."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        job = jobs.start_check(files=form.cleaned_data["uploads"], by=cast(User, request.user))
        return redirect("import_job", job.pk)
    recent = Job.objects.filter(kind__in=jobs.KINDS).select_related("created_by")[:_RECENT]
    context = {"form": form, "kinds": kinds.all_kinds(), "recent": recent}
    return render(request, "absence/imports/imports.html", context, status=422 if form.is_bound else 200)


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_safe
def import_job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One check or import: how far it is, or what came of it."""
    return render(request, "absence/imports/job.html", _context(_job(job_id)))


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_safe
def import_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The changing part of the job's page, asked for every two seconds until it is done."""
    return render(request, "absence/imports/_job.html", {**_context(_job(job_id)), "is_fragment": True})


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_POST
def import_again(request: HttpRequest, job_id: int) -> HttpResponse:
    """Read the checked files in ("indlaes"), or check them once more."""
    job = _job(job_id)
    if not jobs.has_files(job):
        notify(request, "Filerne er slettet. Vælg dem igen.", level=messages.ERROR)
        return redirect("imports")
    new = jobs.start_again(job=job, apply="indlaes" in request.POST, by=cast(User, request.user))
    return redirect("import_job", new.pk)


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_safe
def import_errors(request: HttpRequest, job_id: int) -> HttpResponse:
    """The rows to put right, as a file."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(["fil", "linje", "kolonne", "der_staar", "hvad_er_galt"])
    for file in _job(job_id).result.get("files", []):
        for error in file["errors"]:
            row = (file["name"], error["line"], error["column"], error["value"], error["message"])
            writer.writerow([_harmless(cell) for cell in row])
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="raekker-der-skal-rettes.csv"'
    return response


@roles_required(Role.HR, Role.SYSTEMANSVARLIG)
@require_safe
def import_sample(request: HttpRequest, name: str) -> HttpResponse:
    """A file to begin from, with invented rows."""
    kind = kinds.find(name)
    if kind is None:
        raise Http404
    response = HttpResponse(samples.sample(kind), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{kind.name}"'
    return response


def _harmless(cell: Any) -> str:
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA) and len(text) > 1 else text


def _context(job: Job) -> dict[str, Any]:
    result = job.result
    files = result.get("files", [])
    return {
        "job": job,
        "files": files,
        "going": job.status in (Job.Status.WAITING, Job.Status.RUNNING),
        "applies": job.kind == JOB_KIND,
        "applied": result.get("applied", False),
        "rejected": result.get("rejected", 0),
        "to_do": result.get("to_do", 0),
        "message": result.get("message", ""),
        "can_go_on": jobs.has_files(job),
    }

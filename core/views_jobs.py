"""Pages about scheduled jobs, long jobs and mail. Who may see them is said in config/job_urls.py: the core knows no roles."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core import jobs, mail
from core.errors import OutOfReachError
from core.formats import format_count
from core.models import Job, OutboxMail
from core.notices import notify
from core.tenancy import current

_STATES = {
    Job.Status.WAITING: ("coming", "Venter"),
    Job.Status.RUNNING: ("running", "Kører"),
    Job.Status.DONE: ("ok", "Færdig"),
    Job.Status.FAILED: ("failed", "Ikke gennemført"),
    Job.Status.ERRORED: ("failed", "Gik i stykker"),
}
_PER_PAGE = 25


def _shown(job: Job) -> dict[str, Any]:
    """A job as the templates take it."""
    state, text = _STATES[Job.Status(job.status)]
    return {
        "job": job,
        "element_id": f"fremdrift-{job.pk}",
        "state": state,
        "state_text": text,
        "message": job.result.get("message", ""),
    }


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, _PER_PAGE).get_page(request.GET.get("side"))


@require_safe
def jobs_page(request: HttpRequest) -> HttpResponse:
    """How the scheduled jobs fare; in a municipality also its own jobs and its mail."""
    now = timezone.now()
    scheduled = jobs.scheduled_jobs(now)
    context: dict[str, Any] = {
        "scheduled": scheduled,
        "waits": any(job.last_run is None for job in scheduled),
        "warnings": jobs.heartbeat_warnings(now),
        "has_municipality": current() is not None,
    }
    if current() is not None:
        jobs.end_dead_jobs()
        page_of_list = _page(request, Job.objects.select_related("created_by"))
        context |= {
            "counts": mail.counts(),
            "page_of_list": page_of_list,
            "rows": [_shown(job) for job in page_of_list],
        }
    return render(request, "core/jobs.html", context)


@require_safe
def job_progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The state of one job as a fragment that asks again until the job has ended."""
    jobs.end_dead_jobs()
    return render(request, "core/_job.html", _shown(get_object_or_404(Job, pk=job_id)))


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Mail that is not where it should be; on a local installation also the mail that was kept."""
    context = {
        "counts": mail.counts(),
        "trouble": mail.mails_in_trouble()[:100],
        "shows_kept": settings.LOCAL,
        "keeps": settings.LOCAL and not settings.EMAIL_URL,
        "page_of_list": _page(request, mail.kept_mails()) if settings.LOCAL else None,
    }
    return render(request, "core/mails.html", context)


@require_POST
def mails_again(request: HttpRequest) -> HttpResponse:
    """Let failed mails, or with `hvilke=usikre` the uncertain ones, go out again."""
    which = request.POST.get("hvilke")
    if which not in ("fejlede", "usikre"):
        return HttpResponseBadRequest()
    send = mail.retry_failed if which == "fejlede" else mail.resend_uncertain
    found = send(by=request.user)
    if found:
        notify(request, f"{format_count(found, 'mail', 'mails')} sendes igen inden for et par minutter.")
    else:
        notify(request, "Der var ingen mails at sende igen.", level=messages.INFO)
    return redirect("mails")


def _kept(mail_id: int) -> OutboxMail:
    """A kept mail of a local installation; nobody reads other people's mail in production."""
    if not settings.LOCAL:
        raise OutOfReachError
    found = mail.kept_mails().filter(pk=mail_id).first()
    if found is None:
        raise OutOfReachError
    return found


@require_safe
def kept_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One kept mail, as it would have been sent."""
    return render(request, "core/kept_mail.html", {"mail": _kept(mail_id)})


@require_safe
def kept_attachment(request: HttpRequest, mail_id: int, number: int) -> HttpResponse:
    """An attachment (counted from 1) of a kept mail, always as a download."""
    attachments = _kept(mail_id).attachments
    if not 1 <= number <= len(attachments):
        raise OutOfReachError
    found = attachments[number - 1]
    return HttpResponse(
        found["content"],
        content_type=f"{found['type']}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{number}.{_ending(found["name"])}"'},
    )


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2]
    return ending if ending.isalnum() and ending.isascii() else "txt"

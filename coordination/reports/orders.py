"""Reports made on request: a job per report, its file beside it, and who may fetch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from coordination.reports.archive import report_path, write_whole
from coordination.reports.document import report_pdf
from coordination.reports.quarter import Quarter, QuarterError, parse_quarter
from coordination.reports.reading import ReportRefused, read_report
from core import jobs
from core.clock import today
from core.errors import OutOfReachError
from core.jobs import JobFailed, Progress
from core.models import Job
from core.tenancy import require
from organisation.models import Unit, User
from organisation.models.access import Role
from organisation.permissions import has_role

KIND = "report"
STEPS = 2
READERS = (Role.HR, Role.MED, Role.LEDER, Role.KOORDINATOR)


@dataclass(frozen=True)
class Order:
    """A report somebody asked for, as the page shows it. `file_name` is what it is saved as."""

    job: Job
    ready: bool
    file_name: str

    @property
    def job_id(self) -> str:
        """The job's number, for ids in the page."""
        return str(self.job.pk)

    @property
    def under_way(self) -> bool:
        """Waiting or running: worth asking again soon."""
        return self.job.status in (Job.Status.WAITING, Job.Status.RUNNING)

    @property
    def message(self) -> str:
        """Why there is no file, in words; empty while it is under way or ready."""
        if self.under_way or self.ready:
            return ""
        text: str = self.job.result.get("message", "")
        return text or "Rapporten er slettet. Lav den igen."


def order_report(*, unit: Unit, quarter: Quarter, by: User) -> Job:
    """Ask for a unit's report; a worker makes it after the commit. In the caller's transaction."""
    from coordination.tasks import make_report

    return jobs.start(
        kind=KIND,
        title=f"{unit.name}, {quarter.words}",
        by=by,
        parameters={"unit": unit.pk, "quarter": quarter.code},
        task=make_report,
    )


def carry_out(job_id: int) -> None:
    """Make a job's report, in a worker and outside any transaction."""
    jobs.run(job_id, lambda progress: _make(job_id, today(), progress))


def _make(job_id: int, on: date, progress: Progress) -> dict[str, str]:
    progress(0, STEPS, "Læser tallene")
    with transaction.atomic():
        wanted = Job.objects.get(pk=job_id).parameters
        unit = Unit.objects.get(pk=wanted["unit"])
        try:
            report = read_report(unit, parse_quarter(wanted["quarter"], on), as_of=on)
        except (QuarterError, ReportRefused) as error:
            raise JobFailed(str(error)) from error
    progress(1, STEPS, "Skriver rapporten")
    path = report_path(require(), job_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(path, report_pdf(report))
    progress(STEPS, STEPS, "Færdig")
    return {"file": f"rapport-{report.unit_number}-{report.quarter.code}.pdf"}


def orders_in_reach(user: User, on: date) -> QuerySet[Job]:
    """Report jobs the user may see: their own, and HR everybody's. The newest first."""
    found = Job.objects.filter(kind=KIND)
    return found if has_role(user, on, Role.HR) else found.filter(created_by=user)


def get_order(user: User, job_id: int, on: date) -> Order:
    """One of them. Raises OutOfReachError (404)."""
    job = orders_in_reach(user, on).select_related("created_by").filter(pk=job_id).first()
    if job is None:
        raise OutOfReachError
    return order_of(job)


def order_of(job: Job) -> Order:
    """A job with what is known of its file."""
    path = report_path(require(), job.pk)
    name = job.result.get("file", "")
    return Order(job, bool(name) and job.status == Job.Status.DONE and path.is_file(), name)


def file_of(order: Order) -> Path:
    """The finished file. Raises OutOfReachError when there is none."""
    if not order.ready:
        raise OutOfReachError
    return report_path(require(), order.job.pk)

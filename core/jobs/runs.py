"""A job's life: made in a transaction, run by a worker, ended in a transaction of its own before anything depends on it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import Task
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from core.jobs.traces import where
from core.models import Job
from core.tenancy import require, tenant
from core.tenancy.context import settings_sql

logger = logging.getLogger(__name__)

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_LOCK_IN_TRANSACTION = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
_BROKE = "Noget gik galt hos os, og intet er ændret. Prøv igen. Sker det igen, så sig det til den systemansvarlige."
_DIED = "Arbejdet blev afbrudt, før det var færdigt. Start det igen."
_NOT_QUEUED = "Jobbet kunne ikke sættes i kø. Prøv igen om lidt."
_WRITE_EVERY = 0.5  # seconds between two writes of progress


class JobFailed(Exception):
    """The work says no, and why: a Danish message for whoever asked. The job ends as *failed*, not *errored*."""


class Progress:
    """Tells how far a job is, on a connection of its own, so that it is seen while the work's transaction is open."""

    def __init__(self, watch: Any, job_id: int) -> None:
        self._watch, self._job_id, self._written = watch, job_id, 0.0

    def __call__(self, done: int, total: int | None = None, step: str = "") -> None:
        """`done` of `total` (both counts; None: not known) in `step` (Danish, no names). Cheap to call often."""
        now = time.monotonic()
        if now - self._written < _WRITE_EVERY and done != total:
            return
        self._written = now
        with self._watch.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(*settings_sql())
            cursor.execute(
                "UPDATE core_job SET done = %s, total = %s, step = %s WHERE id = %s",
                [done, total, step[:200], self._job_id],
            )
            cursor.execute("COMMIT")


def start(
    *, kind: str, title: str, by: Any, parameters: dict[str, Any] | None = None, task: Task | None = None
) -> Job:
    """Make a waiting job in the caller's transaction. `by` is the user, None the system.

    With `task`, it is sent after the commit as `task(job_id=…)`; a broker that is away ends the job as errored.
    """
    job: Job = Job.objects.create(kind=kind, title=title, parameters=parameters or {}, created_by=by)
    if task is not None:
        municipality_id = require()
        transaction.on_commit(lambda: _send(task, job.pk, municipality_id))
    return job


def _send(task: Task, job_id: int, municipality_id: int) -> None:
    with tenant(municipality_id):
        try:
            task.apply_async(kwargs={"job_id": job_id}, retry=False)
        except OperationalError:
            logger.error("the broker is away; job %s could not be queued", job_id)
            _end(job_id, "errored", {"message": _NOT_QUEUED}, before="waiting")


def run(job_id: int, body: Callable[[Progress], dict[str, Any] | None]) -> Job:
    """Carry out a waiting job of the current tenant; call outside a transaction, `body` opens its own.

    What `body` returns becomes the job's result. JobFailed ends it as failed with the message; any other exception as
    errored, logged by place but not by words. A job already run or running is left alone, and one whose worker died is
    ended as errored: a job that kills its worker must not do so for ever. Returns the job as it then stands.
    """
    with _watching(job_id) as watch:
        if watch is not None and _begin(job_id):
            try:
                result = body(Progress(watch, job_id)) or {}
            except JobFailed as error:
                _end(job_id, "failed", {"message": str(error)})
            except Exception as error:
                logger.error("job %s errored: %s", job_id, where(error))
                _end(job_id, "errored", {"message": _BROKE})
            else:
                _end(job_id, "done", result)
    with transaction.atomic():
        job: Job = Job.objects.get(pk=job_id)
        return job


def _key(job_id: int) -> str:
    return f"naervaer.job:{job_id}"


@contextmanager
def _watching(job_id: int) -> Iterator[Any]:
    """A second connection that holds the job's lock for as long as this process lives; None if another holds it."""
    watch = connection.get_new_connection(connection.get_connection_params())
    try:
        watch.autocommit = True
        with watch.cursor() as cursor:
            # So that the server notices within minutes when this whole machine is gone.
            cursor.execute("SET tcp_keepalives_idle = 60")
            cursor.execute("SET tcp_keepalives_interval = 10")
            cursor.execute("SET tcp_keepalives_count = 3")
            cursor.execute(_LOCK, [_key(job_id)])
            held = cursor.fetchone()[0]
        yield watch if held else None
    finally:
        watch.close()


def _begin(job_id: int) -> bool:
    with transaction.atomic(durable=True):
        begun = Job.objects.filter(pk=job_id, status="waiting").update(
            status="running", started_at=timezone.now()
        )
    if not begun:
        _end(job_id, "errored", {"message": _DIED}, before="running")
    return bool(begun)


def _end(job_id: int, status: str, result: dict[str, Any], *, before: str = "running") -> bool:
    with transaction.atomic(durable=True):
        return bool(
            Job.objects.filter(pk=job_id, status=before).update(
                status=status, result=result, finished_at=timezone.now()
            )
        )


def end_dead_jobs() -> int:
    """End the current tenant's running jobs whose worker is gone as errored; returns how many. In any transaction."""
    ended = 0
    with transaction.atomic():
        for job_id in Job.objects.filter(status="running").values_list("pk", flat=True):
            with connection.cursor() as cursor:
                cursor.execute(_LOCK_IN_TRANSACTION, [_key(job_id)])
                if not cursor.fetchone()[0]:
                    continue  # its worker lives
            ended += Job.objects.filter(pk=job_id, status="running").update(
                status="errored", result={"message": _DIED}, finished_at=timezone.now()
            )
            logger.error("job %s: its worker died", job_id)
    return ended

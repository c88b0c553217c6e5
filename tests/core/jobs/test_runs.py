"""A job's life: done, failed, errored, dead; and who may see it while it runs."""

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from core import jobs
from core.jobs import JobFailed, Progress
from core.models import Job
from core.tenancy import tenant, tenant_transaction
from organisation.models import Municipality


@pytest.fixture
def here(transactional_nordby: Municipality) -> Iterator[Municipality]:
    with tenant(transactional_nordby.pk):
        yield transactional_nordby


def make() -> Job:
    with transaction.atomic():
        return jobs.start(kind="import", title="Indlæsning af fravær", by=None, parameters={"files": 3})


def read(job: Job) -> Job:
    with transaction.atomic():
        found: Job = Job.objects.get(pk=job.pk)
        return found


def test_done_with_its_result(here: Municipality) -> None:
    job = make()
    assert job.status == "waiting"
    seen: list[tuple[str, int, int | None, str]] = []

    def body(progress: Progress) -> dict[str, Any]:
        with transaction.atomic():
            Job.objects.count()
            progress(40, 40, "Læser filer")  # seen by others while this transaction is open
            now = _seen_by_others(here, job)
            seen.append((now.status, now.done, now.total, now.step))
        return {"created": 7}

    found = jobs.run(job.pk, body)
    assert (found.status, found.result) == ("done", {"created": 7})
    assert found.started_at <= found.finished_at
    assert seen == [("running", 40, 40, "Læser filer")]


def _seen_by_others(here: Municipality, job: Job) -> Job:
    found: list[Job] = []

    def look() -> None:
        try:
            with tenant_transaction(here.pk):
                found.append(Job.objects.get(pk=job.pk))
        finally:
            connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join(10)
    return found[0]


def test_a_no_is_failed_with_its_words(here: Municipality) -> None:
    def body(progress: Progress) -> None:
        raise JobFailed("3 rækker i fravaer.csv kan ikke læses. Ret dem, og indlæs igen.")

    found = jobs.run(make().pk, body)
    assert found.status == "failed"
    assert found.result["message"].startswith("3 rækker")


def test_a_break_is_errored_and_logged_without_words(
    here: Municipality, caplog: pytest.LogCaptureFixture
) -> None:
    def body(progress: Progress) -> None:
        try:
            raise KeyError("Jonna Holm")
        except KeyError as error:
            raise ValueError("Jonna Holm 010203-1234") from error

    with caplog.at_level(logging.DEBUG):
        found = jobs.run(make().pk, body)
    assert found.status == "errored"
    assert "Jonna" not in str(found.result)
    assert "Jonna" not in caplog.text
    assert "KeyError at" in caplog.text
    assert "ValueError at" in caplog.text
    assert "test_runs.py" in caplog.text


def test_what_the_work_wrote_before_it_broke_is_its_own_affair(here: Municipality) -> None:
    """The body's own transaction rolls back; the job's end is committed beside it."""

    def body(progress: Progress) -> None:
        with transaction.atomic():
            Job.objects.create(kind="x", title="undone")
            raise RuntimeError

    assert jobs.run(make().pk, body).status == "errored"
    with transaction.atomic():
        assert not Job.objects.filter(title="undone").exists()


def test_run_again_does_nothing(here: Municipality) -> None:
    job, times = make(), []
    for _ in range(2):
        jobs.run(job.pk, lambda progress: times.append(1))
    assert times == [1]


def test_a_running_job_is_left_alone_and_a_dead_one_is_ended(here: Municipality) -> None:
    job = make()
    reading, writing = os.pipe()
    connection.close()
    pid = os.fork()
    if pid == 0:

        def body(progress: Progress) -> None:
            os.write(writing, b"x")
            time.sleep(60)

        jobs.run(job.pk, body)
        os._exit(0)
    try:
        os.read(reading, 1)
        assert jobs.end_dead_jobs() == 0
        assert jobs.run(job.pk, lambda progress: pytest.fail("ran twice")).status == "running"
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)
    deadline = time.monotonic() + 5
    while not jobs.end_dead_jobs() and time.monotonic() < deadline:
        time.sleep(0.05)
    found = read(job)
    assert found.status == "errored"
    assert found.result["message"] == "Arbejdet blev afbrudt, før det var færdigt. Start det igen."


def test_redelivered_after_its_worker_died_it_is_ended_not_repeated(here: Municipality) -> None:
    job = make()
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(status="running")
    assert jobs.run(job.pk, lambda progress: pytest.fail("ran again")).status == "errored"


def test_another_municipality_cannot_run_it(here: Municipality, sydby: Municipality) -> None:
    job = make()
    with tenant(sydby.pk), pytest.raises(Job.DoesNotExist):
        jobs.run(job.pk, lambda progress: pytest.fail("ran"))
    assert read(job).status == "waiting"


class _Task:
    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self.error = error

    def apply_async(self, **options: Any) -> None:
        self.calls.append(options)
        if self.error:
            raise self.error


def test_the_task_is_sent_after_the_commit(here: Municipality) -> None:
    task: Any = _Task()
    with transaction.atomic():
        job = jobs.start(kind="x", title="x", by=None, task=task)
        assert task.calls == []
    assert task.calls == [{"kwargs": {"job_id": job.pk}, "retry": False}]


def test_a_broker_that_is_away_ends_the_job(here: Municipality) -> None:
    from kombu.exceptions import OperationalError

    task: Any = _Task(OperationalError())
    with transaction.atomic():
        job = jobs.start(kind="x", title="x", by=None, task=task)
    assert read(job).status == "errored"

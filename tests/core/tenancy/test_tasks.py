"""Tasks carry their municipality: in eager mode, called directly, and through a real worker and broker."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import shared_task
from django.conf import settings
from django.db import connection

from config.celery import app
from core.models import Job
from core.tenancy import TenantMissingError, no_tenant, require, tenant, tenant_transaction
from organisation.models import Municipality
from tests.core.tenancy import worker_app

ROOT = Path(__file__).resolve().parents[3]


@shared_task(name="test.shared", lane="people", tenant_task=True, bind=True)
def _shared(self: Any) -> tuple[int, str | None]:
    return require(), self.request.id


@pytest.fixture
def eager() -> Iterator[None]:
    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before


def test_eager(eager: None, nordby: Municipality, sydby: Municipality) -> None:
    with tenant(nordby.pk):
        assert _shared.delay().get()[0] == nordby.pk
    with no_tenant():
        assert _shared.apply_async(headers={"municipality_id": sydby.pk}).get()[0] == sydby.pk


def test_the_body_sees_its_own_request(eager: None, nordby: Municipality) -> None:
    result = _shared.delay()
    assert result.get()[1] == result.id


def test_not_sent_without_a_municipality(eager: None) -> None:
    with pytest.raises(TenantMissingError):
        _shared.delay()


def test_called_directly(nordby: Municipality) -> None:
    assert _shared()[0] == nordby.pk
    with no_tenant(), pytest.raises(TenantMissingError):
        _shared()


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told.jsonl"


@pytest.fixture
def worker(transactional_db: None, told: Path) -> Iterator[None]:
    """A real worker with two processes on the test database."""
    name = connection.settings_dict["NAME"]
    env = os.environ | {
        "DATABASE_URL": urlunsplit(urlsplit(settings.OWNER_DATABASE_URL)._replace(path=f"/{name}")),
        "APP_DATABASE_URL": urlunsplit(urlsplit(settings.APP_DATABASE_URL)._replace(path=f"/{name}")),
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(settings.DATA_DIR),
        "TOLD": str(told),
    }
    with (told.parent / "worker.log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "tests.core.tenancy.worker_app", "worker"),
                *("--queues=people", "--concurrency=2", "--without-gossip", "--without-mingle"),
                *("--without-heartbeat", "--loglevel=WARNING"),
            ],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        yield
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _lines(told: Path, count: int) -> list[dict[str, Any]]:
    deadline = time.monotonic() + 60
    found: list[str] = []
    while len(found) < count and time.monotonic() < deadline:
        found = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
        time.sleep(0.05)
    return [json.loads(line) for line in found]


def test_two_municipalities_mixed_through_a_real_worker(
    worker: None, told: Path, transactional_nordby: Municipality, sydby: Municipality
) -> None:
    both = (transactional_nordby, sydby)
    for municipality in both:
        with tenant_transaction(municipality.pk):
            Job.objects.create(kind="x", title=municipality.slug)
    # A message that says no municipality, as a wrong sender would write it: past apply_async's own check.
    app.send_task("test.tenant", kwargs={"marker": -1}, queue="people")
    for marker in range(60):
        with tenant(both[marker % 2].pk):
            task = worker_app.again if marker % 10 == 9 else worker_app.of_a_tenant
            task.apply_async(kwargs={"marker": marker, "fail": marker % 7 == 0})
        if marker % 5 == 0:
            worker_app.of_nobody.apply_async(kwargs={"marker": marker})
    found = _lines(told, 72)
    mine = {line["marker"]: line for line in found if line["task"] == "tenant"}
    nobody = [line for line in found if line["task"] == "global"]
    assert set(mine) == set(range(60))  # and not -1
    for marker, line in mine.items():
        assert (line["tenant"], line["seen"]) == (both[marker % 2].pk, [both[marker % 2].slug])
    assert len(nobody) == 12
    assert {(line["tenant"], line["seen"]) for line in nobody} == {(None, 0)}
    assert "TenantMissingError" in (told.parent / "worker.log").read_text(encoding="utf-8")

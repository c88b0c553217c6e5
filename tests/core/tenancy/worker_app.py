"""A Celery application for the worker test: the project's own, with three tasks that tell what they see."""

import json
import os
from typing import Any

from config.celery import app
from core.tenancy import context


def _tell(name: str, marker: int) -> None:
    from django.db import connection, transaction

    from core.models import Job

    if context.current() is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_job")
            seen: Any = cursor.fetchone()[0]
    else:
        with transaction.atomic():
            seen = sorted(Job.objects.values_list("title", flat=True))
    line = json.dumps({"task": name, "marker": marker, "tenant": context.current(), "seen": seen})
    with open(os.environ["TOLD"], "a", encoding="utf-8") as file:
        file.write(line + "\n")


@app.task(name="test.tenant", lane="people", tenant_task=True)
def of_a_tenant(*, marker: int, fail: bool = False, **kwargs: Any) -> None:
    _tell("tenant", marker)
    if fail:
        raise RuntimeError


@app.task(name="test.global", lane="people")
def of_nobody(*, marker: int, **kwargs: Any) -> None:
    _tell("global", marker)


@app.task(name="test.fan", lane="people", tenant_task=True)
def again(*, marker: int, **kwargs: Any) -> None:
    """A tenant's task that sends another: it carries the same tenant."""
    of_a_tenant.apply_async(kwargs={"marker": marker})

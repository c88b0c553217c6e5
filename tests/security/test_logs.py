"""The log says what broke and where, and nothing about anybody."""

import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from core.embedded import postgres
from core.logs import PlainFormatter

SECRET = "jonna@nordby.example"


def _record(message: str, args: Any) -> logging.LogRecord:
    try:
        try:
            raise ValueError(f"Key (email)=({SECRET}) already exists.")
        except ValueError as inner:
            raise RuntimeError(SECRET) from inner
    except RuntimeError:
        return logging.LogRecord("test", logging.ERROR, __file__, 1, message, args, sys.exc_info())


def test_an_exception_is_named_and_placed_but_not_quoted() -> None:
    text = PlainFormatter("%(levelname)s %(message)s").format(
        _record("Internal Server Error: %s", ("/fravaer/",))
    )
    assert SECRET not in text
    assert "Internal Server Error: /fravaer/" in text
    assert "ValueError at" in text
    assert "RuntimeError at" in text
    assert "test_logs.py:" in text


def test_a_failed_task_as_celery_writes_it() -> None:
    from celery.app.trace import TraceInfo

    args = {
        "name": "tasks.t",
        "id": "1",
        "description": "raised",
        "exc": f"ValueError('{SECRET}')",
        "internal": "",
    }
    record = _record("Task %(name)s[%(id)s] %(description)s: %(exc)s %(internal)s", (args,))
    assert TraceInfo  # what writes such lines
    text = PlainFormatter("%(message)s").format(record)
    assert SECRET not in text
    assert "tasks.t[1] raised: RuntimeError" in text


def test_the_installation_logs_so() -> None:
    (formatter,) = settings.LOGGING["formatters"].values()
    assert formatter["()"] == "core.logs.PlainFormatter"


@pytest.mark.django_db(transaction=True)
def test_the_database_server_writes_no_values() -> None:
    with connection.cursor() as cursor:
        for name, wanted in (("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")):
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone()[0] == wanted
            assert postgres._OPTIONS[name] == wanted
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organisation_municipality (slug, name, cvr) VALUES (%s, NULL, '1')", [SECRET]
        )

"""Two municipalities' tokens, wrong tokens and nobody, mixed in threads through a real web server: no leak."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from absence.models import SickNotification
from core.clock import today
from core.embedded.settings_file import HOST
from core.tenancy import tenant_transaction
from organisation.models import ApiToken, Municipality
from tests.api.calling import token_for
from tests.builders import make_employment, make_hr, make_unit

ROOT = Path(__file__).resolve().parents[2]
CALLS = 240


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server(transactional_db: None, tmp_path: Path) -> Iterator[str]:
    """Gunicorn with one process and eight threads on the test database, connections kept as in production."""
    name = connection.settings_dict["NAME"]
    env = os.environ | {
        "DATABASE_URL": urlunsplit(urlsplit(settings.OWNER_DATABASE_URL)._replace(path=f"/{name}")),
        "APP_DATABASE_URL": urlunsplit(urlsplit(settings.APP_DATABASE_URL)._replace(path=f"/{name}")),
        "REDIS_URL": settings.REDIS_URL,
        "DATA_DIR": str(settings.DATA_DIR),
    }
    port = _free_port()
    with (tmp_path / "web.log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi", f"--bind={HOST}:{port}"),
                *("--worker-class=gthread", "--workers=1", "--threads=8", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(f"http://{HOST}:{port}/healthz")
            yield f"http://{HOST}:{port}/api/v1/"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _call(address: str, token: str | None, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_no_call_sees_another_municipality(
    server: str, transactional_nordby: Municipality, sydby: Municipality
) -> None:
    both = (transactional_nordby, sydby)
    tokens, employments = [], []
    for municipality in both:
        with tenant_transaction(municipality.pk):
            unit = make_unit(municipality.slug)
            employments.append(
                [make_employment(f"{municipality.slug} {n}", unit).pk for n in range(CALLS // 8)]
            )
            tokens.append(token_for(make_hr())[1])

    def one(number: int) -> str:
        which = number % 2
        mine, theirs = both[which].slug, employments[1 - which]
        match number % 8:
            case 0 | 1:
                status, found = _call(server + "units/", tokens[which])
                assert (status, [row["name"] for row in found["results"]]) == (200, [mine])
            case 2 | 3:
                status, found = _call(server + "employments/?page_size=500", tokens[which])
                assert status == 200
                assert {row["person"]["name"].split()[0] for row in found["results"]} == {mine}
            case 4 | 5:  # a write, every other one refused half-way by another municipality's number
                chosen = theirs[0] if number % 16 < 8 else employments[which][number // 8]
                body = {"employment": chosen, "category": "egen_sygdom", "first_day": f"{today()}"}
                status, found = _call(server + "absences/", tokens[which], body)
                assert status == (404 if chosen in theirs else 201), found
                return f"{which} {status}"
            case 6:
                wrong = tokens[0].replace(f"nv_{both[0].pk}_", f"nv_{both[1].pk}_")
                assert _call(server + "units/", wrong)[0] == 401
            case _:
                status, found = _call(server + "units/", None)
                assert status == 401, found
                assert "results" not in found
        return "read"

    with ThreadPoolExecutor(16) as pool:
        done = Counter(pool.map(one, range(CALLS)))
    for which, municipality in enumerate(both):
        with tenant_transaction(municipality.pk):
            assert SickNotification.objects.count() == done[f"{which} 201"] == CALLS // 16
            assert ApiToken.objects.get().last_used_at is not None
            written = SickNotification.objects.values_list("employment_id", flat=True)
            assert set(written) <= set(employments[which])

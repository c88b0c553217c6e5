"""Senders killed anywhere: every mail reaches a real SMTP server exactly once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

from core.mail import queue
from core.mail.outbox import CUT_OFF
from core.models import OutboxMail
from core.tenancy import tenant, tenant_transaction
from organisation.models import Municipality
from organisation.services import create_municipality
from tests.core.mail import smtp_server

ROOT = Path(__file__).resolve().parents[3]
MAILS = 200


class Senders:
    """The forking process of sender.py."""

    def __init__(self, email_url: str, data_dir: Path) -> None:
        name = connection.settings_dict["NAME"]
        urls = {
            key: urlunsplit(urlsplit(value)._replace(path=f"/{name}"))
            for key, value in (
                ("DATABASE_URL", settings.OWNER_DATABASE_URL),
                ("APP_DATABASE_URL", settings.APP_DATABASE_URL),
            )
        }
        env = (
            os.environ
            | urls
            | {
                "EMAIL_URL": email_url,
                "DATA_DIR": str(data_dir),
                "REDIS_URL": settings.REDIS_URL,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "LOG_LEVEL": "ERROR",
            }
        )
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.mail.sender"],
            cwd=ROOT,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begin(self, municipality_id: int, place: str = "-") -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{municipality_id} {place}\n")
        self.process.stdin.flush()
        return int(self._line())

    def end(self) -> int:
        """Wait for the sender; its exit status as `os.waitpid` says it."""
        return int(self._line())

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(10)


@pytest.fixture
def server() -> Iterator[tuple[smtp_server.Recorder, str]]:
    with smtp_server.running() as found:
        yield found


@pytest.fixture
def municipality(transactional_db: None) -> Municipality:
    return create_municipality(slug="nordby", name="Nordby Kommune", cvr="11111111")


@pytest.fixture
def senders(server: tuple[smtp_server.Recorder, str], tmp_path: Path) -> Iterator[Senders]:
    made = Senders(server[1], tmp_path)
    yield made
    made.close()


def fill(municipality: Municipality, count: int) -> set[str]:
    with tenant_transaction(municipality.pk):
        return {
            queue(key=f"mail:{n}", to=f"leder{n}@nordby.example", subject="Det venter på dig", text="Hej")[
                0
            ].message_id
            for n in range(count)
        }


def statuses(municipality: Municipality) -> set[str]:
    with tenant_transaction(municipality.pk):
        return set(OutboxMail.objects.values_list("status", flat=True))


def test_killed_at_random_moments(
    server: tuple[smtp_server.Recorder, str], senders: Senders, municipality: Municipality
) -> None:
    recorder, _ = server
    wanted = fill(municipality, MAILS)
    chance = random.Random(20261119)
    killed = 0
    while len(recorder.accepted) < MAILS - 10 and killed < 60:
        pid = senders.begin(municipality.pk)
        time.sleep(chance.uniform(0.005, 0.12))
        os.kill(pid, signal.SIGKILL)
        killed += senders.end() == signal.SIGKILL
    assert killed >= 12
    senders.begin(municipality.pk)
    assert senders.end() == 0
    heard = recorder.message_ids()
    assert set(heard) == wanted
    assert set(heard.values()) == {1}
    assert statuses(municipality) == {"sent"}


@pytest.mark.parametrize(
    "place",
    [
        "before the claim is written down",
        "before the claim is committed",
        "before the envelope",
        "before the body",
        "before the mark",
        "before the answer",
        "before the row is settled",
        "before the settling is committed",
    ],
)
def test_killed_between_every_two_steps(
    place: str,
    server: tuple[smtp_server.Recorder, str],
    senders: Senders,
    municipality: Municipality,
    tmp_path: Path,
) -> None:
    recorder, _ = server
    wanted = fill(municipality, 6)
    senders.begin(municipality.pk, place)
    assert senders.end() == signal.SIGKILL
    assert len(recorder.accepted) < 6
    senders.begin(municipality.pk)
    assert senders.end() == 0
    heard = recorder.message_ids()
    assert set(heard) == wanted
    assert set(heard.values()) == {1}
    assert statuses(municipality) == {"sent"}
    assert not list((tmp_path / "mail-journal").iterdir())
    with tenant_transaction(municipality.pk):
        noted = OutboxMail.objects.filter(error=CUT_OFF).count()
    assert noted == (place == "before the answer")


def test_a_living_sender_keeps_its_mail(
    server: tuple[smtp_server.Recorder, str], senders: Senders, municipality: Municipality, tmp_path: Path
) -> None:
    """Another sender does not touch what a stopped but living one has in hand, and two at once share the work."""
    recorder, url = server
    wanted = fill(municipality, 60)
    pid = senders.begin(municipality.pk)
    time.sleep(0.05)
    os.kill(pid, signal.SIGSTOP)
    other = Senders(url, tmp_path)
    try:
        other.begin(municipality.pk)
        assert other.end() == 0
    finally:
        os.kill(pid, signal.SIGCONT)
        other.close()
    assert senders.end() == 0
    heard = recorder.message_ids()
    assert set(heard) == wanted
    assert set(heard.values()) == {1}


def test_two_senders_at_once_share_the_work(
    server: tuple[smtp_server.Recorder, str], senders: Senders, municipality: Municipality, tmp_path: Path
) -> None:
    recorder, url = server
    wanted = fill(municipality, MAILS)
    other = Senders(url, tmp_path)
    try:
        senders.begin(municipality.pk)
        other.begin(municipality.pk)
        assert senders.end() == other.end() == 0
    finally:
        other.close()
    heard = recorder.message_ids()
    assert recorder.connections == 2
    assert set(heard) == wanted
    assert set(heard.values()) == {1}


def test_a_killed_sender_of_one_municipality_is_settled_by_anothers(
    server: tuple[smtp_server.Recorder, str], senders: Senders, municipality: Municipality
) -> None:
    fill(municipality, 4)
    sydby = create_municipality(slug="sydby", name="Sydby Kommune", cvr="22222222")
    senders.begin(municipality.pk, "before the answer")
    assert senders.end() == signal.SIGKILL
    senders.begin(sydby.pk)
    assert senders.end() == 0
    with tenant(municipality.pk), tenant_transaction(municipality.pk):
        found = list(OutboxMail.objects.order_by("pk").values_list("status", flat=True))
    assert found == ["sent", "sent", "sent", "waiting"]

"""One sender against a real SMTP server that refuses, cuts the line, is silent or is not there."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone

from core import mail
from core.embedded.settings_file import free_port
from core.mail import Attachment, Sent, outbox, sending, smtp
from core.mail.smtp import Server
from core.models import OutboxMail
from core.tenancy import tenant_transaction
from core.tenancy.context import tenant
from organisation.models import Municipality
from tests.core.mail import smtp_server


@pytest.fixture
def recorder(settings: Any, tmp_path: Path) -> Iterator[smtp_server.Recorder]:
    with smtp_server.running() as (found, url):
        settings.EMAIL_URL = url
        settings.DATA_DIR = tmp_path
        yield found


@pytest.fixture
def here(transactional_nordby: Municipality, settings: Any, tmp_path: Path) -> Iterator[Municipality]:
    settings.DATA_DIR = tmp_path
    with tenant(transactional_nordby.pk):
        yield transactional_nordby


def put(*names: str) -> list[OutboxMail]:
    with transaction.atomic():
        return [
            mail.queue(
                key=name, to=f"{name}@nordby.example", subject="Det venter på dig", text="Hej\n.\nslut"
            )[0]
            for name in names
        ]


def row(key: str) -> OutboxMail:
    with transaction.atomic():
        found: OutboxMail = OutboxMail.objects.get(key=key)
        return found


def later(minutes: int) -> None:
    """Let the pauses after failed attempts pass."""
    with transaction.atomic():
        for one in OutboxMail.objects.filter(claimed_at__isnull=False):
            OutboxMail.objects.filter(pk=one.pk).update(
                claimed_at=one.claimed_at - timedelta(minutes=minutes)
            )


def test_run_twice_sends_once(here: Municipality, recorder: smtp_server.Recorder) -> None:
    put("a", "b", "c")
    assert mail.send_waiting() == Sent(sent=3)
    assert mail.send_waiting() == Sent()
    assert set(recorder.message_ids().values()) == {1}
    assert recorder.connections == 1  # reused for all three
    assert row("a").sent_at is not None


def test_what_arrives_is_what_was_written(here: Municipality, recorder: smtp_server.Recorder) -> None:
    calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Samtale på tirsdag\r\nEND:VCALENDAR\r\n"
    with transaction.atomic():
        written, _ = mail.queue(
            key="x",
            to="leder@nordby.example",
            subject="Påmindelse\r\nBcc: alle@nordby.example",
            text="Første linje\n.\n..to prikker\nsidste: æøå",
            html="<p>Hej</p>",
            attachments=[Attachment("frist.ics", "text/calendar", calendar)],
        )
    assert mail.send_waiting().sent == 1
    [message] = recorder.messages()
    assert message["Message-ID"] == written.message_id
    assert message["To"] == "leder@nordby.example"
    assert message["Bcc"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    text = parts["text/plain"].get_payload(decode=True)
    assert text.decode().replace("\r\n", "\n").strip() == "Første linje\n.\n..to prikker\nsidste: æøå"
    assert parts["text/calendar"].get_filename() == "frist.ics"
    assert "Samtale på tirsdag" in parts["text/calendar"].get_payload(decode=True).decode()
    assert "text/html" in parts


def test_queue_writes_once_per_key_and_only_with_the_transaction(here: Municipality) -> None:
    first, created = put("a")[0], True
    with transaction.atomic():
        again, created = mail.queue(key="a", to="anden@nordby.example", subject="x", text="y")
    assert not created
    assert (again.pk, again.to) == (first.pk, "a@nordby.example")
    with transaction.atomic():
        mail.queue(key="b", to="b@nordby.example", subject="x", text="y")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert OutboxMail.objects.count() == 1


def test_two_processes_queueing_the_same_key(here: Municipality) -> None:
    """The second waits for the first to commit, and then finds its row."""
    made: list[bool] = []

    def other() -> None:
        try:
            with tenant_transaction(here.pk):
                made.append(mail.queue(key="a", to="a@nordby.example", subject="x", text="y")[1])
        finally:
            connection.close()

    with transaction.atomic():
        made.append(mail.queue(key="a", to="a@nordby.example", subject="x", text="y")[1])
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert made == [True, False]


def test_one_task_per_transaction_is_sent_and_only_after_the_commit(
    here: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import tasks

    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(
        tasks.send_mail_of_municipality, "apply_async", lambda **options: calls.append(options)
    )
    with transaction.atomic():
        for n in range(5):
            mail.queue(key=f"m{n}", to="a@nordby.example", subject="x", text="y")
        assert calls == []
    assert len(calls) == 1


def test_a_broker_that_is_away_loses_no_mail(
    here: Municipality, monkeypatch: pytest.MonkeyPatch, recorder: smtp_server.Recorder
) -> None:
    from kombu.exceptions import OperationalError

    from core import tasks

    def away(**options: Any) -> None:
        raise OperationalError

    monkeypatch.setattr(tasks.send_mail_of_municipality, "apply_async", away)
    put("a")
    assert mail.send_waiting().sent == 1


def test_a_refused_address_fails_for_good_and_the_others_go(
    here: Municipality, recorder: smtp_server.Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.rcpt["b@nordby.example"] = ["550 5.1.1 <b@nordby.example> unknown"]
    put("a", "b", "c")
    with caplog.at_level(logging.DEBUG, logger="core"):
        assert mail.send_waiting() == Sent(sent=2, failed=1)
    failed = row("b")
    assert failed.status == "failed"
    assert failed.error == "Mailserveren afviste modtagerens adresse (550 5.1.1)."
    own = [record.getMessage() for record in caplog.records if record.name.startswith("core")]
    assert own
    assert "nordby.example" not in " ".join(own)
    assert mail.send_waiting() == Sent()
    with transaction.atomic():
        assert mail.retry_failed(by=None) == 1
    assert mail.send_waiting().sent == 1
    assert set(recorder.message_ids().values()) == {1}
    assert len(recorder.accepted) == 3


def test_not_now_and_then_yes(here: Municipality, recorder: smtp_server.Recorder) -> None:
    recorder.rcpt["b@nordby.example"] = ["450 4.2.1 try later", "250 OK"]
    recorder.data["c@nordby.example"] = ["452 4.3.1 full", "451 4.3.0 still", "250 OK"]
    put("a", "b", "c")
    assert mail.send_waiting() == Sent(sent=1, failed=2, waiting=2)
    assert (row("b").status, row("b").attempts) == ("waiting", 1)
    assert "450 4.2.1" in row("b").error
    assert mail.send_waiting() == Sent(waiting=2)  # the pause is not over
    later(1)
    assert mail.send_waiting() == Sent(sent=1, failed=1, waiting=1)
    later(1)
    assert mail.send_waiting() == Sent(waiting=1)  # two minutes after the second attempt
    later(1)
    assert mail.send_waiting() == Sent(sent=1)
    assert set(recorder.message_ids().values()) == {1}
    assert (row("b").error, row("c").error) == ("", "")


def test_gives_up_visibly_in_the_end(
    here: Municipality, recorder: smtp_server.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MAX_ATTEMPTS", 3)
    recorder.data["a@nordby.example"] = ["451 4.3.0 no"] * 9
    put("a")
    for _ in range(3):
        mail.send_waiting()
        later(120)
    found = row("a")
    assert (found.status, found.attempts) == ("failed", 3)
    assert found.error.startswith("Opgivet efter 3 forsøg.")
    assert recorder.data["a@nordby.example"] == ["451 4.3.0 no"] * 6


def test_the_line_is_cut_in_the_middle(here: Municipality, recorder: smtp_server.Recorder) -> None:
    recorder.drop["b@nordby.example"] = 5
    put("a", "b", "c")
    assert mail.send_waiting() == Sent(sent=2, failed=1, waiting=1)
    assert "afbrudt" in row("b").error
    recorder.drop.clear()
    later(60)
    assert mail.send_waiting() == Sent(sent=1)
    assert set(recorder.message_ids().values()) == {1}
    assert len(recorder.accepted) == 3


def test_a_server_that_says_goodbye_between_mails(here: Municipality, recorder: smtp_server.Recorder) -> None:
    recorder.rcpt["b@nordby.example"] = ["421 4.7.0 too many, come again", "250 OK"]
    put("a", "b", "c")
    assert mail.send_waiting() == Sent(sent=3)
    assert recorder.connections == 2


def test_a_silent_server_is_believed_once(
    here: Municipality, recorder: smtp_server.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the whole mail; sending it again by itself could bring it twice. A person may choose to."""
    monkeypatch.setattr(smtp, "ANSWER_PATIENCE", 0.3)
    recorder.data["a@nordby.example"] = ["250 silence"]
    put("a", "b")
    assert mail.send_waiting() == Sent(sent=2)
    assert row("a").error == outbox.NO_ANSWER
    with transaction.atomic():
        assert mail.counts().uncertain == 1
    assert mail.send_waiting() == Sent()
    assert set(recorder.message_ids().values()) == {1}
    with transaction.atomic():
        assert mail.resend_uncertain(by=None) == 1
    mail.send_waiting()
    assert recorder.message_ids()[row("a").message_id] == 2


def test_no_server_there(here: Municipality, settings: Any) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}"
    put("a", "b", "c")
    assert mail.send_waiting() == Sent(failed=1, waiting=3)  # one knock a round, not one per mail
    assert [row(key).attempts for key in "abc"] == [1, 0, 0]
    assert "ConnectionRefusedError" in row("a").error


def test_a_claim_of_another_machine_is_taken_over_when_old(
    here: Municipality, recorder: smtp_server.Recorder
) -> None:
    put("young", "old")
    now = timezone.now()
    with transaction.atomic():
        OutboxMail.objects.filter(key="young").update(
            status="sending", claimed_at=now - timedelta(minutes=14)
        )
        OutboxMail.objects.filter(key="old").update(status="sending", claimed_at=now - timedelta(minutes=16))
    assert mail.send_waiting() == Sent(sent=1, waiting=1)
    assert (row("young").status, row("old").status) == ("sending", "sent")


def test_a_claim_taken_over_meanwhile_is_not_settled_by_the_first(here: Municipality) -> None:
    [first] = put("a")
    with transaction.atomic():
        OutboxMail.objects.update(status="sending", claimed_at=timezone.now())
        first.claimed_at = timezone.now() - timedelta(minutes=20)
        sending._settle(first, sending._Outcome(False, "sent", permanent=True))
    assert row("a").status == "sending"


def test_a_mail_that_took_too_long_gets_no_dot(
    here: Municipality, recorder: smtp_server.Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "CLAIM_LASTS", -1)
    put("a")
    assert mail.send_waiting() == Sent(failed=1, waiting=1)
    assert recorder.accepted == []


def test_without_a_server_a_local_installation_keeps_mail(here: Municipality, settings: Any) -> None:
    settings.EMAIL_URL, settings.LOCAL = "", True
    put("a", "b")
    assert mail.send_waiting() == Sent(sent=2)
    with transaction.atomic():
        assert [kept.key for kept in mail.kept_mails()] == ["b", "a"]


def test_without_a_server_elsewhere_mail_waits(here: Municipality, settings: Any) -> None:
    settings.EMAIL_URL, settings.LOCAL = "", False
    put("a")
    assert mail.send_waiting() == Sent(waiting=1)
    assert row("a").status == "waiting"


def test_limit_and_no_open_transaction(here: Municipality, recorder: smtp_server.Recorder) -> None:
    put("a", "b", "c")
    assert mail.send_waiting(limit=2) == Sent(sent=2, waiting=1)
    with pytest.raises(RuntimeError), transaction.atomic():
        mail.send_waiting()


@pytest.mark.parametrize(
    ("url", "scheme", "port", "user", "password"),
    [
        ("smtp://mail.example", "smtp", 25, "", ""),
        ("smtps://mail.example", "smtps", 465, "", ""),
        ("smtp+tls://u%40x:p%2Fq@mail.example", "smtp+tls", 587, "u@x", "p/q"),
        ("smtp://u:hemmelig@mail.example:2525", "smtp", 2525, "u", "hemmelig"),
    ],
)
def test_email_url(url: str, scheme: str, port: int, user: str, password: str) -> None:
    assert Server.from_url(url) == Server(scheme, "mail.example", port, user, password)
    assert "hemmelig" not in repr(Server.from_url(url))


@pytest.mark.parametrize("url", ["imap://x", "smtp://", "smtp://u:hemmelig@host:mange", "mail.example"])
def test_a_wrong_email_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as found:
        Server.from_url(url)
    assert "hemmelig" not in str(found.value)

"""`send_reminders` to a real SMTP server: once each, on working days, to deputies too, with no names."""

import email
from collections import Counter
from datetime import date
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from icalendar import Calendar

from core.tenancy import tenant_transaction
from organisation.models import Deputy, Municipality, User
from tests.acceptance.commands import ok, write
from tests.core.mail.smtp_server import Recorder, running

pytestmark = pytest.mark.django_db(transaction=True)
FORBIDDEN = ("hemmelig", "personnavn", "syg", "fravær", "sund", "læge", "diagnose")


@pytest.fixture
def recorder(settings):
    with running() as (found, url):
        settings.EMAIL_URL = url
        yield found


def _load(folder: Path, leaders: int) -> None:
    units = "unit_id;name;level;parent_id;leader_email\n1;Kommunen;;;\n"
    units += "".join(f"U{n};Enhed {n};;1;leder{n}@prov.dk\n" for n in range(leaders))
    jobs = "employment_id;person_id;name;unit_id;weekly_hours;start\n"
    jobs += "".join(f"A{n};P{n};Hemmelig Personnavn {n};U{n};37;2020-01-01\n" for n in range(leaders))
    ill = "absence_id;employment_id;category;first_day;last_day\n"
    ill += "".join(f"F{n};A{n};egen_sygdom;2026-03-02;\n" for n in range(leaders))
    files = {"units.csv": units, "employments.csv": jobs, "absences.csv": ill}
    ok("create_municipality", "prov", "--name", "Prøvekøbing", "--cvr", "10101010", "--preset", "1-4-15")
    ok("import_files", "prov", write(folder, files))


def _send(day: str) -> str:
    return ok("send_reminders", "--on", day, "--municipality", "prov")


def _mails(recorder: Recorder) -> list[EmailMessage]:
    return [email.message_from_bytes(body, policy=policy.default) for body in recorder.accepted]


def _recipients(recorder: Recorder) -> Counter[str]:
    return Counter(str(message["To"]) for message in _mails(recorder))


def test_each_once_on_working_days_and_late_ones_catch_up(recorder: Recorder, tmp_path: Path) -> None:
    _load(tmp_path, 5)
    for day in ("2026-03-01", "2026-02-28", "2026-04-02", "2026-04-06"):  # Sunday, Saturday, Easter
        _send(day)
    assert not recorder.accepted
    for _ in range(3):
        _send("2026-03-02")
    everyone = {f"leder{n}@prov.dk": 1 for n in range(5)}
    assert _recipients(recorder) == everyone
    _send("2026-03-06")  # three mornings without a run: day 4 was yesterday
    assert _recipients(recorder) == dict.fromkeys(everyone, 2)
    latest = _mails(recorder)[-1].get_body(("plain",))
    assert latest is not None
    assert "Over frist" in latest.get_content()


def test_a_deputy_gets_what_reaches_the_leader(recorder: Recorder, tmp_path: Path) -> None:
    _load(tmp_path, 2)
    with tenant_transaction(Municipality.objects.get(slug="prov").pk):
        leader = User.objects.get(email="leder0@prov.dk")
        deputy = User.objects.create_user("vikar@prov.dk", None, name="Vikaren")
        Deputy.objects.create(
            leader=leader, deputy=deputy, first_day=date(2026, 3, 2), last_day=date(2026, 3, 3)
        )
    _send("2026-03-02")
    assert _recipients(recorder)["vikar@prov.dk"] == 1
    assert _recipients(recorder)["leder0@prov.dk"] == 1
    _send("2026-03-05")
    assert _recipients(recorder)["vikar@prov.dk"] == 1


def test_mails_and_calendar_entries_name_nobody(recorder: Recorder, tmp_path: Path) -> None:
    _load(tmp_path, 2)
    _send("2026-03-02")
    entries = 0
    for message in _mails(recorder):
        texts = [str(message["Subject"])]
        for part in message.walk():
            if not part.is_multipart():
                content = part.get_content()
                texts.append(content.decode() if isinstance(content, bytes) else content)
            if part.get_content_type() == "text/calendar":
                entries += 1
                events = Calendar.from_ical(texts[-1]).walk("VEVENT")
                assert len(events) == 1
                assert events[0]["UID"]
                assert events[0]["DTSTART"].dt
        for word in FORBIDDEN:
            assert not any(word in text.lower() for text in texts), word
    assert entries == 4  # today's talk and the next, for two leaders

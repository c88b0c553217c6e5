"""Make the morning digests, each exactly once (C3).

A digest's mail, its Digest row and its Reminder rows are written in one transaction, each under a unique key; sending
is the outbox's business. So the job may run twice, be killed anywhere, or be days late: a digest that exists is never
made again, and a late one tells what the stopped days would have told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from conversations import reminders
from conversations.calendar import TITLES, deadline_calendar
from conversations.models import Deadline, Digest, Reminder
from conversations.rules.model import Kind
from conversations.rules.workdays import is_working_day
from conversations.services.planning import plan_deadlines, plan_patterns
from core import mail
from core.formats import format_date_near
from core.models import OutboxMail
from organisation import selectors as organisation

BATCH = 100


@dataclass(frozen=True)
class Made:
    """How many digests were made now, and how many had been made already."""

    made: int
    already: int


def make_digests(*, on: date, now: datetime) -> Made:
    """Queue every digest of the morning for the current municipality. None on days off and at weekends.

    Opens its own transactions, so that a stop half-way keeps what is done.
    """
    with transaction.atomic():
        if not is_working_day(on, organisation.days_off(on, on)):
            return Made(0, 0)
        plan_deadlines(on=on)
        plan_patterns(on=on)
    with transaction.atomic():
        contents = iter(reminders.digests(on))
        already = Digest.objects.filter(day=on).count()
        done = set(Digest.objects.filter(day=on).values_list("recipient_id", flat=True))
    made = 0
    while batch := list(islice(contents, BATCH)):
        with transaction.atomic():
            made += sum(_make(content, on, now) for content in batch if content.recipient.pk not in done)
    return Made(made, already)


def _make(content: reminders.DigestContent, on: date, now: datetime) -> bool:
    """Write one digest; False when another run made it meanwhile."""
    row, created = mail.queue(
        key=f"digest:{on.isoformat()}:{content.recipient.pk}",
        to=content.recipient.email,
        subject=_subject(content),
        text=render_to_string("conversations/mail/digest.txt", _context(content, on)),
        html=render_to_string("conversations/mail/digest.html", _context(content, on)),
        attachments=list(_calendars(content, now)),
    )
    if not created:
        return False
    Digest.objects.create(recipient=content.recipient, day=on, mail=row)
    Reminder.objects.bulk_create(_rows(content, row), ignore_conflicts=True)
    return True


def _rows(content: reminders.DigestContent, row: OutboxMail) -> Iterator[Reminder]:
    for item in content.items:
        if item.new:
            yield _reminder(item.deadline, content, item.stage, row)
    for deadline in content.escalated:
        yield _reminder(deadline, content, Reminder.Stage.ESCALATED, row)


def _reminder(deadline: Deadline, content: reminders.DigestContent, stage: str, row: OutboxMail) -> Reminder:
    return Reminder(deadline=deadline, recipient=content.recipient, stage=stage, due=deadline.due, mail=row)


def _subject(content: reminders.DigestContent) -> str:
    stage = Reminder.Stage
    parts = [
        f"{len(found)} {words}"
        for found, words in (
            (content.of_stage(stage.OVERDUE), "over frist"),
            (content.of_stage(stage.DUE), "i dag"),
            (content.of_stage(stage.COMING), "på vej"),
        )
        if found
    ]
    return f"Nærvær: {', '.join(parts)}" if parts else "Nærvær: opgaver, der har ventet længe"


def link_to(deadline: Deadline) -> str:
    """The address of the page where the deadline is settled."""
    return f"{settings.BASE_URL}{reverse('task', args=[deadline.pk])}"


def _context(content: reminders.DigestContent, on: date) -> dict[str, object]:
    stage = Reminder.Stage
    sections = [
        (title, [_line(item, on) for item in content.of_stage(of)])
        for title, of in (("Over frist", stage.OVERDUE), ("I dag", stage.DUE), ("På vej", stage.COMING))
        if content.of_stage(of)
    ]
    return {
        "sections": sections,
        "escalated": sorted(content.escalated_units.items()),
        "start": settings.BASE_URL + "/",
        "on": on,
    }


def _line(item: reminders.Item, on: date) -> dict[str, str]:
    title = TITLES[Kind(item.deadline.kind)]
    return {
        "title": title[0].upper() + title[1:],
        "due": format_date_near(item.deadline.due, on),
        "link": link_to(item.deadline),
    }


def _calendars(content: reminders.DigestContent, now: datetime) -> Iterator[mail.Attachment]:
    """A calendar entry for each task that is told for the first time, or has moved."""
    new = [i for i in content.items if i.new and i.stage != Reminder.Stage.OVERDUE]
    for number, item in enumerate(sorted(new, key=lambda i: i.deadline.due), start=1):
        text = deadline_calendar(
            uid=f"frist-{item.deadline.pk}-{content.recipient.pk}@naervaer",
            kind=item.deadline.kind,
            due=item.deadline.due,
            link=link_to(item.deadline),
            stamp=now,
        )
        yield mail.Attachment(f"opgave-{number}.ics", "text/calendar; method=PUBLISH", text)

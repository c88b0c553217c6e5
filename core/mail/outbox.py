"""The outbox of the current tenant: putting mails in, counting them, and letting failed ones try again."""

import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import make_msgid, parseaddr

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Min, Q, QuerySet
from kombu.exceptions import OperationalError

from core.models import OutboxMail
from core.tenancy import require, tenant

logger = logging.getLogger(__name__)

# Marks of rows that count as sent although no server said so. Shown to people, so written in Danish.
KEPT = "Gemt her og ikke sendt, fordi der ingen mailserver er (EMAIL_URL)."
CUT_OFF = "Programmet blev afbrudt, lige da mailen var afleveret. Den regnes for sendt."
NO_ANSWER = "Mailserveren fik mailen, men svarede ikke i tide. Den regnes for sendt."
_UNCERTAIN = (CUT_OFF, NO_ANSWER)


@dataclass(frozen=True)
class Attachment:
    """A text file that goes with a mail, e.g. `Attachment("frist.ics", "text/calendar", "BEGIN:VCALENDAR…")`."""

    name: str
    type: str
    content: str


@dataclass(frozen=True)
class Counts:
    """How the tenant's outbox stands. `uncertain` are counted as sent, though nobody heard the server say yes."""

    waiting: int
    failed: int
    uncertain: int
    oldest_waiting: datetime | None  # when the mail that has waited longest was written


@dataclass(frozen=True)
class _SendAfterCommit:
    """Asks a worker to send, once per transaction however many mails it wrote. Two of one tenant are equal."""

    municipality_id: int

    def __call__(self) -> None:
        from core.tasks import send_mail_of_municipality

        try:
            with tenant(self.municipality_id):
                send_mail_of_municipality.apply_async(retry=False)
        except OperationalError:
            # Nothing is lost: the schedule looks at every outbox once a minute.
            logger.warning("the broker is away; waiting mail goes out with the next scheduled round")


def queue(
    *, key: str, to: str, subject: str, text: str, html: str = "", attachments: Iterable[Attachment] = ()
) -> tuple[OutboxMail, bool]:
    """Write a mail in the caller's transaction; it is sent after the commit, and not at all without one.

    `key` says what the mail is (`digest:<user>:<day>`): a key already there changes nothing. Returns the row and
    whether it was made now. Also safe when two processes queue the same key at once: one waits for the other.
    """
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    mail, created = OutboxMail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split()),  # a line break would begin a new header
            "text": text,
            "html": html,
            "attachments": [asdict(attachment) for attachment in attachments],
            "message_id": make_msgid(domain=domain),
        },
    )
    if created:
        _send_after_commit()
    return mail, created


def _send_after_commit() -> None:
    wanted = _SendAfterCommit(require())
    if not any(entry[1] == wanted for entry in connection.run_on_commit):
        transaction.on_commit(wanted)


def counts() -> Counts:
    """The current tenant's waiting, failed and uncertain mails."""
    found = OutboxMail.objects.aggregate(
        waiting=Count("pk", filter=Q(status__in=["waiting", "sending"])),
        failed=Count("pk", filter=Q(status="failed")),
        uncertain=Count("pk", filter=Q(status="sent", error__in=_UNCERTAIN)),
        oldest_waiting=Min("created_at", filter=Q(status__in=["waiting", "sending"])),
    )
    return Counts(**found)


def retry_failed(*, by: object) -> int:
    """Let failed mails try again from the start, with the same Message-ID; returns how many. `by` is the actor."""
    return _again(OutboxMail.objects.filter(status="failed"), by=by, why="failed")


def resend_uncertain(*, by: object) -> int:
    """Send mails again that nobody heard the server accept; a mailbox may then get one twice. Returns how many."""
    return _again(OutboxMail.objects.filter(status="sent", error__in=_UNCERTAIN), by=by, why="uncertain")


def _again(mails: "QuerySet[OutboxMail]", *, by: object, why: str) -> int:
    found = mails.update(status="waiting", attempts=0, error="", claimed_at=None, sent_at=None)
    if found:
        logger.info("user %s sends %d %s mails again", getattr(by, "pk", None), found, why)
        _send_after_commit()
    return int(found)


def mails_in_trouble() -> "QuerySet[OutboxMail]":
    """Failed mails, uncertain ones, and those that wait after a failed attempt, newest first."""
    return OutboxMail.objects.filter(
        Q(status="failed") | Q(status="waiting", attempts__gt=0) | Q(status="sent", error__in=_UNCERTAIN)
    ).order_by("-created_at", "-pk")


def kept_mails() -> "QuerySet[OutboxMail]":
    """Mails that were kept here because no mail server is set (`make run`), newest first."""
    return OutboxMail.objects.filter(error=KEPT).order_by("-created_at", "-pk")

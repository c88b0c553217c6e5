"""Sending what waits. May be run by several processes at once, killed at any point, and run again.

For each mail: claim it (commit), hand it over, and settle it in the transaction that claims the next. What a killed
sender leaves in `sending` is settled by the next one from its journal: handed over → sent, else → waiting again.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.mail import journal as journals
from core.mail.journal import Journal
from core.mail.message import build
from core.mail.outbox import CUT_OFF, KEPT, NO_ANSWER
from core.mail.smtp import NoAnswerError, NotSentError, Server, Session
from core.models import OutboxMail
from core.tenancy import require, tenant

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 24  # with the pauses below: a mail server may be away for about twenty hours
_LONGEST_PAUSE = 60  # minutes
TAKE_OVER_AFTER = timedelta(minutes=15)  # a claim of another machine, whose journal we cannot read
_LOST_IN_A_ROW = 3


@dataclass(frozen=True)
class Sent:
    """What one round did. `sent`: accepted by the server now; `already`: found handed over by a killed sender;
    `failed`: tried and not accepted; `waiting`: still to be sent, the tried ones that may try again among them.
    """

    sent: int = 0
    already: int = 0
    failed: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class _Outcome:
    """What became of one mail, with the note kept in its row."""

    sent: bool
    note: str = ""
    permanent: bool = False


def journal_folder() -> Path:
    """Where senders of this machine keep their journals."""
    return Path(settings.DATA_DIR) / "mail-journal"


def send_waiting(*, limit: int | None = None) -> Sent:
    """Send the current tenant's waiting mails, oldest first, at most `limit`. Call outside a transaction.

    Without EMAIL_URL a local installation keeps them (`kept_mails`); elsewhere they stay waiting, with a warning.
    Raises ImproperlyConfigured on an EMAIL_URL that cannot be read, and RuntimeError inside a transaction.
    """
    municipality_id = require()
    already = _recover(municipality_id)
    result = Sent(already=already)
    if settings.EMAIL_URL:
        result = _send(result, municipality_id, limit)
    elif settings.LOCAL:
        result = replace(result, sent=_keep())
    else:
        logger.warning("EMAIL_URL is not set: mail of municipality %s stays waiting", municipality_id)
    with transaction.atomic(durable=True):
        return replace(result, waiting=OutboxMail.objects.filter(status__in=["waiting", "sending"]).count())


def _keep() -> int:
    with transaction.atomic(durable=True):
        return OutboxMail.objects.filter(status="waiting").update(
            status="sent", sent_at=timezone.now(), error=KEPT
        )


def _recover(municipality_id: int) -> int:
    """Settle what dead senders of this machine left, and take over claims that another machine let grow old."""
    already = 0
    for leftover in journals.abandoned(journal_folder()):
        with tenant(leftover.municipality_id), transaction.atomic(durable=True):
            mine = OutboxMail.objects.filter(
                pk=leftover.mail_id,
                message_id=leftover.message_id,
                claimed_at=leftover.claimed_at,
                status="sending",
            )
            if leftover.handed_over:
                note = "" if leftover.accepted else CUT_OFF
                found = mine.update(status="sent", sent_at=timezone.now(), error=note)
                already += found if leftover.municipality_id == municipality_id else 0
            else:
                mine.update(status="waiting", claimed_at=None)
    with transaction.atomic(durable=True):
        old = OutboxMail.objects.filter(
            status="sending", claimed_at__lt=timezone.now() - TAKE_OVER_AFTER
        ).update(status="waiting", claimed_at=None)
    if old:
        logger.warning("%d mails claimed by a sender elsewhere that went silent are sent again", old)
    return already


def _due(now: datetime) -> Q:
    """Mails whose pause after the latest attempt is over: 1, 2, 4, … minutes, an hour at most."""
    due = (
        Q(attempts=0)
        | Q(claimed_at__isnull=True)
        | Q(claimed_at__lte=now - timedelta(minutes=_LONGEST_PAUSE))
    )
    attempts, pause = 1, 1
    while pause < _LONGEST_PAUSE:
        due |= Q(attempts=attempts, claimed_at__lte=now - timedelta(minutes=pause))
        attempts, pause = attempts + 1, pause * 2
    return due


def _claim(journal: Journal, municipality_id: int) -> OutboxMail | None:
    """Take the oldest mail that is due; other senders skip it. Call inside a transaction."""
    now = timezone.now()
    mail: OutboxMail | None = (
        OutboxMail.objects.select_for_update(skip_locked=True)
        .filter(_due(now), status="waiting")
        .order_by("created_at", "pk")
        .first()
    )
    if mail is not None:
        mail.status, mail.claimed_at = "sending", now
        journal.claim(
            municipality_id=municipality_id, mail_id=mail.pk, claimed_at=now, message_id=mail.message_id
        )
        mail.save(update_fields=["status", "claimed_at"])
    return mail


def _settle(mail: OutboxMail, outcome: _Outcome) -> None:
    """Write what became of the mail, unless somebody has taken the claim over meanwhile."""
    attempts = mail.attempts + 1
    if outcome.sent:
        values = {"status": "sent", "sent_at": timezone.now()}
    elif outcome.permanent or attempts >= MAX_ATTEMPTS:
        values = {"status": "failed"}
    else:
        values = {"status": "waiting"}
    note = outcome.note
    if values["status"] == "failed" and not outcome.permanent:
        note = f"Opgivet efter {attempts} forsøg. {note}"
    OutboxMail.objects.filter(pk=mail.pk, status="sending", claimed_at=mail.claimed_at).update(
        attempts=attempts, error=note, **values
    )


def _send(result: Sent, municipality_id: int, limit: int | None) -> Sent:
    session = Session(Server.from_url(settings.EMAIL_URL, settings.EMAIL_TIMEOUT))
    journal = Journal(journal_folder())
    mail: OutboxMail | None = None
    outcome: _Outcome | None = None
    lost = tried = 0
    settled = False
    try:
        while True:
            with transaction.atomic(durable=True):
                if mail is not None and outcome is not None:
                    _settle(mail, outcome)
                stop = lost >= _LOST_IN_A_ROW or (limit is not None and tried >= limit)
                mail, outcome = (None if stop else _claim(journal, municipality_id)), None
            if mail is None:
                break
            tried += 1
            outcome, lost = _deliver(session, journal, mail, lost)
            result = replace(
                result, sent=result.sent + outcome.sent, failed=result.failed + (not outcome.sent)
            )
        settled = True
    finally:
        session.close()
        # After an accident the journal stays, and the next sender settles from it what was in hand.
        if settled:
            journal.forget()
        else:
            journal.close()
    return result


def _deliver(session: Session, journal: Journal, mail: OutboxMail, lost: int) -> tuple[_Outcome, int]:
    """Hand one mail over; also returns how many connections in a row have been lost, `service` counting as all."""
    try:
        envelope = build(mail)
    except (ValueError, LookupError, TypeError) as error:  # an address or attachment no message can carry
        logger.error("mail %s cannot be built: %s", mail.pk, type(error).__name__)
        return _Outcome(False, "Mailen kan ikke skrives: adressen eller et bilag er forkert.", True), lost
    try:
        session.deliver(
            sender=envelope.sender, recipient=envelope.recipient, body=envelope.body, journal=journal
        )
    except NotSentError as error:
        logger.warning("mail %s is not sent: %s", mail.pk, error)
        lost = _LOST_IN_A_ROW if error.service else lost + 1 if error.lost else 0
        return _Outcome(False, str(error), error.permanent), lost
    except NoAnswerError:
        logger.warning("mail %s was handed over, but the server did not answer", mail.pk)
        return _Outcome(True, NO_ANSWER), lost + 1
    return _Outcome(True), 0

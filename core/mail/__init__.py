"""Mail that reaches the mail server exactly once, however often a sender is killed and run again.

`queue` writes a mail in the caller's transaction; `send_waiting` sends what waits. See docs/adr/0005-exactly-once-mail.md.
"""

from core.mail.outbox import (
    KEPT,
    Attachment,
    Counts,
    counts,
    kept_mails,
    mails_in_trouble,
    queue,
    resend_uncertain,
    retry_failed,
)
from core.mail.sending import Sent, send_waiting

__all__ = [
    "KEPT",
    "Attachment",
    "Counts",
    "Sent",
    "counts",
    "kept_mails",
    "mails_in_trouble",
    "queue",
    "resend_uncertain",
    "retry_failed",
    "send_waiting",
]

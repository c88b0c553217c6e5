"""From a row of the outbox to the bytes that travel."""

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from core.models import OutboxMail


@dataclass(frozen=True)
class Envelope:
    """Who it is from and to in SMTP's eyes, and the message itself with CRLF line ends."""

    sender: str
    recipient: str
    body: bytes


def build(mail: OutboxMail) -> Envelope:
    """The message of a row; the same Message-ID however often it is built."""
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        message.attach(attachment["name"], attachment["content"], attachment["type"])
    return Envelope(
        sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8"),
        sanitize_address(mail.to, "utf-8"),
        message.message().as_bytes(linesep="\r\n"),  # type: ignore[call-arg]  # Django's own, wider than the library's
    )

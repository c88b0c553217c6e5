"""The mails of log-in. Neutral: no names, nothing about work or health; only the address and a link."""

from urllib.parse import urljoin

from django.conf import settings
from django.template.loader import render_to_string

from core.formats import format_count

SUBJECT = "Vælg din adgangskode til Nærvær"


def password_link(path: str) -> tuple[str, str]:
    """Subject and text of the mail with the one-time link; `path` is the page's own address."""
    days = settings.PASSWORD_RESET_TIMEOUT // 86_400
    context = {
        "url": urljoin(settings.BASE_URL, path),
        "how_long": format_count(days, "dag", "dage"),
        "base_url": settings.BASE_URL,
    }
    return SUBJECT, render_to_string("organisation/mail/password.txt", context)


def address_changed() -> tuple[str, str]:
    """Subject and text to the address that was replaced."""
    context = {"base_url": settings.BASE_URL}
    return "Din e-mailadresse i Nærvær er ændret", render_to_string(
        "organisation/mail/address_changed.txt", context
    )

"""Messages shown above the next page, with the way back where there is one.

The product offers undo instead of asking "are you sure": a message may carry the address that
takes the action back, and the page renders it as a small form.
"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO = "undo:"


def notify(request: HttpRequest, text: str, *, undo_url: str = "", level: int = messages.SUCCESS) -> None:
    """Show `text` (Danish, no names in addresses) on the next page; `undo_url` takes a POST that undoes."""
    messages.add_message(request, level, text, extra_tags=f"{_UNDO}{undo_url}" if undo_url else "")


def undo_url(message: Message) -> str:
    """Return the address that takes the message's action back, or an empty string."""
    tags = message.extra_tags or ""
    return tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""

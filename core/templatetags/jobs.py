"""Scheduled jobs in templates: the time in words, and the warnings that front pages show."""

from datetime import datetime
from typing import Any

from django import template

from core.jobs import heartbeat_warnings as find_warnings
from core.jobs.overview import spoken

register = template.Library()


@register.inclusion_tag("core/_heartbeat_warnings.html")
def heartbeat_warnings() -> dict[str, Any]:
    """A loud box when a scheduled job does not run as it should; nothing when all is well."""
    return {"warnings": find_warnings()}


@register.filter
def spoken_time(moment: datetime | None) -> str:
    """`mandag 23. november kl. 6.00`; no time gives an empty string."""
    return "" if moment is None else spoken(moment)

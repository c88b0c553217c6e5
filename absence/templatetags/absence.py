"""Words of absence in templates."""

from datetime import date

from django import template

from absence.models import SickNotification
from absence.rules.share import hours_text
from absence.rules.words import plain_date

register = template.Library()


@register.filter
def hours(value: float) -> str:
    """Write hours with no more decimals than they have: `16`, `18,5`."""
    return hours_text(value)


@register.filter
def period(absence: SickNotification, today: date) -> str:
    """Write an absence's days: `2. november`, `2. november - 5. november`, `siden 2. november`."""
    first = plain_date(absence.first_day, today)
    if absence.last_day is None:
        return f"{'siden' if absence.first_day <= today else 'fra'} {first}"
    if absence.last_day == absence.first_day:
        return first
    last = plain_date(absence.last_day, today)
    if (absence.first_day.year, absence.first_day.month) == (absence.last_day.year, absence.last_day.month):
        return f"{absence.first_day.day}.-{last}"
    return f"{first} - {last}"

"""The one place that asks what day it is. Rules, selectors and services get the day as a parameter."""

from datetime import date

from django.utils import timezone


def today() -> date:
    """Today in Copenhagen."""
    return timezone.localdate()

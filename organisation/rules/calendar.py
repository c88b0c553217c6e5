"""Days on which nobody's ordinary pattern counts: Denmark's public holidays by year, and a municipality's own days.

The holidays library knows the law's history (Store Bededag counted to 2023). No Django, no clock.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache

import holidays


@cache
def public_holidays(year: int) -> frozenset[date]:
    """Denmark's public holidays of a year."""
    return frozenset(holidays.country_holidays("DK", years=year))


def days_off(first: date, last: date, own: Iterable[date] = ()) -> frozenset[date]:
    """Public holidays and the municipality's own days from `first` to `last`, both included."""
    public = (day for year in range(first.year, last.year + 1) for day in public_holidays(year))
    return frozenset(day for day in (*public, *own) if first <= day <= last)

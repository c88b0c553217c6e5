"""Working days and calendar arithmetic: Monday to Friday minus the holidays the caller passes in."""

import calendar
from collections.abc import Collection
from datetime import date, timedelta

from conversations.rules.model import Move, Span, SpanUnit

ONE_DAY = timedelta(days=1)
SATURDAY = 5
# Longer than any run of days off; a holiday list that closes a whole year is a mistake, not a calendar.
LONGEST_BREAK = 366


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """True on Monday to Friday, unless `day` is among the holidays."""
    return day.weekday() < SATURDAY and day not in holidays


def next_working_day(day: date, holidays: Collection[date]) -> date:
    """`day` itself if it is a working day, else the first one after it."""
    return _walk(day, ONE_DAY, holidays)


def previous_working_day(day: date, holidays: Collection[date]) -> date:
    """`day` itself if it is a working day, else the last one before it."""
    return _walk(day, -ONE_DAY, holidays)


def _walk(day: date, pace: timedelta, holidays: Collection[date]) -> date:
    for _ in range(LONGEST_BREAK):
        if is_working_day(day, holidays):
            return day
        day += pace
    raise ValueError("Der er ingen arbejdsdage i et helt år. Ret listen over fridage.")


def move(day: date, how: Move, holidays: Collection[date], *, not_before: date) -> date:
    """Move a day that is no working day, as the rule says; never to a day before `not_before`."""
    if how is Move.NONE:
        return day
    if how is Move.NEXT:
        return next_working_day(day, holidays)
    return max(previous_working_day(day, holidays), not_before)


def nth_working_day(start: date, number: int, holidays: Collection[date]) -> date:
    """Working day `number` counted from `start`: 1 is `start`, or the first working day after it."""
    day = next_working_day(start, holidays)
    for _ in range(number - 1):
        day = next_working_day(day + ONE_DAY, holidays)
    return day


def add_months(day: date, months: int) -> date:
    """The same day of another month; the last day of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_span(day: date, span: Span, times: int = 1) -> date:
    """`day` plus `times` × `span`; months are counted from `day`, so 31 January + 2 months is 31 March."""
    if span.unit is SpanUnit.MONTHS:
        return add_months(day, span.count * times)
    days = span.count * (7 if span.unit is SpanUnit.WEEKS else 1)
    return day + timedelta(days=days * times)


def window_start(last: date, span: Span) -> date:
    """First day of the rolling window that ends with `last` (both days are in it)."""
    return add_span(last, span, -1) + ONE_DAY

"""Danish numbers and dates, written and read. Plain Python: no Django, no clock.

Numbers are written `1.234,5` and dates `1. februar 2026` or `01.02.2026`; weeks are ISO weeks.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)
SHORT_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")

MINUS = "−"  # the real minus sign, as wide as the plus
NEAR_DAYS = 14
HOW_TO_WRITE = "Skriv datoen som 19.11.2026, 19.11 eller i går."

Direction = Literal["past", "future"]


# ---------- numbers ----------


def format_number(value: float | Decimal, decimals: int = 0) -> str:
    """Write a number the Danish way: `1234.5, 1` becomes `1.234,5`.

    Halves round away from zero, as people do it, on the number as it is written (2.675 → 2,68).
    A result of zero carries no sign.
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    if not exact.is_finite():
        raise ValueError(f"{value} is not a number that can be written")
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if rounded < 0 else text


def format_signed(value: float | Decimal, decimals: int = 1) -> str:
    """Write a change with its sign: `+1,7`, `−0,3`; what rounds to zero is `0,0`."""
    text = format_number(value, decimals)
    is_zero = not text.strip("0,." + MINUS)
    return text if text.startswith(MINUS) or is_zero else f"+{text}"


def format_percent(share: float | Decimal, decimals: int = 1) -> str:
    """Write a share between 0 and 1 as `6,9 %`, with a space that does not break the line."""
    exact = share if isinstance(share, Decimal) else Decimal(str(share))
    return f"{format_number(exact * 100, decimals)}\N{NO-BREAK SPACE}%"


def format_count(count: int, singular: str, plural: str) -> str:
    """Write a count with its noun: `1 dag`, `2 dage`, `1.200 dage`."""
    return f"{format_number(count)} {singular if count == 1 else plural}"


# ---------- dates ----------


def format_date(day: dt.date, *, weekday: bool = False, year: bool = True) -> str:
    """Write a date in words: `1. februar 2026`, with `weekday` `søndag 1. februar 2026`."""
    text = f"{day.day}. {MONTHS[day.month - 1]}"
    if year:
        text = f"{text} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {text}" if weekday else text


def format_date_short(day: dt.date) -> str:
    """Write a date in figures: `01.02.2026`."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def format_date_near(day: dt.date, today: dt.date, *, relative: bool = True) -> str:
    """Write a date as one would say it on `today`.

    The day itself and its neighbours are `i dag`, `i går`, `i morgen` (unless `relative` is off),
    dates within a fortnight carry their weekday, and the year is named only when it is another.
    """
    distance = (day - today).days
    if relative and abs(distance) <= 1:
        return ("i går", "i dag", "i morgen")[distance + 1]
    return format_date(day, weekday=abs(distance) <= NEAR_DAYS, year=day.year != today.year)


def format_period(first: dt.date, last: dt.date | None) -> str:
    """Write a period: `8.-9. september 2026`, `28. september - 1. november 2026`, `fra 5. november 2026`."""
    if last is None:
        return f"fra {format_date(first)}"
    if first == last:
        return format_date(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}.-{format_date(last)}"
    return f"{format_date(first, year=first.year != last.year)} - {format_date(last)}"


def format_month(month: dt.date, *, short: bool = False) -> str:
    """Write a month: `februar 2026`, or `short` as `feb. 2026` (May, short already, has no full stop)."""
    if not short:
        return f"{MONTHS[month.month - 1]} {month.year}"
    name = SHORT_MONTHS[month.month - 1]
    return f"{name}{'' if name == 'maj' else '.'} {month.year}"


def format_week(day: dt.date) -> str:
    """Write the ISO week a date lies in: `uge 47`."""
    return f"uge {day.isocalendar().week}"


# ---------- reading dates ----------

_NUMERIC = re.compile(r"(\d{1,2})[./\- ]+(\d{1,2})(?:[./\- ]+(\d{4}|\d{2}))?\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_IN_WORDS = re.compile(r"(\d{1,2})\.? ?([a-zæøå]{3,9})\.?(?: (\d{4}))?")
_RELATIVE = {"i dag": 0, "idag": 0, "i går": -1, "igår": -1, "i forgårs": -2, "i morgen": 1, "imorgen": 1}


def parse_danish_date(text: str, today: dt.date, *, weekdays: Direction = "past") -> dt.date:
    """Read a date as people type it.

    Takes `19.11.2026`, `19-11-26`, `19/11`, `2026-11-19`, `19. november`, `i dag`, `i går`, `ma`, `fredag`.
    Without a year the date nearest to `today` is meant. A weekday is the latest such day up to and
    including `today`, or with `weekdays="future"` the first from `today` on.
    Raises ValueError with a Danish sentence for the user when the text is no date.
    """
    words = " ".join(text.lower().split())
    if words in _RELATIVE:
        return today + dt.timedelta(days=_RELATIVE[words])
    weekday = _weekday(words)
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        return today + dt.timedelta(days=ahead if weekdays == "future" or ahead == 0 else ahead - 7)
    if iso := _ISO.fullmatch(words):
        year, month, day = (int(part) for part in iso.groups())
        return _checked(year, month, day)
    if numeric := _NUMERIC.fullmatch(words):
        return _with_year(int(numeric[1]), int(numeric[2]), numeric[3], today)
    if in_words := _IN_WORDS.fullmatch(words):
        month_number = _month(in_words[2])
        if month_number is not None:
            return _with_year(int(in_words[1]), month_number, in_words[3], today)
    raise ValueError(f"Vi kan ikke læse datoen. {HOW_TO_WRITE}")


def _weekday(word: str) -> int | None:
    """Return 0-6 for `ma`, `man`, `mandag` ...; two letters are enough, in Danish they differ."""
    word = word.removeprefix("i ").rstrip(".") if word.startswith("i ") else word.rstrip(".")
    if len(word) < 2:
        return None
    return next((number for number, name in enumerate(WEEKDAYS) if name.startswith(word)), None)


def _month(word: str) -> int | None:
    """Return 1-12 for a month's name or the beginning of it."""
    return next((number for number, name in enumerate(MONTHS, start=1) if name.startswith(word)), None)


def _with_year(day: int, month: int, year: str | None, today: dt.date) -> dt.date:
    """Complete a date whose year may be missing or have two figures."""
    if year is not None:
        return _checked(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    candidates = []
    for candidate in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(dt.date(candidate, month, day))
        except ValueError:
            continue
    if not candidates:
        return _checked(today.year, month, day)
    return min(candidates, key=lambda found: abs(found - today))


def _checked(year: int, month: int, day: int) -> dt.date:
    """Build the date, or say in Danish which part does not exist."""
    if not 1 <= month <= 12:
        raise ValueError(f"Der er ingen måned nummer {month}. {HOW_TO_WRITE}")
    if not 1900 <= year <= 2200:
        raise ValueError(f"Årstallet {year} kan ikke passe. {HOW_TO_WRITE}")
    try:
        return dt.date(year, month, day)
    except ValueError:
        name = f"{day}. {MONTHS[month - 1]}"
        only_some_years = (day, month) == (29, 2)
        missing = f"{name} findes ikke i {year}" if only_some_years else f"{name} findes ikke"
        raise ValueError(f"{missing}. {HOW_TO_WRITE}") from None

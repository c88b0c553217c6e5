"""Danish words for the rules' codes, in one place, and Danish dates and numbers."""

from collections.abc import Sequence
from datetime import date

from conversations.rules.model import (
    Actor,
    DayCount,
    Kind,
    Mandatory,
    MeetingForm,
    Move,
    Status,
    Timing,
    WaiverReason,
)

KINDS = {
    Kind.KONTAKT: "telefonisk kontakt",
    Kind.SAMTALE: "sygefraværssamtale",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtale",
    Kind.HANDLEPLAN: "handleplan",
    Kind.DOKUMENTATION: "dokumentation",
    Kind.REFUSION: "anmeldelse af refusion",
    Kind.TRIVSELSSAMTALE: "trivselssamtale",
}
DEFINITE = {
    Kind.KONTAKT: "kontakten",
    Kind.SAMTALE: "sygefraværssamtalen",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtalen",
    Kind.HANDLEPLAN: "handleplanen",
    Kind.DOKUMENTATION: "dokumentationen",
    Kind.REFUSION: "anmeldelsen af refusion",
    Kind.TRIVSELSSAMTALE: "trivselssamtalen",
}
DAY_WORDS = {DayCount.CALENDAR: ("sygedag", "sygedage"), DayCount.WORKING: ("arbejdsdag", "arbejdsdage")}
ACTORS = {
    Actor.LEADER: "lederen",
    Actor.CO_LEADER: "lederen sammen med en lederkollega",
    Actor.HR: "HR",
    Actor.EMPLOYEE: "medarbejderen",
    Actor.COLLEAGUE: "en kollega",
}
TIMINGS = {Timing.ON: "på", Timing.BY: "senest", Timing.WINDOW: "mellem"}
MOVES = {
    Move.NEXT: "rykkes til den næste arbejdsdag",
    Move.PREVIOUS: "rykkes til arbejdsdagen før",
    Move.NONE: "rykkes ikke",
}
MANDATORY = {
    Mandatory.ALWAYS: "skal holdes",
    Mandatory.ABOVE_TARGET: "skal holdes, når enheden ligger over måltallet",
    Mandatory.NEVER: "anbefales",
}
STATUSES = {
    Status.COMING: "kommer",
    Status.DUE: "i dag",
    Status.OVERDUE: "over frist",
    Status.HELD: "holdt",
    Status.WAIVED: "ikke relevant",
}
WAIVER_REASONS = {
    WaiverReason.KNOWN_SHORT: "fraværet ventes at blive kort",
    WaiverReason.HOSPITAL: "medarbejderen er på hospitalet",
    WaiverReason.AGREED_OTHERWISE: "I har aftalt noget andet",
    WaiverReason.EMPLOYMENT_ENDS: "ansættelsen ophører",
    WaiverReason.OTHER: "andet, skriv hvad",
}
MEETING_FORMS = {
    MeetingForm.IN_PERSON: "ved fremmøde",
    MeetingForm.PHONE: "telefonisk",
    MeetingForm.VIDEO: "på video",
}
PRESETS = {
    "lovens-minimum": "Lovens minimum",
    "1-4-15": "1-4-15",
    "1-5-14": "1-5-14",
    "koege": "Køge",
    "aarhus": "Aarhus",
    "hoeje-taastrup": "Høje-Taastrup",
    "skive": "Skive",
    "industri": "Industri",
}
FLOOR = "Lovens samtale inden fire uger"
WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
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


def long_date(day: date, near: date | None = None) -> str:
    """`3. marts 2026`; `3. marts` when in the same year as `near`."""
    text = f"{day.day}. {MONTHS[day.month - 1]}"
    return text if near is not None and near.year == day.year else f"{text} {day.year}"


def weekday_date(day: date) -> str:
    """`søndag den 14. december`."""
    return f"{WEEKDAYS[day.weekday()]} den {day.day}. {MONTHS[day.month - 1]}"


def number(value: float) -> str:
    """A Danish number with at most one decimal: `17`, `12,5`, `1.234,5`."""
    rounded = round(value, 1)
    digits = 0 if rounded == int(rounded) else 1
    return f"{rounded:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def plural(value: float, one: str, many: str) -> str:
    """`1 periode`, `4 perioder`."""
    return f"{number(value)} {one if value == 1 else many}"


def sentence_case(text: str) -> str:
    """First letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str], last: str = "og") -> str:
    """`a`, `a og b`, `a, b og c`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def period_length(min_days: int, max_days: int | None) -> str:
    """What follows "perioder": ` på 2 til 14 dage`, ` på mindst 2 dage`, ` på højst 14 dage`, or nothing."""
    if max_days is not None and min_days > 1:
        return f" på {min_days} til {plural(max_days, 'dag', 'dage')}"
    if max_days is not None:
        return f" på højst {plural(max_days, 'dag', 'dage')}"
    return f" på mindst {min_days} dage" if min_days > 1 else ""

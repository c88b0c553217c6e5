"""What may be registered, and what to say when it may not (A1, domain § 10). Plain Python; messages are Danish.

Every check answers a dictionary from field to message, empty when all is well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from absence.rules.states import NAMES, ONE_DAY, Course, State, Step, may_move
from absence.rules.words import plain_date
from core.formats import format_date_short

# A planned operation may be registered ahead; further off it is a slip of the keyboard.
FIRST_DAY_AHEAD = 60
RETURN_AHEAD = 60
LONGEST_ABSENCE = timedelta(days=5 * 366)
STEP_AHEAD = 366
TYPO_REACH = timedelta(days=62)

Messages = dict[str, str]


@dataclass(frozen=True)
class Dates:
    """The three dates of an absence as typed."""

    first_day: date
    last_day: date | None = None
    expected_last_day: date | None = None


def meant(first_day: date, typed: date) -> date | None:
    """The date somebody probably meant who typed a last day before the first; None when nothing is near.

    A slip of one figure or of the month: 13.11 for 23.11, 03.11 for 13.11 or 03.12, and years at New Year.
    """
    candidates = [typed + timedelta(days=ahead) for ahead in (10, 20)]
    candidates = [day for day in candidates if (day.year, day.month) == (typed.year, typed.month)]
    for year, month in (
        (typed.year + typed.month // 12, typed.month % 12 + 1),
        (typed.year + 1, typed.month),
    ):
        try:
            candidates.append(date(year, month, typed.day))
        except ValueError:
            continue
    near = [day for day in candidates if first_day <= day <= first_day + TYPO_REACH]
    return min(near, default=None)


def _too_early(first_day: date, typed: date, name: str) -> str:
    suggestion = meant(first_day, typed)
    question = f" Mente du {format_date_short(suggestion)}?" if suggestion else " Vælg en senere dag."
    return f"{name} kan ikke være før første dag.{question}"


def check_dates(dates: Dates, *, today: date, employed_from: date, employed_to: date | None) -> Messages:
    """Order, employment and how far ahead. Fields: first_day, last_day, expected_last_day."""
    found: Messages = {}
    first = dates.first_day
    if first < employed_from:
        found["first_day"] = (
            f"Ansættelsen begyndte {plain_date(employed_from, today)}. Vælg den dag eller en senere."
        )
    elif employed_to is not None and first > employed_to:
        found["first_day"] = f"Ansættelsen ophørte {plain_date(employed_to, today)}. Vælg en tidligere dag."
    elif (first - today).days > FIRST_DAY_AHEAD:
        latest = today + timedelta(days=FIRST_DAY_AHEAD)
        found["first_day"] = (
            f"Første dag kan højst ligge {FIRST_DAY_AHEAD} dage frem. Vælg senest {plain_date(latest, today)}."
        )
    for field, name, day in (
        ("last_day", "Sidste dag", dates.last_day),
        ("expected_last_day", "Forventet sidste dag", dates.expected_last_day),
    ):
        if day is None or "first_day" in found:
            continue
        if day < first:
            found[field] = _too_early(first, day, name)
        elif day - first > LONGEST_ABSENCE:
            found[field] = f"{name} ligger mere end fem år efter første dag. Ret årstallet."
    if dates.last_day is not None and not found and (dates.last_day - today).days > RETURN_AHEAD:
        found["last_day"] = (
            f"Sidste dag kan højst ligge {RETURN_AHEAD} dage frem. Brug »forventet sidste dag« i stedet."
        )
    return found


def notes(dates: Dates, *, today: date) -> list[str]:
    """What is unusual but allowed: worth a second look, never a hindrance."""
    found = []
    if dates.first_day > today + ONE_DAY:
        found.append(
            f"Første dag ligger {(dates.first_day - today).days} dage frem. Det er fint ved planlagt fravær."
        )
    if (today - dates.first_day).days > 60:
        found.append("Første dag ligger mere end to måneder tilbage. Se efter, om årstallet passer.")
    return found


def overlap_message(first_day: date, last_day: date | None, today: date) -> str:
    """Nobody is absent twice on one day; names the other absence's days."""
    first = plain_date(first_day, today)
    if last_day is None:
        which = f"en sygemelding fra {first}, som ikke er afsluttet"
    elif last_day == first_day:
        which = f"en sygemelding {first}"
    else:
        which = f"en sygemelding fra {first} til {plain_date(last_day, today)}"
    return f"Der er allerede {which}. Ret den, eller vælg andre dage."


def check_step(course: Course, step: Step, *, today: date) -> Messages:
    """Whether a new state fits into the course. Fields: state, from_day.

    On a day that has a step already, what applied before it may be chosen too: that takes the step away.
    """
    day = step.from_day
    if day < course.first_day:
        return {
            "from_day": f"Fraværet begyndte {plain_date(course.first_day, today)}. Vælg den dag eller en senere."
        }
    if course.last_day is not None and day > course.last_day:
        return {
            "from_day": f"Fraværet sluttede {plain_date(course.last_day, today)}. Vælg en tidligere dag, "
            "eller genåbn sygemeldingen."
        }
    if (day - today).days > STEP_AHEAD:
        return {"from_day": "Datoen ligger mere end et år frem. Ret årstallet."}
    before = _before(course, day)
    replaces = any(other.from_day == day for other in course.steps)
    if before.same_as(step) and not replaces:
        return {"state": f"{NAMES[step.state]} gælder allerede fra {plain_date(before.from_day, today)}."}
    if not before.same_as(step) and not may_move(before.state, step.state):
        return {"state": f"{NAMES[before.state]} kan ikke blive til {NAMES[step.state].lower()}."}
    return {}


def _before(course: Course, day: date) -> Step:
    """What applied before a step on this day; on the first day itself: wholly sick."""
    if day <= course.first_day:
        return Step(course.first_day, State.SICK)
    return course.step_on(day - ONE_DAY)


def check_return(course: Course, back: date, *, today: date) -> Messages:
    """Whether `back` can be the first day at work again. Field: first_day_back."""
    if course.last_day is not None:
        return {
            "first_day_back": f"Fraværet er allerede afsluttet {plain_date(course.last_day, today)}. "
            "Ret datoerne i stedet."
        }
    if back <= course.first_day:
        return {
            "first_day_back": f"Fraværet begyndte {plain_date(course.first_day, today)}. Vælg en senere dag. "
            "Var der slet ikke fravær, så træk sygemeldingen tilbage."
        }
    if (back - today).days > RETURN_AHEAD:
        return {
            "first_day_back": f"Dagen kan højst ligge {RETURN_AHEAD} dage frem. "
            "Skriv den som forventet i stedet."
        }
    return {}

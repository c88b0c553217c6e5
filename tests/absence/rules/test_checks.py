"""What may be registered, and the words when it may not."""

from datetime import date, timedelta

import pytest

from absence.rules.checks import (
    Dates,
    check_dates,
    check_return,
    check_step,
    meant,
    notes,
    overlap_message,
)
from absence.rules.states import Course, State, Step

TODAY = date(2026, 11, 19)


def nov(day: int) -> date:
    """A day in November 2026."""
    return date(2026, 11, day)


@pytest.mark.parametrize(
    ("first", "typed", "suggestion"),
    [
        (nov(18), nov(13), nov(23)),
        (nov(18), nov(3), nov(23)),  # a 2 was forgotten, more likely than a month
        (nov(5), nov(3), nov(13)),
        (nov(25), nov(20), nov(30)),
        (nov(28), nov(14), date(2026, 12, 14)),
        (nov(18), date(2024, 1, 5), None),
        (date(2026, 12, 28), date(2026, 1, 5), date(2027, 1, 5)),  # New Year
        (date(2027, 1, 31), date(2027, 1, 30), None),  # February has no 30th
    ],
)
def test_meant(first: date, typed: date, suggestion: date | None) -> None:
    assert meant(first, typed) == suggestion


@pytest.mark.parametrize(
    ("dates", "field", "says"),
    [
        (
            Dates(nov(18), nov(13)),
            "last_day",
            "Sidste dag kan ikke være før første dag. Mente du 23.11.2026?",
        ),
        (
            Dates(nov(18), None, nov(13)),
            "expected_last_day",
            "Forventet sidste dag kan ikke være før første dag. Mente du 23.11.2026?",
        ),
        (Dates(date(2014, 1, 1)), "first_day", "Ansættelsen begyndte 1. januar 2015."),
        (Dates(TODAY + timedelta(days=61)), "first_day", "højst ligge 60 dage frem"),
        (Dates(nov(1), TODAY + timedelta(days=61)), "last_day", "forventet sidste dag"),
        (Dates(nov(1), None, date(2036, 11, 1)), "expected_last_day", "fem år"),
    ],
)
def test_wrong_dates(dates: Dates, field: str, says: str) -> None:
    found = check_dates(dates, today=TODAY, employed_from=date(2015, 1, 1), employed_to=None)
    assert list(found) == [field]
    assert says in found[field]


def test_after_the_employment() -> None:
    found = check_dates(
        Dates(TODAY), today=TODAY, employed_from=date(2015, 1, 1), employed_to=date(2026, 10, 31)
    )
    assert found == {"first_day": "Ansættelsen ophørte 31. oktober. Vælg en tidligere dag."}


@pytest.mark.parametrize("ahead", [0, 1, 60])
def test_planned_absence_may_be_registered_ahead(ahead: int) -> None:
    dates = Dates(TODAY + timedelta(days=ahead))
    assert check_dates(dates, today=TODAY, employed_from=date(2015, 1, 1), employed_to=None) == {}
    assert bool(notes(dates, today=TODAY)) is (ahead > 1)


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (nov(3), nov(7), "fra 3. november til 7. november."),
        (nov(3), nov(3), "en sygemelding 3. november."),
        (nov(3), None, "fra 3. november, som ikke er afsluttet."),
        (date(2025, 12, 30), date(2026, 1, 2), "fra 30. december 2025 til 2. januar."),
    ],
)
def test_overlap_names_the_other_absence(first: date, last: date | None, text: str) -> None:
    assert text in overlap_message(first, last, TODAY)


PARTIAL = Step(nov(9), State.PARTIAL, worked_week=16)


@pytest.mark.parametrize(
    ("course", "step", "field"),
    [
        (Course(nov(5)), PARTIAL, None),
        (Course(nov(5)), Step(nov(5), State.ACTIVE), None),
        (Course(nov(5), steps=(PARTIAL,)), Step(nov(16), State.PARTIAL, worked_week=24), None),
        (Course(nov(5), steps=(PARTIAL,)), Step(nov(16), State.SICK), None),  # a relapse
        (Course(nov(5), steps=(PARTIAL,)), Step(nov(9), State.SICK), None),  # takes the step away
        (Course(nov(5), steps=(PARTIAL,)), Step(nov(9), State.ACTIVE), None),  # replaces the step
        (Course(nov(5), nov(30)), PARTIAL, None),  # a step inside a finished absence
        (Course(nov(10)), PARTIAL, "from_day"),
        (Course(nov(5), nov(8)), PARTIAL, "from_day"),
        (Course(nov(5)), Step(nov(9), State.SICK), "state"),
        (Course(nov(5), steps=(PARTIAL,)), Step(nov(16), State.PARTIAL, worked_week=16), "state"),
        (Course(nov(5)), Step(date(2028, 1, 1), State.ACTIVE), "from_day"),
    ],
)
def test_steps(course: Course, step: Step, field: str | None) -> None:
    assert list(check_step(course, step, today=TODAY)) == ([field] if field else [])


@pytest.mark.parametrize(
    ("course", "back", "says"),
    [
        (Course(nov(5)), nov(6), ""),
        (Course(nov(5)), nov(23), ""),
        (Course(nov(5)), nov(5), "træk sygemeldingen tilbage"),
        (Course(nov(5), nov(13)), nov(23), "allerede afsluttet 13. november"),
        (Course(nov(5)), date(2027, 6, 1), "60 dage frem"),
    ],
)
def test_returns(course: Course, back: date, says: str) -> None:
    found = check_return(course, back, today=TODAY)
    assert says in found.get("first_day_back", "")
    assert bool(found) is bool(says)

"""The status line, as a table. Today is Thursday 19 November 2026."""

from datetime import date

import pytest

from absence.rules.states import Course, State, Step
from absence.rules.words import short_state, status_line
from absence.rules.workdays import WorkPattern

TODAY = date(2026, 11, 19)
FULL = WorkPattern((7.4,) * 5 + (0.0, 0.0), date(2026, 11, 2))
PART = WorkPattern((6.4,) * 5 + (0.0, 0.0), date(2026, 11, 2))


def nov(day: int) -> date:
    """A day in November 2026."""
    return date(2026, 11, day)


HALF = (Step(nov(16), State.PARTIAL, worked_week=16),)


@pytest.mark.parametrize(
    ("course", "pattern", "line"),
    [
        (None, FULL, "På arbejde"),
        (Course(nov(5), None, nov(29)), FULL, "Syg siden 5. november, ventes tilbage 30. november"),
        (Course(nov(5), None, nov(27)), FULL, "Syg siden 5. november, ventes tilbage 30. november"),
        (Course(nov(17)), FULL, "Syg siden 17. november, varighed ukendt"),
        (Course(nov(5), None, nov(18)), FULL, "Syg siden 5. november, ventes tilbage i dag"),
        (Course(nov(5), None, nov(13)), FULL, "Syg siden 5. november, var ventet tilbage 16. november"),
        (Course(nov(5), nov(20)), FULL, "Syg siden 5. november, tilbage 23. november"),
        (
            Course(date(2025, 12, 1), None, date(2027, 1, 3)),
            FULL,
            "Syg siden 1. december 2025, ventes tilbage 4. januar 2027",
        ),
        (Course(nov(5), steps=HALF), PART, "Delvist tilbage, 16 af 32 timer"),
        (
            Course(nov(5), None, nov(30), steps=HALF),
            PART,
            "Delvist tilbage, 16 af 32 timer, ventes fuldt tilbage 1. december",
        ),
        (Course(nov(5), nov(30), steps=HALF), PART, "Delvist tilbage, 16 af 32 timer, fuldt tilbage 1. december"),
        (
            Course(nov(5), steps=(Step(nov(16), State.PARTIAL, sick_share=0.25),)),
            None,
            "Delvist tilbage, 25\N{NO-BREAK SPACE}% fravær",
        ),
        (
            Course(nov(5), steps=(Step(nov(9), State.ACTIVE),)),
            FULL,
            "Aktivt sygemeldt siden 9. november, varighed ukendt",
        ),
        (Course(nov(5), steps=(Step(nov(23), State.ACTIVE),)), FULL, "Syg siden 5. november, varighed ukendt"),
        (Course(nov(5), nov(13)), FULL, "Tilbage siden mandag 16. november"),
        (Course(nov(5), nov(18)), FULL, "Tilbage i dag"),
        (Course(nov(2), nov(2)), FULL, "På arbejde"),  # seventeen days ago
        (Course(nov(23)), FULL, "Syg fra mandag 23. november"),
        (Course(nov(18), None, nov(19), is_sickness=False), FULL, "Fraværende siden 18. november, ventes tilbage 20. november"),
    ],
)  # fmt: skip
def test_status_line(course: Course | None, pattern: WorkPattern, line: str) -> None:
    assert status_line(course, TODAY, pattern) == line


def test_back_from_a_day_that_is_yet_to_come() -> None:
    """The last day was Friday; on Saturday the employee comes back on Monday."""
    assert status_line(Course(nov(5), nov(13)), nov(14), FULL) == "Tilbage fra mandag 16. november"


@pytest.mark.parametrize(
    ("course", "group"),
    [
        (None, "tilbage"),
        (Course(nov(17)), "syg"),
        (Course(nov(5), steps=HALF), "delvist"),
        (Course(nov(5), nov(18)), "tilbage"),
        (Course(nov(23)), "tilbage"),
        (Course(nov(5), nov(19)), "syg"),
    ],
)
def test_group(course: Course | None, group: str) -> None:
    assert short_state(course, TODAY) == group

"""The one line that says how it stands with an employee, in Danish. About work and dates, never about health."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from absence.rules.share import hours_text, sick_share, worked_per_week
from absence.rules.states import NAMES, ONE_DAY, Course, State, Step
from absence.rules.workdays import WorkPattern, first_day_back
from core.formats import format_date, format_date_near, format_percent

# How long after a return the line still tells of it.
RECENT_DAYS = 14
AT_WORK = "På arbejde"

Planned = Callable[[date], float]


def on_date(day: date, today: date) -> str:
    """A date within a sentence: with weekday when near, without the year when it is this one."""
    return format_date_near(day, today, relative=False)


def plain_date(day: date, today: date) -> str:
    """A date without weekday: `5. november`, in another year `5. november 2025`."""
    return format_date(day, year=day.year != today.year)


def step_text(step: Step, pattern: WorkPattern | None) -> str:
    """A state in words: `Sygemeldt`, `Aktivt sygemeldt`, `Delvist tilbage, 16 af 32 timer`."""
    if step.state is not State.PARTIAL:
        return NAMES[step.state]
    worked = worked_per_week(step, pattern)
    if worked is None:
        return f"{NAMES[State.PARTIAL]}, {format_percent(step.sick_share or 0.0, 0)} fravær"
    if pattern is None or pattern.weekly <= 0:
        return f"{NAMES[State.PARTIAL]}, {hours_text(worked)} timer om ugen"
    return f"{NAMES[State.PARTIAL]}, {hours_text(worked)} af {hours_text(pattern.weekly)} timer"


def step_label(step: Step, pattern: WorkPattern | None, *, is_sickness: bool = True) -> str:
    """A state's short name inside the timeline picture: `Fuldt syg`, `16 t. på arbejde`."""
    if step.state is State.SICK:
        return "Fuldt syg" if is_sickness else "Fravær"
    if step.state is State.ACTIVE:
        return NAMES[State.ACTIVE]
    worked = worked_per_week(step, pattern)
    if worked is None:
        return f"{format_percent(sick_share(step, pattern), 0)} fravær"
    return f"{hours_text(worked)} t. på arbejde"


def status_line(
    course: Course | None, today: date, pattern: WorkPattern | None, planned: Planned | None = None
) -> str:
    """How it stands today, in one line without a full stop. `planned` gives planned hours of a day, for returns.

    `course` is the newest absence that was not withdrawn; None means there is none to tell of.
    """
    if course is None:
        return AT_WORK
    back_on = _back_on(course.last_day, pattern, planned)
    if course.first_day > today:
        return f"{_absent_word(course)} fra {on_date(course.first_day, today)}"
    if course.last_day is not None and course.last_day < today:
        if back_on is None or (today - back_on).days > RECENT_DAYS:
            return AT_WORK
        when = "i dag" if back_on == today else on_date(back_on, today)
        return f"Tilbage {'fra' if back_on > today else 'siden' if back_on < today else ''} {when}".replace(
            "  ", " "
        )
    return _absent_now(course, course.step_on(today), today, pattern, planned)


def _absent_now(
    course: Course, step: Step, today: date, pattern: WorkPattern | None, planned: Planned | None
) -> str:
    known = _back_on(course.last_day, pattern, planned)
    expected = _back_on(course.expected_last_day, pattern, planned)
    if step.state is State.PARTIAL:
        text = step_text(step, pattern)
        fully = "fuldt tilbage"
    else:
        since = step.from_day if step.state is State.ACTIVE else course.first_day
        text = f"{_absent_word(course, step)} siden {plain_date(since, today)}"
        fully = "tilbage"
    if known is not None:
        return f"{text}, {fully} {plain_date(known, today)}"
    if expected is None:
        return text if step.state is State.PARTIAL else f"{text}, varighed ukendt"
    if expected > today:
        return f"{text}, ventes {fully} {plain_date(expected, today)}"
    if expected == today:
        return f"{text}, ventes {fully} i dag"
    return f"{text}, var ventet {fully} {plain_date(expected, today)}"


def _absent_word(course: Course, step: Step | None = None) -> str:
    if not course.is_sickness:
        return "Fraværende"
    return "Aktivt sygemeldt" if step is not None and step.state is State.ACTIVE else "Syg"


def _back_on(last_day: date | None, pattern: WorkPattern | None, planned: Planned | None) -> date | None:
    """The first working day after a last day; without a plan the day after."""
    if last_day is None:
        return None
    if planned is not None:
        return first_day_back(last_day, planned)
    return first_day_back(last_day, pattern.on) if pattern is not None else last_day + ONE_DAY


def short_state(course: Course | None, today: date) -> str:
    """The group an employee belongs to in a list: `syg`, `delvist` or `tilbage`."""
    if course is None or not course.covers(today):
        return "tilbage"
    return "delvist" if course.step_on(today).state is State.PARTIAL else "syg"

"""The sick share: how much of the working time is absence (domain A2). Plain Python."""

from __future__ import annotations

from collections.abc import Sequence

from absence.rules.states import State, Step
from absence.rules.workdays import DAYS, WorkPattern
from core.formats import WEEKDAYS, format_number

MOST_HOURS_A_WEEK = 80.0


def hours_text(hours: float) -> str:
    """Write hours with no more decimals than they have: `16`, `18,5`, `22,25`."""
    rounded = round(hours, 2)
    decimals = 0 if rounded == round(rounded) else 1 if round(rounded, 1) == rounded else 2
    return format_number(rounded, decimals)


def sick_share(step: Step, pattern: WorkPattern | None) -> float:
    """Share (0-1) of the working time absent: 1 − worked / planned; aktivt sygemeldt counts as wholly sick.

    Hours per weekday are compared day by day, so work on a day off takes nothing away elsewhere. Without planned
    hours somebody is wholly absent.
    """
    if step.state is State.BACK:
        return 0.0
    if step.state is not State.PARTIAL:
        return 1.0
    if step.sick_share is not None:
        return step.sick_share
    if pattern is None or pattern.weekly <= 0:
        return 1.0
    if step.worked_weekday is not None:
        absent = sum(
            max(planned - step.worked_weekday[index % DAYS], 0.0)
            for index, planned in enumerate(pattern.hours)
        )
        return absent / (pattern.weekly * pattern.weeks)
    return min(max(1 - (step.worked_week or 0.0) / pattern.weekly, 0.0), 1.0)


def worked_per_week(step: Step, pattern: WorkPattern | None) -> float | None:
    """Hours at work in an ordinary week of a partial return; None when only a share is known and no plan."""
    if step.worked_week is not None:
        return step.worked_week
    if step.worked_weekday is not None:
        return sum(step.worked_weekday)
    if step.sick_share is not None and pattern is not None:
        return pattern.weekly * (1 - step.sick_share)
    return None


def check_worked_hours(
    worked_week: float | None, worked_weekday: Sequence[float] | None, pattern: WorkPattern | None
) -> str:
    """What is wrong with the hours of a partial return, in Danish; empty when nothing is.

    Some work, and less than planned: otherwise the employee is sick or back, and another state says so.
    """
    if worked_week is not None and worked_weekday is not None:
        return "Skriv timerne på én måde: enten pr. uge eller pr. ugedag."
    if worked_weekday is not None:
        if len(worked_weekday) != DAYS:
            return "Skriv timer for alle syv ugedage. Skriv 0 på fridage."
        if wrong := _weekday_too_long(worked_weekday, pattern):
            return wrong
        total = sum(worked_weekday)
    elif worked_week is not None:
        total = worked_week
    else:
        return "Skriv, hvor mange timer medarbejderen er på arbejde."
    if total <= 0:
        return "Skriv flere timer end 0, eller vælg sygemeldt eller aktivt sygemeldt."
    if total > MOST_HOURS_A_WEEK:
        return "Der kan højst stå 80 timer om ugen. Ret tallet."
    if pattern is not None and pattern.weekly > 0 and total >= pattern.weekly:
        planned = hours_text(pattern.weekly)
        return f"Medarbejderen skal være på arbejde {planned} timer om ugen. Skriv færre, eller vælg helt tilbage."
    return ""


def _weekday_too_long(worked: Sequence[float], pattern: WorkPattern | None) -> str:
    for weekday, hours in enumerate(worked):
        if not 0 <= hours <= 24:
            return f"Der kan stå fra 0 til 24 timer på en dag. Ret {WEEKDAYS[weekday]}."
        planned = pattern.weekday(weekday) if pattern is not None else 0.0
        if 0 < planned < hours:
            return f"{WEEKDAYS[weekday].capitalize()} er der planlagt {hours_text(planned)} timer. Skriv højst det."
    return ""

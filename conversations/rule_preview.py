"""What rules would ask for in an absence that begins on a given day, as a calendar and a list. Plain functions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from conversations.rules import labels
from conversations.rules.model import FLOOR_KEY, Kind, RuleSet, Step
from conversations.rules.planning import Absence, PlannedDeadline, plan, step_of

# Repeating steps are shown this far; three months show the rhythm of any that is worth showing.
AHEAD = timedelta(days=91)
# Nobody tries rules on days beyond this; later than that only weekends are days off.
FARTHEST = timedelta(days=3660)
# The calendar shows at most this many months; later steps are in the list.
MOST_MONTHS = 3
# Words that fit the cell of a calendar on a phone.
CELL_WORDS = {
    Kind.KONTAKT: "ring",
    Kind.SAMTALE: "samt.",
    Kind.RUNDBORDSSAMTALE: "rund",
    Kind.HANDLEPLAN: "plan",
    Kind.DOKUMENTATION: "dok.",
    Kind.REFUSION: "ref.",
}
WHAT = {
    Kind.KONTAKT: "ring",
    Kind.SAMTALE: "sygefraværssamtale",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtale",
    Kind.HANDLEPLAN: "handleplan",
    Kind.DOKUMENTATION: "bed om dokumentation",
    Kind.REFUSION: "anmeld refusion",
    Kind.TRIVSELSSAMTALE: "trivselssamtale",
}


@dataclass(frozen=True)
class Shown:
    """One step of the list."""

    day: date
    when: str
    what: str
    why: str


@dataclass(frozen=True)
class Cell:
    """One day of the calendar: `css` is empty, is-off, is-mark or is-first."""

    day: date
    css: str
    words: Sequence[str]


@dataclass(frozen=True)
class Month:
    """One month, Monday first; None fills up its first and last week."""

    title: str
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True)
class Trial:
    """An absence tried out on rules."""

    first_day: date
    steps: Sequence[Shown]
    months: Sequence[Month]


def coming_monday(on: date) -> date:
    """The first Monday after the day."""
    return on + timedelta(days=7 - on.weekday())


def last_day_needed(first_day: date, rules: RuleSet) -> date:
    """How far days off must be known to plan these rules from that day."""
    days = sum(_length(step) for step in rules.during)
    return first_day + min(max(AHEAD, timedelta(days=days)) + timedelta(days=60), FARTHEST)


def _length(step: Step) -> int:
    # Generous: working days stretch over weekends and holidays.
    return step.offset.value * {"day": 2, "days_after": 2, "weeks": 7, "months": 31}[step.offset.unit.value]


def try_out(rules: RuleSet, first_day: date, *, days_off: Collection[date], category: str = "") -> Trial:
    """Plan an absence of unknown length from `first_day` with the planner itself."""
    planned = plan(
        Absence(first_day=first_day, category=category),
        rules,
        holidays=days_off,
        until=first_day + AHEAD,
    )
    return Trial(
        first_day,
        [shown(deadline, rules, first_day) for deadline in planned],
        _calendar(first_day, planned, frozenset(days_off)),
    )


def shown(deadline: PlannedDeadline, rules: RuleSet, near: date) -> Shown:
    """A planned deadline in words: `Senest 14. december`, what, and by which rule."""
    day = labels.long_date(deadline.due, near)
    step = step_of(rules, deadline.key)
    if deadline.earliest == deadline.due:
        when = f"{labels.WEEKDAYS[deadline.due.weekday()]} {day}"
    elif step.window_start is not None:
        when = f"{labels.long_date(deadline.earliest, near)} til {day}"
    else:
        when = f"senest {labels.WEEKDAYS[deadline.due.weekday()]} {day}"
    return Shown(deadline.due, labels.sentence_case(when), WHAT[deadline.kind], _why(deadline, step))


def _why(deadline: PlannedDeadline, step: Step) -> str:
    text = deadline.reason_text
    if step.expected_beyond_day is not None:
        text = (
            f"{text[:-1]}, hvis fraværet ventes at vare mere end "
            f"{labels.plural(step.expected_beyond_day, 'dag', 'dage')}."
        )
    return text


def _calendar(first_day: date, planned: Sequence[PlannedDeadline], days_off: frozenset[date]) -> list[Month]:
    marks: dict[date, list[str]] = {}
    for deadline in planned:
        word = "lov" if deadline.key == FLOOR_KEY else CELL_WORDS[deadline.kind]
        words = marks.setdefault(deadline.due, [])
        if word not in words:
            words.append(word)
    last = max(marks, default=first_day)
    months: list[Month] = []
    here = first_day.replace(day=1)
    while here <= last and len(months) < MOST_MONTHS:
        months.append(_month(here, first_day, marks, days_off))
        here = (here + timedelta(days=31)).replace(day=1)
    return months


def _month(start: date, first_day: date, marks: dict[date, list[str]], days_off: frozenset[date]) -> Month:
    def cell(day: date) -> Cell | None:
        if day.month != start.month:
            return None
        words = marks.get(day, [])
        if day == first_day:
            return Cell(day, "is-first", ["syg", *words])
        if words:
            return Cell(day, "is-mark", words)
        return Cell(day, "is-off" if day.weekday() >= 5 or day in days_off else "", ())

    # The weeks before the absence have nothing to show.
    shown_from = max(start, first_day)
    monday = shown_from - timedelta(days=shown_from.weekday())
    weeks = []
    while monday <= start or monday.month == start.month:
        weeks.append([cell(monday + timedelta(days=number)) for number in range(7)])
        monday += timedelta(days=7)
    title = labels.sentence_case(f"{labels.MONTHS[start.month - 1]} {start.year}")
    return Month(title, weeks)

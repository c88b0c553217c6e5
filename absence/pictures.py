"""The pictures of absence: a case's timeline for `core.charts.timeline`, and an employee's two years at a glance."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from absence import timeline as hooks
from absence.models import SickNotification
from absence.rules.share import sick_share
from absence.rules.states import ONE_DAY, Course, Stretch
from absence.rules.words import step_label
from absence.rules.workdays import WorkPattern
from core.charts import look
from core.charts.timeline import Share, Timeline
from core.formats import SHORT_MONTHS, format_count, format_month

LANE = 20
MONTH_SPACE = 16


def case_timeline(
    absence: SickNotification, course: Course, pattern: WorkPattern | None, today: date
) -> Timeline:
    """The timeline of one case, with the marks of the apps above. What lies after today is planned."""
    until = max(today, course.expected_last_day or today)
    shares = [
        share for stretch in course.stretches(until) for share in _shares(stretch, course, pattern, today)
    ]
    return Timeline(
        today=today,
        shares=shares,
        milestones=hooks.milestones(absence, today),
        documents=hooks.documents(absence, today),
    )


def _shares(stretch: Stretch, course: Course, pattern: WorkPattern | None, today: date) -> Iterator[Share]:
    share = round(sick_share(stretch.step, pattern), 4)
    label = step_label(stretch.step, pattern, is_sickness=course.is_sickness)
    if stretch.first <= today:
        yield Share(first=stretch.first, last=min(stretch.last, today), share=share, label=label)
    if stretch.last > today:
        first = max(stretch.first, today + ONE_DAY)
        word = label if stretch.first > today else "ventet"
        yield Share(first=first, last=stretch.last, share=share, label=word, planned=True)


@dataclass(frozen=True)
class YearLane:
    """Twelve months in one line: bars as (x, width, y, height) in the drawing's units."""

    label: str
    bars: tuple[tuple[float, float, float, float], ...]
    months: tuple[tuple[float, str], ...]
    today_x: float | None


@dataclass(frozen=True)
class YearsPicture:
    """Two lanes of twelve months. `width` and `height` are the drawing's units; `sentence` says what it shows."""

    width: int
    height: int
    lanes: tuple[YearLane, ...]
    sentence: str
    accent: str = look.MIDDLE


def two_years(courses: Sequence[Course], today: date, pattern: WorkPattern | None) -> YearsPicture:
    """Absence of the last twelve months and the twelve before, by day; height is the sick share."""
    starts = (date(today.year - 1, today.month, 1), date(today.year - 2, today.month, 1))
    lanes = tuple(_lane(start, courses, today, pattern) for start in starts)
    begun = sum(starts[0] <= course.first_day <= today for course in courses)
    days = sum(_overlap(course, starts[0], today, today) for course in courses)
    if begun == 0 and days == 0:
        sentence = "Intet fravær de seneste 12 måneder."
    else:
        sentence = (
            f"De seneste 12 måneder: {format_count(days, 'kalenderdag', 'kalenderdage')} med fravær. "
            f"{format_count(begun, 'periode', 'perioder')} er begyndt i den tid."
        )
    return YearsPicture(look.WIDE_PX, LANE + MONTH_SPACE, lanes, sentence)


def _overlap(course: Course, first: date, last: date, today: date) -> int:
    end = min(course.last_day if course.last_day is not None else today, last)
    return max((end - max(course.first_day, first)).days + 1, 0)


def _lane(start: date, courses: Iterable[Course], today: date, pattern: WorkPattern | None) -> YearLane:
    end = date(start.year + 1, start.month, 1) + timedelta(
        days=30
    )  # thirteen months: the current one is whole
    days = (end - start).days
    per_day = look.WIDE_PX / days

    def x(day: date) -> float:
        return round((day - start).days * per_day, 1)

    bars = []
    for course in courses:
        for stretch in course.stretches(today):
            first, last = max(stretch.first, start), min(stretch.last, end, max(today, stretch.first))
            if first <= last:
                height = round(max(sick_share(stretch.step, pattern), 0.1) * LANE, 1)
                width = max(round(((last - first).days + 1) * per_day, 1), 2.0)
                bars.append((x(first), width, round(LANE - height, 1), height))
    months = []
    year, month = start.year, start.month
    for _ in range(13):
        months.append((x(date(year, month, 1)), SHORT_MONTHS[month - 1]))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    label = f"{format_month(start)} til {format_month(start.replace(year=start.year + 1))}"
    return YearLane(label, tuple(bars), tuple(months), x(today) if start <= today <= end else None)

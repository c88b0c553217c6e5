"""Lists of employees for the pages: search, filter, sort, and one status line each. Everything asks the one reach."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from absence import timeline
from absence.models import AbsenceState, SickNotification
from absence.rules.share import hours_text, sick_share
from absence.rules.states import Course, State
from absence.rules.words import AT_WORK, status_line, step_text
from absence.rules.workdays import WorkPattern, first_day_back
from absence.selectors import WorkCalendar, calendar_after, course_of, newest_absences
from core.formats import format_count
from organisation.models import AccessLog, Employment, EmploymentTerms, Person, Unit, User
from organisation.permissions import employments_in_reach, reach_of
from organisation.selectors import terms_on, valid_on

STATUSES = {"alle": "Alle", "syg": "Syge", "delvist": "Delvist tilbage", "tilbage": "På arbejde"}
SORTS = {"navn": "Navn", "enhed": "Enhed", "fravaer": "Nyeste fravær"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown in it counts as not asked."""

    query: str = ""
    unit: int | None = None
    status: str = "alle"
    sort: str = "navn"

    @classmethod
    def read(cls, values: Any) -> "Filters":
        """From `request.GET`: q, enhed, status, sortering."""
        unit = values.get("enhed", "")
        status, sort = values.get("status", ""), values.get("sortering", "")
        return cls(
            " ".join(values.get("q", "").split())[:100],
            int(unit) if unit.isdecimal() and len(unit) < 18 else None,
            status if status in STATUSES else "alle",
            sort if sort in SORTS else "navn",
        )

    @property
    def any(self) -> bool:
        """Whether something is left out of the list."""
        return bool(self.query or self.unit or self.status != "alle")


@dataclass(frozen=True)
class Standing:
    """How it stands with one employee today: what lists and heads of pages show."""

    absence: SickNotification | None
    course: Course | None
    pattern: WorkPattern | None
    line: str
    share: float
    back_on: date | None  # first working day after the known or expected last day

    @property
    def is_absent(self) -> bool:
        """Whether the line tells of an absence (now, ahead, or ended lately)."""
        return self.line != AT_WORK


@dataclass(frozen=True)
class Row:
    """One line of the list of employees."""

    employment: Employment
    unit: str
    standing: Standing
    line: str
    deadline: timeline.NextDeadline | None


def found(user: User, today: date, filters: Filters) -> QuerySet[Any]:
    """Employees in reach who are employed today, filtered and sorted, with `unit_name` and `now` (syg, delvist, tilbage)."""
    people = _annotated(_employed(user, today), today)
    for word in filters.query.split():
        people = people.filter(person__name__icontains=word)
    if filters.unit is not None:
        people = people.filter(unit_id__in=reach_of(user, today).tree.subtree(filters.unit))
    if filters.status != "alle":
        people = people.filter(now=filters.status)
    order: list[Any] = ["person__sort_name", "pk"]
    if filters.sort == "enhed":
        order.insert(0, "unit_sort")
    elif filters.sort == "fravaer":
        order.insert(0, F("newest").desc(nulls_last=True))
    return people.order_by(*order)


def _employed(user: User, today: date) -> QuerySet[Employment]:
    return employments_in_reach(user, today).filter(valid_on(today, "start", "end")).select_related("person")


def _annotated(people: QuerySet[Employment], today: date) -> QuerySet[Any]:
    terms = EmploymentTerms.objects.filter(valid_on(today), employment=OuterRef("pk"))
    begun = SickNotification.objects.filter(
        employment=OuterRef("pk"), withdrawn_at__isnull=True, first_day__lte=today
    )
    current = begun.filter(Q(last_day__isnull=True) | Q(last_day__gte=today))
    states = AbsenceState.objects.filter(  # of the one absence that covers today
        Q(absence__last_day__isnull=True) | Q(absence__last_day__gte=today),
        absence__employment=OuterRef("pk"),
        absence__withdrawn_at__isnull=True,
        absence__first_day__lte=today,
        from_day__lte=today,
    )
    return people.annotate(
        unit_id=Subquery(terms.values("unit_id")[:1]),
        unit_name=Subquery(terms.values("unit__name")[:1]),
        unit_sort=Subquery(terms.values("unit__sort_name")[:1]),
        newest=Subquery(begun.order_by("-first_day").values("first_day")[:1]),
        state_now=Subquery(states.order_by("-from_day").values("state")[:1]),
        now=Case(
            When(~Exists(current), then=Value("tilbage")),
            When(state_now=AbsenceState.State.PARTIAL, then=Value("delvist")),
            default=Value("syg"),
            output_field=CharField(),
        ),
    )


def counts(user: User, today: date, filters: Filters) -> dict[str, int]:
    """How many there are of each status, with the other filters applied. One query."""
    others = Filters(filters.query, filters.unit)
    rows = found(user, today, others).order_by().values("now").annotate(count=Count("pk"))
    by_status = {row["now"]: row["count"] for row in rows}
    return {"alle": sum(by_status.values()), **by_status}


def units(user: User, today: date) -> list[Unit]:
    """Units that somebody in reach works in, and those above them for HR; in Danish order. At most two queries."""
    reach = reach_of(user, today)
    if reach.sees_everybody:
        return list(Unit.objects.filter(pk__in=reach.tree.parents).order_by("sort_name"))
    people = _employed(user, today).values("pk")
    return list(
        Unit.objects.filter(pk__in=terms_on(today).filter(employment__in=people).values("unit_id")).order_by(
            "sort_name"
        )
    )


def standings(employment_ids: Collection[int], today: date) -> dict[int, Standing]:
    """Employment id → how it stands. A constant number of queries, however many employments."""
    newest = newest_absences(employment_ids, today)
    ends: dict[int, list[date]] = {key: [] for key in employment_ids}
    for key, absence in newest.items():
        ends[key] = [day for day in (absence.last_day, absence.expected_last_day) if day is not None]
    calendar = calendar_after(ends)
    return {key: _standing(key, newest.get(key), calendar, today) for key in employment_ids}


def _standing(
    employment_id: int, absence: SickNotification | None, calendar: WorkCalendar, today: date
) -> Standing:
    pattern, planned = calendar.pattern(employment_id, today), calendar.planned(employment_id)
    if absence is None:
        return Standing(None, None, pattern, AT_WORK, 0.0, None)
    course = course_of(absence)
    share = sick_share(course.step_on(today), pattern) if course.covers(today) else 0.0
    last = absence.last_day or absence.expected_last_day
    back_on = first_day_back(last, planned) if last is not None else None
    return Standing(absence, course, pattern, status_line(course, today, pattern, planned), share, back_on)


def rows(people: Collection[Employment], today: date) -> list[Row]:
    """The lines of one page of the list."""
    ids = [employment.pk for employment in people]
    by_id = standings(ids, today)
    deadlines, workdays = timeline.next_deadlines(ids, today), timeline.workdays_12(ids, today)
    made = []
    for employment in people:
        standing = by_id[employment.pk]
        parts = [standing.line]
        if standing.course is not None and standing.course.covers(today):
            parts.append(f"dag {standing.course.length(today)}")
        if workdays.get(employment.pk):
            parts.append(f"{hours_text(round(workdays[employment.pk], 1))} arbejdsdage på 12 måneder")
        unit = getattr(employment, "unit_name", None) or ""
        made.append(Row(employment, unit, standing, " · ".join(parts), deadlines.get(employment.pk)))
    return made


@dataclass(frozen=True)
class Option:
    """One employee to choose: `label` is what the field shows."""

    pk: int
    label: str
    name: str
    explanation: str


def options(user: User, today: date, query: str = "", *, limit: int) -> list[Option]:
    """Employees in reach whose name holds every word of the query, in Danish order, never the user. One or two queries."""
    people = found(user, today, Filters(query))
    if user.person_id is not None:
        people = people.exclude(person_id=user.person_id)
    terms = EmploymentTerms.objects.filter(valid_on(today), employment=OuterRef("pk"))
    picked = people.annotate(weekly=Subquery(terms.values("weekly_hours")[:1]))[:limit]
    return [_option(employment) for employment in picked]


def _option(employment: Any) -> Option:
    name = employment.person.name
    parts = [f"{hours_text(employment.weekly or 0)} timer", employment.unit_name or ""]
    explanation = ", ".join(part for part in parts if part)
    return Option(employment.pk, f"{name}, {explanation}", name, explanation)


def record_looks(*, by: User, people: Collection[Person], page: str) -> None:
    """As `organisation.permissions.record_look`, for a list: one statement for all who are shown."""
    seen = {person.pk: person for person in people if person.pk != by.person_id}
    AccessLog.objects.bulk_create(AccessLog(actor=by, person=person, page=page) for person in seen.values())


@dataclass(frozen=True)
class Head:
    """The strip on top of a case, in words."""

    status: str
    first_day: date
    day_number: int
    length: str
    share: float
    back_label: str
    back_on: date | None
    is_open: bool


def head(
    absence: SickNotification,
    course: Course,
    pattern: WorkPattern | None,
    planned: Callable[[date], float],
    today: date,
) -> Head:
    """How it stands with one case today."""
    days = course.length(today)
    step = course.step_on(today)
    begun, is_open = course.first_day <= today, course.covers(today) or course.first_day > today
    last = absence.last_day or absence.expected_last_day
    status = step_text(step, pattern) if begun else "Begynder senere"
    if not course.is_sickness and step.state is State.SICK and begun:
        status = "Fraværende"
    if absence.withdrawn_at is not None:
        status = "Trukket tilbage"
    return Head(
        status=status,
        first_day=course.first_day,
        day_number=days,
        length=f"Dag {days}" if is_open and begun else format_count(days, "kalenderdag", "kalenderdage"),
        share=sick_share(step, pattern) if begun else 0.0,
        back_label="Helt tilbage" if absence.last_day is not None else "Ventes helt tilbage",
        back_on=first_day_back(last, planned) if last is not None else None,
        is_open=is_open,
    )

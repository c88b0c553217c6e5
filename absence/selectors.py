"""Reads of absence: one case fetched and authorised in one call, courses, and the days somebody was to work."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Prefetch, Q, QuerySet

from absence.models import AbsenceState, Category, SickNotification
from absence.rules.states import Course, State, Step
from absence.rules.workdays import LONGEST_BREAK, WorkPattern, continues, planned_hours
from core.errors import OutOfReachError
from organisation.models import Employment, EmploymentTerms, RosterShift, User
from organisation.permissions import employments_in_reach
from organisation.selectors import days_off, leadership


def pattern_of(terms: EmploymentTerms) -> WorkPattern:
    """The working hours of dated terms."""
    return WorkPattern(
        tuple(terms.hours), terms.rota_start or terms.valid_from, terms.valid_from, terms.valid_to
    )


@dataclass(frozen=True)
class WorkCalendar:
    """When some employments were to work, in a period. Made by `work_calendar`."""

    patterns: Mapping[int, list[WorkPattern]]
    shifts: Mapping[int, Mapping[date, float]]
    off: frozenset[date]

    def planned(self, employment_id: int) -> Callable[[date], float]:
        """A function from day to planned hours of this employment."""
        patterns, shifts = self.patterns.get(employment_id, []), self.shifts.get(employment_id, {})
        return lambda day: planned_hours(day, patterns, shifts, self.off)

    def pattern(self, employment_id: int, on: date) -> WorkPattern | None:
        """The hours that apply that day; None between terms."""
        for pattern in self.patterns.get(employment_id, []):
            if pattern.valid_from <= on and (pattern.valid_to is None or on <= pattern.valid_to):
                return pattern
        return None


def work_calendar(employment_ids: Collection[int], first: date, last: date) -> WorkCalendar:
    """Terms, shifts and days off of several employments. Three queries, however many employments."""
    patterns: dict[int, list[WorkPattern]] = defaultdict(list)
    for terms in EmploymentTerms.objects.filter(employment_id__in=employment_ids):
        patterns[terms.employment_id].append(pattern_of(terms))
    shifts: dict[int, dict[date, float]] = defaultdict(dict)
    rows = RosterShift.objects.filter(employment_id__in=employment_ids, date__range=(first, last))
    for employment_id, day, hours in rows.values_list("employment_id", "date", "hours"):
        shifts[employment_id][day] = hours
    return WorkCalendar(patterns, shifts, days_off(first, last))


def calendar_after(days: Mapping[int, Collection[date]]) -> WorkCalendar:
    """Employment id → days after which to look for the next working day. Three queries, and few rows of rosters."""
    reach = timedelta(days=LONGEST_BREAK + 1)
    windows = Q(pk__in=[])
    every = [day for found in days.values() for day in found]
    for employment_id, found in days.items():
        for day in found:
            windows |= Q(employment_id=employment_id, date__range=(day, day + reach))
    patterns: dict[int, list[WorkPattern]] = defaultdict(list)
    for terms in EmploymentTerms.objects.filter(employment_id__in=days):
        patterns[terms.employment_id].append(pattern_of(terms))
    shifts: dict[int, dict[date, float]] = defaultdict(dict)
    for employment_id, day, hours in RosterShift.objects.filter(windows).values_list(
        "employment_id", "date", "hours"
    ):
        shifts[employment_id][day] = hours
    off = days_off(min(every), max(every) + reach) if every else frozenset[date]()
    return WorkCalendar(patterns, shifts, off)


def step_of(state: AbsenceState) -> Step:
    """A stored state as the rules see it."""
    weekday = tuple(state.worked_hours) if state.worked_hours is not None else None
    return Step(state.from_day, State(state.state), state.worked_hours_week, weekday, state.sick_share)


def course_of(absence: SickNotification) -> Course:
    """An absence as the rules see it; uses prefetched states when there are any."""
    states = sorted(absence.states.all(), key=lambda state: state.from_day)
    return Course(
        absence.first_day,
        absence.last_day,
        absence.expected_last_day,
        tuple(step_of(state) for state in states),
        is_sickness=absence.category.counts_in_headline,
    )


def standing() -> QuerySet[SickNotification]:
    """Absences that count: not withdrawn."""
    return SickNotification.objects.filter(withdrawn_at__isnull=True)


def with_details(absences: QuerySet[SickNotification]) -> QuerySet[SickNotification]:
    """The same with category, employment, person and states at hand. One query more."""
    return absences.select_related("category", "employment__person").prefetch_related(
        Prefetch("states", AbsenceState.objects.order_by("from_day"))
    )


def get_absence(user: User, absence_id: int, on: date) -> SickNotification:
    """The absence, also a withdrawn one, if the user reaches its employment. Raises OutOfReachError (404)."""
    found = with_details(SickNotification.objects.filter(pk=absence_id)).first()
    if found is None or not employments_in_reach(user, on).filter(pk=found.employment_id).exists():
        raise OutOfReachError
    return found


def absences_of(employment: Employment, *, since: date) -> list[SickNotification]:
    """Absences with a day on or after `since`, newest first, without withdrawn ones."""
    found = standing().filter(Q(last_day__isnull=True) | Q(last_day__gte=since), employment=employment)
    return list(with_details(found).order_by("-first_day"))


def newest_absences(employment_ids: Iterable[int], today: date) -> dict[int, SickNotification]:
    """Employment id → the absence its status line tells of: the newest one begun, else the next one ahead."""
    ids = list(employment_ids)
    latest = standing().filter(employment_id__in=ids)
    begun = latest.filter(first_day__lte=today).values("employment_id").annotate(day=Max("first_day"))
    picked = Q(pk__in=[])
    for row in begun:
        picked |= Q(employment_id=row["employment_id"], first_day=row["day"])
    found = {absence.employment_id: absence for absence in with_details(latest.filter(picked))}
    ahead = latest.filter(first_day__gt=today).exclude(
        employment_id__in=[key for key, absence in found.items() if course_of(absence).covers(today)]
    )
    for absence in with_details(ahead).order_by("-first_day"):
        found[absence.employment_id] = absence
    return found


def overlapping(
    employment: Employment, first_day: date, last_day: date | None, *, besides: int | None = None
) -> SickNotification | None:
    """Another absence of the employment that shares a day with the period (an empty last day is open-ended)."""
    found = standing().filter(Q(last_day__isnull=True) | Q(last_day__gte=first_day), employment=employment)
    if last_day is not None:
        found = found.filter(first_day__lte=last_day)
    if besides is not None:
        found = found.exclude(pk=besides)
    return found.order_by("first_day").first()


def continued_by(employment: Employment, first_day: date) -> SickNotification | None:
    """The earlier absence that one from `first_day` would continue: only non-working days between (A2)."""
    earliest = first_day - timedelta(days=LONGEST_BREAK + 1)
    before = (
        standing()
        .filter(employment=employment, last_day__range=(earliest, first_day - timedelta(days=1)))
        .select_related("category")
        .order_by("-last_day")
        .first()
    )
    if before is None or before.last_day is None:
        return None
    planned = work_calendar([employment.pk], earliest, first_day).planned(employment.pk)
    return before if continues(before.last_day, first_day, planned) else None


def categories() -> QuerySet[Category]:
    """The categories that may be chosen."""
    return Category.objects.filter(active=True)


def terms_of(employment: Employment, on: date) -> EmploymentTerms | None:
    """The terms that apply that day, else the newest: unit, group and hours at hand."""
    terms = list(employment.terms.select_related("unit", "group", "leader").order_by("valid_from"))
    return next(
        (row for row in terms if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)),
        terms[-1] if terms else None,
    )


def leader_names(employment: Employment, on: date) -> list[str]:
    """Names of the nearest leader or leaders that day, in Danish order."""
    terms = terms_of(employment, on)
    if terms is None:
        return []
    if terms.leader is not None and terms.leader.person_id != employment.person_id:
        return [terms.leader.name]
    leaders = leadership(on).nearest_leaders(terms.unit_id, employment.person_id)
    return list(User.objects.filter(pk__in=leaders).order_by("sort_name").values_list("name", flat=True))

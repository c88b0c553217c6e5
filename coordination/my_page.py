"""What an employee sees about themselves: the same facts the leader has, what happens next, and who looked (O4, O6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import TruncDate

from absence import people, pictures, selectors
from absence.models import SickNotification
from absence.rules.states import Course
from absence.rules.words import step_text
from absence.rules.workdays import WorkPattern
from conversations.models import Deadline
from conversations.rules import labels
from conversations.rules.model import Kind
from core.charts.timeline import Timeline
from core.formats import format_date_near
from organisation.models import AccessLog, Employment, EmploymentTerms, Person, RoleAssignment, User
from organisation.models.access import Role
from organisation.selectors import leadership, valid_on

MONTHS_BACK = 24
AHEAD = timedelta(days=60)
MOST_STEPS = 8

# What an open deadline means for the employee: about what will happen, never about what is owed.
STEP_WORDS = {
    Kind.KONTAKT: "din leder ringer til dig",
    Kind.SAMTALE: "sygefraværssamtale med din leder",
    Kind.RUNDBORDSSAMTALE: "rundbordssamtale om vejen tilbage",
    Kind.HANDLEPLAN: "du og din leder laver en handleplan",
    Kind.DOKUMENTATION: "din leder beder om dokumentation",
    Kind.REFUSION: "din arbejdsplads anmelder refusion",
    Kind.TRIVSELSSAMTALE: "trivselssamtale med din leder",
}
# What to know beforehand, by kind.
STEP_NOTES = {
    Kind.KONTAKT: "Du bliver ikke spurgt om, hvad du fejler.",
    Kind.SAMTALE: "Du må tage en bisidder med, og du kan bede om at tage den i telefonen. Du skal ikke fortælle, hvad du fejler.",
    Kind.RUNDBORDSSAMTALE: "Du må tage en bisidder med.",
    Kind.TRIVSELSSAMTALE: "Du må tage en bisidder med. Samtalen handler om, hvad arbejdspladsen kan gøre.",
    Kind.REFUSION: "Det skal du ikke gøre noget ved.",
}
LOOKS = {
    "register": "Åbnede formularen til sygemelding",
    "employees": "Så dig på listen over medarbejdere",
    "employee": "Så din side som medarbejder",
    "case": "Så dit forløb",
    "opgave": "Så en opgave om dig",
    "samtaler": "Så dig på listen over opgaver",
    "forside": "Så dig på sin forside",
    "api": "Hentede oplysninger om dig til et andet system",
}


@dataclass(frozen=True)
class Step:
    """One thing that comes, in words. `overdue`: it should have happened already."""

    day: date
    when: str
    what: str
    why: str
    note: str
    overdue: bool


@dataclass(frozen=True)
class Job:
    """One employment as it stands today."""

    employment: Employment
    terms: EmploymentTerms | None
    leaders: list[str]
    line: str


@dataclass(frozen=True)
class Look:
    """Looks by one user at one kind of page on one day."""

    who: str
    role: str
    what: str
    at: datetime
    times: int


@dataclass(frozen=True)
class MyPage:
    """Everything on the page but the looks."""

    jobs: list[Job]
    steps: list[Step]
    absences: list[tuple[SickNotification, int]]
    since: date
    pictures: list[tuple[Job, Timeline]]


def my_page(person: Person, on: date) -> MyPage:
    """The page of one person. The number of queries grows with neither absences nor looks."""
    employments = list(Employment.objects.filter(person=person).order_by("-start"))
    current = [e for e in employments if e.start <= on and (e.end is None or e.end >= on)]
    since = date(on.year - MONTHS_BACK // 12, on.month, 1)
    found = _absences(employments, since)
    courses = [(absence, selectors.course_of(absence)) for absence in found]
    standings = people.standings([e.pk for e in current], on)
    jobs = _jobs(current, standings, person, on)
    job_of = {job.employment.pk: job for job in jobs}
    running = [
        (absence, course)
        for absence, course in courses
        if course.covers(on) and absence.employment_id in standings
    ]
    patterns = {key: standing.pattern for key, standing in standings.items()}
    steps = _deadline_steps([e.pk for e in current], on) + [
        step
        for absence, course in running
        for step in _states(
            course, patterns[absence.employment_id], standings[absence.employment_id].back_on, on
        )
    ]
    return MyPage(
        jobs=jobs,
        steps=sorted(steps, key=lambda step: step.day)[:MOST_STEPS],
        absences=[(absence, course.length(on)) for absence, course in courses],
        since=since,
        pictures=[
            (
                job_of[absence.employment_id],
                pictures.case_timeline(absence, course, patterns[absence.employment_id], on),
            )
            for absence, course in running
        ],
    )


def _absences(employments: list[Employment], since: date) -> list[SickNotification]:
    found = selectors.standing().filter(employment__in=[e.pk for e in employments])
    recent = found.filter(last_day__isnull=True) | found.filter(last_day__gte=since)
    return list(selectors.with_details(recent).order_by("-first_day"))


def _jobs(
    employments: list[Employment], standings: dict[int, people.Standing], person: Person, on: date
) -> list[Job]:
    terms = {
        row.employment_id: row
        for row in EmploymentTerms.objects.filter(
            valid_on(on), employment__in=[e.pk for e in employments]
        ).select_related("unit", "group", "leader")
    }
    nearest = _nearest(terms, person, on)
    return [Job(e, terms.get(e.pk), nearest.get(e.pk, []), standings[e.pk].line) for e in employments]


def _nearest(terms: dict[int, EmploymentTerms], person: Person, on: date) -> dict[int, list[str]]:
    """Employment id → names of the nearest leaders, as organisation's rule finds them."""
    led = leadership(on)
    ids = {
        key: {row.leader_id}
        if row.leader is not None and row.leader.person_id != person.pk
        else set(led.nearest_leaders(row.unit_id, person.pk))
        for key, row in terms.items()
    }
    names = User.objects.filter(pk__in=set().union(*ids.values())).order_by("sort_name")
    ordered = list(names.values_list("pk", "name"))
    return {key: [name for pk, name in ordered if pk in wanted] for key, wanted in ids.items()}


def _deadline_steps(employments: list[int], on: date) -> list[Step]:
    rows = Deadline.objects.filter(
        employment__in=employments, state=Deadline.State.OPEN, due__lte=on + AHEAD
    ).order_by("due", "pk")
    return [_deadline_step(row, on) for row in rows]


def _deadline_step(row: Deadline, on: date) -> Step:
    near = format_date_near(row.due, on)
    overdue = row.due < on
    if overdue:
        when = f"Skulle være sket senest {near}"
    elif row.due == on or row.earliest == row.due:
        when = labels.sentence_case(near)
    else:
        when = f"Senest {near}"
    kind = Kind(row.kind)
    note = STEP_NOTES.get(kind, "")
    if overdue:
        note = f"{note} Spørg din leder, hvornår det bliver.".strip()
    return Step(row.due, when, STEP_WORDS[kind], row.reason, note, overdue)


def _states(course: Course, pattern: WorkPattern | None, back_on: date | None, on: date) -> list[Step]:
    """Planned changes of an absence that runs: more hours, and the first working day after its last one."""
    found = [
        Step(
            step.from_day,
            labels.sentence_case(format_date_near(step.from_day, on)),
            _within(step_text(step, pattern)),
            "Fordi: det er aftalt og skrevet ind i dit forløb.",
            "Går det ikke som ventet, så sig det til din leder.",
            False,
        )
        for step in course.steps
        if step.from_day > on
    ]
    if back_on is not None and back_on > on:
        known = course.last_day is not None
        found.append(
            Step(
                back_on,
                labels.sentence_case(format_date_near(back_on, on)),
                "helt tilbage" if known else "ventet helt tilbage",
                "Fordi: den sidste dag er skrevet ind i dit forløb.",
                "Bliver det anderledes, så sig det til din leder.",
                False,
            )
        )
    return found


def _within(text: str) -> str:
    """As it stands inside a sentence."""
    return text[:1].lower() + text[1:]


def looks_at(person: Person) -> QuerySet[Any]:
    """Who looked at the person, newest first: one row per user, kind of page and day."""
    return (
        AccessLog.objects.filter(person=person)
        .annotate(day=TruncDate("at"), who=F("actor__name"))
        .order_by()
        .values("actor_id", "who", "page", "day")
        .annotate(last=Max("at"), times=Count("pk"))
        .order_by("-last", "actor_id", "page")
    )


def in_words(rows: list[dict[str, Any]], on: date) -> list[Look]:
    """Looks with the user's role of today. One query."""
    held = RoleAssignment.objects.filter(
        valid_on(on), user__in={row["actor_id"] for row in rows}, role__in=[Role.HR, Role.LEDER]
    ).values_list("user_id", "role")
    roles: dict[int, str] = {}
    for user, role in held:
        if roles.get(user) != Role.HR:
            roles[user] = role
    return [
        Look(
            row["who"],
            str(Role(roles[row["actor_id"]]).label) if row["actor_id"] in roles else "",
            LOOKS.get(row["page"].partition(":")[0], "Så oplysninger om dig"),
            row["last"],
            row["times"],
        )
        for row in rows
    ]

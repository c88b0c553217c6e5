"""A random municipality as plain data, and the contract files that say the same in the many forms files come in."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

DAY = timedelta(days=1)
CODES = {"egen_sygdom": ("526", "790"), "arbejdsskade": ("524", "590"), "graviditetsgener": ("527", "780")}
HEADLINE = ("egen_sygdom", "arbejdsskade", "graviditetsgener", "delvis_sygdom")
OTHER = ("barns_sygedag", "omsorgsdag")
GROUPS = ("Sygeplejersker", "Lærere", "Pædagoger", "")


@dataclass
class Place:
    """A unit's place in the tree from a day; open when `to` is None."""

    unit: str
    parent: str
    start: date | None
    end: date | None


@dataclass
class Terms:
    """Terms of an employment: `hours` Monday first."""

    start: date
    end: date | None
    unit: str
    group: str
    weekly: float
    hours: tuple[float, ...]
    given: bool  # whether the file names the hours of each weekday


@dataclass
class Job:
    """An employment with its terms and its planned hours by date."""

    key: str
    start: date
    end: date | None
    terms: list[Terms]
    roster: dict[date, float] = field(default_factory=dict)


@dataclass
class Absence:
    """An absence of the file; `shares` says (from, hours at work a week or None, sick share or None)."""

    key: str
    job: str
    category: str
    first: date
    last: date | None
    shares: list[tuple[date, float | None, float | None]] = field(default_factory=list)
    payroll: dict[date, tuple[float, float | None]] = field(default_factory=dict)  # absent, planned


@dataclass
class World:
    places: list[Place]
    jobs: list[Job]
    absences: list[Absence]


def make_world(random: Random, *, first: date, last: date, size: int = 14) -> World:
    """Employments and absences between two days, with everything the files can say."""
    places, teams = _tree(random, first, last)
    jobs = [_job(random, f"A{number}", teams, first, last) for number in range(size)]
    absences: list[Absence] = []
    for job in jobs:
        absences += _absences(random, job, first, last, number=len(absences))
    return World(places, jobs, absences)


def _tree(random: Random, first: date, last: date) -> tuple[list[Place], list[str]]:
    """Two sectors with centres and teams; one team moves, one empty one closes."""
    move = first + random.randint(60, 500) * DAY
    places = [
        Place("1", "", None, None),
        Place("10", "1", None, None),
        Place("20", "1", None, None),
        Place("11", "10", None, None),
        Place("21", "20", None, None),
        Place("T1", "11", None, None),
        Place("T2", "11", None, move - DAY),
        Place("T2", "21", move, None),
        Place("T3", "20", None, None),
        Place("T4", "10", None, first + 300 * DAY),
    ]
    return places, ["1", "11", "T1", "T2", "T3", "20"]


def _hours(random: Random) -> tuple[float, tuple[float, ...], bool]:
    kind = random.randrange(5)
    if kind == 0:
        return 37.0, (7.4,) * 5 + (0.0, 0.0), False
    if kind == 1:
        return 18.5, (3.7,) * 5 + (0.0, 0.0), random.random() < 0.5
    if kind == 2:
        return 37.0, (7.5, 7.5, 7.5, 7.5, 7.0, 0.0, 0.0), True
    if kind == 3:
        return 24.0, (0.0, 0.0, 0.0, 0.0, 0.0, 12.0, 12.0), True
    hours = tuple(random.choice((0.0, 4.0, 6.25, 8.0)) for _ in range(7))
    hours = (*hours[:6], 5.5)
    return round(sum(hours), 2), hours, True


def _job(random: Random, key: str, teams: list[str], first: date, last: date) -> Job:
    span = (last - first).days
    start = first + random.choice((0, 0, 1)) * random.randint(0, span // 2) * DAY
    end = None if random.random() < 0.65 else start + random.randint(100, span) * DAY
    cuts = [start]
    for _ in range(random.choice((0, 0, 1, 2))):
        cuts.append(start + random.randint(20, 600) * DAY)
    cuts = sorted({cut for cut in cuts if end is None or cut <= end})
    terms = []
    for number, cut in enumerate(cuts):
        until = cuts[number + 1] - DAY if number + 1 < len(cuts) else None
        weekly, hours, given = _hours(random)
        terms.append(Terms(cut, until, random.choice(teams), random.choice(GROUPS), weekly, hours, given))
    job = Job(key, start, end, terms)
    if random.random() < 0.5:
        for _ in range(random.randint(1, 60)):
            day = start + random.randint(0, span) * DAY
            if end is None or day <= end:
                job.roster[day] = random.choice((0.0, 7.4, 8.0, 12.0))
        for day in (date(first.year + 1, 12, 25), date(first.year + 1, 5, 1)):
            if start <= day and (end is None or day <= end):
                job.roster[day] = 10.5
    return job


def _absences(random: Random, job: Job, first: date, last: date, number: int) -> list[Absence]:
    """Absences one after the other, with room between; the last may be open."""
    made: list[Absence] = []
    day = job.start + random.randint(0, 90) * DAY
    end = min(job.end or last, last)
    while day <= end and len(made) < 9:
        length = random.choice((1, 1, 2, 3, 5, 8, 14, 15, 28, 29, 45, 120))
        until: date | None = day + (length - 1) * DAY
        assert until is not None
        if until > end:
            until = end if random.random() < 0.5 and job.end is None else None
            if job.end is not None:
                until = random.choice((job.end, job.end + 20 * DAY))  # the job ends inside the absence
        key = f"F{number + len(made)}"
        absence = Absence(key, job.key, random.choice(HEADLINE + OTHER), day, until)
        if absence.category in CODES and until is not None and length < 30 and random.random() < 0.5:
            _fill_payroll(random, job, absence)
        elif random.random() < 0.4:
            _fill_shares(random, job, absence, min(until or end, end))
        made.append(absence)
        if until is None:
            break
        day = until + random.choice((8, 20, 70, 150)) * DAY
    return made


def _fill_shares(random: Random, job: Job, absence: Absence, until: date) -> None:
    for _ in range(random.randint(1, 3)):
        day = absence.first + random.randint(0, max((until - absence.first).days, 0)) * DAY
        if day in (share[0] for share in absence.shares):
            continue
        if random.random() < 0.5:
            absence.shares.append((day, None, random.choice((0.25, 0.5, 0.8, 1.0))))
        else:
            least = min(terms.weekly for terms in job.terms)
            absence.shares.append((day, round(random.uniform(0.5, least), 1), None))
    absence.shares.sort(key=lambda share: share[0])


def _fill_payroll(random: Random, job: Job, absence: Absence) -> None:
    """A payroll absence: rows on days with planned work only, so gaps are bridged; clipped to those rows."""
    assert absence.last is not None
    last = min(absence.last, job.end or absence.last)
    day = absence.first
    while day <= last:
        planned = job_planned(job, day)
        given = random.choice((None, None, 7.0, 12.0)) if planned > 0 else None
        if given is not None:
            planned = given
        if planned > 0:
            hours = planned if random.random() < 0.7 else round(planned * random.uniform(0.1, 0.9), 2)
            absence.payroll[day] = (hours, given)
        day += DAY
    if absence.payroll:
        absence.first, absence.last = min(absence.payroll), max(absence.payroll)
        for day, (_, given) in absence.payroll.items():
            if given is not None:
                job.roster[day] = given


def job_planned(job: Job, day: date) -> float:
    """Planned hours by roster, else terms, 0 on public holidays; written from domain § 4."""
    if day < job.start or (job.end is not None and day > job.end):
        return 0.0
    if day in job.roster:
        return job.roster[day]
    if is_holiday(day):
        return 0.0
    terms = terms_on(job, day)
    return terms.hours[day.weekday()] if terms else 0.0


def terms_on(job: Job, day: date) -> Terms | None:
    """The terms valid on a day of the employment."""
    if day < job.start or (job.end is not None and day > job.end):
        return None
    found = [t for t in job.terms if t.start <= day and (t.end is None or day <= t.end)]
    return found[-1] if found else None


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian computus (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_holiday(day: date) -> bool:
    """Denmark's public holidays; Store Bededag to 2023."""
    if (day.month, day.day) in ((1, 1), (12, 25), (12, 26)):
        return True
    after = (day - easter(day.year)).days
    return after in (-3, -2, 0, 1, 39, 49, 50) or (after == 26 and day.year <= 2023)


class _Format:
    """How one file writes dates, numbers, columns and letters."""

    def __init__(self, random: Random) -> None:
        self.danish = random.random() < 0.5
        self.comma_number = random.random() < 0.5
        self.separator = ";" if self.comma_number else random.choice(";,")
        self.encoding = random.choice(("utf-8", "utf-8-sig", "cp1252"))
        self.newline = random.choice(("\n", "\r\n"))
        self.quoted = random.random() < 0.3

    def cell(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return f"{value:%d.%m.%Y}" if self.danish else value.isoformat()
        if isinstance(value, float):
            text = repr(value)
            return text.replace(".", ",") if self.comma_number else text
        return str(value)

    def write(self, path: Path, header: list[str], rows: list[list[object]]) -> None:
        lines = [self.separator.join(header)]
        for row in rows:
            cells = [self.cell(value) for value in row]
            lines.append(self.separator.join(f'"{cell}"' if self.quoted else cell for cell in cells))
        path.write_bytes((self.newline.join(lines) + self.newline).encode(self.encoding))


def write_world(world: World, folder: Path, random: Random) -> None:
    """All files of the world into a folder, each in a form of its own."""
    for name, (header, rows) in _tables(world).items():
        if rows:
            random.shuffle(rows)
            _Format(random).write(folder / name, header, rows)


def _tables(world: World) -> dict[str, tuple[list[str], list[list[object]]]]:
    weekdays = [f"hours_{day}" for day in "mon tue wed thu fri sat sun".split()]
    by_key = {job.key: job for job in world.jobs}
    listed = [a for a in world.absences if not a.payroll]
    return {
        "units.csv": (
            "unit_id name level parent_id leader_email valid_from valid_to".split(),
            [[p.unit, f"Enhed {p.unit} Ærø", "", p.parent, "", p.start, p.end] for p in world.places],
        ),
        "employments.csv": (
            (
                "employment_id person_id name email unit_id occupational_group weekly_hours".split()
                + weekdays
                + "valid_from valid_to start end leader_email".split()
            ),
            [
                [job.key, f"P{job.key}", f"Åse Ø {job.key}", "", t.unit, t.group, t.weekly]
                + (list(t.hours) if t.given else [""] * 7)
                + [t.start, t.end, job.start, job.end, ""]
                for job in world.jobs
                for t in job.terms
            ],
        ),
        "roster.csv": (
            ["employment_id", "date", "planned_hours"],
            [[job.key, day, hours] for job in world.jobs for day, hours in job.roster.items()],
        ),
        "absences.csv": (
            "absence_id employment_id category first_day last_day expected_last_day work_related".split(),
            [[a.key, a.job, a.category, a.first, a.last, "", ""] for a in listed],
        ),
        "partial.csv": (
            ["absence_id", "from", "worked_hours_week", "sick_share"],
            [[a.key, day, worked, share] for a in listed for day, worked, share in a.shares],
        ),
        "absence_days.csv": (
            "employment_id date cause_code absent_hours planned_hours".split(),
            [
                [a.job, day, CODES[a.category][day.toordinal() % 2], hours, given]
                for a in world.absences
                for day, (hours, given) in a.payroll.items()
                if by_key[a.job]
            ],
        ),
    }

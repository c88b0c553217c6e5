"""Absences over the years: who, when, how long and of which category.

A few carry most of it: each employment has a frailty of its own, long absences fall on few. Absences begin on
days the employee works, a third of them on a Monday, in winter more than in summer, and never overlap.
"""

from dataclasses import dataclass
from datetime import date

import holidays
import numpy as np

from coordination.demonstration.groups import GROUPS, PATTERNS
from coordination.demonstration.model import CATEGORIES, Bools, Days, Floats, Ints
from coordination.demonstration.organisation import Tree
from coordination.demonstration.people import DAY, Staff
from coordination.demonstration.spec import MunicipalitySpec

CATEGORY = {name: code for code, name in enumerate(CATEGORIES)}
LEAD_DAYS = 400
"""Days before the history in which absences may begin, so that the first month is as full as the others."""

SHORT_DAYS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20)
"""Lengths in working days of the absences that are not long ..."""
SHORT_SHARE = np.array(
    (0.430, 0.207, 0.126, 0.064, 0.048, 0.017, 0.014, 0.013, 0.012, 0.012, 0.004, 0.004, 0.003, 0.003, 0.002)
)
"""... and how often each occurs."""

LONG_PER_SHORT = 0.0192
LONG_MIN, LONG_MEDIAN, LONG_SPREAD, LONG_MAX = 29, 120.0, 0.85, 480
"""Long absences in calendar days: minimum plus a log-normal."""

FRAILTY, LONG_FRAILTY = 0.85, 0.7
"""Shapes of the gamma distributions: the smaller, the fewer carry the most."""
MEAN_ROOT = 0.86
"""Mean of the square root of the first of them, so that long absences keep their rate."""

CROWDING = 1.2
"""Who is absent cannot fall ill again, which presses high levels together; this power spreads them out."""

WORKDAYS_PER_SHORT = 3.66
"""Lost working days per not-long absence, with its share of the long ones (measured, so that levels come right)."""

SEASON_SHORT = np.array((1.20, 1.40, 1.22, 1.0, 0.88, 0.82, 0.50, 0.82, 1.04, 1.10, 1.18, 0.96))
SEASON_LONG = np.array((1.12, 1.16, 1.08, 1.0, 0.94, 0.86, 0.70, 1.0, 1.06, 1.06, 1.04, 0.90))
SEASON_FLAT = np.ones(12)
WEEKDAY = np.array((0.350, 0.200, 0.172, 0.150, 0.106, 0.105, 0.105))
TREND = np.array((0.97, 0.99, 1.04, 1.07, 1.0))
"""Level by whole years before today, this year first; older years are 1."""


@dataclass(frozen=True, eq=False)
class Draft:
    """Absences as sampled: `last` is the true last day, also when it lies in the future."""

    employment: Ints
    category: Ints
    first: Days
    last: Days
    staged: Bools

    def __len__(self) -> int:
        return len(self.employment)

    def take(self, index: Ints | Bools) -> "Draft":
        """Return the absences at `index`."""
        return Draft(
            self.employment[index],
            self.category[index],
            self.first[index],
            self.last[index],
            self.staged[index],
        )


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days absences may begin on, from `start` to `today`, and Denmark's public holidays."""

    start: np.datetime64
    today: np.datetime64
    days: Days
    weekday: Ints
    month: Ints
    public_holidays: Days

    def cumulative(self, pattern: int, season: Floats) -> Floats:
        """Cumulative chance of a beginning for each day, 1.0 being the mean over a year of this pattern."""
        works = np.array(PATTERNS[pattern])[self.weekday] * WEEKDAY[self.weekday]
        back = (self.today - self.days).astype(np.int64) // 365
        trend = np.append(TREND, 1.0)[np.minimum(back, len(TREND))]
        open_day = ~np.isin(self.days, self.public_holidays)
        weight = works * season[self.month] * open_day
        weight = weight / weight.sum() * (len(weight) / 365.25)
        return np.asarray(np.concatenate([[0.0], np.cumsum(weight * trend)]))


def build_calendar(spec: MunicipalitySpec, today: date) -> Calendar:
    """Return the calendar of a municipality's history up to `today`."""
    end = np.datetime64(today, "D")
    start = np.datetime64(date(today.year - spec.years, today.month, 1), "D") - LEAD_DAYS * DAY
    days = np.arange(start, end + DAY)
    years = range(int(str(start)[:4]), today.year + 3)
    public = np.array(sorted(holidays.country_holidays("DK", years=years)), dtype="datetime64[D]")
    weekday = (days.astype(np.int64) + 3) % 7
    return Calendar(start, end, days, weekday, days.astype("datetime64[M]").astype(np.int64) % 12, public)


def _rates(spec: MunicipalitySpec, tree: Tree, staff: Staff, rng: np.random.Generator) -> Floats:
    """Not-long absences a year for each employment before its own frailty: level, group and workplace.

    Workplaces differ inside a group, and a few are strained, but each group keeps its level as a whole.
    """
    slots = staff.slots
    level = np.array([group.level for group in GROUPS])[slots.group]
    level = level**CROWDING
    level = level * spec.level / np.average(level, weights=slots.hours)
    place = rng.lognormal(0.0, 0.17, len(tree.nodes))
    place = np.where(rng.random(len(tree.nodes)) < 0.05, place * 1.5, place)
    effect = place[slots.unit] * np.where(slots.leads >= 0, 0.6, 1.02)
    heads = np.maximum(np.bincount(slots.group, minlength=len(GROUPS)), 1)
    effect = effect / (np.bincount(slots.group, effect, len(GROUPS)) / heads)[slots.group]
    return np.asarray((level * effect)[staff.slot] / WORKDAYS_PER_SHORT * spec.activity)


def _beginnings(
    calendar: Calendar, staff: Staff, rate: Floats, season: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Days]:
    """Sample beginnings at `rate` a year within each employment: (employment, pattern, first day)."""
    ends = np.where(np.isnat(staff.employments.end), calendar.today, staff.employments.end)
    low = np.clip((staff.employments.start - calendar.start).astype(np.int64), 0, None)
    high = (np.minimum(ends, calendar.today) - calendar.start).astype(np.int64) + 1
    pattern = staff.slots.pattern[staff.slot]
    found = []
    for code in range(len(PATTERNS)):
        table = calendar.cumulative(code, season)
        here = np.flatnonzero((pattern == code) & (high > low))
        mass = table[high[here]] - table[low[here]]
        count = rng.poisson(rate[here] * mass)
        owner = np.repeat(np.arange(len(here)), count)
        point = table[low[here]][owner] + rng.random(len(owner)) * mass[owner]
        day = np.minimum(np.searchsorted(table, point, side="right") - 1, high[here][owner] - 1)
        found.append((here[owner], np.full(len(owner), code), calendar.days[day]))
    employment, patterns, first = (np.concatenate(part) for part in zip(*found, strict=True))
    return employment, patterns, first


def _after_working_days(calendar: Calendar, pattern: Ints, first: Days, working_days: Ints) -> Days:
    """Last day of absences that last so many working days of each one's own pattern."""
    last = first.copy()
    for code, mask in enumerate(PATTERNS):
        here = pattern == code
        last[here] = np.busday_offset(
            first[here],
            working_days[here] - 1,
            roll="forward",
            weekmask=mask,
            holidays=calendar.public_holidays,
        )
    return last


def _sickness(
    spec: MunicipalitySpec, tree: Tree, staff: Staff, calendar: Calendar, rng: np.random.Generator
) -> Draft:
    """Sick absences, short and long. Frailty is gamma; those often away are also more often away for long."""
    size = len(staff.employments)
    rate = _rates(spec, tree, staff, rng)
    frailty = rng.gamma(FRAILTY, 1 / FRAILTY, size)
    long_frailty = np.sqrt(frailty) * rng.gamma(LONG_FRAILTY, 1 / LONG_FRAILTY, size) / MEAN_ROOT
    employment, pattern, first = _beginnings(calendar, staff, rate * frailty, SEASON_SHORT, rng)
    length = rng.choice(np.array(SHORT_DAYS), size=len(first), p=SHORT_SHARE / SHORT_SHARE.sum())
    last = _after_working_days(calendar, pattern, first, length)
    category = _short_categories(staff, employment, length, rng)
    l_employment, l_pattern, l_first = _beginnings(
        calendar, staff, rate * LONG_PER_SHORT * long_frailty, SEASON_LONG, rng
    )
    calendar_days = LONG_MIN + rng.lognormal(np.log(LONG_MEDIAN), LONG_SPREAD, len(l_first))
    l_last = l_first + np.minimum(calendar_days, LONG_MAX).astype(np.int64)
    l_last = _after_working_days(calendar, l_pattern, l_last, np.zeros(len(l_last), dtype=np.int64))
    columns = (
        np.concatenate([employment, l_employment]),
        np.concatenate([category, _long_categories(staff, l_employment, rng)]),
        np.concatenate([first, l_first]),
        np.concatenate([last, l_last]),
    )
    return Draft(*columns, np.zeros(len(columns[0]), dtype=bool))


def _short_categories(staff: Staff, employment: Ints, length: Ints, rng: np.random.Generator) -> Ints:
    """Mostly own sickness; those with a § 56 agreement use it; a little of the rest."""
    agreement = (rng.random(len(staff.employments)) < 0.012)[employment]
    draw = rng.random(len(employment))
    category = np.full(len(employment), CATEGORY["egen_sygdom"])
    category[(draw < 0.010) & staff.woman[employment]] = CATEGORY["graviditetsgener"]
    category[(draw > 0.010) & (draw < 0.018)] = CATEGORY["arbejdsskade"]
    category[(draw > 0.018) & (draw < 0.060) & (length >= 12)] = CATEGORY["nedsat_tjeneste"]
    category[(draw > 0.060) & (draw < 0.090) & (length >= 12)] = CATEGORY["delvis_sygdom"]
    category[agreement & (draw > 0.25)] = CATEGORY["paragraf_56"]
    return category


def _long_categories(staff: Staff, employment: Ints, rng: np.random.Generator) -> Ints:
    draw = rng.random(len(employment))
    category = np.full(len(employment), CATEGORY["egen_sygdom"])
    category[(draw < 0.05) & staff.woman[employment]] = CATEGORY["graviditetsgener"]
    category[(draw > 0.05) & (draw < 0.09)] = CATEGORY["arbejdsskade"]
    category[(draw > 0.09) & (draw < 0.12)] = CATEGORY["delvis_sygdom"]
    return category


def _family_days(spec: MunicipalitySpec, staff: Staff, calendar: Calendar, rng: np.random.Generator) -> Draft:
    """A child's first sick day and care days, for the third who have small children."""
    parent = (rng.random(len(staff.employments)) < 0.34).astype(np.float64)
    parts = []
    for name, rate, season in (("barns_sygedag", 2.3, SEASON_SHORT), ("omsorgsdag", 1.3, SEASON_FLAT)):
        employment, _, first = _beginnings(calendar, staff, parent * rate * spec.activity, season, rng)
        parts.append((employment, np.full(len(first), CATEGORY[name]), first))
    employment, category, first = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Draft(employment, category, first, first.copy(), np.zeros(len(first), dtype=bool))


def without_overlaps(draft: Draft) -> Draft:
    """Order by employment and day, and drop those that begin before the earlier one is well over."""
    order = np.lexsort((draft.last, draft.first, draft.employment))
    draft = draft.take(order)
    key = draft.employment * 1_000_000
    reach = np.maximum.accumulate(key + draft.last.astype(np.int64))
    keep = np.ones(len(draft), dtype=bool)
    keep[1:] = key[1:] + draft.first[1:].astype(np.int64) > reach[:-1] + 3
    return draft.take(keep)


def draft_absences(
    spec: MunicipalitySpec, tree: Tree, staff: Staff, calendar: Calendar, rng: np.random.Generator
) -> Draft:
    """All absences of the history, without overlaps, inside their employments."""
    parts = (_sickness(spec, tree, staff, calendar, rng), _family_days(spec, staff, calendar, rng))
    joined = Draft(
        np.concatenate([part.employment for part in parts]),
        np.concatenate([part.category for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.last for part in parts]),
        np.concatenate([part.staged for part in parts]),
    )
    ends = staff.employments.end[joined.employment]
    last = np.where(np.isnat(ends), joined.last, np.minimum(joined.last, ends))
    joined = Draft(joined.employment, joined.category, joined.first, last, joined.staged)
    return without_overlaps(joined.take(last >= calendar.start + LEAD_DAYS * DAY))

"""Random worlds: everything the definitions mention, small enough for the day-by-day reference."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from absence_statistics.rules.inputs import PartialKind
from tests.absence_statistics.rules.reference import Chosen
from tests.absence_statistics.rules.world import FULL_TIME, MONDAY, Absence, Employment, Partial, Term, World

FIRST_MONTH = date(2023, 12, 1)
MONTHS = 14
LAST_DAY = date(2025, 1, 31)
EARLY = date(2020, 1, 1)
NODES, GROUPS, CATEGORIES, EMPLOYMENTS = 4, 2, 3, 4
#: Node 0 was unit 1 under 0; node 1 is unit 2 under 1 and 0; node 2 is unit 2 after it moved to 3; node 3 is 3.
UNITS_OF = {0: {0, 1}, 1: {0, 1, 2}, 2: {2, 3, 0}, 3: {3}}

days = st.dates(FIRST_MONTH - timedelta(days=40), LAST_DAY + timedelta(days=40))
hours = st.sampled_from(["0", "3.7", "4", "7.4", "7.5", "6.17", "12", "0.01"]).map(Fraction)
weeks = st.one_of(
    st.just(FULL_TIME),
    st.lists(hours, min_size=7, max_size=7).map(tuple),
    st.lists(hours, min_size=14, max_size=14).map(tuple),
    st.just((Fraction(0),) * 7),
)
recent = st.dates(FIRST_MONTH, LAST_DAY)
weekly_hours = st.sampled_from(["37", "18.5", "32", "30.25", "0"]).map(Fraction)
open_or_day = st.one_of(st.none(), days)


@st.composite
def employments(draw):
    start = draw(st.sampled_from([EARLY, EARLY, EARLY, None])) or draw(days)
    end = draw(st.sampled_from([None, None, LAST_DAY, EARLY])) and max(start, draw(days))
    return Employment(draw(st.integers(0, 2)), start, end)


@st.composite
def terms_of(draw, employment):
    """Stretches that do not overlap, some with gaps between, the last perhaps open."""
    result, first = [], draw(st.sampled_from([EARLY, EARLY, None])) or draw(days)
    for _ in range(draw(st.integers(1, 3))):
        last = max(first, draw(days))
        result.append(
            Term(
                employment,
                first,
                last,
                draw(st.integers(0, NODES - 1)),
                draw(st.integers(0, GROUPS - 1)),
                draw(weeks),
                draw(weekly_hours),
                MONDAY + timedelta(days=7 * draw(st.integers(-1, 1))),
            )
        )
        first = last + timedelta(days=draw(st.sampled_from([1, 1, 1, 2, 30])))
    if draw(st.integers(0, 3)):
        result[-1].last = None
    return result


@st.composite
def partials(draw, first):
    kind = draw(st.sampled_from(PartialKind))
    value = {
        PartialKind.WEEKLY_HOURS: st.sampled_from(["0", "10", "18.5", "37", "50"]).map(Fraction),
        PartialKind.SICK_SHARE: st.sampled_from(["0", "0.25", "0.5", "1"]).map(Fraction),
        PartialKind.WEEKDAY_HOURS: st.lists(hours, min_size=7, max_size=7).map(tuple),
    }[kind]
    return Partial(first + timedelta(days=draw(st.integers(-3, 40))), kind, draw(value))


@st.composite
def absences_of(draw, employment):
    """Absences that do not overlap; the last perhaps open."""
    result, first = [], draw(recent)
    for _ in range(draw(st.integers(1, 5)) if draw(st.integers(0, 3)) else 0):
        last = first + timedelta(days=draw(st.sampled_from([0, 1, 3, 13, 14, 27, 28, 45, 200])))
        absence = Absence(employment, first, last, draw(st.integers(0, CATEGORIES - 1)))
        if draw(st.booleans()):
            absence.partials = draw(st.lists(partials(first), min_size=1, max_size=3))
        if draw(st.integers(0, 4)) == 0:
            offsets = draw(st.lists(st.integers(-1, 10), min_size=1, max_size=4, unique=True))
            absence.payroll = [(first + timedelta(days=offset), draw(hours)) for offset in offsets]
        result.append(absence)
        first = last + timedelta(days=draw(st.integers(1, 60)))
    if result and draw(st.booleans()):
        result[-1].last = None
    return result


@st.composite
def worlds(draw):
    count = draw(st.integers(2, EMPLOYMENTS))
    numbers = range(count)
    roster_key = st.tuples(st.integers(0, count - 1), days)
    terms = [term for number in numbers for term in draw(terms_of(number))]
    absences = [absence for number in numbers for absence in draw(absences_of(number))]
    return World(
        first_month=FIRST_MONTH,
        months=MONTHS,
        employments=[draw(employments()) for _ in numbers],
        terms=draw(st.permutations(terms)),
        absences=draw(st.permutations(absences)),
        roster=draw(
            st.one_of(
                st.dictionaries(roster_key, hours, max_size=8),
                st.builds(_rostered_absences, st.just(absences), hours, st.integers(1, 5)),
            )
        ),
        days_off=draw(
            st.one_of(st.sets(days, max_size=12), st.builds(set, st.just([each.first for each in absences])))
        ),
        as_of=draw(st.one_of(st.just(LAST_DAY), days)),
        nodes=NODES,
        groups=GROUPS,
        categories=CATEGORIES,
        length_limits=draw(st.sampled_from([(14, 28), (7, 30)])),
        units_of=UNITS_OF,
    )


def _rostered_absences(absences, planned, length):
    """Roster rows for the first days of every absence, so that the two often meet."""
    return {
        (absence.employment, absence.first + timedelta(days=step)): planned
        for absence in absences
        for step in range(length)
    }


def _some(size):
    return st.one_of(st.none(), st.sets(st.integers(0, size - 1)).map(lambda found: tuple(sorted(found))))


choices = st.builds(Chosen, _some(CATEGORIES), _some(3), _some(GROUPS))

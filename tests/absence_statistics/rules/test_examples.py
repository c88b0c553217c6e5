"""Worked examples from the definitions, each small enough to check by hand."""

import math
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.cube import Cube, cells
from absence_statistics.rules.days import Calendar, Window, day_number, month_number, weekday_of
from absence_statistics.rules.inputs import PartialKind, Roster, Selection, cut_open
from absence_statistics.rules.persons import PersonFigures, concentration, person_figures
from absence_statistics.rules.presence import langtidsfriske
from absence_statistics.rules.rolling import Rolling, Rollup, rolling
from absence_statistics.rules.weekdays import weekday_profile
from tests.absence_statistics.rules.world import (
    FULL_TIME,
    Absence,
    Employment,
    Partial,
    Term,
    World,
    to_inputs,
    to_rollup,
)

HIRED = date(2015, 1, 1)
HALF_TIME = (Fraction("3.7"),) * 5 + (Fraction(0),) * 2


def year(absences=(), terms=None, employments=None, **more) -> World:
    """2024 with one full-timer, Monday to Friday 7.4 hours, unless told otherwise."""
    return World(
        first_month=more.pop("first_month", date(2024, 1, 1)),
        months=more.pop("months", 12),
        employments=employments or [Employment(0, HIRED)],
        terms=terms or [Term(0, HIRED)],
        absences=list(absences),
        **more,
    )


def cube_of(world: World) -> Cube:
    return cells(Ledger(to_inputs(world)))


def figures(world: World, selection=None, split="none") -> Rolling:
    return rolling(cube_of(world), to_rollup(world), selection, split)


def dagsvaerk(world: World) -> float:
    """All dagsværk in the last window, of unit 0."""
    return figures(world).absent_dagsvaerk_12[0, -1, 0]


def own(world: World) -> PersonFigures:
    return person_figures(Ledger(to_inputs(world)), Window.ending(month_number(date(2024, 12, 1))))


def days(first: date, last: date | None = None, **more) -> Absence:
    return Absence(0, first, last or first, **more)


def test_two_half_timers_sick_for_a_day_are_one_dagsvaerk():
    world = year(
        [Absence(0, date(2024, 3, 4), date(2024, 3, 4)), Absence(1, date(2024, 3, 4), date(2024, 3, 4))],
        [Term(number, HIRED, rota=HALF_TIME, weekly_hours=Fraction("18.5")) for number in (0, 1)],
        [Employment(0, HIRED), Employment(1, HIRED)],
    )
    assert dagsvaerk(world) == pytest.approx(1)
    assert own(world).arbejdsdage.tolist() == [1, 1]


def test_friday_to_monday_without_weekend_work_is_two():
    assert dagsvaerk(year([days(date(2024, 3, 1), date(2024, 3, 4))])) == pytest.approx(2)


def test_a_twelve_hour_shift_is_1_62():
    sunday = date(2024, 3, 3)
    world = year([days(sunday)], roster={(0, sunday): Fraction(12)})
    assert round(dagsvaerk(world), 2) == 1.62
    assert own(world).arbejdsdage.tolist() == [1]


def test_the_leap_day_counts_in_february():
    world = year([days(date(2024, 2, 28), date(2024, 3, 1))])
    absent = cube_of(world).absent
    assert absent.month.tolist() == [month_number(date(2024, 2, 1)), month_number(date(2024, 3, 1))]
    assert absent.hours.tolist() == pytest.approx([14.8, 7.4])


def test_windows_reach_over_the_turn_of_the_year():
    """30 December to 3 January: two days belong to December's window only from one year, all to January's."""
    world = year([days(date(2024, 12, 30), date(2025, 1, 3))], first_month=date(2024, 1, 1), months=25)
    result = figures(world)
    assert result.months[0] == month_number(date(2024, 12, 1))
    by_month = dict(zip(result.months.tolist(), result.absent_dagsvaerk_12[0, :, 0], strict=True))
    assert by_month[month_number(date(2024, 12, 1))] == pytest.approx(2)
    assert by_month[month_number(date(2025, 1, 1))] == pytest.approx(5)
    assert by_month[month_number(date(2025, 11, 1))] == pytest.approx(5)
    assert by_month[month_number(date(2025, 12, 1))] == pytest.approx(3)
    assert by_month[month_number(date(2026, 1, 1))] == 0
    assert result.periods_12[0, :, 0].tolist() == [1] * 12 + [0] * 2


def test_a_public_holiday_is_not_lost_unless_rostered():
    christmas = date(2024, 12, 25)
    absence = days(christmas, date(2024, 12, 26))
    assert dagsvaerk(year([absence], days_off={christmas})) == pytest.approx(1)
    rostered = year([absence], days_off={christmas}, roster={(0, christmas): Fraction("7.4")})
    assert dagsvaerk(rostered) == pytest.approx(2)


def test_arbejdsdage_follow_the_roster():
    """A weekday rostered free is no day; a rostered Saturday is one; a shorter shift is a whole one."""
    roster = {(0, date(2024, 3, 7)): 0, (0, date(2024, 3, 9)): 5, (0, date(2024, 3, 8)): 4}
    world = year(
        [days(date(2024, 3, 7), date(2024, 3, 9))],
        roster={key: Fraction(value) for key, value in roster.items()},
    )
    assert own(world).arbejdsdage.tolist() == [2]
    assert own(world).dagsvaerk.tolist() == pytest.approx([9 / 7.4])


def test_partial_return_by_week_share_and_weekday():
    monday = date(2024, 3, 4)
    four_weeks = monday + timedelta(days=27)
    states = [
        Partial(monday + timedelta(days=7), PartialKind.WEEKLY_HOURS, Fraction("18.5")),
        Partial(monday + timedelta(days=14), PartialKind.SICK_SHARE, Fraction("0.25")),
        Partial(
            monday + timedelta(days=21),
            PartialKind.WEEKDAY_HOURS,
            tuple(map(Fraction, ["7.4", "3.7", "0", "9", "0", "0", "0"])),
        ),
    ]
    world = year([days(monday, four_weeks, partials=states)])
    assert dagsvaerk(world) == pytest.approx(5 + 2.5 + 1.25 + (0 + 0.5 + 1 + 0 + 1))
    assert own(world).arbejdsdage.tolist() == pytest.approx([11.25])


def test_weekly_hours_are_held_against_the_contract_when_the_pattern_is_empty():
    """Someone who works by roster alone: 10 of 20 contract hours at work is half sick."""
    monday = date(2024, 3, 4)
    world = year(
        [days(monday, partials=[Partial(monday, PartialKind.WEEKLY_HOURS, Fraction(10))])],
        [Term(0, HIRED, rota=(Fraction(0),) * 7, weekly_hours=Fraction(20))],
        roster={(0, monday): Fraction("7.4")},
    )
    assert dagsvaerk(world) == pytest.approx(0.5)


def test_payroll_hours_replace_the_pattern_for_their_absence():
    monday = date(2024, 3, 4)
    payroll = [(monday, Fraction(5)), (date(2024, 3, 9), Fraction(3)), (date(2024, 3, 12), Fraction(8))]
    world = year([days(monday, date(2024, 3, 10), payroll=payroll)])
    assert own(world).dagsvaerk.tolist() == pytest.approx([8 / 7.4])
    # Saturday has hours but no planned work, so it is no arbejdsdag; the 12th is not in the absence.
    assert own(world).arbejdsdage.tolist() == pytest.approx([5 / 7.4])


def test_open_absences_count_to_the_day_asked_about():
    monday = date(2024, 3, 4)
    world = year([Absence(0, monday, None)], as_of=date(2024, 3, 6))
    assert dagsvaerk(world) == pytest.approx(3)
    later = year([Absence(0, monday, None)], as_of=date(2024, 3, 3))
    assert dagsvaerk(later) == 0
    assert figures(later).periods_12[0, 0, 0] == 0
    first, opened = np.array([day_number(monday)], dtype=np.int32), np.array([2_932_896], dtype=np.int32)
    assert cut_open(first, opened, day_number(monday) - 1)[0] < first[0]


@pytest.mark.parametrize(("length", "expected"), [(1, 0), (14, 0), (15, 1), (28, 1), (29, 2), (400, 2)])
def test_length_classes_count_calendar_days_of_the_whole_absence(length, expected):
    first = date(2023, 12, 30)
    world = year([days(first, first + timedelta(days=length - 1))], first_month=date(2023, 12, 1), months=13)
    assert set(cube_of(world).periods.length.tolist()) == {expected}
    assert set(cube_of(world).absent.length.tolist()) <= {expected}


def test_absence_stays_with_the_unit_where_it_arose():
    """Sick from unit 1 into unit 2: days to the unit of the day, the period to the first; leavers count."""
    friday, monday = date(2024, 3, 1), date(2024, 3, 4)
    world = year(
        [days(friday, monday)],
        [Term(0, HIRED, date(2024, 3, 3), node=1), Term(0, monday, node=2)],
        [Employment(0, HIRED, date(2024, 4, 30))],
        nodes=3,
        units_of={0: {0}, 1: {0, 1}, 2: {0, 2}},
    )
    result = figures(world)
    assert result.absent_dagsvaerk_12[:, 0, 0].tolist() == pytest.approx([2, 1, 1])
    assert result.periods_12[:, 0, 0].tolist() == [1, 1, 0]
    assert result.fte_12[:, 0, 0].tolist() == pytest.approx([4 / 12, 3 / 12, 1 / 12])
    assert result.dagsvaerk_per_fte_12[:, 0, 0].tolist() == pytest.approx([6, 4, 12])


def test_a_whole_year_sick_is_one_hundred_percent():
    result = figures(year([days(date(2023, 6, 1), date(2025, 6, 1))]))
    assert result.percent_12[0, 0, 0] == pytest.approx(100)
    assert result.fte_12[0, 0, 0] == pytest.approx(1)
    assert result.absent_dagsvaerk_12[0, 0, 0] == pytest.approx(262)  # weekdays of 2024


def test_without_anyone_planned_there_is_no_percent():
    """A roster that takes every hour away leaves exactly nothing, and the ratio does not exist."""
    days_of_2024 = [date(2024, 1, 1) + timedelta(days=step) for step in range(366)]
    world = year(roster={(0, day): Fraction(0) for day in days_of_2024})
    result = figures(world)
    assert result.planned_dagsvaerk_12[0, 0, 0] == 0
    assert math.isnan(result.percent_12[0, 0, 0])
    assert result.dagsvaerk_per_fte_12[0, 0, 0] == 0


def test_langtidsfriske_are_those_employed_the_whole_window():
    newcomer, leaver = date(2024, 1, 2), date(2024, 12, 30)
    world = year(
        [days(date(2024, 3, 9)), Absence(1, date(2024, 3, 4), date(2024, 3, 4), category=1)],
        [Term(number, HIRED) for number in range(4)],
        [
            Employment(0, HIRED),
            Employment(1, HIRED),
            Employment(2, newcomer),
            Employment(3, HIRED, leaver),
        ],
        categories=2,
    )
    ledger = Ledger(to_inputs(world))
    every = langtidsfriske(ledger, to_rollup(world))
    # A sick Saturday without planned work is no absent hour.
    assert every.employed.tolist() == [[[2]]]
    assert every.without_absence.tolist() == [[[1]]]
    assert every.share.tolist() == [[[0.5]]]
    own_category = langtidsfriske(ledger, to_rollup(world), Selection(categories=(0,)))
    assert own_category.without_absence.tolist() == [[[2]]]


def test_concentration_rounds_persons_up():
    """21 persons: the top 5 % are 2, the top 20 % are 5."""
    people = range(21)
    monday = date(2024, 3, 4)
    world = year(
        [Absence(number, monday, monday + timedelta(days=number % 5)) for number in range(5)],
        [Term(number, HIRED) for number in people],
        [Employment(number, HIRED) for number in people],
    )
    window = Window(day_number(date(2024, 1, 1)), day_number(date(2024, 12, 31)))
    found = concentration(Ledger(to_inputs(world)), [0], window)
    assert (found.persons, found.top_persons) == (21, (2, 5))
    assert found.dagsvaerk == pytest.approx(15)
    assert found.shares == pytest.approx((9 / 15, 1))


def test_a_person_with_two_employments_is_one_person():
    monday = date(2024, 3, 4)
    world = year(
        [Absence(0, monday, monday), Absence(1, monday, monday)],
        [Term(0, HIRED), Term(1, HIRED)],
        [Employment(0, HIRED), Employment(0, HIRED)],
    )
    found = concentration(Ledger(to_inputs(world)), [0], Window.ending(month_number(date(2024, 12, 1))))
    assert (found.persons, found.shares) == (1, (1.0, 1.0))


def test_weekday_profile():
    world = year([days(date(2024, 3, 1), date(2024, 3, 4))])
    found = weekday_profile(Ledger(to_inputs(world)), [0], Window.ending(month_number(date(2024, 12, 1))))
    assert found.absent_hours.tolist() == pytest.approx([7.4, 0, 0, 0, 7.4, 0, 0])
    assert found.first_days.tolist() == [0, 0, 0, 0, 1, 0, 0]


def test_a_split_is_held_against_everyone():
    world = year([days(date(2024, 3, 4), category=1)], categories=2)
    result = figures(world, split="category")
    assert result.split_values.tolist() == [0, 1]
    assert result.absent_dagsvaerk_12[0, 0].tolist() == pytest.approx([0, 1])
    assert result.fte_12[0, 0].tolist() == pytest.approx([1, 1])
    assert result.dagsvaerk_per_fte_12[0, 0].tolist() == pytest.approx([0, 1])


def test_a_cube_of_less_than_a_year_has_no_window():
    assert figures(year(months=11)).months.size == 0
    assert figures(year(months=11)).percent_12.shape == (1, 0, 1)


def test_an_empty_municipality_has_empty_figures():
    world = year()
    world.employments, world.terms = [], []
    result = figures(world)
    assert result.absent_dagsvaerk_12.tolist() == [[[0]]]
    assert math.isnan(result.dagsvaerk_per_fte_12[0, 0, 0])
    assert langtidsfriske(Ledger(to_inputs(world)), to_rollup(world)).employed.tolist() == [[[0]]]


def test_dates_become_numbers():
    assert day_number(date(1970, 1, 1)) == 0
    assert Window.ending(month_number(date(2024, 2, 1))) == Window(
        day_number(date(2023, 3, 1)), day_number(date(2024, 2, 29))
    )
    calendar = Calendar(month_number(date(2024, 2, 1)), 2, np.array([], dtype=np.int32))
    assert calendar.month_first.tolist() == [0, 29, 60]
    assert weekday_of(np.array([day_number(date(2026, 2, 1))], dtype=np.int32)).tolist() == [6]
    with pytest.raises(ValueError, match="outside the calendar"):
        calendar.month_index(month_number(date(2024, 4, 1)))


def test_terms_that_overlap_are_refused():
    world = year(terms=[Term(0, HIRED, date(2024, 5, 1)), Term(0, date(2024, 5, 1))])
    with pytest.raises(ValueError, match="overlap"):
        Ledger(to_inputs(world))


def test_tables_that_do_not_fit_are_refused():
    one, two = np.zeros(1), np.zeros(2)
    with pytest.raises(ValueError, match="different lengths"):
        Roster(one, two, two)
    with pytest.raises(ValueError, match="twice"):
        Rollup(two.astype(np.int32), two.astype(np.int32), 1)
    with pytest.raises(ValueError, match="whole weeks"):
        to_inputs(year(terms=[Term(0, HIRED, rota=FULL_TIME[:5])]))
    with pytest.raises(ValueError, match="at least one month"):
        Calendar(0, 0, np.array([], dtype=np.int32))


def test_two_roster_rows_for_a_day_are_refused():
    world = year()
    inputs = to_inputs(world)
    day = day_number(date(2024, 3, 4))
    object.__setattr__(inputs, "roster", Roster(np.zeros(2), np.full(2, day), np.ones(2)))
    with pytest.raises(ValueError, match="two rows"):
        Ledger(inputs)

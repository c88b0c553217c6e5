"""A unit never ends below itself, on no day."""

from datetime import date, timedelta

from organisation.rules.moves import Place, first_day_without, first_loop

LONG_AGO = date(2015, 1, 1)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)
TOP, CENTRE, TEAM, OTHER = 1, 2, 3, 4
PLACES = [
    Place(TOP, None, LONG_AGO),
    Place(CENTRE, TOP, LONG_AGO),
    Place(TEAM, CENTRE, LONG_AGO),
    Place(OTHER, TOP, LONG_AGO),
]


def test_a_move_sideways_makes_no_loop() -> None:
    assert first_loop(PLACES, Place(TEAM, OTHER, MAY)) is None
    assert first_loop(PLACES, Place(TEAM, None, MAY)) is None


def test_a_unit_cannot_stand_below_its_own_subtree() -> None:
    assert first_loop(PLACES, Place(CENTRE, TEAM, MAY)) == MAY
    assert first_loop(PLACES, Place(TOP, TEAM, MAY)) == MAY
    assert first_loop(PLACES, Place(CENTRE, CENTRE, MAY)) == MAY


def test_a_loop_that_a_planned_move_makes_later_is_found() -> None:
    planned = [
        *(place for place in PLACES if place.unit != OTHER),
        Place(OTHER, TOP, LONG_AGO, JUNE - timedelta(days=1)),
        Place(OTHER, TEAM, JUNE),
    ]
    assert first_loop(planned, Place(TEAM, OTHER, MAY)) == JUNE
    assert first_loop(planned, Place(TEAM, OTHER, MAY, JUNE - timedelta(days=1))) is None


def test_the_day_a_parent_is_missing() -> None:
    closed = [Place(CENTRE, TOP, MAY, JUNE - timedelta(days=1)), Place(CENTRE, OTHER, JULY)]
    assert first_day_without(closed, CENTRE, MAY, None) == JUNE
    assert first_day_without(closed, CENTRE, MAY, date(2026, 5, 31)) is None
    assert first_day_without(closed, CENTRE, LONG_AGO, None) == LONG_AGO
    assert first_day_without(closed, CENTRE, JULY, None) is None
    assert first_day_without(closed, OTHER, MAY, MAY) == MAY


def test_places_that_follow_each_other_leave_no_gap() -> None:
    moved = [Place(CENTRE, TOP, LONG_AGO, MAY - timedelta(days=1)), Place(CENTRE, OTHER, MAY)]
    assert first_day_without(moved, CENTRE, LONG_AGO, None) is None

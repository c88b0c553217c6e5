"""Units with their way up the tree, on every day."""

from absence_statistics.places import Placement, Places, numbered
from absence_statistics.rules.days import OPEN_END

K, S, T, U = 1, 2, 3, 4


def paths(
    places: Places, unit: int, first: int = 0, last: int = 100
) -> list[tuple[int, int, tuple[int, ...]]]:
    return [tuple(stretch) for stretch in places.stretches(unit, first, last)]


def test_a_move_above_is_a_move_of_those_below() -> None:
    places = Places(
        [Placement(K, None, 0, OPEN_END), Placement(U, K, 0, OPEN_END), Placement(S, K, 0, 49),
         Placement(S, U, 50, OPEN_END), Placement(T, S, 0, OPEN_END)]
    )  # fmt: skip
    assert paths(places, T) == [(0, 49, (T, S, K)), (50, 100, (T, S, U, K))]
    assert paths(places, K) == [(0, 100, (K,))]
    stays, found = numbered(places, [S, T], 0, 100)
    assert [(stay.unit, stay.first, stay.last) for stay in stays] == [
        (S, 0, 49),
        (S, 50, 100),
        (T, 0, 49),
        (T, 50, 100),
    ]
    assert found == [(S, K), (S, U, K), (T, S, K), (T, S, U, K)]


def test_days_outside_take_the_nearest_earlier_place_or_the_first() -> None:
    places = Places([Placement(K, None, 0, OPEN_END), Placement(S, K, 30, 40), Placement(S, None, 60, 70)])
    assert paths(places, S) == [(0, 59, (S, K)), (60, 100, (S,))]
    assert places.exists(S, 0, 30)
    assert not places.exists(S, 41, 59)
    assert paths(places, U) == [(0, 100, (U,))]


def test_two_units_may_have_been_each_others_parent() -> None:
    places = Places(
        [
            Placement(S, T, 0, 49),
            Placement(S, None, 50, 99),
            Placement(T, None, 0, 49),
            Placement(T, S, 50, 99),
        ]
    )
    assert paths(places, S) == [(0, 49, (S, T)), (50, 100, (S,))]
    assert paths(places, T) == [(0, 49, (T,)), (50, 100, (T, S))]


def test_a_loop_ends() -> None:
    places = Places([Placement(S, T, 0, 99), Placement(T, S, 0, 99)])
    assert paths(places, S) == [(0, 100, (S, T))]


def test_the_same_way_twice_is_one_node() -> None:
    places = Places(
        [
            Placement(K, None, 0, 99),
            Placement(S, K, 0, 9),
            Placement(S, None, 10, 19),
            Placement(S, K, 20, 99),
        ]
    )
    stays, found = numbered(places, [S], 0, 50)
    assert [stay.node for stay in stays] == [0, 1, 0]
    assert len(found) == 2

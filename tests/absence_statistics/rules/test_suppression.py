"""Suppression: nothing about fewer than the agreed number can be computed from what is shown."""

from itertools import count

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from absence_statistics.rules.suppression import Place, Reason, both, hidden_units

BELOW = 5


def places_of(tree, sizes):
    """One place per unit with own employees; `tree`: unit → parent, `sizes`: unit → how many stand in it."""
    numbers = count()

    def path(unit):
        return (unit, *(path(tree[unit]) if tree[unit] is not None else ()))

    return [Place(path(unit), frozenset(next(numbers) for _ in range(size))) for unit, size in sizes.items()]


def test_a_small_unit_takes_its_smallest_sibling_with_it():
    tree = {0: None, 1: 0, 2: 0, 3: 0}
    hidden = hidden_units(places_of(tree, {1: 3, 2: 8, 3: 20}), BELOW)
    assert hidden == {1: Reason.FEW, 2: Reason.PROTECTS}


def test_two_small_units_protect_each_other_when_together_they_are_enough():
    tree = {0: None, 1: 0, 2: 0, 3: 0}
    assert hidden_units(places_of(tree, {1: 3, 2: 3, 3: 20}), BELOW).keys() == {1, 2}
    more = places_of({**tree, 4: 0}, {1: 2, 2: 2, 3: 20, 4: 30})
    assert hidden_units(more, BELOW).keys() == {1, 2, 3}


def test_a_leader_alone_above_the_teams_is_protected():
    tree = {0: None, 1: 0, 2: 0}
    assert hidden_units(places_of(tree, {0: 1, 1: 9, 2: 12}), BELOW) == {1: Reason.PROTECTS}
    assert hidden_units(places_of(tree, {0: 5, 1: 9, 2: 12}), BELOW) == {}


def test_a_large_sibling_is_hidden_without_what_is_below_it():
    """The sector is hidden, and of its institutions only as much as is needed."""
    tree = {0: None, 1: 0, 2: 0, 20: 2, 21: 2, 22: 2}
    assert hidden_units(places_of(tree, {1: 3, 20: 30, 21: 40, 22: 50}), BELOW).keys() == {1, 2, 20}


def test_one_who_knows_the_small_unit_cannot_use_it_to_find_another():
    tree = {0: None, 1: 0, 2: 0, 3: 0}
    places = places_of(tree, {1: 3, 2: 3, 3: 20})
    assert hidden_units(places, BELOW, known={1}).keys() == {1, 2, 3}


def test_a_person_with_two_employments_is_one():
    places = [
        Place((1, 0), frozenset({1, 2, 3, 4})),
        Place((1, 0), frozenset({1})),
        Place((2, 0), frozenset(range(9))),
    ]
    assert hidden_units(places, BELOW)[1] is Reason.FEW


def test_a_unit_left_by_all_protects_those_who_left():
    tree = {0: None, 1: 0, 2: 0, 3: 0}
    assert hidden_units(places_of(tree, {1: 0, 2: 8, 3: 20}), BELOW).keys() == {1, 2}


def test_both_rules():
    assert both({1: Reason.FEW}, {1: Reason.PROTECTS, 2: Reason.FEW}) == {1: Reason.FEW, 2: Reason.FEW}


@st.composite
def municipalities(draw):
    """Trees of up to fourteen units with a few or many people each, some of whom moved within the window."""
    units = draw(st.integers(2, 14))
    tree = {0: None} | {unit: draw(st.integers(0, unit - 1)) for unit in range(1, units)}
    sizes = {unit: draw(st.sampled_from([0, 0, 1, 2, 4, 5, 7, 30])) for unit in range(units)}
    places = places_of(tree, {unit: size for unit, size in sizes.items() if size or draw(st.booleans())})
    for _ in range(draw(st.integers(0, 2))):
        unit, parent = draw(st.integers(1, units - 1)), draw(st.integers(0, units - 1))
        if unit not in (above := next(p.path for p in places_of(tree, {parent: 0}))):
            places.append(Place((unit, *above), frozenset()))
    return places, tree


def computable(places, shown, wanted):
    """Whether the wanted sum of places is a combination of the shown units' sums."""
    rows = np.array([[unit in place.path for place in places] for unit in shown], dtype=float)
    target = np.array(wanted, dtype=float)
    if not len(rows):
        return not target.any()
    solution = np.linalg.lstsq(rows.T, target, rcond=None)[0]
    return bool(np.allclose(rows.T @ solution, target, atol=1e-8))


@settings(max_examples=150, deadline=None)
@given(municipalities(), st.sampled_from([3, 5, 10]))
def test_no_hidden_unit_can_be_computed(made, below):
    places, _tree = made
    hidden = hidden_units(places, below)
    units = {unit for place in places for unit in place.path}
    shown = units - set(hidden)
    for unit in hidden:
        assert not computable(places, shown, [unit in place.path for place in places])
    for unit in units:
        assert (len(set().union(*(p.persons for p in places if unit in p.path))) < below) <= (unit in hidden)


@settings(max_examples=150, deadline=None)
@given(municipalities(), st.sampled_from([3, 5, 10]))
def test_a_parent_less_its_shown_children_is_nobody_or_enough(made, below):
    places, _tree = made
    hidden = hidden_units(places, below)
    for unit in {unit for place in places for unit in place.path} - set(hidden):
        inside = [place for place in places if unit in place.path]
        left = [place for place in inside if not _covered(place, unit, hidden)]
        assert not left or len(set().union(*(place.persons for place in left))) >= below


def _covered(place, unit, hidden):
    return any(each not in hidden for each in place.path[: place.path.index(unit)])


@settings(max_examples=100, deadline=None)
@given(municipalities(), st.data())
def test_what_a_leader_knows_reveals_nobody_else(made, data):
    """Taking the reader's own places out of everything shown leaves only groups large enough."""
    places, tree = made
    known = data.draw(st.sets(st.sampled_from(sorted(tree)), max_size=4))
    hidden = hidden_units(places, BELOW, known)
    others = [place for place in places if place.path[0] not in known]
    for unit in {unit for place in places for unit in place.path} - set(hidden):
        left = [place for place in others if unit in place.path and not _covered(place, unit, hidden)]
        assert not left or len(set().union(*(place.persons for place in left))) >= BELOW

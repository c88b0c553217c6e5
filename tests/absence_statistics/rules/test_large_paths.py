"""The ways taken only by large inputs give the same as those taken by small ones."""

from unittest.mock import patch

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from absence_statistics.rules import absent, cube, sums
from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import Window, day_number
from absence_statistics.rules.inputs import Selection
from absence_statistics.rules.presence import langtidsfriske
from tests.absence_statistics.rules.strategies import FIRST_MONTH, LAST_DAY, worlds
from tests.absence_statistics.rules.world import to_inputs, to_rollup

rows = st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 3)), max_size=40)
WINDOW = Window(day_number(FIRST_MONTH), day_number(LAST_DAY))


@given(rows, st.booleans())
def test_sums_by_sorting_equal_sums_by_table(pairs, counted):
    key = np.array([key for key, _ in pairs], dtype=np.int64)
    weight = None if counted else np.array([float(value) for _, value in pairs])
    keys, total = sums.summed(key, weight, 31)
    names = sums.distinct(key, 31)
    with patch.multiple(sums, _DENSE_PER_ROW=0, _DENSE_FLOOR=0):
        sorted_keys, sorted_total = sums.summed(key, weight, 31)
        assert sums.distinct(key, 31).tolist() == names.tolist() == sorted(set(key.tolist()))
    assert sorted_keys.tolist() == keys.tolist()
    assert sorted_total.tolist() == total.tolist()
    expected = {}
    for number, value in pairs:
        expected[number] = expected.get(number, 0) + (1 if counted else value)
    with patch.multiple(sums, _PART=4):
        part_keys, part_total = sums.summed(key, weight, 31)
    assert part_keys.tolist() == keys.tolist()
    assert part_total.tolist() == total.tolist()
    assert dict(zip(keys.tolist(), total.tolist(), strict=True)) == {k: v for k, v in expected.items() if v}


def _everything(world):
    ledger = Ledger(to_inputs(world))
    figures = cube.cells(ledger)
    presence = langtidsfriske(ledger, to_rollup(world), split="length")
    days = np.zeros(len(world.absences))
    for part in ledger.days_within(WINDOW, Selection()):
        days += np.bincount(part.absence, part.units, minlength=days.size)
    tables = (figures.absent, figures.planned, figures.periods)
    return [
        days,
        presence.without_absence,
        *(column for table in tables for column in vars(table).values()),
    ]


@settings(max_examples=30, deadline=None)
@given(worlds())
def test_small_chunks_and_sorting_change_nothing(world):
    plain = _everything(world)
    with (
        patch.multiple(absent, _CHUNK=3, _BLOCK=2),
        patch.multiple(cube, _TABLE_LIMIT=0, _KINDS=1),
        patch.multiple(sums, _DENSE_PER_ROW=0, _DENSE_FLOOR=0),
    ):
        large = _everything(world)
    for one, other in zip(plain, large, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-12, atol=1e-9)

"""Every figure of the kernel equals the day-by-day reference, over random municipalities."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.cube import cells
from absence_statistics.rules.days import Window, day_number, month_number
from absence_statistics.rules.inputs import Selection
from absence_statistics.rules.persons import concentration, person_figures
from absence_statistics.rules.presence import langtidsfriske
from absence_statistics.rules.rolling import rolling
from absence_statistics.rules.weekdays import weekday_profile
from tests.absence_statistics.rules.reference import Chosen, Reference, add_months
from tests.absence_statistics.rules.strategies import FIRST_MONTH, LAST_DAY, choices, days, worlds
from tests.absence_statistics.rules.world import to_inputs, to_rollup

SPLITS = {"none": 1, "length": 3, "category": 3, "group": 2}
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def selection(chosen: Chosen) -> Selection:
    return Selection(chosen.categories, chosen.lengths, chosen.groups)


def narrowed(chosen: Chosen, split: str, value: int) -> Chosen | None:
    """The part of a choice in one value of a split; None when nothing is left."""
    if split == "none":
        return chosen
    name = {"length": "lengths", "category": "categories", "group": "groups"}[split]
    allowed = getattr(chosen, name)
    return replace(chosen, **{name: (value,) if allowed is None or value in allowed else ()})


def close(found, expected):
    assert found == pytest.approx(expected, abs=1e-6, rel=1e-9, nan_ok=True)


@few
@given(worlds())
def test_cells(world):
    reference, cube = Reference(world), cells(Ledger(to_inputs(world)))
    expected = {}
    for row in reference.lost_days:
        key = (row.node, row.group, row.category, row.length, month_number(row.day))
        expected[key] = expected.get(key, 0) + row.hours
    absent = cube.absent
    keys = list(zip(absent.node, absent.group, absent.category, absent.length, absent.month, strict=True))
    assert keys == sorted(keys)
    close(dict(zip(keys, absent.hours, strict=True)), {key: float(hours) for key, hours in expected.items()})

    planned = cube.planned
    keys = list(zip(planned.node, planned.group, planned.month, strict=True))
    assert keys == sorted(keys)
    hours, fte = {}, {}
    for row in reference.planned_days:
        key = (row.node, row.group, month_number(row.day))
        hours[key] = hours.get(key, 0) + row.hours
        if row.day.day == 1:
            contract = reference.terms_on(row.employment, row.day).weekly_hours
            fte[key] = fte.get(key, 0) + contract / 37
    some = {key for key in hours if hours[key] or fte.get(key)}
    close(dict(zip(keys, planned.hours, strict=True)), {key: float(hours[key]) for key in some})
    close(dict(zip(keys, planned.fte, strict=True)), {key: float(fte.get(key, 0)) for key in some})

    expected = {}
    for row in reference.periods:
        key = (row.node, row.group, row.category, row.length, month_number(row.day))
        expected[key] = expected.get(key, 0) + 1
    periods = cube.periods
    keys = list(
        zip(periods.node, periods.group, periods.category, periods.length, periods.month, strict=True)
    )
    assert keys == sorted(keys)
    assert dict(zip(keys, periods.periods, strict=True)) == expected


@few
@given(worlds(), choices, st.sampled_from(sorted(SPLITS)), st.integers(0, 2))
def test_rolling(world, chosen, split, step):
    reference = Reference(world)
    result = rolling(cells(Ledger(to_inputs(world))), to_rollup(world), selection(chosen), split)
    month = add_months(world.first_month, 11 + step)
    place = result.months.tolist().index(month_number(month))
    assert result.split_values.tolist() == list(range(SPLITS[split]))
    for unit in range(world.units):
        for value in range(SPLITS[split]):
            part = narrowed(chosen, split, value)
            everyone = part if split == "group" else chosen
            for name, expected in reference.rolling(unit, month, part, everyone).items():
                close(getattr(result, name)[unit, place, value], expected)


@few
@given(worlds(), choices, st.sampled_from(sorted(SPLITS)))
def test_langtidsfriske(world, chosen, split):
    reference = Reference(world)
    result = langtidsfriske(Ledger(to_inputs(world)), to_rollup(world), selection(chosen), split)
    assert result.months.tolist() == [month_number(month) for month in reference.months[11:]]
    for unit in range(world.units):
        for place, month in enumerate(reference.months[11:]):
            for value in range(SPLITS[split]):
                employed, without = reference.langtidsfriske(unit, month, narrowed(chosen, split, value))
                assert result.employed[unit, place, value] == employed
                assert result.without_absence[unit, place, value] == without


spans = st.one_of(
    st.just((FIRST_MONTH, LAST_DAY)),
    st.tuples(days, st.integers(0, 500)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1]))),
)


@few
@given(worlds(), choices, spans)
def test_concentration(world, chosen, span):
    reference, ledger, rollup = Reference(world), Ledger(to_inputs(world)), to_rollup(world)
    window = Window(*map(day_number, span))
    for unit in range(world.units):
        found = concentration(ledger, rollup.nodes_of(unit), window, selection(chosen))
        expected = reference.concentration(unit, *span, chosen)
        assert found.persons == expected["persons"]
        assert list(found.top_persons) == expected["counts"]
        close(found.dagsvaerk, expected["total"])
        close(list(found.shares), expected["shares"])


@few
@given(worlds(), choices, spans)
def test_person_figures(world, chosen, span):
    reference = Reference(world)
    found = person_figures(Ledger(to_inputs(world)), Window(*map(day_number, span)), selection(chosen))
    for employment in range(len(world.employments)):
        arbejdsdage, dagsvaerk, periods = reference.person(employment, *span, chosen)
        close(found.arbejdsdage[employment], arbejdsdage)
        close(found.dagsvaerk[employment], dagsvaerk)
        assert found.periods[employment] == periods


@few
@given(worlds(), choices, spans)
def test_weekday_profile(world, chosen, span):
    reference, ledger, rollup = Reference(world), Ledger(to_inputs(world)), to_rollup(world)
    for unit in range(world.units):
        found = weekday_profile(
            ledger, rollup.nodes_of(unit), Window(*map(day_number, span)), selection(chosen)
        )
        hours, firsts = np.zeros(7), np.zeros(7)
        for row in reference.lost(unit, *span, chosen):
            hours[row.day.weekday()] += float(row.hours)
        for row in reference.periods:
            inside = span[0] <= row.day <= span[1]
            if inside and reference.in_unit(row, unit, chosen) and reference.of_kind(row, chosen):
                firsts[row.day.weekday()] += 1
        close(found.absent_hours.tolist(), hours.tolist())
        assert found.first_days.tolist() == firsts.tolist()

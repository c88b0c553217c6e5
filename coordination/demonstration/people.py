"""Who works where: employments in chains of successors, their dated terms, and the persons behind them."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from coordination.demonstration.groups import (
    FOUR_DAYS,
    GROUPS,
    HOURS_CHOICES,
    ROTATION_A,
    ROTATION_B,
    WEEKDAYS,
    WEEKEND,
)
from coordination.demonstration.model import Bools, Days, Employments, Floats, Ints, Persons, Terms
from coordination.demonstration.names import email_addresses, person_names
from coordination.demonstration.organisation import FOUNDED, Tree
from coordination.demonstration.spec import MunicipalitySpec

NAT = np.datetime64("NaT", "D")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Slots:
    """Positions to be filled: one element per head on `today`. `leads` is the unit led, or -1."""

    unit: Ints
    group: Ints
    leads: Ints
    hours: Floats
    pattern: Ints


@dataclass(frozen=True, eq=False)
class Staff:
    """The people of a municipality, with what the later steps ask about each employment."""

    employments: Employments
    persons: Persons
    terms: Terms
    slots: Slots
    slot: Ints
    woman: Bools
    current: Bools


def month_of(day: date) -> int:
    """Return months since January 1970."""
    return (day.year - 1970) * 12 + day.month - 1


def first_of_month(months: Ints) -> Days:
    """Return the first day of each month given as months since January 1970."""
    return months.astype("datetime64[M]").astype("datetime64[D]")


def build_slots(tree: Tree, rng: np.random.Generator) -> Slots:
    """Fill the leaves with positions of the right groups, and give every live unit a leader in its parent."""
    units, groups, leads = [], [], []
    for index in tree.leaves():
        node = tree.nodes[index]
        codes, weights = zip(*node.mix, strict=True)
        share = np.array(weights) / sum(weights)
        units.append(np.full(node.size, index))
        groups.append(rng.choice(np.array(codes), size=node.size, p=share))
        leads.append(np.full(node.size, -1))
    live = [index for index, node in enumerate(tree.nodes) if node.valid_to is None]
    units.append(np.array([max(tree.nodes[index].parent, 0) for index in live]))
    groups.append(np.array([tree.nodes[index].mix[0][0] for index in live]))
    leads.append(np.array(live))
    unit, group, lead = (np.concatenate(part).astype(np.int64) for part in (units, groups, leads))
    hours = _contract_hours(group, lead, rng)
    return Slots(unit, group, lead, hours, _patterns(group, lead, hours, rng))


def _contract_hours(group: Ints, leads: Ints, rng: np.random.Generator) -> Floats:
    hours = np.full(len(group), 37.0)
    for code, spec in enumerate(GROUPS):
        here = np.flatnonzero((group == code) & (leads < 0))
        choices, weights = zip(*spec.hours, strict=True)
        hours[here] = rng.choice(np.array(choices), size=len(here), p=np.array(weights))
    return hours


def _patterns(group: Ints, leads: Ints, hours: Floats, rng: np.random.Generator) -> Ints:
    """Weekday pattern of each position: weekends only where the group has shifts."""
    shifts = np.array([spec.shifts for spec in GROUPS])[group] & (leads < 0)
    draw = rng.random(len(group))
    pattern = np.where(
        shifts & (draw < 0.22), ROTATION_A, np.where(shifts & (draw < 0.46), ROTATION_B, WEEKDAYS)
    )
    four = ~shifts & (draw < 0.4) & np.isin(hours, (28.0, 30.0, 32.0))
    pattern = np.where(four, FOUR_DAYS, pattern)
    return np.asarray(np.where(hours == 15.0, WEEKEND, pattern), dtype=np.int64)


def _chains(
    spec: MunicipalitySpec, slots: Slots, today: date, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Return slot, first month and last month (-1 = still here) of every employment, ordered by slot and time."""
    now = month_of(today)
    history = now - 12 * spec.years
    size = len(slots.unit)
    changes = np.where(slots.leads >= 0, 0, rng.poisson(spec.turnover * spec.years, size))
    slot = np.repeat(np.arange(size), changes)
    month = rng.integers(history + 1, now - 4, len(slot))
    order = np.lexsort((month, slot))
    slot, month = slot[order], month[order]
    apart = np.ones(len(slot), dtype=bool)
    apart[1:] = (slot[1:] != slot[:-1]) | (month[1:] - month[:-1] >= 5)
    slot, month = slot[apart], month[apart]
    gap = rng.choice(np.array([0, 0, 1, 2]), size=len(slot))
    seniority = rng.exponential(84.0, size).astype(np.int64)
    first = np.maximum(history - seniority, month_of(FOUNDED))
    all_slots = np.concatenate([np.arange(size), slot])
    starts = np.concatenate([first, month + 1 + gap])
    ended_before = np.concatenate([np.full(size, -1), month])
    order = np.lexsort((starts, all_slots))
    all_slots, starts, ended_before = all_slots[order], starts[order], ended_before[order]
    ends = np.full(len(all_slots), -1)
    same = all_slots[1:] == all_slots[:-1]
    ends[:-1][same] = ended_before[1:][same]
    return all_slots, starts, ends


def _last_set(values: Ints | Floats, is_set: Bools) -> Ints | Floats:
    """Carry the latest set value onward over the elements that are not set."""
    index = np.maximum.accumulate(np.where(is_set, np.arange(len(values)), 0))
    return values[index]


def _earlier_units(tree: Tree, unit: Ints, rng: np.random.Generator) -> Ints:
    """Another live leaf of the same kind for each unit (the same one where the kind has only one)."""
    kinds: dict[str, list[int]] = {}
    for index in tree.leaves():
        if index != tree.demo_team:
            kinds.setdefault(tree.nodes[index].kind, []).append(index)
    counts = np.array([len(kinds.get(node.kind, ())) for node in tree.nodes])
    table = np.zeros((len(tree.nodes), max(counts.max(), 1)), dtype=np.int64)
    for index, node in enumerate(tree.nodes):
        choices = kinds.get(node.kind) or [index]
        table[index, : len(choices)] = choices
    column = (rng.random(len(unit)) * np.maximum(counts, 1)[unit]).astype(np.int64)
    return np.asarray(table[unit, column])


def _change_months(
    changeable: Bools, start: Ints, end: Ints, window: tuple[int, int], rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return (employment, first month) of every row of terms: the start, and the changes where `changeable` allows.

    `window` is (first month of history, this month); months count from January 1970, `end` is -1 while employed.
    """
    history, now = window
    low = np.maximum(start, history) + 1
    span = np.maximum(np.where(end < 0, now, end) - low, 0)
    count = np.where(changeable & (span >= 2), rng.poisson(0.13 * span / 12.0), 0)
    owner = np.repeat(np.arange(len(start)), count)
    month = low[owner] + (rng.random(len(owner)) * span[owner]).astype(np.int64)
    employment = np.concatenate([np.arange(len(start)), owner])
    begins = np.concatenate([start, month])
    unique = np.unique(employment * 100_000 + begins, return_index=True)[1]
    return employment[unique], begins[unique]


def _dated_terms(
    tree: Tree,
    slots: Slots,
    slot: Ints,
    start: Ints,
    end: Ints,
    window: tuple[int, int],
    rng: np.random.Generator,
) -> Terms:
    """Terms of all employments: what holds now comes from the position, what held before is drawn.

    Hours change most often, then the unit, seldom the group.
    """
    steady = (slots.leads >= 0) | (slots.unit == tree.demo_team) | (slots.hours == 15.0)
    employment, begins = _change_months(~steady[slot], start, end, window, rng)
    last = np.append(employment[1:] != employment[:-1], True)
    cause = np.append(rng.choice(3, size=len(employment), p=(0.62, 0.28, 0.10))[1:], 0)
    cause[last] = -1
    mine = slot[employment]
    before = np.array([code if spec.before is None else spec.before for code, spec in enumerate(GROUPS)])
    drawn = (
        rng.choice(np.array(HOURS_CHOICES), size=len(mine)),
        _earlier_units(tree, slots.unit[mine], rng),
        before[slots.group[mine]],
    )
    now_values = (slots.hours[mine], slots.unit[mine], slots.group[mine])
    hours, unit, group = (
        _last_set(np.where(last, held, other)[::-1], (last | (cause == code))[::-1])[::-1]
        for code, (held, other) in enumerate(zip(now_values, drawn, strict=True))
    )
    same_rota = slots.pattern[mine]
    pattern = np.where((same_rota == FOUR_DAYS) & ~np.isin(hours, (28.0, 30.0, 32.0)), WEEKDAYS, same_rota)
    valid_from = first_of_month(begins)
    return Terms(
        employment,
        unit.astype(np.int64),
        group.astype(np.int64),
        pattern,
        hours.astype(np.float64),
        valid_from,
        np.full(len(valid_from), NAT),
    )


def _through_closed_unit(terms: Terms, tree: Tree, employment_end: Days) -> Terms:
    """Let a third of the successor's staff have come from the closed unit, moved the day after it closed."""
    closed_on = np.datetime64(tree.closed_on, "D")
    ours = (terms.unit == tree.successor) & (terms.employment % 3 == 0) & (terms.valid_from <= closed_on)
    straddling = ours & ~(_ends(terms, employment_end) <= closed_on)
    unit = np.where(ours, tree.closed, terms.unit)
    picked = np.flatnonzero(straddling)
    index = np.concatenate([np.arange(len(terms)), picked])
    units = np.concatenate([unit, np.full(len(picked), tree.successor)])
    starts = np.concatenate([terms.valid_from, np.full(len(picked), closed_on + DAY)])
    order = np.lexsort((starts, terms.employment[index]))
    index, units, starts = index[order], units[order], starts[order]
    return Terms(
        terms.employment[index],
        units,
        terms.group[index],
        terms.pattern[index],
        terms.weekly_hours[index],
        starts,
        np.full(len(starts), NAT),
    )


def _ends(terms: Terms, employment_end: Days) -> Days:
    """Each term lasts until the day before the next one, the last one as long as the employment."""
    ends = employment_end[terms.employment].copy()
    same = terms.employment[1:] == terms.employment[:-1]
    ends[:-1][same] = terms.valid_from[1:][same] - DAY
    return ends


def _merged(terms: Terms, employment_end: Days) -> Terms:
    """Drop rows that change nothing, then close the days."""
    keep = np.ones(len(terms), dtype=bool)
    columns = (terms.employment, terms.unit, terms.group, terms.pattern, terms.weekly_hours)
    keep[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    kept = Terms(
        terms.employment[keep],
        terms.unit[keep],
        terms.group[keep],
        terms.pattern[keep],
        terms.weekly_hours[keep],
        terms.valid_from[keep],
        terms.valid_to[keep],
    )
    return replace(kept, valid_to=_ends(kept, employment_end))


def _share_persons(slots: Slots, slot: Ints, current: Bools, rng: np.random.Generator) -> Ints:
    """Person of each employment: some part-timers hold two employments at once."""
    person = np.arange(len(slot))
    part_time = np.flatnonzero(current & (slots.hours[slot] <= 20.0) & (slots.leads[slot] < 0))
    chosen = rng.permutation(part_time)[: len(part_time) // 4 * 2]
    person[chosen[1::2]] = chosen[::2]
    return np.asarray(np.unique(person, return_inverse=True)[1], dtype=np.int64)


def build_staff(spec: MunicipalitySpec, tree: Tree, today: date, rng: np.random.Generator) -> Staff:
    """Staff the tree: everyone employed at some time in the `spec.years` up to `today`."""
    slots = build_slots(tree, rng)
    slot, start, end = _chains(spec, slots, today, rng)
    window = (month_of(today) - 12 * spec.years, month_of(today))
    starts = first_of_month(start)
    ends = np.where(end < 0, NAT, first_of_month(end + 1) - DAY)
    current = end < 0
    terms = _dated_terms(tree, slots, slot, start, end, window, rng)
    terms = _merged(_through_closed_unit(terms, tree, ends), ends)
    numbers = np.empty(len(slot), dtype=np.int64)
    numbers[np.argsort(starts, kind="stable")] = 100_123 + np.cumsum(rng.integers(1, 7, len(slot)))
    person = _share_persons(slots, slot, current, rng)
    holder = np.unique(person, return_index=True)[1]
    woman = rng.random(len(holder)) < np.array([group.women for group in GROUPS])[slots.group[slot[holder]]]
    names = person_names(rng, woman)
    person_numbers = 20_000 + rng.permutation(len(holder))
    persons = Persons(person_numbers, names, email_addresses(names, spec.slug))
    employments = Employments(numbers, person, starts, ends)
    return Staff(employments, persons, terms, slots, slot, woman[person], current)

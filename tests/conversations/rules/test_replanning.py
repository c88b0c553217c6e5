"""Re-planning: whatever happens, no duplicate, missing or obsolete deadline, and what is closed stays."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.rules.model import RuleSet
from conversations.rules.planning import Absence, Held, PlannedDeadline, plan
from conversations.rules.presets import PRESETS
from conversations.rules.replanning import Replan, StoredDeadline, replan
from tests.conversations.rules.strategies import HOLIDAYS, absences, rule_sets

Row = StoredDeadline[int]


@dataclass
class World:
    """One absence with its stored deadlines, as a service would keep them."""

    absence: Absence
    rules: RuleSet
    rows: dict[int, Row] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    made: int = 0

    def planned(self) -> list[PlannedDeadline]:
        until = self.absence.first_day + timedelta(days=120)
        return plan(self.absence, self.rules, holidays=HOLIDAYS, until=until, held=self.held)

    def replan(self) -> Replan[int]:
        difference = replan(self.rows.values(), self.planned())
        for row in difference.remove:
            del self.rows[row.ref]
        for row, target in difference.change:
            self.rows[row.ref] = StoredDeadline(target, False, row.ref)
        for target in difference.create:
            self.made += 1
            self.rows[self.made] = StoredDeadline(target, False, self.made)
        return difference

    def open_rows(self) -> list[Row]:
        return [row for row in self.rows.values() if not row.closed]


def change_first_day(world: World, number: int) -> None:
    first = world.absence.first_day + timedelta(days=number - 15)
    if world.absence.last_day is None or first <= world.absence.last_day:
        world.absence = replace(world.absence, first_day=first)


def return_early(world: World, number: int) -> None:
    world.absence = replace(world.absence, last_day=world.absence.first_day + timedelta(days=number))


def reopen(world: World, number: int) -> None:
    world.absence = replace(world.absence, last_day=None, employment_end=None)


def change_target(world: World, number: int) -> None:
    world.absence = replace(world.absence, unit_above_target=bool(number % 2))


def change_rules(world: World, number: int) -> None:
    world.rules = list(PRESETS.values())[number % len(PRESETS)]


def hold(world: World, number: int) -> None:
    if rows := world.open_rows():
        row = rows[number % len(rows)]
        world.rows[row.ref] = replace(row, closed=True)
        target = row.planned
        on = target.due + timedelta(days=number % 5 - 3)
        world.held.append(Held(target.kind, on, target.key, target.occurrence))


def waive(world: World, number: int) -> None:
    if rows := world.open_rows():
        row = rows[number % len(rows)]
        world.rows[row.ref] = replace(row, closed=True)


EVENTS = [change_first_day, return_early, reopen, change_target, change_rules, hold, waive]


def check(world: World, closed_before: dict[int, Row]) -> None:
    keys = [row.planned.stable_key for row in world.rows.values()]
    assert len(set(keys)) == len(keys), "duplicate"
    wanted = {d.stable_key: d for d in world.planned()}
    assert set(wanted) <= set(keys), "missing"
    for row in world.open_rows():
        assert row.planned == wanted.get(row.planned.stable_key), "obsolete"
    for ref, row in closed_before.items():
        assert world.rows[ref] == row, "closed rows stay as they were"


@settings(deadline=None, max_examples=150)
@given(
    absences(),
    rule_sets(3) | st.sampled_from(list(PRESETS.values())),
    st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 60)), max_size=12),
)
def test_any_course_of_events(absence, ruleset, events) -> None:  # type: ignore[no-untyped-def]
    world = World(absence, ruleset)
    world.replan()
    check(world, {})
    for event, number in events:
        event(world, number)
        closed = {ref: row for ref, row in world.rows.items() if row.closed}
        world.replan()
        check(world, closed)
        again = world.replan()
        assert again == Replan((), (), ()), "planning again changes nothing"


def stored(preset: str, first: date) -> list[Row]:
    found = plan(Absence(first_day=first), PRESETS[preset], holidays=HOLIDAYS, until=first)
    return [StoredDeadline(deadline, False, number) for number, deadline in enumerate(found)]


def test_a_new_first_day_changes_rows_instead_of_making_new_ones() -> None:
    later = [row.planned for row in stored("koege", date(2026, 1, 13))]
    difference = replan(stored("koege", date(2026, 1, 12)), later)
    assert (difference.create, difference.remove) == ((), ())
    assert [new for _, new in difference.change] == later


def test_new_rules_leave_what_was_held() -> None:
    rows = stored("koege", date(2026, 1, 12))
    rows[0] = replace(rows[0], closed=True)
    wanted = [row.planned for row in stored("1-5-14", date(2026, 1, 12))]
    difference = replan(rows, wanted)
    # Both sets have the law's conversation: as lov-28 in Køge, as a step of its own in 1-5-14.
    assert [row.planned.key for row in difference.remove] == ["kontakt-8", "samtale-14", "lov-28"]
    assert list(difference.create) == wanted


def test_duplicate_rows_are_cleaned_up_and_duplicate_plans_refused() -> None:
    (row, *_) = stored("koege", date(2026, 1, 12))
    twin = replace(row, ref=99)
    assert replan([row, twin], [row.planned]).remove == (twin,)
    closed = replace(twin, closed=True)
    assert replan([row, closed], [row.planned]).remove == (row,)
    with pytest.raises(ValueError, match="planned twice"):
        replan([], [row.planned, row.planned])

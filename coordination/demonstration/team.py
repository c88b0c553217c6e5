"""The demo leader's team: its absences of today are chosen, so that every state can be seen on one page."""

from collections.abc import Mapping

import numpy as np

from coordination.demonstration.groups import WEEKEND
from coordination.demonstration.illness import CATEGORY, Draft
from coordination.demonstration.model import Ints
from coordination.demonstration.organisation import Tree
from coordination.demonstration.people import DAY, Staff
from coordination.demonstration.spec import MunicipalitySpec

EXPECTED_IN: Mapping[int, int | None] = {
    1: None, 2: 1, 3: 2, 5: None, 6: None, 9: 4, 14: 10, 20: 15, 31: 12, 53: 35, 96: None,
}  # fmt: skip
"""Day number of a staged absence -> days from today to the expected last day (None: nobody knows)."""

PARTIAL_AFTER: Mapping[int, int] = {53: 34}
"""Day number of a staged absence -> days from its first day to the partial return."""

SELF_DAY = 53
"""The staged absence of the user `medarbejder@…`: long enough for a partial return."""

QUIET_DAYS = 15


def demo_employees(tree: Tree, staff: Staff, today: np.datetime64) -> Ints:
    """Employments now in the demo team that were there well before the longest staged absence."""
    settled = staff.employments.start < today - 200 * DAY
    here = staff.slots.unit[staff.slot] == tree.demo_team
    weekdays = staff.slots.pattern[staff.slot] != WEEKEND
    return np.flatnonzero(staff.current & settled & here & weekdays & (staff.slots.leads[staff.slot] < 0))


def staged_employments(
    spec: MunicipalitySpec, tree: Tree, staff: Staff, today: np.datetime64
) -> dict[int, int]:
    """Return day number -> employment of each staged absence."""
    people = demo_employees(tree, staff, today)
    if len(people) < len(spec.demo_days):
        raise ValueError("the demo team is too small for its staged absences")
    step = len(people) // len(spec.demo_days)
    return {day: int(people[place * step]) for place, day in enumerate(spec.demo_days)}


def stage(draft: Draft, spec: MunicipalitySpec, tree: Tree, staff: Staff, today: np.datetime64) -> Draft:
    """Replace the demo team's present absences by the chosen ones, each with `QUIET_DAYS` of presence before."""
    chosen = staged_employments(spec, tree, staff, today)
    begin = {employment: today - (day - 1) * DAY for day, employment in chosen.items()}
    in_team = staff.slots.unit[staff.slot[draft.employment]] == tree.demo_team
    drop = in_team & staff.current[draft.employment] & (draft.last >= today)
    for employment, first in begin.items():
        drop |= (draft.employment == employment) & (draft.last >= first - QUIET_DAYS * DAY)
    rest = draft.take(~drop)
    ahead = {day: EXPECTED_IN.get(day) or 60 for day in chosen}
    added = len(chosen)
    joined = Draft(
        np.concatenate([rest.employment, np.array(list(chosen.values()))]),
        np.concatenate([rest.category, np.full(added, CATEGORY["egen_sygdom"])]),
        np.concatenate([rest.first, np.array(list(begin.values()))]),
        np.concatenate([rest.last, np.array([today + ahead[day] * DAY for day in chosen])]),
        np.concatenate([rest.staged, np.ones(added, dtype=bool)]),
    )
    return joined.take(np.lexsort((joined.first, joined.employment)))

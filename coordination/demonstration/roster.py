"""The roster (vagtplan) of the demo plejecenter: 12-hour shifts and every other weekend, the last months."""

import numpy as np

from coordination.demonstration.illness import Draft
from coordination.demonstration.model import Roster
from coordination.demonstration.organisation import Tree
from coordination.demonstration.people import DAY, Staff

DAYS_BACK, DAYS_AHEAD = 91, 28
SHIFT_ORDER = (4, 5, 6, 1, 9, 10, 2, 7)
"""Days of a fortnight in the order in which they get shifts: a long weekend first, weekdays after."""
EXTRA_SHIFT = 8.0

SHIFTS: dict[float, tuple[float, ...]] = {
    37.0: (12, 12, 12, 12, 12, 7, 7),
    32.0: (12, 12, 12, 12, 8, 8),
    30.0: (12, 12, 12, 12, 12),
    28.0: (12, 12, 12, 12, 8),
    20.0: (12, 12, 8, 8),
    15.0: (12, 12, 6),
}
"""Weekly contract hours -> shifts of a fortnight; each sums to two weeks' hours."""


def build_roster(draft: Draft, tree: Tree, staff: Staff, today: np.datetime64) -> Roster:
    """Plan every day of the demo institution's staff from three months back to four weeks ahead.

    Days off are rows with 0 hours, because a day without a row falls back on the terms. The first day of an
    absence always has a shift: one reports sick from work.
    """
    institution = tree.nodes[tree.demo_team].parent
    teams = [
        index for index in tree.leaves() if index == tree.demo_team or tree.nodes[index].parent == institution
    ]
    teams = [index for index in teams if tree.nodes[index].kind == "plejecenter"]
    ours = np.isin(staff.slots.unit[staff.slot], teams) & (staff.slots.leads[staff.slot] < 0)
    people = np.flatnonzero(ours & staff.current)
    days = np.arange(today - DAYS_BACK * DAY, today + (DAYS_AHEAD + 1) * DAY)
    fortnights = {hours: np.zeros(14) for hours in SHIFTS}
    for hours, shifts in SHIFTS.items():
        fortnights[hours][list(SHIFT_ORDER[: len(shifts)])] = shifts
    monday = (days.astype(np.int64) + 3) % 14
    grid = np.array(
        [
            fortnights[float(staff.slots.hours[staff.slot[employment]])][(monday + 7 * (place % 2)) % 14]
            for place, employment in enumerate(people)
        ]
    ).reshape(len(people), len(days))
    row_of = np.full(len(staff.employments), -1)
    row_of[people] = np.arange(len(people))
    begun = np.flatnonzero((row_of[draft.employment] >= 0) & (draft.first >= days[0]))
    row, column = row_of[draft.employment[begun]], (draft.first[begun] - days[0]).astype(np.int64)
    grid[row, column] = np.where(grid[row, column] == 0, EXTRA_SHIFT, grid[row, column])
    employment, day = np.repeat(people, len(days)), np.tile(days, len(people))
    employed = day >= staff.employments.start[employment]
    return Roster(employment[employed], day[employed], grid.ravel()[employed])

"""The weekday profile of a unit's absence. (The season needs no function: the cube has every month.)"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import Float64, Int32, Window
from absence_statistics.rules.inputs import Selection, chosen
from absence_statistics.rules.planned import UNITS_PER_HOUR
from absence_statistics.rules.sums import weighted


@dataclass(frozen=True)
class WeekdayProfile:
    """By weekday, Monday first: `absent_hours` [7] and `first_days` [7] (absences begun on that weekday)."""

    absent_hours: Float64
    first_days: Int32


def weekday_profile(
    ledger: Ledger, nodes: Iterable[int], window: Window, selection: Selection | None = None
) -> WeekdayProfile:
    """Absent hours and first days by weekday for `nodes` (a unit's subtree) in a window."""
    selection = selection or Selection()
    segments, calendar, absences = ledger.plan.segments, ledger.plan.calendar, ledger.inputs.absences
    here = chosen(nodes, ledger.inputs.nodes)[segments.node]
    here &= chosen(selection.groups, ledger.inputs.groups)[segments.group]
    units = np.zeros(7)
    for days in ledger.days_within(window, selection):
        inside = here[days.segment]
        units += weighted(calendar.weekday[days.offset[inside]], days.units[inside], 7)
    begun = ledger.chosen_absences(selection) & (ledger.first_segment >= 0)
    begun &= (absences.first >= window.first_day) & (absences.first <= window.last_day)
    rows = np.flatnonzero(begun)
    rows = rows[here[ledger.first_segment[rows]]]
    weekday = calendar.weekday[absences.first[rows] - calendar.first_day]
    return WeekdayProfile(units / UNITS_PER_HOUR, np.bincount(weekday, minlength=7).astype(np.int32))

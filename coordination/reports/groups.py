"""Occupational groups of a whole municipality, the small ones hidden together so that none can be computed.

Only the top unit is split by group: there the groups are the one margin beside the total. Groups of single units
would need suppression over units and groups at once.
"""

from __future__ import annotations

from datetime import date

from absence_statistics.selectors import month_before
from absence_statistics.tables import FigureTable
from coordination.reports.levels import compared, year_level
from coordination.reports.values import Gap, Level, NamedLevel

NO_GROUP = "Uden faggruppe"


def hidden_groups(employed: dict[str, int], below: int) -> dict[str, Gap]:
    """Groups not shown, from how many were employed in each: those under `below`, and as many more as it takes
    for the hidden ones together to be at least `below` people. Groups of nobody at all hide nothing."""
    hidden = {name: Gap.FEW_IN_GROUP for name, count in employed.items() if count < below}
    shown = sorted((count, name) for name, count in employed.items() if name not in hidden)
    while hidden and shown and sum(employed[name] for name in hidden) < below:
        hidden[shown.pop(0)[1]] = Gap.PROTECTS_GROUP
    return hidden


def group_levels(table: FigureTable, unit: int, below: int, before_gap: Gap | None) -> tuple[NamedLevel, ...]:
    """Each group of the unit with its twelve months and those a year before, in the order of the table.

    `before_gap`: why the unit itself is not held against the year before, None when it is.
    """
    now = _levels(table, unit, table.months[-1], below)
    before = {} if before_gap else _levels(table, unit, month_before(table.months[-1], 12), below)
    return tuple(
        NamedLevel(name or NO_GROUP, compared(level, before.get(name, Gap.NO_YEAR)))
        for name, level in now.items()
    )


def _levels(table: FigureTable, unit: int, month: date, below: int) -> dict[str, Level | Gap]:
    found = {key: table.figure(unit, month, key) for key in table.keys}
    there = {key: figure for key, figure in found.items() if figure.fte_12 or figure.absent_dagsvaerk_12}
    hidden = hidden_groups({key: figure.employed_12 for key, figure in there.items()}, below)
    return {key: hidden.get(key) or year_level(figure) for key, figure in there.items()}

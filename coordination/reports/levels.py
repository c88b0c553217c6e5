"""Levels of absence from the figures' own rows."""

from __future__ import annotations

from collections.abc import Sequence

from absence_statistics.tables import Figure
from coordination.reports.values import Compared, Gap, Level


def year_level(figure: Figure) -> Level:
    """The twelve months of one figure."""
    return Level(
        figure.absent_dagsvaerk_12,
        figure.planned_dagsvaerk_12,
        figure.fte_12,
        figure.dagsvaerk_per_fte_12,
        figure.percent_12,
    )


def own_level(months: Sequence[Figure]) -> Level:
    """A quarter's own: the sums of its months, and the mean of their årsværk."""
    lost = sum(month.absent_dagsvaerk for month in months)
    planned = sum(month.planned_dagsvaerk for month in months)
    fte = sum(month.fte for month in months) / len(months)
    return Level(lost, planned, fte, lost / fte if fte else None, 100 * lost / planned if planned else None)


def compared(now: Level | Gap, before: Level | Gap) -> Compared:
    """A year before is shown only beside a figure of now."""
    return Compared(now, now if isinstance(now, Gap) else before)

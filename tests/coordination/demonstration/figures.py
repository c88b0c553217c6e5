"""A slow-witted but independent reckoning of the figures, to hold the generator against."""

from dataclasses import dataclass

import holidays
import numpy as np

from coordination.demonstration import Demonstration
from coordination.demonstration.groups import PATTERNS
from coordination.demonstration.model import HEADLINE_CATEGORIES, Days, Floats, Ints

DAY = np.timedelta64(1, "D")
FAR = np.datetime64("2200-01-01", "D")


@dataclass
class YearFigures:
    """Dagsværk of each absence inside the window, and the årsværk in total and by group."""

    dagsvaerk: Floats
    fte: float
    fte_by_group: Floats
    group: Ints
    """Group of each absence's employment by its latest terms."""


def _closed(days: Days) -> Days:
    return np.where(np.isnat(days), FAR, days)


def latest_terms(demonstration: Demonstration) -> Ints:
    """Row number of each employment's latest terms."""
    employment = demonstration.terms.employment
    return np.append(np.flatnonzero(np.diff(employment)), len(employment) - 1)


def year_figures(demonstration: Demonstration, first: str, last: str) -> YearFigures:
    """Twelve months from `first` to `last`, reckoned with each employment's latest terms and no roster."""
    low, high = np.datetime64(first, "D"), np.datetime64(last, "D")
    absences, terms, partial = demonstration.absences, demonstration.terms, demonstration.partial
    public = np.array(sorted(holidays.country_holidays("DK", years=range(2018, 2030))), dtype="datetime64[D]")
    rows = latest_terms(demonstration)[absences.employment]
    ends = np.where(np.isnat(absences.last), np.datetime64(demonstration.today, "D"), absences.last)
    hours_a_day = terms.weekly_hours[rows] / np.array(PATTERNS).sum(axis=1)[terms.pattern[rows]]
    pattern = terms.pattern[rows]

    def working_days(begin: Days, end: Days, patterns: Ints) -> Floats:
        begin, end = np.maximum(begin, low), np.minimum(end, high)
        counted = np.zeros(len(begin))
        for code, mask in enumerate(PATTERNS):
            here = (patterns == code) & (end >= begin)
            counted[here] = np.busday_count(begin[here], end[here] + DAY, weekmask=mask, holidays=public)
        return counted

    lost = working_days(absences.first, ends, pattern) * hours_a_day / 7.4
    step_end = ends[partial.absence].copy()
    same = partial.absence[1:] == partial.absence[:-1]
    step_end[:-1][same] = partial.valid_from[1:][same] - DAY
    worked = working_days(partial.valid_from, step_end, pattern[partial.absence])
    share = partial.worked_hours_week / terms.weekly_hours[rows[partial.absence]]
    np.subtract.at(lost, partial.absence, worked * share * hours_a_day[partial.absence] / 7.4)
    lost[absences.category >= HEADLINE_CATEGORIES] = 0.0
    firsts = np.arange(low.astype("datetime64[M]"), high.astype("datetime64[M]") + 1).astype("datetime64[D]")
    by_group = np.zeros(terms.group.max() + 1)
    for day in firsts:
        valid = (terms.valid_from <= day) & (_closed(terms.valid_to) >= day)
        by_group += np.bincount(terms.group[valid], terms.weekly_hours[valid] / 37, len(by_group)) / 12
    return YearFigures(lost, float(by_group.sum()), by_group, terms.group[rows])

"""Figures about single persons: one employee's own absence, and how concentrated a unit's absence is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from absence_statistics.rules.absent import Ledger
from absence_statistics.rules.days import Float64, Int32, Window
from absence_statistics.rules.inputs import HOURS_PER_DAGSVAERK, Selection, chosen
from absence_statistics.rules.sums import weighted

#: The most absent 5 % and 20 % (domain book § 4, "koncentration").
TOP_PERCENTS = (5, 20)


@dataclass(frozen=True)
class PersonFigures:
    """Figures of one window by employment index: `arbejdsdage` (Σ absent / planned per day), `dagsvaerk`
    (absent hours / 7.4) and `periods` (absences begun in the window, on a day with terms)."""

    arbejdsdage: Float64
    dagsvaerk: Float64
    periods: Int32


def person_figures(ledger: Ledger, window: Window, selection: Selection | None = None) -> PersonFigures:
    """Figures of every employment, whatever units it was in; the caller chooses whom to show.

    Of `selection`, categories and length classes are used. A window that reaches outside the calendar is cut
    to it.
    """
    selection = selection or Selection()
    pieces, size = ledger.pieces_within(window, selection), len(ledger.inputs.employments)
    absences = ledger.inputs.absences
    employment = absences.employment[pieces.absence]
    begun = ledger.chosen_absences(selection) & (ledger.first_segment >= 0)
    begun &= (absences.first >= window.first_day) & (absences.first <= window.last_day)
    return PersonFigures(
        arbejdsdage=weighted(employment, pieces.workdays, size),
        dagsvaerk=weighted(employment, pieces.hours, size) / HOURS_PER_DAGSVAERK,
        periods=np.bincount(absences.employment[begun], minlength=size).astype(np.int32),
    )


@dataclass(frozen=True)
class Concentration:
    """How a unit's dagsværk in a window are spread over its persons.

    `persons`: persons with terms there on any day of the window; `dagsvaerk`: all they lost there;
    `percents`: e.g. (5, 20); `top_persons`: how many persons each percentage is, rounded up; `shares`: the
    part 0–1 of all dagsværk that so many most absent persons hold (NaN without absence).
    """

    persons: int
    dagsvaerk: float
    percents: tuple[int, ...]
    top_persons: tuple[int, ...]
    shares: tuple[float, ...]


def concentration(
    ledger: Ledger,
    nodes: Iterable[int],
    window: Window,
    selection: Selection | None = None,
    percents: tuple[int, ...] = TOP_PERCENTS,
) -> Concentration:
    """Share of all dagsværk of `nodes` (a unit's subtree) held by its most absent persons.

    A person with several employments there is one person. With `selection.groups` only terms in those groups
    count, both for who is a person there and for the hours.
    """
    selection = selection or Selection()
    segments, person = ledger.plan.segments, ledger.inputs.employments.person
    first, last = ledger.plan.calendar.clip(window)
    here = chosen(nodes, ledger.inputs.nodes)[segments.node]
    here &= chosen(selection.groups, ledger.inputs.groups)[segments.group]
    there = here & (segments.first[:-1] <= last) & (segments.last[:-1] >= first)
    persons = np.unique(person[segments.employment[there]])
    pieces = ledger.pieces_within(window, selection)
    inside = here[pieces.segment]
    whose = person[segments.employment[pieces.segment[inside]]]
    held = weighted(np.searchsorted(persons, whose), pieces.hours[inside], persons.size)
    held = np.sort(held)[::-1] / HOURS_PER_DAGSVAERK
    total = float(held.sum())
    top = tuple(-(-persons.size * percent // 100) for percent in percents)
    shares = tuple(float(held[:count].sum()) / total if total > 0 else np.nan for count in top)
    return Concentration(int(persons.size), total, percents, top, shares)

"""From sampled absences to registered ones: what is still open today, what is expected, steps of partial return."""

import numpy as np

from coordination.demonstration.illness import CATEGORY, Draft
from coordination.demonstration.model import Absences, Bools, Days, Floats, Ints, PartialReturns
from coordination.demonstration.people import DAY, NAT, Staff
from coordination.demonstration.team import EXPECTED_IN, PARTIAL_AFTER

STEP_DAYS = 14
STEP_SHARES = (0.2, 0.4, 0.6, 0.75)
LEAST_ABSENCE = 4.0
"""Hours of absence a week below which there is no partial return (and no refund)."""


def register(draft: Draft, today: np.datetime64, rng: np.random.Generator) -> Absences:
    """Close the absences that are over, leave the others open, most of them with an expected last day."""
    size = len(draft)
    is_open = draft.last > today
    stated = rng.random(size)
    expected = np.where(is_open & (stated < 0.75), draft.last, NAT)
    lasting = (draft.last - draft.first).astype(np.int64) >= 3
    expected = np.where(~is_open & lasting & (stated < 0.5), draft.last, expected)
    staged_days = (today - draft.first).astype(np.int64) + 1
    for day, ahead in EXPECTED_IN.items():
        here = draft.staged & (staged_days == day)
        expected[here] = NAT if ahead is None else today + ahead * DAY
    draw = rng.random(size)
    work = np.zeros(size, dtype=np.int64)
    work[draw < 0.13] = 2
    work[draw < 0.022] = 1
    work[(draw >= 0.13) & (draw < 0.15)] = 3
    work[draft.category == CATEGORY["arbejdsskade"]] = 1
    work[np.isin(draft.category, (CATEGORY["barns_sygedag"], CATEGORY["omsorgsdag"]))] = 0
    last = np.where(is_open, NAT, draft.last)
    return Absences(draft.employment, draft.category, draft.first, last, expected, work)


def _weekly_hours(staff: Staff) -> Floats:
    """The least weekly contract hours each employment has had, so that no step exceeds them."""
    hours = np.full(len(staff.employments), 37.0)
    np.minimum.at(hours, staff.terms.employment, staff.terms.weekly_hours)
    return hours


def _first_steps(draft: Draft, today: np.datetime64, rng: np.random.Generator) -> tuple[Bools, Days, Ints]:
    """Which absences have a partial return, from which day, beginning at which step."""
    duration = (draft.last - draft.first).astype(np.int64) + 1
    days_so_far = (today - draft.first).astype(np.int64) + 1
    part = np.isin(draft.category, (CATEGORY["delvis_sygdom"], CATEGORY["nedsat_tjeneste"]))
    long = np.isin(draft.category, (CATEGORY["egen_sygdom"], CATEGORY["arbejdsskade"])) & (duration >= 29)
    has = part | (long & ~draft.staged & (rng.random(len(draft)) < 0.45))
    offset = (duration * rng.uniform(0.42, 0.65, len(draft))).astype(np.int64)
    for day, after in PARTIAL_AFTER.items():
        staged = draft.staged & (days_so_far == day)
        has, offset = has | staged, np.where(staged, after, offset)
    return has, draft.first + np.where(part, 0, offset) * DAY, np.where(part, 1, 0)


def partial_returns(
    draft: Draft, staff: Staff, today: np.datetime64, rng: np.random.Generator
) -> PartialReturns:
    """Stepwise returns of the long absences, and the reduced hours of the partial categories, up to today."""
    has, begins, level = _first_steps(draft, today, rng)
    weekly = _weekly_hours(staff)[draft.employment]
    absence, valid_from, worked = [], [], []
    for step in range(len(STEP_SHARES)):
        day = begins + step * STEP_DAYS * DAY
        share = np.array(STEP_SHARES)[np.minimum(step + level, len(STEP_SHARES) - 1)]
        hours = np.minimum(np.round(weekly * share * 2) / 2, weekly - LEAST_ABSENCE)
        repeated = (step > 0) & (step + level >= len(STEP_SHARES))
        index = np.flatnonzero(has & (day <= draft.last) & (day <= today) & ~repeated)
        absence.append(index)
        valid_from.append(day[index])
        worked.append(hours[index])
    columns = np.concatenate(absence), np.concatenate(valid_from), np.concatenate(worked)
    order = np.lexsort((columns[1], columns[0]))
    return PartialReturns(columns[0][order], columns[1][order], columns[2][order])

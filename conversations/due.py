"""The due list as of any day, planned afresh from absences and rules, with what was held or waived (contract: `due`).

The pages and reminders read the stored rows, which the same rules made; a test holds the two against each other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from conversations import selectors
from conversations.models import Deadline
from conversations.rules.model import Status
from conversations.rules.planning import PlannedDeadline, status
from organisation.models import Employment


@dataclass(frozen=True)
class DueRow:
    """One line of the list; ids are the payroll's own. `absence_id` is empty for a trivselssamtale."""

    employment_id: str
    absence_id: str
    rule: str
    kind: str
    due: date
    status: str


def due_list(on: date) -> list[DueRow]:
    """Every deadline of the absences running that day, and the trivselssamtaler called for, sorted by due date."""
    return sorted(
        (*_of_absences(on), *_of_patterns(on)), key=lambda row: (row.due, row.employment_id, row.rule)
    )


def _of_absences(on: date) -> Iterator[DueRow]:
    running = selectors.running_on(on)
    settled: dict[int, list[Deadline]] = defaultdict(list)
    for row in _settled().filter(absence__in=running):
        settled[row.absence_id or 0].append(row)
    for found in selectors.plan_absences(running, on):
        absence = found.absence
        for deadline, word in _with_status(found.planned, settled[absence.pk], on):
            yield DueRow(
                absence.employment.external_id,
                absence.external_id or str(absence.pk),
                deadline.key,
                deadline.kind.value,
                deadline.due,
                word,
            )


def _of_patterns(on: date) -> Iterator[DueRow]:
    plans = list(selectors.plan_employment_patterns(on))
    ids = dict(
        Employment.objects.filter(pk__in=[p.employment_id for p in plans]).values_list("pk", "external_id")
    )
    for found in plans:
        for deadline, word in _with_status(found.planned, [], on):
            yield DueRow(ids[found.employment_id], "", deadline.key, deadline.kind.value, deadline.due, word)
    for row in _settled().filter(
        trigger_day__isnull=False, settled_on__gte=on - selectors.PATTERN_ALIVE, settled_on__lte=on
    ):
        yield DueRow(row.employment.external_id, "", row.rule, row.kind, row.due, row.state)


def _settled() -> QuerySet[Deadline]:
    return Deadline.objects.filter(state__in=[Deadline.State.HELD, Deadline.State.WAIVED]).select_related(
        "employment"
    )


def _with_status(
    planned: Iterable[PlannedDeadline], settled: Iterable[Deadline], on: date
) -> Iterator[tuple[PlannedDeadline, str]]:
    by_key = {(row.rule, row.occurrence): row for row in settled}
    for deadline in planned:
        row = by_key.get((deadline.key, deadline.occurrence))
        held = row.settled_on if row is not None and row.state == Deadline.State.HELD else None
        waived = row is not None and row.state == Deadline.State.WAIVED and (row.settled_on or on) <= on
        word: Status = status(deadline, on, held_on=held, waived=waived)
        yield deadline, word.value

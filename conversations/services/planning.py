"""Keep the stored deadlines in step with absences and rules (domain § 8: deadlines are rows, re-planned).

Runs in the transaction that changed an absence, after imports, after a change of rules, and every night.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from absence.models import SickNotification
from conversations import selectors
from conversations.models import Deadline
from conversations.rules.planning import PlannedDeadline
from conversations.rules.replanning import replan

_KEPT = ("earliest", "due", "kind", "actor", "mandatory", "statutory", "reason", "state", "settled_on")


@transaction.atomic
def plan_deadlines(*, on: date, absence_ids: Collection[int] | None = None) -> int:
    """Re-plan these absences' deadlines (None: every running one, and those with open deadlines). Returns rows changed.

    An absence that has ended, or whose employment has, gets no new deadlines: what was still open then lapses, what was due later is removed.
    """
    absences = selectors.followed_up()
    open_rows = Deadline.objects.filter(state=Deadline.State.OPEN, absence__isnull=False)
    if absence_ids is None:
        absences = absences.filter(
            Q(last_day__isnull=True) | Q(last_day__gte=on) | Q(pk__in=open_rows.values("absence_id"))
        )
        rows = Deadline.objects.filter(absence__isnull=False).filter(
            Q(absence__in=absences) | Q(state=Deadline.State.OPEN)
        )
    else:
        absences = absences.filter(pk__in=absence_ids)
        rows = Deadline.objects.filter(absence_id__in=absence_ids)
    existing: dict[int, list[Deadline]] = defaultdict(list)
    for row in rows:
        existing[row.absence_id or 0].append(row)
    writer = _Writer()
    for found in selectors.plan_absences(absences, on):
        writer.absence(found.absence, existing.pop(found.absence.pk, []), found.planned, on)
    for leftover in existing.values():  # withdrawn, or of a category no longer followed up
        writer.remove(
            row for row in leftover if row.conversation_id is None and row.state != Deadline.State.WAIVED
        )
    return writer.write()


@transaction.atomic
def plan_patterns(*, on: date, employment_ids: Collection[int] | None = None) -> int:
    """Find trivselssamtaler that the rules call for (None: among all). Returns the number of rows changed."""
    rows = Deadline.objects.filter(trigger_day__isnull=False)
    if employment_ids is not None:
        rows = rows.filter(employment_id__in=employment_ids)
    existing: dict[int, list[Deadline]] = defaultdict(list)
    for row in rows:
        existing[row.employment_id].append(row)
    writer = _Writer()
    for found in selectors.plan_employment_patterns(on, employment_ids):
        writer.patterns(found.employment_id, existing.pop(found.employment_id, []), found.planned)
    for leftover in existing.values():
        writer.remove(row for row in leftover if row.state == Deadline.State.OPEN)
    return writer.write()


class _Writer:
    """Gathers rows to create, update and delete, and writes each kind in one statement."""

    def __init__(self) -> None:
        self.create: list[Deadline] = []
        self.update: list[Deadline] = []
        self.delete: list[int] = []

    def absence(
        self, absence: SickNotification, rows: list[Deadline], planned: list[PlannedDeadline], on: date
    ) -> None:
        ended = selectors.is_over(absence, on)
        difference = replan(map(selectors.stored, rows), map(selectors.comparable, planned))
        by_key = {deadline.stable_key: deadline for deadline in planned}
        self.remove(row.ref for row in difference.remove)
        removed = {row.ref.pk for row in difference.remove}
        for row in rows:
            kept = selectors.stored(row)
            if row.pk not in removed and not kept.closed:
                self._change(row, _values(by_key[kept.planned.stable_key], ended))
        if not ended:
            self.create += [
                Deadline(
                    employment_id=absence.employment_id,
                    absence=absence,
                    rule=deadline.key,
                    occurrence=deadline.occurrence,
                    **_values(by_key[deadline.stable_key], ended),
                )
                for deadline in difference.create
            ]

    def patterns(self, employment_id: int, rows: list[Deadline], planned: list[PlannedDeadline]) -> None:
        difference = replan(map(selectors.stored, rows), map(selectors.comparable, planned))
        by_key = {deadline.stable_key: deadline for deadline in planned}
        self.remove(row.ref for row in difference.remove)
        for changed, target in difference.change:
            self._change(changed.ref, _values(by_key[target.stable_key], ended=False))
        self.create += [
            Deadline(
                employment_id=employment_id,
                rule=deadline.key,
                occurrence=deadline.occurrence,
                trigger_day=deadline.trigger,
                **_values(by_key[deadline.stable_key], ended=False),
            )
            for deadline in difference.create
        ]

    def remove(self, rows: Iterable[Deadline]) -> None:
        self.delete += [row.pk for row in rows]

    def _change(self, row: Deadline, values: dict[str, Any]) -> None:
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            self.update.append(row)

    def write(self) -> int:
        if self.delete:
            Deadline.objects.filter(pk__in=self.delete).delete()
        if self.update:
            Deadline.objects.bulk_update(self.update, _KEPT, batch_size=1000)
        if self.create:
            Deadline.objects.bulk_create(self.create, batch_size=2000)
        return len(self.create) + len(self.update) + len(self.delete)


def _values(planned: PlannedDeadline, ended: bool) -> dict[str, Any]:
    """A planned deadline as columns. Held by another conversation counts as held; open when the absence ended lapses."""
    state = Deadline.State.LAPSED if ended else Deadline.State.OPEN
    if planned.settled_on is not None:
        state = Deadline.State.HELD
    return {
        "earliest": planned.earliest,
        "due": planned.due,
        "kind": planned.kind.value,
        "actor": planned.actor.value,
        "mandatory": planned.mandatory,
        "statutory": planned.statutory,
        "reason": planned.reason_text[:300],
        "state": state,
        "settled_on": planned.settled_on,
    }

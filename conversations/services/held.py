"""Settle deadlines: held, not relevant, and taking it back (C4, C5)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from conversations.models import Conversation, Deadline
from conversations.rules.model import Kind
from conversations.services.planning import plan_deadlines, plan_patterns
from organisation.models import User


def _open(deadline: Deadline) -> Deadline:
    """The row locked. Raises ValidationError when it was settled meanwhile."""
    row = Deadline.objects.select_for_update(of=("self",)).get(pk=deadline.pk)
    if row.state in (Deadline.State.HELD, Deadline.State.WAIVED):
        raise ValidationError("Opgaven er allerede løst. Genindlæs siden for at se hvornår.")
    return row


@transaction.atomic
def hold(*, deadline: Deadline, held_on: date, how: str, by: User, on: date) -> Conversation:
    """Note that a contact or conversation was held, and settle its deadline. Raises ValidationError.

    Only that it was held is kept here, not what was said.
    """
    row = _open(deadline)
    if held_on > on:
        raise ValidationError({"held_on": "Datoen ligger ude i fremtiden. Skriv den dag, den blev holdt."})
    if row.absence is not None and held_on < row.absence.first_day:
        raise ValidationError({"held_on": "Datoen ligger før første sygedag. Skriv den dag, den blev holdt."})
    conversation = Conversation.objects.create(
        employment=row.employment,
        absence=row.absence,
        kind=row.kind,
        held_on=held_on,
        how=how,
        held_by=by,
        created_by=by,
    )
    row.state, row.settled_on, row.conversation = Deadline.State.HELD, held_on, conversation
    row.save(update_fields=["state", "settled_on", "conversation"])
    _follow_up(row, on)
    return conversation


@transaction.atomic
def waive(*, deadline: Deadline, reason: str, by: User, on: date) -> Deadline:
    """Settle a deadline as not relevant, with the reason (C4). The statutory conversation too: it is counted, not dropped."""
    row = _open(deadline)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Skriv hvorfor, så opgaven ikke bare forsvinder."})
    row.state, row.settled_on, row.waived_reason = Deadline.State.WAIVED, on, reason
    row.save(update_fields=["state", "settled_on", "waived_reason"])
    _follow_up(row, on)
    return row


@transaction.atomic
def take_back(*, deadline: Deadline, by: User, on: date) -> Deadline:
    """Undo `hold` or `waive`: the deadline is open again. Raises ValidationError when there is nothing to take back."""
    row = Deadline.objects.select_for_update(of=("self",)).get(pk=deadline.pk)
    if row.state not in (Deadline.State.HELD, Deadline.State.WAIVED):
        raise ValidationError("Opgaven er ikke løst, så der er ikke noget at fortryde.")
    conversation = row.conversation
    row.state, row.settled_on, row.waived_reason, row.conversation = Deadline.State.OPEN, None, "", None
    row.save(update_fields=["state", "settled_on", "waived_reason", "conversation"])
    if conversation is not None and not conversation.settles.exists():
        conversation.delete()
    _follow_up(row, on)
    return row


def _follow_up(row: Deadline, on: date) -> None:
    """Other deadlines may be settled, or no longer be, by what just happened."""
    if row.absence_id is not None:
        plan_deadlines(on=on, absence_ids=[row.absence_id])
    if row.kind in (Kind.TRIVSELSSAMTALE, Kind.SAMTALE):
        plan_patterns(on=on, employment_ids=[row.employment_id])

"""What every write of absence needs: the locked row, checks that raise, and a save that the database judges at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from absence import selectors
from absence.models import SickNotification
from absence.permissions import check_can_handle
from absence.rules import checks
from absence.undo import CHANGED
from organisation.models import Employment, User

OVERLAP = "absence_no_overlap"
FROM_PAYROLL = (
    "Fraværet kommer fra lønsystemet dag for dag. Ret datoerne dér; de følger med ved næste indlæsning."
)
WITHDRAWN = "Sygemeldingen er trukket tilbage og kan ikke ændres. Registrér en ny."


class OverlapError(ValidationError):
    """The employee is already absent on some of the days; `other` is that absence."""

    def __init__(self, other: SickNotification, today: date) -> None:
        self.other = other
        super().__init__(
            {"first_day": checks.overlap_message(other.first_day, other.last_day, today)}, code="overlap"
        )


def locked(absence: SickNotification, by: User, today: date) -> SickNotification:
    """The newest row, locked until the transaction ends. Raises OutOfReachError, ValidationError if withdrawn."""
    found = (
        SickNotification.objects.select_for_update(of=["self"])
        .select_related("employment__person", "category")
        .get(pk=absence.pk)
    )
    check_can_handle(by, found.employment, today)
    if found.withdrawn_at is not None:
        raise ValidationError(WITHDRAWN, code="withdrawn")
    return found


def refuse(messages: dict[str, str]) -> None:
    if found := {field: text for field, text in messages.items() if text}:
        raise ValidationError(found)


def refuse_payroll(absence: SickNotification) -> None:
    if absence.payroll_days.exists():
        raise ValidationError(FROM_PAYROLL, code="payroll")


def date_messages(
    employment: Employment, first_day: date, last_day: date | None, expected: date | None, today: date
) -> dict[str, str]:
    return checks.check_dates(
        checks.Dates(first_day, last_day, expected),
        today=today,
        employed_from=employment.start,
        employed_to=employment.end,
    )


def save(absence: SickNotification, today: date) -> None:
    other = selectors.overlapping(absence.employment, absence.first_day, absence.last_day, besides=absence.pk)
    if other is not None:
        raise OverlapError(other, today)
    with no_overlap(absence, today):
        absence.save()


@contextmanager
def no_overlap(absence: SickNotification, today: date) -> Iterator[None]:
    """Let the database judge at once, so that a race with another registration ends in the same clear message."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute(f"SET CONSTRAINTS {OVERLAP} IMMEDIATE")
                cursor.execute(f"SET CONSTRAINTS {OVERLAP} DEFERRED")
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", None) != OVERLAP:
            raise
        other = selectors.overlapping(
            absence.employment, absence.first_day, absence.last_day, besides=absence.pk
        )
        if other is None:
            raise ValidationError(CHANGED, code="changed") from None
        raise OverlapError(other, today) from None

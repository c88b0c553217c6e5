"""Stedfortrædere: somebody holds a leader's roles for a period (O4)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError

from core.formats import format_period
from organisation.models import Deputy, User
from organisation.services.acting import action

# As with roles: otherwise a systemansvarlig, who sees no absence data (O4), could step into any leader's place.
OWN_DEPUTY = "Du kan ikke gøre dig selv til stedfortræder. Bed lederen eller en kollega om det."


@action
def add_deputy(*, leader: User, deputy: User, first_day: date, last_day: date, by: User) -> Deputy:
    """`deputy` reaches what `leader` reaches from the first to the last day. Raises ValidationError."""
    if last_day < first_day:
        raise ValidationError({"last_day": "Sidste dag kan ikke være før første dag."})
    if leader.pk == deputy.pk:
        raise ValidationError({"deputy": "En leder kan ikke være sin egen stedfortræder. Vælg en anden."})
    if deputy.pk == by.pk:
        raise ValidationError({"deputy": OWN_DEPUTY})
    if not deputy.is_active:
        raise ValidationError({"deputy": "Brugeren er lukket. Vælg en anden."})
    other = Deputy.objects.filter(
        leader=leader, deputy=deputy, first_day__lte=last_day, last_day__gte=first_day
    ).first()
    if other is not None:
        period = format_period(other.first_day, other.last_day)
        raise ValidationError({"first_day": f"{deputy.name} er allerede stedfortræder {period}."})
    found = Deputy(leader=leader, deputy=deputy, first_day=first_day, last_day=last_day, created_by=by)
    found.full_clean()
    found.save()
    return found


@action
def end_deputy(*, deputy: Deputy, on: date, by: User) -> None:
    """End it at once: on `on` it no longer counts. One that has not begun before `on` goes away wholly."""
    if deputy.first_day >= on:
        deputy.delete()
    elif deputy.last_day >= on:
        deputy.last_day = on - timedelta(days=1)
        deputy.save(update_fields=["last_day"])

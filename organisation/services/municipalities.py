"""Municipalities, their choices and their own days off."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal

from core.tenancy import tenant
from organisation.models import DayOff, Municipality, MunicipalitySettings, User
from organisation.services.acting import action

LENGTHS = "Mellemlangt fravær skal slutte senere end kort fravær. Skriv et større tal."
# Sent inside the new tenant, so that apps above add what they need there. Argument: municipality.
municipality_created = Signal()
# Sent inside the tenant when a preset of conversation rules is asked for by name. Arguments: municipality, preset, by.
# A receiver raises ValidationError on an unknown name.
preset_chosen = Signal()


@transaction.atomic
def create_municipality(*, slug: str, name: str, cvr: str, by: User | None = None) -> Municipality:
    """Create a tenant with its settings. Raises ValidationError on a taken slug or CVR number, or a wrong one."""
    municipality = Municipality(slug=slug, name=name, cvr=cvr)
    municipality.full_clean()
    municipality.save()
    with tenant(municipality.pk):
        MunicipalitySettings.objects.create()
        municipality_created.send(Municipality, municipality=municipality)
    return municipality


@action
def save_settings(*, settings: MunicipalitySettings, by: User | None) -> MunicipalitySettings:
    """Keep changed choices of the municipality. Raises ValidationError when they do not fit together."""
    if settings.middle_until <= settings.short_until:
        raise ValidationError({"middle_until": LENGTHS})
    settings.full_clean()
    settings.save()
    return settings


@action
def add_day_off(*, day: date, name: str, by: User | None) -> DayOff:
    """Add a day on which nobody's ordinary pattern counts. Raises ValidationError when the day is there already."""
    if DayOff.objects.filter(date=day).exists():
        raise ValidationError({"date": "Dagen står allerede på listen."})
    found = DayOff(date=day, name=name.strip())
    found.full_clean()
    found.save()
    return found


@action
def remove_day_off(*, day_off: DayOff, by: User | None) -> None:
    """Let the day count as an ordinary working day again."""
    day_off.delete()

"""The organisation tree's writes (O2). History stays: moving and closing end a placement, nothing is overwritten."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q

from core.formats import format_count, format_date
from core.tenancy import require
from organisation.models import EmploymentTerms, Unit, UnitPlacement, User
from organisation.rules.moves import Place, first_day_without, first_loop
from organisation.services.acting import action

DAY = timedelta(days=1)


def _places() -> list[Place]:
    rows = UnitPlacement.objects.values_list("unit_id", "parent_id", "valid_from", "valid_to")
    return [Place(*row) for row in rows]


def _lock_tree() -> None:
    """One change of the tree at a time: two moves at once could make a loop that neither sees alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"organisation tree of {require()}"]
        )


def _check_place(place: Place, parent: Unit | None) -> None:
    if parent is None:
        return
    places = _places()
    missing = first_day_without(places, parent.pk, place.first, place.last)
    if missing is not None:
        raise ValidationError(
            {"parent": f"{parent.name} findes ikke i organisationen {format_date(missing)}. Vælg en anden."}
        )
    loop = first_loop(places, place)
    if loop is not None:
        raise ValidationError(
            {"parent": f"{parent.name} ligger selv under enheden {format_date(loop)}. Vælg en anden."}
        )


@action
def create_unit(
    *, external_id: str, name: str, level: str, parent: Unit | None, valid_from: date, by: User | None
) -> Unit:
    """A new unit and its place from a day on. Raises ValidationError: number taken, parent not there that day."""
    _lock_tree()
    unit = Unit(external_id=external_id.strip(), name=name.strip(), level=level.strip())
    if Unit.objects.filter(external_id=unit.external_id).exists():
        raise ValidationError({"external_id": "Enhedsnummeret er allerede i brug. Skriv et andet."})
    unit.full_clean()
    unit.save()
    _check_place(Place(unit.pk, parent.pk if parent else None, valid_from), parent)
    UnitPlacement.objects.create(unit=unit, parent=parent, valid_from=valid_from)
    return unit


@action
def rename_unit(*, unit: Unit, name: str, level: str, by: User | None) -> Unit:
    """Change name and level; the history keeps the old ones."""
    unit.name, unit.level = name.strip(), level.strip()
    unit.full_clean()
    unit.save(update_fields=["name", "level"])
    return unit


@action
def move_unit(*, unit: Unit, parent: Unit | None, from_day: date, by: User | None) -> UnitPlacement:
    """Place the unit below another from a day on, until the next planned change or its closing.

    Raises ValidationError: the unit or parent is not there that day, the parent lies below the unit, nothing changes.
    """
    _lock_tree()
    now = UnitPlacement.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=from_day), unit=unit, valid_from__lte=from_day
    ).first()
    if now is None:
        raise ValidationError(
            {"from_day": "Enheden findes ikke i organisationen den dag. Vælg en anden dag."}
        )
    parent_id = parent.pk if parent else None
    if now.parent_id == parent_id:
        raise ValidationError(
            {"parent": "Enheden ligger der allerede den dag. Vælg en anden overordnet enhed."}
        )
    _check_place(Place(unit.pk, parent_id, from_day, now.valid_to), parent)
    if now.valid_from == from_day:
        now.parent = parent
        now.save(update_fields=["parent"])
        return now
    last = now.valid_to
    now.valid_to = from_day - DAY
    now.save(update_fields=["valid_to"])
    return UnitPlacement.objects.create(unit=unit, parent=parent, valid_from=from_day, valid_to=last)


@action
def close_unit(*, unit: Unit, last_day: date, by: User | None) -> None:
    """End the unit's place after a day. Raises ValidationError when employees or units would be left behind."""
    _lock_tree()
    after = Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)
    current = UnitPlacement.objects.filter(after, unit=unit, valid_from__lte=last_day).first()
    if current is None:
        raise ValidationError({"last_day": "Enheden er ikke åben den dag. Vælg en anden dag."})
    children = list(
        UnitPlacement.objects.filter(after, parent=unit).values_list("unit__name", flat=True).distinct()
    )
    if children:
        raise ValidationError(
            f"{_listed(children)} ligger under enheden efter {format_date(last_day)}. Flyt eller luk dem først."
        )
    employees = (
        EmploymentTerms.objects.filter(after, unit=unit)
        .filter(Q(employment__end__isnull=True) | Q(employment__end__gt=last_day))
        .values("employment_id")
        .distinct()
        .count()
    )
    if employees:
        count = format_count(employees, "medarbejder hører", "medarbejdere hører")
        raise ValidationError(
            f"{count} til enheden efter {format_date(last_day)}. Flyt dem først i lønsystemet, og læs dem ind."
        )
    UnitPlacement.objects.filter(unit=unit, valid_from__gt=last_day).delete()
    current.valid_to = last_day
    current.save(update_fields=["valid_to"])


@action
def reopen_unit(*, unit: Unit, by: User | None) -> UnitPlacement:
    """Take the unit's newest end back. Raises ValidationError when the place above is closed, or it is open already."""
    _lock_tree()
    newest = UnitPlacement.objects.filter(unit=unit).order_by("-valid_from").first()
    if newest is None or newest.valid_to is None:
        raise ValidationError("Enheden er åben.")
    _check_place(
        Place(unit.pk, newest.parent_id, newest.valid_to + DAY),
        Unit.objects.get(pk=newest.parent_id) if newest.parent_id else None,
    )
    newest.valid_to = None
    newest.save(update_fields=["valid_to"])
    return newest


def _listed(names: list[str]) -> str:
    shown = names[:3]
    more = len(names) - len(shown)
    text = ", ".join(shown)
    return f"{text} og {more} til" if more else text

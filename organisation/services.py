"""Writes of the organisation: municipalities, users, roles, deputies. Keyword-only, with `by` the acting user."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal

from core.tenancy import tenant
from organisation.models import Municipality, MunicipalitySettings, Person, RoleAssignment, Unit, User
from organisation.models.access import Role

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


@transaction.atomic
def create_user(
    *,
    email: str,
    name: str,
    role: str | None,
    by: User | None,
    unit: Unit | None = None,
    person: Person | None = None,
    password: str | None = None,
    include_subtree: bool = True,
) -> User:
    """Create a user of the current tenant with at most one role; more come by `assign_role`.

    An operatør is created without a tenant set. Without a password the user cannot log in until one is set.
    Raises ValidationError.
    """
    user = User.objects.create_user(email, password, name=name, person=person)
    if role is not None and role != Role.OPERATOER:
        assign_role(user=user, role=role, unit=unit, include_subtree=include_subtree, by=by)
    return user


def assign_role(
    *, user: User, role: str, by: User | None, unit: Unit | None = None, include_subtree: bool = True
) -> RoleAssignment:
    """Give a user a role over a unit. Raises ValidationError when the role needs a unit and has none."""
    if role == Role.LEDER and unit is None:
        raise ValidationError({"unit": "En leder skal have en enhed. Vælg enheden."})
    assignment = RoleAssignment(user=user, role=role, unit=unit, include_subtree=include_subtree)
    assignment.full_clean()
    assignment.save()
    return assignment

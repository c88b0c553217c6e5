"""Users and their roles (O4). Who may give what to whom is checked here, so that no page can forget it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q

from core.mail import queue
from organisation.mails import address_changed
from organisation.models import Person, RoleAssignment, Unit, User
from organisation.models.access import Role
from organisation.selectors import valid_on
from organisation.services.acting import action

OWN_ROLE = "Du kan ikke give dig selv en rolle. Bed en kollega med adgang til brugere om det."
OWN_SYSTEM_ROLE = (
    "Du kan ikke fratage dig selv rollen som systemansvarlig. Bed en anden systemansvarlig om at gøre det."
)
LAST_SYSTEM = "Kommunen skal have mindst én aktiv systemansvarlig. Giv først rollen til en anden."
ONLY_SYSTEM = "Kun en systemansvarlig kan give, ændre eller afslutte rollen som systemansvarlig."
ONLY_SYSTEM_USER = "Kun en systemansvarlig kan lukke en systemansvarligs bruger eller ændre dens e-mail."
OWN_USER = "Du kan ikke lukke din egen bruger. Bed en kollega om det."
OWN_PERSON = "Du kan ikke selv vælge, hvilken medarbejder din bruger hører til. Bed en kollega om det."
DATES = "Sidste dag kan ikke være før første dag."


@action
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
    with _address_free():
        user = User.objects.create_user(email, password, name=name, person=person)
    if role is not None and role != Role.OPERATOER:
        assign_role(user=user, role=role, unit=unit, include_subtree=include_subtree, by=by)
    return user


@action
def change_user(
    *, user: User, name: str, email: str, person: Person | None, is_active: bool, on: date, by: User
) -> User:
    """Change a user's own facts. A new address is told to the old one too, so that nobody takes over unseen.

    Raises ValidationError: address taken, closing oneself or the last systemansvarlig,
    a systemansvarlig's address or closing by others, choosing one's own person.
    """
    before = User.objects.get(pk=user.pk)
    if email.strip().lower() != before.email or not is_active:
        _check_may_take_over(before, by, on)
    if not is_active and before.is_active:
        if user.pk == by.pk:
            raise ValidationError({"is_active": OWN_USER})
        _keep_a_system_user(without=user, on=on, field="is_active")
    if user.pk == by.pk and (person.pk if person else None) != before.person_id:
        raise ValidationError({"person": OWN_PERSON})
    user.name, user.email = name.strip(), email.strip().lower()
    user.person, user.is_active = person, is_active
    user.full_clean(exclude=["password"])
    _save(user)
    if user.email != before.email:
        _tell_old_address(before.email, user)
    return user


def _save(user: User) -> None:
    with _address_free():
        user.save()


@contextmanager
def _address_free() -> Iterator[None]:
    """Say it at the field when the address belongs to somebody whom row-level security hides from us."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if "email" not in constraint:
            raise
        message = User._meta.get_field("email").error_messages["unique"]
        raise ValidationError({"email": message}) from None


def _check_may_take_over(user: User, by: User, on: date) -> None:
    """Whoever decides where the link to a new password goes has the user's access: HR must not get the set-up so."""
    if user.pk == by.pk or user.pk not in system_users(on):
        return
    if not RoleAssignment.objects.filter(valid_on(on), user=by, role=Role.SYSTEMANSVARLIG).exists():
        raise ValidationError(ONLY_SYSTEM_USER)


def _tell_old_address(old: str, user: User) -> None:
    subject, text = address_changed()
    queue(key=f"address:{user.pk}:{old}:{user.email}", to=old, subject=subject, text=text)


@action
def assign_role(
    *,
    user: User,
    role: str,
    by: User | None,
    unit: Unit | None = None,
    include_subtree: bool = True,
    valid_from: date | None = None,
    valid_to: date | None = None,
    on: date | None = None,
) -> RoleAssignment:
    """Give a user a role over a unit, or take up again one that has ended before `on`.

    Raises ValidationError: a leader without unit, a role held already, oneself, systemansvarlig given by others.
    """
    if role == Role.LEDER and unit is None:
        raise ValidationError({"unit": "En leder skal have en enhed. Vælg enheden."})
    if by is not None and by.pk == user.pk:
        raise ValidationError(OWN_ROLE)
    if role == Role.SYSTEMANSVARLIG:
        _check_system_user(by, on)
    found = RoleAssignment.objects.filter(user=user, role=role, unit=unit).first()
    if found is not None and (on is None or found.valid_to is None or found.valid_to >= on):
        raise ValidationError("Brugeren har allerede rollen.")
    assignment = found or RoleAssignment(user=user, role=role, unit=unit)
    assignment.include_subtree = include_subtree
    assignment.valid_from, assignment.valid_to = valid_from, valid_to
    assignment.source = RoleAssignment.Source.GIVEN
    _check_dates(assignment)
    assignment.full_clean()
    assignment.save()
    return assignment


@action
def change_role(
    *,
    assignment: RoleAssignment,
    include_subtree: bool,
    valid_from: date | None,
    valid_to: date | None,
    on: date,
    by: User,
) -> RoleAssignment:
    """Change a role's dates or whether it reaches the units below. Raises ValidationError as `end_role` does."""
    if assignment.user_id == by.pk:
        raise ValidationError(OWN_ROLE)
    if assignment.role == Role.SYSTEMANSVARLIG:
        _check_system_user(by, on)
        _keep_a_system_user(without=assignment.user, on=on, from_day=valid_from, until=valid_to)
    assignment.include_subtree = include_subtree
    assignment.valid_from, assignment.valid_to = valid_from, valid_to
    _check_dates(assignment)
    assignment.full_clean()
    assignment.save()
    return assignment


@action
def end_role(*, assignment: RoleAssignment, on: date, by: User) -> None:
    """End a role at once: it no longer counts on `on`. One that began on `on` or later goes away wholly.

    Raises ValidationError when it is one's own role as systemansvarlig, or the last one in the municipality.
    """
    if assignment.role == Role.SYSTEMANSVARLIG:
        if assignment.user_id == by.pk:
            raise ValidationError(OWN_SYSTEM_ROLE)
        _check_system_user(by, on)
        _keep_a_system_user(without=assignment.user, on=on)
    if assignment.valid_from is not None and assignment.valid_from >= on:
        assignment.delete()
        return
    assignment.valid_to = on - timedelta(days=1)
    assignment.save(update_fields=["valid_to"])


def _check_dates(assignment: RoleAssignment) -> None:
    first, last = assignment.valid_from, assignment.valid_to
    if first is not None and last is not None and last < first:
        raise ValidationError({"valid_to": DATES})


def system_users(on: date) -> "set[int]":
    """Ids of the active systemansvarlige of the day."""
    rows = RoleAssignment.objects.filter(valid_on(on), role=Role.SYSTEMANSVARLIG, user__is_active=True)
    return set(rows.values_list("user_id", flat=True))


def _check_system_user(by: User | None, on: date | None) -> None:
    """Commands (`by` None) may; of users only a systemansvarlig, so that HR cannot take over the set-up."""
    if by is None:
        return
    mine = RoleAssignment.objects.filter(user=by, role=Role.SYSTEMANSVARLIG)
    if not (mine.filter(valid_on(on)) if on is not None else mine).exists():
        raise ValidationError(ONLY_SYSTEM)


def _keep_a_system_user(
    *, without: User, on: date, from_day: date | None = None, until: date | None = date.min, field: str = ""
) -> None:
    """Refuse what would leave the municipality without a lasting systemansvarlig.

    `from_day` and `until` are the new dates of the role; the default means that it goes away.
    """
    stays = until is None and (from_day is None or from_day <= on)
    lasting = RoleAssignment.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on),
        valid_to__isnull=True,
        role=Role.SYSTEMANSVARLIG,
        user__is_active=True,
    ).exclude(user=without)
    was_one = RoleAssignment.objects.filter(valid_on(on), user=without, role=Role.SYSTEMANSVARLIG).exists()
    if was_one and not stays and not lasting.exists():
        raise ValidationError({field: LAST_SYSTEM} if field else LAST_SYSTEM)

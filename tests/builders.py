"""Small builders of test data, used by every app's tests. Call them inside a tenant (fixture `nordby`).

Each gives a whole, valid thing with as few words as a test needs; whatever matters to the test is an argument.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from absence.models import AbsenceState, Category, SickNotification
from organisation.models import (
    Deputy,
    Employment,
    EmploymentTerms,
    OccupationalGroup,
    Person,
    RoleAssignment,
    Unit,
    UnitPlacement,
    User,
)
from organisation.models.access import Role

LONG_AGO = date(2015, 1, 1)
FULL_TIME = (7.4, 7.4, 7.4, 7.4, 7.4, 0.0, 0.0)
PASSWORD = "Correct-horse-7"  # meets the password rules, for tests that log in through the page

_numbers = count(1)


def make_unit(name: str = "Team Syd", parent: Unit | None = None, *, valid_from: date = LONG_AGO) -> Unit:
    """A unit and its place in the tree."""
    unit = Unit.objects.create(external_id=f"E{next(_numbers)}", name=name)
    UnitPlacement.objects.create(unit=unit, parent=parent, valid_from=valid_from)
    return unit


def make_person(name: str = "Jonna Vestermark") -> Person:
    """A human being without employment."""
    return Person.objects.create(external_id=f"P{next(_numbers)}", name=name)


def make_employment(
    name: str = "Jonna Vestermark",
    unit: Unit | None = None,
    *,
    person: Person | None = None,
    hours: Sequence[float] = FULL_TIME,
    start: date = LONG_AGO,
    end: date | None = None,
    group: str = "",
    leader: User | None = None,
) -> Employment:
    """An employment with one set of terms from its start. `hours`: 7 per week, Monday first, several weeks = rota."""
    employment = Employment.objects.create(
        external_id=f"A{next(_numbers)}", person=person or make_person(name), start=start, end=end
    )
    EmploymentTerms.objects.create(
        employment=employment,
        valid_from=start,
        unit=unit or make_unit(),
        group=OccupationalGroup.objects.get_or_create(name=group)[0] if group else None,
        leader=leader,
        hours=list(hours),
        weekly_hours=sum(hours) / (len(hours) / 7),
    )
    return employment


def make_user(
    role: str | None = None,
    unit: Unit | None = None,
    *,
    name: str = "",
    person: Person | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    password: str | None = None,
) -> User:
    """A user with at most one role. Log in with `client.force_login` (see `log_in`)."""
    number = next(_numbers)
    user = User.objects.create_user(
        f"bruger{number}@nordby.example", password, name=name or f"Bruger {number}", person=person
    )
    if role is not None:
        RoleAssignment.objects.create(
            user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to
        )
    return user


def make_leader(unit: Unit, *, name: str = "Signe Lyngvad", person: Person | None = None) -> User:
    """A leder of the unit and what lies below it."""
    return make_user(Role.LEDER, unit, name=name, person=person)


def make_hr(*, name: str = "Hanne Rask", person: Person | None = None) -> User:
    """An HR user."""
    return make_user(Role.HR, name=name, person=person)


def make_deputy(leader: User, deputy: User, first_day: date, last_day: date) -> Deputy:
    """`deputy` holds the leader's roles in the period."""
    return Deputy.objects.create(leader=leader, deputy=deputy, first_day=first_day, last_day=last_day)


def make_absence(
    employment: Employment,
    first_day: date,
    last_day: date | None = None,
    *,
    days: int | None = None,
    category: str = "egen_sygdom",
    states: Sequence[tuple[date, str, float | Sequence[float] | None]] = (),
    **fields: Any,
) -> SickNotification:
    """An absence straight into the table, past the services. `days` gives its length in calendar days.

    `states`: (from day, state, hours at work per week | per weekday | None).
    """
    if days is not None:
        last_day = first_day + timedelta(days=days - 1)
    absence = SickNotification.objects.create(
        employment=employment,
        category=Category.objects.get(key=category),
        first_day=first_day,
        last_day=last_day,
        **fields,
    )
    for from_day, state, worked in states:
        per_week = float(worked) if isinstance(worked, int | float) else None
        AbsenceState.objects.create(
            absence=absence,
            from_day=from_day,
            state=state,
            worked_hours_week=per_week,
            worked_hours=None if worked is None or per_week is not None else list(worked),  # type: ignore[arg-type]
        )
    return absence


def log_in(client: Any, user: User) -> None:
    """Log a test client in as the user; the log-in signal writes the municipality into the session."""
    from organisation.login import acting_as

    with acting_as(user):
        client.force_login(user, backend="organisation.login.TenantBackend")

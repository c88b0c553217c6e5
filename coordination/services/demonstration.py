"""Load the demonstration: three fictitious municipalities, through the same import that a real one uses."""

import random
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from absence.imports.service import known_files, run_import
from conversations.models import Conversation, Deadline
from conversations.reminders import Responsible
from conversations.rules.model import Kind
from conversations.selectors import rules_in_force
from conversations.services.planning import plan_deadlines, plan_patterns
from coordination.demonstration import (
    DEMO_PASSWORD,
    DEMO_SEED,
    OPERATOR_EMAIL,
    OPERATOR_NAME,
    SPECS,
    MunicipalitySpec,
    UserRow,
    generate,
    write_files,
)
from core.tenancy import login_as, tenant
from organisation.models import Municipality, Person, RoleAssignment, Unit, User
from organisation.models.access import Role
from organisation.services import create_municipality, create_user, preset_chosen

# In a real municipality most steps have been taken by the time one looks: this share of the past ones.
_HELD_SHARE = 0.88
_WAIVED_SHARE = 0.05
_LEFT_OPEN = timedelta(days=12)  # nothing is left undone for longer than this
Say = Callable[[str], None]


def is_loaded() -> bool:
    """Whether any municipality exists already."""
    return Municipality.objects.exists()


def load(*, today: date, say: Say) -> None:
    """Create the three municipalities, one transaction each, and the operatør. Raises if an import is refused."""
    for spec in SPECS:
        say(f"{spec.name} …")
        with transaction.atomic():
            _load_one(spec, today)
    with transaction.atomic(), login_as(OPERATOR_EMAIL):
        create_user(
            email=OPERATOR_EMAIL, name=OPERATOR_NAME, role=Role.OPERATOER, password=DEMO_PASSWORD, by=None
        )


def _load_one(spec: MunicipalitySpec, today: date) -> None:
    demonstration = generate(spec, today=today, seed=DEMO_SEED)
    municipality = create_municipality(slug=spec.slug, name=spec.name, cvr=spec.cvr)
    with tenant(municipality.pk), tempfile.TemporaryDirectory(prefix="naervaer-") as folder:
        write_files(demonstration, Path(folder))
        paths, _ = known_files(Path(folder))
        outcome = run_import(paths, by=None, today=today, apply=True)
        if not outcome.ok:
            problems = [error.as_line(file.name) for file in outcome.files for error in file.errors[:5]]
            raise RuntimeError(f"{spec.slug}: {problems}")
        preset_chosen.send(Municipality, municipality=municipality, preset=spec.preset, by=None)
        _add_users(demonstration.users)
        _live_through_the_deadlines(today)


def _add_users(rows: tuple[UserRow, ...]) -> None:
    """Users for every role. Those who log in share one password; other leaders exist as the import made them."""
    units = {unit.external_id: unit for unit in Unit.objects.all()}
    persons = {
        person.external_id: person
        for person in Person.objects.filter(external_id__in=[r.person_id for r in rows])
    }
    known = {user.email: user for user in User.objects.all()}
    password = make_password(DEMO_PASSWORD)
    for row in rows:
        user = known.get(row.email)
        if user is None:
            user = User.objects.create_user(row.email, name=row.name)
        user.name = row.name
        user.person = persons.get(row.person_id)
        if row.login:
            user.password = password
        user.save()
        known[row.email] = user
        if row.role != Role.MEDARBEJDER:
            RoleAssignment.objects.get_or_create(
                user=user,
                role=row.role,
                unit=units.get(row.unit_id),
                defaults={"include_subtree": row.include_subtree},
            )


def _live_through_the_deadlines(today: date) -> None:
    """Settle most of the past steps of running absences, as leaders would have; the designated leader's stay as planned.

    The draw is fixed by the demonstration's seed, so that everybody sees the same.
    """
    draw = random.Random(DEMO_SEED)  # nosec B311  (a demonstration, not a secret)
    plan_deadlines(on=today)
    plan_patterns(on=today)
    past = Deadline.objects.filter(state=Deadline.State.OPEN).filter(
        Q(due__lt=today) | Q(trigger_day__isnull=False, due__lt=today + timedelta(days=7))
    )
    rows = list(past.select_related("absence", "employment").order_by("pk"))
    responsible = Responsible(rows, today)
    users = User.objects.in_bulk({user for row in rows for user in responsible.of(row)})
    for deadline in rows:
        held_by = users[min(responsible.of(deadline))]
        chance = draw.random() * (_HELD_SHARE + _WAIVED_SHARE if deadline.due < today - _LEFT_OPEN else 1.0)
        if chance < _HELD_SHARE:
            _hold(deadline, held_by, today, late=draw.random() < 0.15)
        elif chance < _HELD_SHARE + _WAIVED_SHARE:
            deadline.state, deadline.settled_on = Deadline.State.WAIVED, min(deadline.due, today)
            deadline.waived_reason = "I har aftalt noget andet"
            deadline.save()
    assert rules_in_force(today).common.during
    plan_deadlines(on=today)


def _hold(deadline: Deadline, by: User | None, today: date, *, late: bool) -> None:
    first = deadline.absence.first_day if deadline.absence is not None else deadline.earliest
    held_on = min(max(deadline.due + timedelta(days=2 if late else 0), first), today)
    deadline.conversation = Conversation.objects.create(
        employment_id=deadline.employment_id,
        absence=deadline.absence,
        kind=deadline.kind,
        held_on=held_on,
        how=Conversation.How.PHONE if deadline.kind == Kind.KONTAKT else Conversation.How.MEETING,
        held_by=by,
        created_by=by,
    )
    deadline.state, deadline.settled_on = Deadline.State.HELD, held_on
    deadline.save()

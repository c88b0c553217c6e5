"""Nobody gives themselves more than they have: by a deputyship, by another's e-mail, by a role that has ended."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.clock import today
from core.models import OutboxMail
from core.tenancy import tenant
from organisation.models import Deputy, RoleAssignment, User
from organisation.models.access import Role
from organisation.permissions import employments_in_reach, has_role
from organisation.services import create_user
from tests.builders import (
    log_in,
    make_deputy,
    make_employment,
    make_hr,
    make_leader,
    make_unit,
    make_user,
)

ON = today()
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.SYSTEMANSVARLIG, Role.HR])
def test_nobody_makes_themselves_a_deputy(nordby: Any, client: Client, role: Role) -> None:
    unit = make_unit()
    make_employment("Jonna", unit)
    leader, user = make_leader(unit), make_user(role)
    log_in(client, user)
    answer = client.post(
        reverse("deputies"),
        {"leader": leader.email, "deputy": user.email, "first_day": "i dag", "last_day": "i morgen"},
    )
    assert answer.status_code == 422
    assert "Du kan ikke gøre dig selv til stedfortræder" in answer.content.decode()
    assert not Deputy.objects.exists()


def test_a_deputy_of_somebody_who_leads_no_more_reaches_nothing(nordby: Any) -> None:
    leader, deputy = make_leader(make_unit()), make_user(name="Ida Holm")
    make_employment("Jonna", make_unit(), leader=leader)  # her terms still name the old leader
    make_deputy(leader, deputy, ON, ON + 9 * DAY)
    assert employments_in_reach(User.objects.get(pk=deputy.pk), ON).count() == 1
    RoleAssignment.objects.filter(user=leader).update(valid_from=ON - 9 * DAY, valid_to=ON - DAY)
    stands_in = User.objects.get(pk=deputy.pk)
    assert not has_role(stands_in, ON, Role.LEDER)
    assert not employments_in_reach(stands_in, ON).exists()
    assert not employments_in_reach(User.objects.get(pk=leader.pk), ON).exists()


def _change(client: Client, user: User, **changed: str) -> Any:
    data = {"name": user.name, "email": user.email, "is_active": "on", **changed}
    return client.post(
        reverse("user_page", args=[user.pk]), {f"bruger-{key}": value for key, value in data.items() if value}
    )


@pytest.mark.parametrize("changed", [{"email": "hanne@privat.example"}, {"is_active": ""}])
def test_hr_takes_over_no_systemansvarlig(nordby: Any, client: Client, changed: dict[str, str]) -> None:
    system, _ = make_user(Role.SYSTEMANSVARLIG, name="Kim System"), make_user(Role.SYSTEMANSVARLIG)
    log_in(client, make_hr())
    answer = _change(client, system, **changed)
    assert answer.status_code == 422
    assert "Kun en systemansvarlig" in answer.content.decode()
    stored = User.objects.get(pk=system.pk)
    assert (stored.email, stored.is_active) == (system.email, True)
    assert _change(client, system, name="Kim Ny").status_code == 302  # a name takes nothing over


def test_another_systemansvarlig_may(nordby: Any, client: Client) -> None:
    system = make_user(Role.SYSTEMANSVARLIG, name="Kim System")
    log_in(client, make_user(Role.SYSTEMANSVARLIG))
    assert _change(client, system, email="kim.ny@nordby.example").status_code == 302
    assert OutboxMail.objects.filter(to=system.email).exists()  # the old address is told


def test_an_address_of_another_municipality_is_refused_at_its_field(
    nordby: Any, sydby: Any, client: Client
) -> None:
    with tenant(sydby.pk):
        create_user(email="ida@sydby.example", name="Ida", role=None, by=None)
    user = make_user(name="Bo Holm")
    log_in(client, make_hr())
    answer = client.post(reverse("user_new"), {"name": "Ida", "email": "Ida@sydby.example"})
    assert answer.status_code == 422
    assert "E-mailadressen er allerede i brug" in answer.content.decode()
    answer = _change(client, user, email="ida@sydby.example")
    assert answer.status_code == 422
    assert "E-mailadressen er allerede i brug" in answer.content.decode()
    assert User.objects.get(pk=user.pk).email == user.email

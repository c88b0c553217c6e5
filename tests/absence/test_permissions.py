"""Who may open and who may change: every page of a case, for every role, as a matrix. Outside one's reach: 404."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from absence.models import SickNotification
from absence.permissions import can_handle
from core.tenancy import tenant
from organisation.models import User
from organisation.models.access import Role
from tests.absence.team import TODAY, Team
from tests.absence.test_services import nov
from tests.builders import (
    log_in,
    make_absence,
    make_deputy,
    make_employment,
    make_hr,
    make_leader,
    make_unit,
    make_user,
)

WHO = {
    "leader": 200,
    "deputy": 200,
    "hr": 200,
    "deputy before the period": 404,
    "deputy after the period": 404,
    "leader of another unit": 404,
    "leader above": 404,
    "employee": 404,
    "med": 404,
    "koordinator": 404,
    "systemansvarlig": 404,
    "leader of another municipality": 404,
}
READS = ("case", "case_state", "case_return", "case_reopen", "case_correct", "case_move")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    modules = (
        "absence.views.case",
        "absence.views.employees",
        "absence.views.register",
        "organisation.permissions",
    )
    for module in modules:
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)


def user_of(who: str, team: Team, sydby: object) -> User:
    """The user to look as. Team Syd lies below a unit with its own leader."""
    day = timedelta(days=1)
    if who == "leader of another municipality":
        with tenant(sydby.pk):  # type: ignore[attr-defined]
            return make_leader(make_unit())
    if who.startswith("deputy"):
        deputy = make_leader(make_unit("Team Nord"))
        first = {"deputy": TODAY, "deputy before the period": TODAY + day}.get(who, TODAY - 10 * day)
        make_deputy(team.leader, deputy, first, first + day)
        return deputy
    makers = {
        "leader": lambda: team.leader,
        "hr": make_hr,
        "leader of another unit": lambda: make_leader(make_unit("Team Nord")),
        "leader above": lambda: make_leader(_above(team)),
        "employee": lambda: make_user(person=team.torben.person),
        "med": lambda: make_user(Role.MED),
        "koordinator": lambda: make_user(Role.KOORDINATOR),
        "systemansvarlig": lambda: make_user(Role.SYSTEMANSVARLIG),
    }
    return makers[who]()  # type: ignore[no-untyped-call]


def _above(team: Team) -> object:
    top = make_unit("Ældre og sundhed")
    team.unit.placements.update(parent=top)
    return top


@pytest.mark.parametrize("who", WHO)
def test_pages_of_a_case(team: Team, sydby: object, client: Client, who: str) -> None:
    absence = make_absence(team.jonna, nov(2), nov(10))
    log_in(client, user_of(who, team, sydby))
    for name in READS:
        assert client.get(reverse(name, args=[absence.pk])).status_code == WHO[who], name
    for name in ("employee", "register_for"):
        assert client.get(reverse(name, args=[team.jonna.pk])).status_code == WHO[who], name
    expected = 302 if WHO[who] == 200 else 404
    assert client.post(reverse("case_withdraw", args=[absence.pk])).status_code == expected
    absence.refresh_from_db()
    assert (absence.withdrawn_at is not None) is (WHO[who] == 200)


@pytest.mark.parametrize("who", WHO)
def test_registering_for_somebody(team: Team, sydby: object, client: Client, who: str) -> None:
    log_in(client, user_of(who, team, sydby))
    client.post(
        reverse("register"),
        {
            "employment": str(team.jonna.pk),
            "first_day": "17.11.2026",
            "category": str(team.sickness.pk),
            "work_related": "unknown",
        },
    )
    assert SickNotification.objects.exists() is (WHO[who] == 200)


def test_the_unknown_case_looks_like_one_out_of_reach(team: Team, client: Client) -> None:
    hidden = make_absence(make_employment("Lone Graverholt"), nov(2))
    log_in(client, team.leader)
    unknown = client.get(reverse("case", args=[hidden.pk + 1000]))
    out_of_reach = client.get(reverse("case", args=[hidden.pk]))
    assert unknown.status_code == out_of_reach.status_code == 404
    assert "Lone" not in out_of_reach.content.decode()


def test_nobody_handles_their_own_case(team: Team, client: Client) -> None:
    """HR sees everybody, so also themselves, but another must handle it."""
    hr = make_hr(person=team.jonna.person)
    absence = make_absence(team.jonna, nov(2))
    assert not can_handle(hr, team.jonna, TODAY)
    assert can_handle(hr, team.torben, TODAY)
    log_in(client, hr)
    shown = client.get(reverse("case", args=[absence.pk])).content.decode()
    assert reverse("case_withdraw", args=[absence.pk]) not in shown
    assert client.post(reverse("case_withdraw", args=[absence.pk])).status_code == 404
    assert client.get(reverse("case_correct", args=[absence.pk])).status_code == 404


def test_the_deputy_does_not_handle_the_leaders_case(team: Team) -> None:
    own = make_employment("Signe Lyngvad", team.unit)
    team.leader.person = own.person
    team.leader.save()
    deputy = make_leader(make_unit("Team Nord"))
    make_deputy(team.leader, deputy, date(2026, 11, 1), date(2026, 11, 30))
    assert not can_handle(deputy, own, TODAY)
    assert not can_handle(team.leader, own, TODAY)
    assert can_handle(deputy, team.jonna, TODAY)


@pytest.mark.parametrize("who", WHO)
def test_the_list_holds_only_whom_one_reaches(team: Team, sydby: object, client: Client, who: str) -> None:
    log_in(client, user_of(who, team, sydby))
    response = client.get(reverse("employees"))
    names = response.content.decode()
    assert ("Jonna Vestermark" in names) is (WHO[who] == 200)
    suggestions = client.get(reverse("absence_search"), {"who": "Jonna"}).content.decode()
    assert ("Jonna Vestermark" in suggestions) is (WHO[who] == 200)

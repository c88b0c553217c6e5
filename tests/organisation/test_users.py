"""Users and roles: who may give what, what is refused, and the list of changes."""

from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.clock import today
from core.models import OutboxMail
from core.tenancy import tenant
from organisation import services
from organisation.changes import changes_of
from organisation.models import RoleAssignment, User
from organisation.models.access import Role
from organisation.permissions import has_role, reach_of
from organisation.services import users as user_services
from tests.builders import log_in, make_hr, make_leader, make_person, make_unit, make_user

ON = today()
pytestmark = pytest.mark.django_db


@pytest.fixture
def system(nordby: Any) -> User:
    return make_user(Role.SYSTEMANSVARLIG, name="Kim System")


@pytest.fixture
def browser(system: User, client: Client) -> Client:
    log_in(client, system)
    return client


def fresh(user: User) -> User:
    """Without the reach kept from an earlier question."""
    return User.objects.get(pk=user.pk)


def test_create_give_a_role_and_send_the_link(browser: Client) -> None:
    unit, person = make_unit(), make_person("Vibeke Stenhøj")
    answer = browser.post(
        reverse("user_new"),
        {"name": "Vibeke Stenhøj", "email": "VS@nordby.example", "person": "Vibeke Stenhøj"},
    )
    user = User.objects.get(email="vs@nordby.example")
    assert answer.headers["Location"] == reverse("user_page", args=[user.pk])
    assert user.person == person
    assert not user.has_usable_password()
    answer = browser.post(
        reverse("user_role_add", args=[user.pk]),
        {
            "rolle-role": "leder",
            "rolle-unit": unit.pk,
            "rolle-include_subtree": "on",
            "rolle-valid_from": "i dag",
        },
    )
    assert answer.status_code == 302, answer.context["role_form"].errors
    role = user.roles.get()
    assert (role.role, role.unit, role.valid_from, role.include_subtree) == ("leder", unit, ON, True)
    browser.post(reverse("user_link", args=[user.pk]))
    assert OutboxMail.objects.get().to == "vs@nordby.example"


def test_what_is_wrong_stands_in_the_form_and_nothing_is_lost(browser: Client) -> None:
    taken = make_user()
    answer = browser.post(
        reverse("user_new"), {"name": "Bo Bertelsen", "email": taken.email, "person": "Ingen Sådan"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Bo Bertelsen" in text
    assert "Ingen Sådan" in text
    assert "Der er ingen medarbejder med det nummer" in text
    answer = browser.post(reverse("user_new"), {"name": "Bo", "email": taken.email, "person": ""})
    assert "allerede i brug" in answer.content.decode()
    leader = browser.post(reverse("user_role_add", args=[taken.pk]), {"rolle-role": "leder"})
    assert leader.status_code == 422
    assert "En leder skal have en enhed" in leader.content.decode()
    assert not taken.roles.exists()


def test_two_of_the_same_name_must_be_told_apart(browser: Client) -> None:
    make_person("Anne Jensen"), make_person("Anne Jensen")
    answer = browser.post(reverse("user_new"), {"name": "A", "email": "a@b.example", "person": "Anne Jensen"})
    assert "Flere medarbejdere har det navn" in answer.content.decode()


def test_nobody_gives_themselves_a_role_or_a_persons_page(system: User, browser: Client) -> None:
    person = make_person()
    answer = browser.post(reverse("user_role_add", args=[system.pk]), {"rolle-role": "hr"})
    assert answer.status_code == 422
    assert "Du kan ikke give dig selv roller" in answer.content.decode()
    assert not has_role(fresh(system), ON, Role.HR)
    fields = {"bruger-name": "Kim", "bruger-email": system.email, "bruger-is_active": "on"}
    answer = browser.post(
        reverse("user_page", args=[system.pk]), {**fields, "bruger-person": person.external_id}
    )
    assert answer.status_code == 422
    assert fresh(system).person is None
    del fields["bruger-is_active"]
    answer = browser.post(reverse("user_page", args=[system.pk]), fields)
    assert "Du kan ikke lukke din egen bruger" in answer.content.decode()
    assert fresh(system).is_active


def test_one_cannot_take_away_ones_own_role_as_systemansvarlig(system: User, browser: Client) -> None:
    make_user(Role.SYSTEMANSVARLIG)
    role = system.roles.get()
    answer = browser.post(reverse("user_role_end", args=[system.pk, role.pk]), follow=True)
    assert "Du kan ikke fratage dig selv rollen som systemansvarlig" in answer.content.decode()
    role.refresh_from_db()
    assert role.valid_to is None


def test_the_last_lasting_systemansvarlig_stays(system: User) -> None:
    other = make_user(Role.SYSTEMANSVARLIG)
    keep = {"include_subtree": True, "valid_from": None, "on": ON}
    services.end_role(assignment=system.roles.get(), on=ON, by=other)
    for write in (
        lambda: services.end_role(
            assignment=other.roles.get(), on=ON, by=make_user(Role.SYSTEMANSVARLIG, valid_to=ON)
        ),
        lambda: services.change_role(
            assignment=other.roles.get(),
            valid_to=ON + timedelta(days=3),
            by=make_user(Role.SYSTEMANSVARLIG, valid_to=ON),
            **keep,
        ),
        lambda: services.change_user(
            user=other,
            name="x",
            email=other.email,
            person=None,
            is_active=False,
            on=ON,
            by=make_user(Role.SYSTEMANSVARLIG, valid_to=ON),
        ),
    ):
        with pytest.raises(ValidationError, match="mindst én aktiv systemansvarlig"):
            write()
    assert user_services.system_users(ON) >= {other.pk}


def test_hr_neither_gives_nor_takes_the_role_systemansvarlig(system: User, client: Client) -> None:
    make_user(Role.SYSTEMANSVARLIG)
    hr, other = make_hr(), make_user()
    log_in(client, hr)
    answer = client.post(reverse("user_role_add", args=[other.pk]), {"rolle-role": "systemansvarlig"})
    assert "Kun en systemansvarlig" in answer.content.decode()
    client.post(reverse("user_role_end", args=[system.pk, system.roles.get().pk]))
    assert has_role(fresh(system), ON, Role.SYSTEMANSVARLIG)
    assert (
        client.post(reverse("user_role_add", args=[other.pk]), {"rolle-role": "koordinator"}).status_code
        == 302
    )


def test_an_ended_role_counts_no_more_and_can_be_taken_up_again(system: User, browser: Client) -> None:
    hr = make_hr()
    role = hr.roles.get()
    answer = browser.post(reverse("user_role_end", args=[hr.pk, role.pk]), follow=True)
    assert not reach_of(fresh(hr), ON).roles
    undo = reverse("user_role_resume", args=[hr.pk, role.pk])
    assert undo in answer.content.decode()
    browser.post(undo)
    assert has_role(fresh(hr), ON, Role.HR)
    assert RoleAssignment.objects.filter(user=hr).count() == 1
    with pytest.raises(ValidationError, match="allerede"):
        services.assign_role(user=hr, role=Role.HR, on=ON, by=system)


def test_a_role_that_began_today_goes_away_wholly(system: User) -> None:
    leader = make_user(Role.LEDER, make_unit(), valid_from=ON)
    services.end_role(assignment=leader.roles.get(), on=ON, by=system)
    assert not leader.roles.exists()


def test_dates_of_a_role(system: User, browser: Client) -> None:
    leader = make_leader(make_unit())
    role = leader.roles.get()
    address = reverse("user_role", args=[leader.pk, role.pk])
    wrong = browser.post(address, {"valid_from": "1.5.2027", "valid_to": "1.4.2027"})
    assert wrong.status_code == 422
    assert "Sidste dag kan ikke være før første dag" in wrong.content.decode()
    assert "1.4.2027" in wrong.content.decode()
    assert browser.post(address, {"valid_from": "", "valid_to": "1.4.2027"}).status_code == 302
    role.refresh_from_db()
    assert role.valid_to is not None
    assert not role.include_subtree


def test_the_old_address_is_told_of_the_new_one(system: User) -> None:
    user = make_user()
    old = user.email
    services.change_user(
        user=user, name="Bo", email="NY@nordby.example", person=None, is_active=True, on=ON, by=system
    )
    mail = OutboxMail.objects.get()
    assert mail.to == old
    assert "ny@nordby.example" not in mail.text
    assert "Bo" not in mail.text


def test_changes_say_who_what_from_and_to(system: User, browser: Client) -> None:
    unit, person = make_unit("Team Nord"), make_person("Elin Bach")
    user = make_user(Role.LEDER, unit, name="Ida")
    browser.post(
        reverse("user_page", args=[user.pk]),
        {
            "bruger-name": "Ida Holm",
            "bruger-email": user.email,
            "bruger-is_active": "on",
            "bruger-person": person.external_id,
        },
    )
    browser.post(reverse("user_role_end", args=[user.pk, user.roles.get().pk]))
    found = {(change.what, change.before, change.after, change.by) for change in changes_of(fresh(user))}
    yesterday = (ON - timedelta(days=1)).strftime("%d.%m.%Y")
    assert found == {
        ("Navn", "Ida", "Ida Holm", "Kim System"),
        ("Medarbejder", "", "Elin Bach", "Kim System"),
        ("Rollen leder i Team Nord: til og med", "", yesterday, "Kim System"),
    }
    page = browser.get(reverse("user_page", args=[user.pk])).content.decode()
    assert "Fra Ida til Ida Holm" in page


def test_a_change_by_a_command_is_the_systems_and_a_removed_role_is_told(system: User) -> None:
    user = make_hr()
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pghistory.context(user=system.pk):
        user.roles.all().delete()
    found = [(change.what, change.before, change.after, change.by) for change in changes_of(fresh(user))]
    assert sorted(found) == [
        ("Kan logge ind", "ja", "nej", "Systemet"),
        ("Rolle fjernet", "HR", "", "Kim System"),
    ]


def test_search_role_and_closed_ones(browser: Client) -> None:
    anna, bent = make_hr(name="Anna Ravn"), make_leader(make_unit(), name="Bent Ørsted")
    User.objects.filter(pk=make_user(name="Lukas Lukket").pk).update(is_active=False)

    def names(query: str) -> list[str]:
        page = browser.get(reverse("users") + query).context["page_of_list"]
        return [user.name for user in page]

    assert names("?q=ravn") == [anna.name]
    assert names("?rolle=leder") == [bent.name]
    assert "Lukas Lukket" not in names("")
    assert names("?q=lukas&lukkede=1") == ["Lukas Lukket"]
    assert names("?q=ingen") == []
    assert "Ingen brugere passer" in browser.get(reverse("users") + "?q=ingen").content.decode()


def test_the_number_of_queries_is_constant(browser: Client, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            browser.get(address)
        return len(found)

    one = make_leader(make_unit())
    few = [count(reverse("users")), count(reverse("user_page", args=[one.pk]))]
    for number in range(30):
        make_leader(make_unit(f"Team {number}"))
        services.assign_role(user=one, role=Role.LEDER, unit=make_unit(), by=None)
        User.objects.filter(pk=one.pk).update(name=f"Navn {number}")
    assert [count(reverse("users")), count(reverse("user_page", args=[one.pk]))] == few


def test_users_of_another_municipality_do_not_exist(system: User, sydby: Any, browser: Client) -> None:
    with tenant(sydby.pk):
        theirs = make_hr()
        role = theirs.roles.get()
    for name, args in (
        ("user_page", [theirs.pk]),
        ("user_role", [theirs.pk, role.pk]),
    ):
        assert browser.get(reverse(name, args=args)).status_code == 404
    for name, args in (
        ("user_link", [theirs.pk]),
        ("user_role_add", [theirs.pk]),
        ("user_role_end", [theirs.pk, role.pk]),
        ("user_role_end", [system.pk, role.pk]),
        ("user_role_resume", [theirs.pk, role.pk]),
    ):
        assert browser.post(reverse(name, args=args)).status_code == 404
    with tenant(sydby.pk):
        assert theirs.roles.get().valid_to is None
        assert not OutboxMail.objects.exists()

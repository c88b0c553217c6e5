"""Log-in end to end: who gets in, who does not, and what the session then holds (O5)."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.tenancy import login_as, no_tenant, tenant
from core.tenancy.middleware import SESSION_LOGIN, SESSION_TENANT
from organisation.models import User
from organisation.models.access import Role
from organisation.services import create_user
from tests.builders import PASSWORD, log_in, make_user

LOGIN = "/log-ind/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_failed_attempts_from_other_tests() -> None:
    cache.clear()


def attempt(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"username": email, "password": password, **more})


def test_the_right_password_lets_one_in(nordby: Any, client: Client) -> None:
    user = make_user(Role.SYSTEMANSVARLIG, password=PASSWORD)
    response = attempt(client, user.email.upper())
    assert response.status_code == 302
    assert client.session[SESSION_TENANT] == nordby.pk
    assert client.session[SESSION_LOGIN] == user.email
    assert client.get(reverse("setup")).status_code == 200


def test_wrong_password_and_unknown_address_get_the_same_answer(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR, password=PASSWORD)
    texts = set()
    for email in (user.email, "findes.ikke@nordby.example"):
        response = attempt(client, email, "noget-andet-99")
        assert response.status_code == 200
        assert email in response.content.decode()  # what was typed stays
        texts.add("E-mail og adgangskode passer ikke sammen" in response.content.decode())
    assert texts == {True}
    assert SESSION_TENANT not in client.session


def test_eight_failures_lock_out_whatever_the_spelling(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR, password=PASSWORD)
    spellings = [user.email, user.email.upper(), f" {user.email}", user.email.title()]
    for number in range(7):
        assert attempt(client, spellings[number % 4], "forkert").status_code == 200
    eighth = attempt(client, user.email.capitalize(), "forkert")
    assert eighth.status_code == 429
    assert "Vent et kvarter" in eighth.content.decode()
    assert attempt(client, user.email).status_code == 429  # the right one too
    other = make_user(Role.HR, password=PASSWORD)
    assert attempt(Client(), other.email).status_code == 302


def test_a_closed_user_does_not_get_in_and_falls_out(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR, password=PASSWORD)
    attempt(client, user.email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(reverse("setup")).status_code == 302
    assert attempt(Client(), user.email).status_code == 200


def test_another_municipalitys_user_lands_in_their_own(nordby: Any, sydby: Any, client: Client) -> None:
    ours = make_user(Role.HR)
    with tenant(sydby.pk):
        theirs = make_user(Role.SYSTEMANSVARLIG, password=PASSWORD, name="Sine Sydby")
    assert attempt(client, theirs.email).status_code == 302
    assert client.session[SESSION_TENANT] == sydby.pk
    page = client.get(reverse("users")).content.decode()
    assert "Sine Sydby" in page
    assert ours.email not in page
    assert client.get(reverse("user_page", args=[ours.pk])).status_code == 404


def test_an_operator_belongs_to_no_municipality(nordby: Any, client: Client) -> None:
    email = "drift@naervaer.example"
    with no_tenant(), login_as(email):
        create_user(email=email, name="Drift", role=Role.OPERATOER, password=PASSWORD, by=None)
    assert attempt(client, email).status_code == 302
    assert client.session[SESSION_TENANT] is None
    assert client.get(reverse("password_change")).status_code == 200
    assert client.get(reverse("privacy")).status_code == 200
    for name in ("setup", "users", "units", "my_page", "deputies"):
        assert client.get(reverse(name)).status_code == 404


def test_the_session_is_a_new_one_after_log_in(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR, password=PASSWORD)
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    client.cookies["naervaer_session"] = before
    attempt(client, user.email)
    assert client.session.session_key != before
    assert Client(cookies={"naervaer_session": before}).get(reverse("setup")).status_code == 302


def test_cookies_are_out_of_reach_for_scripts_and_other_sites(
    nordby: Any, client: Client, settings: Any
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    user = make_user(Role.HR, password=PASSWORD)
    cookie = attempt(client, user.email).cookies["naervaer_session"]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["max-age"]  # ends with the browser


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/opsaetning/brugere/", "/opsaetning/brugere/"),
        ("https://ond.example/", "/"),
        ("//ond.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_log_in_sends_nobody_to_another_host(nordby: Any, client: Client, wanted: str, reached: str) -> None:
    user = make_user(Role.HR, password=PASSWORD)
    assert attempt(client, user.email, next=wanted).headers["Location"] == reached


def test_log_out_ends_the_session(nordby: Any, client: Client) -> None:
    log_in(client, make_user(Role.HR))
    assert client.get(reverse("setup")).status_code == 200
    assert client.get(reverse("logout")).status_code == 405  # a link elsewhere logs nobody out
    client.post(reverse("logout"))
    assert client.get(reverse("setup")).status_code == 302

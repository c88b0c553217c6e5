"""The one-time link: asked for, mailed, used once, and never telling whether an address has a user."""

import re
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import OutboxMail
from core.tenancy import login_as, no_tenant, tenant
from organisation.models import User
from organisation.models.access import Role
from organisation.passwords import PER_ADDRESS, PER_SENDER, user_of_link
from organisation.services import create_user
from tests.builders import PASSWORD, log_in, make_user

NEW = "fire-helt-nye-ord-1"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


def ask(client: Client, email: str) -> Any:
    return client.post(reverse("password_forgotten"), {"email": email})


def page(response: Any) -> str:
    """The page without what differs from one request to the next."""
    return re.sub(r'csrftoken": "[^"]*"|value="[^"]{64}"', "", response.content.decode())


def link() -> str:
    found = re.search(r"http://\S+(/log-ind/ny-adgangskode/\S+)", OutboxMail.objects.latest("pk").text)
    assert found
    return found[1]


def choose(client: Client, path: str, password: str = NEW) -> Any:
    opened = client.get(path, follow=True)
    return client.post(opened.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_the_way_from_forgotten_to_logged_in(nordby: Any, client: Client) -> None:
    user = make_user(Role.SYSTEMANSVARLIG, password=PASSWORD)
    assert ask(client, f" {user.email.upper()}").status_code == 200
    mail = OutboxMail.objects.get()
    assert mail.to == user.email
    assert user.name not in mail.text + mail.subject
    path = link()
    assert user.email not in path
    assert choose(client, path).headers["Location"] == reverse("login")
    answer = client.post(reverse("login"), {"username": user.email, "password": NEW})
    assert answer.status_code == 302
    assert client.get(reverse("setup")).status_code == 200


def test_a_link_works_once(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR)
    ask(client, user.email)
    path = link()
    choose(client, path)
    again = Client().get(path, follow=True)
    assert "Linket virker ikke længere" in again.content.decode()
    choose(Client(), path, "noget-helt-tredje-2")
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_the_answer_never_tells_whether_there_is_a_user(nordby: Any, client: Client) -> None:
    known, closed = make_user(Role.HR), make_user(Role.HR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    pages = {page(ask(Client(), mail)) for mail in (known.email, closed.email, "ingen@nordby.example")}
    assert len(pages) == 1
    assert [mail.to for mail in OutboxMail.objects.all()] == [known.email]


def test_an_operator_gets_the_same_answer_and_no_mail(nordby: Any, client: Client) -> None:
    email = "drift@naervaer.example"
    with no_tenant(), login_as(email):
        create_user(email=email, name="Drift", role=Role.OPERATOER, password=PASSWORD, by=None)
    assert page(ask(client, email)) == page(ask(Client(), "ingen@nordby.example"))
    assert not OutboxMail.objects.exists()


def test_no_address_and_no_computer_gets_mails_without_end(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR)
    for _ in range(PER_ADDRESS + 2):
        User.objects.filter(pk=user.pk).update(password=f"x{_}")  # or the same second gives the same token
        assert ask(client, user.email).status_code == 200
    assert OutboxMail.objects.filter(to=user.email).count() == PER_ADDRESS
    others = [make_user(Role.HR) for _ in range(PER_SENDER)]
    for other in others:
        ask(client, other.email)
    sent = OutboxMail.objects.exclude(to=user.email).count()
    assert sent == PER_SENDER - (PER_ADDRESS + 2)


@pytest.mark.parametrize("uid", ["x", "MTIz", "", "a:b:c"])
def test_a_uid_that_we_did_not_sign_is_nobody(nordby: Any, uid: str) -> None:
    make_user(Role.HR)
    assert user_of_link(uid) is None


def test_a_signed_uid_reaches_only_the_municipality_it_names(nordby: Any, sydby: Any) -> None:
    user = make_user(Role.HR)
    crossed = signing.dumps([sydby.pk, user.pk], salt="organisation.passwords")
    other_salt = signing.dumps([nordby.pk, user.pk], salt="something.else")
    assert user_of_link(crossed) is None
    assert user_of_link(other_salt) is None
    right = signing.dumps([nordby.pk, user.pk], salt="organisation.passwords")
    assert user_of_link(right) == user


def test_the_link_works_for_somebody_logged_in_elsewhere(nordby: Any, sydby: Any, client: Client) -> None:
    user = make_user(Role.HR)
    ask(Client(), user.email)
    path = link()
    with tenant(sydby.pk):
        log_in(client, make_user(Role.HR))
    assert choose(client, path).status_code == 302
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_weak_password_is_refused_in_place(nordby: Any, client: Client) -> None:
    user = make_user(Role.HR)
    ask(client, user.email)
    answer = choose(client, link(), "kort")
    assert answer.status_code == 200
    assert "form-error" in answer.content.decode()
    user.refresh_from_db()
    assert not user.check_password("kort")


def test_changing_ones_own_password_logs_other_browsers_out(nordby: Any, client: Client) -> None:
    user = make_user(Role.SYSTEMANSVARLIG, password=PASSWORD)
    other_browser = Client()
    log_in(client, user)
    log_in(other_browser, user)
    address = reverse("password_change")
    fields = {"new_password1": NEW, "new_password2": NEW}
    assert client.post(address, {"old_password": "forkert", **fields}).status_code == 422
    assert client.post(address, {"old_password": PASSWORD, **fields}).status_code == 302
    assert client.get(reverse("setup")).status_code == 200
    assert other_browser.get(reverse("setup")).status_code == 302

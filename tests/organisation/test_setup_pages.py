"""The set-up's other pages: first page, choices, days off, texts open to all; and who gets in where."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.clock import today
from core.models import Heartbeat
from core.tenancy import tenant
from organisation.models import DayOff, Municipality
from organisation.models.access import Role
from organisation.selectors import municipality_settings
from tests.builders import log_in, make_leader, make_person, make_unit, make_user

SETTINGS = {
    "short_until": "14",
    "middle_until": "28",
    "suppress_below": "5",
    "suppress_split_below": "10",
    "retention_years": "5",
    "escalate_after_days": "7",
}
pytestmark = pytest.mark.django_db

_SET_UP = {Role.HR, Role.SYSTEMANSVARLIG}
PAGES = {
    "setup": _SET_UP,
    "users": _SET_UP,
    "user_new": _SET_UP,
    "units": _SET_UP,
    "unit_new": _SET_UP,
    "municipality_settings": _SET_UP,
    "days_off": _SET_UP,
    "categories": _SET_UP,
    "category_new": _SET_UP,
    "deputies": {*_SET_UP, Role.LEDER},
    "my_page": {Role.MEDARBEJDER},
    "my_looks": {Role.MEDARBEJDER},
}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OPERATOER])
def test_each_page_opens_for_its_roles_only(nordby: Any, client: Client, role: Role) -> None:
    if role == Role.MEDARBEJDER:
        user = make_user(person=make_person())
    else:
        user = make_leader(make_unit()) if role == Role.LEDER else make_user(role)
    log_in(client, user)
    found = {name: client.get(reverse(name)).status_code for name in PAGES}
    assert found == {name: 200 if role in allowed else 404 for name, allowed in PAGES.items()}


def test_a_stranger_is_sent_to_log_in(nordby: Any, client: Client) -> None:
    for name in PAGES:
        assert client.get(reverse(name)).headers["Location"].startswith("/log-ind/?next=")


def test_texts_are_open_to_all(nordby: Any, client: Client) -> None:
    for name in ("privacy", "accessibility"):
        assert client.get(reverse(name)).status_code == 200
    assert "I det antal år" in client.get(reverse("privacy")).content.decode()
    settings = municipality_settings()
    settings.retention_years = 3
    settings.save()
    log_in(client, make_user())
    assert "I 3 år, efter at din ansættelse er slut" in client.get(reverse("privacy")).content.decode()


def test_the_first_page_links_only_to_what_exists(nordby: Any, client: Client) -> None:
    log_in(client, make_user(Role.HR))
    page = client.get(reverse("setup"))
    links = [entry.url for _, _, entries in page.context["groups"] for entry in entries]
    assert reverse("users") in links
    assert reverse("categories") in links
    assert all(client.get(url).status_code == 200 for url in links)


def test_a_job_that_stands_still_is_said_loudly(nordby: Any, client: Client) -> None:
    log_in(client, make_user(Role.SYSTEMANSVARLIG))
    Municipality.objects.update(created_at=timezone.now())
    assert "Noget kører ikke" not in client.get(reverse("setup")).content.decode()
    Heartbeat.objects.create(
        name="heartbeat",
        status="done",
        started_at=timezone.now() - timedelta(days=2),
        finished_at=timezone.now(),
    )
    text = client.get(reverse("setup")).content.decode()
    assert "Noget kører ikke, som det skal" in text
    assert "Tidsplanen står stille" in text


def test_choices_are_kept_and_wrong_ones_refused(nordby: Any, client: Client) -> None:
    log_in(client, make_user(Role.HR))
    address = reverse("municipality_settings")
    wrong = client.post(address, {**SETTINGS, "short_until": "30"})
    assert wrong.status_code == 422
    assert "skal slutte senere end kort fravær" in wrong.content.decode()
    assert 'value="30"' in wrong.content.decode()
    assert client.post(address, {**SETTINGS, "retention_years": "40"}).status_code == 422
    assert client.post(address, {**SETTINGS, "suppress_below": "1"}).status_code == 422
    assert municipality_settings().short_until == 14
    changed = {**SETTINGS, "short_until": "10", "employees_may_register": "on"}
    assert client.post(address, changed).status_code == 302
    assert (municipality_settings().short_until, municipality_settings().employees_may_register) == (10, True)


def test_days_off_come_and_go(nordby: Any, client: Client) -> None:
    log_in(client, make_user(Role.SYSTEMANSVARLIG))
    address = reverse("days_off")
    assert client.post(address, {"date": "24.12.2026", "name": "juleaften"}).status_code == 302
    again = client.post(address, {"date": "24.12.2026", "name": "lukkedag"})
    assert again.status_code == 422
    assert "Dagen står allerede på listen" in again.content.decode()
    assert "lukkedag" in again.content.decode()
    day = DayOff.objects.get()
    assert (day.date, day.name) == (date(2026, 12, 24), "juleaften")
    client.post(reverse("day_off_remove", args=[day.pk]))
    assert not DayOff.objects.exists()


def test_another_municipalitys_days_are_its_own(nordby: Any, sydby: Any, client: Client) -> None:
    with tenant(sydby.pk):
        theirs = DayOff.objects.create(date=today(), name="Sydbys dag")
    log_in(client, make_user(Role.HR))
    assert "Sydbys dag" not in client.get(reverse("days_off")).content.decode()
    assert client.post(reverse("day_off_remove", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("days_off"), {"date": "i dag", "name": "vores"}).status_code == 302

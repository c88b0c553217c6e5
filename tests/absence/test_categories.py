"""The categories' pages: add, change, close; one code in one place; nobody's absence in sight (A1)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from absence.models import Category
from core.tenancy import tenant
from organisation.models.access import Role
from tests.builders import log_in, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(nordby: Any, client: Client) -> Client:
    log_in(client, make_user(Role.SYSTEMANSVARLIG))
    return client


def test_add_one_last_in_the_list(browser: Client) -> None:
    fields = {"name": "Orlov uden løn", "payroll_codes": "611, 612", "active": "on"}
    assert browser.post(reverse("category_new"), fields).status_code == 302
    found = Category.objects.get(key="orlov_uden_loen")
    assert Category.objects.last() == found
    assert (found.payroll_codes, found.counts_in_headline, found.starts_follow_up, found.active) == (
        ["611", "612"],
        False,
        False,
        True,
    )


def test_rename_and_close_keep_the_key(browser: Client) -> None:
    found = Category.objects.get(key="nedsat_tjeneste")
    browser.post(reverse("category", args=[found.pk]), {"name": "Nedsat tid", "counts_in_headline": "on"})
    found.refresh_from_db()
    assert (found.key, found.name, found.active, found.counts_in_headline) == (
        "nedsat_tjeneste",
        "Nedsat tid",
        False,
        True,
    )
    assert "Kan ikke vælges" in browser.get(reverse("categories")).content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "egen SYGDOM"}, "Der er allerede en kategori med det navn"),
        ({"name": "Ny", "payroll_codes": "611, 526"}, "Lønkoden 526 hører til Egen sygdom"),
        ({"name": "Ny", "payroll_codes": "12345678901"}, "højst 10 tegn"),
        ({"name": ""}, "form-error"),
    ],
)
def test_what_is_wrong_is_said_and_stays(browser: Client, fields: dict[str, str], said: str) -> None:
    before = Category.objects.count()
    answer = browser.post(reverse("category_new"), {"payroll_codes": "", "active": "on", **fields})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert all(value in answer.content.decode() for value in fields.values())
    assert Category.objects.count() == before


def test_one_must_be_left_to_choose(browser: Client) -> None:
    last = Category.objects.get(key="egen_sygdom")
    Category.objects.exclude(pk=last.pk).update(active=False)
    answer = browser.post(reverse("category", args=[last.pk]), {"name": last.name})
    assert "mindst én kategori" in answer.content.decode()
    last.refresh_from_db()
    assert last.active


def test_another_municipalitys_category_does_not_exist(browser: Client, sydby: Any) -> None:
    with tenant(sydby.pk):
        theirs = Category.objects.first()
    assert theirs is not None
    address = reverse("category", args=[theirs.pk])
    assert browser.get(address).status_code == 404
    assert browser.post(address, {"name": "Vores"}).status_code == 404

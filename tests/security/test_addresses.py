"""Whatever stands in an address or a hidden field, the answer is ours and never a 500."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import log_in, make_employment, make_hr, make_unit

pytestmark = pytest.mark.django_db
NUMBERS = ["²", "٣", "9" * 20, "9" * 5000, "-1", "0", "x", "1e9"]


@pytest.fixture
def browser(nordby: Any, client: Client) -> Client:
    make_employment("Jonna", make_unit())
    log_in(client, make_hr())
    return client


@pytest.mark.parametrize("name", ["employees", "conversations", "rules", "reports", "unit_new"])
def test_numbers_that_are_none(browser: Client, name: str) -> None:
    for value in NUMBERS:
        for key in ("enhed", "under", "side"):
            assert browser.get(reverse(name), {key: value}).status_code in (200, 404), (key, value[:10])


def test_employees_that_are_none(browser: Client) -> None:
    for value in NUMBERS:
        for name in ("register", "register_preview"):
            answer = browser.post(reverse(name), {"who": "Jonna", "employment": value, "category": value})
            assert answer.status_code == 200, (name, value[:10])


@pytest.mark.parametrize("name", ["users", "employees", "units"])
def test_a_zero_byte_in_a_search(browser: Client, name: str) -> None:
    answer = browser.get(reverse(name), {"q": "Jon\x00na"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers

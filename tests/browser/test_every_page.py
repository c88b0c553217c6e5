"""Every page, walked from the address list: no axe violation, no policy violation, no console error, no sideways scroll."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from core.tenancy import tenant_transaction
from tests.architecture.test_pages import patterns
from tests.browser.conftest import Town

# Addresses that are not pages to look at, each with the reason.
NOT_PAGES = {
    "healthz": "plain text",
    "readyz": "JSON",
    "metrics": "plain text",
    "api_unknown": "answers every unknown address of the API with a 404 problem",
    "logout": "only a form posts there",
}
# Roles in the order in which they try a page; the first that may open it looks at it.
ROLES = ("leder", "hr", "system", "med", "koordinator", "medarbejder")


def _samples(town: Town) -> dict[str, Any]:
    """A real value for every variable part of an address, from what the leader reaches."""
    from absence.models import Category, SickNotification
    from conversations.models import Deadline
    from core.clock import today
    from organisation.models import Deputy, EmploymentTerms, Unit, User
    from organisation.permissions import employments_in_reach

    with tenant_transaction(town.municipality.pk):
        leader = User.objects.get(email=f"leder@{town.municipality.slug}.example")
        mine = employments_in_reach(leader, today())
        absence = SickNotification.objects.filter(employment__in=mine, last_day__isnull=True).earliest(
            "first_day"
        )
        deadline = Deadline.objects.filter(employment__in=mine).first()
        unit = EmploymentTerms.objects.filter(employment=absence.employment).latest("valid_from").unit
        return {
            "employment_id": absence.employment_id,
            "absence_id": absence.pk,
            "deadline_id": deadline.pk if deadline else 0,
            "unit_id": unit.pk,
            "user_id": leader.pk,
            "category_id": Category.objects.earliest("pk").pk,
            "deputy_id": getattr(Deputy.objects.first(), "pk", 0),
            "unit": Unit.objects.earliest("pk").pk,
        }


def _addresses(town: Town) -> Iterator[tuple[str, str]]:
    samples = _samples(town)
    for pattern in patterns():
        if pattern.name in NOT_PAGES:
            continue
        wanted = pattern.pattern.converters
        if all(name in samples for name in wanted):
            yield (
                str(pattern.name),
                reverse(str(pattern.name), kwargs={name: samples[name] for name in wanted}),
            )


def _look(page: Page, town: Town, address: str) -> list[str]:
    """What is wrong with the page as shown, when everything it fetches has come: what is on its way is drawn dimmed."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, [hx-trigger=load]')"
    )
    page.wait_for_timeout(400)  # the dimming fades
    found = [f"{address}: {text}" for text in town.problems]
    town.problems.clear()
    for violation in Axe().run(page).response["violations"]:
        found.append(f"{address}: {violation['id']}: {violation['nodes'][0]['html'][:200]}")
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"{address}: scrolls {wide} px sideways")
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_every_page_is_clean(town: Town, width: int, height: int) -> None:
    addresses = dict(_addresses(town))
    assert len(addresses) >= 20
    wrong: list[str] = []
    for role in ROLES:
        page = town.open(role, width=width, height=height)
        wrong += _look(page, town, f"{page.url} ({role})")
        for name, address in list(addresses.items()):
            answer = page.context.request.get(town.url + address)
            if answer.status == 404:  # another role's page
                continue
            del addresses[name]
            if answer.status == 405 or "<html" not in answer.text()[:300].lower():
                continue  # a form's target, a file, or a fragment that is shown inside its page
            page.goto(town.url + address)
            page.wait_for_load_state("networkidle")
            wrong += _look(page, town, address)
        page.context.close()
    assert not wrong, "\n".join(wrong)
    assert not addresses, f"nobody may open {sorted(addresses)}"


def test_log_in_and_error_pages_are_clean(town: Town) -> None:
    page = town.open(None, width=390)
    wrong: list[str] = []
    for address in ("/log-ind/", "/findes-ikke/"):
        page.goto(town.url + address)
        page.wait_for_load_state("networkidle")
        town.problems[:] = [text for text in town.problems if "404" not in text]
        wrong += _look(page, town, address)
    assert not wrong, "\n".join(wrong)

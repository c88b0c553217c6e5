"""A small town in a real browser: Debian's Chromium, Playwright's Python API, and the live server on loopback."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from coordination.demonstration import DEMO_PASSWORD, SPECS
from core.clock import today

ARGUMENTS = [
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is missing: `make test` installs it as root, and says how otherwise."
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Town:
    """The smallest demonstration, served. `open` gives a page of a new session, and `problems` what its console said."""

    url: str
    browser: Browser
    municipality: Any
    problems: list[str]

    def open(self, who: str | None, *, width: int = 1280, height: int = 900) -> Page:
        """A page, logged in as `who@…` through the log-in page (None: not logged in)."""
        context = self.browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: self.problems.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        if who is not None:
            page.goto(f"{self.url}/log-ind/")
            page.get_by_label("E-mail").fill(f"{who}@{self.municipality.slug}.example")
            page.get_by_label("Adgangskode").fill(DEMO_PASSWORD)
            page.get_by_role("button", name="Log ind").click()
            page.wait_for_url(lambda url: "log-ind" not in url)
        return page


@pytest.fixture
def town(live_server: Any, transactional_db: None, chromium: Browser, settings: Any, tmp_path: Path) -> Town:
    """The smallest municipality of the demonstration with half its years, loaded as `make run` loads it."""
    from celery import current_app

    from coordination.services import demonstration
    from organisation.models import Municipality

    spec = replace(SPECS[-1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demonstration, "SPECS", (spec,))
        demonstration.load(today=today(), say=lambda text: None)
    current_app.conf.task_always_eager = True  # no worker here: what a page sets off happens at once
    return Town(live_server.url, chromium, Municipality.objects.get(), [])


@pytest.fixture(autouse=True)
def _not_eager_afterwards() -> Iterator[None]:
    from celery import current_app

    yield
    current_app.conf.task_always_eager = False

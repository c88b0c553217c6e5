"""Tests run on servers of their own and as the application role: as owner, row-level security would pass vacuously.

The database is made by the owner; then the connection's credentials are swapped (one alias, never two: see
docs/adr/0003-tenancy.md).
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

_ROOT = Path(__file__).resolve().parent.parent
_servers = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start PostgreSQL and the Redis-compatible server once; workers of pytest-xdist share them."""
    # A busy machine is slow, not wrong; the number of examples alone says how long a property test takes.
    hypothesis.settings.register_profile(
        "naervaer", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("naervaer")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's event loop
    os.environ["NAERVAER_LOCAL"] = "1"
    if "DATABASE_URL" not in os.environ and not hasattr(config, "workerinput"):
        _start_servers()
    # Not named in pyproject.toml: pytest-django would read the settings before the servers are there.
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from django.conf import settings

    assert settings.DATABASES


def _start_servers() -> None:
    from core import embedded

    folder, servers = _servers.enter_context(embedded.temporary(_ROOT / ".data" / "test"))
    os.environ["DATA_DIR"] = str(folder)
    os.environ["DATABASE_URL"] = servers.owner_url
    os.environ["APP_DATABASE_URL"] = servers.app_url
    os.environ["REDIS_URL"] = servers.redis_url
    os.environ["BACKUP_DATABASE_URL"] = servers.backup_url


def pytest_unconfigure(config: pytest.Config) -> None:
    _servers.close()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The owner creates and migrates the test database."""
    from django.conf import settings

    from core import database_roles

    database_roles.use(settings.OWNER_DATABASE)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Hand the made database over to the application role for every test."""
    from django.conf import settings
    from django.db import connections

    from core import database_roles

    with django_db_blocker.unblock():
        assert connections["default"].settings_dict["NAME"].startswith("test_")
        database_roles.use(settings.OWNER_DATABASE)
        database_roles.grant(truncate=True)
        database_roles.use(settings.APP_DATABASE)
    yield
    with django_db_blocker.unblock():
        database_roles.use(settings.OWNER_DATABASE)


@pytest.fixture
def nordby(db: None) -> Iterator[Any]:
    """The tenant most tests play in; set for the whole test."""
    from core.tenancy import tenant
    from organisation.services import create_municipality

    municipality = create_municipality(slug="nordby", name="Nordby Kommune", cvr="11111111")
    with tenant(municipality.pk):
        yield municipality


@pytest.fixture
def sydby(db: None) -> Any:
    """Another tenant, for asking what it may see: nothing."""
    from organisation.services import create_municipality

    return create_municipality(slug="sydby", name="Sydby Kommune", cvr="22222222")


@pytest.fixture
def transactional_nordby(transactional_db: None) -> Any:
    """A tenant really committed, for commands and jobs that open their own transactions. No tenant is set."""
    from organisation.services import create_municipality

    return create_municipality(slug="nordby", name="Nordby Kommune", cvr="11111111")

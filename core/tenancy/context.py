"""The current tenant, and how it reaches the database.

`tenant(id)` sets the tenant for a stretch of code; inside an open transaction it also tells the database at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_tenant: ContextVar[int | None] = ContextVar("tenant", default=None)
_login: ContextVar[str | None] = ContextVar("login_email", default=None)


class TenantMissingError(RuntimeError):
    """Code touched a municipality's table without saying which municipality."""

    def __init__(self, what: str = "this table") -> None:
        super().__init__(
            f"No municipality is set; enter core.tenancy.tenant(id) before reading or writing {what}."
        )


class OutsideTransactionError(RuntimeError):
    """A tenant is set but no transaction is open, so the database would silently show no rows."""

    def __init__(self) -> None:
        super().__init__(
            "A municipality is set but no transaction is open; use transaction.atomic() or tenant_transaction(id)."
        )


def current() -> int | None:
    """The id of the municipality this code runs for, or None."""
    return _tenant.get()


def current_login() -> str | None:
    """The e-mail address being logged in with; it makes exactly that user's row visible without a tenant."""
    return _login.get()


def require() -> int:
    """As `current`, but raises TenantMissingError when none is set. Default of every tenant row's municipality."""
    value = _tenant.get()
    if value is None:
        raise TenantMissingError
    return value


def settings_sql() -> tuple[str, list[str]]:
    """The statement that binds the current tenant and log-in to the open transaction, with its parameters."""
    return (
        "select set_config('app.tenant_id', %s, true), set_config('app.login_email', %s, true)",
        [str(_tenant.get() or ""), _login.get() or ""],
    )


def _tell_database() -> None:
    """Re-bind inside an open, healthy transaction; otherwise the backend does it when one opens."""
    usable = getattr(connection, "is_usable_transaction", None)  # our own backend's
    if connection.in_atomic_block and not connection.needs_rollback and usable is not None and usable():
        with connection.cursor() as cursor:
            cursor.execute(*settings_sql())


@contextmanager
def _bound(tenant_id: int | None, login: str | None) -> Iterator[None]:
    before = (_tenant.get(), _login.get())
    tokens = (_tenant.set(tenant_id), _login.set(login))
    changed = before != (tenant_id, login)
    try:
        if changed:
            _tell_database()
        yield
    finally:
        _login.reset(tokens[1])
        _tenant.reset(tokens[0])
        if changed:
            _tell_database()


@contextmanager
def tenant(municipality_id: int) -> Iterator[None]:
    """Run the block for one municipality. The caller opens the transactions."""
    with _bound(municipality_id, _login.get()):
        yield


@contextmanager
def no_tenant() -> Iterator[None]:
    """Run the block for no municipality: every tenant table is empty. For global tables and tests."""
    with _bound(None, None):
        yield


@contextmanager
def login_as(email: str) -> Iterator[None]:
    """Make the one user row with this (lower-case) address visible without a tenant, for log-in only."""
    with _bound(_tenant.get(), email):
        yield


@contextmanager
def tenant_transaction(municipality_id: int) -> Iterator[None]:
    """`tenant` and one atomic transaction: what jobs and commands normally want."""
    with tenant(municipality_id), transaction.atomic():
        yield

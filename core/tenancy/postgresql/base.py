"""Django's PostgreSQL backend, binding the current tenant to every outermost transaction.

Only this place talks to the setting when a transaction opens, so no request, job or command can forget it.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import TRANSACTION_STATUS_INERROR, TRANSACTION_STATUS_UNKNOWN

from core.tenancy import context


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with `app.tenant_id` set at the start of each transaction."""

    _opening = False

    def connect(self) -> None:
        """Open the connection; Django asks for the server's version on it before any transaction can begin."""
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and (context.current() is not None or context.current_login() is not None):
            with self.connection.cursor() as cursor:
                cursor.execute(*context.settings_sql())

    def is_usable_transaction(self) -> bool:
        """True while the open transaction still takes statements (not aborted by an error)."""
        if self.connection is None:
            return False
        status = self.connection.get_transaction_status()
        return status not in (TRANSACTION_STATUS_INERROR, TRANSACTION_STATUS_UNKNOWN)

    def _cursor(self, name: str | None = None) -> Any:
        # Row-level security fails silently (an empty page); a tenant without a transaction must fail loudly.
        unbound = not self._opening and self.get_autocommit() and not self.in_atomic_block
        if unbound and context.current() is not None:
            raise context.OutsideTransactionError
        return super()._cursor(name)  # type: ignore[misc]

"""One installation, many municipalities: the tenant is bound to the database transaction itself.

The current tenant lives in a context variable. `core.tenancy.postgresql` (the database backend) writes it into
every outermost transaction as `app.tenant_id`, which the row-level security policies read. So requests, jobs,
commands and tests share one mechanism, and whatever forgets it sees no rows. See docs/adr/0003-tenancy.md.
"""

from core.tenancy.context import (
    OutsideTransactionError,
    TenantMissingError,
    current,
    login_as,
    no_tenant,
    require,
    tenant,
    tenant_transaction,
)

__all__ = [
    "OutsideTransactionError",
    "TenantMissingError",
    "current",
    "login_as",
    "no_tenant",
    "require",
    "tenant",
    "tenant_transaction",
]

"""`migrate`, as the owner, and then the application role's rights."""

from typing import Any

from django.core.management.commands import migrate

from core import database_roles


class Command(migrate.Command):
    """Django's own command run as the owner; the application role could not."""

    def handle(self, *args: Any, **options: Any) -> None:
        with database_roles.as_owner():
            database_roles.ensure_app_role()
            super().handle(*args, **options)
            database_roles.grant()

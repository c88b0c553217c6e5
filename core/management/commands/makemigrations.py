"""`makemigrations`, as the owner: its consistency check reads the migrations table."""

from typing import Any

from django.core.management.commands import makemigrations

from core import database_roles


class Command(makemigrations.Command):
    """Django's own command run as the owner."""

    def handle(self, *args: Any, **options: Any) -> None:
        with database_roles.as_owner():
            super().handle(*args, **options)

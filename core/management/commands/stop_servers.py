"""`manage.py stop_servers`: end this data folder's embedded servers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import embedded
from core.embedded import environment


class Command(BaseCommand):
    help = "Stopper de indbyggede servere (PostgreSQL og Redis) i denne datamappe."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """End the servers, and say which were running."""
        try:
            ended = embedded.stop(environment.data_dir())
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error
        names = [name for name, was in (("PostgreSQL", ended.postgres), ("Redis", ended.valkey)) if was]
        self.stdout.write(f"Stoppet: {' og '.join(names)}." if names else "Ingen indbyggede servere kørte.")

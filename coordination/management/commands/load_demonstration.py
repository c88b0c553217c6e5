"""`load_demonstration [--if-empty]`: three fictitious municipalities with five years of absence, users of every role."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from coordination.services.demonstration import is_loaded, load
from core.clock import today


class Command(BaseCommand):
    """Load the demonstration into an installation without municipalities."""

    help = "Indlæs demonstrationen."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="gør intet, hvis der allerede er kommuner"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded():
            if options["if_empty"]:
                return
            raise CommandError(
                "Der er allerede kommuner her. Demonstrationen indlæses kun i en tom installation."
            )
        began = time.monotonic()
        load(today=today(), say=self.stderr.write)
        self.stdout.write(f"Demonstrationen er indlæst på {time.monotonic() - began:.0f} sekunder.")

"""`manage.py restore FILE`: the database as it was when the file was written."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from core import database_files


class Command(BaseCommand):
    help = "Læser en sikkerhedskopi ind i en tom database. Stop web og arbejdere først."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--replace", action="store_true", help="throw away what the database holds now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore as the owner, then migrate and give the application role its rights."""
        connection.close()
        self.stderr.write("Læser sikkerhedskopien ind …")
        try:
            database_files.restore(
                settings.OWNER_DATABASE_URL, options["file"].absolute(), replace=options["replace"]
            )
        except database_files.DatabaseFileError as error:
            raise CommandError(str(error)) from error
        call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write(f"Databasen er, som den var, da {options['file']} blev gemt.")

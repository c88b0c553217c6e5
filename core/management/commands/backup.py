"""`manage.py backup FILE`: the whole database to one file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import database_files


class Command(BaseCommand):
    help = "Gemmer hele databasen i en fil. Filen rummer alle kommuners data: opbevar den krypteret."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="the file to write; one already there is replaced"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file as the role that sees every municipality's rows."""
        if not settings.BACKUP_DATABASE_URL:
            raise CommandError(
                "Sæt BACKUP_DATABASE_URL til en rolle med BYPASSRLS og pg_read_all_data (se core/embedded/roles.sql). "
                "Ejeren kan ikke læse alle kommuners rækker."
            )
        file: Path = options["file"]
        self.stderr.write("Gemmer databasen …")
        try:
            database_files.backup(settings.BACKUP_DATABASE_URL, file.absolute())
        except database_files.DatabaseFileError as error:
            raise CommandError(str(error)) from error
        size = f"{file.stat().st_size / 1_000_000:.1f}".replace(".", ",")
        self.stdout.write(f"Gemt i {file} ({size} MB).")

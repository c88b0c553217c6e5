"""`manage.py verify_isolation`: does the database keep municipalities apart, table by table?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import isolation


class Command(BaseCommand):
    help = "Undersøger hver tabel med en kommune: håndhæver databasen selv, at kommuner ikke ser hinanden?"

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table; exit code 1 if one table or the role fails."""
        report = isolation.verify()
        width = max((len(table.name) for table in report.tables), default=10)
        self.stdout.write(f"{'tabel':<{width}}  {'rækker uden kommune':>19}  {'henvisninger':>12}  resultat")
        for table in report.tables:
            result = "FEJL: " + "; ".join(table.faults) if table.faults else "i orden"
            note = f" ({table.note})" if table.note else ""
            self.stdout.write(
                f"{table.name:<{width}}  {table.rows_without_tenant:>19}  {table.links:>12}  {result}{note}"
            )
        for fault in report.faults:
            self.stdout.write(f"FEJL: {fault}")
        broken = sum(bool(table.faults) for table in report.tables) + len(report.faults)
        if not report.ok:
            raise CommandError(f"{broken} fejl. Adskillelsen er ikke håndhævet; se ovenfor.")
        self.stdout.write(f"{len(report.tables)} tabeller: databasen holder kommunerne adskilt.")

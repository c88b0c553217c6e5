"""`due SLUG --on DATE [--format csv|json]`: what is to be done, as it stands on a day. Writes nothing to the database."""

import csv
import json
from dataclasses import asdict
from typing import Any

from conversations.due import due_list
from core.commands import TenantCommand, iso_date


class Command(TenantCommand):
    """Deadlines of running absences and trivselssamtaler, with their status on the day."""

    help = "Vis frister for samtaler og kontakter."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--on", type=iso_date, required=True, metavar="DATE")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.inside(options["slug"]):
            rows = [asdict(row) for row in due_list(options["on"])]
        if options["format"] == "json":
            json.dump(rows, self.stdout, ensure_ascii=False, indent=1, default=str)
            self.stdout.write("")
            return
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["employment_id", "absence_id", "rule", "kind", "due", "status"])
        writer.writerows(row.values() for row in rows)

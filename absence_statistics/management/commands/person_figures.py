"""`person_figures SLUG --until YYYY-MM …`: each current employment's own absence, for operators (docs/figures.md)."""

from typing import Any

from absence_statistics.management.printing import known_month, print_rows, unit_id
from absence_statistics.selectors import Figures
from core.clock import today
from core.commands import TenantCommand, iso_date, iso_month


class Command(TenantCommand):
    """One row per employment current on the day, of the unit and what lies below it that day."""

    help = "Viser de ansattes egne fraværstal."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--until", type=iso_month, required=True, metavar="YYYY-MM")
        parser.add_argument("--unit", metavar="UNIT_ID")
        parser.add_argument("--as-of", type=iso_date, metavar="DATE", help="default: today")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        with self.inside(options["slug"]):
            found = Figures(as_of=options["as_of"] or today()).persons(
                until=known_month(options["until"]), unit=unit_id(options["unit"])
            )
        columns = ["employment_id", "arbejdsdage_12", "dagsvaerk_12", "periods_12"]
        rows = ((row.external_id, row.arbejdsdage_12, row.dagsvaerk_12, row.periods_12) for row in found)
        print_rows(self.stdout, columns, rows, options["format"])

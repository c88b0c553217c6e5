"""`report SLUG --unit ID --quarter YYYYQn --out FILE.pdf`: a committee's quarterly report, with suppression."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from coordination.reports.archive import write_whole
from coordination.reports.document import report_pdf
from coordination.reports.quarter import QuarterError, parse_quarter
from coordination.reports.reading import ReportRefused, read_report
from core.clock import today
from core.commands import TenantCommand, iso_date
from organisation import selectors as organisation


class Command(TenantCommand):
    """Write one unit's report of one whole quarter as a tagged PDF."""

    help = "Laver en kvartalsrapport som PDF."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--unit", required=True, metavar="ID", help="the unit's number in the payroll")
        parser.add_argument("--quarter", required=True, metavar="YYYYQn")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.pdf")
        parser.add_argument("--as-of", type=iso_date, metavar="DATE", help="default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        on, out = options["as_of"] or today(), options["out"]
        if not out.absolute().parent.is_dir():
            raise CommandError(f"Mappen {out.parent} findes ikke. Lav den først.")
        if out.is_dir():
            raise CommandError(f"{out} er en mappe. Skriv navnet på en fil.")
        with self.inside(options["slug"]):
            unit = organisation.unit_by_external_id(options["unit"])
            if unit is None:
                raise CommandError(f"Der er ingen enhed med nummeret »{options['unit']}« i kommunen.")
            try:
                report = read_report(unit, parse_quarter(options["quarter"], on), as_of=on)
            except (QuarterError, ReportRefused) as error:
                raise CommandError(str(error)) from error
        self.stderr.write("Tallene er læst. Skriver rapporten …")
        try:
            write_whole(out.absolute(), report_pdf(report))
        except OSError as error:
            raise CommandError(f"Rapporten kunne ikke skrives til {out}: {error.strerror}.") from error
        self.stdout.write(f"Rapporten ligger i {out}.")

"""`figures SLUG --until YYYY-MM …`: the unsuppressed figures of every unit, for operators (docs/figures.md)."""

from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import CommandError

from absence.models import Category
from absence_statistics.management.printing import known_month, print_rows, unit_id
from absence_statistics.selectors import Figures, UnknownCategoryError
from absence_statistics.tables import MEASURES, Row
from core.clock import today
from core.commands import TenantCommand, iso_date, iso_month

MOST_MONTHS = 600


class Command(TenantCommand):
    """One row per unit and month (and value of the split), every unit with its subtree."""

    help = "Viser enhedernes fraværstal."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("--until", type=iso_month, required=True, metavar="YYYY-MM")
        parser.add_argument("--months", type=_months, default=12, metavar="N")
        parser.add_argument("--unit", metavar="UNIT_ID")
        parser.add_argument("--by", choices=["none", "length", "category", "group"], default="none")
        parser.add_argument("--categories", metavar="all|KEY,KEY", help="default: those of the headline")
        parser.add_argument("--as-of", type=iso_date, metavar="DATE", help="default: today")
        parser.add_argument("--format", choices=["csv", "json"], default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        by, until = options["by"], known_month(options["until"])
        with self.inside(options["slug"]):
            unit = unit_id(options["unit"])
            try:
                table = Figures(as_of=options["as_of"] or today()).table(
                    until=until,
                    months=options["months"],
                    by=by,
                    categories=_categories(options["categories"]),
                )
            except UnknownCategoryError as error:
                raise CommandError(str(error)) from error
        # A unit that did not exist in the window has no rows.
        rows = table.rows(unit) if unit is None or unit in table else iter(())
        split = [] if by == "none" else [by]
        columns = ["unit_id", "month", *split, *MEASURES, "langtidsfriske_12"]
        print_rows(self.stdout, columns, (_cells(row, bool(split)) for row in rows), options["format"])


def _cells(row: Row, split: bool) -> list[Any]:
    figure = row.figure
    key = [row.key] if split else []
    measures = [getattr(figure, name) for name in MEASURES]
    return [row.unit.external_id, f"{row.month:%Y-%m}", *key, *measures, figure.langtidsfriske_12]


def _months(text: str) -> int:
    """A number of months; others are misuse (exit code 2)."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MONTHS:
        raise ArgumentTypeError(f"et helt antal måneder fra 1 til {MOST_MONTHS}")
    return int(text)


def _categories(text: str | None) -> list[str] | None:
    if text is None:
        return None
    if text == "all":
        return list(Category.objects.values_list("key", flat=True))
    return [key.strip() for key in text.split(",") if key.strip()]

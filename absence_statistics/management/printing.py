"""What the two commands share: a unit by its number, and rows as CSV or JSON: `.` decimals, full precision, empty or null where nothing is defined."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Literal

from django.core.management.base import CommandError

from organisation import selectors as organisation

FIRST_YEAR, LAST_YEAR = 1970, 2200


def print_rows(
    out: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], form: Literal["csv", "json"]
) -> None:
    """Write rows to a stream, one line each; JSON is a list of objects."""
    if form == "csv":
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        return
    opening = "["
    for row in rows:
        line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False, allow_nan=False)
        out.write(f"{opening}{line}", ending="")
        opening = ",\n"
    out.write("[]" if opening == "[" else "]")


def known_month(month: date) -> date:
    """The month, if it is one figures can be asked for; raises CommandError."""
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise CommandError(f"Vælg en måned fra {FIRST_YEAR} til {LAST_YEAR}.")
    return month


def unit_id(external_id: str | None) -> int | None:
    """A unit's id here from its number in the payroll; raises CommandError for an unknown one."""
    if external_id is None:
        return None
    unit = organisation.unit_by_external_id(external_id)
    if unit is None:
        raise CommandError(f"Der er ingen enhed med nummeret »{external_id}« i kommunen.")
    found: int = unit.pk
    return found

"""Dated rows of one thing: several rows per unit or employment, each valid in a period."""

from core.importing.kinds import FileKind
from core.importing.staging import Staging

# Staging columns that dated rows share. `to_day` ends the day before the next row when the file leaves it open.
PERIOD_COLUMNS = ("from_day date", "to_day date", "last_row boolean", "first_from date")


def close_periods(staging: Staging, kind: FileKind, owner: str) -> None:
    """Fill in the period columns from `from_day`: the end, which row is the newest, and where the rows begin."""
    staging.execute(
        f"""UPDATE {kind.table} s SET to_day = o.to_day, last_row = o.last_row, first_from = o.first_from
            FROM (SELECT line, COALESCE(valid_to, lead(from_day) OVER w - 1) AS to_day,
                         lead(line) OVER w IS NULL AS last_row, first_value(from_day) OVER w AS first_from
                  FROM {kind.table} WHERE {owner} IS NOT NULL AND from_day IS NOT NULL
                  WINDOW w AS (PARTITION BY {owner} ORDER BY from_day, line)) o
            WHERE o.line = s.line"""
    )


def check_periods(staging: Staging, kind: FileKind, owner: str, what: str) -> None:
    """Reject rows that end before they begin, begin on the same day, or overlap. `what` names the owner in Danish."""
    staging.reject(
        kind,
        "valid_to",
        f"""SELECT line, 'Sidste dag kan ikke være før første dag, ' || to_char(from_day, 'DD.MM.YYYY')
                   || '. Ret en af datoerne.'
            FROM {kind.table} WHERE valid_to < from_day""",
    )
    ordered = f"""SELECT line, from_day, valid_to, lag(line) OVER w AS earlier, lag(from_day) OVER w AS earlier_from,
                         lag(valid_to) OVER w AS earlier_to, lag(valid_from) OVER w IS NOT NULL
                         AND valid_from IS NOT NULL AS dated
                  FROM {kind.table} WHERE {owner} IS NOT NULL AND from_day IS NOT NULL
                  WINDOW w AS (PARTITION BY {owner} ORDER BY from_day, line)"""
    staging.reject(
        kind,
        owner,
        f"""SELECT line, '{what} står også på linje ' || earlier || CASE WHEN dated
                   THEN ' med samme valid_from. Slet den ene linje, eller ret datoen.'
                   ELSE '. Slet den ene linje, eller skriv i valid_from, hvornår den nye gælder fra.' END
            FROM ({ordered}) o WHERE from_day = earlier_from""",
    )
    staging.reject(
        kind,
        "valid_from",
        f"""SELECT line, 'Overlapper linje ' || earlier || ', som gælder til '
                   || to_char(earlier_to, 'DD.MM.YYYY') || '. Ret slut- eller startdatoen.'
            FROM ({ordered}) o WHERE from_day > earlier_from AND earlier_to >= from_day""",
    )


def replace_periods(staging: Staging, kind: FileKind, *, table: str, link: str, pk: str) -> None:
    """Make room for the file's rows: later stored rows go, the earlier one ends the day before the file begins.

    `link` is the stored column that points at the owner, `pk` the staging column with the owner's id.
    """
    replaced = f"""SELECT DISTINCT {pk} AS owner, first_from FROM {kind.table} WHERE {pk} IS NOT NULL"""
    staging.execute(
        f"""DELETE FROM {table} p USING ({replaced}) f
            WHERE p.municipality_id = %(m)s AND p.{link} = f.owner AND p.valid_from >= f.first_from
            AND NOT EXISTS (SELECT 1 FROM {kind.table} s WHERE s.{pk} = p.{link} AND s.from_day = p.valid_from)"""
    )
    staging.execute(
        f"""UPDATE {table} p SET valid_to = f.first_from - 1 FROM ({replaced}) f
            WHERE p.municipality_id = %(m)s AND p.{link} = f.owner AND p.valid_from < f.first_from
            AND (p.valid_to IS NULL OR p.valid_to >= f.first_from)"""
    )


def mark_superfluous(staging: Staging, kind: FileKind, *, table: str, link: str, pk: str) -> None:
    """A stored row that the file no longer has is a change of the owner's newest row."""
    staging.execute(
        f"""UPDATE {kind.table} s SET action = 'changed' WHERE action = 'same' AND last_row AND EXISTS (
                SELECT 1 FROM {table} p WHERE p.municipality_id = %(m)s AND p.{link} = s.{pk}
                AND p.valid_from >= s.first_from AND NOT EXISTS (
                    SELECT 1 FROM {kind.table} o WHERE o.{pk} = s.{pk} AND o.from_day = p.valid_from))"""
    )

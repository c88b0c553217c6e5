"""units.csv: the organisation tree. Several rows per unit are dated placements; a move ends one and begins another."""

import difflib
from collections.abc import Iterable

from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers import leaders, periods

# A unit whose file never said from when has always been there.
ALWAYS = "DATE '1900-01-01'"


def _check(staging: Staging) -> None:
    staging.execute(
        """UPDATE import_units s SET unit_pk = u.id FROM organisation_unit u
           WHERE u.municipality_id = %(m)s AND u.external_id = s.unit_id"""
    )
    _date_rows(staging)
    periods.check_periods(staging, UNITS, "unit_id", "Enheden")
    staging.reject(
        UNITS,
        "parent_id",
        "SELECT line, 'En enhed kan ikke ligge under sig selv. Skriv enheden over den.' FROM import_units "
        "WHERE parent_id = unit_id",
    )
    reject_unknown_units(staging, UNITS, "parent_id")
    _reject_undated_moves(staging)
    _make_placements(staging)
    _reject_loops(staging)
    leaders.reject_foreign(staging, UNITS)


def _date_rows(staging: Staging) -> None:
    """An empty valid_from is the stored placement's: the newest for a single row, the first for the first of several."""
    staging.execute(
        f"""UPDATE import_units s SET from_day = COALESCE(s.valid_from, CASE WHEN o.rows = 1 THEN o.newest ELSE o.first END,
                                                      {ALWAYS})
            FROM (SELECT i.line, count(*) OVER (PARTITION BY i.unit_id) AS rows, p.first, p.newest
                  FROM import_units i LEFT JOIN (
                      SELECT unit_id, min(valid_from) AS first, max(valid_from) AS newest
                      FROM organisation_unitplacement WHERE municipality_id = %(m)s GROUP BY unit_id) p
                  ON p.unit_id = i.unit_pk) o
            WHERE o.line = s.line AND s.unit_id IS NOT NULL"""
    )
    periods.close_periods(staging, UNITS, "unit_id")
    if not staging.has(UNITS, "level"):
        staging.execute(
            "UPDATE import_units s SET level = NULLIF(u.level, '') FROM organisation_unit u WHERE u.id = s.unit_pk"
        )
    if not staging.has(UNITS, "valid_to"):  # the column says nothing, so a closed unit stays closed
        staging.execute(
            """UPDATE import_units s SET to_day = p.valid_to FROM organisation_unitplacement p
               WHERE p.municipality_id = %(m)s AND p.unit_id = s.unit_pk AND p.valid_from = s.from_day AND s.last_row"""
        )


def reject_unknown_units(staging: Staging, kind: FileKind, column: str) -> None:
    """Reject rows naming a unit that is neither stored nor in units.csv; says which one it looks like."""
    if UNITS.name in staging.unreadable:
        return
    unknown = f"""SELECT s.line, s.{column} AS unit FROM {kind.table} s WHERE s.{column} IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM import_units i WHERE i.unit_id = s.{column})
        AND NOT EXISTS (SELECT 1 FROM organisation_unit u WHERE u.municipality_id = %(m)s AND u.external_id = s.{column})"""
    wrong = [
        row[0] for row in staging.rows(f"SELECT DISTINCT unit FROM ({unknown}) q ORDER BY unit LIMIT 50")
    ]
    if not wrong:
        return
    known = dict(
        staging.rows(
            """SELECT external_id, name FROM organisation_unit WHERE municipality_id = %(m)s
               UNION SELECT unit_id, name FROM import_units WHERE unit_id IS NOT NULL AND name IS NOT NULL"""
        )
    )
    near = {text: _nearest(text, known) for text in wrong}
    hints = {text: f" Det ligner {found}, {known[found]}." for text, found in near.items() if found}
    staging.reject(
        kind,
        column,
        f"""SELECT q.line, 'Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret.' || COALESCE(h.hint, '')
            FROM ({unknown}) q LEFT JOIN unnest(%(texts)s::text[], %(hints)s::text[]) h (text, hint) ON h.text = q.unit""",
        texts=list(hints),
        hints=list(hints.values()),
    )


def _nearest(text: str, known: Iterable[str]) -> str | None:
    """The number most like this one; two figures that changed places come first."""
    found = difflib.get_close_matches(text, known, n=5, cutoff=0.7)
    return next((near for near in found if sorted(near) == sorted(text)), found[0] if found else None)


def _reject_undated_moves(staging: Staging) -> None:
    staging.reject(
        UNITS,
        "valid_from",
        """SELECT s.line, 'Enheden flytter. Skriv i valid_from, hvornår den nye placering gælder fra.'
           FROM import_units s JOIN organisation_unitplacement p ON p.municipality_id = %(m)s
             AND p.unit_id = s.unit_pk AND p.valid_from = s.from_day
           LEFT JOIN organisation_unit u ON u.id = p.parent_id
           WHERE s.valid_from IS NULL AND NOT s.bad AND s.parent_id IS DISTINCT FROM u.external_id""",
    )


def _make_placements(staging: Staging) -> None:
    """`import_placements`: where every unit stands, and when, once the file is applied."""
    staging.make(
        "import_placements",
        """SELECT unit_id, parent_id, daterange(from_day, to_day, '[]') AS days, line
           FROM import_units WHERE NOT bad AND (to_day IS NULL OR to_day >= from_day)
           UNION ALL
           SELECT u.external_id, o.external_id,
                  daterange(p.valid_from, LEAST(p.valid_to, f.first_from - 1), '[]'), NULL
           FROM organisation_unitplacement p
           JOIN organisation_unit u ON u.id = p.unit_id
           LEFT JOIN organisation_unit o ON o.id = p.parent_id
           LEFT JOIN (SELECT DISTINCT unit_pk, first_from FROM import_units WHERE unit_pk IS NOT NULL) f
             ON f.unit_pk = p.unit_id
           WHERE p.municipality_id = %(m)s AND (f.first_from IS NULL OR p.valid_from < f.first_from)""",
    )


def _reject_loops(staging: Staging) -> None:
    staging.reject(
        UNITS,
        "parent_id",
        """WITH RECURSIVE up AS (
               SELECT line, unit_id, parent_id, days, ARRAY[unit_id] AS path FROM import_placements
               WHERE line IS NOT NULL AND parent_id IS NOT NULL
             UNION ALL
               SELECT up.line, up.unit_id, p.parent_id, up.days * p.days, up.path || p.unit_id
               FROM up JOIN import_placements p ON p.unit_id = up.parent_id AND p.days && up.days
               WHERE p.unit_id <> ALL (up.path))
           SELECT line, 'Enhederne ligger under hinanden i ring: ' || array_to_string(path || unit_id, ' under ')
                  || '. Ret parent_id på en af dem.'
           FROM up WHERE parent_id = unit_id AND cardinality(path) > 1""",
    )


def _plan(staging: Staging) -> None:
    staging.execute(
        f"""UPDATE import_units s SET action = CASE
                WHEN s.unit_pk IS NULL OR p.id IS NULL THEN 'new'
                WHEN p.valid_to IS DISTINCT FROM s.to_day OR o.external_id IS DISTINCT FROM s.parent_id
                  OR (s.last_row AND (u.name <> s.name OR u.level <> COALESCE(s.level, ''))) OR ({LEADER})
                THEN 'changed' ELSE 'same' END
            FROM import_units i
            LEFT JOIN organisation_unit u ON u.id = i.unit_pk
            LEFT JOIN organisation_unitplacement p ON p.unit_id = i.unit_pk AND p.valid_from = i.from_day
            LEFT JOIN organisation_unit o ON o.id = p.parent_id
            WHERE i.line = s.line AND NOT s.bad"""
    )
    periods.mark_superfluous(staging, UNITS, table="organisation_unitplacement", link="unit_id", pk="unit_pk")


LEADER = leaders.LEADER_CHANGES


def _apply(staging: Staging) -> None:
    staging.execute(
        """INSERT INTO organisation_unit (municipality_id, external_id, name, level)
           SELECT %(m)s, unit_id, name, COALESCE(level, '') FROM import_units WHERE last_row AND action <> 'same'
           ON CONFLICT (municipality_id, external_id) DO UPDATE SET name = EXCLUDED.name, level = EXCLUDED.level
           WHERE (organisation_unit.name, organisation_unit.level) IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.level)"""
    )
    staging.execute(
        """UPDATE import_units s SET unit_pk = u.id, parent_pk = o.id FROM organisation_unit u, import_units i
           LEFT JOIN organisation_unit o ON o.municipality_id = %(m)s AND o.external_id = i.parent_id
           WHERE i.line = s.line AND u.municipality_id = %(m)s AND u.external_id = s.unit_id"""
    )
    periods.replace_periods(staging, UNITS, table="organisation_unitplacement", link="unit_id", pk="unit_pk")
    staging.execute(
        """UPDATE organisation_unitplacement p SET parent_id = s.parent_pk, valid_to = s.to_day FROM import_units s
           WHERE p.municipality_id = %(m)s AND p.unit_id = s.unit_pk AND p.valid_from = s.from_day
             AND (p.parent_id, p.valid_to) IS DISTINCT FROM (s.parent_pk, s.to_day)"""
    )
    staging.execute(
        """INSERT INTO organisation_unitplacement (municipality_id, unit_id, parent_id, valid_from, valid_to)
           SELECT %(m)s, unit_pk, parent_pk, from_day, to_day FROM import_units s WHERE action = 'new' AND NOT EXISTS (
               SELECT 1 FROM organisation_unitplacement p WHERE p.municipality_id = %(m)s AND p.unit_id = s.unit_pk
               AND p.valid_from = s.from_day)"""
    )
    leaders.apply_leaders(staging)


_DETAIL = """SELECT s.line, CASE WHEN u.id IS NOT NULL THEN json_build_object('name', u.name, 'level', NULLIF(u.level, ''),
        'parent_id', o.external_id, 'valid_from', p.valid_from, 'valid_to', p.valid_to, 'leader_email', l.emails) END,
    json_build_object('name', s.name, 'level', s.level, 'parent_id', s.parent_id, 'valid_from', s.from_day,
        'valid_to', s.to_day, 'leader_email', COALESCE(s.leader_email, l.emails))
    FROM import_units s LEFT JOIN organisation_unit u ON u.id = s.unit_pk
    LEFT JOIN organisation_unitplacement p ON p.unit_id = s.unit_pk AND p.valid_from = s.from_day
    LEFT JOIN organisation_unit o ON o.id = p.parent_id
    LEFT JOIN LATERAL (SELECT string_agg(w.email, ', ' ORDER BY w.email) AS emails FROM organisation_roleassignment r
        JOIN organisation_user w ON w.id = r.user_id WHERE r.unit_id = s.unit_pk AND r.role = 'leder') l ON true
    WHERE s.line = ANY (%(lines)s)"""


UNITS = FileKind(
    name="units.csv",
    title="Enheder",
    order=10,
    table="import_units",
    key="unit_id",
    about="Organisationens enheder. Flere rækker med samme unit_id er placeringer, der afløser hinanden.",
    columns=(
        Column("unit_id", "Enhedens nummer", ("1000", "1100", "1110"), needed=True, filled=True, longest=60),
        Column("name", "Enhedens navn", ("Nordkøbing Kommune", "Ældre og Sundhed", "Plejecenter Åbakken"),
               needed=True, filled=True),
        Column("level", "Niveau, fx sektor, center eller institution", ("kommune", "sektor", "institution"), longest=40),
        Column("parent_id", "Nummeret på enheden over. Tomt for den øverste", ("", "1000", "1100"),
               needed=True, longest=60),
        Column("leader_email", "Lederens e-mail. Tomt ændrer ikke noget",
               ("", "signe.lund@nordkoebing.example", "anders.holm@nordkoebing.example"), cells.email),
        Column("valid_from", "Placeringen gælder fra. Tomt betyder, at den altid har gjort det",
               ("01.01.2020", "01.01.2020", "01.01.2020"), cells.day, "date"),
        Column("valid_to", "Placeringen gælder til og med. Tomt betyder stadig", ("", "", ""), cells.last_day, "date"),
    ),
    extra=("unit_pk bigint", "parent_pk bigint", *periods.PERIOD_COLUMNS),
    check=_check,
    plan=_plan,
    apply=_apply,
    detail=_DETAIL,
)  # fmt: skip

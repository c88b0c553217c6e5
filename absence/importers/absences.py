"""absences.csv: whole absences with a number of their own. What is not in the file is left alone; nothing is deleted."""

from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers.employments import reject_unknown_employments

DEFAULT_CATEGORY = "egen_sygdom"


def _check(staging: Staging) -> None:
    reject_unknown_employments(staging, ABSENCES)
    _find_categories(staging)
    _find_stored(staging)
    staging.analyze(ABSENCES)
    _reject_dates(staging)
    staging.reject(
        ABSENCES,
        "absence_id",
        """SELECT line, 'Fraværsnummeret står også på linje ' || earlier || '. Slet den ene linje, eller ret nummeret.'
           FROM (SELECT line, min(line) OVER (PARTITION BY absence_id) AS earlier FROM import_absences
                 WHERE absence_id IS NOT NULL) o WHERE line > earlier""",
    )
    staging.reject(
        ABSENCES,
        "employment_id",
        """SELECT s.line, 'Fraværet hører i Nærvær til en anden ansættelse. Ret employment_id, eller giv fraværet et nyt '
                  'nummer.'
           FROM import_absences s JOIN absence_sicknotification a ON a.id = s.absence_pk
           WHERE s.employment_pk IS DISTINCT FROM a.employment_id AND NOT s.withdrawn AND NOT s.bad""",
    )
    _reject_overlaps(staging)


def _find_categories(staging: Staging) -> None:
    """By key, name or payroll code; an empty one is egen sygdom."""
    staging.make(
        "import_category",
        """SELECT DISTINCT ON (said) said, id FROM (
               SELECT key AS said, id, 1 AS rank, "order" FROM absence_category WHERE municipality_id = %(m)s
               UNION ALL SELECT lower(name), id, 2, "order" FROM absence_category WHERE municipality_id = %(m)s
               UNION ALL SELECT unnest(payroll_codes), id, 3, "order" FROM absence_category WHERE municipality_id = %(m)s) q
           ORDER BY said, rank, "order", id""",
    )
    staging.execute(
        """UPDATE import_absences s SET category_pk = c.id FROM import_category c
           WHERE c.said = COALESCE(lower(s.category), %(default)s)""",
        default=DEFAULT_CATEGORY,
    )
    staging.reject(
        ABSENCES,
        "category",
        """SELECT line, 'Kategorien kendes ikke. Skriv en af dem: ' || (
                      SELECT string_agg(key, ', ' ORDER BY "order", key) FROM absence_category WHERE municipality_id = %(m)s) || '.'
           FROM import_absences WHERE category_pk IS NULL AND NOT bad""",
    )


def _find_stored(staging: Staging) -> None:
    staging.execute(
        """UPDATE import_absences s SET absence_pk = a.id, withdrawn = a.withdrawn_at IS NOT NULL
           FROM absence_sicknotification a WHERE a.municipality_id = %(m)s AND a.external_id = s.absence_id"""
    )
    if not staging.has(ABSENCES, "expected_last_day"):
        staging.execute(
            """UPDATE import_absences s SET expected_last_day = a.expected_last_day
               FROM absence_sicknotification a WHERE a.id = s.absence_pk"""
        )


def _reject_dates(staging: Staging) -> None:
    for name in ("last_day", "expected_last_day"):
        what = "Sidste dag" if name == "last_day" else "Forventet sidste dag"
        staging.reject(
            ABSENCES,
            name,
            f"""SELECT line, '{what} kan ikke være før første dag, ' || to_char(first_day, 'DD.MM.YYYY')
                       || '. Ret en af datoerne.' FROM import_absences WHERE {name} < first_day""",
        )


def make_final_absences(staging: Staging, employments: str) -> None:
    """`import_final_absences`: the absences of some employments once absences.csv is applied.

    `employments` is a query of employment_id. Withdrawn ones are left out. `line` is NULL for what is only stored.
    """
    staging.make(
        "import_final_absences",
        f"""SELECT s.line, s.absence_pk AS pk, s.absence_id AS external_id, s.employment_id, s.category_pk AS category_id,
                   s.first_day, s.last_day, COALESCE(a.source, 'file') AS source
            FROM import_absences s LEFT JOIN absence_sicknotification a ON a.id = s.absence_pk
            WHERE NOT s.bad AND NOT COALESCE(s.withdrawn, false) AND s.employment_id IN ({employments})
            UNION ALL
            SELECT NULL, a.id, a.external_id, e.external_id, a.category_id, a.first_day, a.last_day, a.source
            FROM absence_sicknotification a JOIN organisation_employment e ON e.id = a.employment_id
            WHERE a.municipality_id = %(m)s AND a.withdrawn_at IS NULL AND e.external_id IN ({employments})
              AND NOT EXISTS (SELECT 1 FROM import_absences s WHERE s.absence_pk = a.id)""",
    )


def _reject_overlaps(staging: Staging) -> None:
    """One pass over each employment's absences in order finds where two meet; only those are looked at closer."""
    make_final_absences(staging, "SELECT employment_id FROM import_absences")
    staging.make(
        "import_meeting",
        """SELECT * FROM (
               SELECT *, max(COALESCE(last_day, 'infinity')) OVER (
                   PARTITION BY employment_id ORDER BY first_day, line NULLS FIRST
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
               FROM import_final_absences) o WHERE reached >= first_day""",
    )
    if not staging.any("SELECT 1 FROM import_meeting"):
        return
    staging.make(
        "import_overlap",
        """SELECT DISTINCT CASE WHEN b.line IS NULL OR a.line > b.line THEN a.line ELSE b.line END AS line,
                  CASE WHEN b.line IS NULL OR a.line > b.line THEN b.line ELSE a.line END AS other_line,
                  CASE WHEN b.line IS NULL OR a.line > b.line THEN b.first_day ELSE a.first_day END AS other_first,
                  CASE WHEN b.line IS NULL OR a.line > b.line THEN b.last_day ELSE a.last_day END AS other_last
           FROM import_meeting m
           JOIN import_final_absences b ON b.employment_id = m.employment_id AND b.first_day = m.first_day
             AND b.line IS NOT DISTINCT FROM m.line AND b.pk IS NOT DISTINCT FROM m.pk
           JOIN import_final_absences a ON a.employment_id = b.employment_id
             AND daterange(a.first_day, a.last_day, '[]') && daterange(b.first_day, b.last_day, '[]')
             AND (a.line, a.pk) IS DISTINCT FROM (b.line, b.pk) AND (a.line IS NOT NULL OR b.line IS NOT NULL)""",
    )
    staging.reject(
        ABSENCES,
        "first_day",
        """SELECT line, 'Overlapper ' || CASE WHEN other_line IS NULL THEN 'et fravær, der står i Nærvær, ' ELSE
                      'linje ' || other_line || ', ' END || to_char(other_first, 'DD.MM.YYYY')
                  || COALESCE('-' || to_char(other_last, 'DD.MM.YYYY'), ' og endnu åbent') || '. Ret en af datoerne.'
           FROM import_overlap""",
    )


def _plan(staging: Staging) -> None:
    staging.execute(
        """UPDATE import_absences s SET action = CASE WHEN i.absence_pk IS NULL THEN 'new'
                WHEN i.withdrawn THEN 'same'
                WHEN (a.category_id, a.first_day, a.last_day, a.expected_last_day, a.work_related) IS DISTINCT FROM
                     (i.category_pk, i.first_day, i.last_day, i.expected_last_day, COALESCE(i.work_related, a.work_related))
                THEN 'changed' ELSE 'same' END
           FROM import_absences i LEFT JOIN absence_sicknotification a ON a.id = i.absence_pk
           WHERE i.line = s.line AND NOT s.bad"""
    )
    withdrawn = staging.value("SELECT count(*) FROM import_absences WHERE withdrawn AND NOT bad")
    if withdrawn:
        staging.note(ABSENCES, f"Fravær, der er trukket tilbage i Nærvær og derfor ikke røres: {withdrawn}.")


def _apply(staging: Staging) -> None:
    staging.execute(
        """UPDATE absence_sicknotification a SET category_id = s.category_pk, first_day = s.first_day,
               last_day = s.last_day, expected_last_day = s.expected_last_day,
               work_related = COALESCE(s.work_related, a.work_related)
           FROM import_absences s WHERE s.action = 'changed' AND a.municipality_id = %(m)s AND a.id = s.absence_pk"""
    )
    staging.execute(
        """INSERT INTO absence_sicknotification (municipality_id, employment_id, external_id, category_id, first_day,
               last_day, expected_last_day, work_related, agreed_contact, source, created_by_id)
           SELECT %(m)s, COALESCE(s.employment_pk, e.id), s.absence_id, s.category_pk, s.first_day, s.last_day,
                  s.expected_last_day, COALESCE(s.work_related, 'unknown'), '', 'file', %(by)s
           FROM import_absences s LEFT JOIN organisation_employment e
             ON s.employment_pk IS NULL AND e.municipality_id = %(m)s AND e.external_id = s.employment_id
           WHERE s.action = 'new' ORDER BY s.line"""
    )


_DETAIL = """SELECT s.line, CASE WHEN a.id IS NOT NULL THEN jsonb_build_object('employment_id', s.employment_id,
        'category', c.name, 'first_day', a.first_day, 'last_day', a.last_day, 'expected_last_day', a.expected_last_day,
        'work_related', a.work_related) END,
    jsonb_build_object('employment_id', s.employment_id, 'category', n.name, 'first_day', s.first_day,
        'last_day', s.last_day, 'expected_last_day', s.expected_last_day,
        'work_related', COALESCE(s.work_related, a.work_related))
    FROM import_absences s LEFT JOIN absence_sicknotification a ON a.id = s.absence_pk
    LEFT JOIN absence_category c ON c.id = a.category_id LEFT JOIN absence_category n ON n.id = s.category_pk
    WHERE s.line = ANY (%(lines)s)"""


ABSENCES = FileKind(
    name="absences.csv",
    title="Fravær",
    order=40,
    table="import_absences",
    key="absence_id",
    about="Hele fravær. Der er ingen kolonne til sygdommens art, og det bliver der aldrig.",
    columns=(
        Column("absence_id", "Fraværets nummer", ("F-2026-001", "F-2026-002", "F-2026-003"), needed=True, filled=True,
               longest=80, few=False),
        Column("employment_id", "Ansættelsens nummer", ("4711", "4712", "4711"), needed=True, filled=True, longest=60),
        Column("category", "Kategoriens nøgle, navn eller lønkode. Tomt er egen sygdom",
               ("egen_sygdom", "Barns sygedag", "526"), longest=80),
        Column("first_day", "Første fraværsdag", ("05.01.2026", "12.01.2026", "02.02.2026"), cells.day, "date",
               needed=True, filled=True),
        Column("last_day", "Sidste fraværsdag. Tomt betyder stadig syg", ("09.01.2026", "12.01.2026", ""),
               cells.last_day, "date", needed=True),
        Column("expected_last_day", "Forventet sidste dag", ("", "", "27.02.2026"), cells.last_day, "date"),
        Column("work_related", "Hænger det sammen med arbejdet: ja, nej eller ved ikke. Tomt ændrer ikke noget",
               ("nej", "", "ved ikke"), cells.yes_no),
    ),
    extra=("employment_pk bigint", "absence_pk bigint", "category_pk bigint", "withdrawn boolean"),
    check=_check,
    plan=_plan,
    apply=_apply,
    detail=_DETAIL,
)  # fmt: skip

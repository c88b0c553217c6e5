"""partial.csv: from a day on, how much of the week is worked while the absence goes on (domain A2)."""

from absence.importers.absences import ABSENCES
from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers import planned


def _check(staging: Staging) -> None:
    _find_absences(staging)
    staging.reject(
        PARTIAL,
        "worked_hours_week",
        """SELECT line, 'Skriv enten worked_hours_week eller sick_share.' FROM import_partial
           WHERE worked_hours_week IS NULL AND sick_share IS NULL AND NOT bad
           UNION ALL
           SELECT line, 'Skriv kun den ene: worked_hours_week eller sick_share.' FROM import_partial
           WHERE worked_hours_week IS NOT NULL AND sick_share IS NOT NULL""",
    )
    staging.reject(
        PARTIAL,
        "from",
        """SELECT line, 'Der står også en række for samme fravær og dato på linje ' || earlier || '. Slet den ene linje.'
           FROM (SELECT line, min(line) OVER (PARTITION BY absence_id, from_day) AS earlier FROM import_partial
                 WHERE absence_id IS NOT NULL AND from_day IS NOT NULL) o WHERE line > earlier
           UNION ALL
           SELECT line, 'Datoen er før fraværets første dag, ' || to_char(first_day, 'DD.MM.YYYY') || '. Ret datoen.'
           FROM import_partial WHERE from_day < first_day
           UNION ALL
           SELECT line, 'Datoen er efter fraværets sidste dag, ' || to_char(last_day, 'DD.MM.YYYY') || '. Ret datoen.'
           FROM import_partial WHERE from_day > last_day""",
    )
    _reject_more_than_planned(staging)


def _find_absences(staging: Staging) -> None:
    """The absence of each row, stored or in absences.csv, with its days and employment."""
    staging.execute(
        """UPDATE import_partial s SET absence_pk = a.id, first_day = a.first_day, last_day = a.last_day,
               employment_id = e.external_id
           FROM absence_sicknotification a JOIN organisation_employment e ON e.id = a.employment_id
           WHERE a.municipality_id = %(m)s AND a.external_id = s.absence_id"""
    )
    staging.execute(
        """UPDATE import_partial s SET first_day = a.first_day, last_day = a.last_day, employment_id = a.employment_id
           FROM import_absences a WHERE a.absence_id = s.absence_id AND NOT COALESCE(a.withdrawn, false)"""
    )
    if ABSENCES.name in staging.unreadable:
        return
    staging.reject(
        PARTIAL,
        "absence_id",
        """SELECT line, 'Fraværet findes ikke. Tilføj det i absences.csv, eller ret nummeret.' FROM import_partial s
           WHERE absence_pk IS NULL AND absence_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM import_absences a WHERE a.absence_id = s.absence_id)""",
    )


def _reject_more_than_planned(staging: Staging) -> None:
    planned.make_terms(staging)
    staging.reject(
        PARTIAL,
        "worked_hours_week",
        """SELECT s.line, 'Der kan ikke være flere timer på arbejde end de ' || replace(trim(trailing '.' FROM
                      trim(trailing '0' FROM to_char(t.most, 'FM990.00'))), '.', ',') || ', der er planlagt om ugen. Ret tallet.'
           FROM import_partial s JOIN LATERAL (
               SELECT GREATEST(f.weekly_hours, (SELECT sum(h) FROM unnest(f.hours) h) * 7 / cardinality(f.hours)) AS most
               FROM import_final_terms f WHERE f.employment_id = s.employment_id AND f.from_day <= s.from_day
                 AND (f.to_day IS NULL OR f.to_day >= s.from_day) LIMIT 1) t ON true
           WHERE s.worked_hours_week > t.most + 0.001""",
    )


# No hours at work is being wholly sick.
_STATE = "CASE WHEN s.worked_hours_week = 0 OR s.sick_share = 1 THEN 'sygemeldt' ELSE 'delvist_raskmeldt' END"
_HOURS = "NULLIF(s.worked_hours_week, 0)"
_SHARE = "CASE WHEN s.sick_share < 1 THEN s.sick_share END"


def _plan(staging: Staging) -> None:
    staging.execute(
        f"""UPDATE import_partial i SET action = CASE WHEN o.id IS NULL THEN 'new' WHEN o.differs THEN 'changed'
                ELSE 'same' END
            FROM (SELECT s.line, t.id, (t.state, t.worked_hours_week, t.sick_share, t.worked_hours) IS DISTINCT FROM
                         ({_STATE}, {_HOURS}, {_SHARE}, NULL::double precision[]) AS differs
                  FROM import_partial s LEFT JOIN absence_absencestate t ON t.municipality_id = %(m)s
                    AND t.absence_id = s.absence_pk AND t.from_day = s.from_day WHERE NOT s.bad) o
            WHERE o.line = i.line"""
    )


def _apply(staging: Staging) -> None:
    staging.execute(
        f"""INSERT INTO absence_absencestate (municipality_id, absence_id, from_day, state, worked_hours_week, sick_share,
                created_by_id)
            SELECT %(m)s, a.id, s.from_day, {_STATE}, {_HOURS}, {_SHARE}, %(by)s
            FROM import_partial s JOIN absence_sicknotification a
              ON a.municipality_id = %(m)s AND a.external_id = s.absence_id
            WHERE s.action <> 'same'
            ON CONFLICT (municipality_id, absence_id, from_day) DO UPDATE SET state = EXCLUDED.state,
                worked_hours_week = EXCLUDED.worked_hours_week, sick_share = EXCLUDED.sick_share, worked_hours = NULL"""
    )


_DETAIL = """SELECT s.line, CASE WHEN t.id IS NOT NULL THEN jsonb_build_object('from', t.from_day,
        'worked_hours_week', t.worked_hours_week, 'sick_share', t.sick_share) END,
    jsonb_build_object('from', s.from_day, 'worked_hours_week', s.worked_hours_week, 'sick_share', s.sick_share)
    FROM import_partial s LEFT JOIN absence_absencestate t ON t.absence_id = s.absence_pk AND t.from_day = s.from_day
    WHERE s.line = ANY (%(lines)s)"""


PARTIAL = FileKind(
    name="partial.csv",
    title="Delvise raskmeldinger",
    order=50,
    table="import_partial",
    key="absence_id",
    about="Fra hvilken dag der arbejdes hvor meget. Skriv enten timer på arbejde om ugen eller andelen syg.",
    columns=(
        Column("absence_id", "Fraværets nummer", ("F-2026-003", "F-2026-003", "F-2026-003"), needed=True, filled=True,
               longest=80),
        Column("from", "Gælder fra", ("09.02.2026", "16.02.2026", "23.02.2026"), cells.day, "date", needed=True,
               filled=True, field="from_day"),
        Column("worked_hours_week", "Timer på arbejde om ugen. 0 er helt sygemeldt", ("16", "", "24,5"),
               cells.hours_of_week, "double precision"),
        Column("sick_share", "Andel syg, som 0,4 eller 40 %", ("", "40 %", ""), cells.share, "double precision"),
    ),
    one_of=("worked_hours_week", "sick_share"),
    extra=("absence_pk bigint", "employment_id text", "first_day date", "last_day date"),
    check=_check,
    plan=_plan,
    apply=_apply,
    detail=_DETAIL,
)  # fmt: skip

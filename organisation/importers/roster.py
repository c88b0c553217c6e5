"""roster.csv: planned hours per employment and date (vagtplan). The payroll's own planned hours win over it."""

from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers.employments import reject_unknown_employments


def _check(staging: Staging) -> None:
    reject_unknown_employments(staging, ROSTER)
    staging.reject(
        ROSTER,
        "date",
        """SELECT line, 'Datoen står også på linje ' || earlier || ' for samme ansættelse. Slet den ene linje.'
           FROM (SELECT line, min(line) OVER (PARTITION BY employment_id, date) AS earlier FROM import_roster
                 WHERE employment_id IS NOT NULL AND date IS NOT NULL) o WHERE line > earlier""",
    )


def _plan(staging: Staging) -> None:
    staging.execute(
        """UPDATE import_roster s SET action = CASE WHEN r.id IS NULL THEN 'new'
                WHEN r.source = 'roster' AND r.hours <> i.planned_hours THEN 'changed' ELSE 'same' END
           FROM import_roster i LEFT JOIN organisation_rostershift r
             ON r.municipality_id = %(m)s AND r.employment_id = i.employment_pk AND r.date = i.date
           WHERE i.line = s.line AND NOT s.bad"""
    )
    kept = staging.value(
        """SELECT count(*) FROM import_roster i JOIN organisation_rostershift r ON r.municipality_id = %(m)s
             AND r.employment_id = i.employment_pk AND r.date = i.date
           WHERE NOT i.bad AND r.source = 'payroll' AND r.hours <> i.planned_hours"""
    )
    if kept:
        staging.note(ROSTER, f"Vagter, hvor lønsystemets timer gælder i stedet: {kept}.")


def _apply(staging: Staging) -> None:
    staging.execute(
        """INSERT INTO organisation_rostershift (municipality_id, employment_id, date, hours, source)
           SELECT %(m)s, e.id, s.date, s.planned_hours, 'roster' FROM import_roster s JOIN organisation_employment e
             ON e.municipality_id = %(m)s AND e.external_id = s.employment_id WHERE s.action <> 'same'
           ON CONFLICT (municipality_id, employment_id, date) DO UPDATE SET hours = EXCLUDED.hours
           WHERE organisation_rostershift.source = 'roster' AND organisation_rostershift.hours <> EXCLUDED.hours"""
    )


_DETAIL = """SELECT s.line, CASE WHEN r.id IS NOT NULL THEN jsonb_build_object('date', r.date, 'planned_hours', r.hours) END,
    jsonb_build_object('date', s.date, 'planned_hours', s.planned_hours)
    FROM import_roster s LEFT JOIN organisation_rostershift r ON r.employment_id = s.employment_pk AND r.date = s.date
    WHERE s.line = ANY (%(lines)s)"""


ROSTER = FileKind(
    name="roster.csv",
    title="Vagtplan",
    order=30,
    table="import_roster",
    key="employment_id",
    about="Planlagte timer pr. dag. De gælder i stedet for ugens faste timer, også på helligdage.",
    columns=(
        Column("employment_id", "Ansættelsens nummer", ("4711", "4711", "4711"), needed=True, filled=True, longest=60),
        Column("date", "Dato", ("02.02.2026", "03.02.2026", "04.02.2026"), cells.day, "date", needed=True, filled=True),
        Column("planned_hours", "Timer den dag. 0 er en fridag", ("12", "12", "0"), cells.hours_of_day,
               "double precision", needed=True, filled=True),
    ),
    extra=("employment_pk bigint",),
    indexes=("employment_id, date",),
    check=_check,
    plan=_plan,
    apply=_apply,
    detail=_DETAIL,
)  # fmt: skip

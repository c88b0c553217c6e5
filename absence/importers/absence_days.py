"""absence_days.csv: the payroll's rows of one absent day each, as SD has them. How they become absences: payroll_runs."""

from absence.importers import payroll_runs
from absence.importers.absences import make_final_absences
from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers.employments import reject_unknown_employments

_SAME_DAY = """SELECT line, {value} AS here, first_value({value}) OVER w AS there, first_value(line) OVER w AS first
    FROM import_absence_days s WHERE employment_id IS NOT NULL AND date IS NOT NULL AND {value} IS NOT NULL
    WINDOW w AS (PARTITION BY employment_id, date ORDER BY line)"""


def _check(staging: Staging) -> None:
    reject_unknown_employments(staging, ABSENCE_DAYS)
    _find_categories(staging)
    staging.reject(
        ABSENCE_DAYS,
        "cause_code",
        f"""SELECT line, 'Linje ' || first || ' har en anden slags fravær samme dag. Lad dagen have én slags.'
            FROM ({_SAME_DAY.format(value="category_pk")}) o WHERE here <> there""",
    )
    staging.reject(
        ABSENCE_DAYS,
        "planned_hours",
        f"""SELECT line, 'Linje ' || first || ' har et andet antal planlagte timer samme dag. Skriv det samme på begge.'
            FROM ({_SAME_DAY.format(value="planned_hours")}) o WHERE here <> there""",
    )
    staging.reject(
        ABSENCE_DAYS,
        "absent_hours",
        """SELECT line, 'Fraværstimerne samme dag bliver over 24 tilsammen. Ret timerne.'
           FROM (SELECT line, sum(absent_hours) OVER (PARTITION BY employment_id, date) AS hours FROM import_absence_days
                 WHERE employment_id IS NOT NULL AND date IS NOT NULL AND absent_hours IS NOT NULL) o WHERE hours > 24""",
    )
    staging.analyze(ABSENCE_DAYS)
    make_final_absences(staging, "SELECT employment_id FROM import_absence_days")
    staging.reject(
        ABSENCE_DAYS,
        "cause_code",
        """SELECT s.line, 'Dagen ligger i et andet slags fravær i Nærvær (' || c.name || ', ' ||
                  to_char(a.first_day, 'DD.MM.YYYY') || COALESCE('-' || to_char(a.last_day, 'DD.MM.YYYY'), ' og endnu åbent')
                  || '). Ret koden, eller ret fraværets kategori.'
           FROM import_absence_days s JOIN import_final_absences a ON a.employment_id = s.employment_id
             AND s.date >= a.first_day AND (a.last_day IS NULL OR s.date <= a.last_day)
           JOIN absence_category c ON c.id = a.category_id WHERE a.category_id <> s.category_pk AND NOT s.bad""",
    )


def _find_categories(staging: Staging) -> None:
    staging.execute(
        """UPDATE import_absence_days s SET category_pk = c.id FROM (
               SELECT DISTINCT ON (code) code, id FROM absence_category, unnest(payroll_codes) code
               WHERE municipality_id = %(m)s ORDER BY code, "order", id) c
           WHERE c.code = s.cause_code"""
    )
    staging.reject(
        ABSENCE_DAYS,
        "cause_code",
        """SELECT line, 'Koden er ikke knyttet til en kategori. Knyt den til en under Opsætning, eller ret den.'
           FROM import_absence_days WHERE category_pk IS NULL AND cause_code IS NOT NULL""",
    )


_DETAIL = """SELECT s.line, CASE WHEN p.id IS NOT NULL THEN json_build_object('date', p.date, 'cause_code', p.cause_code,
        'absent_hours', p.absent_hours, 'planned_hours', COALESCE(r.hours, s.planned_hours)) END,
    json_build_object('date', s.date, 'cause_code', d.code, 'absent_hours', d.hours,
        'planned_hours', COALESCE(d.planned, r.hours))
    FROM import_absence_days s JOIN import_days d ON d.employment_id = s.employment_id AND d.day = s.date
    LEFT JOIN absence_payrollday p ON p.absence_id = d.target_pk AND p.date = d.day
    LEFT JOIN organisation_rostershift r ON r.employment_id = d.employment_pk AND r.date = d.day
    WHERE s.line = ANY (%(lines)s)"""


ABSENCE_DAYS = FileKind(
    name="absence_days.csv",
    title="Fraværsdage fra lønsystemet",
    order=60,
    table="import_absence_days",
    key="employment_id",
    about="Én række pr. fraværsdag. Dage af samme slags i træk bliver til ét fravær, også hen over fridage.",
    columns=(
        Column("employment_id", "Ansættelsens nummer", ("4712", "4712", "4712"), needed=True, filled=True, longest=60),
        Column("date", "Fraværsdag", ("06.03.2026", "09.03.2026", "10.03.2026"), cells.day, "date", needed=True,
               filled=True),
        Column("cause_code", "Lønsystemets årsagskode", ("526", "526", "526"), needed=True, filled=True, longest=10),
        Column("absent_hours", "Fraværstimer den dag", ("7", "7,5", "3,5"), cells.hours_of_day, "double precision",
               needed=True, filled=True),
        Column("planned_hours", "Planlagte timer den dag. Tomt betyder de timer, vi kender", ("", "", "7"),
               cells.hours_of_day, "double precision"),
    ),
    extra=("employment_pk bigint", "category_pk bigint"),
    check=_check,
    plan=payroll_runs.plan,
    apply=payroll_runs.apply,
    detail=_DETAIL,
)  # fmt: skip

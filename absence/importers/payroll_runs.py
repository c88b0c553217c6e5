"""Payroll days become absences.

A day inside an absence that is there already belongs to it. The others are put in order with the employment's
absences; days of one category follow each other when no work was planned between them, and such a run becomes one
absence, or makes an earlier payroll absence longer. Two payroll absences that turn out to be one are joined in the
first; the second is withdrawn.
"""

from core.importing.staging import Staging
from organisation.importers import planned

# Gaps are looked at from these days on in turn: mostly the first day shows that work was planned.
_LOOKS = (0, 1, 7)


def plan(staging: Staging) -> None:
    """Set `action` on the rows, and leave `import_days` and `import_runs` for `apply`."""
    _make_days(staging)
    _make_nodes(staging)
    _break_at_work(staging)
    _make_runs(staging)
    _set_actions(staging)
    _note(staging)


def _make_days(staging: Staging) -> None:
    """`import_days`: one row per employment and date, with the absence that covers it, if any."""
    staging.make(
        "import_days",
        """SELECT s.employment_id, s.date AS day, min(s.employment_pk) AS employment_pk, min(s.category_pk) AS category_id,
                  sum(s.absent_hours) AS hours, (array_agg(s.cause_code ORDER BY s.line))[1] AS code,
                  max(s.planned_hours) AS planned, NULL::bigint AS target_pk, NULL::text AS target_ext, false AS withdrawn
           FROM import_absence_days s WHERE NOT s.bad GROUP BY s.employment_id, s.date""",
    )
    staging.execute(
        """UPDATE import_days d SET target_pk = a.pk, target_ext = CASE WHEN a.pk IS NULL THEN a.external_id END
           FROM import_final_absences a WHERE a.employment_id = d.employment_id AND a.category_id = d.category_id
             AND d.day >= a.first_day AND (a.last_day IS NULL OR d.day <= a.last_day)"""
    )
    staging.execute(  # somebody said here that it was a mistake; the payroll does not know
        """UPDATE import_days d SET withdrawn = true FROM absence_sicknotification a
           WHERE d.target_pk IS NULL AND d.target_ext IS NULL AND a.municipality_id = %(m)s
             AND a.employment_id = d.employment_pk AND a.withdrawn_at IS NOT NULL AND a.source = 'payroll'
             AND a.category_id = d.category_id AND d.day >= a.first_day AND d.day <= a.last_day"""
    )


def _make_nodes(staging: Staging) -> None:
    """`import_nodes`: uncovered days and the employments' absences in order, with what stands before each."""
    staging.make(
        "import_nodes",
        """SELECT *, row_number() OVER w AS node, lag(last) OVER w AS before, true AS breaks,
                  COALESCE(lag(category_id) OVER w = category_id AND lag(kind) OVER w <> 'other' AND kind <> 'other'
                           AND (kind = 'day' OR lag(kind) OVER w = 'day'), false) AS may_follow
           FROM (SELECT employment_id, employment_pk, category_id, day AS first, day AS last, 'day' AS kind,
                        NULL::bigint AS pk FROM import_days
                 WHERE target_pk IS NULL AND target_ext IS NULL AND NOT withdrawn
                 UNION ALL
                 SELECT a.employment_id, NULL, a.category_id, a.first_day, COALESCE(a.last_day, 'infinity'),
                        CASE WHEN a.source = 'payroll' AND a.last_day IS NOT NULL AND a.pk IS NOT NULL
                             THEN 'payroll' ELSE 'other' END, a.pk
                 FROM import_final_absences a WHERE EXISTS (SELECT 1 FROM import_days d
                     WHERE d.employment_id = a.employment_id AND d.target_pk IS NULL AND d.target_ext IS NULL)) n
           WINDOW w AS (PARTITION BY employment_id ORDER BY first)""",
    )


def _break_at_work(staging: Staging) -> None:
    """A run goes on where the category stays and no work was planned since the day before."""
    first, last = staging.rows("SELECT min(before), max(first) FROM import_nodes WHERE may_follow")[0]
    if first is None:
        return
    staging.execute("UPDATE import_nodes SET breaks = false WHERE may_follow AND before = first - 1")
    planned.make_terms(staging)
    planned.make_days_off(staging, first, last)
    staging.make(
        "import_gaps",
        """SELECT n.employment_id, e.id AS employment_pk, n.node, n.before + 1 AS first, n.first - 1 AS last, false AS worked
           FROM import_nodes n LEFT JOIN organisation_employment e
             ON e.municipality_id = %(m)s AND e.external_id = n.employment_id
           WHERE n.may_follow AND n.before < n.first - 1""",
    )
    for begin, end in zip(_LOOKS, (*_LOOKS[1:], 100_000), strict=True):
        _look_at_gaps(staging, begin, end - 1)
    staging.execute(
        """UPDATE import_nodes n SET breaks = false FROM import_gaps g
           WHERE g.employment_id = n.employment_id AND g.node = n.node AND NOT g.worked"""
    )


def _look_at_gaps(staging: Staging, begin: int, end: int) -> None:
    """Mark the gaps with planned work among their days `begin` to `end` (0 is the first)."""
    staging.execute(
        f"""UPDATE import_gaps g SET worked = true FROM (
                SELECT DISTINCT d.employment_id, d.node FROM (
                    SELECT g.employment_id, g.employment_pk, g.node, g.first + i AS day
                    FROM import_gaps g, generate_series({begin}, LEAST({end}, g.last - g.first)) i WHERE NOT g.worked) d
                WHERE {planned.PLANNED} > 0) w
            WHERE w.employment_id = g.employment_id AND w.node = g.node"""
    )


def _make_runs(staging: Staging) -> None:
    """`import_runs`: each run with new days; `pk` is the payroll absence it makes longer, `joined` those it swallows."""
    staging.make(
        "import_steps",
        """SELECT employment_id, category_id, first, last, kind, pk,
                  sum(breaks::int) OVER (PARTITION BY employment_id ORDER BY node) AS run FROM import_nodes""",
    )
    staging.make(
        "import_runs",
        """SELECT employment_id, run, min(category_id) AS category_id, min(first) AS first_day, max(last) AS last_day,
                  (array_agg(pk ORDER BY first) FILTER (WHERE pk IS NOT NULL))[1] AS pk,
                  (array_agg(pk ORDER BY first) FILTER (WHERE pk IS NOT NULL))[2:] AS joined,
                  'sd:' || employment_id || ':' || min(first) AS external_id
           FROM import_steps GROUP BY employment_id, run HAVING bool_or(kind = 'day')""",
    )
    staging.execute(  # an absence that began that day once and was changed by hand since keeps the name
        """UPDATE import_runs r SET external_id = r.external_id || ':' || r.category_id WHERE r.pk IS NULL AND (
               EXISTS (SELECT 1 FROM absence_sicknotification a
                       WHERE a.municipality_id = %(m)s AND a.external_id = r.external_id)
               OR EXISTS (SELECT 1 FROM import_absences a WHERE a.absence_id = r.external_id))"""
    )
    staging.execute(
        """UPDATE import_days d SET target_pk = r.pk, target_ext = CASE WHEN r.pk IS NULL THEN r.external_id END
           FROM import_steps n JOIN import_runs r ON r.employment_id = n.employment_id AND r.run = n.run
           WHERE n.kind = 'day' AND n.employment_id = d.employment_id AND n.first = d.day"""
    )


def _set_actions(staging: Staging) -> None:
    staging.execute("ANALYZE import_days")
    staging.execute(
        """UPDATE import_absence_days s SET action = CASE
               WHEN p.id IS NULL AND NOT d.withdrawn THEN 'new'
               WHEN p.absent_hours <> d.hours OR p.cause_code <> d.code
                 OR (d.planned IS NOT NULL AND (d.planned, 'payroll') IS DISTINCT FROM (r.hours, r.source)) THEN 'changed'
               ELSE 'same' END
           FROM import_days d
           LEFT JOIN absence_payrollday p ON p.municipality_id = %(m)s AND p.absence_id = d.target_pk AND p.date = d.day
           LEFT JOIN organisation_rostershift r ON r.municipality_id = %(m)s AND r.employment_id = d.employment_pk
             AND r.date = d.day
           WHERE d.employment_id = s.employment_id AND d.day = s.date AND NOT s.bad"""
    )
    staging.execute(
        """UPDATE import_days d SET target_pk = r.pk
           FROM (SELECT pk, unnest(joined) AS swallowed FROM import_runs WHERE cardinality(joined) > 0) r
           WHERE d.target_pk = r.swallowed"""
    )


def _note(staging: Staging) -> None:
    from absence.importers.absence_days import ABSENCE_DAYS

    new, longer, joined = staging.rows(
        """SELECT count(*) FILTER (WHERE pk IS NULL), count(*) FILTER (WHERE pk IS NOT NULL),
                  COALESCE(sum(cardinality(joined)), 0) FROM import_runs"""
    )[0]
    for count, text in (
        (new, "Nye fravær"),
        (longer, "Fravær, der bliver længere"),
        (joined, "Fravær, der bliver en del af et andet"),
    ):
        if count:
            staging.note(ABSENCE_DAYS, f"{text}: {count}.")
    withdrawn = staging.value("SELECT count(*) FROM import_days WHERE withdrawn")
    if withdrawn:
        staging.note(
            ABSENCE_DAYS, f"Dage i fravær, der er trukket tilbage i Nærvær og derfor ikke røres: {withdrawn}."
        )


def apply(staging: Staging) -> None:
    """Write absences, days and planned hours."""
    _apply_absences(staging)
    staging.execute(
        """UPDATE import_days d SET employment_pk = e.id FROM organisation_employment e
           WHERE d.employment_pk IS NULL AND e.municipality_id = %(m)s AND e.external_id = d.employment_id"""
    )
    staging.execute(
        """UPDATE import_days d SET target_pk = a.id FROM absence_sicknotification a
           WHERE d.target_ext IS NOT NULL AND a.municipality_id = %(m)s AND a.external_id = d.target_ext"""
    )
    _apply_days(staging)
    staging.execute(
        """INSERT INTO organisation_rostershift AS r (municipality_id, employment_id, date, hours, source)
           SELECT %(m)s, employment_pk, day, planned, 'payroll' FROM import_days WHERE planned IS NOT NULL
           ON CONFLICT (municipality_id, employment_id, date) DO UPDATE SET hours = EXCLUDED.hours, source = EXCLUDED.source
           WHERE (r.hours, r.source) IS DISTINCT FROM (EXCLUDED.hours, EXCLUDED.source)"""
    )


def _apply_absences(staging: Staging) -> None:
    if staging.any("SELECT 1 FROM import_runs WHERE cardinality(joined) > 0"):
        staging.execute(
            """UPDATE absence_sicknotification a SET withdrawn_at = now() FROM import_runs r
               WHERE a.municipality_id = %(m)s AND a.id = ANY (r.joined)"""
        )
        staging.execute(
            """UPDATE absence_payrollday p SET absence_id = r.pk FROM import_runs r
               WHERE p.municipality_id = %(m)s AND p.absence_id = ANY (r.joined)"""
        )
    staging.execute(
        """UPDATE absence_sicknotification a SET first_day = r.first_day, last_day = r.last_day FROM import_runs r
           WHERE a.municipality_id = %(m)s AND a.id = r.pk
             AND (a.first_day, a.last_day) IS DISTINCT FROM (r.first_day, r.last_day)"""
    )
    staging.execute(
        """INSERT INTO absence_sicknotification (municipality_id, employment_id, external_id, category_id, first_day,
               last_day, work_related, agreed_contact, source, created_by_id)
           SELECT %(m)s, e.id, r.external_id, r.category_id, r.first_day, r.last_day, 'unknown', '', 'payroll', %(by)s
           FROM import_runs r JOIN organisation_employment e
             ON e.municipality_id = %(m)s AND e.external_id = r.employment_id
           WHERE r.pk IS NULL"""
    )


def _apply_days(staging: Staging) -> None:
    stale = """SELECT p.id FROM import_days d JOIN absence_sicknotification a
                 ON a.municipality_id = %(m)s AND a.employment_id = d.employment_pk AND a.id <> d.target_pk
               JOIN absence_payrollday p ON p.municipality_id = %(m)s AND p.absence_id = a.id AND p.date = d.day"""
    if staging.any(stale):  # the day belonged to an absence that has been made shorter since
        staging.execute(f"DELETE FROM absence_payrollday WHERE municipality_id = %(m)s AND id IN ({stale})")
    staging.execute(
        """INSERT INTO absence_payrollday AS p (municipality_id, absence_id, date, absent_hours, cause_code)
           SELECT %(m)s, target_pk, day, hours, code FROM import_days WHERE target_pk IS NOT NULL
           ON CONFLICT (municipality_id, absence_id, date) DO UPDATE
               SET absent_hours = EXCLUDED.absent_hours, cause_code = EXCLUDED.cause_code
           WHERE (p.absent_hours, p.cause_code) IS DISTINCT FROM (EXCLUDED.absent_hours, EXCLUDED.cause_code)"""
    )

"""planned(e, d) of domain.md § 4 in SQL, over what is stored and what the files of this import say.

For the few days between payroll rows; the figures have their own fast reader.
"""

from datetime import date

from core.importing.staging import Staging
from organisation.models import DayOff
from organisation.rules.calendar import days_off


def make_terms(staging: Staging) -> None:
    """`import_final_terms (employment_id, from_day, to_day, weekly_hours, hours, monday)` once the files are applied.

    `employment_id` is the outside key; periods are clipped to the employment; `monday` is where the rota begins.
    """
    staging.make(
        "import_final_terms",
        """SELECT employment_id, GREATEST(from_day, start_day) AS from_day, LEAST(to_day, end_day) AS to_day,
                  weekly_hours, hours, date_trunc('week', from_day)::date AS monday
           FROM import_employments WHERE NOT bad
           UNION ALL
           SELECT e.external_id, GREATEST(t.valid_from, e.start), LEAST(t.valid_to, e.end, f.first_from - 1),
                  t.weekly_hours, t.hours, date_trunc('week', COALESCE(t.rota_start, t.valid_from))::date
           FROM organisation_employmentterms t JOIN organisation_employment e ON e.id = t.employment_id
           LEFT JOIN (SELECT DISTINCT employment_pk, first_from FROM import_employments WHERE employment_pk IS NOT NULL) f
             ON f.employment_pk = e.id
           WHERE t.municipality_id = %(m)s AND (f.first_from IS NULL OR t.valid_from < f.first_from)""",
    )
    staging.execute("CREATE INDEX ON import_final_terms (employment_id, from_day)")


def make_days_off(staging: Staging, first: date, last: date) -> None:
    """`import_days_off (day)`: public holidays and the municipality's own days in the period."""
    own = DayOff.objects.filter(date__range=(first, last)).values_list("date", flat=True)
    staging.make(
        "import_days_off",
        "SELECT unnest(%(days)s::date[]) AS day",
        days=sorted(days_off(first, last, own)),
    )


# Hours planned for `d.employment_id` on `d.day` by the terms alone; 0 outside the employment and on days off.
PLANNED_BY_TERMS = """CASE WHEN EXISTS (SELECT 1 FROM import_days_off o WHERE o.day = d.day) THEN 0 ELSE COALESCE((
    SELECT t.hours[mod(mod((d.day - t.monday) / 7, cardinality(t.hours) / 7) + cardinality(t.hours) / 7,
                       cardinality(t.hours) / 7) * 7 + extract(isodow FROM d.day)::int]
    FROM import_final_terms t
    WHERE t.employment_id = d.employment_id AND t.from_day <= d.day AND (t.to_day IS NULL OR t.to_day >= d.day)
    ORDER BY t.from_day DESC LIMIT 1), 0) END"""

# As above with the roster first, for `d.employment_pk` too: the payroll's own hours win over a roster in this import,
# which wins over a stored one.
_ROSTER_HERE = """(SELECT r.planned_hours FROM import_roster r
    WHERE r.employment_id = d.employment_id AND r.date = d.day AND NOT r.bad LIMIT 1)"""
PLANNED = f"""COALESCE(
    (SELECT CASE WHEN r.source = 'payroll' THEN r.hours ELSE COALESCE({_ROSTER_HERE}, r.hours) END
     FROM organisation_rostershift r
     WHERE r.municipality_id = %(m)s AND r.employment_id = d.employment_pk AND r.date = d.day),
    {_ROSTER_HERE}, {PLANNED_BY_TERMS})"""

"""employments.csv: people, employments, and dated terms. Several rows per employment are terms that follow each other."""

from core.importing import cells
from core.importing.kinds import Column, FileKind
from core.importing.staging import Staging
from organisation.importers import leaders, periods
from organisation.importers.units import reject_unknown_units

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = tuple(f"hours_{day}" for day in WEEKDAYS)


def reject_unknown_employments(staging: Staging, kind: FileKind) -> None:
    """Fill `employment_pk`, and reject rows of employments that are neither stored nor in employments.csv."""
    staging.execute(
        f"""UPDATE {kind.table} s SET employment_pk = e.id FROM organisation_employment e
            WHERE e.municipality_id = %(m)s AND e.external_id = s.employment_id"""
    )
    if EMPLOYMENTS.name in staging.unreadable:
        return
    staging.reject(
        kind,
        "employment_id",
        f"""SELECT line, 'Ansættelsen findes ikke. Tilføj den i employments.csv, eller ret nummeret.'
            FROM {kind.table} s WHERE employment_pk IS NULL AND employment_id IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM import_employments i WHERE i.employment_id = s.employment_id)""",
    )


def _check(staging: Staging) -> None:
    _complete(staging)
    staging.analyze(EMPLOYMENTS)
    _reject_dates(staging)
    periods.check_periods(staging, EMPLOYMENTS, "employment_id", "Ansættelsen")
    _reject_disagreement(staging)
    staging.reject(
        EMPLOYMENTS,
        "person_id",
        """SELECT s.line, 'Ansættelsen hører i forvejen til en anden medarbejder. Ret person_id, eller giv ansættelsen '
                  'et nyt nummer.'
           FROM import_employments s JOIN organisation_employment e ON e.id = s.employment_pk
           JOIN organisation_person p ON p.id = e.person_id WHERE p.external_id <> s.person_id""",
    )
    reject_unknown_units(staging, EMPLOYMENTS, "unit_id")
    leaders.reject_foreign(staging, EMPLOYMENTS)
    leaders.make_unit_leaders(staging)
    staging.make(
        "import_persons",
        """SELECT DISTINCT ON (person_id) person_id, name, COALESCE(email, '') AS email FROM import_employments
           WHERE person_id IS NOT NULL AND name IS NOT NULL ORDER BY person_id, line DESC""",
    )


def _complete(staging: Staging) -> None:
    """Ids of what is stored already, the week's hours, the periods, and what columns that are not there leave as it is."""
    staging.execute(
        """UPDATE import_employments s SET employment_pk = e.id FROM organisation_employment e
           WHERE e.municipality_id = %(m)s AND e.external_id = s.employment_id"""
    )
    staging.execute(
        f"""UPDATE import_employments SET from_day = COALESCE(valid_from, start_day), hours = CASE
                WHEN num_nonnulls({", ".join(_HOURS)}) = 0
                THEN ARRAY[weekly_hours / 5, weekly_hours / 5, weekly_hours / 5, weekly_hours / 5, weekly_hours / 5, 0, 0]
                ELSE ARRAY[{", ".join(f"COALESCE({name}, 0)" for name in _HOURS)}] END"""
    )
    periods.close_periods(staging, EMPLOYMENTS, "employment_id")
    if not staging.has(EMPLOYMENTS, "email"):
        staging.execute(
            """UPDATE import_employments s SET email = NULLIF(lower(p.email), '') FROM organisation_person p
               WHERE p.municipality_id = %(m)s AND p.external_id = s.person_id"""
        )
    if not staging.has(EMPLOYMENTS, "end"):
        staging.execute(
            "UPDATE import_employments s SET end_day = e.end FROM organisation_employment e WHERE e.id = s.employment_pk"
        )
    if not staging.has(EMPLOYMENTS, "occupational_group"):
        staging.execute(
            """UPDATE import_employments s SET occupational_group = g.name
               FROM organisation_employmentterms t JOIN organisation_occupationalgroup g ON g.id = t.group_id
               WHERE t.municipality_id = %(m)s AND t.employment_id = s.employment_pk AND t.valid_from = s.from_day"""
        )


def _reject_dates(staging: Staging) -> None:
    staging.reject(
        EMPLOYMENTS,
        "end",
        """SELECT line, 'Ansættelsen slutter, før den begynder ' || to_char(start_day, 'DD.MM.YYYY')
                  || '. Ret en af datoerne.' FROM import_employments WHERE end_day < start_day""",
    )
    staging.reject(
        EMPLOYMENTS,
        "valid_from",
        """SELECT line, 'Vilkårene begynder, før ansættelsen begynder ' || to_char(start_day, 'DD.MM.YYYY')
                  || '. Ret en af datoerne.' FROM import_employments WHERE valid_from < start_day
           UNION ALL
           SELECT line, 'Vilkårene begynder, efter at ansættelsen er sluttet ' || to_char(end_day, 'DD.MM.YYYY')
                  || '. Ret en af datoerne.' FROM import_employments WHERE valid_from > end_day""",
    )
    staging.reject(
        EMPLOYMENTS,
        "valid_to",
        """SELECT line, 'Vilkårene gælder længere end ansættelsen, som slutter ' || to_char(end_day, 'DD.MM.YYYY')
                  || '. Ret en af datoerne.' FROM import_employments WHERE valid_to > end_day""",
    )


def _reject_disagreement(staging: Staging) -> None:
    """An employment's rows must agree on whose it is and when it runs."""
    for name, field in (("person_id", "person_id"), ("start", "start_day"), ("end", "end_day")):
        staging.reject(
            EMPLOYMENTS,
            name,
            f"""SELECT line, 'Der står noget andet på linje ' || first || ' for samme ansættelse. Skriv det samme på '
                       'alle ansættelsens linjer.'
                FROM (SELECT line, {field} AS here, first_value({field}) OVER w AS there, first_value(line) OVER w AS first
                      FROM import_employments WHERE employment_id IS NOT NULL AND NOT bad
                      WINDOW w AS (PARTITION BY employment_id ORDER BY line)) o
                WHERE here IS DISTINCT FROM there""",
        )


# The terms' own leader, once applied: only when the newest row names somebody who does not lead the unit.
# Rows that say nothing keep what is stored.
_OWN_LEADER = """CASE WHEN s.last_row AND s.leader_email IS NOT NULL THEN
    CASE WHEN NOT EXISTS (SELECT 1 FROM import_unit_leaders l WHERE l.unit_id = s.unit_id AND l.email = s.leader_email)
         THEN s.leader_email END ELSE w.email END"""


def _plan(staging: Staging) -> None:
    staging.execute(
        f"""UPDATE import_employments i SET own_leader = o.own_leader, action = CASE
                WHEN o.term IS NULL THEN 'new' WHEN o.differs OR o.own_leader IS DISTINCT FROM o.stored_leader
                THEN 'changed' ELSE 'same' END
            FROM (SELECT s.line, t.id AS term, w.email AS stored_leader, {_OWN_LEADER} AS own_leader,
                    (t.valid_to, u.external_id, lower(g.name), t.weekly_hours, t.hours, t.rota_start)
                      IS DISTINCT FROM (s.to_day, s.unit_id, lower(s.occupational_group), s.weekly_hours, s.hours, NULL::date)
                    OR (e.start, e.end) IS DISTINCT FROM (s.start_day, s.end_day)
                    OR (p.name, lower(p.email)) IS DISTINCT FROM (n.name, n.email) AS differs
                  FROM import_employments s
                  JOIN import_persons n ON n.person_id = s.person_id
                  LEFT JOIN organisation_employment e ON e.id = s.employment_pk
                  LEFT JOIN organisation_person p ON p.id = e.person_id
                  LEFT JOIN organisation_employmentterms t ON t.municipality_id = %(m)s
                    AND t.employment_id = s.employment_pk AND t.valid_from = s.from_day
                  LEFT JOIN organisation_unit u ON u.id = t.unit_id
                  LEFT JOIN organisation_occupationalgroup g ON g.id = t.group_id
                  LEFT JOIN organisation_user w ON w.id = t.leader_id
                  WHERE NOT s.bad) o
            WHERE o.line = i.line"""
    )
    periods.mark_superfluous(
        staging,
        EMPLOYMENTS,
        table="organisation_employmentterms",
        link="employment_id",
        pk="employment_pk",
    )


def _apply(staging: Staging) -> None:
    _apply_people(staging)
    periods.replace_periods(
        staging,
        EMPLOYMENTS,
        table="organisation_employmentterms",
        link="employment_id",
        pk="employment_pk",
    )
    leaders.insert_users(staging, "SELECT own_leader FROM import_employments WHERE action <> 'same'")
    staging.make(
        "import_terms",
        """SELECT s.line, s.employment_pk, s.from_day, s.to_day, u.id AS unit_id, g.id AS group_id, w.id AS leader_id,
                  s.weekly_hours, s.hours
           FROM import_employments s
           JOIN organisation_unit u ON u.municipality_id = %(m)s AND u.external_id = s.unit_id
           LEFT JOIN organisation_user w ON w.municipality_id = %(m)s AND w.email = s.own_leader
           LEFT JOIN (SELECT lower(name) AS name, min(id) AS id FROM organisation_occupationalgroup
                      WHERE municipality_id = %(m)s GROUP BY lower(name)) g ON g.name = lower(s.occupational_group)
           WHERE s.action <> 'same'""",
    )
    staging.execute(
        """UPDATE organisation_employmentterms t SET valid_to = s.to_day, unit_id = s.unit_id, group_id = s.group_id,
               leader_id = s.leader_id, weekly_hours = s.weekly_hours, hours = s.hours, rota_start = NULL
           FROM import_terms s
           WHERE t.municipality_id = %(m)s AND t.employment_id = s.employment_pk AND t.valid_from = s.from_day
             AND (t.valid_to, t.unit_id, t.group_id, t.leader_id, t.weekly_hours, t.hours, t.rota_start)
               IS DISTINCT FROM (s.to_day, s.unit_id, s.group_id, s.leader_id, s.weekly_hours, s.hours, NULL::date)"""
    )
    staging.execute(
        """INSERT INTO organisation_employmentterms (municipality_id, employment_id, valid_from, valid_to, unit_id,
               group_id, leader_id, weekly_hours, hours)
           SELECT %(m)s, employment_pk, from_day, to_day, unit_id, group_id, leader_id, weekly_hours, hours
           FROM import_terms s WHERE NOT EXISTS (
               SELECT 1 FROM organisation_employmentterms t WHERE t.municipality_id = %(m)s
               AND t.employment_id = s.employment_pk AND t.valid_from = s.from_day)"""
    )
    leaders.link_users(staging)


def _apply_people(staging: Staging) -> None:
    staging.execute(
        """INSERT INTO organisation_occupationalgroup (municipality_id, name)
           SELECT %(m)s, min(occupational_group) FROM import_employments s
           WHERE occupational_group IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisation_occupationalgroup g
               WHERE g.municipality_id = %(m)s AND lower(g.name) = lower(s.occupational_group))
           GROUP BY lower(occupational_group)"""
    )
    staging.execute(
        """INSERT INTO organisation_person (municipality_id, external_id, name, email)
           SELECT %(m)s, n.person_id, n.name, n.email FROM import_persons n
           WHERE EXISTS (SELECT 1 FROM import_employments s WHERE s.person_id = n.person_id AND s.action <> 'same')
           ON CONFLICT (municipality_id, external_id) DO UPDATE SET name = EXCLUDED.name, email = EXCLUDED.email
           WHERE (organisation_person.name, lower(organisation_person.email))
             IS DISTINCT FROM (EXCLUDED.name, EXCLUDED.email)"""
    )
    staging.execute(
        """INSERT INTO organisation_employment AS e (municipality_id, external_id, person_id, start, "end")
           SELECT DISTINCT ON (s.employment_id) %(m)s, s.employment_id, p.id, s.start_day, s.end_day
           FROM import_employments s JOIN organisation_person p ON p.municipality_id = %(m)s AND p.external_id = s.person_id
           WHERE s.action <> 'same' ORDER BY s.employment_id, s.line
           ON CONFLICT (municipality_id, external_id) DO UPDATE SET start = EXCLUDED.start, "end" = EXCLUDED."end"
           WHERE (e.start, e."end") IS DISTINCT FROM (EXCLUDED.start, EXCLUDED."end")"""
    )
    staging.execute(
        """UPDATE import_employments s SET employment_pk = e.id FROM organisation_employment e
           WHERE s.employment_pk IS NULL AND e.municipality_id = %(m)s AND e.external_id = s.employment_id"""
    )


_DETAIL = """SELECT s.line, CASE WHEN t.id IS NOT NULL THEN json_build_object('name', p.name, 'email', NULLIF(p.email, ''),
        'unit_id', u.external_id, 'occupational_group', g.name, 'weekly_hours', t.weekly_hours, 'hours', t.hours,
        'valid_from', t.valid_from, 'valid_to', t.valid_to, 'start', e.start, 'end', e.end, 'leader_email', w.email) END,
    json_build_object('name', n.name, 'email', NULLIF(n.email, ''), 'unit_id', s.unit_id,
        'occupational_group', s.occupational_group, 'weekly_hours', s.weekly_hours, 'hours', s.hours,
        'valid_from', s.from_day, 'valid_to', s.to_day, 'start', s.start_day, 'end', s.end_day, 'leader_email', s.own_leader)
    FROM import_employments s LEFT JOIN import_persons n ON n.person_id = s.person_id
    LEFT JOIN organisation_employment e ON e.id = s.employment_pk LEFT JOIN organisation_person p ON p.id = e.person_id
    LEFT JOIN organisation_employmentterms t ON t.employment_id = s.employment_pk AND t.valid_from = s.from_day
    LEFT JOIN organisation_unit u ON u.id = t.unit_id LEFT JOIN organisation_occupationalgroup g ON g.id = t.group_id
    LEFT JOIN organisation_user w ON w.id = t.leader_id WHERE s.line = ANY (%(lines)s)"""


EMPLOYMENTS = FileKind(
    name="employments.csv",
    title="Ansættelser",
    order=20,
    table="import_employments",
    key="employment_id",
    about="Medarbejdere og deres ansættelser. Flere rækker med samme employment_id er vilkår, der afløser hinanden.",
    columns=(
        Column("employment_id", "Ansættelsens nummer (tjenestenummer)", ("4711", "4711", "4712"),
               needed=True, filled=True, longest=60, few=False),
        Column("person_id", "Medarbejderens nummer i lønsystemet. Aldrig CPR-nummer", ("P100", "P100", "P101"),
               cells.no_cpr, needed=True, filled=True, longest=60, few=False),
        Column("name", "Medarbejderens navn", ("Åse Brønd", "Åse Brønd", "Jonas Æbelø"), needed=True, filled=True,
               few=False),
        Column("email", "Medarbejderens e-mail", ("aase.broend@nordkoebing.example",) * 2 + ("",), cells.email),
        Column("unit_id", "Enhedens nummer", ("1110", "1110", "1110"), needed=True, filled=True, longest=60),
        Column("occupational_group", "Faggruppe eller overenskomst", ("Social- og sundhedspersonale",) * 3),
        Column("weekly_hours", "Timer om ugen", ("37", "32", "28,5"), cells.hours_of_week, "double precision",
               needed=True, filled=True),
        *(Column(name, "Timer den ugedag. Står der intet i ugen, deles timerne på mandag-fredag", examples,
                 cells.hours_of_day, "double precision")
          for name, examples in zip(_HOURS, (("", "", "7,5"), ("", "", "7"), ("", "", "7"), ("", "", "7"),
                                             ("", "", "0"), ("", "", "0"), ("", "", "0")), strict=True)),
        Column("valid_from", "Vilkårene gælder fra. Tomt er ansættelsens start", ("", "01.06.2025", ""), cells.day, "date"),
        Column("valid_to", "Vilkårene gælder til og med. Tomt betyder til næste række eller stadig", ("", "", ""),
               cells.last_day, "date"),
        Column("start", "Ansat fra", ("01.03.2019", "01.03.2019", "15.08.2022"), cells.day, "date", needed=True,
               filled=True, field="start_day"),
        Column("end", "Ansat til og med. Tomt betyder stadig", ("", "", ""), cells.last_day, "date", field="end_day"),
        Column("leader_email", "Nærmeste leder på den nyeste række, når det ikke er enhedens", ("", "", ""), cells.email),
    ),
    extra=("employment_pk bigint", "hours double precision[]", "own_leader text", *periods.PERIOD_COLUMNS),
    check=_check,
    plan=_plan,
    apply=_apply,
    detail=_DETAIL,
)  # fmt: skip

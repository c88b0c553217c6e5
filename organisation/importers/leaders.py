"""Leaders named in files: users without a password, and roles that the next file may replace.

An empty leader_email says nothing, and leaves everything as it is. A named leader gets the role over the unit; the
role of another leader whom an earlier file named ends. Roles given in Nærvær are never touched.
"""

from django.db import transaction

from core.importing.kinds import FileKind
from core.importing.staging import Staging

_FOREIGN = "Der kan ikke oprettes en bruger med den e-mailadresse. Skriv en anden, eller spørg den, der driver Nærvær."
# Nobody can log in with this: it is no hash of anything (as Django's own unusable password).
_UNUSABLE = "'!' || replace(gen_random_uuid()::text, '-', '')"


def insert_users(staging: Staging, addresses: str) -> None:
    """Create users for the (lower-case) addresses of the query that have none. Addresses used elsewhere are skipped."""
    staging.execute(
        f"""INSERT INTO organisation_user (municipality_id, email, name, password, is_active, person_id)
            SELECT %(m)s, a.email, left(COALESCE(person.name, staged.name,
                       initcap(translate(split_part(a.email, '@', 1), '._-', '   '))), 150), {_UNUSABLE}, true, person.id
            FROM (SELECT DISTINCT email FROM ({addresses}) q (email) WHERE email IS NOT NULL) a
            LEFT JOIN (SELECT lower(p.email) AS email, min(p.id) AS id, min(p.name) AS name FROM organisation_person p
                WHERE p.municipality_id = %(m)s AND p.email <> '' GROUP BY lower(p.email) HAVING count(*) = 1) person
              ON person.email = a.email
            LEFT JOIN (SELECT s.email, min(s.name) AS name FROM import_employments s WHERE s.email IS NOT NULL
                GROUP BY s.email HAVING count(DISTINCT s.person_id) = 1) staged ON staged.email = a.email
            WHERE NOT EXISTS (SELECT 1 FROM organisation_user u WHERE u.municipality_id = %(m)s AND u.email = a.email)
            ON CONFLICT (email) DO NOTHING"""
    )


def reject_foreign(staging: Staging, kind: FileKind) -> None:
    """Reject leader addresses that belong to a user outside the municipality. Found by trying, and undoing it."""
    missing = f"""SELECT leader_email FROM {kind.table} s WHERE leader_email IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM organisation_user u WHERE u.municipality_id = %(m)s AND u.email = s.leader_email)"""
    if not staging.any(missing):
        return
    mark = transaction.savepoint()
    insert_users(staging, missing)
    refused = [row[0] for row in staging.rows(f"SELECT DISTINCT leader_email FROM ({missing}) q")]
    transaction.savepoint_rollback(mark)
    if refused:
        staging.reject(
            kind,
            "leader_email",
            f"SELECT line, %(why)s FROM {kind.table} WHERE leader_email = ANY(%(refused)s)",
            refused=refused,
            why=_FOREIGN,
        )


def make_unit_leaders(staging: Staging) -> None:
    """Temporary table `import_unit_leaders (unit_id, email)`: who leads each unit once the file is applied."""
    staging.make(
        "import_unit_leaders",
        """SELECT u.external_id AS unit_id, w.email
           FROM organisation_roleassignment r
           JOIN organisation_user w ON w.municipality_id = r.municipality_id AND w.id = r.user_id
           JOIN organisation_unit u ON u.municipality_id = r.municipality_id AND u.id = r.unit_id
           WHERE r.municipality_id = %(m)s AND r.role = 'leder'
             AND (r.valid_from IS NULL OR r.valid_from <= %(today)s) AND (r.valid_to IS NULL OR r.valid_to >= %(today)s)
             AND NOT (r.source = 'file' AND EXISTS (SELECT 1 FROM import_units s WHERE s.unit_id = u.external_id
                      AND s.last_row AND s.leader_email IS NOT NULL AND s.leader_email <> w.email))
           UNION
           SELECT unit_id, leader_email FROM import_units WHERE last_row AND leader_email IS NOT NULL""",
    )


# Units of the file whose leaders change: the named one has no role, or another file-given one has.
LEADER_CHANGES = """s.last_row AND s.leader_email IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM organisation_roleassignment r JOIN organisation_user w ON w.id = r.user_id
        WHERE r.municipality_id = %(m)s AND r.unit_id = s.unit_pk AND r.role = 'leder' AND w.email = s.leader_email)
    OR EXISTS (SELECT 1 FROM organisation_roleassignment r JOIN organisation_user w ON w.id = r.user_id
        WHERE r.municipality_id = %(m)s AND r.unit_id = s.unit_pk AND r.role = 'leder' AND r.source = 'file'
        AND w.email <> s.leader_email))"""


def apply_leaders(staging: Staging) -> None:
    """Give the units of the file the leaders it names."""
    if not staging.any(f"SELECT 1 FROM import_units s WHERE {LEADER_CHANGES}"):
        return
    insert_users(staging, "SELECT leader_email FROM import_units WHERE last_row")
    staging.execute(
        """DELETE FROM organisation_roleassignment r USING import_units s, organisation_user w
           WHERE r.municipality_id = %(m)s AND r.unit_id = s.unit_pk AND r.role = 'leder' AND r.source = 'file'
             AND w.municipality_id = r.municipality_id AND w.id = r.user_id
             AND s.last_row AND s.leader_email IS NOT NULL AND w.email <> s.leader_email"""
    )
    staging.execute(
        """INSERT INTO organisation_roleassignment (municipality_id, user_id, role, unit_id, include_subtree, source)
           SELECT %(m)s, w.id, 'leder', s.unit_pk, true, 'file'
           FROM import_units s JOIN organisation_user w ON w.municipality_id = %(m)s AND w.email = s.leader_email
           WHERE s.last_row ON CONFLICT (municipality_id, user_id, role, unit_id) DO NOTHING"""
    )


def link_users(staging: Staging) -> None:
    """Tie users without a person to the one person with their address, so that nobody handles their own case."""
    linked = """SELECT u.id, p.id AS person_id, p.name FROM organisation_user u
                JOIN (SELECT lower(email) AS email, min(id) AS id, min(name) AS name FROM organisation_person
                      WHERE municipality_id = %(m)s AND email <> '' GROUP BY lower(email) HAVING count(*) = 1) p
                  ON p.email = u.email
                WHERE u.municipality_id = %(m)s AND u.person_id IS NULL"""
    if staging.any(linked):
        staging.execute(
            f"""UPDATE organisation_user u SET person_id = l.person_id, name = CASE WHEN u.password LIKE '!%%'
                    AND u.name = initcap(translate(split_part(u.email, '@', 1), '._-', '   ')) THEN l.name ELSE u.name END
                FROM ({linked}) l WHERE u.municipality_id = %(m)s AND u.id = l.id"""
        )

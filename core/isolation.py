"""Whether the database itself keeps municipalities apart, read from its catalogue and tried out as the application role.

Nothing here trusts the models alone: a table that somebody made by hand is found too.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from psycopg2 import errors, sql

from core.tenancy import no_tenant
from core.tenancy.models import TenantForeignKey

COLUMN = "municipality_id"
_MATCH = "(municipality_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint)"
_LOGIN = "((email)::text = NULLIF(current_setting('app.login_email'::text, true), ''::text))"
# Log-in comes before the municipality is known: exactly the user with the typed address shows, and an operatør, who has
# no municipality, may write that row (and leave its history).
_OPERATOR = f"({_MATCH} OR ((municipality_id IS NULL) AND ({_MATCH} OR {_LOGIN})))"
_POLICIES = {
    "organisation_user": (f"({_MATCH} OR {_LOGIN})", _OPERATOR),
    "organisation_userhistoryevent": (_MATCH, _OPERATOR),
}
_HISTORY_REASON = "historik: kopier, hvis henvisninger må pege på slettede rækker"


@dataclass
class Table:
    """What was found for one table with `municipality_id`."""

    name: str
    rows_without_tenant: int = 0
    links: int = 0
    note: str = ""
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """Every tenant table, and faults of the installation as a whole."""

    tables: list[Table]
    faults: list[str]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.faults and not any(table.faults for table in self.tables)


def verify() -> Report:
    """Check every tenant table of the default connection's database. Writes nothing that stays; raises DatabaseError."""
    with no_tenant(), transaction.atomic():
        tables = {name: Table(name) for name in _tenant_tables()}
        _check_security(tables)
        _check_policies(tables)
        _check_history_and_keys(tables)
        _check_links(tables)
        for table in tables.values():
            _probe(table)
        faults = _check_role() + _check_views()
        if not tables:
            faults.append("Databasen har ingen tabeller med kommuner. Kør migrate først.")
        transaction.set_rollback(True)
    return Report(sorted(tables.values(), key=lambda table: table.name), faults)


def _rows(query: str, parameters: Iterable[str] = ()) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(parameters))
        found: list[tuple[object, ...]] = cursor.fetchall()
        return found


_ALL = """
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg_temp%%'
"""


def _tenant_tables() -> list[str]:
    return [str(name) for (name,) in _rows(f"SELECT c.oid::regclass::text {_ALL}")]


def _check_security(tables: dict[str, Table]) -> None:
    found = _rows(
        "SELECT c.oid::regclass::text, c.relrowsecurity, c.relforcerowsecurity,"
        f" pg_has_role(current_user, c.relowner, 'MEMBER'), has_table_privilege(c.oid, 'TRUNCATE') {_ALL}"
    )
    for name, enabled, forced, owned, truncates in found:
        faults = tables[str(name)].faults
        if not enabled:
            faults.append("rækkesikkerhed er slået fra")
        if not forced:
            faults.append("rækkesikkerhed gælder ikke ejeren (FORCE mangler)")
        if owned:
            faults.append("applikationens rolle ejer tabellen")
        if truncates and not str(connection.settings_dict["NAME"]).startswith("test_"):
            faults.append("applikationens rolle må tømme tabellen (TRUNCATE)")


def _check_policies(tables: dict[str, Table]) -> None:
    found = _rows(
        "SELECT polrelid::regclass::text, polname, polpermissive, polcmd::text, polroles = '{0}',"
        " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
    )
    by_table: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for name, *rest in found:
        by_table[str(name)].append(tuple(rest))
    for name, table in tables.items():
        using, check = _POLICIES.get(name, (_MATCH, _MATCH))
        good = False
        for policy, permissive, command, for_all, found_using, found_check in by_table[name]:
            exact = found_using == using and found_check == check
            if permissive and not exact:
                table.faults.append(f"politikken {policy} åbner for andet end kommunens egne rækker")
            good = good or bool(permissive and exact and command == "*" and for_all)
        if not good:
            table.faults.append("ingen politik for både læsning og skrivning, der kræver kommunen")


def _is_history(name: str) -> bool:
    return bool(
        _rows(
            "SELECT 1 FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'pgh_id' AND NOT attisdropped",
            [name],
        )
    )


def _check_history_and_keys(tables: dict[str, Table]) -> None:
    keyed = {
        str(name)
        for (name,) in _rows(
            """
            SELECT i.indrelid::regclass::text FROM pg_index i
            WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = 2
              AND (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(attnum, n)
                   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
                  = ARRAY['municipality_id', 'id']
            """
        )
    }
    for name, table in tables.items():
        if _is_history(name):
            table.note = _HISTORY_REASON
        elif name not in keyed:
            table.faults.append("UNIQUE (municipality_id, id) mangler")


def _check_links(tables: dict[str, Table]) -> None:
    """Every foreign key to a tenant table is led by the municipality, and every link of the models has one."""
    found = _rows(
        """
        SELECT f.conrelid::regclass::text, f.confrelid::regclass::text, f.convalidated,
               (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY k(attnum, n)
                JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum),
               (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k(attnum, n)
                JOIN pg_attribute a ON a.attrelid = f.confrelid AND a.attnum = k.attnum)
        FROM pg_constraint f WHERE f.contype = 'f'
        """
    )
    composite: set[tuple[str, str]] = set()
    for source, target, validated, columns, targets in found:
        if str(target) not in tables:
            continue
        own, other = list(columns), list(targets)  # type: ignore[call-overload]
        reported = tables.get(str(source)) or tables[str(target)]
        if COLUMN in own and own.index(COLUMN) == other.index(COLUMN) if COLUMN in other else False:
            composite |= {(str(source), column) for column in own if column != COLUMN}
            if not validated:
                reported.faults.append(f"fremmednøglen {source} ({', '.join(own)}) er ikke efterprøvet")
        else:
            reported.faults.append(
                f"fremmednøglen {source} ({', '.join(own)}) kan pege ind i en anden kommune"
            )
    for name, column in _model_links():
        if name in tables and not tables[name].note:
            tables[name].links += 1
            if (name, column) not in composite:
                tables[name].faults.append(f"{column} har ingen fremmednøgle sammen med kommunen")


def _model_links() -> Iterable[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        for column in model._meta.local_fields:
            target = column.related_model
            if not isinstance(target, type) or not issubclass(target, models.Model):
                continue
            to_tenant = any(f.name == "municipality" for f in target._meta.local_fields)
            if isinstance(column, TenantForeignKey) or (to_tenant and column.name != "municipality"):
                yield model._meta.db_table, str(column.column)


def _probe(table: Table) -> None:
    """Without a municipality: no rows, and no writing."""
    name = sql.SQL(table.name)  # from regclass: quoted where need be
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(name))
            table.rows_without_tenant = cursor.fetchone()[0]
    except DatabaseError as error:
        if not isinstance(error.__cause__, errors.InsufficientPrivilege):
            raise
    if table.rows_without_tenant:
        table.faults.append(f"{table.rows_without_tenant} rækker ses uden kommune")
    one = sql.SQL("ctid = (SELECT ctid FROM {} LIMIT 1)").format(
        name
    )  # enough to know, should the table be open
    for words, statement in (
        ("indsættes", sql.SQL("INSERT INTO {} (municipality_id) VALUES (1)").format(name)),
        ("rettes", sql.SQL("UPDATE {} SET municipality_id = municipality_id WHERE {}").format(name, one)),
        ("slettes", sql.SQL("DELETE FROM {} WHERE {}").format(name, one)),
    ):
        if not _refused(statement):
            table.faults.append(f"rækker kan {words} uden kommune")


def _refused(statement: sql.Composable) -> bool:
    """Whether the database refuses the statement, or lets it touch nothing. Whatever it did is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            touched = cursor.rowcount
            transaction.set_rollback(True)
            return bool(touched == 0)
    except DatabaseError as error:
        # Any other complaint (a missing value, say) came after row-level security had let the row through.
        return isinstance(error.__cause__, errors.InsufficientPrivilege)


def _check_role() -> list[str]:
    [(name, superuser, bypasses, creates)] = _rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    wrong = [
        words
        for words, found in (
            ("er superbruger", superuser),
            ("går uden om rækkesikkerhed (BYPASSRLS)", bypasses),
            ("må lave roller", creates),
        )
        if found
    ]
    return [f"Applikationens rolle {name} {words}." for words in wrong]


def _check_views() -> list[str]:
    """Views run with their owner's rights unless told otherwise; materialised ones hold everybody's rows."""
    found = _rows(
        """
        SELECT c.oid::regclass::text, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege(c.oid, 'SELECT')
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
          AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT
               COALESCE('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false)))
        """
    )
    return [
        f"{'Visningen' if kind == 'v' else 'Den gemte visning'} {name} kan vise andre kommuners rækker."
        for name, kind in found
    ]

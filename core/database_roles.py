"""The two database roles: the owner migrates, the application role reads and writes under row-level security."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from psycopg2 import sql

# Tables that the application may add to but never change: history, looks, counters of change.
_INSERT_ONLY_LABELS = {"organisation.AccessLog"}


def use(database: dict[str, Any]) -> None:
    """Let the default connection log in as another role from now on."""
    connection.close()
    for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        if key != "NAME" or not str(connection.settings_dict["NAME"]).startswith("test_"):
            connection.settings_dict[key] = database[key]


@contextmanager
def as_owner() -> Iterator[None]:
    """Run the block as the owner: migrations and grants only."""
    use(settings.OWNER_DATABASE)
    try:
        yield
    finally:
        use(settings.APP_DATABASE)


def insert_only_tables() -> list[str]:
    """Tables on which the application role has no UPDATE or DELETE."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.label in _INSERT_ONLY_LABELS or hasattr(model, "pgh_tracked_model")
    )


def ensure_app_role() -> None:
    """Make the application role if it is missing and the owner may. Run as owner.

    Raises CommandError with what to do when it is missing and the owner may not.
    """
    role, password = settings.APP_DATABASE["USER"], settings.APP_DATABASE["PASSWORD"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone():
            return
        cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            raise CommandError(
                f"The database has no role {role}, and the owner may not make one. Run core/embedded/roles.sql as a "
                "superuser (see deploy/README.md), or set APP_DATABASE_URL to a role that exists."
            )
        cursor.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD {}"
            ).format(sql.Identifier(role), sql.Literal(password))
        )


def refresh_statistics() -> None:
    """Let the planner know the current municipality's tables as they are now. Takes about a second on a million rows."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in ("organisation", "absence")
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(map(connection.ops.quote_name, tables))}")


def grant(*, truncate: bool = False) -> None:
    """Give the application role exactly what it needs on every table. Run as owner, after migrating.

    `truncate` is for the test database only, whose clean-up needs it.
    """
    role = sql.Identifier(settings.APP_DATABASE["USER"])
    rights = sql.SQL("SELECT, INSERT, UPDATE, DELETE" + (", TRUNCATE" if truncate else ""))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("GRANT {} ON ALL TABLES IN SCHEMA public TO {}").format(rights, role))
        cursor.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(role))
        # ANALYZE after a large import: without fresh statistics the first pages would wait for autovacuum to notice.
        cursor.execute(sql.SQL("GRANT MAINTAIN ON ALL TABLES IN SCHEMA public TO {}").format(role))
        cursor.execute(sql.SQL("REVOKE ALL ON django_migrations FROM {}").format(role))
        cursor.execute(sql.SQL("GRANT SELECT ON django_migrations TO {}").format(role))
        for table in insert_only_tables():
            cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(sql.Identifier(table), role))

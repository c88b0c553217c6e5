"""What the application role sees without a municipality, asked past the application with plain SQL."""

import psycopg2
import pytest
from django.db import connection

from tests.acceptance.commands import ok

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sql(transactional_nordby):
    """A connection of our own, as the application role, with no municipality set."""
    settings = connection.settings_dict
    own = psycopg2.connect(
        host=settings["HOST"], port=settings["PORT"] or None, user=settings["USER"],
        password=settings["PASSWORD"], dbname=settings["NAME"],
    )  # fmt: skip
    own.autocommit = True
    with own.cursor() as cursor:
        yield cursor
    own.close()


def _tables(sql) -> list[str]:
    sql.execute(
        """SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns
           JOIN information_schema.tables USING (table_schema, table_name)
           WHERE column_name = 'municipality_id' AND table_schema = 'public' ORDER BY 1"""
    )
    return [row[0] for row in sql.fetchall()]


def test_verify_isolation_says_yes(transactional_nordby) -> None:
    ok("verify_isolation")


def test_no_municipality_no_rows_and_no_writes(sql, transactional_nordby) -> None:
    sql.execute("SELECT current_user, usesuper, usebypassrls FROM pg_user WHERE usename = current_user")
    assert sql.fetchone()[1:] == (False, False)
    tables = _tables(sql)
    assert len(tables) > 25
    for table in tables:
        sql.execute(f"SELECT count(*) FROM {table}")
        assert sql.fetchone()[0] == 0, table
        with pytest.raises(psycopg2.Error):
            sql.execute(f"INSERT INTO {table} (municipality_id) VALUES ({transactional_nordby.pk})")
        for statement in (f"UPDATE {table} SET municipality_id = municipality_id", f"DELETE FROM {table}"):
            try:
                sql.execute(statement)
            except psycopg2.Error:
                continue  # no right at all is as good
            assert sql.rowcount == 0, statement
    for statement in ("ALTER TABLE organisation_person DISABLE ROW LEVEL SECURITY", "SET row_security = off"):
        try:
            sql.execute(statement)
            sql.execute("SELECT count(*) FROM organisation_person")
            assert sql.fetchone()[0] == 0
        except psycopg2.Error:
            continue

"""verify_isolation says yes to our tables, and no to every way we know of breaking one."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core import isolation

GOOD = """
    ALTER TABLE probe ENABLE ROW LEVEL SECURITY;
    ALTER TABLE probe FORCE ROW LEVEL SECURITY;
    CREATE POLICY tenant_isolation ON probe
      USING (municipality_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint)
      WITH CHECK (municipality_id = NULLIF(current_setting('app.tenant_id', true), '')::bigint);
    ALTER TABLE probe ADD UNIQUE (municipality_id, id);
"""


@pytest.fixture
def owner(transactional_db: None) -> Iterator[Any]:
    """A connection as the owner with a sound table `probe` that holds one row."""
    known = settings.OWNER_DATABASE
    made = psycopg2.connect(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname=connection.settings_dict["NAME"],
    )
    made.autocommit = True
    with made.cursor() as cursor:
        cursor.execute("SET lock_timeout = '5s'")
        cursor.execute(
            "CREATE TABLE probe (id bigserial PRIMARY KEY, municipality_id bigint NOT NULL, link bigint)"
        )
        cursor.execute("INSERT INTO probe (municipality_id) VALUES (7)")
        cursor.execute(GOOD)
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON probe TO {settings.APP_DATABASE['USER']}")
        cursor.execute(f"GRANT USAGE ON SEQUENCE probe_id_seq TO {settings.APP_DATABASE['USER']}")
        yield cursor
        cursor.execute("DROP VIEW IF EXISTS probe_view")
        cursor.execute("DROP MATERIALIZED VIEW IF EXISTS probe_kept")
        cursor.execute("DROP TABLE IF EXISTS probe_link")
        cursor.execute("DROP TABLE probe")
    made.close()


def probe() -> isolation.Table:
    return next(table for table in isolation.verify().tables if table.name == "probe")


def test_our_tables_hold(owner: Any, capsys: pytest.CaptureFixture[str]) -> None:
    report = isolation.verify()
    assert report.ok, [(t.name, t.faults) for t in report.tables if t.faults] + report.faults
    assert len(report.tables) > 25
    assert sum(table.links for table in report.tables) > 20
    call_command("verify_isolation")
    assert "core_outboxmail" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        ("ALTER TABLE probe DISABLE ROW LEVEL SECURITY", "rækkesikkerhed er slået fra"),
        ("ALTER TABLE probe DISABLE ROW LEVEL SECURITY", "1 rækker ses uden kommune"),
        ("ALTER TABLE probe DISABLE ROW LEVEL SECURITY", "rækker kan indsættes uden kommune"),
        ("ALTER TABLE probe DISABLE ROW LEVEL SECURITY", "rækker kan slettes uden kommune"),
        ("ALTER TABLE probe NO FORCE ROW LEVEL SECURITY", "FORCE mangler"),
        ("DROP POLICY tenant_isolation ON probe", "ingen politik for både læsning og skrivning"),
        ("CREATE POLICY more ON probe USING (true)", "politikken more åbner"),
        ("CREATE POLICY more ON probe USING (true)", "1 rækker ses uden kommune"),
        ("CREATE POLICY more ON probe FOR INSERT WITH CHECK (true)", "rækker kan indsættes uden kommune"),
        ("ALTER POLICY tenant_isolation ON probe WITH CHECK (true)", "åbner for andet"),
        (
            "ALTER TABLE probe DROP CONSTRAINT probe_municipality_id_id_key",
            "UNIQUE (municipality_id, id) mangler",
        ),
        (
            "ALTER TABLE probe ADD FOREIGN KEY (link) REFERENCES organisation_unit (id)",
            "kan pege ind i en anden kommune",
        ),
        (
            "CREATE TABLE probe_link (id bigserial, probe_id bigint REFERENCES probe (id))",
            "fremmednøglen probe_link (probe_id) kan pege ind i en anden kommune",
        ),
    ],
)
def test_a_broken_table_is_found(owner: Any, breaking: str, words: str) -> None:
    assert probe().faults == []
    owner.execute(breaking)
    assert words in "; ".join(probe().faults)
    with pytest.raises(CommandError):
        call_command("verify_isolation")


def test_a_sound_link_is_no_fault(owner: Any) -> None:
    owner.execute(
        "ALTER TABLE probe ADD FOREIGN KEY (municipality_id, link) REFERENCES organisation_unit (municipality_id, id)"
    )
    assert probe().faults == []


@pytest.mark.parametrize(
    "made", ["CREATE VIEW probe_view AS TABLE probe", "CREATE MATERIALIZED VIEW probe_kept AS TABLE probe"]
)
def test_views_that_run_as_their_owner_are_found(owner: Any, made: str) -> None:
    owner.execute(made)
    name = made.split()[-4]
    owner.execute(f"GRANT SELECT ON {name} TO {settings.APP_DATABASE['USER']}")
    assert any(name in fault for fault in isolation.verify().faults)


def test_a_link_of_the_models_without_a_constraint_is_found(owner: Any) -> None:
    owner.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = 'core_job'::regclass AND contype = 'f' AND conname LIKE 'tenant_fk%%'"
    )
    [(name, definition)] = owner.fetchall()
    owner.execute(f'ALTER TABLE core_job DROP CONSTRAINT "{name}"')
    try:
        faults = {table.name: table.faults for table in isolation.verify().tables}["core_job"]
    finally:
        owner.execute(f'ALTER TABLE core_job ADD CONSTRAINT "{name}" {definition}')
    assert faults == ["created_by_id har ingen fremmednøgle sammen med kommunen"]

"""Backup and restore on real servers: every municipality's rows come back, and so does what keeps them apart."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from core import database_files
from core.database_files import DatabaseFileError
from core.mail import queue
from core.tenancy import tenant_transaction
from organisation.models import Municipality, Unit

OTHER = "restored_by_test"


def at(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def owner(name: str) -> Any:
    made = psycopg2.connect(at(settings.OWNER_DATABASE_URL, name))
    made.autocommit = True
    return made.cursor()


@pytest.fixture
def other(transactional_db: None) -> Iterator[str]:
    """An empty database of the owner's."""
    cursor = owner(connection.settings_dict["NAME"])
    cursor.execute(f"DROP DATABASE IF EXISTS {OTHER}")
    cursor.execute(f"CREATE DATABASE {OTHER}")
    yield at(settings.OWNER_DATABASE_URL, OTHER)
    cursor.execute(f"DROP DATABASE {OTHER}")
    cursor.connection.close()


@pytest.fixture
def here(settings: Any) -> str:
    """The test database as the backup role."""
    if not settings.BACKUP_DATABASE_URL:
        pytest.skip("needs a backup role; set BACKUP_DATABASE_URL")
    return at(settings.BACKUP_DATABASE_URL, connection.settings_dict["NAME"])


def contents(url: str) -> dict[str, str]:
    """Every table's rows as one checksum, read by the role that sees all."""
    opened = psycopg2.connect(url)
    cursor = opened.cursor()
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT t::text FROM "{name}" t ORDER BY 1')
        found[name] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    opened.close()
    return found


def test_round_trip(
    here: str, other: str, transactional_nordby: Municipality, sydby: Municipality, tmp_path: Path
) -> None:
    for municipality in (transactional_nordby, sydby):
        with tenant_transaction(municipality.pk):
            Unit.objects.create(name="Ældrecenter Åsen")
            queue(key="a", to="a@nordby.example", subject="Æ", text="Ø")
    file = tmp_path / "kopi.dump"
    database_files.backup(here, file)
    assert file.stat().st_mode & 0o777 == 0o600
    database_files.restore(other, file, replace=False)
    before, after = contents(here), contents(at(here, OTHER))
    assert len(before) > 40
    assert before == after
    cursor = owner(OTHER)
    cursor.execute(
        "SELECT count(*) FILTER (WHERE relrowsecurity AND relforcerowsecurity), count(*) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'municipality_id' WHERE c.relkind = 'r'"
    )
    protected, tenants = cursor.fetchone()
    assert protected == tenants > 25
    cursor.execute("SELECT nextval('core_outboxmail_id_seq') > max(id) FROM core_outboxmail")
    assert cursor.fetchone()[0] in (True, None)
    cursor.connection.close()

    with pytest.raises(DatabaseFileError, match="ikke tom"):
        database_files.restore(other, file, replace=False)
    cursor = owner(OTHER)
    cursor.execute("CREATE TABLE leftover (id int)")
    cursor.connection.close()
    database_files.restore(other, file, replace=True)
    assert contents(at(here, OTHER)) == before


def test_a_restore_that_fails_leaves_everything(here: str, other: str, tmp_path: Path) -> None:
    file = tmp_path / "kopi.dump"
    database_files.backup(here, file)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    cursor = owner(OTHER)
    cursor.execute("CREATE TABLE precious AS SELECT 7 AS kept")
    with pytest.raises(DatabaseFileError):
        database_files.restore(other, file, replace=True)
    cursor.execute("TABLE precious")
    assert cursor.fetchall() == [(7,)]
    cursor.connection.close()


def test_what_is_no_backup_is_refused(other: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseFileError, match="findes ikke"):
        database_files.restore(other, tmp_path / "nothing", replace=True)
    (tmp_path / "x.dump").write_text("SELECT 1")
    with pytest.raises(DatabaseFileError, match="ikke en sikkerhedskopi"):
        database_files.restore(other, tmp_path / "x.dump", replace=True)


def test_the_commands_say_what_is_missing(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DATABASE_URL = ""
    with pytest.raises(CommandError, match="BACKUP_DATABASE_URL"):
        call_command("backup", str(tmp_path / "x"))


def test_backup_as_the_owner_is_refused_by_row_level_security(other: str, tmp_path: Path) -> None:
    """Half a backup would be worse than none."""
    live = at(settings.OWNER_DATABASE_URL, connection.settings_dict["NAME"])
    with pytest.raises(DatabaseFileError, match="pg_dump gik galt"):
        database_files.backup(live, tmp_path / "half.dump")
    assert list(tmp_path.iterdir()) == []

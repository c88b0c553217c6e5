"""The embedded servers, for real: started, killed, robbed of their port, started twice at once."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import embedded
from core.embedded import postgres, processes, settings_file, valkey

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Path, embedded.ServerSettings]]:
    with embedded.temporary(ROOT / ".data" / "test-embedded") as made:
        yield made


@pytest.fixture
def folder(servers: tuple[Path, embedded.ServerSettings]) -> Path:
    return servers[0]


def _postgres_pid(folder: Path) -> int:
    home = postgres.home_of(folder, embedded.state(folder))
    pid = processes.read_pid(postgres.cluster(home) / "postmaster.pid")
    assert pid is not None
    return pid


def _one(url: str, query: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
            assert row is not None
            return row[0]
    finally:
        connection.close()


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def test_state_is_chosen_once_and_is_for_the_owner_alone(tmp_path: Path) -> None:
    first = embedded.state(tmp_path / "data")
    assert embedded.state(tmp_path / "data") == first
    assert (tmp_path / "data" / "servers.json").stat().st_mode & 0o777 == 0o600
    assert embedded.running(tmp_path / "data") == embedded.Running(postgres=False, valkey=False)


def test_two_folders_share_nothing(tmp_path: Path) -> None:
    one, two = embedded.state(tmp_path / "one"), embedded.state(tmp_path / "two")
    assert one.owner_password != two.owner_password
    assert one.installation != two.installation


def test_passwords_stay_out_of_a_printed_state(tmp_path: Path) -> None:
    made = embedded.state(tmp_path / "data")
    assert made.app_password not in repr(made)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("naervaer_owner", (False, False, True, False)),
        ("naervaer_app", (False, False, False, False)),
        ("naervaer_backup", (False, True, False, False)),
    ],
)
def test_roles_have_only_their_own_powers(folder: Path, role: str, expected: tuple[bool, ...]) -> None:
    connection = psycopg2.connect(embedded.ensure(folder).superuser_url)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s",
            [role],
        )
        assert cursor.fetchone() == expected
    connection.close()


def test_the_application_role_cannot_make_tables(folder: Path) -> None:
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        _execute(embedded.ensure(folder).app_url, "CREATE TABLE taken (id int)")


def test_the_owner_may_use_the_extensions_we_need(folder: Path) -> None:
    for name in ("btree_gist", "pg_trgm"):
        _execute(embedded.ensure(folder).owner_url, f"CREATE EXTENSION IF NOT EXISTS {name}")
    found = _one(
        embedded.ensure(folder).app_url, "SELECT count(*) FROM pg_extension WHERE extname ~ 'gist|trgm'"
    )
    assert found == 2


def test_a_wrong_password_is_refused(folder: Path) -> None:
    made = embedded.ensure(folder)
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(made.app_url.replace(made.app_password, "wrong"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(
            host="127.0.0.1", port=made.valkey_port, password="wrong", retry=Retry(NoBackoff(), 0)
        ).ping()


def test_a_second_call_starts_nothing(folder: Path) -> None:
    embedded.ensure(folder)
    before = _postgres_pid(folder)
    began = time.monotonic()
    embedded.ensure(folder)
    assert time.monotonic() - began < 0.5
    assert _postgres_pid(folder) == before


def test_what_was_committed_survives_both_servers_being_killed(folder: Path) -> None:
    made = embedded.ensure(folder, durable=True)
    _execute(made.owner_url, "CREATE TABLE IF NOT EXISTS kept (n int)")
    _execute(made.owner_url, "INSERT INTO kept VALUES (42)")
    redis.Redis.from_url(made.redis_url).set("kept", "42")
    time.sleep(1.2)  # the append-only file reaches the disk every second
    for pid in (_postgres_pid(folder), processes.read_pid(valkey.home_of(folder) / "valkey.pid")):
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
    made = embedded.ensure(folder)
    assert _one(made.owner_url, "SELECT max(n) FROM kept") == 42
    assert redis.Redis.from_url(made.redis_url).get("kept") == b"42"


def test_a_pid_file_that_names_a_stranger_does_not_hinder(folder: Path) -> None:
    embedded.stop(folder)
    home = postgres.home_of(folder, embedded.state(folder))
    stale = postgres.cluster(home) / "postmaster.pid"
    stale.write_text(
        f"{os.getpid()}\n{postgres.cluster(home)}\n1\n1\n\n127.0.0.1\n\nready   \n", encoding="utf-8"
    )
    (valkey.home_of(folder) / "valkey.pid").write_text(f"{os.getpid()}\n", encoding="utf-8")
    assert not embedded.running(folder)
    embedded.ensure(folder)
    assert embedded.running(folder) == embedded.Running(postgres=True, valkey=True)


def test_a_taken_port_is_changed_and_remembered(folder: Path) -> None:
    old = embedded.ensure(folder)
    embedded.stop(folder)
    with socket.socket() as thief, socket.socket() as second:
        for taker, port in ((thief, old.postgres_port), (second, old.valkey_port)):
            taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taker.bind(("127.0.0.1", port))
            taker.listen()
        new = embedded.ensure(folder)
        assert new.postgres_port != old.postgres_port
        assert new.valkey_port != old.valkey_port
        assert _one(new.app_url, "SELECT current_user") == "naervaer_app"
    assert embedded.state(folder) == new


def test_processes_that_start_at_once_get_one_server(folder: Path) -> None:
    embedded.stop(folder)
    program = f"from core import embedded; print(embedded.ensure({str(folder)!r}).postgres_port)"
    starters = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    ports = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert ports == {str(embedded.state(folder).postgres_port)}


def test_an_interrupted_first_start_is_begun_again(tmp_path: Path) -> None:
    program = f"from core import embedded; embedded.ensure({str(tmp_path / 'data')!r}, durable=False)"
    starter = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    half_made = tmp_path / "data" / "postgres"
    while not any(half_made.glob(".new-*/18/base")) and starter.poll() is None:
        time.sleep(0.005)
    starter.kill()
    starter.wait()
    try:
        made = embedded.ensure(tmp_path / "data", need_valkey=False, durable=False)
        assert _one(made.app_url, "SELECT 1") == 1
        assert not list(Path(postgres.home_of(tmp_path / "data", made)).glob(".new-*"))
    finally:
        embedded.stop(tmp_path / "data")
        postgres.discard(tmp_path / "data", embedded.state(tmp_path / "data"))


def test_temporary_servers_of_a_killed_run_are_cleared_away(tmp_path: Path) -> None:
    program = f"""
import os, signal
from core import embedded
with embedded.temporary({str(tmp_path)!r}, need_valkey=False):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    (abandoned,) = tmp_path.iterdir()
    left = embedded.state(abandoned)
    home = postgres.home_of(abandoned, left)
    assert embedded.running(abandoned).postgres
    with embedded.temporary(tmp_path, need_valkey=False) as (folder, _made):
        assert not abandoned.exists()
        assert not processes.all_in(postgres.cluster(home))
        assert list(tmp_path.iterdir()) == [folder]
    assert not list(tmp_path.iterdir())


def test_a_copied_data_folder_does_not_share_the_originals_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, copy = tmp_path / "original", tmp_path / "copy"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "data_dir").write_text(str(original), encoding="utf-8")
    for place in (original, copy):
        place.mkdir()
        settings_file.write(
            place, settings_file.ServerSettings(installation="same", postgres_home=str(elsewhere))
        )
    with pytest.raises(embedded.EmbeddedError, match="er en kopi af"):
        embedded.ensure(copy)


def test_unreadable_settings_are_said_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "servers.json").write_text("{", encoding="utf-8")
    with pytest.raises(embedded.EmbeddedError, match="kan ikke læses"):
        embedded.ensure(tmp_path)
    assert (tmp_path / "servers.json").read_text(encoding="utf-8") == "{"

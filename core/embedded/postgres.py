"""Starting and stopping PostgreSQL in a data folder.

The package's own `get_server()` is not used: as root it opens /root to everybody, adds a login user, and sets up a
cluster that trusts every connection. This launcher drives the shipped programs instead.
"""

import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from core.embedded import location, processes, settings_file
from core.embedded.errors import EmbeddedError
from core.embedded.location import Account
from core.embedded.settings_file import HOST, SUPERUSER, ServerSettings

MAJOR = "18"  # the data's format; a new major version needs a dump and a restore
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_ROLES = Path(__file__).with_name("roles.sql")

_OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path may only be 107 bytes long
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "synchronous_commit": "on",
    "jit": "off",  # costs more than it gives on queries of milliseconds
    # Statements and details of errors repeat values, and values are about people.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# For tests alone, whose data is thrown away: a crash of the machine would lose it.
_THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def cluster(home: Path) -> Path:
    """The folder PostgreSQL itself works in."""
    return home / MAJOR


def is_ready(home: Path) -> bool:
    """Whether this home's server runs and takes connections."""
    if _pid(home) is None:
        return False
    # Lines of the server's own note: pid, data folder, start, port, socket folder, address, memory key, status.
    try:
        lines = (cluster(home) / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    # A server killed this very moment still stands in the note, and its port still takes connections for the
    # wink of an eye: only an answer tells. The question is the protocol's "do you speak TLS?", which leaves no log.
    try:
        with socket.create_connection((HOST, int(lines[3])), timeout=5) as connection:
            connection.sendall(_SSL_REQUEST)
            return connection.recv(1) in (b"N", b"S")
    except OSError:
        return False


def _pid(home: Path) -> int | None:
    pid = processes.read_pid(cluster(home) / "postmaster.pid")
    return pid if pid is not None and processes.works_in(pid, cluster(home)) else None


def _run(program: str, arguments: Sequence[str], account: Account, **extra: object) -> None:
    """Run one of PostgreSQL's programs; raises EmbeddedError with its words when it fails."""
    # Output goes to a file: the server that pg_ctl leaves behind would hold a pipe open for ever.
    with tempfile.TemporaryFile("w+b") as output:
        done = subprocess.run(  # type: ignore[call-overload]
            [location.postgres_programs() / program, *arguments],
            stdin=extra.pop("stdin", subprocess.DEVNULL),
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",  # ours may be closed to the unprivileged user
            env=_environment() | dict(extra.pop("env", {})),  # type: ignore[call-overload]
            start_new_session=True,  # a Ctrl-C in the terminal is not for the servers
            umask=0o077,
            check=False,
            **account.switch,
            **extra,
        )
        output.seek(0)
        if done.returncode != 0:
            words = output.read().decode("utf-8", "replace").strip()
            raise EmbeddedError(f"PostgreSQL: {program} gik galt.\n{words}")


def _environment() -> dict[str, str]:
    # Nothing of the caller's: a PGPORT or PGDATA from elsewhere would lead astray.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _initialise(home: Path, settings: ServerSettings, account: Account) -> None:
    """Make an empty cluster beside its place and move it there, so that one killed half-way is never used."""
    for leftover in home.glob(".new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    workshop = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    account.own(workshop, 0o700)
    password = workshop / "password"
    password.write_text(settings.superuser_password, encoding="utf-8")
    account.own(password, 0o600)
    _run(
        "initdb",
        [
            f"--pgdata={workshop / MAJOR}",
            f"--username={SUPERUSER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=PG_UNICODE_FAST",
            "--data-checksums",
        ],
        account,
    )
    (workshop / MAJOR).rename(cluster(home))
    shutil.rmtree(workshop)


def _launch(home: Path, settings: ServerSettings, account: Account, *, durable: bool) -> None:
    options = _OPTIONS | {"port": str(settings.postgres_port)} | ({} if durable else _THROWAWAY)
    processes.keep_short(home / "server.log")
    _run(
        "pg_ctl",
        [
            "start",
            "--wait",
            "--timeout=300",  # replaying the log after a crash may take its time
            f"--pgdata={cluster(home)}",
            f"--log={home / 'server.log'}",
            "--options=" + " ".join(f"-c {name}='{value}'" for name, value in options.items()),
        ],
        account,
    )


def _let_it_finish(home: Path) -> None:
    """Wait for a server of ours on its way up or down, left there by a command that was killed."""
    deadline = time.monotonic() + 300
    while _pid(home) is not None and not is_ready(home) and time.monotonic() < deadline:
        time.sleep(0.05)


def _wait_for_leftovers(home: Path) -> None:
    """After a killed server its helper processes need a moment to notice; start no second server beside them."""
    for pid in processes.all_in(cluster(home)):
        if not processes.gone(pid, cluster(home), seconds=20):
            raise EmbeddedError(
                f"En tidligere PostgreSQL-proces ({pid}) i {cluster(home)} vil ikke slutte; afslut den."
            )
    number = processes.read_pid(cluster(home) / "postmaster.pid")
    if number is not None:
        # Nobody works here any more. PostgreSQL would still balk if a stranger had been given the old number.
        (cluster(home) / "postmaster.pid").unlink()


def _start(
    data_dir: Path, home: Path, settings: ServerSettings, account: Account, *, durable: bool
) -> ServerSettings:
    """Start on the stored port, or on a new one, which is stored, when somebody else listens there."""
    _wait_for_leftovers(home)
    for _attempt in range(5):
        if not settings_file.port_is_free(settings.postgres_port):
            settings = replace(settings, postgres_port=settings_file.free_port())
            settings_file.write(data_dir, settings)
        try:
            _launch(home, settings, account, durable=durable)
        except EmbeddedError as error:
            if settings_file.port_is_free(settings.postgres_port):
                raise EmbeddedError(f"{error}\n{processes.tail(home / 'server.log')}") from error
        else:
            return settings
    raise EmbeddedError(f"PostgreSQL kunne ikke få en port. Se {home / 'server.log'}.")


def _prepare_roles(home: Path, settings: ServerSettings) -> None:
    """Make roles and database with the same script as production; skipped when it has run with these passwords."""
    passwords = {
        "NAERVAER_OWNER_PASSWORD": settings.owner_password,
        "NAERVAER_APP_PASSWORD": settings.app_password,
        "NAERVAER_BACKUP_PASSWORD": settings.backup_password,
    }
    stamp = home / "roles.sha256"
    inputs = sha256(_ROLES.read_bytes() + repr(passwords).encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == inputs:
        return
    with _ROLES.open("rb") as script:
        run_psql(settings, stdin=script, env=passwords)
    stamp.write_text(inputs, encoding="utf-8")


def run_psql(settings: ServerSettings, *, stdin: object, env: Mapping[str, str] | None = None) -> None:
    """Run a script as superuser; raises EmbeddedError with the server's words."""
    _run(
        "psql",
        [
            "--no-psqlrc",
            f"--host={HOST}",
            f"--port={settings.postgres_port}",
            f"--username={SUPERUSER}",
            SUPERUSER,
        ],
        Account(os.geteuid(), os.getegid()),
        stdin=stdin,
        env={"PGPASSWORD": settings.superuser_password, **(env or {})},
    )


def ensure(data_dir: Path, settings: ServerSettings, *, durable: bool) -> ServerSettings:
    """Have the database up with its roles; returns the settings, with a new port if the old one was taken.

    Call with the data folder's lock held.
    """
    home, settings = location.postgres_home(data_dir, settings)
    _let_it_finish(home)
    if not is_ready(home):
        if not cluster(home).is_dir():
            _initialise(home, settings, location.owner_of(home))
        settings = _start(data_dir, home, settings, location.owner_of(cluster(home)), durable=durable)
    _prepare_roles(home, settings)
    return settings


def home_of(data_dir: Path, settings: ServerSettings) -> Path:
    """Where the database lies or would lie, without making anything."""
    return Path(settings.postgres_home) if settings.postgres_home else data_dir / "postgres"


def stop(data_dir: Path, settings: ServerSettings) -> bool:
    """End the server: connections are cut, nothing committed is lost. Says whether one was running."""
    home = home_of(data_dir, settings)
    pid = _pid(home)
    if pid is None:
        return False
    processes.end(pid, cluster(home), first=signal.SIGINT, then=signal.SIGQUIT, patience=30)
    return True


def discard(data_dir: Path, settings: ServerSettings) -> None:
    """Delete a stopped database that lies outside the data folder."""
    if settings.postgres_home:
        shutil.rmtree(settings.postgres_home, ignore_errors=True)

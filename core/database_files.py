"""The whole database to a file and back, by PostgreSQL's own tools. Knows no Django, so that tests can point it anywhere."""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.embedded import location
from core.embedded.errors import EmbeddedError

_EMPTY = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')"
)
# One transaction with the restore itself: either the file's content is there afterwards, or what was there before.
_BEGIN = "BEGIN;\nSET LOCAL lock_timeout = '30s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
_PLAIN = ("--no-owner", "--no-privileges")


class DatabaseFileError(Exception):
    """Backup or restore could not be done; the text is Danish and says what to do."""


def backup(url: str, file: Path) -> None:
    """Write the database at `url` to `file` (PostgreSQL's custom format, readable by its owner only).

    `url` must log in as a role that sees every row (BYPASSRLS). The file appears whole or not at all.
    Raises DatabaseFileError.
    """
    if not file.parent.is_dir():
        raise DatabaseFileError(f"Mappen {file.parent} findes ikke. Opret den, og prøv igen.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        _run(url, "pg_dump", ["--format=custom", *_PLAIN, f"--file={draft}"])
        draft.replace(file)
    except PermissionError as error:
        raise DatabaseFileError(f"Der må ikke skrives i {file.parent}. Vælg en anden mappe.") from error
    finally:
        draft.unlink(missing_ok=True)


def restore(url: str, file: Path, *, replace: bool) -> None:
    """Read `file` into the database at `url`, logging in as the owner, all or nothing.

    A database with tables in it is refused unless `replace`. The application role's rights are not in the file: migrate
    afterwards. Raises DatabaseFileError.
    """
    if not file.is_file():
        raise DatabaseFileError(f"Filen {file} findes ikke.")
    with file.open("rb") as opened:
        if opened.read(5) != b"PGDMP":
            raise DatabaseFileError(f"{file} er ikke en sikkerhedskopi fra kommandoen backup.")
    if not replace and not _is_empty(url):
        raise DatabaseFileError(
            "Databasen er ikke tom, og intet er ændret. Brug --replace, hvis alt i den skal erstattes af kopien."
        )
    _pour(url, file)


def _pour(url: str, file: Path) -> None:
    """The file as SQL through psql, in one transaction that is committed only when the file was read to its end."""
    programs = _programs(url)
    with tempfile.TemporaryFile("w+") as complaints:
        reader = subprocess.Popen(
            [programs / "pg_restore", *_PLAIN, "--exit-on-error", "--no-comments", "--file=-", file],
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        writer = subprocess.Popen(
            [programs / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"],
            env=_connection(url),
            stdin=subprocess.PIPE,
            stderr=complaints,
        )
        if reader.stdout is None or writer.stdin is None:
            raise AssertionError("both are pipes")
        with contextlib.suppress(BrokenPipeError), writer.stdin:  # psql ends at the first error
            writer.stdin.write(_BEGIN.encode())
            shutil.copyfileobj(reader.stdout, writer.stdin, 1 << 20)
            if reader.wait() == 0:
                writer.stdin.write(b"\nCOMMIT;\n")
        reader.stdout.close()
        if reader.wait() or writer.wait():
            writer.wait()
            complaints.seek(0)
            raise DatabaseFileError(_words("restore", complaints.read()))


def _is_empty(url: str) -> bool:
    return (
        _run(url, "psql", ["--no-psqlrc", "--tuples-only", "--no-align", f"--command={_EMPTY}"]).strip()
        == "0"
    )


def _connection(url: str) -> dict[str, str]:
    """The database as the tools' environment wants it, so that no password is seen in the list of processes."""
    parts = urlsplit(url)
    known = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGCONNECT_TIMEOUT": "20",
        "PGCLIENTENCODING": "UTF8",
    }
    for setting in parts.query.split("&"):
        name, _, value = setting.partition("=")
        if name in ("sslmode", "sslrootcert"):
            known["PG" + name.upper()] = unquote(value)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {name: value for name, value in known.items() if value}


def _folders() -> list[Path]:
    """Where the tools may be: those that come with us first, then the machine's own."""
    found = []
    with contextlib.suppress(EmbeddedError):
        found.append(location.postgres_programs())
    own = shutil.which("pg_dump")
    if own:
        found.append(Path(own).parent)
    return found


def _major(text: str) -> int:
    number = re.search(r"(\d+)", text)
    return int(number[1]) if number else 0


def _programs(url: str) -> Path:
    """The first tools that are at least as new as the server; older ones refuse to work."""
    folders = _folders()
    if not folders:
        raise DatabaseFileError("pg_dump mangler. Kør: make setup")
    done = subprocess.run(
        [folders[0] / "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--command=SHOW server_version"],
        env=_connection(url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DatabaseFileError(f"Der er ikke forbindelse til databasen.\n{done.stderr.strip()}")
    server = _major(done.stdout)
    for folder in folders:
        version = subprocess.run(
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
        ).stdout
        if _major(version) >= server:
            return folder
    raise DatabaseFileError(
        f"Databasen er PostgreSQL {server}. Installér pg_dump {server} eller nyere på maskinen."
    )


def _run(url: str, program: str, arguments: Sequence[str]) -> str:
    done = subprocess.run(
        [_programs(url) / program, *arguments],
        env=_connection(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DatabaseFileError(_words(program, done.stderr))
    return done.stdout


def _words(program: str, complaints: str) -> str:
    """The first complaints name the cause. Values of rows, which DETAIL and CONTEXT repeat, stay out."""
    lines = [line for line in complaints.splitlines() if not line.startswith(("DETAIL", "CONTEXT", "LINE"))]
    return f"{program} gik galt, og intet er ændret.\n" + "\n".join(lines[:5])

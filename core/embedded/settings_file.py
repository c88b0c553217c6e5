"""`servers.json`: the ports and passwords of one data folder, chosen once and then kept."""

import contextlib
import fcntl
import json
import os
import random
import secrets
import socket
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from core.embedded.errors import EmbeddedError

HOST = "127.0.0.1"
DATABASE = "naervaer"
SUPERUSER = "postgres"
OWNER = "naervaer_owner"
APP = "naervaer_app"
BACKUP = "naervaer_backup"

# Below Linux's range for outgoing connections (32768 and up), so that no passing connection sits on a stored port.
_PORTS = range(20_000, 30_000)


def _password() -> str:
    return secrets.token_hex(24)


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on at this moment."""
    for port in random.SystemRandom().sample(_PORTS, 200):
        if port_is_free(port):
            return port
    raise EmbeddedError("Der er ingen ledig port mellem 20000 og 29999 på 127.0.0.1.")


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # As the servers do: connections that are only waiting to be forgotten don't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """Where the servers of one data folder listen, and the passwords. Treat it as a secret."""

    installation: str = field(default_factory=lambda: secrets.token_hex(8))
    postgres_port: int = field(default_factory=free_port)
    superuser_password: str = field(default_factory=_password, repr=False)
    owner_password: str = field(default_factory=_password, repr=False)
    app_password: str = field(default_factory=_password, repr=False)
    backup_password: str = field(default_factory=_password, repr=False)
    valkey_port: int = field(default_factory=free_port)
    valkey_password: str = field(default_factory=_password, repr=False)
    # Only set when the database can't lie in the data folder itself (see core.embedded.location).
    postgres_home: str = ""

    def _postgres_url(self, role: str, password: str) -> str:
        return f"postgres://{role}:{password}@{HOST}:{self.postgres_port}/{DATABASE}"

    @property
    def owner_url(self) -> str:
        """Owns database and schema: migrations, and making test databases."""
        return self._postgres_url(OWNER, self.owner_password)

    @property
    def app_url(self) -> str:
        """Web and workers: neither owner nor superuser, so row-level security always binds it."""
        return self._postgres_url(APP, self.app_password)

    @property
    def backup_url(self) -> str:
        """Reads every row of every municipality, writes nothing."""
        return self._postgres_url(BACKUP, self.backup_password)

    @property
    def superuser_url(self) -> str:
        """Only for making roles and for restoring a backup."""
        return self._postgres_url(SUPERUSER, self.superuser_password)

    @property
    def redis_url(self) -> str:
        """Database 0 of the Redis-compatible server."""
        return f"redis://:{self.valkey_password}@{HOST}:{self.valkey_port}/0"


def _make_folder(data_dir: Path) -> None:
    if data_dir.is_dir():
        return
    try:
        data_dir.mkdir(parents=True)
        # PostgreSQL refuses to run as root; its unprivileged user must be able to pass through, not to look.
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except PermissionError as error:
        raise EmbeddedError(
            f"Datamappen {data_dir} kan ikke oprettes. Vælg en anden med DATA_DIR=, eller giv din bruger adgang."
        ) from error


@contextlib.contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock; a second process waits here. The system lets go if the holder is killed."""
    _make_folder(data_dir)
    try:
        descriptor = os.open(data_dir / "servers.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError as error:
        raise _not_ours(data_dir) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _not_ours(data_dir: Path) -> EmbeddedError:
    return EmbeddedError(
        f"Datamappen {data_dir} tilhører en anden bruger. Kør som den bruger, eller vælg en anden mappe med DATA_DIR=."
    )


def read(data_dir: Path) -> ServerSettings | None:
    """The stored settings, or None when this data folder has none yet. Needs no lock: writes are atomic."""
    try:
        text = (data_dir / "servers.json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise _not_ours(data_dir) from error
    known = {f.name for f in fields(ServerSettings)}
    try:
        return ServerSettings(**{k: v for k, v in json.loads(text).items() if k in known})
    except (ValueError, AttributeError) as error:
        raise EmbeddedError(
            f"{data_dir / 'servers.json'} kan ikke læses; hent den fra din sikkerhedskopi."
        ) from error


def write(data_dir: Path, settings: ServerSettings) -> None:
    """Store the settings, all or nothing, readable by the owner alone. Call with the lock held."""
    target = data_dir / "servers.json"
    draft = data_dir / "servers.json.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(settings), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    folder = data_dir.stat()
    if os.geteuid() == 0 and folder.st_uid != 0:
        os.chown(draft, folder.st_uid, folder.st_gid)  # root helping in a plain user's folder
    draft.replace(target)

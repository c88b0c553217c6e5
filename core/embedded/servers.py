"""The servers of one data folder together: where they are, having them up, ending them."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.embedded import postgres, processes, settings_file, valkey
from core.embedded.settings_file import ServerSettings


@dataclass(frozen=True)
class Running:
    """Which of a data folder's servers run."""

    postgres: bool
    valkey: bool

    def __bool__(self) -> bool:
        return self.postgres or self.valkey


def _absolute(data_dir: Path | str) -> Path:
    return Path(os.path.abspath(data_dir))


def _state(data_dir: Path) -> ServerSettings:
    """Read or make the settings. Call with the lock held."""
    found = settings_file.read(data_dir)
    if found is None:
        found = ServerSettings()
        settings_file.write(data_dir, found)
    return found


def state(data_dir: Path | str) -> ServerSettings:
    """Ports and passwords of this data folder, chosen and stored (0600) the first time. Starts nothing."""
    folder = _absolute(data_dir)
    found = settings_file.read(folder)
    if found is not None:
        return found
    with settings_file.locked(folder):
        return _state(folder)


def ensure(
    data_dir: Path | str, *, need_postgres: bool = True, need_valkey: bool = True, durable: bool = True
) -> ServerSettings:
    """Have the servers up, with roles and database made; returns where they are.

    Does nothing when they run already, mends what a crash left, and may be called by several processes at once.
    `durable=False` trades safety for speed and is for data that is thrown away. Raises EmbeddedError.
    """
    folder = _absolute(data_dir)
    with settings_file.locked(folder):
        settings = _state(folder)
        if need_postgres:
            settings = postgres.ensure(folder, settings, durable=durable)
        if need_valkey:
            settings = valkey.ensure(folder, settings)
        return settings


def running(data_dir: Path | str) -> Running:
    """Which servers run and answer at this moment."""
    folder = _absolute(data_dir)
    settings = settings_file.read(folder)
    if settings is None:
        return Running(postgres=False, valkey=False)
    return Running(
        postgres=postgres.is_ready(postgres.home_of(folder, settings)),
        valkey=valkey.is_ready(folder, settings),
    )


def stop(data_dir: Path | str) -> Running:
    """End this data folder's servers and wait until they are gone; says which were running."""
    folder = _absolute(data_dir)
    if not folder.is_dir():
        return Running(postgres=False, valkey=False)
    with settings_file.locked(folder):
        settings = settings_file.read(folder)
        if settings is None:
            return Running(postgres=False, valkey=False)
        return Running(valkey=valkey.stop(folder), postgres=postgres.stop(folder, settings))


@contextlib.contextmanager
def temporary(parent: Path | str, *, need_valkey: bool = True) -> Iterator[tuple[Path, ServerSettings]]:
    """Servers of their own in a new data folder under `parent`, ended and deleted afterwards; for tests.

    Yields (data folder, settings). What a killed earlier run left under `parent` is cleared away first.
    """
    base = _absolute(parent)
    base.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(base)
    folder = Path(tempfile.mkdtemp(prefix="servers-", dir=base))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    # The holder is told by what the kernel calls its birth, too: numbers of processes are used again.
    (folder / "holder").write_text(f"{os.getpid()}\n{processes.birth(os.getpid())}", encoding="utf-8")
    try:
        yield folder, ensure(folder, need_valkey=need_valkey, durable=False)
    finally:
        _discard(folder)


def _discard(folder: Path) -> None:
    stop(folder)
    settings = settings_file.read(folder)
    if settings is not None:
        postgres.discard(folder, settings)
    shutil.rmtree(folder)


def _clear_abandoned(base: Path) -> None:
    for folder in base.glob("servers-*"):
        with contextlib.suppress(OSError, ValueError):
            pid, birth = (folder / "holder").read_text(encoding="utf-8").split("\n")
            if processes.birth(int(pid)) != birth:
                _discard(folder)

"""Starting and stopping the Redis-compatible server (Valkey) in a data folder."""

import signal
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from core.embedded import location, processes, settings_file
from core.embedded.errors import EmbeddedError
from core.embedded.settings_file import HOST, ServerSettings


def home_of(data_dir: Path) -> Path:
    """The server's own folder, where it also works."""
    return data_dir / "valkey"


def _pid(data_dir: Path) -> int | None:
    pid = processes.read_pid(home_of(data_dir) / "valkey.pid")
    return pid if pid is not None and processes.works_in(pid, home_of(data_dir)) else None


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _configuration(home: Path, settings: ServerSettings) -> str:
    return "\n".join(
        [
            f"bind {HOST}",
            f"port {settings.valkey_port}",
            f"requirepass {settings.valkey_password}",
            f"dir {_quoted(home)}",
            f"pidfile {_quoted(home / 'valkey.pid')}",
            f"logfile {_quoted(home / 'server.log')}",
            "daemonize yes",  # outlives the command that started it, and any Ctrl-C there
            "appendonly yes",  # queued jobs survive a crash
            'save ""',
            "maxmemory-policy noeviction",  # a queue must never forget on its own
            "databases 4",
            "",
        ]
    )


def _answers(settings: ServerSettings) -> bool:
    """Whether our server answers on its port: it knows our password and has read its data."""
    try:
        with socket.create_connection((HOST, settings.valkey_port), timeout=2) as connection:
            connection.sendall(f"AUTH {settings.valkey_password}\r\nPING\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2:
                part = connection.recv(256)
                if not part:
                    return False
                reply += part
    except OSError:
        return False
    return reply == b"+OK\r\n+PONG\r\n"


def is_ready(data_dir: Path, settings: ServerSettings) -> bool:
    """Whether this data folder's server runs and answers."""
    return _pid(data_dir) is not None and _answers(settings)


def _launch(data_dir: Path, settings: ServerSettings) -> bool:
    home = home_of(data_dir)
    account = location.owner_of(data_dir)
    home.mkdir(exist_ok=True)
    account.own(home, 0o700)
    configuration = home / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(_configuration(home, settings), encoding="utf-8")
    account.own(configuration, 0o600)
    processes.keep_short(home / "server.log")
    done = subprocess.run(  # type: ignore[call-overload]
        [location.valkey_program(), configuration],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=home,
        start_new_session=True,
        umask=0o077,
        check=False,
        **account.switch,
    )
    if done.returncode != 0:
        return False
    deadline = time.monotonic() + 60  # a long append-only file takes its time to read
    while time.monotonic() < deadline:
        if is_ready(data_dir, settings):
            return True
        if _pid(data_dir) is None and not processes.all_in(home):
            return False
        time.sleep(0.02)
    return False


def ensure(data_dir: Path, settings: ServerSettings) -> ServerSettings:
    """Have the server up; returns the settings, with a new port if the old one was taken.

    Call with the data folder's lock held.
    """
    if is_ready(data_dir, settings):
        return settings
    stop(data_dir)  # one that runs but doesn't answer with our password is no use
    for _attempt in range(5):
        if not settings_file.port_is_free(settings.valkey_port):
            settings = replace(settings, valkey_port=settings_file.free_port())
            settings_file.write(data_dir, settings)
        if _launch(data_dir, settings):
            return settings
        if settings_file.port_is_free(settings.valkey_port):
            break
    log = home_of(data_dir) / "server.log"
    raise EmbeddedError(f"Redis-serveren kunne ikke starte. Se {log}:\n{processes.tail(log)}")


def stop(data_dir: Path) -> bool:
    """End the server after it has written everything down. Says whether one was running."""
    pid = _pid(data_dir)
    if pid is None:
        return False
    processes.end(pid, home_of(data_dir), first=signal.SIGTERM, then=signal.SIGKILL, patience=30)
    return True

"""Telling our own server processes from everybody else's, and ending them."""

import contextlib
import os
import signal
import time
from pathlib import Path

_PROC = Path("/proc")


def works_in(pid: int, folder: Path) -> bool:
    """Whether process `pid` lives and has `folder` as its working directory.

    Both servers move into their data folder, so this tells a server of ours from a stranger that was given the
    same number after a crash. A zombie has no working directory and counts as ended.
    """
    try:
        return Path(os.readlink(_PROC / str(pid) / "cwd")) == folder.resolve()
    except OSError:
        return False


def all_in(folder: Path) -> list[int]:
    """Every process whose working directory is `folder`."""
    return [
        int(entry.name)
        for entry in _PROC.iterdir()
        if entry.name.isdigit() and works_in(int(entry.name), folder)
    ]


def with_mark(name: str, value: str) -> list[int]:
    """Every living process of ours that was started with NAME=VALUE in its environment."""
    mark = f"{name}={value}".encode()
    found = []
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # gone meanwhile, or another user's
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def birth(pid: int) -> str:
    """When the process was born, in the kernel's ticks; empty when there is no such process."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except OSError:
        return ""
    # The second field is the program's name in parentheses and may hold anything.
    return text.rpartition(")")[2].split()[19]


def read_pid(file: Path) -> int | None:
    """The number on the first line of a pid file; None when there is no such file or no number in it."""
    try:
        return int(file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def end(pid: int, folder: Path, *, first: signal.Signals, then: signal.Signals, patience: float) -> None:
    """Ask the process to stop, wait `patience` seconds for it to leave `folder`, and then insist."""
    for sign in (first, then):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        if gone(pid, folder, seconds=patience):
            return


def gone(pid: int, folder: Path, *, seconds: float) -> bool:
    """Wait until the process has ended, at most `seconds`; says whether it has."""
    deadline = time.monotonic() + seconds
    while works_in(pid, folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(file: Path, lines: int = 8) -> str:
    """The last lines of a log, for an error message."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, file.stat().st_size - 8_000))
            text = log.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def keep_short(log: Path, limit: int = 10_000_000) -> None:
    """Put a log aside when it is larger than `limit` bytes; one older part is kept."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_name(log.name + ".1"))

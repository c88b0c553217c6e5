"""The processes under `make run`: starting them, hearing what goes wrong, ending them."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.embedded import processes

MARK = "NAERVAER_RUN"  # in the environment of every child, so that the next run finds what a killed one left
_BAD_LINE = re.compile(r"\b(ERROR|CRITICAL)\b")
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, even by kill -9. For `preexec_fn`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process, its log file, and how often it has fallen over."""

    def __init__(self, name: str, command: Sequence[str], *, logs: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self.restarts = 0
        self._command = command
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._read_to = 0

    def start(self) -> None:
        """Start it in a session of its own: a Ctrl-C in the terminal reaches only us, who end it in order."""
        processes.keep_short(self.log)
        with self.log.open("ab") as log:
            self._read_to = log.tell()
            self._process = subprocess.Popen(
                self._command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )
        self._started = time.monotonic()

    def exit_code(self) -> int | None:
        """None while it runs (or was never started)."""
        return self._process.poll() if self._process else None

    def wait_before_restart(self) -> float:
        """Seconds to wait: 1, 2, 4 … 30; starts over after ten good minutes."""
        if time.monotonic() - self._started > 600:
            self.restarts = 0
        self.restarts += 1
        return float(min(30, 2 ** (self.restarts - 1)))

    def new_errors(self) -> list[str]:
        """Lines of the log since last time that tell of an error."""
        with self.log.open("rb") as log:
            log.seek(self._read_to)
            text = log.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._read_to += len(whole)
        return [line for line in whole.decode("utf-8", "replace").splitlines() if _BAD_LINE.search(line)]

    def ask_to_stop(self) -> None:
        """Let it finish what it has in hand."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def insist(self, *, deadline: float) -> None:
        """Wait until `deadline` (monotonic clock), then end it and all that it started."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=max(0.0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def end_leftovers(mark: str) -> int:
    """End what a killed run with this mark left behind; says how many processes that were."""
    left = processes.with_mark(MARK, mark)
    for sign, patience in ((signal.SIGTERM, 8.0), (signal.SIGKILL, 4.0)):
        for pid in processes.with_mark(MARK, mark):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sign)
        deadline = time.monotonic() + patience
        while processes.with_mark(MARK, mark) and time.monotonic() < deadline:
            time.sleep(0.1)
    return len(left)

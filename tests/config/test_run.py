"""`make run`'s supervisor for real, without the demonstration: up, in the way, falling over, and down."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.children import MARK
from core import embedded
from core.embedded import postgres, processes, settings_file

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ("DATABASE_URL", "APP_DATABASE_URL", "REDIS_URL")


def _run(data_dir: Path, port: int) -> subprocess.Popen[str]:
    env = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    env |= {"DATA_DIR": str(data_dir), "PORT": str(port), "DEMONSTRATION": "0", "NAERVAER_LOCAL": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def _until_up(run: subprocess.Popen[str]) -> str:
    assert run.stdout is not None
    seen = ""
    for line in run.stdout:
        seen += line
        if "Nærvær kører på" in line:
            return seen
    pytest.fail(f"it never came up:\n{seen}")


def _marked(data_dir: Path) -> list[int]:
    return processes.with_mark(MARK, str(data_dir))


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One folder for the module: migrating anew for each test would take most of the time."""
    folder = tmp_path_factory.mktemp("run") / "data"
    yield folder
    embedded.stop(folder)
    for pid in _marked(folder):
        os.kill(pid, signal.SIGKILL)
    found = settings_file.read(folder)
    if found is not None:
        postgres.discard(folder, found)


def test_from_start_to_end(data_dir: Path) -> None:
    port = settings_file.free_port()
    run = _run(data_dir, port)
    _until_up(run)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()
    assert embedded.running(data_dir) == embedded.Running(postgres=True, valkey=True)

    # A second run in the same folder says so and harms nothing.
    said, _ = (second := _run(data_dir, settings_file.free_port())).communicate(timeout=60)
    assert second.returncode == 1
    assert "kører allerede" in said

    # A fallen worker is started again.
    (worker,) = [pid for pid in _marked(data_dir) if _is_worker(pid)]
    os.kill(worker, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while not [pid for pid in _marked(data_dir) if _is_worker(pid) and pid != worker]:
        assert time.monotonic() < deadline
        time.sleep(0.1)

    # Killed outright, the next run clears up and comes up on the same data.
    run.kill()
    run.wait()
    run = _run(data_dir, port)
    _until_up(run)

    # One Ctrl-C ends everything.
    run.send_signal(signal.SIGINT)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 0
    assert "Alt er stoppet." in said
    assert not _marked(data_dir)
    assert not embedded.running(data_dir)


def _is_worker(pid: int) -> bool:
    """The process that manages the people's worker, not one it forked."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8")
        parent = re.search(
            r"^PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"), re.MULTILINE
        )
    except OSError:
        return False
    assert parent is not None
    return "people@" in command and "config.run" in Path(f"/proc/{parent[1]}/cmdline").read_text(
        encoding="utf-8"
    )


def test_a_fallen_web_server_ends_the_run_and_says_so(data_dir: Path) -> None:
    run = _run(data_dir, settings_file.free_port())
    _until_up(run)
    for pid in _marked(data_dir):
        if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
            os.kill(pid, signal.SIGKILL)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "[web] stoppede uventet" in said
    assert not _marked(data_dir)
    assert not embedded.running(data_dir)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        port = taker.getsockname()[1]
        run = _run(tmp_path, port)
        said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert f"Port {port} er optaget" in said
    assert f"make run PORT={port + 1}" in said
    assert not (tmp_path / "postgres").exists()


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    run = _run(tmp_path, 70000)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "PORT=70000 er ikke et portnummer" in said

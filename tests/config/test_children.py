"""The processes under `make run`: what is shown of their logs, and that none outlives its run."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.children import MARK, Child, end_leftovers
from core.embedded import processes


def _child(tmp_path: Path, program: str, **env: str) -> Child:
    return Child("child", [sys.executable, "-c", program], logs=tmp_path, env=os.environ | env)


def _until(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_only_new_error_lines_are_shown(tmp_path: Path) -> None:
    (tmp_path / "child.log").write_text("2026 ERROR from an earlier run\n", encoding="utf-8")
    child = _child(tmp_path, "print('2026 INFO fine\\n2026 ERROR bad\\nKeyError: x')")
    child.start()
    _until(lambda: child.exit_code() is not None)
    assert child.new_errors() == ["2026 ERROR bad"]
    assert child.new_errors() == []


def test_an_unfinished_line_waits_for_its_end(tmp_path: Path) -> None:
    child = _child(tmp_path, "pass")
    child.start()
    _until(lambda: child.exit_code() is not None)
    with child.log.open("a", encoding="utf-8") as log:
        log.write("2026 ERR")
        log.flush()
        assert child.new_errors() == []
        log.write("OR bad\n")
    assert child.new_errors() == ["2026 ERROR bad"]


def test_waits_grow_while_it_keeps_falling(tmp_path: Path) -> None:
    child = _child(tmp_path, "raise SystemExit(3)")
    child.start()
    assert [child.wait_before_restart() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]


def test_a_stubborn_child_and_its_own_children_are_ended(tmp_path: Path) -> None:
    program = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        "print('ready', flush=True); time.sleep(600)"
    )
    child = _child(tmp_path, program, **{MARK: str(tmp_path)})
    child.start()
    _until(lambda: "ready" in child.log.read_text(encoding="utf-8"))
    assert len(processes.with_mark(MARK, str(tmp_path))) == 2
    child.ask_to_stop()
    child.insist(deadline=time.monotonic() + 0.2)
    assert child.exit_code() == -9
    _until(lambda: not processes.with_mark(MARK, str(tmp_path)))


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    program = f"""
import os, signal, sys
from pathlib import Path
from config.children import Child
child = Child("child", [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"],
              logs=Path({str(tmp_path)!r}), env=os.environ)
child.start()
while "up" not in child.log.read_text():
    pass
os.kill(os.getpid(), signal.SIGKILL)
"""
    env = os.environ | {MARK: str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=env, check=False)
    _until(lambda: not processes.with_mark(MARK, str(tmp_path)))


def test_leftovers_of_this_data_folder_are_ended_and_no_others(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
    ours = subprocess.Popen(sleep, env=os.environ | {MARK: str(tmp_path / "one")})
    theirs = subprocess.Popen(sleep, env=os.environ | {MARK: str(tmp_path / "two")})
    try:
        _until(lambda: processes.with_mark(MARK, str(tmp_path / "one")))
        assert end_leftovers(str(tmp_path / "one")) == 1
        assert ours.wait(timeout=5) != 0
        assert theirs.poll() is None
    finally:
        theirs.kill()
        theirs.wait()
    assert end_leftovers(str(tmp_path / "one")) == 0


@pytest.mark.parametrize(
    "text", ["2026-01-01 INFO a job with TERROR in its name", "Traceback (most recent call last):"]
)
def test_ordinary_lines_stay_in_the_log(tmp_path: Path, text: str) -> None:
    child = _child(tmp_path, f"print({text!r})")
    child.start()
    _until(lambda: child.exit_code() is not None)
    assert child.new_errors() == []

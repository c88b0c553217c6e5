"""`make setup` without installing anything: what it finds missing, what it says, what it skips."""

import importlib.util
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def setup() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("setup_script", ROOT / "scripts" / "setup.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _machine(
    monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType, *, libraries: bool, user: int, apt: bool
) -> None:
    monkeypatch.setattr(setup, "has_library", lambda name: libraries)
    monkeypatch.setattr(setup, "venv_works", lambda: True)
    monkeypatch.setattr(setup.os, "geteuid", lambda: user)
    monkeypatch.setattr(
        setup.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" and apt else None
    )


def test_asks_the_loader_not_the_package_system(setup: types.ModuleType) -> None:
    assert setup.has_library("libc.so.6")
    assert not setup.has_library("libthat-nobody-has.so.1")


def test_running_needs_no_browser_and_testing_does(
    monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType
) -> None:
    _machine(monkeypatch, setup, libraries=False, user=1000, apt=True)
    assert setup.missing_system_packages("run") == list(setup.PANGO)
    assert {"chromium", "libatomic1"} <= set(setup.missing_system_packages("test"))


def test_nothing_is_missing_where_everything_is(
    monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType
) -> None:
    _machine(monkeypatch, setup, libraries=True, user=1000, apt=True)
    assert setup.missing_system_packages("run") == []


def test_a_plain_user_gets_the_one_line_to_run(
    monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType
) -> None:
    _machine(monkeypatch, setup, libraries=False, user=1000, apt=True)
    monkeypatch.setattr(setup, "run", lambda *args, **kwargs: pytest.fail("must not install"))
    with pytest.raises(SystemExit) as stopped:
        setup.install_system_packages(["libpango-1.0-0"])
    assert "sudo apt-get update && sudo apt-get install -y --no-install-recommends libpango-1.0-0" in str(
        stopped.value
    )


def test_root_on_debian_installs(monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType) -> None:
    _machine(monkeypatch, setup, libraries=False, user=0, apt=True)
    ran: list[list[str]] = []
    monkeypatch.setattr(setup, "run", lambda command, **kwargs: ran.append(command))
    setup.install_system_packages(["libpango-1.0-0"])
    assert [command[:2] for command in ran] == [["apt-get", "update"], ["apt-get", "install"]]
    assert ran[1][-1] == "libpango-1.0-0"


def test_without_apt_it_says_what_to_find(monkeypatch: pytest.MonkeyPatch, setup: types.ModuleType) -> None:
    _machine(monkeypatch, setup, libraries=False, user=0, apt=False)
    with pytest.raises(SystemExit, match="libpango"):
        setup.install_system_packages(["libpango-1.0-0"])


def test_work_is_skipped_until_its_inputs_change(tmp_path: Path, setup: types.ModuleType) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    done: list[str] = []
    lock.write_text("one", encoding="utf-8")
    for text in ("one", "one", "two", "two"):
        lock.write_text(text, encoding="utf-8")
        setup.unless_done(stamp, [lock], lambda text=text: done.append(text))
    assert done == ["one", "two"]


def test_work_that_failed_is_done_again(tmp_path: Path, setup: types.ModuleType) -> None:
    lock, stamp = tmp_path / "lock", tmp_path / "stamp"
    lock.write_text("one", encoding="utf-8")

    def fail() -> None:
        raise RuntimeError

    done: list[int] = []
    with pytest.raises(RuntimeError):
        setup.unless_done(stamp, [lock], fail)
    setup.unless_done(stamp, [lock], lambda: done.append(1))
    assert done == [1]

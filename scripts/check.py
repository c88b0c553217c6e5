#!/usr/bin/env python3
"""`make check`: every check that needs no test run. All run, also after one failed; ends 1 if any did.

Works without a network. What asks services on the internet (known vulnerabilities) is `make audit`.
"""

import os
import secrets
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core import embedded  # noqa: E402

PACKAGES = [
    folder.parent.name
    for folder in sorted(ROOT.glob("*/__init__.py"))
    if folder.parent.name not in ("tests", "bench")
]


def checks() -> dict[str, list[str]]:
    """Name and command of every check, quick ones first."""
    module = [sys.executable, "-m"]
    manage = [sys.executable, "manage.py"]
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    found = {
        "format": [*module, "ruff", "format", "--check", "."],
        "lint": [*module, "ruff", "check", "."],
        "dependencies": [*module, "pip", "check"],
        "security": [
            *module,
            "bandit",
            "--quiet",
            "--recursive",
            *PACKAGES,
            "--configfile",
            "pyproject.toml",
        ],
        "deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
        "migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "types": [*module, "mypy", *PACKAGES, "manage.py", "scripts"],
    }
    if "importlinter" in configured:
        found["import contracts"] = [str(Path(sys.executable).with_name("lint-imports"))]
    if (ROOT / "templates").is_dir():
        found["templates"] = [*module, "djlint", "templates", "--lint", "--quiet"]
    return found


def run(name: str, command: list[str], env: dict[str, str]) -> bool:
    """Run one check; shows its words only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    print(
        f"{'ok  ' if done.returncode == 0 else 'FEJL'} {name} ({time.monotonic() - began:.1f} s)", flush=True
    )
    if done.returncode != 0:
        print(done.stdout, flush=True)
    return done.returncode == 0


def main() -> None:
    """Run from the command line."""
    with embedded.temporary(ROOT / ".data" / "check") as (folder, servers):
        # As in production, so that the deployment check looks at what a municipality would run.
        env = os.environ | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": servers.owner_url,
            "APP_DATABASE_URL": servers.app_url,
            "REDIS_URL": servers.redis_url,
            "NAERVAER_LOCAL": "0",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(64),
        }
        failed = [name for name, command in checks().items() if not run(name, command, env)]
    if failed:
        sys.exit(f"Fejlede: {', '.join(failed)}")


if __name__ == "__main__":
    main()

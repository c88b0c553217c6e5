"""Running the contract's commands inside the test process."""

import csv
import io
import sys
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError


def run(name: str, *args: object) -> tuple[int, str]:
    """Exit code as the shell would see it, and all that was said. Misuse (argparse) is 2."""
    out = io.StringIO()
    before = sys.stderr
    sys.stderr = out
    try:
        call_command(name, *map(str, args), stdout=out, stderr=out)
    except CommandError as error:
        # Called from a program, argparse's own errors are CommandErrors too; the shell gets 2 for those.
        return (2 if str(error).startswith("Error:") else 1), f"{out.getvalue()}\n{error}"
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    finally:
        sys.stderr = before
    return 0, out.getvalue()


def ok(name: str, *args: object) -> str:
    """What a command prints; it must succeed."""
    code, text = run(name, *args)
    assert code == 0, text
    return text


def table(name: str, *args: object) -> list[dict[str, Any]]:
    """The rows of a command that prints CSV."""
    return list(csv.DictReader(io.StringIO(ok(name, *args))))


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Files of a folder, texts as UTF-8."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder

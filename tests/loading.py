"""Loading files in tests: texts in, outcome out, for the municipality that is set."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.db import transaction

from absence.imports.service import run_import
from core.importing.results import Outcome

TODAY = date(2026, 11, 19)

UNITS = """unit_id;name;level;parent_id;leader_email;valid_from;valid_to
1;Nordby Kommune;kommune;;;;
10;Ældre og Sundhed;sektor;1;;;
20;Børn og Unge;sektor;1;;;
"""
EMPLOYMENTS = """employment_id;person_id;name;unit_id;occupational_group;weekly_hours;start;end
A1;P1;Jonna Vestermark;10;Sosu;37;01.01.2020;
A2;P2;Per Ørsted;20;Lærere;18,5;01.01.2020;
"""
BASE = {"units.csv": UNITS, "employments.csv": EMPLOYMENTS}


def load(
    folder: Path, files: Mapping[str, str | bytes], *, apply: bool = True, today: date = TODAY
) -> Outcome:
    """Write the files (text as UTF-8) and import them."""
    paths = []
    for name, content in files.items():
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    with transaction.atomic():
        return run_import(paths, by=None, today=today, apply=apply)


def errors(outcome: Outcome) -> list[str]:
    """Every error as `file:line: column: reason`, without the value that `as_line` ends with."""
    return [
        f"{file.name}:{error.line}: {error.column}: {error.message}"
        for file in outcome.files
        for error in file.errors
    ]


def counts(outcome: Outcome, name: str) -> tuple[int, int, int, int]:
    """(created, changed, unchanged, rejected) of one file."""
    file = next(file for file in outcome.files if file.name == name)
    assert file.rejected or file.read == file.created + file.changed + file.unchanged
    return file.created, file.changed, file.unchanged, file.rejected

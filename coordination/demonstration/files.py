"""The demonstration as contract files (domain book § 9): UTF-8, semicolons, ISO days, decimal points."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from coordination.demonstration.groups import GROUPS, PATTERNS
from coordination.demonstration.model import (
    CATEGORIES,
    WORK_RELATED,
    Days,
    Demonstration,
    Floats,
)
from coordination.demonstration.users import person_id

UNIT_COLUMNS = ("unit_id", "name", "level", "parent_id", "leader_email", "valid_from", "valid_to")
EMPLOYMENT_COLUMNS = (
    "employment_id", "person_id", "name", "email", "unit_id", "occupational_group", "weekly_hours",
    "hours_mon", "hours_tue", "hours_wed", "hours_thu", "hours_fri", "hours_sat", "hours_sun",
    "valid_from", "valid_to", "start", "end", "leader_email",
)  # fmt: skip
ABSENCE_COLUMNS = (
    "absence_id", "employment_id", "category", "first_day", "last_day", "expected_last_day", "work_related",
)  # fmt: skip
PARTIAL_COLUMNS = ("absence_id", "from", "worked_hours_week")
ROSTER_COLUMNS = ("employment_id", "date", "planned_hours")


def _days(days: Days) -> list[str]:
    """ISO days, empty where there is none."""
    texts: list[str] = np.datetime_as_string(days).tolist()
    return ["" if text == "NaT" else text for text in texts]


def _numbers(values: Floats) -> list[str]:
    return [f"{value:g}" for value in np.round(values, 2).tolist()]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _unit_rows(demonstration: Demonstration) -> Iterable[Sequence[str]]:
    for unit in demonstration.units:
        ends = unit.valid_to.isoformat() if unit.valid_to else ""
        yield (
            unit.unit_id, unit.name, unit.level, unit.parent_id, unit.leader_email, unit.valid_from.isoformat(), ends,
        )  # fmt: skip


def _employment_rows(demonstration: Demonstration) -> Iterable[Sequence[str]]:
    terms, employments, persons = demonstration.terms, demonstration.employments, demonstration.persons
    holder = employments.person[terms.employment]
    works = np.array(PATTERNS, dtype=np.float64)[terms.pattern]
    hours = works * (terms.weekly_hours / works.sum(axis=1))[:, np.newaxis]
    return zip(
        map(str, employments.number[terms.employment].tolist()),
        map(person_id, persons.number[holder].tolist()),
        persons.name[holder].tolist(),
        persons.email[holder].tolist(),
        np.array(demonstration.unit_ids, dtype=object)[terms.unit].tolist(),
        np.array([group.name for group in GROUPS], dtype=object)[terms.group].tolist(),
        _numbers(terms.weekly_hours),
        *(_numbers(hours[:, day]) for day in range(7)),
        _days(terms.valid_from),
        _days(terms.valid_to),
        _days(employments.start[terms.employment]),
        _days(employments.end[terms.employment]),
        [""] * len(terms),
        strict=True,
    )


def absence_id(index: int) -> str:
    """Return the outside key of the absence at `index`."""
    return f"F{index + 1:07d}"


def _absence_rows(demonstration: Demonstration) -> Iterable[Sequence[str]]:
    absences = demonstration.absences
    return zip(
        map(absence_id, range(len(absences))),
        map(str, demonstration.employments.number[absences.employment].tolist()),
        np.array(CATEGORIES, dtype=object)[absences.category].tolist(),
        _days(absences.first),
        _days(absences.last),
        _days(absences.expected_last),
        np.array(WORK_RELATED, dtype=object)[absences.work_related].tolist(),
        strict=True,
    )


def write_files(demonstration: Demonstration, folder: Path) -> tuple[Path, ...]:
    """Write the five contract files into `folder` (made if missing) and return their paths.

    Every "to", "end" and "last" day in them is inclusive; an empty cell means open or not stated. The same
    demonstration gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    partial, roster, numbers = demonstration.partial, demonstration.roster, demonstration.employments.number
    partial_rows = zip(
        map(absence_id, partial.absence.tolist()),
        _days(partial.valid_from),
        _numbers(partial.worked_hours_week),
        strict=True,
    )
    roster_rows = zip(
        map(str, numbers[roster.employment].tolist()),
        _days(roster.day),
        _numbers(roster.planned_hours),
        strict=True,
    )
    contents: tuple[tuple[str, Sequence[str], Iterable[Sequence[str]]], ...] = (
        ("units.csv", UNIT_COLUMNS, _unit_rows(demonstration)),
        ("employments.csv", EMPLOYMENT_COLUMNS, _employment_rows(demonstration)),
        ("absences.csv", ABSENCE_COLUMNS, _absence_rows(demonstration)),
        ("partial.csv", PARTIAL_COLUMNS, partial_rows),
        ("roster.csv", ROSTER_COLUMNS, roster_rows),
    )
    paths = []
    for name, columns, rows in contents:
        _write(folder / name, columns, rows)
        paths.append(folder / name)
    return tuple(paths)

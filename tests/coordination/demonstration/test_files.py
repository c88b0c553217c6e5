"""The contract files: exact columns, same bytes, and rows that agree with the arrays."""

import csv
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from coordination.demonstration import DEMO_SEED, SPECS, Demonstration, generate, write_files
from coordination.demonstration.groups import GROUPS
from coordination.demonstration.model import CATEGORIES
from tests.coordination.demonstration.conftest import TODAY

COLUMNS = {
    "units.csv": "unit_id; name; level; parent_id; leader_email; valid_from; valid_to",
    "employments.csv": "employment_id; person_id; name; email; unit_id; occupational_group; weekly_hours; hours_mon; "
    "hours_tue; hours_wed; hours_thu; hours_fri; hours_sat; hours_sun; valid_from; valid_to; start; end; leader_email",
    "absences.csv": "absence_id; employment_id; category; first_day; last_day; expected_last_day; work_related",
    "partial.csv": "absence_id; from; worked_hours_week",
    "roster.csv": "employment_id; date; planned_hours",
}


@pytest.fixture(scope="module")
def folder(demonstrations: dict[str, Demonstration], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("files")
    write_files(demonstrations["lillesund"], target)
    return target


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_columns_are_those_of_the_contract(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(COLUMNS)
    for name, columns in COLUMNS.items():
        header = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        assert header == columns.replace("; ", ";")


def test_rows_agree_with_the_arrays(folder: Path, demonstrations: dict[str, Demonstration]) -> None:
    demonstration = demonstrations["lillesund"]
    absences = _rows(folder / "absences.csv")
    employments = _rows(folder / "employments.csv")
    assert len(absences) == len(demonstration.absences)
    assert len(employments) == len(demonstration.terms)
    assert len(_rows(folder / "partial.csv")) == len(demonstration.partial)
    assert len(_rows(folder / "roster.csv")) == len(demonstration.roster)
    assert sum(row["last_day"] == "" for row in absences) == np.isnat(demonstration.absences.last).sum()
    assert len({row["absence_id"] for row in absences}) == len(absences)
    assert {row["employment_id"] for row in absences} <= {row["employment_id"] for row in employments}
    assert {row["absence_id"] for row in _rows(folder / "partial.csv")} <= {
        row["absence_id"] for row in absences
    }
    assert {row["category"] for row in absences} <= set(CATEGORIES)
    assert {row["work_related"] for row in absences} <= {"", "ja", "nej", "ved ikke"}
    assert {row["occupational_group"] for row in employments} <= {group.name for group in GROUPS}
    for row in employments:
        week = sum(float(row[f"hours_{day}"]) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
        assert week == pytest.approx(float(row["weekly_hours"]))
    assert len({row["employment_id"] for row in employments}) == len(demonstration.employments)


def test_same_seed_same_bytes_and_another_seed_others(folder: Path, tmp_path: Path) -> None:
    spec = next(spec for spec in SPECS if spec.slug == "lillesund")
    write_files(generate(spec, today=TODAY, seed=DEMO_SEED), tmp_path / "again")
    write_files(generate(spec, today=TODAY, seed=DEMO_SEED + 1), tmp_path / "other")
    for name in COLUMNS:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert (tmp_path / "other" / "absences.csv").read_bytes() != (folder / "absences.csv").read_bytes()


def test_names_differ_between_municipalities_of_one_seed() -> None:
    one, two = (generate(replace(SPECS[2], slug=slug), today=TODAY, seed=3) for slug in ("aby", "boby"))
    assert {unit.name for unit in one.units} != {unit.name for unit in two.units}


def test_all_three_are_made_and_written_within_the_time(tmp_path: Path) -> None:
    began = time.perf_counter()
    for spec in SPECS:
        write_files(generate(spec, today=TODAY, seed=DEMO_SEED), tmp_path / spec.slug)
    assert time.perf_counter() - began < 8.0

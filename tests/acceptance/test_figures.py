"""`figures` and `person_figures` against a day-by-day reference, on random folders of files."""

import os
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.acceptance.commands import ok, table, write
from tests.acceptance.reference import Reference, months_until
from tests.acceptance.world import HEADLINE, OTHER, World, make_world, write_world

pytestmark = pytest.mark.django_db
NUMBERS = "absent_dagsvaerk planned_dagsvaerk fte absent_dagsvaerk_12 planned_dagsvaerk_12 fte_12 periods_12".split()
AS_OF = date(2025, 3, 20)


SEEDS = range(int(os.environ.get("ACCEPTANCE_FROM", "0")), int(os.environ.get("ACCEPTANCE_TO", "3")))


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_of_a_random_municipality(seed: int, tmp_path: Path) -> None:
    world = _load(seed, tmp_path)
    _check_months(world)
    for by in ("length", "category", "group"):
        _check_split(world, by)
    _check_one_unit_and_all_categories(world)
    for unit in (None, "10", "T2"):
        _check_persons(world, unit)


def _load(seed: int, tmp_path: Path) -> World:
    """A random world, imported twice: the second time nothing changes."""
    random = Random(seed)
    world = make_world(random, first=date(2022, 11, 1), last=AS_OF)
    write_world(world, tmp_path, random)
    ok("create_municipality", "prov", "--name", "Prøvekøbing Kommune", "--cvr", "10101010")
    ok("import_files", "prov", tmp_path)
    again = ok("import_files", "prov", tmp_path)
    for line in again.splitlines():
        if ": read" in line:
            assert "created 0, changed 0" in line, again
    return world


def _compare(expected, rows, by, names) -> None:
    for row in rows:
        cell = expected.get((row["unit_id"], row[by] if by != "none" else ""), {})
        for name in names:
            assert float(row[name] or 0) == pytest.approx(cell.get(name, 0.0), abs=1e-6), (row, name)
    shown = {(row["unit_id"], row[by] if by != "none" else "") for row in rows}
    assert {key for key, cell in expected.items() if any(cell.values())} <= shown


def _check_months(loaded: World) -> None:
    for until in (date(2023, 12, 1), date(2024, 2, 1), date(2025, 3, 1)):
        rows = table("figures", "prov", "--until", f"{until:%Y-%m}", "--months", 3, "--as-of", AS_OF)
        for month in months_until(until, 3):
            expected = Reference(loaded, AS_OF, month).figures()
            of_month = [row for row in rows if row["month"] == f"{month:%Y-%m}"]
            _compare(expected, of_month, "none", NUMBERS)
            for row in of_month:
                cell = expected[row["unit_id"], ""]
                if cell["fte_12"]:
                    rate = cell["absent_dagsvaerk_12"] / cell["fte_12"]
                    assert float(row["dagsvaerk_per_fte_12"]) == pytest.approx(rate, abs=1e-6)
                if cell["planned_dagsvaerk_12"]:
                    percent = 100 * cell["absent_dagsvaerk_12"] / cell["planned_dagsvaerk_12"]
                    assert float(row["percent_12"]) == pytest.approx(percent, abs=1e-6)
                healthy = expected[row["unit_id"], ""].get("langtidsfriske_12")
                assert (
                    row["langtidsfriske_12"] == ""
                    if healthy is None
                    else (float(row["langtidsfriske_12"]) == pytest.approx(healthy, abs=1e-9))
                )


def _check_split(loaded: World, by: str) -> None:
    rows = table("figures", "prov", "--until", "2025-03", "--months", 1, "--by", by, "--as-of", AS_OF)
    expected = Reference(loaded, AS_OF, date(2025, 3, 1)).figures(by)
    own = NUMBERS if by == "group" else ["absent_dagsvaerk", "absent_dagsvaerk_12", "periods_12"]
    _compare(expected, rows, by, own)


def _check_one_unit_and_all_categories(loaded: World) -> None:
    early = date(2024, 6, 5)
    rows = table("figures", "prov", "--until", "2024-06", "--months", 1, "--unit", "11", "--as-of", early)
    assert {row["unit_id"] for row in rows} <= {"11"}
    expected = Reference(loaded, early, date(2024, 6, 1)).figures()
    _compare({key: cell for key, cell in expected.items() if key[0] == "11"}, rows, "none", NUMBERS)
    rows = table(
        "figures", "prov", "--until", "2024-06", "--months", 1, "--categories", "all", "--as-of", AS_OF
    )
    _compare(
        Reference(loaded, AS_OF, date(2024, 6, 1)).figures(categories=HEADLINE + OTHER), rows, "none", NUMBERS
    )


def _check_persons(loaded: World, unit: str | None) -> None:
    chosen = ["--unit", unit] if unit else []
    for as_of in (AS_OF, date(2024, 8, 31)):
        rows = table("person_figures", "prov", "--until", f"{as_of:%Y-%m}", "--as-of", as_of, *chosen)
        expected = Reference(loaded, as_of, as_of.replace(day=1)).persons(unit)
        assert {row["employment_id"] for row in rows} == set(expected)
        for row in rows:
            seen = [float(row[name]) for name in ("arbejdsdage_12", "dagsvaerk_12", "periods_12")]
            assert seen == pytest.approx(list(expected[row["employment_id"]]), abs=1e-6), row


UNITS = "unit_id;name;level;parent_id\n1;Kommunen;;\n10;Plejehjemmet;;1\n"
HEAD = "employment_id;person_id;name;unit_id;occupational_group;weekly_hours;hours_mon;hours_tue;hours_wed;hours_thu;"
HEAD += "hours_fri;hours_sat;hours_sun;start;end\n"


def _small(tmp_path: Path, files: dict[str, str]) -> None:
    ok("create_municipality", "prov", "--name", "Prøvekøbing Kommune", "--cvr", "10101010")
    ok("import_files", "prov", write(tmp_path, {"units.csv": UNITS, **files}))


def _lost(unit: str, month: str) -> float:
    rows = table("figures", "prov", "--until", month, "--months", 1, "--unit", unit, "--as-of", "2026-10-31")
    return float(rows[0]["absent_dagsvaerk"])


def test_the_three_examples_of_the_domain(tmp_path: Path) -> None:
    """Two half-timers' sick day = 1 dagsværk; Friday to Monday = 2; a 12-hour shift = 1.62."""
    jobs = HEAD + "A1;P1;A;10;;18,5;;;;;;;;01.01.2020;\nA2;P2;B;10;;18,5;;;;;;;;01.01.2020;\n"
    jobs += "A3;P3;C;1;;37;;;;;;;;01.01.2020;\nA4;P4;D;10;;36;12;12;12;0;0;0;0;01.01.2020;\n"
    ill = "absence_id;employment_id;category;first_day;last_day\n"
    ill += "F1;A1;egen_sygdom;12.01.2026;12.01.2026\nF2;A2;egen_sygdom;12.01.2026;12.01.2026\n"
    ill += "F3;A3;egen_sygdom;06.02.2026;09.02.2026\nF4;A4;egen_sygdom;02.03.2026;02.03.2026\n"
    _small(tmp_path, {"employments.csv": jobs, "absences.csv": ill})
    assert _lost("10", "2026-01") == pytest.approx(1)
    assert _lost("1", "2026-02") == pytest.approx(2)
    assert _lost("10", "2026-03") == pytest.approx(12 / 7.4)

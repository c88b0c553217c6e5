"""Every preset's deadlines, as domain § 5 says: steps, moves to working days, the statutory floor; rules round-trip."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.acceptance.commands import ok, table, write
from tests.acceptance.world import is_holiday

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# Mondays to Sundays, Maundy Thursday, Easter Monday, Christmas Eve and New Year's Day; and four weeks on, holidays.
FIRST_DAYS = [date(2026, 3, 2) + n * DAY for n in range(14)] + [
    date(2026, 4, 2), date(2026, 4, 6), date(2026, 4, 16), date(2026, 4, 27), date(2026, 5, 4), date(2026, 8, 29),
]  # fmt: skip
WEEKS_4, WEEKS_8, WEEKS_2 = 28, 56, 14
# kind, how, days after the first day. "At four weeks" is the law's own latest day too, so it is met by that day.
PRESETS = {
    "lovens-minimum": [("samtale", "by", WEEKS_4)],
    "1-4-15": [("samtale", "on", 0), ("samtale", "on", 3), ("samtale", "on", 14)],
    "1-5-14": [("kontakt", "on", 0), ("kontakt", "on", 4), ("kontakt", "on", 13), ("samtale", "by", WEEKS_4)],
    "koege": [("kontakt", "on", 2), ("kontakt", "on", 7), ("samtale", "by", 13)],
    "aarhus": [("samtale", "by", 13)],
    "hoeje-taastrup": [("samtale", "by", WEEKS_2), ("samtale", "by", WEEKS_4)],
    "skive": [("kontakt", "by", 13), ("samtale", "by", WEEKS_4)],
    "industri": [
        ("dokumentation", "on", 4),
        ("kontakt", "on", 14),
        ("samtale", "by", WEEKS_4),
        ("handleplan", "by", WEEKS_8),
    ],
}
FLOOR = ("samtale", "by", WEEKS_4)


def _working(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def _moved(day: date, how: str, first: date) -> date:
    step = DAY if how == "on" else -DAY
    while not _working(day):
        if day == first and how == "by":
            return day
        day += step
    return day


def _expected(preset: str, first: date) -> set[tuple[str, date]]:
    """Due dates of the preset and of the law."""
    steps = [*PRESETS[preset], FLOOR]
    return {(kind, _moved(first + after * DAY, how, first)) for kind, how, after in steps}


def _load(folder: Path, preset: str, first_days: list[date]) -> None:
    jobs = "employment_id;person_id;name;unit_id;occupational_group;weekly_hours;start\n"
    ill = "absence_id;employment_id;category;first_day;last_day\n"
    for number, first in enumerate(first_days):
        jobs += f"A{number};P{number};Ærø {number};1;;37;2020-01-01\n"
        ill += f"F{number};A{number};egen_sygdom;{first};\n"
    units = "unit_id;name;level;parent_id\n1;Kommunen;;\n"
    ok("create_municipality", "prov", "--name", "Prøvekøbing", "--cvr", "10101010", "--preset", preset)
    ok(
        "import_files",
        "prov",
        write(folder, {"units.csv": units, "employments.csv": jobs, "absences.csv": ill}),
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_due_dates_and_status_of_a_preset(preset: str, tmp_path: Path) -> None:
    _load(tmp_path / "filer", preset, FIRST_DAYS)
    before = {}
    for on in (date(2026, 3, 2), date(2026, 4, 2), date(2026, 4, 5), date(2026, 6, 10), date(2026, 12, 1)):
        rows = table("due", "prov", "--on", on)
        before[on] = rows
        for number, first in enumerate(FIRST_DAYS):
            mine = {
                (row["kind"], date.fromisoformat(row["due"]))
                for row in rows
                if row["absence_id"] == f"F{number}"
            }
            if first <= on:
                assert mine == _expected(preset, first), (on, first)
        for row in rows:
            due = date.fromisoformat(row["due"])
            assert row["status"] == ("coming" if due > on else "due" if due == on else "overdue"), row
    file = tmp_path / "rules.json"
    file.write_text(ok("export_rules", "prov"), encoding="utf-8")
    assert json.loads(file.read_text(encoding="utf-8"))["version"] == 1
    ok("set_rules", "prov", "--file", file)
    for on, rows in before.items():
        assert table("due", "prov", "--on", on) == rows
    assert json.loads(ok("export_rules", "prov")) == json.loads(file.read_text(encoding="utf-8"))


def _ill(folder: Path, rows: list[str], *, end: str = "") -> None:
    jobs = f"employment_id;person_id;name;unit_id;weekly_hours;start;end\nA1;P1;Åse;1;37;2020-01-01;{end}\n"
    ill = "absence_id;employment_id;category;first_day;last_day\n" + "\n".join(rows) + "\n"
    units = "unit_id;name;level;parent_id\n1;Kommunen;;\n"
    ok(
        "import_files",
        "prov",
        write(folder, {"units.csv": units, "employments.csv": jobs, "absences.csv": ill}),
    )


def test_no_statutory_talk_when_the_employment_ends_within_eight_weeks(tmp_path: Path) -> None:
    ok("create_municipality", "prov", "--name", "P", "--cvr", "10101010", "--preset", "lovens-minimum")
    _ill(tmp_path / "a", ["F1;A1;egen_sygdom;2026-03-02;"], end="2026-04-27")  # 56 days after the first
    assert table("due", "prov", "--on", "2026-03-10") == []
    _ill(tmp_path / "b", ["F1;A1;egen_sygdom;2026-03-02;"], end="2026-04-28")
    assert [row["due"] for row in table("due", "prov", "--on", "2026-03-10")] == ["2026-03-30"]


def test_a_return_before_the_deadline_leaves_nothing_due(tmp_path: Path) -> None:
    ok("create_municipality", "prov", "--name", "P", "--cvr", "10101010", "--preset", "lovens-minimum")
    _ill(tmp_path, ["F1;A1;egen_sygdom;2026-03-02;2026-03-27"])
    assert table("due", "prov", "--on", "2026-03-20") == []
    assert table("due", "prov", "--on", "2026-04-10") == []


def test_categories_without_follow_up_ask_for_nothing(tmp_path: Path) -> None:
    ok("create_municipality", "prov", "--name", "P", "--cvr", "10101010", "--preset", "1-4-15")
    _ill(tmp_path, ["F1;A1;barns_sygedag;2026-03-02;", "F2;A1;omsorgsdag;2026-02-02;2026-02-02"])
    assert table("due", "prov", "--on", "2026-03-20") == []


@pytest.mark.parametrize(("preset", "needed"), [("aarhus", 5), ("hoeje-taastrup", 6), ("industri", 3)])
def test_pattern_talks(preset: str, needed: int, tmp_path: Path) -> None:
    """One period too few asks for nothing; the last one does, with no absence named; never while absent."""
    ok("create_municipality", "prov", "--name", "P", "--cvr", "10101010", "--preset", preset)
    days = [date(2026, 3, 2) + 14 * n * DAY for n in range(needed)]
    rows = [f"F{n};A1;egen_sygdom;{day};{day}" for n, day in enumerate(days)]
    _ill(tmp_path / "a", rows[:-1])
    assert [row for row in table("due", "prov", "--on", days[-1] + 3 * DAY) if not row["absence_id"]] == []
    _ill(tmp_path / "b", [*rows[:-1], f"F{needed - 1};A1;egen_sygdom;{days[-1]};"])
    assert [row for row in table("due", "prov", "--on", days[-1] + 3 * DAY) if not row["absence_id"]] == []
    _ill(tmp_path / "c", rows)
    found = [row for row in table("due", "prov", "--on", days[-1] + 3 * DAY) if not row["absence_id"]]
    assert [(row["employment_id"], row["status"]) for row in found] == [("A1", "coming")]
    assert date.fromisoformat(found[0]["due"]) > days[-1]


def test_nothing_is_due_for_those_who_have_left(tmp_path: Path) -> None:
    ok("create_municipality", "prov", "--name", "P", "--cvr", "10101010", "--preset", "1-5-14")
    _ill(tmp_path, ["F1;A1;egen_sygdom;2026-03-02;"], end="2026-03-10")
    assert [row["due"] for row in table("due", "prov", "--on", "2026-03-10")] == ["2026-03-02", "2026-03-06"]
    assert table("due", "prov", "--on", "2026-03-11") == []

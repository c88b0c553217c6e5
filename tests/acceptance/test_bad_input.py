"""Files that are wrong: exit 1, `file:line: column: message` in Danish with the value, nothing applied; and dry runs."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.commands import ok, run, write

pytestmark = pytest.mark.django_db

UNITS = (
    "unit_id;name;level;parent_id;leader_email;valid_from;valid_to\n1;Kommunen;;;;;\n10;Ældreområdet;;1;;;\n"
)
JOBS = "employment_id;person_id;name;unit_id;occupational_group;weekly_hours;start;end\nA1;P1;Åse Ø;10;Sosu;37;01.01.2020;\n"
ILL = "absence_id;employment_id;category;first_day;last_day\nF1;A1;egen_sygdom;02.02.2026;06.02.2026\n"
PART = "absence_id;from;worked_hours_week;sick_share\n"
DAYS = "employment_id;date;cause_code;absent_hours;planned_hours\n"
GOOD = {"units.csv": UNITS, "employments.csv": JOBS, "absences.csv": ILL}
LINE = re.compile(r"^([a-z_]+\.csv):(\d+): ?([^:]*): (.+)$", re.MULTILINE)


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[dict[str, str | bytes]], tuple[int, str]]:
    """A municipality with good files in it; gives a function that imports others and checks that bad ones change nothing."""
    ok("create_municipality", "prov", "--name", "Prøvekøbing", "--cvr", "10101010")
    ok("import_files", "prov", write(tmp_path / "gode", dict(GOOD)))
    count = iter(range(100))

    def load(files: dict[str, str | bytes]) -> tuple[int, str]:
        before = _state()
        folder = write(tmp_path / str(next(count)), files)
        dry, _ = run("import_files", "prov", folder, "--dry-run")
        assert _state() == before
        code, text = run("import_files", "prov", folder)
        assert dry == code
        assert "Traceback" not in text
        if code:
            assert _state() == before
        return code, text

    return load


def _state() -> tuple[str, ...]:
    """What of the municipality can be seen from outside."""
    as_of = ("--as-of", "2026-10-31")
    return (
        ok("figures", "prov", "--until", "2026-10", "--months", 2, *as_of),
        ok("person_figures", "prov", "--until", "2026-10", *as_of),
        ok("due", "prov", "--on", "2026-10-31"),
    )


# file, content, line, column, what the message must hold
BAD_ROWS = {
    "unknown unit": ("employments.csv", JOBS + "A2;P2;Bo;77;Sosu;37;01.01.2020;\n", 3, "unit_id", "77"),
    "date 31.02.": ("absences.csv", ILL + "F2;A1;egen_sygdom;31.02.2026;\n", 3, "first_day", "31.02.2026"),
    "date of words": ("absences.csv", ILL + "F2;A1;egen_sygdom;i går;\n", 3, "first_day", "i går"),
    "American date": ("absences.csv", ILL + "F2;A1;egen_sygdom;03/25/2026;\n", 3, "first_day", "03/25/2026"),
    "overlap": ("absences.csv", ILL + "F2;A1;egen_sygdom;06.02.2026;10.02.2026\n", 3, "first_day", "06.02.2026"),
    "last before first": ("absences.csv", ILL + "F2;A1;;10.03.2026;09.03.2026\n", 3, "last_day", "09.03.2026"),
    "unknown employment": ("absences.csv", ILL + "F2;A9;;10.03.2026;\n", 3, "employment_id", "A9"),
    "unknown category": ("absences.csv", ILL + "F2;A1;dovenskab;10.03.2026;\n", 3, "category", "dovenskab"),
    "duplicate absence": ("absences.csv", ILL + "F1;A1;;10.03.2026;11.03.2026\n", 3, "absence_id", "F1"),
    "300 % partial": ("partial.csv", PART + "F1;04.02.2026;;3,00\n", 2, "sick_share", "3,00"),
    "300 % with sign": ("partial.csv", PART + "F1;04.02.2026;;300 %\n", 2, "sick_share", "300"),
    "negative share": ("partial.csv", PART + "F1;04.02.2026;;-0,5\n", 2, "sick_share", "-0,5"),
    "more hours than planned": ("partial.csv", PART + "F1;04.02.2026;111;\n", 2, "worked_hours_week", "111"),
    "partial before the absence": ("partial.csv", PART + "F1;01.02.2026;10;\n", 2, "from", "01.02.2026"),
    "partial of none": ("partial.csv", PART + "F8;01.02.2026;10;\n", 2, "absence_id", "F8"),
    "25 hours in a day": ("absence_days.csv", DAYS + "A1;02.03.2026;526;25;\n", 2, "absent_hours", "25"),
    "unknown payroll code": ("absence_days.csv", DAYS + "A1;02.03.2026;999;7;\n", 2, "cause_code", "999"),
    "weekly hours of 370": ("employments.csv", JOBS + "A2;P2;Bo;10;Sosu;370;01.01.2020;\n", 3, "weekly_hours", "370"),
    "weekly hours NaN": ("employments.csv", JOBS + "A2;P2;Bo;10;Sosu;NaN;01.01.2020;\n", 3, "weekly_hours", "NaN"),
    "end before start": ("employments.csv", JOBS + "A2;P2;Bo;10;S;37;01.01.2020;31.12.2019\n", 3, "end", "31.12.2019"),
    "no name": ("employments.csv", JOBS + "A2;P2;;10;S;37;01.01.2020;\n", 3, "name", ""),
    "unknown parent": ("units.csv", UNITS + "30;Skolen;;99;;;\n", 4, "parent_id", "99"),
    "a unit under itself": ("units.csv", UNITS + "30;Skolen;;30;;;\n", 4, "parent_id", "30"),
    "duplicate unit": ("units.csv", UNITS + "10;Skolen;;1;;;\n", 4, "", "10"),
    "duplicate roster day": (
        "roster.csv", "employment_id;date;planned_hours\nA1;02.03.2026;7\nA1;02.03.2026;8\n", 3, "date", "02.03.2026"),
    "negative roster": ("roster.csv", "employment_id;date;planned_hours\nA1;02.03.2026;-7\n", 2, "planned_hours", "-7"),
    "year 20226": ("roster.csv", "employment_id;date;planned_hours\nA1;02.03.20226;7\n", 2, "date", "02.03.20226"),
    "too many columns": ("absences.csv", ILL + "F2;A1;;10.03.2026;;ekstra\n", 3, "", ""),
    "too few columns": ("absences.csv", ILL + "F2;A1\n", 3, "", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_named_by_line_column_and_value(case: str, loaded) -> None:
    name, content, line, column, value = BAD_ROWS[case]
    good = {"employments.csv": JOBS.replace("Åse Ø", "Et Andet Navn")} if name != "employments.csv" else {}
    code, text = loaded({name: content, **good})
    assert code == 1, text
    found = LINE.findall(text)
    assert found, text
    assert all(int(row[1]) == line and row[0] == name for row in found), text
    if column:
        assert column in {row[2] for row in found}, text
    if value:
        assert value in text, text


WHOLE_FILES = {
    "empty": b"",
    "only a BOM": b"\xef\xbb\xbf",
    "only line breaks": b"\r\n\r\n\n",
    "missing column": b"absence_id;category;first_day\nF2;egen_sygdom;2026-03-02\n",
    "xlsx": None,
    "NUL bytes": b"absence_id;employment_id;category;first_day;last_day\nF2;A1;\x00;02.03.2026;\n",
    "UTF-16": "absence_id;employment_id;category;first_day;last_day\n".encode("utf-16"),
    "PNG": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a column twice": b"absence_id;employment_id;first_day;first_day\nF2;A1;2026-03-02;2026-03-03\n",
    "an open quote": b'absence_id;employment_id;category;first_day;last_day\nF2;A1;"egen;02.03.2026;\nF3;A1;;03.04.2026;\n',
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_file_that_is_no_such_file(case: str, loaded) -> None:
    content = WHOLE_FILES[case]
    if content is None:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("xl/workbook.xml", "<workbook/>")
        content = held.getvalue()
    code, text = loaded({"absences.csv": content})
    assert code == 1, text
    assert "absences.csv" in text
    assert LINE.search(text), text


def test_a_header_alone_changes_nothing(loaded) -> None:
    code, text = loaded({"absences.csv": ILL.splitlines()[0] + "\n"})
    assert code == 0, text
    assert "read 0" in text


ODD_BUT_GOOD = {
    "BOM and CRLF": ILL.replace("\n", "\r\n").encode("utf-8-sig"),
    "quotes": b'"absence_id";"employment_id";"category";"first_day";"last_day"\r\n"F1";"A1";"egen_sygdom";"02.02.2026";"06.02.2026"\r\n',
    "commas": b"absence_id,employment_id,category,first_day,last_day\nF1,A1,egen_sygdom,2026-02-02,2026-02-06\n",
    "no last line break": ILL.strip().encode(),
    "empty lines": (ILL + "\n\n").encode(),
    "spaces": b"absence_id ; employment_id;category;first_day;last_day\n F1;A1 ; egen_sygdom ;02.02.2026 ; 06.02.2026\n",
    "capitals in the header": ILL.replace("absence_id", "Absence_ID").encode(),
    "other order": b"last_day;first_day;category;employment_id;absence_id\n06.02.2026;02.02.2026;526;A1;F1\n",
    "short dates": b"absence_id;employment_id;category;first_day;last_day\nF1;A1;egen_sygdom;2.2.2026;6.2.2026\n",
}


@pytest.mark.parametrize("case", ODD_BUT_GOOD)
def test_odd_forms_of_the_same_file_change_nothing(case: str, loaded) -> None:
    code, text = loaded({"absences.csv": ODD_BUT_GOOD[case]})
    assert code == 0, text
    assert "unchanged 1" in text


def test_windows_letters_are_the_same_letters(loaded) -> None:
    code, text = loaded({"units.csv": UNITS.encode("cp1252"), "employments.csv": JOBS.encode("cp1252")})
    assert code == 0, text
    assert text.count("unchanged 2") == 1
    assert text.count("unchanged 1,") == 1


def test_every_bad_row_is_told_and_all_files_are_read(loaded) -> None:
    rows = ILL + "F2;A1;;31.02.2026;\nF3;A1;;01.03.2026;28.02.2026\nF4;A9;;01.05.2026;\n"
    code, text = loaded({"absences.csv": rows, "units.csv": UNITS + "30;;;99;;;\n"})
    assert code == 1
    told = {(row[0], int(row[1])) for row in LINE.findall(text)}
    assert told == {("absences.csv", 3), ("absences.csv", 4), ("absences.csv", 5), ("units.csv", 4)}, text

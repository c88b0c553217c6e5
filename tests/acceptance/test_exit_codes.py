"""Exit codes: 1 with a Danish message for bad input, 2 for misuse, and never a trace."""

import json
from pathlib import Path

import pytest

from tests.acceptance.commands import ok, run, write

pytestmark = pytest.mark.django_db

UNITS = "unit_id;name;level;parent_id\n1;Kommunen;;\n"
BAD_INPUT = [
    ("figures", "ukendt", "--until", "2026-01"),
    ("figures", "prov", "--until", "2026-01", "--unit", "77"),
    ("figures", "prov", "--until", "0001-01"),
    ("figures", "prov", "--until", "9999-12"),
    ("figures", "prov", "--until", "2026-01", "--categories", "dovenskab"),
    ("person_figures", "ukendt", "--until", "2026-01"),
    ("person_figures", "prov", "--until", "2026-01", "--unit", "77"),
    ("due", "ukendt", "--on", "2026-01-01"),
    ("set_rules", "prov", "--preset", "ukendt"),
    ("set_rules", "ukendt", "--preset", "skive"),
    ("set_rules", "prov", "--preset", "skive", "--unit", "77"),
    ("set_rules", "prov", "--file", "/findes/ikke.json"),
    ("export_rules", "ukendt"),
    ("export_rules", "prov", "--unit", "77"),
    ("import_files", "ukendt", "."),
    ("import_files", "prov", "/findes/ikke"),
    ("send_reminders", "--municipality", "ukendt"),
    ("create_municipality", "prov", "--name", "Igen", "--cvr", "30303030"),
    ("create_municipality", "ny", "--name", "Samme CVR", "--cvr", "10101010"),
    ("create_municipality", "ny", "--name", "CVR", "--cvr", "123"),
    ("create_municipality", "ny", "--name", "CVR", "--cvr", "1234567²"),
    ("create_municipality", "Ny Kommune", "--name", "X", "--cvr", "30303030"),
    ("create_municipality", "ny", "--name", "", "--cvr", "30303030"),
    ("create_municipality", "ny", "--name", "X", "--cvr", "30303030", "--preset", "ukendt"),
    ("create_user", "a@b.dk", "--municipality", "ukendt", "--role", "hr"),
    ("create_user", "a@b.dk", "--role", "hr"),
    ("create_user", "ingen-adresse", "--municipality", "prov", "--role", "hr"),
    ("create_user", "a@b.dk", "--municipality", "prov", "--role", "hr", "--password-env", "FINDES_IKKE"),
    ("create_user", "a@b.dk", "--municipality", "prov", "--role", "leder", "--unit", "77"),
    ("create_user", "a@b.dk", "--municipality", "prov", "--role", "leder"),
    ("create_user", "a@b.dk", "--municipality", "prov", "--role", "medarbejder", "--person", "77"),
    ("report", "ukendt", "--unit", "1", "--quarter", "2026Q1", "--out", "{out}/x.pdf"),
    ("report", "prov", "--unit", "77", "--quarter", "2026Q1", "--out", "{out}/x.pdf"),
    ("report", "prov", "--unit", "1", "--quarter", "2026Q1", "--out", "/findes/ikke/x.pdf"),
]
MISUSE = [
    ("figures", "prov"),
    ("figures", "prov", "--until", "2026-13"),
    ("figures", "prov", "--until", "januar"),
    ("figures", "prov", "--until", "2026-01", "--as-of", "31.02.2026"),
    ("figures", "prov", "--until", "2026-01", "--months", "0"),
    ("figures", "prov", "--until", "2026-01", "--months", "²"),
    ("figures", "prov", "--until", "2026-01", "--by", "køn"),
    ("figures", "prov", "--until", "2026-01", "--format", "xml"),
    ("due", "prov"),
    ("due", "prov", "--on", "2026-02-31"),
    ("set_rules", "prov"),
    ("set_rules", "prov", "--preset", "skive", "--file", "x.json"),
    ("create_municipality", "ny", "--name", "X"),
    ("create_user", "a@b.dk", "--municipality", "prov", "--role", "direktør"),
    ("send_reminders", "--on", "i morgen"),
    ("import_files", "prov"),
]
BAD_RULES = {
    "no JSON": b"{",
    "empty": b"",
    "Latin-1": '{"version": 1, "name": "Æ"}'.encode("cp1252"),
    "a list": b"[]",
    "a number": b"7",
    "no version": b"{}",
    "unknown field": b'{"version": 1, "hvad": 2}',
    "null": b'{"version": 1, "during": null}',
    "NaN": b'{"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": NaN}]}',
    "huge day": b'{"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": 1e400}]}',
    "day 0": b'{"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": 0}]}',
    "same key": json.dumps(
        {"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": n} for n in (3, 4)]}
    ).encode(),
    "unknown category": b'{"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": 3, "categories": ["dovenskab"]}]}',
    "deep": b"[" * 100_000,
    "NUL": b'{"version": 1, "name": "a\\u0000b"}',
    "half a surrogate": b'{"version": 1, "name": "\\ud800"}',
    "huge integer": b'{"version": 1, "during": [{"key": "a", "kind": "samtale", "timing": "by", "day": '
    + b"9" * 5000
    + b"}]}",
}


@pytest.fixture
def prov(tmp_path: Path) -> None:
    ok("create_municipality", "prov", "--name", "Prøvekøbing", "--cvr", "10101010", "--preset", "skive")
    ok("import_files", "prov", write(tmp_path / "filer", {"units.csv": UNITS}))


@pytest.mark.usefixtures("prov")
def test_the_documented_rules_are_adopted_and_come_back(tmp_path: Path) -> None:
    text = Path("docs/rules-json.md").read_text(encoding="utf-8")
    example = text.split("```json")[1].split("```")[0]
    (tmp_path / "rules.json").write_text(example, encoding="utf-8")
    ok("set_rules", "prov", "--file", tmp_path / "rules.json")
    assert json.loads(ok("export_rules", "prov")) == json.loads(example)


def _message(text: str) -> None:
    assert text.strip()
    assert "Traceback" not in text
    assert "psycopg" not in text


@pytest.mark.usefixtures("prov")
def test_bad_input_is_1_with_a_message(tmp_path: Path) -> None:
    for command in BAD_INPUT:
        code, text = run(command[0], *(part.format(out=tmp_path) for part in command[1:]))
        assert code == 1, (command, code, text)
        _message(text)


@pytest.mark.usefixtures("prov")
def test_misuse_is_2() -> None:
    for command in MISUSE:
        code, text = run(*command)
        assert code == 2, (command, code, text)
    for quarter in ("2026Q5", "2026", "Q1", "2026q", "x"):
        code, text = run("report", "prov", "--unit", "1", "--quarter", quarter, "--out", "x.pdf")
        assert code in (1, 2), (quarter, text)
        _message(text)


@pytest.mark.usefixtures("prov")
def test_bad_rules_leave_the_old_ones(tmp_path: Path) -> None:
    before = ok("export_rules", "prov")
    file = tmp_path / "rules.json"
    for case, content in BAD_RULES.items():
        file.write_bytes(content)
        code, text = run("set_rules", "prov", "--file", file)
        assert code == 1, (case, text)
        _message(text)
        assert ok("export_rules", "prov") == before, case


@pytest.mark.usefixtures("prov")
def test_a_folder_without_files_and_a_folder_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "tom").mkdir()
    assert run("import_files", "prov", tmp_path / "tom")[0] == 1
    (tmp_path / "forkert" / "units.csv").mkdir(parents=True)
    code, text = run("import_files", "prov", tmp_path / "forkert")
    assert code == 1, text
    _message(text)
    assert run("set_rules", "prov", "--file", tmp_path / "tom")[0] == 1


@pytest.mark.usefixtures("prov")
def test_a_report_is_a_pdf(tmp_path: Path) -> None:
    jobs = "employment_id;person_id;name;unit_id;weekly_hours;start\n"
    jobs += "".join(f"A{n};P{n};Åse {n};1;37;2020-01-01\n" for n in range(7))
    ok("import_files", "prov", write(tmp_path / "ansatte", {"employments.csv": jobs}))
    out = tmp_path / "rapport.pdf"
    ok("report", "prov", "--unit", "1", "--quarter", "2026Q1", "--out", out)
    assert out.read_bytes().startswith(b"%PDF")

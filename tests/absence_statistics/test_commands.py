"""The commands, end to end: files in, figures out, held against a slow reading of the same files."""

import csv
import io
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from absence.models import AbsenceState, SickNotification
from organisation.models import EmploymentTerms
from tests.absence_statistics.file_reference import HEADLINE, Reference, months_back
from tests.absence_statistics.files import AS_OF, CATEGORIES, UNTIL, Municipality, random_municipality
from tests.builders import make_absence, make_employment, make_unit

MEASURES = (
    "absent_dagsvaerk", "planned_dagsvaerk", "fte", "absent_dagsvaerk_12", "planned_dagsvaerk_12", "fte_12",
    "dagsvaerk_per_fte_12", "percent_12", "periods_12", "langtidsfriske_12",
)  # fmt: skip
MONTHS = 3


def load(made: Municipality, folder: Path) -> None:
    """Through the ordinary import; then what files cannot say."""
    made.write(folder)
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_files", "nordby", str(folder), stdout=out, stderr=err)
    except CommandError as error:
        raise AssertionError(out.getvalue()) from error
    for (employment, first), (hours, start) in made.rotas.items():
        terms = EmploymentTerms.objects.filter(employment__external_id=employment, valid_from=first)
        assert terms.update(hours=hours, rota_start=start) == 1
    for (absence, first), hours in made.weekday_partials.items():
        states = AbsenceState.objects.filter(absence__external_id=absence, from_day=first)
        assert states.update(
            state="delvist_raskmeldt", worked_hours=hours, worked_hours_week=None, sick_share=None
        )
    withdrawn = SickNotification.objects.filter(external_id__in=made.withdrawn)
    assert withdrawn.update(withdrawn_at=timezone.now()) == len(made.withdrawn)


def run(command: str, *arguments: str) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command(command, "nordby", *arguments, stdout=out)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def same(text: str, expected: float | None) -> bool:
    if expected is None or text == "":
        return expected is None and text == ""
    return math.isclose(float(text), expected, rel_tol=1e-9, abs_tol=1e-6)


def figures(by: str, *more: str) -> list[dict[str, str]]:
    arguments = [
        "--until",
        f"{UNTIL:%Y-%m}",
        "--months",
        str(MONTHS),
        "--as-of",
        AS_OF.isoformat(),
        "--by",
        by,
    ]
    return run("figures", *arguments, *more)


@pytest.fixture
def reference(request: Any, nordby: Any, tmp_path: Path) -> Reference:
    made = random_municipality(request.param)
    load(made, tmp_path)
    first, last = months_back(UNTIL, MONTHS + 10), date(2025, 11, 30)
    return Reference(made, as_of=AS_OF, first=first, last=last)


@pytest.mark.parametrize("reference", range(5), indirect=True)
def test_every_figure_is_what_the_files_say(reference: Reference) -> None:
    compared = 0
    for by in ("none", "length", "category", "group"):
        for row in figures(by):
            year, month = row["month"].split("-")
            key = "" if by == "none" else row[by]
            expected = reference.figure(row["unit_id"], date(int(year), int(month), 1), by, key)
            wrong = {
                name: (row[name], expected[name]) for name in MEASURES if not same(row[name], expected[name])
            }
            assert not wrong, (by, row["unit_id"], row["month"], key, wrong)
            compared += any(float(row[name] or 0) for name in MEASURES)
    assert compared > 100


@pytest.mark.parametrize("reference", [5], indirect=True)
def test_asked_categories_and_one_unit(reference: Reference) -> None:
    for asked, categories in (("all", (*HEADLINE, *CATEGORIES)), ("barns_sygedag", ("barns_sygedag",))):
        rows = figures("none", "--unit", "S2", "--categories", asked)
        assert [(row["unit_id"], row["month"]) for row in rows] == [
            ("S2", f"{months_back(UNTIL, back):%Y-%m}") for back in (2, 1, 0)
        ]
        for row in rows:
            expected = reference.figure(
                "S2", date.fromisoformat(f"{row['month']}-01"), "none", "", categories
            )
            assert all(same(row[name], expected[name]) for name in MEASURES)


@pytest.mark.parametrize("reference", range(6, 9), indirect=True)
def test_persons_are_what_the_files_say(reference: Reference) -> None:
    for unit in (None, "K", "S2", "I1", "T1"):
        more = [] if unit is None else ["--unit", unit]
        rows = run("person_figures", "--until", f"{UNTIL:%Y-%m}", "--as-of", AS_OF.isoformat(), *more)
        expected = reference.persons(UNTIL, unit)
        assert {row["employment_id"] for row in rows} == set(expected)
        for row in rows:
            days, dagsvaerk, periods = expected[row["employment_id"]]
            assert same(row["arbejdsdage_12"], days), (unit, row, days)
            assert same(row["dagsvaerk_12"], dagsvaerk)
            assert int(row["periods_12"]) == periods


def test_columns_and_undefined_figures(nordby: Any) -> None:
    """A unit without people has rows, with nothing where nothing is defined."""
    unit = make_unit("Tom")
    (row,) = run("figures", "--until", "2025-10", "--months", "1")
    assert list(row) == ["unit_id", "month", *MEASURES]
    assert row["unit_id"] == unit.external_id
    assert row["month"] == "2025-10"
    assert row["dagsvaerk_per_fte_12"] == row["percent_12"] == row["langtidsfriske_12"] == ""
    assert float(row["fte_12"]) == 0
    out = io.StringIO()
    call_command("figures", "nordby", "--until", "2025-10", "--months", "1", "--format", "json", stdout=out)
    (found,) = json.loads(out.getvalue())
    assert list(found) == list(row)
    assert found["percent_12"] is None
    assert found["periods_12"] == 0


def test_json_and_csv_agree(nordby: Any) -> None:
    make_absence(make_employment(), date(2025, 3, 3), days=10)
    out = io.StringIO()
    call_command("figures", "nordby", "--until", "2025-10", "--by", "length", "--format", "json", stdout=out)
    rows = run("figures", "--until", "2025-10", "--by", "length")
    for left, right in zip(json.loads(out.getvalue()), rows, strict=True):
        assert {key: "" if value is None else str(value) for key, value in left.items()} == right


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nordby", "--until", "2025-10", "--unit", "findes-ikke"], "ingen enhed"),
        (["nordby", "--until", "1799-10"], "Vælg en måned"),
        (["nordby", "--until", "2025-10", "--categories", "ukendt"], "ingen kategori"),
        (["findes-ikke", "--until", "2025-10"], "ingen kommune"),
    ],
)
def test_bad_input_is_said_in_danish(nordby: Any, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        call_command("figures", *arguments)
    assert caught.value.returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--until", "2025-13"],
        ["--until", "2025-10", "--months", "0"],
        ["--until", "2025-10", "--by", "alder"],
    ],
)
def test_misuse_ends_with_2(nordby: Any, arguments: list[str]) -> None:
    from absence_statistics.management.commands.figures import Command

    with pytest.raises(SystemExit) as caught:
        Command().run_from_argv(["manage.py", "figures", "nordby", *arguments])
    assert caught.value.code == 2


def test_another_municipality_has_other_figures(nordby: Any, sydby: Any) -> None:
    make_absence(make_employment(), date(2025, 3, 3), days=10)
    assert len(run("figures", "--until", "2025-10", "--months", "1")) == 1
    out = io.StringIO()
    call_command("figures", "sydby", "--until", "2025-10", stdout=out)
    assert len(out.getvalue().splitlines()) == 1

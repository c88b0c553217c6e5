"""`report`: the PDF says what the figures say, hides what must be hidden, and is tagged throughout."""

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from absence_statistics.selectors import Figures
from conversations.models import Deadline
from core.formats import format_number, format_signed
from organisation.models import Employment, MunicipalitySettings
from tests.builders import make_absence, make_employment, make_unit
from tests.coordination.reports.town import TODAY, Town, make_town

UNTIL = date(2026, 9, 1)


@pytest.fixture
def town(nordby: Any) -> Town:
    return make_town()


def report(about: Any, folder: Path, quarter: str = "2026Q3", **more: Any) -> PdfReader:
    out = folder / "rapport.pdf"
    options = {"unit": about.external_id, "quarter": quarter, "out": out, "as_of": TODAY, **more}
    call_command("report", "nordby", **options, stdout=io.StringIO(), stderr=io.StringIO())
    return PdfReader(out)


def text_of(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def elements(pdf: PdfReader, kind: str) -> Iterator[dict[str, Any]]:
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            if node.get("/S") == kind:
                yield node
            if "/K" in node:
                waiting.append(node["/K"])


def test_the_figures_are_the_selectors(town: Town, tmp_path: Path) -> None:
    text = text_of(report(town.sector, tmp_path))
    table = Figures(as_of=TODAY).table(until=UNTIL, months=15)
    now, before = (table.figure(town.sector.pk, month) for month in (UNTIL, date(2025, 9, 1)))
    for figure in (now, before):
        assert figure.dagsvaerk_per_fte_12 is not None
        for value in (
            figure.dagsvaerk_per_fte_12,
            figure.percent_12,
            figure.absent_dagsvaerk_12,
            figure.fte_12,
        ):
            assert format_number(value, 1) in text
    assert format_signed(now.dagsvaerk_per_fte_12 - before.dagsvaerk_per_fte_12) in text
    own = [table.figure(town.sector.pk, month) for month in (date(2026, 7, 1), date(2026, 8, 1), UNTIL)]
    lost, fte = sum(each.absent_dagsvaerk for each in own), sum(each.fte for each in own) / 3
    planned = sum(each.planned_dagsvaerk for each in own)
    assert lost > 0
    assert f"Dagsværk {format_number(lost, 1)}" in text
    assert f"Dagsværk pr. årsværk {format_number(lost / fte, 1)}" in text
    assert f"Fraværsprocent {format_number(100 * lost / planned, 1)}" in text
    planned_year = format_number(now.planned_dagsvaerk_12 / now.fte_12, 1)
    assert f"Et årsværk har her {planned_year} planlagte dagsværk" in text


def test_the_command_figures_agrees(town: Town, tmp_path: Path) -> None:
    out = io.StringIO()
    wanted = ["--until", "2026-09", "--months", "1", "--unit", town.large.external_id, "--as-of", f"{TODAY}"]
    call_command("figures", "nordby", *wanted, stdout=out)
    row = next(csv.DictReader(io.StringIO(out.getvalue())))
    text = text_of(report(town.large, tmp_path))
    expected = [row[key] for key in ("absent_dagsvaerk_12", "planned_dagsvaerk_12", "dagsvaerk_per_fte_12")]
    for value in expected:
        assert format_number(float(value), 1) in text


def test_a_hidden_unit_leaks_nowhere(town: Town, tmp_path: Path) -> None:
    """Neither the tiny unit nor the one hidden with it: no figure, no difference, no chart's words."""
    hidden = Figures(as_of=TODAY).hidden(until=UNTIL).units
    assert set(hidden) == {town.tiny.pk, town.middle.pk}
    pdf = report(town.sector, tmp_path)
    text = text_of(pdf) + " ".join(str(each["/Alt"]) for each in elements(pdf, "/Figure"))
    table = Figures(as_of=TODAY).table(until=UNTIL, months=15)
    for unit in (town.tiny, town.middle):
        figure = table.figure(unit.pk, UNTIL)
        for value in (figure.absent_dagsvaerk_12, figure.dagsvaerk_per_fte_12, figure.planned_dagsvaerk_12):
            assert value
            assert f" {format_number(value, 1)} " not in text
    assert "Lille Hus skjult" in text
    assert "Egely skjult" in text
    assert "færre end 5 ansatte" in text
    assert "ellers kunne regnes ud" in text
    large = table.figure(town.large.pk, UNTIL)
    assert f"Åbakken {format_number(large.fte_12, 1)} {format_number(large.absent_dagsvaerk_12, 1)}" in text


def test_the_hidden_units_own_report_has_no_figures(town: Town, tmp_path: Path) -> None:
    text = text_of(report(town.tiny, tmp_path))
    figure = Figures(as_of=TODAY).table(until=UNTIL).figure(town.tiny.pk, UNTIL)
    assert "Rapporten viser ingen tal for Lille Hus" in text
    for value in (figure.absent_dagsvaerk_12, figure.dagsvaerk_per_fte_12, figure.percent_12, figure.fte_12):
        assert value
        assert f" {format_number(value, 1)} " not in text
    assert "planlagte dagsværk på tolv" not in text
    assert "langt" not in text.split("Sådan er tallene lavet")[0]


def test_splits_need_more_people_than_figures(town: Town, tmp_path: Path) -> None:
    MunicipalitySettings.objects.update(suppress_split_below=30)
    pdf = report(town.sector, tmp_path)
    text = text_of(pdf)
    assert "Kort, 1-14 dage skjult" in text
    assert "mindst 30 ansatte" in text
    assert len(list(elements(pdf, "/Figure"))) == 1  # the curve alone


def test_groups_only_for_the_whole_municipality(town: Town, tmp_path: Path) -> None:
    assert "Faggrupper" not in text_of(report(town.sector, tmp_path))
    text = text_of(report(town.top, tmp_path))
    by_group = Figures(as_of=TODAY).table(until=UNTIL, by="group")
    nurses = by_group.figure(town.top.pk, UNTIL, "plejepersonale")
    assert f"Plejepersonale {format_number(nurses.fte_12, 1)}" in text


def test_units_are_in_danish_order(town: Town, tmp_path: Path) -> None:
    text = text_of(report(town.sector, tmp_path)).split("alfabetisk")[1]
    assert text.index("Egely") < text.index("Lille Hus") < text.index("Åbakken")


def test_follow_up_counts_the_quarters_duties(town: Town, tmp_path: Path) -> None:
    employment = Employment.objects.filter(terms__unit=town.large).first()
    outside = make_employment("Andetsteds", make_unit("Havn", town.top))
    due = date(2026, 8, 10)
    held = {"state": "held", "settled_on": due}
    _duty(employment, due, **held)
    _duty(employment, due, state="held", settled_on=due + timedelta(days=3))
    _duty(employment, due, state="waived", settled_on=due, waived_reason="aftalt")
    _duty(employment, due, state="lapsed")
    _duty(employment, due)
    _duty(employment, due, mandatory=False)
    _duty(employment, date(2026, 6, 30))
    _duty(outside, due, **held)
    text = text_of(report(town.sector, tmp_path))
    assert "I alt 5 1 1 1 1 1" in text
    assert "løst til tiden: 1 ud af 3" in text


def _duty(employment: Any, due: date, **fields: Any) -> None:
    absence = make_absence(make_employment("Enhver", make_unit("Væk")), due, days=1)
    Deadline.objects.create(
        employment=employment,
        absence=absence,
        rule="trin",
        kind="samtale",
        earliest=due,
        due=due,
        reason="prøve",
        **fields,
    )


def test_the_document_is_tagged(town: Town, tmp_path: Path) -> None:
    pdf = report(town.sector, tmp_path)
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Nærvær og fravær, 3. kvartal 2026: Sundhed og Ældre, Nordby Kommune"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    figures = list(elements(pdf, "/Figure"))
    assert len(figures) == 2
    assert all(len(str(each["/Alt"])) > 40 for each in figures)
    assert len(list(elements(pdf, "/Table"))) == 4
    assert len(list(elements(pdf, "/H1"))) == 1
    assert list(elements(pdf, "/TH"))
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in pdf.pages}
    assert sizes == {(595, 842)}


def test_the_same_data_give_the_same_bytes(town: Town, tmp_path: Path) -> None:
    report(town.sector, tmp_path)
    first = (tmp_path / "rapport.pdf").read_bytes()
    report(town.sector, tmp_path)
    assert (tmp_path / "rapport.pdf").read_bytes() == first


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"quarter": "2026Q4"}, "ikke slut endnu"),
        ({"quarter": "3. kvartal"}, "kan ikke læse kvartalet"),
        ({"quarter": "2012Q1"}, "fandtes ikke"),
        ({"quarter": "2019Q1"}, "først fravær fra oktober 2023"),
        ({"unit": "findes-ikke"}, "ingen enhed med nummeret"),
        ({"out": Path("/findes/ikke/rapport.pdf")}, "findes ikke"),
    ],
)
def test_refusals_leave_no_file(town: Town, tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        report(town.sector, tmp_path, **changed)
    assert not list(tmp_path.iterdir())


def test_a_unit_without_employees_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ingen ansatte"):
        report(make_unit("Tomt hus", town.top), tmp_path)


def test_an_unknown_municipality_is_refused(town: Town, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ingen kommune"):
        call_command("report", "vestby", unit="E1", quarter="2026Q3", out=tmp_path / "a.pdf")


def test_a_failed_report_leaves_the_old_one(town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    out = tmp_path / "rapport.pdf"
    out.write_bytes(b"the old one")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CommandError, match="kunne ikke skrives"):
        report(town.sector, tmp_path)
    assert out.read_bytes() == b"the old one"
    assert [each.name for each in tmp_path.iterdir()] == ["rapport.pdf"]


def test_misuse_is_exit_code_2() -> None:
    command = [sys.executable, "manage.py", "report", "nordby", "--unit", "E1"]
    found = subprocess.run(command, capture_output=True, check=False)
    assert found.returncode == 2

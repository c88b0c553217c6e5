"""absences.csv and partial.csv: what they make of absences, and what is wrong with them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absence.models import AbsenceState, SickNotification
from absence.signals import absences_changed
from organisation.models import Employment
from tests.builders import make_absence
from tests.loading import BASE, counts, errors, load

HEADER = "absence_id;employment_id;category;first_day;last_day;expected_last_day;work_related\n"
PARTIAL = "absence_id;from;worked_hours_week;sick_share\n"
FEBRUARY = HEADER + "F1;A1;;02.02.2026;27.02.2026;;\n"


@pytest.fixture
def people(nordby: Any, tmp_path: Path) -> Any:
    load(tmp_path, BASE)
    return nordby


def stored() -> list[tuple[str, str, str, date, date | None]]:
    return [
        (found.external_id, found.employment.external_id, found.category.key, found.first_day, found.last_day)
        for found in SickNotification.objects.order_by("external_id")
    ]


def test_absences_and_the_same_file_again(people: Any, tmp_path: Path) -> None:
    text = HEADER + (
        "F1;A1;;05.01.2026;09.01.2026;;ja\n"
        "F2;A1;Barns sygedag;12.01.2026;2026-01-12;;\n"
        "F3;A2;524;01.02.2026;;01.03.2026;Ved ikke\n"
        "F4;A2;EGEN_SYGDOM;1.1.2026;31.12.9999;;nej\n".replace("31.12.9999", "02.01.2026")
    )
    assert counts(load(tmp_path, {"absences.csv": text}), "absences.csv") == (4, 0, 0, 0)
    assert stored() == [
        ("F1", "A1", "egen_sygdom", date(2026, 1, 5), date(2026, 1, 9)),
        ("F2", "A1", "barns_sygedag", date(2026, 1, 12), date(2026, 1, 12)),
        ("F3", "A2", "arbejdsskade", date(2026, 2, 1), None),
        ("F4", "A2", "egen_sygdom", date(2026, 1, 1), date(2026, 1, 2)),
    ]
    related = SickNotification.objects.order_by("external_id").values_list("work_related", "source")
    assert list(related) == [("yes", "file"), ("unknown", "file"), ("unknown", "file"), ("no", "file")]
    assert SickNotification.objects.get(external_id="F3").expected_last_day == date(2026, 3, 1)
    assert counts(load(tmp_path, {"absences.csv": text}), "absences.csv") == (0, 0, 4, 0)


def test_a_return_is_a_change(people: Any, tmp_path: Path) -> None:
    load(tmp_path, {"absences.csv": HEADER + "F1;A1;;02.02.2026;;;ja\n"})
    outcome = load(tmp_path, {"absences.csv": FEBRUARY})
    assert counts(outcome, "absences.csv") == (0, 1, 0, 0)
    assert outcome.files[0].rows[0].changes == ["last_day: tomt → 27.02.2026"]
    found = SickNotification.objects.get()
    assert (found.last_day, found.work_related) == (date(2026, 2, 27), "yes")  # an empty cell says nothing


def test_what_is_not_in_the_file_is_left_alone(people: Any, tmp_path: Path) -> None:
    load(tmp_path, {"absences.csv": FEBRUARY})
    load(tmp_path, {"absences.csv": HEADER + "F2;A1;;02.03.2026;03.03.2026;;\n"})
    assert [row[0] for row in stored()] == ["F1", "F2"]


def test_columns_that_are_not_there_change_nothing(people: Any, tmp_path: Path) -> None:
    load(tmp_path, {"absences.csv": HEADER + "F1;A1;;02.02.2026;;01.03.2026;ja\n"})
    short = "absence_id;employment_id;first_day;last_day\nF1;A1;02.02.2026;\n"
    assert counts(load(tmp_path, {"absences.csv": short}), "absences.csv") == (0, 0, 1, 0)


def test_a_withdrawn_absence_stays_withdrawn(people: Any, tmp_path: Path) -> None:
    load(tmp_path, {"absences.csv": FEBRUARY})
    SickNotification.objects.update(withdrawn_at=datetime(2026, 3, 1, tzinfo=UTC))
    outcome = load(tmp_path, {"absences.csv": FEBRUARY + "F2;A1;;09.02.2026;10.02.2026;;\n"})
    assert counts(outcome, "absences.csv") == (1, 0, 1, 0)
    assert outcome.files[0].notes == ["Fravær, der er trukket tilbage i Nærvær og derfor ikke røres: 1."]
    assert SickNotification.objects.get(external_id="F1").withdrawn_at is not None


def test_everything_in_one_folder(nordby: Any, tmp_path: Path) -> None:
    outcome = load(
        tmp_path, BASE | {"absences.csv": FEBRUARY, "partial.csv": PARTIAL + "F1;09.02.2026;16;\n"}
    )
    assert outcome.applied
    assert AbsenceState.objects.get().absence.external_id == "F1"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("F1;A9;;02.02.2026;;;\n", "2: employment_id: Ansættelsen findes ikke. Tilføj den i employments.csv, eller ret nummeret."),
        ("F1;A1;;31.02.2026;;;\n", "2: first_day: Datoen findes ikke. Februar 2026 har 28 dage."),
        ("F1;A1;;02.02.2026;01.02.2026;;\n", "2: last_day: Sidste dag kan ikke være før første dag, 02.02.2026. Ret en af datoerne."),
        ("F1;A1;;02.02.2026;;01.02.2026;\n", "2: expected_last_day: Forventet sidste dag kan ikke være før første dag, 02.02.2026. Ret en af datoerne."),
        ("F1;A1;ferie;02.02.2026;;;\n", "2: category: Kategorien kendes ikke. Skriv en af dem: egen_sygdom, delvis_sygdom, nedsat_tjeneste, arbejdsskade, paragraf_56, graviditetsgener, barns_sygedag, omsorgsdag."),
        ("F1;A1;;02.02.2026;;;måske\n", "2: work_related: Skriv ja, nej eller ved ikke, eller lad feltet være tomt."),
        ("F1;A1;;02.02.2026;03.02.2026;;\nF1;A2;;02.02.2026;;;\n", "3: absence_id: Fraværsnummeret står også på linje 2. Slet den ene linje, eller ret nummeret."),
        ("F1;A1;;02.02.2026;10.02.2026;;\nF2;A1;;10.02.2026;11.02.2026;;\n", "3: first_day: Overlapper linje 2, 02.02.2026-10.02.2026. Ret en af datoerne."),
        ("F2;A1;;10.02.2026;11.02.2026;;\nF1;A1;;02.02.2026;;;\n", "3: first_day: Overlapper linje 2, 10.02.2026-11.02.2026. Ret en af datoerne."),
        ("F1;A1;;02.02.2026;;;\nF2;A1;;10.02.2026;11.02.2026;;\n", "3: first_day: Overlapper linje 2, 02.02.2026 og endnu åbent. Ret en af datoerne."),
        (";A1;;02.02.2026;;;\n", "2: absence_id: Feltet er tomt. Udfyld det."),
        ("F1;A1;;02.02.2026;;\n", "2: -: Rækken har 6 felter, men overskriften har 7. Tjek skilletegn og anførselstegn."),
    ],
)  # fmt: skip
def test_rejected_rows(people: Any, tmp_path: Path, rows: str, expected: str) -> None:
    good = "G1;A1;;01.06.2025;02.06.2025;;\n"
    outcome = load(tmp_path, {"absences.csv": HEADER + rows + good})
    assert errors(outcome) == [f"absences.csv:{expected}"]
    assert not outcome.applied
    assert not SickNotification.objects.exists()


def test_three_that_overlap_each_other_in_turn(people: Any, tmp_path: Path) -> None:
    rows = "L;A1;;01.01.2026;31.03.2026;;\nF1;A1;;05.01.2026;06.01.2026;;\nF2;A1;;01.03.2026;02.03.2026;;\n"
    outcome = load(tmp_path, {"absences.csv": HEADER + rows})
    assert [line.split(": ")[:1] + line.split(": ")[2:] for line in errors(outcome)] == [
        ["absences.csv:3", "Overlapper linje 2, 01.01.2026-31.03.2026. Ret en af datoerne."],
        ["absences.csv:4", "Overlapper linje 2, 01.01.2026-31.03.2026. Ret en af datoerne."],
    ]


@pytest.mark.parametrize(
    "days", [("20.01.2026", "05.02.2026"), ("05.02.2026", "06.02.2026"), ("27.02.2026", "")]
)
def test_overlap_with_an_absence_registered_here(people: Any, tmp_path: Path, days: tuple[str, str]) -> None:
    make_absence(Employment.objects.get(external_id="A1"), date(2026, 2, 2), date(2026, 2, 27))
    outcome = load(tmp_path, {"absences.csv": f"{HEADER}F1;A1;;{days[0]};{days[1]};;\n"})
    assert errors(outcome) == [
        "absences.csv:2: first_day: Overlapper et fravær, der står i Nærvær, 02.02.2026-27.02.2026. Ret en af datoerne."
    ]


def test_two_absences_may_change_places(people: Any, tmp_path: Path) -> None:
    load(
        tmp_path,
        {"absences.csv": HEADER + "F1;A1;;02.02.2026;06.02.2026;;\nF2;A1;;02.03.2026;06.03.2026;;\n"},
    )
    outcome = load(
        tmp_path,
        {"absences.csv": HEADER + "F2;A1;;02.02.2026;06.02.2026;;\nF1;A1;;02.03.2026;06.03.2026;;\n"},
    )
    assert counts(outcome, "absences.csv") == (0, 2, 0, 0)
    assert SickNotification.objects.get(external_id="F1").first_day == date(2026, 3, 2)


def test_an_absence_does_not_change_hands(people: Any, tmp_path: Path) -> None:
    load(tmp_path, {"absences.csv": FEBRUARY})
    assert errors(load(tmp_path, {"absences.csv": FEBRUARY.replace("A1", "A2")})) == [
        "absences.csv:2: employment_id: Fraværet hører i Nærvær til en anden ansættelse. Ret employment_id, eller giv "
        "fraværet et nyt nummer."
    ]


def test_another_municipalitys_numbers_are_not_seen(people: Any, sydby: Any, tmp_path: Path) -> None:
    from core.tenancy import tenant

    load(tmp_path, {"absences.csv": FEBRUARY})
    with tenant(sydby.pk):
        outcome = load(tmp_path, {"absences.csv": FEBRUARY, "partial.csv": PARTIAL + "F9;09.02.2026;16;\n"})
        assert [line.split(": ")[:2] for line in errors(outcome)] == [
            ["absences.csv:2", "employment_id"], ["partial.csv:2", "absence_id"],
        ]  # fmt: skip
        (tmp_path / "partial.csv").unlink()
        assert counts(load(tmp_path, BASE | {"absences.csv": FEBRUARY}), "absences.csv") == (1, 0, 0, 0)


def test_news_goes_upward_with_the_absences_that_changed(people: Any, tmp_path: Path) -> None:
    heard: list[list[int] | None] = []

    def hear(sender: Any, absence_ids: list[int] | None, **kwargs: Any) -> None:
        heard.append(absence_ids)

    absences_changed.connect(hear)
    try:
        load(tmp_path, {"absences.csv": FEBRUARY})
        load(tmp_path, {"absences.csv": FEBRUARY})
        load(tmp_path, {"partial.csv": PARTIAL + "F1;09.02.2026;16;\n"})
        load(tmp_path, {"employments.csv": BASE["employments.csv"].replace("37;", "36;")})
    finally:
        absences_changed.disconnect(hear)
    one = SickNotification.objects.get().pk
    assert heard == [[one], [one], None]


# --- partial.csv ------------------------------------------------------------------------------------------------------


def states() -> list[tuple[date, str, float | None, float | None]]:
    return list(
        AbsenceState.objects.order_by("from_day").values_list(
            "from_day", "state", "worked_hours_week", "sick_share"
        )
    )


def test_partial_returns_and_the_same_file_again(people: Any, tmp_path: Path) -> None:
    text = PARTIAL + "F1;09.02.2026;16;\nF1;16.02.2026;;40 %\nF1;20.02.2026;0;\nF1;23.02.2026;;1\n"
    assert counts(load(tmp_path, {"absences.csv": FEBRUARY, "partial.csv": text}), "partial.csv") == (
        4,
        0,
        0,
        0,
    )
    assert states() == [
        (date(2026, 2, 9), "delvist_raskmeldt", 16, None),
        (date(2026, 2, 16), "delvist_raskmeldt", None, 0.4),
        (date(2026, 2, 20), "sygemeldt", None, None),
        (date(2026, 2, 23), "sygemeldt", None, None),
    ]
    assert counts(load(tmp_path, {"partial.csv": text}), "partial.csv") == (0, 0, 4, 0)
    changed = load(tmp_path, {"partial.csv": PARTIAL + "F1;09.02.2026;;0,25\n"})
    assert counts(changed, "partial.csv") == (0, 1, 0, 0)
    assert states()[0] == (date(2026, 2, 9), "delvist_raskmeldt", None, 0.25)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("F9;09.02.2026;16;\n", "2: absence_id: Fraværet findes ikke. Tilføj det i absences.csv, eller ret nummeret."),
        ("F1;09.02.2026;;300 %\n", "2: sick_share: Andelen syg kan ikke være over 100 %. Ret tallet."),
        ("F1;09.02.2026;;3\n", "2: sick_share: Andelen syg kan ikke være over 100 %. Skriv den som 0,4 eller 40 %."),
        ("F1;09.02.2026;60;\n", "2: worked_hours_week: Der kan ikke være flere timer på arbejde end de 37, der er planlagt om ugen. Ret tallet."),
        ("F2;09.02.2026;18,6;\n", "2: worked_hours_week: Der kan ikke være flere timer på arbejde end de 18,5, der er planlagt om ugen. Ret tallet."),
        ("F1;09.02.2026;-4;\n", "2: worked_hours_week: Timer kan ikke være under 0. Ret tallet."),
        ("F1;09.02.2026;;\n", "2: worked_hours_week: Skriv enten worked_hours_week eller sick_share."),
        ("F1;09.02.2026;10;0,5\n", "2: worked_hours_week: Skriv kun den ene: worked_hours_week eller sick_share."),
        ("F1;01.02.2026;10;\n", "2: from: Datoen er før fraværets første dag, 02.02.2026. Ret datoen."),
        ("F1;28.02.2026;10;\n", "2: from: Datoen er efter fraværets sidste dag, 27.02.2026. Ret datoen."),
        ("F1;09.02.2026;10;\nF1;09.02.2026;12;\n", "3: from: Der står også en række for samme fravær og dato på linje 2. Slet den ene linje."),
    ],
)  # fmt: skip
def test_rejected_partial_returns(people: Any, tmp_path: Path, rows: str, expected: str) -> None:
    load(tmp_path, {"absences.csv": FEBRUARY + "F2;A2;;02.02.2026;27.02.2026;;\n"})
    outcome = load(tmp_path, {"partial.csv": PARTIAL + rows})
    assert errors(outcome) == [f"partial.csv:{expected}"]
    assert not AbsenceState.objects.exists()


def test_hours_are_held_against_the_terms_of_the_day_also_those_in_the_folder(
    people: Any, tmp_path: Path
) -> None:
    terms = (
        "employment_id;person_id;name;unit_id;weekly_hours;valid_from;start\n"
        "A1;P1;Jonna;10;37;;01.01.2020\nA1;P1;Jonna;10;12;16.02.2026;01.01.2020\n"
    )
    files = {"employments.csv": terms, "absences.csv": FEBRUARY}
    text = PARTIAL + "F1;15.02.2026;16;\nF1;16.02.2026;16;\n"
    outcome = load(tmp_path, files | {"partial.csv": text})
    assert [line.split(": ")[0] for line in errors(outcome)] == ["partial.csv:3"]


def test_partial_needs_one_of_its_columns(people: Any, tmp_path: Path) -> None:
    outcome = load(tmp_path, {"partial.csv": "absence_id;from\nF1;09.02.2026\n"})
    assert errors(outcome) == [
        "partial.csv:1: worked_hours_week: Kolonnen mangler. Overskriften skal have worked_hours_week eller sick_share."
    ]


# --- Whatever is written is read --------------------------------------------------------------------------------------


@st.composite
def written(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, str, date, date | None]]]:
    """A file of absences that do not overlap, in one of the spellings, and what should be stored."""
    separator = draw(st.sampled_from([";", ","]))
    spell = draw(st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d-%m-%Y"]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    rows, expected = [], []
    for employment in ("A1", "A2"):
        day = 0
        for length in draw(st.lists(st.integers(1, 40), max_size=5)):
            day += draw(st.integers(1, 30))
            first, last = (
                date.fromordinal(date(2025, 1, 1).toordinal() + day + more) for more in (0, length - 1)
            )
            day += length - 1
            category = draw(st.sampled_from(["", "egen_sygdom", "barns_sygedag"]))
            number = f"F-{employment}-{day}"
            rows.append((number, employment, category, first.strftime(spell), last.strftime(spell)))
            expected.append((number, employment, category or "egen_sygdom", first, last))
    rows = draw(st.permutations(rows))
    lines = [("absence_id", "employment_id", "category", "first_day", "last_day"), *rows]
    return newline.join(separator.join(line) for line in lines), sorted(expected)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written())
def test_round_trip(
    round_trip: Path, case: tuple[str, list[tuple[str, str, str, date, date | None]]]
) -> None:
    from django.db import transaction

    text, expected = case
    with transaction.atomic():
        assert load(round_trip, {"absences.csv": text}).applied
        assert stored() == expected
        assert load(round_trip, {"absences.csv": text}).to_do == 0
        transaction.set_rollback(True)


@pytest.fixture
def round_trip(people: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "tur"
    folder.mkdir()
    return folder

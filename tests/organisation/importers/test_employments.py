"""employments.csv and roster.csv: people, terms that follow each other, planned hours, and what is wrong with them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from organisation.models import Employment, EmploymentTerms, OccupationalGroup, Person, RosterShift, User
from tests.loading import BASE, EMPLOYMENTS, UNITS, counts, errors, load

HEADER = (
    "employment_id;person_id;name;email;unit_id;occupational_group;weekly_hours;hours_mon;hours_tue;hours_wed;hours_thu;"
    "hours_fri;hours_sat;hours_sun;valid_from;valid_to;start;end;leader_email\n"
)


def row(**cells: str) -> str:
    given = {"employment_id": "A1", "person_id": "P1", "name": "Jonna", "unit_id": "10", "weekly_hours": "37",
             "start": "01.01.2020", **cells}  # fmt: skip
    return ";".join(given.get(name, "") for name in HEADER.strip().split(";")) + "\n"


def terms(external_id: str = "A1") -> list[tuple[str, float, date, date | None]]:
    return [
        (found.unit.external_id, found.weekly_hours, found.valid_from, found.valid_to)
        for found in EmploymentTerms.objects.filter(employment__external_id=external_id).order_by(
            "valid_from"
        )
    ]


def load_rows(tmp_path: Path, *rows: str) -> Any:
    return load(tmp_path, {"units.csv": UNITS, "employments.csv": HEADER + "".join(rows)})


def test_people_and_employments_and_the_same_file_again(nordby: Any, tmp_path: Path) -> None:
    assert counts(load(tmp_path, BASE), "employments.csv") == (2, 0, 0, 0)
    assert terms() == [("10", 37, date(2020, 1, 1), None)]
    found = EmploymentTerms.objects.get(employment__external_id="A2")
    assert found.hours == [3.7, 3.7, 3.7, 3.7, 3.7, 0, 0]
    assert found.group == OccupationalGroup.objects.get(name="Lærere")
    assert found.employment.person.name == "Per Ørsted"
    assert counts(load(tmp_path, BASE), "employments.csv") == (0, 0, 2, 0)
    assert EmploymentTerms.objects.count() == 2


def test_hours_per_weekday(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row(weekly_hours="30", hours_mon="10", hours_wed="10,0", hours_sat="10"))
    assert EmploymentTerms.objects.get().hours == [10, 0, 10, 0, 0, 10, 0]


def test_terms_follow_each_other(nordby: Any, tmp_path: Path) -> None:
    rows = (row(valid_from="01.06.2024", unit_id="20", weekly_hours="32"), row())
    load_rows(tmp_path, *rows)
    expected = [("10", 37, date(2020, 1, 1), date(2024, 5, 31)), ("20", 32, date(2024, 6, 1), None)]
    assert terms() == expected
    assert counts(load_rows(tmp_path, *rows), "employments.csv") == (0, 0, 2, 0)
    assert terms() == expected


def test_the_files_terms_replace_the_stored_ones(nordby: Any, tmp_path: Path) -> None:
    load_rows(
        tmp_path,
        row(),
        row(valid_from="01.06.2024", weekly_hours="32"),
        row(valid_from="01.01.2025", weekly_hours="20"),
    )
    outcome = load_rows(tmp_path, row(), row(valid_from="01.07.2024", weekly_hours="30"))
    assert counts(outcome, "employments.csv") == (1, 1, 0, 0)
    assert terms() == [("10", 37, date(2020, 1, 1), date(2024, 6, 30)), ("10", 30, date(2024, 7, 1), None)]


def test_a_file_that_begins_later_keeps_what_was_before(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row())
    load_rows(tmp_path, row(valid_from="01.06.2026", unit_id="20"))
    assert terms() == [("10", 37, date(2020, 1, 1), date(2026, 5, 31)), ("20", 37, date(2026, 6, 1), None)]


def test_open_ended_as_payroll_systems_write_it(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row(valid_to="31.12.9999", end="9999-12-31"))
    assert terms() == [("10", 37, date(2020, 1, 1), None)]
    assert Employment.objects.get().end is None


def test_somebody_leaves(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, BASE)
    outcome = load(
        tmp_path, {"employments.csv": EMPLOYMENTS.replace("01.01.2020;\nA2", "01.01.2020;31.10.2026\nA2")}
    )
    assert counts(outcome, "employments.csv") == (0, 1, 1, 0)
    assert Employment.objects.get(external_id="A1").end == date(2026, 10, 31)


def test_columns_that_are_not_there_change_nothing(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row(email="j@nordby.example", occupational_group="Lærere", end="31.12.2026"))
    outcome = load(
        tmp_path, {"employments.csv": "employment_id;person_id;name;unit_id;weekly_hours;start\nA1;P1;Jonna;10;37;01.01.2020\n"}
    )  # fmt: skip
    assert counts(outcome, "employments.csv") == (0, 0, 1, 0)


def test_groups_are_one_whatever_the_case(nordby: Any, tmp_path: Path) -> None:
    load_rows(
        tmp_path,
        row(occupational_group="Lærere"),
        row(employment_id="A2", person_id="P2", occupational_group="LÆRERE"),
    )
    assert OccupationalGroup.objects.count() == 1


def test_one_person_with_two_employments(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row(), row(employment_id="A2", unit_id="20", weekly_hours="10"))
    assert Person.objects.get().employments.count() == 2


def test_own_leader_only_when_it_is_not_the_units(nordby: Any, tmp_path: Path) -> None:
    units = UNITS.replace(
        "10;Ældre og Sundhed;sektor;1;;", "10;Ældre og Sundhed;sektor;1;chef@nordby.example;"
    )
    rows = (
        row(leader_email="chef@nordby.example"),
        row(employment_id="A2", person_id="P2", leader_email="anden@nordby.example"),
    )
    files = {"units.csv": units, "employments.csv": HEADER + "".join(rows)}
    load(tmp_path, files)
    leaders = dict(EmploymentTerms.objects.values_list("employment__external_id", "leader__email"))
    assert leaders == {"A1": None, "A2": "anden@nordby.example"}
    assert counts(load(tmp_path, files), "employments.csv") == (0, 0, 2, 0)


def test_users_are_tied_to_their_person_when_it_is_certain(nordby: Any, tmp_path: Path) -> None:
    for name in ("j", "faelles"):
        User.objects.create_user(f"{name}@nordby.example", None, name=name)
    load_rows(
        tmp_path,
        row(email="J@nordby.example"),
        row(employment_id="A2", person_id="P2", email="faelles@nordby.example"),
        row(employment_id="A3", person_id="P3", email="faelles@nordby.example"),
    )
    assert User.objects.get(email="j@nordby.example").person.external_id == "P1"
    assert User.objects.get(email="faelles@nordby.example").person is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(unit_id="99")], "2: unit_id: Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret."),
        ([row(unit_id="")], "2: unit_id: Feltet er tomt. Udfyld det."),
        ([row(weekly_hours="37,5,0")], "2: weekly_hours: Der er to kommaer i tallet. Skriv det for eksempel som 37,5."),
        ([row(weekly_hours="90")], "2: weekly_hours: Der kan højst stå 80 timer om ugen. Ret tallet."),
        ([row(weekly_hours="-1")], "2: weekly_hours: Timer kan ikke være under 0. Ret tallet."),
        ([row(hours_mon="25")], "2: hours_mon: En dag har højst 24 timer. Ret tallet."),
        ([row(start="31.02.2026")], "2: start: Datoen findes ikke. Februar 2026 har 28 dage."),
        ([row(end="31.12.2019")], "2: end: Ansættelsen slutter, før den begynder 01.01.2020. Ret en af datoerne."),
        ([row(valid_from="31.12.2019")], "2: valid_from: Vilkårene begynder, før ansættelsen begynder 01.01.2020. Ret en af datoerne."),
        ([row(), row(valid_from="01.01.2026", end="31.12.2025")], "3: valid_from: Vilkårene begynder, efter at ansættelsen er sluttet 31.12.2025. Ret en af datoerne."),
        ([row(valid_to="31.12.2026", end="30.06.2026")], "2: valid_to: Vilkårene gælder længere end ansættelsen, som slutter 30.06.2026. Ret en af datoerne."),
        ([row(valid_to="30.06.2026"), row(valid_from="01.06.2026")], "3: valid_from: Overlapper linje 2, som gælder til 30.06.2026. Ret slut- eller startdatoen."),
        ([row(), row(weekly_hours="20")], "3: employment_id: Ansættelsen står også på linje 2. Slet den ene linje, eller skriv i valid_from, hvornår den nye gælder fra."),
        ([row(), row(valid_from="01.01.2021", person_id="P2")], "3: person_id: Der står noget andet på linje 2 for samme ansættelse. Skriv det samme på alle ansættelsens linjer."),
        ([row(), row(valid_from="01.01.2021", start="01.02.2020")], "3: start: Der står noget andet på linje 2 for samme ansættelse. Skriv det samme på alle ansættelsens linjer."),
        ([row(person_id="010190-1234")], "2: person_id: Det ligner et CPR-nummer. Brug medarbejderens nummer i lønsystemet."),
        ([row(email="jonna")], "2: email: Det er ikke en e-mailadresse. Skriv den som navn@kommune.dk, eller lad feltet være tomt."),
    ],
)  # fmt: skip
def test_rejected_rows(nordby: Any, tmp_path: Path, rows: list[str], expected: str) -> None:
    outcome = load_rows(tmp_path, *rows)
    assert f"employments.csv:{expected}" in errors(outcome)
    assert {line.split(":")[1] for line in errors(outcome)} == {expected.split(":")[0]}
    assert not outcome.applied
    assert not Person.objects.exists()


def test_a_cpr_number_is_not_repeated(nordby: Any, tmp_path: Path) -> None:
    outcome = load_rows(tmp_path, row(person_id="010190-1234"))
    assert "010190" not in str(outcome.as_json())
    assert load_rows(tmp_path, row(weekly_hours="90")).files[1].errors[0].value == "90"


def test_an_employment_does_not_change_hands(nordby: Any, tmp_path: Path) -> None:
    load_rows(tmp_path, row())
    assert errors(load_rows(tmp_path, row(person_id="P9"))) == [
        "employments.csv:2: person_id: Ansættelsen hører i forvejen til en anden medarbejder. Ret person_id, eller giv "
        "ansættelsen et nyt nummer."
    ]


def test_nobody_is_blamed_for_a_file_that_cannot_be_read(nordby: Any, tmp_path: Path) -> None:
    outcome = load(
        tmp_path, {"units.csv": b"PK\x03\x04", "employments.csv": EMPLOYMENTS, "roster.csv": "x;y\n1;2\n"}
    )
    assert [line.split(":")[0] for line in errors(outcome)] == ["units.csv", "roster.csv"]
    assert counts(outcome, "employments.csv") == (2, 0, 0, 0)
    assert not Person.objects.exists()


def test_a_row_that_is_rejected_may_still_be_pointed_at(nordby: Any, tmp_path: Path) -> None:
    outcome = load(
        tmp_path,
        {
            "units.csv": UNITS.replace("Ældre og Sundhed;sektor;1", "Ældre og Sundhed;sektor;9"),
            "employments.csv": EMPLOYMENTS,
        },
    )
    assert [line.split(":")[0] for line in errors(outcome)] == ["units.csv"]


# --- roster.csv -------------------------------------------------------------------------------------------------------


def test_roster(nordby: Any, tmp_path: Path) -> None:
    text = "employment_id,date,planned_hours\nA1,2026-12-24,12\nA1,2026-12-25,0\n"
    assert counts(load(tmp_path, BASE | {"roster.csv": text}), "roster.csv") == (2, 0, 0, 0)
    assert counts(load(tmp_path, {"roster.csv": text.replace(",12\n", ',"7,4"\n')}), "roster.csv") == (
        0,
        1,
        1,
        0,
    )
    found = RosterShift.objects.values_list("date", "hours", "source").order_by("date")
    assert list(found) == [(date(2026, 12, 24), 7.4, "roster"), (date(2026, 12, 25), 0, "roster")]


def test_the_payrolls_hours_win_over_a_roster(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, BASE)
    employment = Employment.objects.get(external_id="A1")
    RosterShift.objects.create(employment=employment, date=date(2026, 12, 24), hours=5, source="payroll")
    outcome = load(tmp_path, {"roster.csv": "employment_id;date;planned_hours\nA1;24.12.2026;12\n"})
    assert counts(outcome, "roster.csv") == (0, 0, 1, 0)
    assert outcome.files[0].notes == ["Vagter, hvor lønsystemets timer gælder i stedet: 1."]
    assert RosterShift.objects.get().hours == 5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("A9;24.12.2026;12\n", "2: employment_id: Ansættelsen findes ikke. Tilføj den i employments.csv, eller ret nummeret."),
        ("A1;24.12.2026;12\nA1;24.12.2026;12\n", "3: date: Datoen står også på linje 2 for samme ansættelse. Slet den ene linje."),
        ("A1;24.12.2026;25\n", "2: planned_hours: En dag har højst 24 timer. Ret tallet."),
        ("A1;24.12.2026;-1\n", "2: planned_hours: Timer kan ikke være under 0. Ret tallet."),
        ("A1;24.12.2026;\n", "2: planned_hours: Feltet er tomt. Udfyld det."),
    ],
)  # fmt: skip
def test_rejected_shifts(nordby: Any, tmp_path: Path, rows: str, expected: str) -> None:
    load(tmp_path, BASE)
    outcome = load(tmp_path, {"roster.csv": "employment_id;date;planned_hours\n" + rows})
    assert errors(outcome) == [f"roster.csv:{expected}"]
    assert not RosterShift.objects.exists()

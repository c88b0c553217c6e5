"""units.csv: the tree, its moves, its leaders, and what is wrong with it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from organisation.models import Person, RoleAssignment, Unit, UnitPlacement, User
from organisation.selectors import tree
from tests.builders import make_leader, make_user
from tests.loading import EMPLOYMENTS, UNITS, counts, errors, load

HEADER = "unit_id;name;level;parent_id;leader_email;valid_from;valid_to\n"


def placements(external_id: str) -> list[tuple[str | None, date, date | None]]:
    return [
        (found.parent.external_id if found.parent else None, found.valid_from, found.valid_to)
        for found in UnitPlacement.objects.filter(unit__external_id=external_id).order_by("valid_from")
    ]


def leaders_of(external_id: str) -> set[str]:
    return set(
        RoleAssignment.objects.filter(role="leder", unit__external_id=external_id).values_list(
            "user__email", flat=True
        )
    )


def test_a_tree_and_the_same_file_again(nordby: Any, tmp_path: Path) -> None:
    assert counts(load(tmp_path, {"units.csv": UNITS}), "units.csv") == (3, 0, 0, 0)
    assert placements("10") == [("1", date(1900, 1, 1), None)]
    assert Unit.objects.get(external_id="10").level == "sektor"
    again = load(tmp_path, {"units.csv": UNITS})
    assert counts(again, "units.csv") == (0, 0, 3, 0)
    assert again.applied
    assert again.to_do == 0


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(nordby: Any, tmp_path: Path) -> None:
    outcome = load(tmp_path, {"units.csv": UNITS}, apply=False)
    assert counts(outcome, "units.csv") == (3, 0, 0, 0)
    assert not outcome.applied
    assert not Unit.objects.exists()
    assert outcome.files[0].rows[1].as_json() == {
        "line": 3, "key": "10", "action": "new",
        "changes": ["name: Ældre og Sundhed", "level: sektor", "parent_id: 1", "valid_from: 01.01.1900"],
    }  # fmt: skip


def test_a_new_name_changes_one_row(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS})
    outcome = load(tmp_path, {"units.csv": UNITS.replace("Børn og Unge", "Børn, Unge og Læring")})
    assert counts(outcome, "units.csv") == (0, 1, 2, 0)
    assert Unit.objects.get(external_id="20").name == "Børn, Unge og Læring"
    assert outcome.files[0].rows[0].changes == ["name: Børn og Unge → Børn, Unge og Læring"]


def test_a_dated_move_keeps_what_was_before(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS + "30;Team Syd;team;10;;;\n"})
    moved = HEADER + "30;Team Syd;team;20;;01.06.2026;\n"
    assert counts(load(tmp_path, {"units.csv": moved}), "units.csv") == (1, 0, 0, 0)
    assert placements("30") == [("10", date(1900, 1, 1), date(2026, 5, 31)), ("20", date(2026, 6, 1), None)]
    ids = dict(Unit.objects.values_list("external_id", "pk"))
    assert tree(date(2026, 5, 31)).parents[ids["30"]] == ids["10"]
    assert tree(date(2026, 6, 1)).parents[ids["30"]] == ids["20"]
    assert counts(load(tmp_path, {"units.csv": moved}), "units.csv") == (0, 0, 1, 0)


def test_several_rows_are_placements_that_follow_each_other(nordby: Any, tmp_path: Path) -> None:
    text = UNITS + "30;Team Syd;team;20;;2025-03-01;\n30;Team Syd;team;10;;;\n"
    load(tmp_path, {"units.csv": text})
    expected = [("10", date(1900, 1, 1), date(2025, 2, 28)), ("20", date(2025, 3, 1), None)]
    assert placements("30") == expected
    assert counts(load(tmp_path, {"units.csv": text}), "units.csv") == (0, 0, 5, 0)
    assert placements("30") == expected


def test_a_row_taken_out_again_is_taken_out(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS + "30;Syd;;10;;01.01.2020;31.12.2024\n30;Syd;;20;;01.06.2025;\n"})
    outcome = load(tmp_path, {"units.csv": UNITS + "30;Syd;;10;;01.01.2020;31.12.2024\n"})
    assert counts(outcome, "units.csv") == (0, 1, 3, 0)
    assert placements("30") == [("10", date(2020, 1, 1), date(2024, 12, 31))]


def test_closing_a_unit(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS})
    assert counts(load(tmp_path, {"units.csv": HEADER + "20;Børn og Unge;sektor;1;;;31.12.2026\n"}), "units.csv") == (
        0, 1, 0, 0,
    )  # fmt: skip
    assert placements("20") == [("1", date(1900, 1, 1), date(2026, 12, 31))]


def test_columns_that_are_not_there_change_nothing(nordby: Any, tmp_path: Path) -> None:
    load(
        tmp_path,
        {"units.csv": HEADER + "1;Nordby;kommune;;;;\n2;Syd;team;1;s@n.example;01.01.2020;31.12.2026\n"},
    )
    outcome = load(tmp_path, {"units.csv": "unit_id;name;parent_id\n2;Syd;1\n"})
    assert counts(outcome, "units.csv") == (0, 0, 1, 0)
    assert leaders_of("2") == {"s@n.example"}


# --- Leaders ----------------------------------------------------------------------------------------------------------

LED = HEADER + "1;Nordby;kommune;;;;\n2;Syd;team;1;{leader};;\n"


def test_a_leader_becomes_a_user_who_cannot_log_in_yet(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": LED.format(leader="Signe.Lund@nordby.example")})
    user = User.objects.get(email="signe.lund@nordby.example")
    assert user.name == "Signe Lund"
    assert not user.has_usable_password()
    role = RoleAssignment.objects.get(user=user)
    assert (role.role, role.unit.external_id, role.source) == ("leder", "2", "file")
    assert counts(
        load(tmp_path, {"units.csv": LED.format(leader="signe.lund@nordby.example")}), "units.csv"
    ) == (0, 0, 2, 0)


def test_a_leader_has_the_name_and_person_of_the_employments(nordby: Any, tmp_path: Path) -> None:
    employments = EMPLOYMENTS.replace("unit_id;", "email;unit_id;").replace(
        "Jonna Vestermark;10", "Jonna Vestermark;jv@nordby.example;2"
    ).replace("Per Ørsted;20", "Per Ørsted;;2")  # fmt: skip
    load(tmp_path, {"units.csv": LED.format(leader="jv@nordby.example"), "employments.csv": employments})
    user = User.objects.get(email="jv@nordby.example")
    assert user.name == "Jonna Vestermark"
    assert user.person == Person.objects.get(external_id="P1")


def test_another_leader_replaces_the_one_a_file_named_but_not_one_given_here(
    nordby: Any, tmp_path: Path
) -> None:
    load(tmp_path, {"units.csv": LED.format(leader="a@nordby.example")})
    given = make_leader(Unit.objects.get(external_id="2"))
    outcome = load(tmp_path, {"units.csv": LED.format(leader="b@nordby.example")})
    assert counts(outcome, "units.csv") == (0, 1, 1, 0)
    assert leaders_of("2") == {"b@nordby.example", given.email}
    load(tmp_path, {"units.csv": LED.format(leader="")})
    assert leaders_of("2") == {"b@nordby.example", given.email}
    assert User.objects.filter(email="a@nordby.example").exists()


def test_a_leader_given_here_and_named_by_the_file_stays_given(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": LED.format(leader="")})
    given = make_leader(Unit.objects.get(external_id="2"))
    assert counts(load(tmp_path, {"units.csv": LED.format(leader=given.email)}), "units.csv") == (0, 0, 2, 0)
    assert RoleAssignment.objects.get(user=given).source == "given"


def test_an_address_used_by_another_municipality_is_refused_without_saying_where(
    nordby: Any, sydby: Any, tmp_path: Path
) -> None:
    from core.tenancy import tenant

    with tenant(sydby.pk):
        there = make_user("hr")
    outcome = load(tmp_path, {"units.csv": LED.format(leader=there.email)})
    assert errors(outcome) == [
        "units.csv:3: leader_email: Der kan ikke oprettes en bruger med den e-mailadresse. Skriv en anden, eller spørg den, "
        "der driver Nærvær."
    ]
    assert not User.objects.filter(municipality=nordby).exists()
    assert not Unit.objects.exists()


# --- What is wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1;N;;;;;\n2;S;;11;;;\n", "3: parent_id: Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret."),
        ("4417;Plejecenter Åbakken;;;;;\n4470;Andet;;;;;\n2;S;;4471;;;\n",
         "4: parent_id: Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret. Det ligner 4417, Plejecenter Åbakken."),
        ("1;N;;1;;;\n", "2: parent_id: En enhed kan ikke ligge under sig selv. Skriv enheden over den."),
        ("1;N;;;;;\n1;M;;;;;\n", "3: unit_id: Enheden står også på linje 2. Slet den ene linje, eller skriv i valid_from, hvornår den nye gælder fra."),
        ("1;N;;;;01.01.2020;\n1;M;;;;01.01.2020;\n", "3: unit_id: Enheden står også på linje 2 med samme valid_from. Slet den ene linje, eller ret datoen."),
        ("1;N;;;;01.01.2020;31.12.2020\n1;N;;;;01.06.2020;\n", "3: valid_from: Overlapper linje 2, som gælder til 31.12.2020. Ret slut- eller startdatoen."),
        ("1;N;;;;01.06.2020;31.05.2020\n", "2: valid_to: Sidste dag kan ikke være før første dag, 01.06.2020. Ret en af datoerne."),
        ("1;N;;;;31.02.2026;\n", "2: valid_from: Datoen findes ikke. Februar 2026 har 28 dage."),
        (";N;;;;;\n", "2: unit_id: Feltet er tomt. Udfyld det."),
        ("1;;;;;;\n", "2: name: Feltet er tomt. Udfyld det."),
        ("1;" + "N" * 151 + ";;;;;\n", "2: name: Teksten er for lang. Der er plads til 150 tegn."),
        ("1;N;;;leder;;\n", "2: leader_email: Det er ikke en e-mailadresse. Skriv den som navn@kommune.dk, eller lad feltet være tomt."),
    ],
)  # fmt: skip
def test_rejected_rows(nordby: Any, tmp_path: Path, rows: str, expected: str) -> None:
    outcome = load(tmp_path, {"units.csv": HEADER + rows})
    assert errors(outcome) == [f"units.csv:{expected}"]
    assert not outcome.applied
    assert not Unit.objects.exists()


def test_units_in_a_ring(nordby: Any, tmp_path: Path) -> None:
    outcome = load(tmp_path, {"units.csv": HEADER + "1;A;;3;;;\n2;B;;1;;;\n3;C;;2;;;\n4;D;;3;;;\n"})
    found = errors(outcome)
    assert [line.split(": ")[0] for line in found] == ["units.csv:2", "units.csv:3", "units.csv:4"]
    assert "Enhederne ligger under hinanden i ring: 1 under 3 under 2 under 1." in found[0]


def test_a_ring_closed_by_a_stored_unit_in_a_part_of_the_time(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS + "30;Syd;;10;;;\n"})
    early = HEADER + "10;Ældre og Sundhed;sektor;30;;01.01.2027;\n"
    assert "i ring: 10 under 30 under 10" in errors(load(tmp_path, {"units.csv": early}))[0]
    both = early + "30;Syd;;20;;01.01.2027;\n"
    assert load(tmp_path, {"units.csv": both}).applied


def test_a_move_needs_a_date(nordby: Any, tmp_path: Path) -> None:
    load(tmp_path, {"units.csv": UNITS + "30;Syd;;10;;;\n"})
    outcome = load(tmp_path, {"units.csv": HEADER + "30;Syd;;20;;;\n"})
    assert errors(outcome) == [
        "units.csv:2: valid_from: Enheden flytter. Skriv i valid_from, hvornår den nye placering gælder fra."
    ]


def test_units_of_another_municipality_are_not_seen(nordby: Any, sydby: Any, tmp_path: Path) -> None:
    from core.tenancy import tenant

    with tenant(sydby.pk):
        load(tmp_path, {"units.csv": UNITS})
    outcome = load(tmp_path, {"units.csv": HEADER + "30;Syd;;10;;;\n"})
    assert errors(outcome) == [
        "units.csv:2: parent_id: Enheden findes ikke. Tilføj den i units.csv, eller ret nummeret."
    ]
    assert counts(load(tmp_path, {"units.csv": UNITS}), "units.csv") == (3, 0, 0, 0)
    assert Unit.objects.count() == 3

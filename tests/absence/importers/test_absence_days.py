"""absence_days.csv: payroll days become absences, whatever order and portions they arrive in."""

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from absence.models import PayrollDay, SickNotification
from organisation.models import DayOff, Employment, RosterShift
from organisation.rules.calendar import public_holidays
from tests.builders import make_absence
from tests.loading import BASE, counts, errors, load

HEADER = "employment_id;date;cause_code;absent_hours;planned_hours\n"


@pytest.fixture
def people(nordby: Any, tmp_path: Path) -> Any:
    load(tmp_path, BASE)
    return nordby


def days(*dates: str, code: str = "526", hours: str = "7,4", planned: str = "", who: str = "A1") -> str:
    """Rows of days in 2026, given as 24.12."""
    return "".join(f"{who};{day}.2026;{code};{hours};{planned}\n" for day in dates)


def load_days(tmp_path: Path, *rows: str, **files: str) -> Any:
    return load(tmp_path, {"absence_days.csv": HEADER + "".join(rows), **files})


def runs(who: str = "A1") -> list[tuple[str, str]]:
    """First and last day of each absence that stands."""
    found = SickNotification.objects.filter(employment__external_id=who, withdrawn_at=None).order_by(
        "first_day"
    )
    return [
        (f"{absence.first_day:%d.%m}", f"{absence.last_day:%d.%m}" if absence.last_day else "")
        for absence in found
    ]


def payroll_days() -> list[tuple[str, str, float]]:
    """(first day of the absence, date, hours)"""
    return [
        (f"{day.absence.first_day:%d.%m}", f"{day.date:%d.%m}", day.absent_hours)
        for day in PayrollDay.objects.select_related("absence").order_by("date")
    ]


def test_days_in_a_row_are_one_absence_and_the_same_file_again(people: Any, tmp_path: Path) -> None:
    rows = days("02.03", "03.03", "04.03")
    outcome = load_days(tmp_path, rows)
    assert counts(outcome, "absence_days.csv") == (3, 0, 0, 0)
    assert outcome.files[0].notes == ["Nye fravær: 1."]
    found = SickNotification.objects.get()
    assert (found.external_id, found.source, found.category.key) == (
        "sd:A1:2026-03-02",
        "payroll",
        "egen_sygdom",
    )
    assert runs() == [("02.03", "04.03")]
    assert payroll_days() == [("02.03", "02.03", 7.4), ("02.03", "03.03", 7.4), ("02.03", "04.03", 7.4)]
    assert counts(load_days(tmp_path, rows), "absence_days.csv") == (0, 0, 3, 0)
    assert not RosterShift.objects.exists()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (days("06.03", "09.03"), [("06.03", "09.03")]),  # a weekend
        (days("05.03", "09.03"), [("05.03", "05.03"), ("09.03", "09.03")]),  # Friday was worked
        (days("01.04", "07.04"), [("01.04", "07.04")]),  # Easter: Thursday to Monday
        (days("13.05", "15.05"), [("13.05", "15.05")]),  # Kristi himmelfartsdag
        (days("02.03", "03.03", code="526") + days("04.03", code="910"), [("02.03", "03.03"), ("04.03", "04.03")]),
        (days("02.03", code="526") + days("03.03", code="790"), [("02.03", "03.03")]),  # both are egen sygdom
        (days("06.03") + days("07.03", code="910", hours="2") + days("09.03"), [("06.03", "06.03"), ("07.03", "07.03"), ("09.03", "09.03")]),
        (days("09.03", "06.03"), [("06.03", "09.03")]),  # the order of rows does not matter
    ],
)  # fmt: skip
def test_bridging(people: Any, tmp_path: Path, rows: str, expected: list[tuple[str, str]]) -> None:
    load_days(tmp_path, rows)
    assert runs() == expected


def test_the_municipalitys_own_day_off_bridges(people: Any, tmp_path: Path) -> None:
    DayOff.objects.create(date=date(2026, 6, 5), name="Grundlovsdag")
    load_days(tmp_path, days("04.06", "08.06"))
    assert runs() == [("04.06", "08.06")]


def test_a_roster_decides_in_the_file_or_stored(people: Any, tmp_path: Path) -> None:
    shift = "employment_id;date;planned_hours\nA1;07.03.2026;12\nA2;12.03.2026;0\n"
    load_days(tmp_path, days("06.03", "09.03"), days("11.03", "13.03", who="A2"), **{"roster.csv": shift})
    assert runs() == [("06.03", "06.03"), ("09.03", "09.03")]
    assert runs("A2") == [("11.03", "13.03")]
    employment = Employment.objects.get(external_id="A1")
    RosterShift.objects.create(employment=employment, date=date(2026, 3, 18), hours=0)
    (tmp_path / "roster.csv").unlink()
    load_days(tmp_path, days("17.03", "19.03"))
    assert runs()[-1] == ("17.03", "19.03")


def test_a_rota_of_two_weeks_decides(people: Any, tmp_path: Path) -> None:
    terms = Employment.objects.get(external_id="A1").terms.get()
    terms.hours = [7.4] * 5 + [0.0, 0.0] + [0.0] * 7  # every other week is free
    terms.rota_start = date(2026, 3, 2)
    terms.save()
    load_days(tmp_path, days("06.03", "16.03", "20.03", "25.03"))
    assert runs() == [("06.03", "16.03"), ("20.03", "25.03")]


def test_outside_the_employment_no_work_is_planned(people: Any, tmp_path: Path) -> None:
    employments = BASE["employments.csv"].replace("01.01.2020;\nA2", "01.01.2020;15.03.2026\nA2")
    load_days(tmp_path, days("13.03", "01.04"), **{"employments.csv": employments})
    assert runs() == [("13.03", "01.04")]


def test_a_long_summer_without_planned_hours_bridges(people: Any, tmp_path: Path) -> None:
    terms = Employment.objects.get(external_id="A1").terms.get()
    terms.valid_to = date(2026, 6, 26)
    terms.save()
    terms.pk = None
    terms.valid_from, terms.valid_to = date(2026, 8, 10), None
    terms.save()
    load_days(tmp_path, days("26.06", "10.08"))
    assert runs() == [("26.06", "10.08")]


# --- Portions -----------------------------------------------------------------------------------------------------


def test_more_rows_make_the_absence_longer(people: Any, tmp_path: Path) -> None:
    load_days(tmp_path, days("02.03", "03.03"))
    outcome = load_days(tmp_path, days("02.03", "03.03", "04.03"))
    assert counts(outcome, "absence_days.csv") == (1, 0, 2, 0)
    assert outcome.files[0].notes == ["Fravær, der bliver længere: 1."]
    load_days(tmp_path, days("27.02", "05.03"))
    assert runs() == [("27.02", "05.03")]
    assert SickNotification.objects.get().external_id == "sd:A1:2026-03-02"
    assert len(payroll_days()) == 5


def test_a_month_that_arrives_late_joins_its_neighbours(people: Any, tmp_path: Path) -> None:
    load_days(tmp_path, days("02.03", "03.03"), days("05.03", "06.03"))
    assert runs() == [("02.03", "03.03"), ("05.03", "06.03")]
    outcome = load_days(tmp_path, days("03.03", "04.03", "05.03"))
    assert runs() == [("02.03", "06.03")]
    assert len(payroll_days()) == 5
    assert "Fravær, der bliver en del af et andet: 1." in outcome.files[0].notes
    assert SickNotification.objects.exclude(withdrawn_at=None).get().external_id == "sd:A1:2026-03-05"
    again = load_days(tmp_path, days("02.03", "03.03", "04.03", "05.03", "06.03"))
    assert counts(again, "absence_days.csv") == (0, 0, 5, 0)


def test_corrected_hours_are_a_change(people: Any, tmp_path: Path) -> None:
    load_days(tmp_path, days("02.03", "03.03"))
    outcome = load_days(tmp_path, days("02.03", hours="3,7"), days("03.03"))
    assert counts(outcome, "absence_days.csv") == (0, 1, 1, 0)
    assert outcome.files[0].rows[0].changes == ["absent_hours: 7,4 → 3,7"]
    assert payroll_days() == [("02.03", "02.03", 3.7), ("02.03", "03.03", 7.4)]


def test_rows_of_one_day_add_up(people: Any, tmp_path: Path) -> None:
    rows = days("02.03", hours="2") + days("02.03", hours="1,5", code="790")
    assert counts(load_days(tmp_path, rows), "absence_days.csv") == (2, 0, 0, 0)
    assert payroll_days() == [("02.03", "02.03", 3.5)]
    assert PayrollDay.objects.get().cause_code == "526"
    assert counts(load_days(tmp_path, rows), "absence_days.csv") == (0, 0, 2, 0)


def test_planned_hours_are_the_days_own_and_win_over_the_roster(people: Any, tmp_path: Path) -> None:
    roster = "employment_id;date;planned_hours\nA1;02.03.2026;10\n"
    rows = days("02.03", hours="6", planned="12") + days("03.03", hours="6")
    load_days(tmp_path, rows, **{"roster.csv": roster})
    assert list(RosterShift.objects.values_list("date", "hours", "source")) == [
        (date(2026, 3, 2), 12, "payroll")
    ]
    again = load_days(tmp_path, rows, **{"roster.csv": roster})
    assert again.to_do == 0
    assert counts(load_days(tmp_path, days("02.03", hours="6", planned="11")), "absence_days.csv") == (
        0,
        1,
        0,
        0,
    )
    assert RosterShift.objects.get().hours == 11


# --- Together with what is registered ---------------------------------------------------------------------------------


def test_days_inside_a_registered_absence_belong_to_it(people: Any, tmp_path: Path) -> None:
    employment = Employment.objects.get(external_id="A1")
    registered = make_absence(employment, date(2026, 3, 3), date(2026, 3, 4))
    rows = days("02.03", "03.03", "04.03", "05.03")
    load_days(tmp_path, rows)
    assert runs() == [("02.03", "02.03"), ("03.03", "04.03"), ("05.03", "05.03")]
    assert PayrollDay.objects.filter(absence=registered).count() == 2
    assert load_days(tmp_path, rows).to_do == 0


def test_days_inside_an_absence_of_the_same_folder_belong_to_it(people: Any, tmp_path: Path) -> None:
    absences = "absence_id;employment_id;first_day;last_day\nF1;A1;02.03.2026;\n"
    load_days(tmp_path, days("02.03", "03.03"), **{"absences.csv": absences})
    assert runs() == [("02.03", "")]
    assert PayrollDay.objects.filter(absence__external_id="F1").count() == 2
    assert load_days(tmp_path, days("02.03", "03.03"), **{"absences.csv": absences}).to_do == 0


def test_another_kind_of_absence_the_same_day_is_an_error(people: Any, tmp_path: Path) -> None:
    make_absence(
        Employment.objects.get(external_id="A1"), date(2026, 3, 3), date(2026, 3, 4), category="barns_sygedag"
    )
    outcome = load_days(tmp_path, days("02.03", "03.03"))
    assert errors(outcome) == [
        "absence_days.csv:3: cause_code: Dagen ligger i et andet slags fravær i Nærvær (Barns sygedag, 03.03.2026-04.03.2026). "
        "Ret koden, eller ret fraværets kategori."
    ]
    assert not PayrollDay.objects.exists()


def test_what_was_withdrawn_here_does_not_come_back(people: Any, tmp_path: Path) -> None:
    rows = days("02.03", "03.03")
    load_days(tmp_path, rows)
    SickNotification.objects.update(withdrawn_at=datetime(2026, 4, 1, tzinfo=UTC))
    outcome = load_days(tmp_path, rows)
    assert counts(outcome, "absence_days.csv") == (0, 0, 2, 0)
    assert outcome.files[0].notes == [
        "Dage i fravær, der er trukket tilbage i Nærvær og derfor ikke røres: 2."
    ]
    assert runs() == []


def test_a_day_moves_along_when_its_absence_was_made_shorter(people: Any, tmp_path: Path) -> None:
    registered = make_absence(Employment.objects.get(external_id="A1"), date(2026, 3, 2), date(2026, 3, 4))
    rows = days("02.03", "03.03", "04.03")
    load_days(tmp_path, rows)
    registered.last_day = date(2026, 3, 3)
    registered.save()
    load_days(tmp_path, rows)
    assert payroll_days() == [("02.03", "02.03", 7.4), ("02.03", "03.03", 7.4), ("04.03", "04.03", 7.4)]
    assert load_days(tmp_path, rows).to_do == 0


def test_a_name_already_taken_is_no_collision(people: Any, tmp_path: Path) -> None:
    load_days(tmp_path, days("02.03"))
    SickNotification.objects.update(
        first_day=date(2026, 2, 9), last_day=date(2026, 2, 9)
    )  # corrected by hand
    PayrollDay.objects.all().delete()
    load_days(tmp_path, days("02.03"))
    assert runs() == [("09.02", "09.02"), ("02.03", "02.03")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (days("02.03", code="999"), "2: cause_code: Koden er ikke knyttet til en kategori. Knyt den til en under Opsætning, eller ret den."),
        (days("02.03", who="A9"), "2: employment_id: Ansættelsen findes ikke. Tilføj den i employments.csv, eller ret nummeret."),
        (days("02.03", hours="-1"), "2: absent_hours: Timer kan ikke være under 0. Ret tallet."),
        (days("02.03", hours="25"), "2: absent_hours: En dag har højst 24 timer. Ret tallet."),
        (days("02.03", hours=""), "2: absent_hours: Feltet er tomt. Udfyld det."),
        (days("31.02"), "2: date: Datoen findes ikke. Februar 2026 har 28 dage."),
        (days("02.03", code="526") + days("02.03", code="910"), "3: cause_code: Linje 2 har en anden slags fravær samme dag. Lad dagen have én slags."),
        (days("02.03", planned="7,4", hours="2") + days("02.03", planned="8", hours="2"), "3: planned_hours: Linje 2 har et andet antal planlagte timer samme dag. Skriv det samme på begge."),
    ],
)  # fmt: skip
def test_rejected_rows(people: Any, tmp_path: Path, rows: str, expected: str) -> None:
    outcome = load_days(tmp_path, rows, days("10.03"))
    assert errors(outcome) == [f"absence_days.csv:{expected}"]
    assert not SickNotification.objects.exists()
    assert not RosterShift.objects.exists()


def test_hours_of_one_day_that_come_to_more_than_the_day(people: Any, tmp_path: Path) -> None:
    outcome = load_days(tmp_path, days("02.03", hours="13"), days("02.03", hours="12"))
    assert [line.split(": ")[0] for line in errors(outcome)] == ["absence_days.csv:2", "absence_days.csv:3"]
    assert "Fraværstimerne samme dag bliver over 24 tilsammen" in errors(outcome)[0]


# --- Any days in any portions -----------------------------------------------------------------------------------------

_FIRST = date(2026, 3, 16)  # four weeks with Easter in them


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(2026)


def _expected(absent: dict[date, str]) -> list[tuple[str, str]]:
    """Runs by walking day after day: a working day without absence, or a day of another kind, ends the run."""
    nodes = []
    for offset in range(28):
        day = _FIRST + timedelta(days=offset)
        if day in absent:
            nodes.append((absent[day], day))
        elif _works(day):
            nodes.append(("worked", day))
    found = [(kind, [day for _, day in group]) for kind, group in groupby(nodes, key=lambda node: node[0])]
    return [(f"{run[0]:%d.%m}", f"{run[-1]:%d.%m}") for kind, run in found if kind != "worked"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.integers(0, 27), st.sampled_from(["526", "910"]), min_size=1, max_size=20),
    st.lists(st.integers(0, 2), min_size=28, max_size=28),
)
def test_any_days_in_any_portions(portions: Path, absent: dict[int, str], portion_of: list[int]) -> None:
    by_day = {_FIRST + timedelta(days=offset): code for offset, code in absent.items()}
    # A day off of another kind that arrives when the days around it are joined already is an error, so they come first.
    portion_of = [
        at if _works(_FIRST + timedelta(days=offset)) else 0 for offset, at in enumerate(portion_of)
    ]
    with transaction.atomic():
        for portion in range(3):
            chosen = [offset for offset in absent if portion_of[offset] == portion]
            if chosen:
                rows = "".join(
                    days(f"{_FIRST + timedelta(days=offset):%d.%m}", code=absent[offset]) for offset in chosen
                )
                assert load_days(portions, rows).applied
        assert runs() == _expected(by_day)
        assert PayrollDay.objects.count() == len(absent)
        for day in PayrollDay.objects.select_related("absence"):
            assert day.absence.first_day <= day.date <= day.absence.last_day
            assert day.absence.withdrawn_at is None
        transaction.set_rollback(True)


@pytest.fixture
def portions(people: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "portioner"
    folder.mkdir()
    return folder

"""Figures through the API: the selector's own numbers, suppressed for whoever may not know each person's absence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from absence_statistics.selectors import figures, last_whole_month, month_before
from core.clock import today
from organisation.models.access import Role
from tests.api.calling import Caller, House
from tests.api.test_reading import session
from tests.builders import make_absence, make_employment, make_unit, make_user

Calling = Callable[..., Caller]


@pytest.fixture
def until() -> Any:
    return last_whole_month(today())


@pytest.fixture
def absences(house: House, until: Any) -> None:
    """Team Syd gets six employees, Team Vest keeps its one; some have been away."""
    for number in range(4):
        make_employment(f"Medarbejder {number}", house.south, group="Pædagoger")
    make_absence(house.jonna, until - timedelta(days=20), days=10)
    make_absence(house.vibeke, until - timedelta(days=20), days=5, category="arbejdsskade")


def rows(answer: Any) -> dict[tuple[int, str, str], dict[str, Any]]:
    return {(row["unit"], row["month"], row["key"]): row for row in answer.json()["results"]}


def test_the_same_numbers_as_the_selector(house: House, absences: None, calling: Calling, until: Any) -> None:
    caller = calling("figures", "absence")
    table = figures(until=until, months=3, as_of=today())
    found = rows(caller.get("figures/", months=3))
    assert len(found) == 9  # three units
    for unit in (house.top, house.south, house.west):
        for back in range(3):
            month = month_before(until, back)
            row, figure = found[(unit.pk, f"{month:%Y-%m}", "")], table.figure(unit.pk, month)
            assert row["hidden"] is None
            for name in (
                "absent_dagsvaerk",
                "fte_12",
                "dagsvaerk_per_fte_12",
                "periods_12",
                "langtidsfriske_12",
            ):
                assert row[name] == getattr(figure, name)
    assert any(row["absent_dagsvaerk_12"] for row in found.values())


def test_pages_of_figures_are_the_whole_in_order(house: House, absences: None, calling: Calling) -> None:
    caller = calling("figures", "absence")
    whole = caller.get("figures/", by="category", months=5).json()
    assert whole["count"] == 3 * 5 * 6
    gathered: list[Any] = []
    for page in range(1, 14):
        answer = caller.get("figures/", by="category", months=5, page=page, page_size=7)
        gathered += answer.json()["results"]
    assert gathered == whole["results"]
    assert answer.json()["next"] is None


def test_one_unit_and_a_month(house: House, absences: None, calling: Calling, until: Any) -> None:
    earlier = month_before(until, 5)
    answer = calling("figures", "absence").get("figures/", unit=house.south.pk, until=f"{earlier:%Y-%m}", months=1, by="length")  # fmt: skip
    assert [key for _, _, key in rows(answer)] == ["kort", "mellem", "lang"]
    assert {(unit, month) for unit, month, _ in rows(answer)} == {(house.south.pk, f"{earlier:%Y-%m}")}


def test_a_token_without_absence_sees_no_small_units(
    house: House, absences: None, calling: Calling, until: Any
) -> None:
    month = f"{until:%Y-%m}"
    found = rows(calling("figures", "people").get("figures/", months=1))
    west = found[(house.west.pk, month, "")]
    assert (west["hidden"], west["absent_dagsvaerk_12"], west["periods_12"]) == ("few", None, None)
    # Seven in all: with Team Syd's six shown, Team Vest's one could be computed from the top.
    shown = [unit for (unit, _, _), row in found.items() if row["hidden"] is None]
    assert len(shown) == 1
    assert {row["hidden"] for row in found.values()} == {None, "few", "protects"}


@pytest.mark.parametrize("by", ["length", "category", "group"])
def test_splits_need_more_employees(house: House, absences: None, calling: Calling, by: str) -> None:
    found = rows(calling("figures").get("figures/", months=1, by=by))
    assert found
    assert all(row["hidden"] and row["fte_12"] is None for row in found.values())


def test_splits_by_group_are_for_those_who_may_know_persons(house: House, calling: Calling) -> None:
    for number in range(15):
        make_employment(f"M {number}", house.south, group="Pædagoger" if number else "Kokke")
    caller = calling("figures")
    found = rows(caller.get("figures/", months=1, by="group"))
    assert {row["hidden"] for row in found.values()} == {"few"}
    lengths = rows(caller.get("figures/", months=1, by="length", unit=house.top.pk))
    assert {row["hidden"] for row in lengths.values()} == {None}


def test_a_leader_sees_their_own_unit_and_no_other_small_one(
    house: House, absences: None, until: Any
) -> None:
    found = rows(session(house.leader).get("figures/", months=1))
    month = f"{until:%Y-%m}"
    assert found[(house.south.pk, month, "")]["hidden"] is None
    assert found[(house.west.pk, month, "")]["hidden"] == "few"
    # What the leader knows of Team Syd would leave Team Vest's one over from the top.
    assert found[(house.top.pk, month, "")]["hidden"] == "protects"


def test_med_sees_aggregates(house: House, absences: None, until: Any) -> None:
    found = rows(session(make_user(Role.MED)).get("figures/", months=1))
    assert found[(house.west.pk, f"{until:%Y-%m}", "")]["hidden"] == "few"


def test_hr_sees_all(house: House, absences: None) -> None:
    found = rows(session(house.hr).get("figures/", months=2, by="group"))
    assert {row["hidden"] for row in found.values()} == {None}


def test_a_unit_nobody_worked_in(house: House, calling: Calling) -> None:
    """There is nobody to hide; a split says nothing all the same."""
    empty = make_unit("Tom", house.top)
    caller = calling("figures")
    (row,) = caller.get("figures/", unit=empty.pk, months=1).json()["results"]
    assert (row["fte_12"], row["dagsvaerk_per_fte_12"], row["periods_12"]) == (0.0, None, 0)
    split = caller.get("figures/", unit=empty.pk, months=1, by="length").json()["results"]
    assert {row["hidden"] for row in split} == {"few"}


def test_each_month_is_judged_by_itself(house: House, absences: None, calling: Calling, until: Any) -> None:
    """A unit that was small then is hidden then, and the other way round."""
    house.west.terms.update(valid_from=month_before(until, 3), valid_to=month_before(until, 1))
    caller = calling("figures")
    for by in ("none", "length"):
        months = {
            f"{month_before(until, back):%Y-%m}": rows(
                caller.get("figures/", until=f"{month_before(until, back):%Y-%m}", months=1, by=by)
            )
            for back in range(5)
        }
        together = rows(caller.get("figures/", months=5, by=by))
        for found in months.values():
            for line, row in found.items():
                assert together[line]["hidden"] == row["hidden"], line

"""The builders make what they say, since every other test leans on them."""

from datetime import date

from django.test import Client

from core.tenancy import current
from organisation.models.access import Role
from organisation.permissions import employments_in_reach, reach_of
from tests.builders import log_in, make_absence, make_deputy, make_employment, make_hr, make_leader, make_unit

TODAY = date(2026, 11, 19)


def test_a_leader_reaches_the_employees_of_the_unit(nordby: object) -> None:
    unit = make_unit()
    employment = make_employment("Jonna Vestermark", unit)
    assert list(employments_in_reach(make_leader(unit), TODAY)) == [employment]
    assert list(employments_in_reach(make_leader(make_unit("Team Nord")), TODAY)) == []
    assert list(employments_in_reach(make_hr(), TODAY)) == [employment]


def test_a_deputy_has_the_leaders_roles_in_the_period(nordby: object) -> None:
    leader, deputy = make_leader(make_unit()), make_leader(make_unit("Team Nord"))
    make_deputy(leader, deputy, TODAY, TODAY)
    assert reach_of(deputy, TODAY).led_by == {leader.pk, deputy.pk}
    assert Role.LEDER in reach_of(deputy, TODAY).roles


def test_states_take_hours_per_week_or_per_weekday(nordby: object) -> None:
    absence = make_absence(
        make_employment(hours=(8, 8, 8, 8, 0, 0, 0)),
        date(2026, 11, 2),
        states=[
            (date(2026, 11, 9), "delvist_raskmeldt", 16),
            (date(2026, 11, 16), "delvist_raskmeldt", [4, 4, 4, 4, 0, 0, 0]),
        ],
    )
    weekly, daily = absence.states.order_by("from_day")
    assert (weekly.worked_hours_week, weekly.worked_hours) == (16, None)
    assert (daily.worked_hours_week, daily.worked_hours) == (None, [4, 4, 4, 4, 0, 0, 0])


def test_log_in_carries_the_municipality(nordby: object, client: Client) -> None:
    leader = make_leader(make_unit())
    log_in(client, leader)
    assert client.session["municipality_id"] == current()

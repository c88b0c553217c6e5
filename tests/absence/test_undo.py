"""Taking the last action back: every action can be, once, by whoever did it, if nothing changed since."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from absence import services
from absence.models import AbsenceState, Category, SickNotification
from absence.undo import CHANGED, TOO_LATE
from core.errors import OutOfReachError
from organisation.models import RoleAssignment
from tests.absence.team import Team
from tests.absence.test_services import nov
from tests.builders import make_absence, make_hr

Action = Callable[[Team, SickNotification], services.Change]


def picture() -> dict[str, Any]:
    """Everything that stands, as plain values."""
    return {
        "absences": list(SickNotification.objects.filter(withdrawn_at=None).order_by("pk").values()),
        "states": list(
            AbsenceState.objects.filter(absence__withdrawn_at=None)
            .order_by("absence_id", "from_day")
            .values("absence_id", "from_day", "state", "worked_hours_week", "worked_hours", "created_by_id")
        ),
    }


def _correct(team: Team, absence: SickNotification) -> services.Change:
    return services.correct(
        absence=absence,
        category=Category.objects.get(key="arbejdsskade"),
        first_day=nov(10),
        last_day=nov(12),
        expected_last_day=nov(12),
        work_related="yes",
        agreed_contact="Ringer",
        **team.acting,
    )


def _reopen(team: Team, absence: SickNotification) -> services.Change:
    services.return_to_work(absence=absence, first_day_back=nov(18), **team.acting)
    return services.reopen(absence=absence, **team.acting)


ACTIONS: dict[str, Action] = {
    "register": lambda team, absence: services.register(
        employment=team.torben, category=team.sickness, first_day=nov(2), **team.acting
    ),
    "new state": lambda team, absence: services.change_state(
        absence=absence, state="sygemeldt", from_day=nov(18), **team.acting
    ),
    "replaced state": lambda team, absence: services.change_state(
        absence=absence, state="aktivt_sygemeldt", from_day=nov(16), drop_later=True, **team.acting
    ),
    "state taken away": lambda team, absence: services.change_state(
        absence=absence, state="aktivt_sygemeldt", from_day=nov(9), **team.acting
    ),
    "return": lambda team, absence: services.return_to_work(
        absence=absence, first_day_back=nov(10), **team.acting
    ),
    "correct": _correct,
    "move": lambda team, absence: services.move_to(absence=absence, employment=team.torben, **team.acting),
    "withdraw": lambda team, absence: services.withdraw(absence=absence, **team.acting),
}


@pytest.fixture
def absence(team: Team) -> SickNotification:
    """An open absence with three steps, the last one planned."""
    return make_absence(
        team.jonna,
        nov(2),
        created_by=team.leader,
        states=[
            (nov(9), "delvist_raskmeldt", 8),
            (nov(16), "delvist_raskmeldt", [4, 4, 4, 4, 0, 0, 0]),
            (nov(30), "delvist_raskmeldt", 24),
        ],
    )


@pytest.mark.parametrize("name", ACTIONS)
def test_undo_restores_everything(team: Team, absence: SickNotification, name: str) -> None:
    before = picture()
    change = ACTIONS[name](team, absence)
    assert picture() != before
    services.undo(token=change.undo, **team.acting)
    assert picture() == before


def test_undo_of_a_reopening_ends_it_again(team: Team, absence: SickNotification) -> None:
    change = _reopen(team, absence)
    services.undo(token=change.undo, **team.acting)
    absence.refresh_from_db()
    assert absence.last_day == nov(17)


def test_undo_of_a_continuation_ends_the_old_absence_again(team: Team) -> None:
    old = make_absence(team.jonna, nov(9), nov(12), states=[(nov(10), "aktivt_sygemeldt", None)])
    before = picture()
    change = services.register(
        employment=team.jonna, category=team.sickness, first_day=nov(16), continues=old, **team.acting
    )
    services.undo(token=change.undo, **team.acting)
    assert picture() == before


@pytest.mark.parametrize("name", ACTIONS)
def test_undo_only_once(team: Team, absence: SickNotification, name: str) -> None:
    change = ACTIONS[name](team, absence)
    services.undo(token=change.undo, **team.acting)
    after = picture()
    with pytest.raises(ValidationError) as error:
        services.undo(token=change.undo, **team.acting)
    assert error.value.messages == [CHANGED]
    assert picture() == after


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - {"withdraw"}))
def test_a_change_since_stands(team: Team, absence: SickNotification, name: str) -> None:
    change = ACTIONS[name](team, absence)
    SickNotification.objects.filter(pk=change.absence.pk).update(agreed_contact="Ændret af en anden")
    after = picture()
    with pytest.raises(ValidationError, match="ændret siden"):
        services.undo(token=change.undo, **team.acting)
    assert picture() == after


def test_a_state_added_since_stands(team: Team, absence: SickNotification) -> None:
    change = ACTIONS["new state"](team, absence)
    AbsenceState.objects.create(absence=absence, from_day=nov(27), state="aktivt_sygemeldt")
    with pytest.raises(ValidationError, match="ændret siden"):
        services.undo(token=change.undo, **team.acting)


def test_days_taken_since_are_not_taken_back(team: Team, absence: SickNotification) -> None:
    """Withdrawn, and the days registered anew: undoing would make two absences of the same days."""
    change = services.withdraw(absence=absence, **team.acting)
    make_absence(team.jonna, nov(3), nov(4))
    with pytest.raises(ValidationError, match=r"3\. november til 4\. november"):
        services.undo(token=change.undo, **team.acting)
    absence.refresh_from_db()
    assert absence.withdrawn_at is not None


def test_only_whoever_did_it_may_undo(team: Team, absence: SickNotification) -> None:
    change = ACTIONS["return"](team, absence)
    with pytest.raises(ValidationError) as error:
        services.undo(token=change.undo, by=make_hr(), today=team.acting["today"])
    assert error.value.messages == [TOO_LATE]


def test_reach_is_asked_again(team: Team, absence: SickNotification) -> None:
    change = ACTIONS["return"](team, absence)
    RoleAssignment.objects.filter(user=team.leader).delete()
    team.leader.__dict__.pop("_reach", None)
    with pytest.raises(OutOfReachError):
        services.undo(token=change.undo, **team.acting)


@pytest.mark.parametrize("token", ["", "noget helt andet", "abc:def:ghi"])
def test_a_forged_address_is_refused(team: Team, token: str) -> None:
    with pytest.raises(ValidationError) as error:
        services.undo(token=token, **team.acting)
    assert error.value.messages == [TOO_LATE]


def test_the_token_says_nothing_about_anybody(team: Team, absence: SickNotification) -> None:
    from django.core import signing

    change = ACTIONS["correct"](team, absence)
    data = signing.loads(change.undo, salt="absence.undo")
    assert set(data) == {"by", "parts"}
    assert not any(isinstance(value, str) and len(value) != 24 for part in data["parts"] for value in part)


def test_nobody_else_may_undo_on_another_date(team: Team, absence: SickNotification) -> None:
    """The day of acting decides the reach, not the day of the token."""
    change = ACTIONS["return"](team, absence)
    RoleAssignment.objects.filter(user=team.leader).update(valid_to=date(2026, 11, 30))
    team.leader.__dict__.pop("_reach", None)
    with pytest.raises(OutOfReachError):
        services.undo(token=change.undo, by=team.leader, today=date(2026, 12, 1))

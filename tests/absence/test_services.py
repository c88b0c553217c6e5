"""Registering, changing, ending, correcting and withdrawing. Today is Thursday 19 November 2026."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from absence import services
from absence.models import AbsenceState, Category, SickNotification
from absence.saving import OverlapError
from absence.signals import absences_changed
from core.errors import OutOfReachError
from organisation.models import Employment
from tests.absence.team import TODAY, Team
from tests.builders import make_absence, make_employment


def nov(day: int) -> date:
    """A day in November 2026."""
    return date(2026, 11, day)


def register(team: Team, first_day: date, last_day: date | None = None, **more: Any) -> SickNotification:
    """Register through the service."""
    employment = more.pop("employment", team.jonna)
    return services.register(
        employment=employment, category=more.pop("category", team.sickness), first_day=first_day, last_day=last_day, **more, **team.acting
    ).absence  # fmt: skip


def correct(team: Team, absence: SickNotification, **changes: Any) -> SickNotification:
    """Correct some values, the others as they are."""
    values = {
        name: getattr(absence, name)
        for name in (
            "category",
            "first_day",
            "last_day",
            "expected_last_day",
            "work_related",
            "agreed_contact",
        )
    }
    return services.correct(absence=absence, **(values | changes), **team.acting).absence


def steps(absence: SickNotification) -> list[tuple[date, str, float | None]]:
    """The stored states in order."""
    return list(
        AbsenceState.objects.filter(absence=absence)
        .order_by("from_day")
        .values_list("from_day", "state", "worked_hours_week")
    )


def messages(error: pytest.ExceptionInfo[ValidationError]) -> str:
    """All messages of an error in one text."""
    return " ".join(error.value.messages)


# ---------- register ----------


def test_register_keeps_what_was_said(team: Team) -> None:
    absence = register(
        team, nov(17), expected_last_day=nov(27), work_related="yes", agreed_contact="  Jeg ringer mandag  "
    )
    assert (absence.first_day, absence.last_day, absence.expected_last_day) == (nov(17), None, nov(27))
    assert (absence.work_related, absence.agreed_contact) == ("yes", "Jeg ringer mandag")
    assert absence.created_by_id == team.leader.pk
    assert absence.source == "registered"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (nov(3), nov(7)),
        (nov(7), None),
        (nov(1), nov(3)),
        (nov(1), nov(30)),
        (nov(5), nov(5)),
    ],
)
def test_no_two_absences_on_one_day(team: Team, first: date, last: date | None) -> None:
    other = register(team, nov(3), nov(7))
    with pytest.raises(OverlapError) as error:
        register(team, first, last)
    assert messages(error) == (
        "Der er allerede en sygemelding fra 3. november til 7. november. Ret den, eller vælg andre dage."
    )
    assert error.value.other == other
    assert SickNotification.objects.count() == 1


def test_the_days_beside_another_absence_are_free(team: Team) -> None:
    register(team, nov(3), nov(7))
    register(team, nov(8))
    register(team, nov(2), nov(2))
    assert SickNotification.objects.count() == 3


def test_another_employee_may_be_away_the_same_day(team: Team) -> None:
    register(team, nov(3), nov(7))
    assert register(team, nov(3), nov(7), employment=team.torben).pk


def test_the_database_itself_refuses_and_the_message_is_the_same(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people register at once: the first look sees nothing, then the constraint speaks."""
    register(team, nov(3), nov(7))
    real, looks = services.selectors.overlapping, []

    def blind_once(*args: Any, **kwargs: Any) -> SickNotification | None:
        looks.append(args)
        return None if len(looks) == 1 else real(*args, **kwargs)

    monkeypatch.setattr("absence.selectors.overlapping", blind_once)
    with pytest.raises(OverlapError, match=r"3\. november til 7\. november"):
        register(team, nov(5))
    assert len(looks) == 2
    assert SickNotification.objects.count() == 1  # and the transaction still works


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"first_day": nov(18), "last_day": nov(13)}, "last_day"),
        ({"first_day": nov(18), "expected_last_day": nov(13)}, "expected_last_day"),
        ({"first_day": date(2027, 6, 1)}, "first_day"),
        ({"first_day": date(2014, 6, 1)}, "first_day"),
    ],
)
def test_wrong_dates_are_refused(team: Team, dates: dict[str, date], field: str) -> None:
    with pytest.raises(ValidationError) as error:
        register(team, **dates)  # type: ignore[arg-type]
    assert list(error.value.message_dict) == [field]
    assert not SickNotification.objects.exists()


def test_a_long_agreement_is_refused(team: Team) -> None:
    with pytest.raises(ValidationError) as error:
        register(team, nov(18), agreed_contact="x" * 201)
    assert list(error.value.message_dict) == ["agreed_contact"]


def test_every_write_tells_the_apps_above_in_the_same_transaction(team: Team) -> None:
    heard: list[list[int]] = []

    def listen(sender: object, absence_ids: list[int], **kwargs: object) -> None:
        heard.append(absence_ids)

    absences_changed.connect(listen)
    try:
        absence = register(team, nov(3))
        services.change_state(absence=absence, state="aktivt_sygemeldt", from_day=nov(5), **team.acting)
        services.return_to_work(absence=absence, first_day_back=nov(9), **team.acting)
        services.reopen(absence=absence, **team.acting)
        change = services.withdraw(absence=absence, **team.acting)
        services.undo(token=change.undo, **team.acting)
        moved = services.move_to(absence=absence, employment=team.torben, **team.acting).absence
        correct(team, moved, first_day=nov(4))
    finally:
        absences_changed.disconnect(listen)
    assert heard[:6] == [[absence.pk]] * 6
    assert sorted({pk for ids in heard[6:8] for pk in ids}) == sorted([absence.pk, moved.pk])
    assert heard[-1] == [moved.pk]


def test_a_listener_that_fails_undoes_the_registration(team: Team) -> None:
    def refuse(sender: object, **kwargs: object) -> None:
        raise RuntimeError("no")

    absences_changed.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            register(team, nov(3))
    finally:
        absences_changed.disconnect(refuse)
    assert not SickNotification.objects.exists()


# ---------- continue ----------


def test_a_new_absence_after_days_off_may_continue_the_old(team: Team) -> None:
    """Jonna works Monday to Thursday: from Thursday 12th to Monday 16th there was no work."""
    old = register(team, nov(9), nov(12))
    again = register(team, nov(16), expected_last_day=nov(20), continues=old, agreed_contact="Ringer fredag")
    assert again.pk == old.pk
    assert (again.first_day, again.last_day, again.expected_last_day) == (nov(9), None, nov(20))
    assert again.agreed_contact == "Ringer fredag"
    assert SickNotification.objects.count() == 1


def test_after_a_partial_return_the_continued_absence_is_whole(team: Team) -> None:
    old = make_absence(team.jonna, nov(2), nov(12), states=[(nov(9), "delvist_raskmeldt", 16)])
    again = register(team, nov(16), continues=old)
    assert steps(again) == [(nov(9), "delvist_raskmeldt", 16), (nov(16), "sygemeldt", None)]


def test_work_in_between_makes_it_a_new_absence(team: Team) -> None:
    old = register(team, nov(9), nov(11))
    with pytest.raises(ValidationError, match="arbejdsdage imellem"):
        register(team, nov(16), continues=old)
    old.refresh_from_db()
    assert old.last_day == nov(11)


# ---------- states ----------


def change(
    team: Team, absence: SickNotification, state: str, from_day: date, **more: Any
) -> SickNotification:
    """Change the state through the service."""
    return services.change_state(
        absence=absence, state=state, from_day=from_day, **more, **team.acting
    ).absence


def test_states_follow_each_other_and_relapse_goes_back(team: Team) -> None:
    absence = register(team, nov(2))
    change(team, absence, "aktivt_sygemeldt", nov(5))
    change(team, absence, "delvist_raskmeldt", nov(9), worked_hours_week=8)
    change(team, absence, "delvist_raskmeldt", nov(16), worked_hours_week=16)
    change(team, absence, "sygemeldt", nov(18))
    assert steps(absence) == [
        (nov(5), "aktivt_sygemeldt", None),
        (nov(9), "delvist_raskmeldt", 8),
        (nov(16), "delvist_raskmeldt", 16),
        (nov(18), "sygemeldt", None),
    ]


def test_hours_per_weekday(team: Team) -> None:
    absence = change(
        team, register(team, nov(2)), "delvist_raskmeldt", nov(9), worked_hours=[4, 4, 4, 4, 0, 0, 0]
    )
    assert absence.states.get().worked_hours == [4, 4, 4, 4, 0, 0, 0]


def test_a_step_on_the_same_day_is_replaced_or_taken_away(team: Team) -> None:
    absence = register(team, nov(2))
    change(team, absence, "delvist_raskmeldt", nov(9), worked_hours_week=8)
    change(team, absence, "delvist_raskmeldt", nov(9), worked_hours_week=12)
    assert steps(absence) == [(nov(9), "delvist_raskmeldt", 12)]
    change(team, absence, "aktivt_sygemeldt", nov(9))
    assert steps(absence) == [(nov(9), "aktivt_sygemeldt", None)]
    change(team, absence, "sygemeldt", nov(9))
    assert steps(absence) == []


def test_a_relapse_may_drop_the_steps_planned_after_it(team: Team) -> None:
    absence = register(team, nov(2))
    for day, hours in ((9, 8), (23, 16), (30, 24)):
        change(team, absence, "delvist_raskmeldt", nov(day), worked_hours_week=hours)
    change(team, absence, "sygemeldt", nov(19), drop_later=True)
    assert steps(absence) == [(nov(9), "delvist_raskmeldt", 8), (nov(19), "sygemeldt", None)]


@pytest.mark.parametrize(
    ("state", "from_day", "more", "field"),
    [
        ("sygemeldt", nov(9), {}, "state"),
        ("raskmeldt", nov(9), {}, "state"),
        ("delvist_raskmeldt", nov(9), {}, "worked_hours_week"),
        ("delvist_raskmeldt", nov(9), {"worked_hours_week": 32}, "worked_hours_week"),
        ("delvist_raskmeldt", nov(9), {"worked_hours_week": 0}, "worked_hours_week"),
        ("aktivt_sygemeldt", nov(1), {}, "from_day"),
    ],
)
def test_wrong_states_are_refused(
    team: Team, state: str, from_day: date, more: dict[str, float], field: str
) -> None:
    absence = register(team, nov(2))
    with pytest.raises(ValidationError) as error:
        change(team, absence, state, from_day, **more)
    assert list(error.value.message_dict) == [field]
    assert steps(absence) == []


# ---------- return and reopen ----------


def test_the_day_before_the_first_day_back_is_the_last(team: Team) -> None:
    absence = register(team, nov(2))
    change(team, absence, "delvist_raskmeldt", nov(9), worked_hours_week=8)
    change(team, absence, "delvist_raskmeldt", nov(23), worked_hours_week=16)
    back = services.return_to_work(absence=absence, first_day_back=nov(16), **team.acting).absence
    assert back.last_day == nov(15)
    assert steps(back) == [(nov(9), "delvist_raskmeldt", 8)]  # what was planned after is gone
    with pytest.raises(ValidationError, match=r"allerede afsluttet 15\. november"):
        services.return_to_work(absence=absence, first_day_back=nov(17), **team.acting)


def test_a_return_that_was_not(team: Team) -> None:
    absence = register(team, nov(2), nov(8))
    again = services.reopen(absence=absence, expected_last_day=nov(27), **team.acting).absence
    assert (again.last_day, again.expected_last_day) == (None, nov(27))
    with pytest.raises(ValidationError, match="ikke afsluttet"):
        services.reopen(absence=absence, **team.acting)


def test_reopening_into_a_later_absence_names_it(team: Team) -> None:
    absence = register(team, nov(2), nov(8))
    register(team, nov(16), nov(17))
    with pytest.raises(OverlapError, match=r"16\. november til 17\. november"):
        services.reopen(absence=absence, **team.acting)
    absence.refresh_from_db()
    assert absence.last_day == nov(8)


# ---------- correct ----------


def test_correcting_dates_moves_the_states_along(team: Team) -> None:
    absence = make_absence(
        team.jonna,
        nov(2),
        nov(18),
        states=[
            (nov(3), "aktivt_sygemeldt", None),
            (nov(5), "delvist_raskmeldt", 8),
            (nov(16), "delvist_raskmeldt", 16),
        ],
    )
    correct(team, absence, first_day=nov(9), last_day=nov(13))
    assert steps(absence) == [(nov(9), "delvist_raskmeldt", 8)]


def test_correcting_category_and_agreement(team: Team) -> None:
    absence = register(team, nov(2))
    injury = Category.objects.get(key="arbejdsskade")
    corrected = correct(team, absence, category=injury, work_related="yes", agreed_contact="Torsdag")
    assert (corrected.category, corrected.work_related, corrected.agreed_contact) == (
        injury,
        "yes",
        "Torsdag",
    )


def test_correcting_into_another_absence_is_refused_whole(team: Team) -> None:
    register(team, nov(2), nov(5))
    absence = register(team, nov(9), nov(12))
    with pytest.raises(OverlapError, match=r"2\. november til 5\. november"):
        correct(team, absence, first_day=nov(4), agreed_contact="Ny aftale")
    absence.refresh_from_db()
    assert (absence.first_day, absence.agreed_contact) == (nov(9), "")


def test_the_wrong_employee(team: Team) -> None:
    absence = register(team, nov(2), agreed_contact="Jonna ringer selv")
    moved = services.move_to(absence=absence, employment=team.torben, **team.acting).absence
    absence.refresh_from_db()
    assert absence.withdrawn_at is not None
    assert (moved.employment, moved.first_day, moved.withdrawn_at) == (team.torben, nov(2), None)
    assert moved.agreed_contact == ""  # an agreement with somebody else


def test_payroll_days_are_not_contradicted_here(team: Team) -> None:
    absence = make_absence(team.jonna, nov(2), nov(5))
    absence.payroll_days.create(date=nov(2), absent_hours=8, cause_code="526")
    with pytest.raises(ValidationError, match="lønsystemet"):
        correct(team, absence, first_day=nov(3))
    with pytest.raises(ValidationError, match="lønsystemet"):
        services.reopen(absence=absence, **team.acting)
    assert correct(team, absence, agreed_contact="Ringer").agreed_contact == "Ringer"


# ---------- withdraw ----------


def test_withdrawn_days_may_be_registered_again(team: Team) -> None:
    absence = register(team, nov(2), nov(5))
    services.withdraw(absence=absence, **team.acting)
    again = register(team, nov(2), nov(5))
    assert again.pk != absence.pk
    with pytest.raises(ValidationError, match="trukket tilbage"):
        services.return_to_work(absence=absence, first_day_back=nov(6), **team.acting)


def test_nobody_out_of_reach_is_touched(team: Team) -> None:
    stranger = make_employment("Lone Graverholt")
    absence = make_absence(stranger, nov(2))
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (services.register, {"employment": stranger, "category": team.sickness, "first_day": nov(16)}),
        (services.withdraw, {"absence": absence}),
        (services.reopen, {"absence": absence}),
        (services.return_to_work, {"absence": absence, "first_day_back": nov(16)}),
        (services.change_state, {"absence": absence, "state": "aktivt_sygemeldt", "from_day": nov(16)}),
        (services.move_to, {"absence": absence, "employment": team.jonna}),
        (services.move_to, {"absence": register(team, nov(2)), "employment": stranger}),
    ]
    for service, arguments in attempts:
        with pytest.raises(OutOfReachError):
            service(**arguments, **team.acting)
    assert SickNotification.objects.filter(employment=stranger, withdrawn_at=None, last_day=None).count() == 1


def test_employments_are_compared_by_row(team: Team) -> None:
    """An employment of somebody who left: out of a leader's reach on this day."""
    gone = make_employment("Palle Thorsager", team.unit, end=nov(1))
    assert isinstance(gone, Employment)
    with pytest.raises(OutOfReachError):
        register(team, date(2026, 10, 1), employment=gone)


def test_today_is_only_a_parameter(team: Team) -> None:
    with pytest.raises(ValidationError):
        services.register(
            employment=team.jonna,
            category=team.sickness,
            first_day=TODAY,
            by=team.leader,
            today=date(2026, 1, 1),
        )

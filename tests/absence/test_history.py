"""What the history says, and who did it."""

from typing import Any

from absence import history, selectors, services
from absence.models import Category, SickNotification
from tests.absence.team import TODAY, Team
from tests.absence.test_services import correct, nov, register
from tests.builders import make_absence


def told(absence: SickNotification, team: Team) -> list[tuple[str, str, str]]:
    """Every entry's short word, title and detail."""
    fresh = selectors.get_absence(team.leader, absence.pk, TODAY)
    pattern = selectors.work_calendar([fresh.employment_id], TODAY, TODAY).pattern(fresh.employment_id, TODAY)
    found = history.entries(fresh, pattern=pattern, today=TODAY)
    assert {entry.actor for entry in found} == {"Signe Lyngvad"}
    return [(entry.type_word, entry.title, entry.detail) for entry in found]


def test_the_beginning(team: Team) -> None:
    absence = register(team, nov(2), expected_last_day=nov(20), agreed_contact="Ringer fredag")
    assert told(absence, team) == [
        (
            "Registreret",
            "Sygemelding registreret",
            "Fravær fra 2. november. Egen sygdom. Forventet sidste dag 20. november. Aftalt om kontakt: Ringer fredag",
        )
    ]


def test_each_action_has_its_entry(team: Team) -> None:
    absence = register(team, nov(2))
    acting: dict[str, Any] = {"absence": absence, **team.acting}
    services.change_state(state="aktivt_sygemeldt", from_day=nov(4), **acting)
    services.change_state(state="delvist_raskmeldt", from_day=nov(4), worked_hours_week=8, **acting)
    services.change_state(state="delvist_raskmeldt", from_day=nov(30), worked_hours_week=16, **acting)
    services.return_to_work(first_day_back=nov(16), **acting)
    services.reopen(**acting)
    correct(team, SickNotification.objects.get(), first_day=nov(3), expected_last_day=nov(25), work_related="yes", agreed_contact="Torsdag", category=Category.objects.get(key="arbejdsskade"))  # fmt: skip
    services.withdraw(**acting)
    found = told(absence, team)
    assert sorted(found) == sorted(
        [
            ("Trukket tilbage", "Sygemeldingen er trukket tilbage", "Den tæller ikke med nogen steder."),
            ("Dato rettet", "Første dag rettet", "Fra 2. november til 3. november."),
            ("Dato rettet", "Forventet sidste dag rettet", "Sat til 25. november."),
            ("Rettet", "Fraværets art rettet", "Fra Egen sygdom til Arbejdsskade eller -ulykke."),
            ("Rettet", "Svaret om arbejdet rettet", "Fra ved ikke til ja."),
            ("Aftale", "Aftalen om kontakt ændret", "Torsdag"),
            ("Genåbnet", "Sygemeldingen er genåbnet", "Den var afsluttet 15. november."),
            ("Status", "Helt tilbage fra 16. november", "Sidste dag med fravær er 15. november."),
            ("Status", "Delvist tilbage, 16 af 32 timer fra 30. november taget væk", ""),
            ("Status", "Delvist tilbage, 16 af 32 timer fra 30. november", ""),
            (
                "Status",
                "Delvist tilbage, 8 af 32 timer fra 4. november",
                "Før: Aktivt sygemeldt fra 4. november.",
            ),
            ("Status", "Aktivt sygemeldt fra 4. november", ""),
            ("Registreret", "Sygemelding registreret", "Fravær fra 2. november. Egen sygdom."),
        ]
    )


def test_an_undone_action_stays_visible(team: Team) -> None:
    absence = make_absence(team.jonna, nov(2), created_by=team.leader)
    change = services.return_to_work(absence=absence, first_day_back=nov(16), **team.acting)
    services.undo(token=change.undo, **team.acting)
    assert ("Fortrudt", "Sygemeldingen er genåbnet", "Den var afsluttet 15. november.") in told(absence, team)


def test_a_state_that_an_undo_brought_back(team: Team) -> None:
    absence = register(team, nov(2))
    services.change_state(
        absence=absence, state="delvist_raskmeldt", from_day=nov(30), worked_hours_week=16, **team.acting
    )
    change = services.return_to_work(absence=absence, first_day_back=nov(16), **team.acting)
    services.undo(token=change.undo, **team.acting)
    found = told(absence, team)
    assert ("Fortrudt", "Delvist tilbage, 16 af 32 timer fra 30. november", "") in found


def test_a_file_is_named_as_the_source(team: Team) -> None:
    absence = make_absence(team.jonna, nov(2), source="file")
    fresh = selectors.get_absence(team.leader, absence.pk, TODAY)
    assert [entry.actor for entry in history.entries(fresh, pattern=None, today=TODAY)] == ["Indlæst fra fil"]

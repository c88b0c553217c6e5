"""The pages through HTTP: what is shown, what is kept on errors, what is logged, and how many queries it takes.

The clock stands at Thursday 19 November 2026.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from absence import timeline
from absence.models import SickNotification
from organisation.models import AccessLog
from tests.absence.team import TODAY, Team
from tests.absence.test_services import nov
from tests.builders import log_in, make_absence, make_employment, make_hr, make_leader, make_unit

CLOCKS = ("absence.views.case", "absence.views.employees", "absence.views.register")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in CLOCKS:
        monkeypatch.setattr(f"{module}.today", lambda: TODAY)
    for module in ("organisation.permissions", "core.forms"):
        name = "clock_today" if module == "core.forms" else "today"
        monkeypatch.setattr(f"{module}.{name}", lambda: TODAY)


@pytest.fixture
def page(team: Team, client: Client) -> Client:
    """A client logged in as the leader of Team Syd."""
    log_in(client, team.leader)
    return client


def text(response: Any) -> str:
    """The page with white space folded."""
    return " ".join(response.content.decode().split())


def registration(team: Team, **values: str) -> dict[str, str]:
    """A filled-in form."""
    return {
        "employment": str(team.jonna.pk),
        "first_day": "17.11",
        "expected_last_day": "",
        "last_day": "",
        "category": str(team.sickness.pk),
        "work_related": "unknown",
        "agreed_contact": "",
        **values,
    }


# ---------- register ----------


def test_register_reads_dates_as_people_type_them(team: Team, page: Client) -> None:
    sent = page.post(
        reverse("register"),
        registration(team, first_day="i går", expected_last_day="27/11", agreed_contact="Ringer"),
    )
    absence = SickNotification.objects.get()
    assert sent.status_code == 302
    assert sent["Location"] == reverse("case", args=[absence.pk])
    assert (absence.first_day, absence.expected_last_day) == (nov(18), nov(27))
    shown = text(page.get(sent["Location"]))
    assert "Sygemeldingen er gemt." in shown
    assert "/fravaer/fortryd/" in shown


def test_save_and_register_another(team: Team, page: Client) -> None:
    sent = page.post(reverse("register"), registration(team, og_en_til="Gem og registrér en til"))
    assert sent["Location"] == reverse("register")


def test_an_error_keeps_what_was_typed(team: Team, page: Client) -> None:
    shown = text(
        page.post(
            reverse("register"),
            registration(
                team, first_day="18.11", expected_last_day="13.11", agreed_contact="Jeg ringer mandag"
            ),
        )
    )
    assert "Forventet sidste dag kan ikke være før første dag. Mente du 23.11.2026?" in shown
    assert "data-error-summary" in shown
    for typed in ('value="18.11"', 'value="13.11"', 'value="Jeg ringer mandag"'):
        assert typed in shown
    assert f'<option value="{team.jonna.pk}" selected>' in shown
    assert not SickNotification.objects.exists()


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"first_day": "32.11"}, "32. november findes ikke"),
        ({"first_day": ""}, "Skriv den første dag."),
        ({"employment": ""}, "Vælg en medarbejder."),
        ({"employment": "999999"}, "Vælg en medarbejder."),
        ({"category": "999999"}, "Vælg en af arterne på listen."),
        ({"category": "x'; drop"}, "Vælg en af arterne på listen."),
        ({"work_related": "måske"}, "Vælg et af svarene."),
        ({"agreed_contact": "x" * 201}, "Der er plads til 200 tegn."),
    ],
)
def test_wrong_input_is_answered_in_place(
    team: Team, page: Client, values: dict[str, str], says: str
) -> None:
    response = page.post(reverse("register"), registration(team, **values))
    assert response.status_code == 200
    assert says in text(response)
    assert not SickNotification.objects.exists()


def test_an_overlap_names_and_links_the_other_absence(team: Team, page: Client) -> None:
    other = make_absence(team.jonna, nov(16), nov(18))
    shown = text(page.post(reverse("register"), registration(team)))
    assert "Der er allerede en sygemelding fra 16. november til 18. november." in shown
    assert reverse("case", args=[other.pk]) in shown


def test_a_following_absence_is_asked_about(team: Team, page: Client) -> None:
    earlier = make_absence(team.jonna, nov(9), nov(12))  # Jonna works Monday to Thursday
    form = registration(team, first_day="16.11")
    assert "Fortsætter det tidligere fravær?" in text(page.post(reverse("register"), form))
    assert SickNotification.objects.count() == 1
    page.post(reverse("register"), form | {"continues": f"ja-{earlier.pk}"})
    earlier.refresh_from_db()
    assert (SickNotification.objects.count(), earlier.last_day) == (1, None)


def test_a_following_absence_may_be_a_new_one(team: Team, page: Client) -> None:
    earlier = make_absence(team.jonna, nov(9), nov(12))
    page.post(reverse("register"), registration(team, first_day="16.11", continues=f"nej-{earlier.pk}"))
    assert SickNotification.objects.count() == 2


def test_the_leader_is_not_on_the_list_and_strangers_are_not_either(team: Team, page: Client) -> None:
    make_employment("Lone Graverholt", make_unit("Team Nord"))
    team.leader.person = make_employment("Signe Lyngvad", team.unit).person
    team.leader.save()
    shown = text(page.get(reverse("register")))
    assert "Jonna Vestermark, 32 timer, Team Syd" in shown
    assert "Lone Graverholt" not in shown
    assert "Signe Lyngvad, 37 timer" not in shown


@pytest.fixture
def many(team: Team) -> Team:
    """More employees than fit a plain list."""
    for number in range(55):
        make_employment(f"Prøve Person {number:02}", team.unit)
    return team


def test_many_employees_are_searched_for(many: Team, page: Client) -> None:
    assert 'role="combobox"' in text(page.get(reverse("register")))
    found = text(page.get(reverse("absence_search"), {"who": "vest jon"}))
    assert f'data-value="{many.jonna.pk}"' in found
    assert "Prøve" not in found
    assert "Ingen fundet" in text(page.get(reverse("absence_search"), {"who": "zzz"}))


@pytest.mark.parametrize(
    ("who", "employment", "says"),
    [
        ("jonna", "", ""),  # without scripts: one match is enough
        ("Jonna Vestermark, 32 timer, Team Syd", "jonna", ""),
        ("Prøve", "", "Flere passer på »Prøve«"),
        ("Ingen Sådan", "", "Vi finder ingen"),
        ("Torben Højlund, 37 timer, Team Syd", "jonna", "torben"),  # changed after picking: the text counts
        ("", "", "Vælg en medarbejder."),
    ],
)
def test_search_works_without_scripts(many: Team, page: Client, who: str, employment: str, says: str) -> None:
    picked = str(many.jonna.pk) if employment else ""
    shown = text(page.post(reverse("register"), registration(many, who=who, employment=picked)))
    absence = SickNotification.objects.first()
    if says in ("", "torben"):
        assert absence is not None
        assert absence.employment == (many.torben if says else many.jonna)
    else:
        assert absence is None
        assert says in shown


class Asking(timeline.Provider):
    """An app above that has something to say on every page."""

    def preview(self, draft: timeline.Draft, today: Any) -> list[timeline.Preview]:
        return [timeline.Preview(day=draft.first_day, when="Mandag 23. november", what="ring", why="Dag 3")]

    def next_deadlines(self, employment_ids: Any, today: Any) -> dict[int, timeline.NextDeadline]:
        return {
            key: timeline.NextDeadline(day=today, state="due", text="Ring i dag") for key in employment_ids
        }

    def workdays_12(self, employment_ids: Any, today: Any) -> dict[int, float]:
        return dict.fromkeys(employment_ids, 12.5)

    def next_steps(self, absence: Any, by: Any, today: Any) -> list[timeline.NextStep]:
        return [timeline.NextStep(day=today, title="Opfølgende samtale", why="Lovens fire uger")]


@pytest.fixture
def asking() -> Iterator[None]:
    """Register the app for a test."""
    provider = Asking()
    timeline.register_provider(provider)
    timeline.register_provider(Asking())  # twice is once
    yield
    timeline.unregister_provider(provider)


def test_the_form_shows_what_the_rules_will_ask_and_the_latest(
    team: Team, page: Client, asking: None
) -> None:
    make_absence(team.jonna, nov(2), nov(3))
    shown = text(page.post(reverse("register_preview"), registration(team), HTTP_HX_REQUEST="true"))
    assert shown.count("<b>Mandag 23. november:</b> ring") == 1
    assert "2.-3. november" in shown
    assert "<html" not in shown


# ---------- list ----------


def test_the_list_has_one_status_line_each(team: Team, page: Client, asking: None) -> None:
    make_absence(team.jonna, nov(2), expected_last_day=nov(30), states=[(nov(16), "delvist_raskmeldt", 16)])
    shown = text(page.get(reverse("employees")))
    assert "Delvist tilbage, 16 af 32 timer, ventes fuldt tilbage 1. december · dag 18" in shown
    assert "På arbejde" in shown
    assert "Ring i dag" in shown
    assert "12,5 arbejdsdage på 12 måneder" in shown
    assert shown.index("Jonna Vestermark") < shown.index("Torben Højlund")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "syg"}, ["Torben Højlund"]),
        ({"status": "delvist"}, ["Jonna Vestermark"]),
        ({"status": "tilbage"}, ["Aage Holt", "Åse Dam"]),
        ({"q": "  TORB "}, ["Torben Højlund"]),
        ({"sortering": "fravaer"}, ["Torben Højlund", "Jonna Vestermark", "Aage Holt", "Åse Dam"]),
        ({"status": "noget", "sortering": "x", "enhed": "y", "side": "99"}, ["Jonna Vestermark", "Torben Højlund", "Aage Holt", "Åse Dam"]),
    ],
)  # fmt: skip
def test_filters_live_in_the_address(
    team: Team, page: Client, query: dict[str, str], names: list[str]
) -> None:
    """Danish order: å comes last, and aa is å."""
    make_employment("Åse Dam", team.unit)
    make_employment("Aage Holt", team.unit)
    make_absence(
        team.jonna, nov(2), states=[(nov(3), "aktivt_sygemeldt", None), (nov(16), "delvist_raskmeldt", 16)]
    )
    make_absence(team.torben, nov(9), states=[(nov(10), "delvist_raskmeldt", 16), (nov(16), "sygemeldt", None), (nov(30), "delvist_raskmeldt", 16)])  # fmt: skip
    response = page.get(reverse("employees"), query)
    assert [row.employment.person.name for row in response.context["rows"]] == names


def test_htmx_gets_the_list_alone(team: Team, page: Client) -> None:
    response = page.get(reverse("employees"), HTTP_HX_REQUEST="true")
    assert "<html" not in text(response)
    assert "Jonna Vestermark" in text(response)
    assert "HX-Request" in response["Vary"]


def test_a_unit_includes_those_below(nordby: object, client: Client) -> None:
    top, other = make_unit("Sundhed"), make_unit("Skole")
    make_employment("Bo Lind", make_unit("Team Syd", top))
    make_employment("Ida Dam", other)
    log_in(client, make_hr())
    response = client.get(reverse("employees"), {"enhed": str(top.pk)})
    assert [row.employment.person.name for row in response.context["rows"]] == ["Bo Lind"]


def test_an_empty_list_says_what_will_come(nordby: object, client: Client) -> None:
    log_in(client, make_leader(make_unit()))
    assert "Her kommer dine medarbejdere" in text(client.get(reverse("employees")))


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_takes_as_many_queries_for_two_as_for_forty(team: Team, page: Client) -> None:
    make_absence(team.jonna, nov(2), states=[(nov(9), "delvist_raskmeldt", 16)])
    make_absence(team.torben, nov(2), nov(6))
    _queries(page, reverse("employees"))
    few = _queries(page, reverse("employees"))
    for number in range(38):
        employment = make_employment(f"Person {number:02}", team.unit)
        make_absence(employment, nov(1), nov(3))
        make_absence(
            employment, nov(9), expected_last_day=nov(30), states=[(nov(12), "delvist_raskmeldt", 8)]
        )
    assert _queries(page, reverse("employees")) == few
    assert few <= 30


# ---------- case ----------


def test_the_case_page_tells_the_whole_story(team: Team, page: Client, asking: None) -> None:
    absence = make_absence(
        team.jonna,
        nov(2),
        expected_last_day=nov(30),
        created_by=team.leader,
        agreed_contact="Ringer torsdag",
        states=[(nov(16), "delvist_raskmeldt", 16)],
    )
    shown = text(page.get(reverse("case", args=[absence.pk])))
    for piece in (
        "Delvist tilbage, 16 af 32 timer",
        "Mandag 2. november 2026",
        "Dag 18",
        "50 % fravær",
        "Tirsdag 1. december 2026",
        "Signe Lyngvad",
        "Vis forløbet som liste",
        "Opfølgende samtale",
        "Sygemelding registreret",
        "Ringer torsdag",
        "Medarbejderen kan læse det, der står her.",
    ):
        assert piece in shown


def act(page: Client, name: str, absence: SickNotification, values: dict[str, Any]) -> Any:
    """Send an action's form and follow to the case."""
    return page.post(reverse(name, args=[absence.pk]), values, follow=True)


def test_every_action_and_its_undo(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2), created_by=team.leader)
    steps: list[tuple[str, dict[str, Any], str, str]] = [
        ("case_state", {"state": "delvist_raskmeldt", "from_day": "16.11", "worked_hours_week": "18,5"}, "Den nye status er gemt.", "Delvist tilbage, 18,5 af 32 timer"),
        ("case_return", {"first_day_back": "19.11"}, "Fraværet er afsluttet.", "Helt tilbage fra 19. november"),
        ("case_reopen", {"expected_last_day": ""}, "Sygemeldingen er genåbnet.", "Den var afsluttet 18. november."),
        ("case_correct", {"first_day": "3.11", "last_day": "", "expected_last_day": "", "category": str(team.sickness.pk), "work_related": "yes", "agreed_contact": "Ny aftale"}, "Rettelsen er gemt.", "Fra 2. november til 3. november."),
        ("case_withdraw", {}, "trukket tilbage og tæller ikke med", "Sygemeldingen er trukket tilbage"),
    ]  # fmt: skip
    for name, values, message, history in steps:
        shown = act(page, name, absence, values)
        assert message in text(shown), name
        assert history in text(shown), name
        if name == "case_withdraw":
            address = text(shown).split('action="/fravaer/fortryd/')[1].split('"')[0]
            undone = page.post(f"/fravaer/fortryd/{address}", follow=True)
            assert "Det er fortrudt." in text(undone)
            assert "Sygemeldingen gælder igen" in text(undone)
    absence.refresh_from_db()
    assert (absence.first_day, absence.withdrawn_at, absence.agreed_contact) == (nov(3), None, "Ny aftale")


def test_hours_per_weekday_and_the_share_while_typing(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2))
    form = {"state": "delvist_raskmeldt", "from_day": "16.11", "hours_mandag": "4", "hours_onsdag": "4,0"}
    shared = page.post(reverse("case_share", args=[absence.pk]), form)
    assert text(shared) == "8 af 32 timer på arbejde. Fraværet er 75 % af arbejdstiden."
    act(page, "case_state", absence, form)
    assert absence.states.get().worked_hours == [4, 0, 4, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("case_state", {"state": "delvist_raskmeldt", "from_day": "16.11"}, "hvor mange timer"),
        ("case_state", {"state": "delvist_raskmeldt", "from_day": "16.11", "worked_hours_week": "abc"}, "Skriv et tal"),
        ("case_state", {"state": "delvist_raskmeldt", "from_day": "16.11", "worked_hours_week": "nan"}, "Skriv et tal"),
        ("case_state", {"state": "delvist_raskmeldt", "from_day": "16.11", "worked_hours_week": "40"}, "32 timer om ugen"),
        ("case_state", {"from_day": "16.11"}, "Vælg en status."),
        ("case_return", {"first_day_back": "1.11"}, "Vælg en senere dag"),
        ("case_correct", {"first_day": "igen"}, "Vi kan ikke læse datoen."),
        ("case_move", {"employment": ""}, "Vælg en medarbejder."),
    ],
)  # fmt: skip
def test_wrong_actions_are_answered_in_place(
    team: Team, page: Client, name: str, values: dict[str, str], says: str
) -> None:
    absence = make_absence(team.jonna, nov(2))
    response = page.post(reverse(name, args=[absence.pk]), values)
    assert response.status_code == 200
    assert says in text(response)
    for typed in values.values():
        assert typed in text(response)


def test_moving_to_the_right_employee(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2), created_by=team.leader)
    shown = act(page, "case_move", absence, {"employment": str(team.torben.pk)})
    assert shown.context["absence"].employment == team.torben
    assert "Sygemeldingen er flyttet." in text(shown)


def test_undo_after_somebody_else_changed_it(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2))
    shown = act(page, "case_return", absence, {"first_day_back": "19.11"})
    address = text(shown).split('action="/fravaer/fortryd/')[1].split('"')[0]
    SickNotification.objects.filter(pk=absence.pk).update(agreed_contact="Andet")
    assert "er ændret siden" in text(page.post(f"/fravaer/fortryd/{address}", follow=True))
    absence.refresh_from_db()
    assert absence.last_day == nov(18)


def test_a_withdrawn_case_offers_no_actions(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2))
    act(page, "case_withdraw", absence, {})
    shown = text(page.get(reverse("case", args=[absence.pk])))
    assert "Den står her som historik" in shown
    assert reverse("case_correct", args=[absence.pk]) not in shown


def test_the_employee_page(team: Team, page: Client, asking: None) -> None:
    make_absence(team.jonna, nov(2), nov(3))
    make_absence(team.jonna, TODAY.replace(year=2023), TODAY.replace(year=2023))
    shown = text(page.get(reverse("employee", args=[team.jonna.pk])))
    assert "2.-3. november" in shown
    assert "2023" not in shown.split("<table")[1]
    assert "2 kalenderdage med fravær. 1 periode er begyndt i den tid." in shown


# ---------- looks ----------


def test_every_page_that_shows_a_person_writes_down_the_look(team: Team, page: Client) -> None:
    absence = make_absence(team.jonna, nov(2))
    addresses = [
        reverse("employees"),
        reverse("employee", args=[team.jonna.pk]),
        reverse("register_for", args=[team.jonna.pk]),
        reverse("case", args=[absence.pk]),
        *(
            reverse(name, args=[absence.pk])
            for name in ("case_state", "case_return", "case_correct", "case_move")
        ),
    ]
    for address in addresses:
        before = AccessLog.objects.filter(person=team.jonna.person, actor=team.leader).count()
        assert page.get(address).status_code == 200
        assert AccessLog.objects.filter(person=team.jonna.person, actor=team.leader).count() == before + 1
    assert not AccessLog.objects.filter(person=team.torben.person).exists()  # at work: nothing was shown

"""The rules page: whose it is, the draft, the trial, adopting and versions."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conversations import rule_drafts, rule_preview
from conversations.models import RuleSet
from conversations.rules import codec
from conversations.rules.errors import RuleError
from conversations.rules.planning import Absence, plan
from conversations.rules.presets import PRESETS
from conversations.services.rules import set_rules
from core.clock import today
from core.tenancy import tenant
from organisation import selectors as organisation
from organisation.models.access import Role
from tests.builders import log_in, make_hr, make_unit, make_user

PAGE = "/opsaetning/regler/"
MONDAY = date(2026, 11, 30)  # Christmas lies within a month of it
GETS = (
    PAGE,
    f"{PAGE}visning/",
    f"{PAGE}regel/kontakt-3/",
    f"{PAGE}ny/forloeb/",
    f"{PAGE}gaeldende.json",
    f"{PAGE}kladde.json",
    f"{PAGE}udgave-1.json",
)
POSTS = (
    f"{PAGE}regel/kontakt-3/",
    f"{PAGE}regel/kontakt-3/slet/",
    f"{PAGE}ny/moenster/",
    f"{PAGE}begynd/",
    f"{PAGE}fil/",
    f"{PAGE}kasser/",
    f"{PAGE}fortryd/",
    f"{PAGE}i-kraft/",
)


@pytest.fixture
def koege(nordby: Any) -> RuleSet:
    """The municipality has adopted Køge's rules."""
    return set_rules(rules=PRESETS["koege"], on=today(), by=None)


@pytest.fixture
def hr(koege: RuleSet, client: Client) -> Client:
    """An HR user at the rules page."""
    log_in(client, make_hr())
    return client


def draft(client: Client, query: str = "") -> dict[str, Any]:
    """The draft as the page hands it out."""
    found: dict[str, Any] = json.loads(client.get(f"{PAGE}kladde.json{query}").content)
    return found


def text(response: Any) -> str:
    found: str = response.content.decode()
    return found


def offset(client: Client, key: str, value: int, query: str = "", **other: Any) -> Any:
    """Change a step's day through its slot."""
    data = {"timing": "on", "value": value, "unit": "day", "count": "calendar", "window_start": "", **other}
    url = f"{PAGE}regel/{key}/?del=offset{query}"
    return client.post(url, {f"regel-{key}-{name}": given for name, given in data.items()})


ADOPT = {"adopted_on": "01.10.2026", "adopted_by": "Hovedudvalget"}


def adopt(client: Client, query: str = "", **fields: Any) -> Any:
    """Put the draft in force as the page's form would."""
    newest = RuleSet.objects.filter(unit=None).order_by("-version").first() if not query else None
    base = newest.pk if newest is not None else ""
    return client.post(f"{PAGE}i-kraft/{query}", {**ADOPT, "base": base, **fields})


# ---------- who ----------


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.HR, 200),
        (Role.SYSTEMANSVARLIG, 200),
        (Role.LEDER, 404),
        (Role.KOORDINATOR, 404),
        (Role.MED, 404),
        (None, 404),
    ],
)
def test_only_hr_and_the_systemansvarlig_reach_the_rules(
    koege: RuleSet, client: Client, role: Role | None, expected: int
) -> None:
    log_in(client, make_user(role, make_unit() if role == Role.LEDER else None))
    assert {client.get(url).status_code for url in GETS} == {expected}
    statuses = {url: client.post(url).status_code for url in POSTS}
    if expected == 404:
        assert set(statuses.values()) == {404}
    else:  # empty posts: what lacks something is refused in place, the rest is done
        assert statuses.pop(f"{PAGE}begynd/") == 404  # names no set of rules
        assert set(statuses.values()) == {302, 422}, statuses


def test_without_log_in_the_page_asks_for_it(koege: RuleSet, client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/log")


def test_another_municipalitys_units_and_versions_do_not_exist(
    nordby: Any, sydby: Any, client: Client
) -> None:
    with tenant(sydby.pk):
        theirs = make_unit("Sydskolen")
        set_rules(rules=PRESETS["koege"], on=today(), by=None)
        set_rules(rules=PRESETS["koege"], on=today(), by=None, unit=theirs)
    log_in(client, make_hr())
    for url in GETS:
        assert client.get(f"{url}?enhed={theirs.pk}").status_code == 404
    assert client.post(f"{PAGE}i-kraft/?enhed={theirs.pk}", ADOPT).status_code == 404
    assert client.get(f"{PAGE}udgave-1.json").status_code == 404
    assert "Sydskolen" not in text(client.get(PAGE))


@pytest.mark.parametrize("wanted", ["abc", "²", "-1", "9" * 40])
def test_a_nonsense_unit_does_not_exist(hr: Client, wanted: str) -> None:
    assert hr.get(PAGE, {"enhed": wanted}).status_code == 404


# ---------- the draft ----------


def test_a_slot_opens_with_its_own_fields_only(hr: Client) -> None:
    fragment = text(hr.get(f"{PAGE}regel/samtale-14/?del=offset", headers={"hx-request": "true"}))
    assert 'name="regel-samtale-14-value" value="14"' in fragment
    assert "regel-samtale-14-actor" not in fragment
    assert "<html" not in fragment
    whole = text(hr.get(f"{PAGE}regel/samtale-14/?del=alt"))
    assert "regel-samtale-14-actor" in whole
    assert "<html" in whole


def test_a_change_goes_into_the_draft_and_not_into_force(hr: Client, koege: RuleSet) -> None:
    response = offset(hr, "kontakt-3", 4)
    assert response.headers["Location"] == f"{PAGE}?rettet=kontakt-3&ord=offset"
    assert draft(hr)["during"][0] == {"key": "kontakt-3", "kind": "kontakt", "timing": "on", "day": 4}
    assert "name" not in draft(hr)  # it is no longer Køge's, only based on it
    assert draft(hr)["based_on"] == "koege"
    assert json.loads(hr.get(f"{PAGE}gaeldende.json").content) == codec.to_json(PRESETS["koege"])
    assert "Kladde, ikke sat i kraft" in text(hr.get(PAGE))
    assert RuleSet.objects.count() == 1


def test_a_slot_leaves_the_rules_other_values_alone(hr: Client) -> None:
    rich = {
        "version": 1,
        "during": [
            {
                "key": "samtale-14",
                "kind": "samtale",
                "timing": "window",
                "from": 7,
                "day": 14,
                "count": "working",
                "repeat": {"weeks": 4, "times": 3, "stop": "partial_return"},
                "actor": "hr",
                "mandatory": "above_target",
                "expected_beyond_day": 20,
                "categories": ["egen_sygdom"],
                "skip_if_employment_ends_within_days": 56,
                "settled_by": {"kinds": ["rundbordssamtale"], "within_days": 10},
            }
        ],
        "pattern": [
            {
                "key": "trivsel",
                "periods": {"more_than": 4},
                "days": {"at_least": 14, "count": "working"},
                "combine": "all",
                "within": {"months": 12},
                "new_staff": {"under_months": 6, "periods": {"at_least": 3}},
                "period": {"min_days": 2, "max_days": 14},
                "quiet": {"months": 3},
                "settled_by": ["samtale"],
            }
        ],
    }
    file = SimpleUploadedFile("regler.json", json.dumps(rich).encode())
    assert hr.post(f"{PAGE}fil/", {"file": file}).status_code == 302
    assert draft(hr) == rich
    for key, slot, name, value in (
        ("samtale-14", "actor", "actor", "leader"),
        ("trivsel", "due_after_days", "due_after_days", "21"),
    ):
        fields = {f"regel-{key}-{name}": value, f"regel-{key}-due_count": "calendar"}
        assert hr.post(f"{PAGE}regel/{key}/?del={slot}", fields).status_code == 302
    del rich["during"][0]["actor"]  # type: ignore[index]
    rich["pattern"][0]["due_after_days"] = 21  # type: ignore[index]
    assert draft(hr) == rich


@pytest.mark.parametrize(
    ("value", "other", "place", "message"),
    [
        ("", {}, "value", "Skriv et tal."),
        ("fjorten", {}, "value", "Skriv et helt tal med cifre."),
        (2000, {}, "value", "fra 1 til 1826"),
        (14, {"timing": "window", "window_start": "20"}, "window_start", "Perioden skal begynde før 14."),
        (14, {"timing": "window"}, "window_start", "Skriv det tal, perioden begynder med."),
        (4, {"unit": "weeks", "count": "working"}, "count", "Uger og måneder tælles i kalenderdage."),
        (14, {"after": "kontakt-3"}, "unit", "Når reglen tæller fra et andet skridt"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field_and_kept_there(
    hr: Client, value: Any, other: dict[str, str], place: str, message: str
) -> None:
    response = offset(hr, "samtale-14", value, **other)
    assert response.status_code == 422
    form = response.context["during"][2].form
    assert message in form.errors[place][0]
    assert form.data["regel-samtale-14-value"] == str(value)
    assert draft(hr) == codec.to_json(PRESETS["koege"])


def test_rules_are_added_copied_switched_and_deleted(hr: Client) -> None:
    hr.post(f"{PAGE}begynd/", {"kilde": "koege"})
    page = hr.get(f"{PAGE}ny/forloeb/")
    form = page.context["new_form"]
    data = {f"ny-forloeb-{name}": value for name, value in form.initial.items() if value not in (None, False)}
    data |= {"ny-forloeb-kind": "handleplan", "ny-forloeb-value": 8, "ny-forloeb-unit": "weeks"}
    assert hr.post(f"{PAGE}ny/forloeb/", data).status_code == 302
    assert draft(hr)["during"][-1] == {
        "key": "handleplan-8-uger",
        "kind": "handleplan",
        "timing": "by",
        "weeks": 8,
    }
    hr.post(f"{PAGE}regel/kontakt-3/kopier/")
    hr.post(f"{PAGE}regel/kontakt-8/skift/")
    hr.post(f"{PAGE}regel/samtale-14/slet/")
    found = draft(hr)["during"]
    assert [step["key"] for step in found] == ["kontakt-3", "kontakt-3-2", "kontakt-8", "handleplan-8-uger"]
    assert found[2]["enabled"] is False
    hr.post(f"{PAGE}fortryd/")
    assert [step["key"] for step in draft(hr)["during"]][3] == "samtale-14"


def test_a_pattern_rule_is_added(hr: Client) -> None:
    form = hr.get(f"{PAGE}ny/moenster/").context["new_form"]
    data = {
        f"ny-moenster-{name}": value for name, value in form.initial.items() if value not in (None, False)
    }
    assert hr.post(f"{PAGE}ny/moenster/", {**data, "ny-moenster-days": 14}).status_code == 302
    assert draft(hr)["pattern"] == [
        {
            "key": "trivsel",
            "periods": {"at_least": 5},
            "days": {"at_least": 14},
            "within": {"months": 12},
        }
    ]
    empty = {**data, "ny-moenster-periods": ""}
    response = hr.post(f"{PAGE}ny/moenster/", empty)
    assert response.status_code == 422
    assert "Skriv et antal perioder" in text(response)


def test_a_rule_that_others_count_from_stays(hr: Client) -> None:
    offset(hr, "samtale-14", 5, unit="days_after", after="kontakt-8", timing="by")
    for action, verb in (("slet", "slettes"), ("skift", "slås fra")):
        response = hr.post(f"{PAGE}regel/kontakt-8/{action}/")
        assert response.status_code == 422
        row = response.context["during"][1]
        assert row.error.startswith(f"Reglen kan ikke {verb}, fordi en anden tæller fra den: »Lederen holder")
        assert row.error in text(response).replace("&#x27;", "'")
    assert len(draft(hr)["during"]) == 3


def test_a_draft_is_ones_own(hr: Client, koege: RuleSet) -> None:
    offset(hr, "kontakt-3", 4)
    other = Client()
    log_in(other, make_hr(name="Bo Falk"))
    assert draft(other) == codec.to_json(PRESETS["koege"])
    offset(other, "kontakt-3", 5)
    assert draft(hr)["during"][0]["day"] == 4
    unit = make_unit()
    assert draft(hr, f"?enhed={unit.pk}") == codec.to_json(PRESETS["koege"])


def test_dropping_the_draft_can_be_undone(hr: Client) -> None:
    offset(hr, "kontakt-3", 4)
    hr.post(f"{PAGE}kasser/")
    assert draft(hr)["during"][0]["day"] == 3
    hr.post(f"{PAGE}fortryd/")
    assert draft(hr)["during"][0]["day"] == 4


def test_a_wrong_file_says_where_and_changes_nothing(hr: Client) -> None:
    offset(hr, "kontakt-3", 4)
    wrong = json.dumps({"version": 1, "during": [{"key": "a", "kind": "kontakt", "timing": "on", "day": 0}]})
    for content, message in (
        (wrong, "Regel 1 under »Mens nogen er syg«, feltet day: Tallet skal være fra 1"),
        ("{", "Filen er ikke gyldig JSON"),
        ("", "Filen er tom."),
    ):
        file = SimpleUploadedFile("regler.json", content.encode())
        response = hr.post(f"{PAGE}fil/", {"file": file})
        assert response.status_code == 422
        assert message in response.context["upload_form"].errors["file"][0]
    binary = SimpleUploadedFile("regler.json", b"\xff\xfe\x00")
    assert "UTF-8" in text(hr.post(f"{PAGE}fil/", {"file": binary}))
    assert draft(hr)["during"][0]["day"] == 4


def test_categories_are_named_as_the_municipality_names_them(hr: Client) -> None:
    hr.post(
        f"{PAGE}regel/samtale-14/?del=categories",
        {"regel-samtale-14-categories": ["egen_sygdom", "paragraf_56"]},
    )
    assert draft(hr)["during"][2]["categories"] == ["egen_sygdom", "paragraf_56"]
    named = next(part for part in hr.get(PAGE).context["during"][2].parts if part.slot == "categories")
    assert named.text == "Egen sygdom eller § 56"


# ---------- trying out ----------


@pytest.mark.parametrize("name", PRESETS)
def test_the_trial_shows_the_planners_own_days(nordby: Any, name: str) -> None:
    rules = PRESETS[name]
    days_off = organisation.days_off(MONDAY, rule_preview.last_day_needed(MONDAY, rules))
    trial = rule_preview.try_out(rules, MONDAY, days_off=days_off)
    wanted = plan(Absence(first_day=MONDAY), rules, holidays=days_off, until=MONDAY + rule_preview.AHEAD)
    assert [(step.day, step.why) for step in trial.steps] == [(d.due, d.reason_text) for d in wanted]
    marked = {
        cell.day
        for month in trial.months
        for week in month.weeks
        for cell in week
        if cell is not None and cell.words and cell.words != ["syg"]
    }
    last = trial.months[-1].weeks[-1]
    shown_until = max(cell.day for cell in last if cell is not None)
    assert marked == {d.due for d in wanted if d.due <= shown_until}


def test_the_calendar_is_one_of_whole_weeks(nordby: Any) -> None:
    trial = rule_preview.try_out(
        PRESETS["koege"], MONDAY, days_off=organisation.days_off(MONDAY, MONDAY + timedelta(90))
    )
    assert [month.title for month in trial.months] == ["November 2026", "December 2026"]
    assert len(trial.months[0].weeks) == 1  # nothing is shown of the weeks before the absence
    for month in trial.months:
        days = [cell.day for week in month.weeks for cell in week if cell is not None]
        assert days == [days[0] + timedelta(number) for number in range(len(days))]
        assert all(len(week) == 7 for week in month.weeks)
        assert all(c is None or c.day.weekday() == n for week in month.weeks for n, c in enumerate(week))
    cells = {cell.day: cell for week in trial.months[1].weeks for cell in week if cell is not None}
    assert cells[date(2026, 12, 25)].css == "is-off"
    assert cells[date(2026, 12, 2)].words == ["ring"]


def test_the_page_tries_the_day_asked_for_and_remembers_it(hr: Client) -> None:
    on = today()
    trial = hr.get(PAGE).context["trial"]
    assert trial.first_day.weekday() == 0
    assert on < trial.first_day <= on + timedelta(days=7)
    fragment = hr.get(f"{PAGE}visning/", {"proev-day": "30.11.2026"}, headers={"hx-request": "true"})
    assert "Onsdag 2. december" in text(fragment)
    assert "<html" not in text(fragment)
    assert hr.get(PAGE).context["trial"].first_day == MONDAY
    wrong = hr.get(f"{PAGE}visning/", {"proev-day": "31.02.2026"}, headers={"hx-request": "true"})
    assert wrong.status_code == 200
    assert "nv-note" in text(wrong)


def test_an_open_form_is_tried_without_being_kept(hr: Client) -> None:
    fields = {"timing": "on", "value": 4, "unit": "day", "count": "calendar"}
    response = hr.post(
        f"{PAGE}visning/?regel=kontakt-3&del=offset",
        {**{f"regel-kontakt-3-{name}": value for name, value in fields.items()}, "proev-day": "30.11.2026"},
        headers={"hx-request": "true"},
    )
    assert "Torsdag 3. december" in text(response)
    assert "hvis du bruger ændringen" in text(response)
    assert draft(hr)["during"][0]["day"] == 3


# ---------- in force ----------


def test_adopting_says_who_and_when_and_keeps_every_version(hr: Client, koege: RuleSet) -> None:
    offset(hr, "kontakt-3", 4)
    assert adopt(hr).headers["Location"] == PAGE
    newest = RuleSet.objects.get(version=2)
    assert (newest.adopted_on, newest.adopted_by) == (date(2026, 10, 1), "Hovedudvalget")
    assert newest.created_by is not None
    page = hr.get(PAGE)
    assert [version.version for version in page.context["versions"]] == [2, 1]
    assert page.context["desk"].draft is None
    assert newest.created_by.name in text(page)
    for version, day in ((1, 3), (2, 4)):
        response = hr.get(f"{PAGE}udgave-{version}.json")
        assert "attachment" in response.headers["Content-Disposition"]
        assert codec.loads(text(response)).during[0].offset.value == day
    assert hr.get(f"{PAGE}udgave-3.json").status_code == 404
    hr.post(f"{PAGE}begynd/", {"kilde": "udgave-1"})
    assert draft(hr) == codec.to_json(PRESETS["koege"])


def test_adopting_the_same_rules_again_makes_no_version(hr: Client) -> None:
    adopt(hr)
    assert RuleSet.objects.count() == 1
    assert "Intet er ændret" in text(hr.get(PAGE))


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"adopted_on": "01.01.2099"}, "adopted_on"),
        ({"adopted_by": ""}, "adopted_by"),
        ({"adopted_on": ""}, "adopted_on"),
    ],
)
def test_adoption_needs_a_past_day_and_a_committee(hr: Client, fields: dict[str, str], place: str) -> None:
    offset(hr, "kontakt-3", 4)
    response = adopt(hr, **fields)
    assert response.status_code == 422
    assert place in response.context["adopt_form"].errors
    assert RuleSet.objects.count() == 1
    assert draft(hr)["during"][0]["day"] == 4


def test_a_unit_may_ask_for_more_but_not_for_less(hr: Client) -> None:
    unit = make_unit("Hjemmeplejen")
    query = f"?enhed={unit.pk}"
    hr.post(f"{PAGE}begynd/{query}", {"kilde": "lovens-minimum"})
    response = adopt(hr, query)
    assert response.status_code == 422
    reasons = response.context["adopt_form"].non_field_errors()
    assert len(reasons) == 3  # Køge's three rules are all missing
    assert all(reason in text(response) for reason in reasons)
    assert not RuleSet.objects.filter(unit=unit).exists()


def test_a_units_own_rules_are_listed_and_followed(hr: Client) -> None:
    unit = make_unit("Hjemmeplejen")
    query = f"?enhed={unit.pk}"
    assert "følger reglerne ovenfra" in text(hr.get(PAGE + query))
    form = hr.get(f"{PAGE}ny/forloeb/{query}").context["new_form"]
    data = {f"ny-forloeb-{name}": value for name, value in form.initial.items() if value not in (None, False)}
    hr.post(f"{PAGE}ny/forloeb/{query}", {**data, "ny-forloeb-kind": "handleplan", "ny-forloeb-value": 40})
    assert adopt(hr, query).status_code == 302
    assert RuleSet.objects.get(unit=unit).version == 1
    assert "Hjemmeplejen" in [unit.name for unit in hr.get(PAGE).context["units_with_rules"]]
    assert len(json.loads(hr.get(f"{PAGE}gaeldende.json{query}").content)["during"]) == 4
    assert len(json.loads(hr.get(f"{PAGE}gaeldende.json").content)["during"]) == 3


def test_rules_adopted_meanwhile_are_told_of_before_they_are_replaced(hr: Client, koege: RuleSet) -> None:
    offset(hr, "kontakt-3", 4)
    other = make_hr(name="Bo Falk")
    set_rules(rules=PRESETS["1-4-15"], on=today(), by=other)
    assert "Bo Falk har sat udgave 2 i kraft" in text(hr.get(PAGE))
    response = adopt(hr, base=koege.pk)
    assert response.status_code == 422
    assert "Tryk igen" in text(response)
    assert RuleSet.objects.count() == 2
    again = response.context["adopt_form"]["base"].value()
    assert adopt(hr, base=again).status_code == 302
    assert RuleSet.objects.count() == 3


# ---------- plain functions ----------


def test_keys_are_free_and_short_enough(nordby: Any) -> None:
    rules = PRESETS["koege"]
    assert rule_drafts.free_key(rules, "kontakt-3") == "kontakt-3-2"
    assert rule_drafts.free_key(rules, "nyt") == "nyt"
    twice, key = rule_drafts.copy(rule_drafts.copy(rules, "kontakt-3")[0], "kontakt-3")
    assert key == "kontakt-3-3"
    assert codec.from_json(codec.to_json(twice)) == twice


def test_an_unreadable_draft_is_no_draft(nordby: Any) -> None:
    session: dict[str, Any] = {
        "rule_drafts": {"alle": {"rules": {"version": 99}, "base": None, "before": None}}
    }
    assert rule_drafts.load(session, None) is None
    with pytest.raises(RuleError):
        codec.from_json({"version": 99})


def test_the_names_of_the_pages(nordby: Any) -> None:
    assert reverse("rules") == PAGE

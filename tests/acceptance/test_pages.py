"""Who gets what over HTTP: strangers to the municipality nothing, roles no more than theirs (domain § 2)."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from absence.models import Category, SickNotification
from conversations.models import Deadline
from conversations.services.planning import plan_deadlines
from core.clock import today
from core.models import Job, OutboxMail
from core.tenancy import tenant
from organisation.models import Deputy, Employment, Municipality, Person, RoleAssignment, Unit, User
from organisation.models.access import Role
from organisation.models.municipality import DayOff
from organisation.models.tokens import ApiToken
from tests import builders
from tests.acceptance.addresses import fill, numbers, routes
from tests.acceptance.commands import ok, write

pytestmark = pytest.mark.django_db

SECRET, LEADERS_OWN, BESIDE = "Hemmelig Personnavn", "Lederens Eget Navn", "Nabo Fra Enheden"
OPEN = {"healthz", "readyz", "metrics", "login", "logout", "password_forgotten", "password_new", "privacy"}
OPEN |= {"accessibility", "api_schema", "api_docs", "start"}


@dataclass
class Place:
    """A municipality with a leader, an employee each of two units, and one row of everything addresses name."""

    pk: int
    ids: dict[str, int]
    users: dict[str, User]
    own: dict[str, int]  # the leader's own employment and absence


def _place(folder: Path, slug: str, cvr: str) -> Place:
    first = today() - timedelta(days=20)
    units = f"unit_id;name;level;parent_id;leader_email\n1;{slug};;;chef@{slug}.dk\n10;Syd;;1;leder@{slug}.dk\n20;Nord;;1;nord@{slug}.dk\n"
    jobs = "employment_id;person_id;name;email;unit_id;weekly_hours;start\n"
    jobs += f"A1;P1;{SECRET};;10;37;2020-01-01\nA2;P2;{LEADERS_OWN};leder@{slug}.dk;10;37;2020-01-01\n"
    jobs += f"A3;P3;{BESIDE};;20;37;2020-01-01\n"
    ill = "absence_id;employment_id;category;first_day;last_day\n"
    ill += "".join(f"F{n};A{n};egen_sygdom;{first};\n" for n in (1, 2, 3))
    files = {"units.csv": units, "employments.csv": jobs, "absences.csv": ill}
    ok("create_municipality", slug, "--name", f"{slug} Kommune", "--cvr", cvr, "--preset", "1-4-15")
    ok("import_files", slug, write(folder / slug, files))
    pk = Municipality.objects.get(slug=slug).pk
    with tenant(pk):
        return _with_one_of_everything(pk, slug)


def _with_one_of_everything(pk: int, slug: str) -> Place:
    users = {u.email.split("@")[0]: u for u in User.objects.all()}
    leader = users["leder"]
    if leader.person_id is None:
        leader.person = Person.objects.get(external_id="P2")
        leader.save(update_fields=["person"])
    for role in (Role.HR, Role.MED, Role.SYSTEMANSVARLIG, Role.KOORDINATOR):
        users[role] = builders.make_user(
            role, Unit.objects.get(external_id="1") if role == Role.MED else None
        )
    users["medarbejder"] = builders.make_user(Role.MEDARBEJDER, person=Person.objects.get(external_id="P3"))
    plan_deadlines(on=today())
    absence = SickNotification.objects.get(external_id="F1")
    mail = OutboxMail.objects.create(key="k", to="x@y.dk", subject="s", text="t", message_id=f"<{slug}@x>")
    token = ApiToken.objects.create(
        name="n", prefix="p", secret_hash=slug.ljust(64, "0"), scopes=["units"],
        expires_on=date(2030, 1, 1), created_by=users[Role.HR],
    )  # fmt: skip
    ids = {
        "employment_id": Employment.objects.get(external_id="A1").pk,
        "absence_id": absence.pk,
        "unit_id": Unit.objects.get(external_id="10").pk,
        "deadline_id": Deadline.objects.filter(absence=absence).latest("pk").pk,
        "user_id": users["nord"].pk,
        "role_id": RoleAssignment.objects.filter(user=users["nord"]).latest("pk").pk,
        "deputy_id": Deputy.objects.create(
            leader=leader,
            deputy=users["chef"],
            first_day=today() - timedelta(9),
            last_day=today() - timedelta(8),
        ).pk,
        "day_off_id": DayOff.objects.create(date=date(2026, 6, 5), name="Grundlovsdag").pk,
        "category_id": Category.objects.latest("pk").pk,
        "job_id": Job.objects.latest("pk").pk,
        "mail_id": mail.pk,
        "number": 1,
        "token_id": token.pk,
    }
    own = {
        "employment_id": Employment.objects.get(external_id="A2").pk,
        "absence_id": SickNotification.objects.get(external_id="F2").pk,
        "deadline_id": Deadline.objects.filter(absence__external_id="F2").latest("pk").pk,
    }
    return Place(pk, ids, users, own)


@pytest.fixture
def here(tmp_path: Path) -> Place:
    return _place(tmp_path, "her", "10101010")


def _client(place: Place, user: str) -> Client:
    client = Client()
    with tenant(place.pk):
        builders.log_in(client, place.users[user])
    return client


def _rows(place: Place) -> list[Any]:
    """The rows strangers try to change."""
    models = (
        SickNotification,
        Deadline,
        Unit,
        RoleAssignment,
        Deputy,
        DayOff,
        Category,
        Job,
        OutboxMail,
        ApiToken,
    )
    with tenant(place.pk):
        return [list(model.objects.order_by("pk").values()) for model in models]


def test_another_municipalitys_ids_do_not_exist(here: Place, tmp_path: Path) -> None:
    elsewhere = _place(tmp_path, "der", "20202020")
    before = _rows(here)
    for role in ("hr", "leder", "systemansvarlig"):  # those who may open something by its number
        client = _client(elsewhere, role)
        for route, _ in routes():
            if not numbers(route):
                continue
            address = fill(route, here.ids)
            assert client.get(address).status_code in (404, 405), (role, address)
            answer = client.post(address, {"navn": "x"})
            # The API asks for a token or its own CSRF before it looks for anything.
            assert answer.status_code in (404, 405) or route.startswith("api/"), (role, address, answer)
            assert SECRET not in answer.content.decode()
    assert _rows(here) == before


def test_anonymous_is_sent_to_the_login(here: Place) -> None:
    client = Client()
    for route, name in routes():
        answer = client.get(fill(route, here.ids))
        if route.startswith("api/v1"):
            assert answer.status_code == 401, route
        elif name not in OPEN:
            assert answer.status_code == 302, (route, answer)
            assert answer["Location"].startswith("/log-ind/"), route


@pytest.mark.parametrize(
    ("user", "hidden"),
    [
        ("med", [SECRET, LEADERS_OWN, BESIDE]),
        ("systemansvarlig", [SECRET, BESIDE]),
        ("koordinator", [SECRET, LEADERS_OWN, BESIDE]),
        ("leder", [BESIDE]),
        ("chef", [SECRET, BESIDE]),
        ("medarbejder", [SECRET, LEADERS_OWN]),
    ],
)
def test_no_page_names_persons_outside_ones_reach(here: Place, user: str, hidden: list[str]) -> None:
    client = _client(here, user)
    seen = 0
    for route, _ in routes():
        answer = client.get(fill(route, here.ids))
        assert answer.status_code < 500
        text = b"".join(answer) if answer.streaming else answer.content
        seen += answer.status_code == 200
        for name in hidden:
            assert name.encode() not in text, (user, route, name)
    assert seen > 5


def test_the_leader_sees_their_own_people_but_never_their_own_case(here: Place) -> None:
    client = _client(here, "leder")
    assert SECRET in client.get(fill("fravaer/sag/<int:absence_id>/", here.ids)).content.decode()
    for route, _ in routes():
        if set(numbers(route)) & set(here.own):
            address = fill(route, {**here.ids, **here.own})
            assert client.get(address).status_code in (404, 405), address
            assert client.post(address).status_code in (403, 404, 405), address


BAD_REGISTRATIONS = {
    "31.02.": {"first_day": "31.02.2026"},
    "last before first": {"first_day": "10.03.2026", "last_day": "09.03.2026"},
    "expected before first": {"first_day": "10.03.2026", "expected_last_day": "01.03.2026"},
    "overlap": {"first_day": f"{today():%d.%m.%Y}"},
    "nothing": {"first_day": ""},
    "words": {"first_day": "i går"},
    "huge date": {"first_day": "9" * 5000},
    "year 0": {"first_day": "01.01.0000"},
    "year 9999": {"first_day": "31.12.9999"},
    "year 1": {"first_day": "01.01.0001"},
    "NUL": {"first_day": "01.03.2026", "agreed_contact": "a\x00b"},
    "huge text": {"first_day": "01.03.2026", "agreed_contact": "æ" * 100_000},
    "no such category": {"first_day": "01.03.2026", "category": "99999999999999999999999"},
    "category of words": {"first_day": "01.03.2026", "category": "sygdom"},
    "work_related": {"first_day": "01.03.2026", "work_related": "måske"},
    "someone else's": {"first_day": "01.03.2026", "employment": "BESIDE"},
    "own": {"first_day": "01.03.2026", "employment": "OWN"},
    "no such employment": {"first_day": "01.03.2026", "employment": "999999999999999999999999"},
    "superscript": {"first_day": "01.03.2026", "employment": "²"},
    "negative": {"first_day": "01.03.2026", "employment": "-1"},
    "no employment": {"first_day": "01.03.2026", "employment": ""},
}


@pytest.mark.parametrize("address", ["/fravaer/registrer/", "/fravaer/registrer/vis/"])
def test_bad_registrations_are_told_in_place(here: Place, address: str) -> None:
    client = _client(here, "leder")
    with tenant(here.pk):
        beside = Employment.objects.get(external_id="A3").pk
        category = Category.objects.get(key="egen_sygdom").pk
        before = SickNotification.objects.count()
    names = {"BESIDE": beside, "OWN": here.own["employment_id"]}
    for case, fields in BAD_REGISTRATIONS.items():
        typed = {
            "employment": here.ids["employment_id"],
            "category": category,
            "work_related": "unknown",
            "agreed_contact": "Vi ringer torsdag kl. 10",
            **fields,
        }
        typed["employment"] = names.get(typed["employment"], typed["employment"])
        if address.endswith("vis/"):
            assert client.post(address, typed).status_code == 200, case
            continue
        answer = client.post(address, typed)
        assert answer.status_code == 200, (case, answer)
        page = answer.content.decode()
        assert "form-error-message" in page or "alert-error" in page or "error" in page, case
        if "agreed_contact" not in fields:
            assert "Vi ringer torsdag kl. 10" in page, case
        if 0 < len(fields["first_day"]) < 50:
            assert f'value="{fields["first_day"]}"' in page, case
        with tenant(here.pk):
            assert SickNotification.objects.count() == before, case


def test_bad_answers_on_a_case_are_told_in_place(here: Place) -> None:
    client = _client(here, "leder")
    case, nasty = (
        f"/fravaer/sag/{here.ids['absence_id']}/",
        ["", "31.02.2026", "01.01.0001", "9" * 4000, "\x00", "1e999", "nan"],
    )
    with tenant(here.pk):
        before = list(SickNotification.objects.order_by("pk").values())
    for part in ("status/", "andel/", "tilbage/", "genaabn/", "ret/", "flyt/"):
        page = client.get(case + part)
        names = set(page.context["form"].fields) if page.context and "form" in page.context else {"from_day"}
        for value in nasty:
            data = dict.fromkeys(names, value)
            assert client.post(case + part, data).status_code < 500, (part, value)
    with tenant(here.pk):
        assert list(SickNotification.objects.order_by("pk").values()) == before


def test_nasty_addresses_never_break_a_page(here: Place) -> None:
    """Whatever stands in the query: filters, pages, searches and months."""
    client = _client(here, "hr")
    keys = (
        "q",
        "side",
        "page",
        "sort",
        "sortering",
        "until",
        "maaned",
        "month",
        "unit",
        "enhed",
        "fra",
        "til",
        "vis",
        "status",
    )
    for value in ("", "²", "-1", "99999999999999999999", "0000-13"):
        query = dict.fromkeys(keys, value)
        for route, name in routes():
            if not route.startswith("api/") and name not in ("readyz", "metrics"):
                assert client.get(fill(route, here.ids), query).status_code < 500, (route, value)
    for value in ("\x00", "'\"<script>\x00"):
        assert client.get("/opsaetning/brugere/", {"q": value}).status_code == 400

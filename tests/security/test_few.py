"""A figure about one person is that person's, however many colleagues have come since (S10)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from absence_statistics.selectors import last_whole_month
from absence_statistics.visible import ReaderFigures
from core.clock import today
from organisation.models import Unit
from organisation.models.access import Role
from organisation.models.tokens import Scope
from tests.api.calling import Caller, token_for
from tests.builders import log_in, make_absence, make_employment, make_hr, make_unit, make_user

ON = today()
pytestmark = pytest.mark.django_db


@pytest.fixture
def team(nordby: Any) -> Unit:
    """Six who work there now; only Jonna has been there for the whole window, and she has been absent."""
    top = make_unit("Nordby Kommune")
    team, others = make_unit("Team Syd", top), make_unit("Team Vest", top)
    make_absence(make_employment("Jonna", team), ON - timedelta(days=150), days=10)
    newcomers = last_whole_month(ON) - timedelta(days=40)
    for number in range(5):
        make_employment(f"Ny {number}", team, start=newcomers)
    for number in range(12):
        make_absence(make_employment(f"Gammel {number}", others), date(ON.year - 3, 1, 5), days=3)
    return team


def test_the_page(team: Unit, client: Client) -> None:
    reader = ReaderFigures(make_user(Role.MED), on=ON, until=last_whole_month(ON))
    figure = reader.figure(team.pk)
    assert figure is not None
    assert figure.absent_dagsvaerk_12 > 0  # six people: the unit's figure is shown
    assert figure.langtidsfriske_12 is None
    log_in(client, make_user(Role.MED))
    page = client.get(reverse("unit_figures", args=[team.pk])).content.decode()
    assert "ansat hele perioden" not in page
    log_in(client, make_hr())
    assert (
        "0 af 1 ansat hele perioden" in client.get(reverse("unit_figures", args=[team.pk])).content.decode()
    )


def test_the_api(team: Unit) -> None:
    hr = make_hr()
    month = {"unit": str(team.pk), "months": "1"}
    few = Caller(token_for(hr, (Scope.FIGURES.value,), name="Tal")[1]).get("figures/", **month)
    assert few.json()["results"][0]["hidden"] is None
    assert few.json()["results"][0]["absent_dagsvaerk_12"] > 0
    assert few.json()["results"][0]["langtidsfriske_12"] is None
    known = (Scope.FIGURES.value, Scope.ABSENCE.value)
    whole = Caller(token_for(hr, known, name="Alt")[1]).get("figures/", **month)
    assert whole.json()["results"][0]["langtidsfriske_12"] == 0.0

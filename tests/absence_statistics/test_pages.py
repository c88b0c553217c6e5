"""The pages of figures: who sees what, in words, and how much it costs."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from absence_statistics.summaries import unit_curve_summary, units_by_lost_dagsvaerk
from core.tenancy import tenant
from organisation.models.access import Role
from organisation.services import create_municipality
from tests.absence_statistics.municipality import ON, Small, staff
from tests.builders import log_in, make_hr, make_leader, make_person, make_unit, make_user


def page(client: Any, unit: Any, month: str = "") -> str:
    response = client.get(reverse("unit_figures", args=[unit.pk]), {"til": month} if month else {})
    assert response.status_code == 200
    return response.content.decode()


def test_hr_sees_every_unit_whole(client: Any, small: Small) -> None:
    log_in(client, make_hr())
    text = page(client, small.tiny)
    assert "3 medarbejdere" in text
    assert "skjult" not in text.lower()
    assert "Sådan er tallet beregnet" in text
    assert "Team" not in text
    text = page(client, small.root)
    assert text.index(">Nord<") < text.index(">Syd<") < text.index(">Ørn<")
    assert "skjult" not in text.lower()


def test_the_headline_is_shown_with_its_own_arithmetic(client: Any, small: Small) -> None:
    """South: 20 full-time employees; absences of 1, 3, …, 39 calendar days from Monday 2 March 2026."""
    from datetime import timedelta

    holidays = {date(2026, 4, 2), date(2026, 4, 3), date(2026, 4, 6)}
    days = sum(
        (date(2026, 3, 2) + timedelta(days=step)).weekday() < 5
        and date(2026, 3, 2) + timedelta(days=step) not in holidays
        for number in range(20)
        for step in range(1 + 2 * number)
    )
    log_in(client, make_hr())
    text = page(client, small.south)
    level = f"{days / 20:.1f}".replace(".", ",")
    assert f"{level} = {days} dagsværk / 20,0 årsværk" in text
    assert "20 begyndt i perioden" in text


@pytest.mark.parametrize("role", [Role.MED, Role.KOORDINATOR])
def test_others_do_not_see_the_small_unit_nor_enough_to_compute_it(
    client: Any, small: Small, role: str
) -> None:
    log_in(client, make_user(role))
    text = page(client, small.root)
    assert "skjult<sup>1</sup>" in text
    assert "skjult<sup>2</sup>" in text
    assert "under 5 medarbejdere" in text
    assert "ellers kunne regnes ud" in text
    for unit in (small.tiny, small.north):
        text = page(client, unit)
        assert "Enhedens tal er skjult" in text
        assert "Dagsværk pr. årsværk" not in text
    assert "Dagsværk pr. årsværk" in page(client, small.south)


def test_a_leader_sees_the_own_small_unit_but_not_another(client: Any, small: Small) -> None:
    other = make_unit("Lille", small.root)
    staff(other, 3)
    log_in(client, make_leader(small.tiny))
    assert "Dagsværk pr. årsværk" in page(client, small.tiny)
    assert "Enhedens tal er skjult" in page(client, other)
    assert "Enhedens tal er skjult" in page(client, small.north)  # less the own, the other could be computed


def test_splits_need_more_people(client: Any, small: Small) -> None:
    seven = make_unit("Syv", small.root)
    staff(seven, 7)
    log_in(client, make_user(Role.MED))
    text = page(client, small.root)
    assert "skjult" in text
    small.tiny.placements.update(parent=small.south)  # the tiny unit hides inside a large one
    text = page(client, seven)
    assert "Dagsværk pr. årsværk" in text
    assert "Opdelingen er skjult" in text
    assert "Fordelingen er skjult" in text
    assert "mindst 10 medarbejdere" in text


def test_concentration_never_names_the_share_of_a_few(client: Any, small: Small) -> None:
    """Of 20 employees the top 5 % is one: whoever has no person rights must not read that one's absence."""
    log_in(client, make_hr())
    assert "Den ene medarbejder med mest fravær (5 %)" in page(client, small.south)
    client.logout()
    log_in(client, make_user(Role.MED))
    text = page(client, small.south)
    assert "(5 %)" not in text
    assert "for få medarbejdere" in text


@pytest.mark.parametrize("name", ["figures", "unit_figures"])
def test_who_may_not_come_in(client: Any, small: Small, name: str) -> None:
    address = reverse(name, args=[small.south.pk] if name == "unit_figures" else [])
    assert client.get(address).status_code == 302
    for role in (None, Role.MEDARBEJDER, Role.SYSTEMANSVARLIG):
        log_in(client, make_user(role, person=make_person() if role is None else None))
        assert client.get(address).status_code == 404


def test_another_municipalitys_unit_is_not_there(client: Any, small: Small) -> None:
    other = create_municipality(slug="sydby", name="Sydby Kommune", cvr="22222222")
    with tenant(other.pk):
        theirs = make_unit("Deres")
    log_in(client, make_hr())
    assert client.get(reverse("unit_figures", args=[theirs.pk])).status_code == 404
    assert client.get(reverse("unit_figures", args=[10**9])).status_code == 404


def test_the_first_page_begins_with_the_leaders_own_unit(client: Any, small: Small) -> None:
    log_in(client, make_leader(small.south))
    text = client.get(reverse("figures")).content.decode()
    assert text.index("Alt om Syd") < text.index("Alt om Kommunen")
    client.logout()
    log_in(client, make_hr())
    text = client.get(reverse("figures")).content.decode()
    assert "Alt om Kommunen" in text
    assert "Alt om Syd" not in text
    assert "oktober 2026" in text


def test_the_month_lives_in_the_address(client: Any, small: Small) -> None:
    log_in(client, make_hr())
    response = client.get(reverse("figures"), {"til": "2025-12"})
    text = response.content.decode()
    assert "Tolv måneder til og med december 2025" in text
    assert f"{reverse('unit_figures', args=[small.south.pk])}?til=2025-12" in text


@pytest.mark.parametrize("month", ["2027-01", "2026-11", "1850-01", "nu", "2026-13", "2026-10-01"])
def test_a_wrong_month_is_said_and_the_newest_shown(client: Any, small: Small, month: str) -> None:
    log_in(client, make_hr())
    text = client.get(reverse("figures"), {"til": month}).content.decode()
    assert "Vi har ingen tal for den måned" in text
    assert "Tolv måneder til og med oktober 2026" in text


def test_windows_before_the_first_absence_are_not_compared(client: Any, small: Small) -> None:
    """The first absence is from January 2024: December 2024 is the first whole window."""
    log_in(client, make_hr())
    assert "tolv hele måneder endnu" in page(client, small.south, "2024-11")
    text = page(client, small.south, "2024-12")
    assert "tolv hele måneder endnu" not in text
    assert "Der er endnu ikke tal for hele året før" in text
    assert "året før (" in page(client, small.south, "2025-12")


def test_empty_states(client: Any, nordby: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("absence_statistics.views.today", lambda: ON)
    log_in(client, make_hr())
    assert "Her kommer fraværstallene" in client.get(reverse("figures")).content.decode()
    assert "Ingen tal i perioden" in page(client, make_unit("Tom"))


def test_no_names_on_any_page(client: Any, small: Small) -> None:
    log_in(client, make_hr())
    for unit in (small.root, small.tiny):
        assert "Navn " not in page(client, unit)


@pytest.mark.parametrize("role", [Role.HR, Role.MED])
def test_pages_cost_the_same_queries_for_more_people(client: Any, small: Small, role: str) -> None:
    log_in(client, make_user(role))
    addresses = [reverse("figures"), reverse("unit_figures", args=[small.root.pk])]

    def queries() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            found.append(len(captured))
        return found

    queries()  # what is looked up once and kept
    staff(small.south, 1)
    few = queries()
    staff(small.south, 15)
    assert queries() == few
    assert max(few) < 50


def test_the_start_pages_get_a_line_and_a_picture(small: Small) -> None:
    hr, med = make_hr(), make_user(Role.MED)
    summary = unit_curve_summary(hr, small.tiny, ON)
    assert summary.value is not None
    assert summary.picture is not None
    assert summary.sentence == summary.picture.finding
    hidden = unit_curve_summary(med, small.tiny, ON)
    assert hidden.value is None
    assert hidden.picture is None
    assert "skjult" in hidden.sentence
    assert unit_curve_summary(hr, make_unit("Ny", small.root), ON).value is None
    assert [line.unit.name for line in units_by_lost_dagsvaerk(hr, ON)] == ["Syd", "Nord", "Ørn"]
    assert [line.unit.name for line in units_by_lost_dagsvaerk(med, ON)] == ["Syd"]
    assert len(units_by_lost_dagsvaerk(hr, ON, most=1)) == 1

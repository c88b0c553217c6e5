"""Two people register the same employee at the same moment, on two real connections."""

import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from absence import services
from absence.models import Category, SickNotification
from absence.saving import OverlapError
from core.tenancy import tenant_transaction
from organisation.services import create_municipality
from tests.absence.team import TODAY, make_team
from tests.absence.test_services import nov


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told_about_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    municipality = create_municipality(slug="nordby", name="Nordby Kommune", cvr="11111111")
    with tenant_transaction(municipality.pk):
        team = make_team()
        category = Category.objects.get(key="egen_sygdom")
    both_have_looked = threading.Barrier(2, timeout=20)
    real = services.save

    def meet_before_saving(absence: SickNotification, today: Any) -> None:
        both_have_looked.wait()
        real(absence, today)

    monkeypatch.setattr(services, "save", meet_before_saving)
    outcomes: list[str] = []

    def attempt(number: int) -> None:
        try:
            with tenant_transaction(municipality.pk):
                services.register(
                    employment=team.jonna, category=category, first_day=nov(16 + number), by=team.leader, today=TODAY
                )  # fmt: skip
            outcomes.append("saved")
        except OverlapError as error:
            outcomes.append(error.messages[0])
        except ValidationError as error:
            outcomes.append(f"unexpected: {error}")
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes, key=len)[0] == "saved"
    assert len(outcomes) == 2
    assert "Der er allerede en sygemelding fra 1" in sorted(outcomes, key=len)[1]
    with tenant_transaction(municipality.pk):
        assert SickNotification.objects.count() == 1

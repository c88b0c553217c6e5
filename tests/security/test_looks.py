"""Every page that shows that somebody is absent writes down who saw it (O6)."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Deadline
from core.clock import today
from organisation.models import AccessLog
from tests.builders import log_in, make_absence, make_employment, make_leader, make_unit

ON = today()
pytestmark = pytest.mark.django_db


@pytest.fixture
def deadline(nordby: Any, client: Client) -> Deadline:
    from absence.signals import absences_changed

    unit = make_unit()
    absence = make_absence(make_employment("Jonna", unit), ON - timedelta(days=40))
    absences_changed.send(None, absence_ids=[absence.pk])
    log_in(client, make_leader(unit))
    found = Deadline.objects.filter(state=Deadline.State.OPEN, due__lte=ON).first()
    assert found is not None
    return found


def _looks() -> list[tuple[str, str]]:
    return list(AccessLog.objects.values_list("person__name", "page"))


def test_the_list_of_duties(client: Client, deadline: Deadline) -> None:
    assert "Jonna" in client.get(reverse("conversations")).content.decode()
    assert _looks() == [("Jonna", "samtaler")]


@pytest.mark.parametrize("name", ["task_hold", "task_waive"])
def test_a_refused_form(client: Client, deadline: Deadline, name: str) -> None:
    answer = client.post(reverse(name, args=[deadline.pk]), {})
    assert answer.status_code == 422
    assert "Jonna" in answer.content.decode()
    assert _looks() == [("Jonna", "opgave")]

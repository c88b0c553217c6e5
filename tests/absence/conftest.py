"""Fixtures of the absence tests. Imports wait until Django is set up: pytest loads this file before that."""

from typing import Any

import pytest


@pytest.fixture
def team(nordby: object) -> Any:
    """Team Syd in Nordby: see `tests.absence.team.Team`."""
    from tests.absence.team import make_team

    return make_team()

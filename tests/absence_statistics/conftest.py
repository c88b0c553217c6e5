"""Fixtures of the figures' tests."""

from typing import Any

import pytest


@pytest.fixture
def small(nordby: Any, monkeypatch: Any) -> Any:
    """A small municipality; pages see it on 19 November 2026."""
    from tests.absence_statistics.municipality import ON, make_small

    monkeypatch.setattr("absence_statistics.views.today", lambda: ON)
    return make_small()

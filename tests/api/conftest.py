"""Fixtures of the API's tests. What they are made of is in `calling`, which needs Django's settings first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.calling import Caller, House


@pytest.fixture
def house(nordby: object) -> House:
    """Nordby's two teams."""
    from tests.api.calling import build_house

    return build_house()


@pytest.fixture
def calling(house: House) -> Callable[..., Caller]:
    """A caller whose token has the named scopes (none named: all), made by HR."""
    from tests.api.calling import ALL, Caller, token_for

    def make(*scopes: str) -> Caller:
        return Caller(token_for(house.hr, scopes or ALL, name=f"System {','.join(scopes) or 'alt'}")[1])

    return make

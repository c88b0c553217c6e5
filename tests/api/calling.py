"""A municipality with two teams, tokens for it, and a client that calls the API with one."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from core.clock import today
from organisation.models import ApiToken, Employment, Unit, User
from organisation.models.tokens import Scope
from organisation.services.tokens import create_token
from tests.builders import make_employment, make_hr, make_leader, make_unit

ALL = tuple(scope.value for scope in Scope)


@dataclass(frozen=True)
class House:
    """Nordby: the top, Team Syd with two employees, Team Vest with one."""

    top: Unit
    south: Unit
    west: Unit
    leader: User
    hr: User
    jonna: Employment
    torben: Employment
    vibeke: Employment


def build_house() -> House:
    """Call inside the tenant."""
    top = make_unit("Nordby Kommune")
    south, west = make_unit("Team Syd", top), make_unit("Team Vest", top)
    return House(
        top,
        south,
        west,
        make_leader(south),
        make_hr(),
        make_employment("Jonna Vestermark", south),
        make_employment("Torben Højlund", south),
        make_employment("Vibeke Ager", west),
    )


def token_for(
    by: User, scopes: Collection[str] = ALL, *, name: str = "Lønsystem", expires_on: date | None = None
) -> tuple[ApiToken, str]:
    """A token and its text."""
    on = today()
    return create_token(
        name=name, scopes=scopes, expires_on=expires_on or on + timedelta(days=30), by=by, today=on
    )


class Caller:
    """Calls the API with a token (or none) and looks at the form of every answer."""

    def __init__(self, text: str | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {text}"} if text is not None else {}

    def get(self, path: str, /, **query: Any) -> HttpResponse:
        return self._checked(self.client.get(f"/api/v1/{path}", query, headers=self.headers))

    def post(self, path: str, body: Any, /, key: str | None = None, **headers: str) -> HttpResponse:
        extra = {**self.headers, **headers} | ({"Idempotency-Key": key} if key is not None else {})
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        answer = self.client.post(f"/api/v1/{path}", data, content_type="application/json", headers=extra)
        return self._checked(answer)

    @staticmethod
    def _checked(answer: Any) -> Any:
        assert answer.headers["Cache-Control"] == "no-store"
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            problem = answer.json()
            assert problem["status"] == answer.status_code
            assert problem["type"].startswith("/api/docs/#")
            assert problem["title"]
            assert problem["detail"]
        else:
            assert answer.headers["Content-Type"] == "application/json"
        return answer

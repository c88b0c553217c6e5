"""The API's deadlines: what is to be done for whom, and when. Never what was said."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from conversations import selectors
from conversations.models import Deadline
from conversations.permissions import deadlines_in_reach
from conversations.rules.model import Actor, Kind, Status
from core.api.fields import ChoiceField, DayField, NumberField
from core.api.pagination import PageParameters, Pages
from core.api.schema import describe
from core.api.views import ApiView
from core.clock import today
from organisation.api_access import CASE_ROLES, record_looks
from organisation.models.tokens import Scope
from organisation.permissions import get_employment


class DeadlineParameters(PageParameters):
    """Which deadlines."""

    employment = NumberField(required=False, help_text="Kun denne ansættelse.")
    from_day = DayField(required=False, help_text="Kun frister på eller efter denne dag.")
    to_day = DayField(required=False, help_text="Kun frister på eller før denne dag.")
    state = ChoiceField(
        required=False, choices=Deadline.State.values, help_text="Kun frister med denne tilstand. Uden: alle."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The period's ends in order."""
        if "from_day" in attrs and "to_day" in attrs and attrs["to_day"] < attrs["from_day"]:
            raise serializers.ValidationError({"to_day": ["Dagen kan ikke ligge før from_day."]})
        return attrs


class DeadlineSerializer(serializers.Serializer):
    """One thing to do by a date."""

    id = serializers.IntegerField()
    employment = serializers.IntegerField(source="employment_id")
    employment_external_id = serializers.CharField(
        source="employment.external_id", help_text="Tjenestenummeret."
    )
    absence = serializers.IntegerField(
        source="absence_id", allow_null=True, help_text="null ved trivselssamtaler."
    )
    rule = serializers.CharField(help_text="Reglens nøgle i regelsættet.")
    occurrence = serializers.IntegerField(help_text="Hvilken gang, når reglen gentages.")
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    earliest = serializers.DateField()
    due = serializers.DateField(help_text="Fristen.")
    actor = serializers.ChoiceField(choices=[actor.value for actor in Actor], help_text="Hvem der handler.")
    mandatory = serializers.BooleanField()
    statutory = serializers.BooleanField(help_text="Følger af loven.")
    state = serializers.ChoiceField(choices=Deadline.State.choices)
    status = serializers.SerializerMethodField(help_text="Som i dag; null, når fristen er bortfaldet.")
    settled_on = serializers.DateField(allow_null=True, help_text="Dagen, den blev holdt eller frafaldet.")

    @extend_schema_field(
        serializers.ChoiceField(choices=[status.value for status in Status], allow_null=True)
    )
    def get_status(self, deadline: Deadline) -> str | None:
        """In the words of the `due` command."""
        if deadline.state == Deadline.State.LAPSED:
            return None
        return selectors.status_on(deadline, self.context["today"]).value


class Deadlines(ApiView):
    """The deadlines in reach."""

    required_scope = Scope.CONVERSATIONS
    session_roles = CASE_ROLES
    pagination_class = Pages

    @describe(
        "deadlines_list", "Frister",
        "Frister for samtaler og andet, du har adgang til, tidligste først. Hvert opslag skrives op.",
        tag="Samtaler", asks=DeadlineParameters, answer=DeadlineSerializer, many=True, scope=Scope.CONVERSATIONS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Those of the caller's employees."""
        asked, on = self.ask(DeadlineParameters), today()
        found = deadlines_in_reach(request.user, on)
        if "employment" in asked:
            found = found.filter(employment=get_employment(request.user, asked["employment"], on))
        names = {"from_day": "due__gte", "to_day": "due__lte", "state": "state"}
        found = found.filter(**{names[name]: value for name, value in asked.items() if name in names})

        def present(rows: list[Deadline]) -> Any:
            record_looks(request, (row.employment.person_id for row in rows))
            return DeadlineSerializer(rows, many=True, context={"today": on}).data

        return self.page(found.order_by("due", "pk"), present)

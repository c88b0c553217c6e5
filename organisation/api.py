"""The API's units and employments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.fields import DayField, Input, NoParameters, NumberField, TextField
from core.api.pagination import PageParameters, Pages
from core.api.schema import describe
from core.api.views import ApiView
from core.clock import today
from core.errors import OutOfReachError
from organisation import selectors
from organisation.api_access import CASE_ROLES, EVERY_ROLE
from organisation.models import Employment, EmploymentTerms, Unit, UnitPlacement
from organisation.models.tokens import Scope
from organisation.permissions import employments_in_reach

ON = "Den dag, organisationen vises for. Uden: i dag."


def units_below(unit_id: int, on: date) -> frozenset[int]:
    """The unit and what lies below it that day. Raises OutOfReachError for a unit that is not the municipality's."""
    if not Unit.objects.filter(pk=unit_id).exists():
        raise OutOfReachError
    return frozenset(selectors.tree(on).subtree(unit_id))


# ---------- units ----------


class UnitParameters(PageParameters):
    """Which units."""

    on = DayField(required=False, help_text=ON)
    external_id = TextField(required=False, max_length=60, help_text="Enhedens nummer i lønsystemet.")


class DayParameters(Input):
    """A day."""

    on = DayField(required=False, help_text=ON)


class PlacementSerializer(serializers.Serializer):
    """Where a unit stood, and when."""

    parent = serializers.IntegerField(source="parent_id", allow_null=True, help_text="Enheden over.")
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="Sidste dag; null er indtil videre.")


class UnitSerializer(serializers.Serializer):
    """A unit, and every place it has had in the tree."""

    id = serializers.IntegerField()
    external_id = serializers.CharField(help_text="Nummeret i lønsystemet.")
    name = serializers.CharField()
    level = serializers.CharField(help_text="Niveauets navn; kan være tomt.")
    placements = PlacementSerializer(many=True, help_text="Enhedens pladser i organisationen, ældste først.")


def _units() -> QuerySet[Unit]:
    placements = UnitPlacement.objects.order_by("valid_from")
    return Unit.objects.prefetch_related(Prefetch("placements", placements)).order_by("sort_name", "pk")


class Units(ApiView):
    """The units of a day."""

    required_scope = Scope.UNITS
    session_roles = EVERY_ROLE
    pagination_class = Pages

    @describe(
        "units_list", "Enheder", "De enheder, der findes på en dag, efter navn.",
        tag="Organisation", asks=UnitParameters, answer=UnitSerializer, many=True, scope=Scope.UNITS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Units that stand in the tree that day."""
        asked = self.ask(UnitParameters)
        there = UnitPlacement.objects.filter(selectors.valid_on(asked.get("on", today())))
        found = _units().filter(pk__in=there.values("unit_id"))
        if "external_id" in asked:
            found = found.filter(external_id=asked["external_id"])
        return self.page(found, lambda rows: UnitSerializer(rows, many=True).data)


class UnitDetail(ApiView):
    """One unit."""

    required_scope = Scope.UNITS
    session_roles = EVERY_ROLE

    @describe("units_read", "Én enhed", tag="Organisation", answer=UnitSerializer, scope=Scope.UNITS)
    def get(self, request: Request, unit_id: int) -> Response:
        """Also a closed one."""
        self.ask(NoParameters)
        found = _units().filter(pk=unit_id).first()
        if found is None:
            raise OutOfReachError
        return Response(UnitSerializer(found).data)


# ---------- employments ----------


class EmploymentParameters(PageParameters):
    """Which employments."""

    on = DayField(required=False, help_text="Kun ansættelser, der løber den dag. Uden: i dag.")
    unit = NumberField(required=False, help_text="Kun denne enhed og dem under den.")
    external_id = TextField(required=False, max_length=60, help_text="Tjenestenummeret i lønsystemet.")


class PersonSerializer(serializers.Serializer):
    """The human being; may have several employments."""

    id = serializers.IntegerField()
    external_id = serializers.CharField(help_text="Personens nummer i lønsystemet.")
    name = serializers.CharField()


class TermsSerializer(serializers.Serializer):
    """What applies to an employment on the day asked about."""

    unit = serializers.IntegerField(source="unit_id")
    occupational_group = serializers.CharField(source="group.name", default=None, allow_null=True)
    weekly_hours = serializers.FloatField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class EmploymentSerializer(serializers.Serializer):
    """One employment."""

    id = serializers.IntegerField()
    external_id = serializers.CharField(help_text="Tjenestenummeret i lønsystemet.")
    person = PersonSerializer()
    start = serializers.DateField()
    end = serializers.DateField(allow_null=True, help_text="Sidste dag; null er indtil videre.")
    terms = serializers.SerializerMethodField()

    @extend_schema_field(TermsSerializer(allow_null=True))
    def get_terms(self, employment: Employment) -> Any:
        """The terms of the day, or None between two sets of terms."""
        terms = employment.terms_that_day  # type: ignore[attr-defined]
        return TermsSerializer(terms[0]).data if terms else None


def _shown(found: QuerySet[Employment], on: date) -> QuerySet[Employment]:
    terms = EmploymentTerms.objects.filter(selectors.valid_on(on)).select_related("group")
    return (
        found.select_related("person")
        .prefetch_related(Prefetch("terms", terms, to_attr="terms_that_day"))
        .order_by("person__sort_name", "pk")
    )


class Employments(ApiView):
    """The employments of a day."""

    required_scope = Scope.PEOPLE
    session_roles = CASE_ROLES
    pagination_class = Pages

    @describe(
        "employments_list", "Ansættelser",
        "De ansættelser, du har adgang til, og som løber på en dag, efter navn.",
        tag="Organisation", asks=EmploymentParameters, answer=EmploymentSerializer, many=True, scope=Scope.PEOPLE,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Those in the caller's reach today."""
        asked = self.ask(EmploymentParameters)
        on = asked.get("on", today())
        found = employments_in_reach(request.user, today()).filter(selectors.valid_on(on, "start", "end"))
        if "unit" in asked:
            below = units_below(asked["unit"], on)
            there = EmploymentTerms.objects.filter(selectors.valid_on(on), unit_id__in=below)
            found = found.filter(pk__in=there.values("employment_id"))
        if "external_id" in asked:
            found = found.filter(external_id=asked["external_id"])
        return self.page(_shown(found, on), lambda rows: EmploymentSerializer(rows, many=True).data)


class EmploymentDetail(ApiView):
    """One employment."""

    required_scope = Scope.PEOPLE
    session_roles = CASE_ROLES

    @describe(
        "employments_read", "Én ansættelse",
        tag="Organisation", asks=DayParameters, answer=EmploymentSerializer, scope=Scope.PEOPLE,
    )  # fmt: skip
    def get(self, request: Request, employment_id: int) -> Response:
        """With the terms of a day."""
        on = self.ask(DayParameters).get("on", today())
        found = employments_in_reach(request.user, today()).filter(pk=employment_id)
        employment = _shown(found, on).first()
        if employment is None:
            raise OutOfReachError
        data: dict[str, Any] = EmploymentSerializer(employment).data
        return Response(data)

"""The API's absences: read, and register as the page does (`absence.services.register`)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from absence import selectors, services
from absence.models import AbsenceState, Category, SickNotification
from absence.saving import OverlapError
from core.api import idempotency
from core.api.fields import ChoiceField, DayField, Input, NoParameters, NumberField, TextField, YesNoField
from core.api.pagination import PageParameters, Pages
from core.api.problems import Problem, by_field
from core.api.schema import describe
from core.api.views import ApiView
from core.clock import today
from organisation.api import units_below
from organisation.api_access import CASE_ROLES, caller, record_looks
from organisation.models import EmploymentTerms, User
from organisation.models.tokens import Scope
from organisation.permissions import employments_in_reach, get_employment, reach_of
from organisation.selectors import valid_on


class AbsenceParameters(PageParameters):
    """Which absences."""

    employment = NumberField(required=False, help_text="Kun denne ansættelse.")
    unit = NumberField(
        required=False, help_text="Kun medarbejdere, der i dag hører til denne enhed eller dem under den."
    )
    from_day = DayField(required=False, help_text="Kun fravær med en dag på eller efter denne.")
    to_day = DayField(required=False, help_text="Kun fravær med en dag på eller før denne.")
    open = YesNoField(
        required=False, help_text="true: kun fravær uden sidste dag. false: kun afsluttet fravær."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The period's ends in order."""
        if "from_day" in attrs and "to_day" in attrs and attrs["to_day"] < attrs["from_day"]:
            raise serializers.ValidationError({"to_day": ["Dagen kan ikke ligge før from_day."]})
        return attrs


class StateSerializer(serializers.Serializer):
    """From a day on the absence is in a state."""

    from_day = serializers.DateField()
    state = serializers.ChoiceField(choices=AbsenceState.State.choices)
    worked_hours_week = serializers.FloatField(allow_null=True, help_text="Timer på arbejde om ugen.")
    worked_hours = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Timer på arbejde mandag til søndag."
    )
    sick_share = serializers.FloatField(allow_null=True, help_text="Andel syg, 0 til 1; kun fra filer.")


class AbsenceSerializer(serializers.Serializer):
    """One absence. There is no field for what somebody suffers from, here or anywhere."""

    id = serializers.IntegerField()
    external_id = serializers.CharField(
        allow_null=True, help_text="Nummeret i lønsystemet, når det kom derfra."
    )
    employment = serializers.IntegerField(source="employment_id")
    employment_external_id = serializers.CharField(
        source="employment.external_id", help_text="Tjenestenummeret."
    )
    category = serializers.CharField(source="category.key", help_text="Kategoriens nøgle, fx egen_sygdom.")
    first_day = serializers.DateField()
    last_day = serializers.DateField(allow_null=True, help_text="null: ikke afsluttet.")
    expected_last_day = serializers.DateField(allow_null=True)
    work_related = serializers.ChoiceField(choices=SickNotification.WorkRelated.choices)
    source = serializers.ChoiceField(choices=SickNotification.Source.choices)
    withdrawn = serializers.SerializerMethodField(help_text="Registreret ved en fejl; tæller ikke med.")
    states = StateSerializer(many=True, help_text="Før den første er medarbejderen helt sygemeldt.")

    @extend_schema_field(serializers.BooleanField)
    def get_withdrawn(self, absence: SickNotification) -> bool:
        """Whether it was taken back."""
        return absence.withdrawn_at is not None


class NewAbsence(Input):
    """What registering takes."""

    employment = NumberField(help_text="Ansættelsens id.")
    category = TextField(max_length=40, help_text="Kategoriens nøgle, fx egen_sygdom.")
    first_day = DayField(help_text="Første fraværsdag.")
    last_day = DayField(
        required=False, allow_null=True, help_text="Sidste fraværsdag; udelad, når fraværet løber."
    )
    expected_last_day = DayField(required=False, allow_null=True, help_text="Forventet sidste fraværsdag.")
    work_related = ChoiceField(
        required=False,
        choices=SickNotification.WorkRelated.values,
        help_text="Hænger det sammen med arbejdet? Uden: unknown.",
    )
    agreed_contact = TextField(
        required=False,
        allow_blank=True,
        max_length=200,
        help_text="Aftalt kontakt. Medarbejderen kan læse det. Skriv intet om helbred.",
    )
    continues = NumberField(
        required=False,
        allow_null=True,
        help_text="Et tidligere fravær, som dette forlænger; kun når der ikke er arbejdsdage imellem.",
    )


def _in_reach(user: User, on: date) -> QuerySet[SickNotification]:
    """Standing absences of the employments in reach, newest first."""
    found = selectors.standing()
    if not reach_of(user, on).sees_everybody:
        found = found.filter(employment__in=employments_in_reach(user, on))
    return found


def _filtered(
    found: QuerySet[SickNotification], asked: dict[str, Any], user: User, on: date
) -> QuerySet[SickNotification]:
    if "employment" in asked:
        found = found.filter(employment=get_employment(user, asked["employment"], on))
    if "unit" in asked:
        terms = EmploymentTerms.objects.filter(valid_on(on), unit_id__in=units_below(asked["unit"], on))
        found = found.filter(employment_id__in=terms.values("employment_id"))
    if "from_day" in asked:
        found = found.filter(Q(last_day__isnull=True) | Q(last_day__gte=asked["from_day"]))
    if "to_day" in asked:
        found = found.filter(first_day__lte=asked["to_day"])
    if "open" in asked:
        found = found.filter(last_day__isnull=asked["open"] == "true")
    return found


class Absences(ApiView):
    """The absences in reach, and a way to register one."""

    required_scope = Scope.ABSENCE
    write_scope = Scope.ABSENCE_WRITE
    session_roles = CASE_ROLES
    pagination_class = Pages

    @describe(
        "absences_list", "Fravær",
        "Det fravær, du har adgang til, nyeste først. Hvert opslag skrives op, og medarbejderen kan se det.",
        tag="Fravær", asks=AbsenceParameters, answer=AbsenceSerializer, many=True, scope=Scope.ABSENCE,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Withdrawn ones are left out."""
        asked, on = self.ask(AbsenceParameters), today()
        found = _filtered(_in_reach(request.user, on), asked, request.user, on)

        def present(rows: list[SickNotification]) -> Any:
            record_looks(request, (row.employment.person_id for row in rows))
            return AbsenceSerializer(rows, many=True).data

        return self.page(selectors.with_details(found).order_by("-first_day", "-pk"), present)

    @describe(
        "absences_register", "Registrér fravær",
        "Det samme som at registrere på siden: frister, påmindelser og tal følger med.",
        tag="Fravær", body=NewAbsence, answer=AbsenceSerializer, problems=("overlap",), scope=Scope.ABSENCE_WRITE,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """201 with the absence and its address; 409 when the employee is already absent on some of the days."""
        self.ask(NoParameters)
        return idempotency.once(request, caller=caller(request), run=lambda: _register(request))


class AbsenceDetail(ApiView):
    """One absence."""

    required_scope = Scope.ABSENCE
    session_roles = CASE_ROLES

    @describe("absences_read", "Ét fravær", tag="Fravær", answer=AbsenceSerializer, scope=Scope.ABSENCE)
    def get(self, request: Request, absence_id: int) -> Response:
        """Also a withdrawn one."""
        self.ask(NoParameters)
        absence = selectors.get_absence(request.user, absence_id, today())
        record_looks(request, [absence.employment.person_id])
        return Response(AbsenceSerializer(absence).data)


def _register(request: Request) -> Response:
    """One call of the service, from a checked body. Raises ValidationError, Problem, OutOfReachError."""
    body = NewAbsence(data=request.data)
    body.is_valid(raise_exception=True)
    values: dict[str, Any] = {name: value for name, value in body.validated_data.items() if value is not None}
    on = today()
    values["employment"] = get_employment(request.user, values["employment"], on)
    values["category"] = _category(values["category"])
    if "continues" in values:
        values["continues"] = selectors.get_absence(request.user, values["continues"], on)
    try:
        absence = services.register(**values, by=request.user, today=on).absence
    except OverlapError as error:
        raise Problem("overlap", errors={name: texts[0] for name, texts in by_field(error).items()}) from None
    record_looks(request, [absence.employment.person_id])
    location = request.build_absolute_uri(reverse("api_absence", args=[absence.pk]))
    return Response(AbsenceSerializer(absence).data, status=201, headers={"Location": location})


def _category(key: str) -> Category:
    found = list(selectors.categories())
    for category in found:
        if category.key == key:
            return category
    known = ", ".join(category.key for category in found)
    raise serializers.ValidationError({"category": [f"Kategorien findes ikke. Vælg en af: {known}."]})

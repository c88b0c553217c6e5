"""The API's figures: one line per unit, month and split, suppressed for callers without person rights (S10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, overload

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from absence_statistics.rules.rolling import Split
from absence_statistics.rules.suppression import Reason
from absence_statistics.selectors import Figures, Hidden, last_whole_month, month_before
from absence_statistics.tables import Figure, FigureTable, UnitLabel
from absence_statistics.visible import of_enough
from core.api.fields import ChoiceField, MonthField, NumberField, first_of
from core.api.pagination import PageParameters, Pages
from core.api.schema import describe
from core.api.views import ApiView
from core.clock import today
from organisation.api_access import may_know_persons
from organisation.models.tokens import Scope
from organisation.permissions import FIGURE_ROLES, get_figure_unit, reach_of
from organisation.selectors import municipality_settings

MOST_MONTHS = 60
EARLIEST = date(2000, 1, 1)
SPLITS = ("none", "length", "category", "group")


class FigureParameters(PageParameters):
    """Which figures."""

    unit = NumberField(required=False, help_text="Kun denne enhed. Uden: alle enheder.")
    until = MonthField(required=False, help_text="Sidste måned, ÅÅÅÅ-MM. Uden: den seneste hele måned.")
    months = NumberField(
        required=False, max_value=MOST_MONTHS, help_text=f"Antal måneder, højst {MOST_MONTHS}. Uden: 12."
    )
    by = ChoiceField(
        required=False,
        choices=SPLITS,
        help_text="Opdeling: ingen, længde, kategori eller faggruppe. Uden: none.",
    )

    def validate_until(self, value: str) -> date:
        """Months with figures: from 2000 to the one we are in."""
        month = first_of(value)
        if not EARLIEST <= month <= self.context["today"]:
            raise serializers.ValidationError("Vælg en måned fra 2000-01 til den, vi er i.")
        return month


class FigureSerializer(serializers.Serializer):
    """The figures of one line. Null where a figure is hidden or not defined."""

    unit = serializers.IntegerField()
    unit_external_id = serializers.CharField(help_text="Enhedens nummer i lønsystemet.")
    month = serializers.CharField(
        help_text="ÅÅÅÅ-MM. Tal, der ender på _12, er de tolv måneder til og med den."
    )
    key = serializers.CharField(help_text="Opdelingens værdi; tom uden opdeling.")
    hidden = serializers.ChoiceField(
        choices=[reason.value for reason in Reason],
        allow_null=True,
        help_text="Hvorfor tallene er skjult: few (for få medarbejdere) eller protects (andre kunne regnes ud).",
    )
    absent_dagsvaerk = serializers.FloatField(allow_null=True)
    planned_dagsvaerk = serializers.FloatField(allow_null=True)
    fte = serializers.FloatField(allow_null=True, help_text="Årsværk på månedens første dag.")
    absent_dagsvaerk_12 = serializers.FloatField(allow_null=True)
    planned_dagsvaerk_12 = serializers.FloatField(allow_null=True)
    fte_12 = serializers.FloatField(allow_null=True, help_text="Årsværk, gennemsnit af tolv måneder.")
    dagsvaerk_per_fte_12 = serializers.FloatField(allow_null=True, help_text="Dagsværk pr. årsværk.")
    percent_12 = serializers.FloatField(allow_null=True, help_text="Fraværsprocent, 0 til 100.")
    periods_12 = serializers.IntegerField(allow_null=True, help_text="Fraværsperioder, der begyndte.")
    langtidsfriske_12 = serializers.FloatField(allow_null=True, help_text="Andel uden fravær, 0 til 1.")


MEASURES = [name for name in FigureSerializer().fields if name not in ("unit", "unit_external_id", "month", "key", "hidden")]  # fmt: skip


class Visibility:
    """What a caller may see of a table: everything of units whose persons they may know, else what S10 lets through."""

    def __init__(self, request: Request, figures: Figures, until: date, months: int, by: Split) -> None:
        self._reach = reach_of(request.user, figures.as_of)
        self._token = request.auth is not None
        self._everything = may_know_persons(request)
        self._by = by
        self._units: list[dict[int, Reason]] = []
        self._splits: list[Hidden] = []
        if self._everything:
            return
        choices = municipality_settings()
        # A split's people are to be at least as many as a split needs, whatever else is shown of it.
        self._below = (
            choices.suppress_below
            if by == "none"
            else max(choices.suppress_below, choices.suppress_split_below)
        )
        known = frozenset() if self._token else self._reach.people_units
        self._units = figures.hidden_months(until=until, months=months, known=known)
        if by != "none":  # after the months above, whose rows these look at again
            ends = [month_before(until, back) for back in reversed(range(months))]
            self._splits = [figures.hidden(until=end, known=known) for end in ends]

    def _sees_whole(self, unit: int) -> bool:
        return self._everything or (not self._token and self._reach.has_person_rights(unit))

    def shown(self, unit: int, figure: Figure) -> Figure:
        """A figure that is not hidden, without what is about too few."""
        return figure if self._sees_whole(unit) else of_enough(figure, self._below)

    def hides(self, unit: int, month: int) -> Reason | None:
        """Why the unit's figures of the table's n-th month are hidden, or None."""
        if self._sees_whole(unit):
            return None
        if self._by == "none":
            return self._units[month].get(unit)
        hidden = self._splits[month]
        if unit not in hidden.employees or self._by == "group":  # a group may be one person
            return Reason.FEW
        return hidden.splits.get(unit)


@dataclass(frozen=True)
class Lines(Sequence[dict[str, Any]]):
    """A table's lines, each made when it is asked for: a page costs a page."""

    table: FigureTable
    units: Sequence[UnitLabel]
    visible: Visibility

    def __len__(self) -> int:
        return len(self.units) * len(self.table.months) * len(self.table.keys)

    @overload
    def __getitem__(self, at: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, at: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(at, slice):
            return [self._line(number) for number in range(*at.indices(len(self)))]
        return self._line(range(len(self))[at])

    def _line(self, number: int) -> dict[str, Any]:
        rest, key = divmod(number, len(self.table.keys))
        unit, month = divmod(rest, len(self.table.months))
        label = self.units[unit]
        hidden = self.visible.hides(label.id, month)
        line = {
            "unit": label.id,
            "unit_external_id": label.external_id,
            "month": f"{self.table.months[month]:%Y-%m}",
            "key": self.table.keys[key],
            "hidden": hidden.value if hidden else None,
        }
        figure: Figure | None = None
        if hidden is None:
            found = self.table.figure(label.id, self.table.months[month], self.table.keys[key])
            figure = self.visible.shown(label.id, found)
        return line | {name: getattr(figure, name, None) for name in MEASURES}


class FiguresList(ApiView):
    """Figures of units."""

    required_scope = Scope.FIGURES
    session_roles = frozenset(role.value for role in FIGURE_ROLES)
    pagination_class = Pages

    @describe(
        "figures_list", "Tal",
        "En linje pr. enhed, måned og opdeling; hver enhed med dem under sig. Tal for små enheder er skjult, "
        "medmindre nøglen også har adgangen »absence«; opdelt på faggruppe gælder det alle.",
        tag="Tal", asks=FigureParameters, answer=FigureSerializer, many=True, scope=Scope.FIGURES,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Units by number, months ascending, keys in the table's order."""
        on = today()
        asked = self.ask(FigureParameters, today=on)
        unit = get_figure_unit(request.user, asked["unit"], on) if "unit" in asked else None
        until, months = asked.get("until", last_whole_month(on)), asked.get("months", 12)
        by = cast(Split, asked.get("by", "none"))
        figures = Figures(as_of=on)
        table = figures.table(until=until, months=months, by=by)
        units = [label for label in table.units if unit is None or label.id == unit.pk]
        lines = Lines(table, units, Visibility(request, figures, until, months, by))
        return self.page(lines, lambda rows: FigureSerializer(rows, many=True).data)

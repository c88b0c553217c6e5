"""Which report somebody wants."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms

from coordination.reports.quarter import Quarter, newest_quarters, parse_quarter
from organisation.models import Unit
from organisation.rules.tree import Tree

QUARTERS = 12
_INDENT = "\N{EM SPACE}"
_UNIT = "Vælg en af enhederne på listen."
_QUARTER = "Vælg et af kvartalerne på listen."


class ReportForm(forms.Form):
    """A unit and a whole quarter. `tree` is the organisation of the day."""

    enhed = forms.TypedChoiceField(
        label="Enhed",
        coerce=int,
        help_text="Rapporten dækker enheden og alle under den.",
        error_messages={"required": _UNIT, "invalid_choice": _UNIT},
    )
    kvartal = forms.ChoiceField(
        label="Kvartal",
        help_text="Kun kvartaler, der er slut.",
        error_messages={"required": _QUARTER, "invalid_choice": _QUARTER},
    )

    def __init__(self, *args: Any, today: date, tree: Tree, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["enhed"].choices = unit_choices(tree)  # type: ignore[attr-defined]
        self.fields["kvartal"].choices = [  # type: ignore[attr-defined]
            (each.code, each.words) for each in newest_quarters(today, QUARTERS)
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(Field("enhed"), Field("kvartal"))
        self.helper.add_input(Submit("lav", "Lav rapport"))

    @property
    def quarter(self) -> Quarter:
        """The chosen quarter of a valid form."""
        return parse_quarter(self.cleaned_data["kvartal"], self.today)


def unit_choices(tree: Tree) -> list[tuple[int, str]]:
    """Every unit of the tree, each below its parent and indented by its depth, by name. One query."""
    rows = Unit.objects.filter(pk__in=tree.parents).order_by("sort_name", "pk").values_list("pk", "name")
    names = dict(rows)
    order = {unit: number for number, unit in enumerate(names)}
    found: list[tuple[int, str]] = []

    def add(parent: int | None, depth: int) -> None:
        for unit in sorted(tree.children.get(parent, ()), key=order.__getitem__):
            found.append((unit, _INDENT * depth + names[unit]))
            add(unit, depth + 1)

    add(None, 0)
    return found

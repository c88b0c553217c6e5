"""The form that makes a token of the API."""

from collections.abc import Collection
from typing import Any

from django import forms

from core.forms import DanishDateField, TodayForm
from organisation.forms.base import helper
from organisation.models.tokens import Scope


class TokenForm(TodayForm):
    """What it is called, what it may, and how long."""

    name = forms.CharField(
        label="Navn",
        max_length=50,
        help_text="Hvilket system bruger nøglen? Navnet står, når medarbejdere ser, hvem der har slået op.",
        error_messages={"required": "Skriv, hvilket system nøglen er til."},
    )
    scopes = forms.MultipleChoiceField(
        label="Adgang",
        widget=forms.CheckboxSelectMultiple,
        help_text="Giv kun det, systemet skal bruge. Nøglen gælder hele kommunen.",
        error_messages={"required": "Vælg mindst én adgang."},
    )
    expires_on = DanishDateField(
        label="Gælder til og med",
        weekdays="future",
        help_text="Højst to år frem, fx 31.12 eller 1. juni 2027",
        error_messages={"required": "Skriv, hvornår nøglen udløber."},
    )

    def __init__(self, *args: Any, scopes: Collection[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["scopes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(scope.value, scope.label) for scope in scopes]
        self.helper = helper(self, "Lav nøglen")

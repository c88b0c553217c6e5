"""Forms about the municipality's own choices."""

from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms

from core.forms import DanishDateField, TodayForm
from organisation.forms.base import button, helper
from organisation.models import MunicipalitySettings
from organisation.services.municipalities import LENGTHS


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Thresholds, suppression, retention, and who may do what."""

    class Meta:
        model = MunicipalitySettings
        fields = [
            "short_until",
            "middle_until",
            "suppress_below",
            "suppress_split_below",
            "retention_years",
            "escalate_after_days",
            "employees_may_register",
        ]
        labels = {
            "short_until": "Kort fravær til og med dag",
            "middle_until": "Mellemlangt fravær til og med dag",
            "suppress_below": "Skjul tal for enheder med færre end",
            "suppress_split_below": "Skjul opdelinger for enheder med færre end",
            "retention_years": "Slet oplysninger efter",
            "escalate_after_days": "Fortæl chef og HR om opgaver, der er over frist i",
            "employees_may_register": "Medarbejdere må selv melde sig syge i Nærvær",
        }
        help_texts = {
            "middle_until": "Kalenderdage af hele fraværet. Længere fravær er langt.",
            "suppress_split_below": "Antal medarbejdere. Gælder fx fordeling på længde og faggruppe.",
            "retention_years": "Antal år, efter at ansættelsen er slut. Mellem 1 og 10.",
            "escalate_after_days": "Antal dage. 0 betyder aldrig.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("short_until", "middle_until", "suppress_below", "suppress_split_below"):
            self.fields[name].widget.attrs["class"] = "nv-date"
        for name in ("retention_years", "escalate_after_days"):
            self.fields[name].widget.attrs["class"] = "nv-date"
        self.helper = helper(self, "Gem")
        self.helper.layout = Layout(
            Fieldset("Længde af fravær", "short_until", "middle_until"),
            Fieldset("Små enheder", "suppress_below", "suppress_split_below"),
            Fieldset("Opfølgning", "escalate_after_days", "employees_may_register"),
            Fieldset("Sletning", "retention_years"),
            button("Gem"),
        )

    def clean(self) -> dict[str, Any]:
        """Say it before the database's own rule does, in words."""
        data: dict[str, Any] = super().clean() or {}
        short, middle = data.get("short_until"), data.get("middle_until")
        if short is not None and middle is not None and middle <= short:
            self.add_error("middle_until", LENGTHS)
        return data


class DayOffForm(TodayForm):
    """One more day off."""

    date = DanishDateField(label="Dato", weekdays="future", help_text="Fx 24.12 eller 5. juni 2027")
    name = forms.CharField(label="Navn", max_length=60, help_text="Fx juleaften")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Tilføj dagen")

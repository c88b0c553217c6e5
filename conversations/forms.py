"""Forms that settle a deadline."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from conversations.models import Conversation
from conversations.rules import labels
from core.forms import DanishDateField, TodayForm


class HoldForm(TodayForm):
    """That it was held: when and how."""

    held_on = DanishDateField(label="Hvornår?")
    how = forms.ChoiceField(label="Hvordan?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how: forms.ChoiceField = self.fields["how"]  # type: ignore[assignment]
        how.choices = [(value, labels.sentence_case(str(text))) for value, text in Conversation.How.choices]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("hold", submit))


class WaiveForm(TodayForm):
    """That it is not relevant, and why."""

    reason = forms.ChoiceField(
        label="Hvorfor er det ikke relevant?",
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en grund."},
    )
    more = forms.CharField(
        label="Skriv det med dine egne ord",
        required=False,
        max_length=160,
        help_text="Medarbejderen kan læse det, du skriver. Oplysninger om helbred hører ikke hjemme her.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons: forms.ChoiceField = self.fields["reason"]  # type: ignore[assignment]
        reasons.choices = [
            (reason.value, text[0].upper() + text[1:]) for reason, text in labels.WAIVER_REASONS.items()
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.add_input(Submit("waive", "Gem som ikke relevant", css_class="button-secondary"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("reason") == "other" and not data.get("more", "").strip():
            self.add_error("more", "Skriv hvorfor, så andre kan forstå det senere.")
        return data

    def text(self) -> str:
        """The reason as it is kept."""
        label = dict(self.fields["reason"].choices)[self.cleaned_data["reason"]]  # type: ignore[attr-defined]
        more = self.cleaned_data["more"].strip()
        if self.cleaned_data["reason"] == "other":
            return str(more)
        return f"{label}: {more}" if more else str(label)

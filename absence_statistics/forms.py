"""The choice of month on the pages of figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from core.formats import format_month


class MonthForm(forms.Form):
    """Twelve months to and including which month; the choice lives in the address (`?til=2026-10`)."""

    til = forms.ChoiceField(label="Tolv måneder til og med")

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["til"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f"{month:%Y-%m}", format_month(month)) for month in months]
        field.widget.attrs["aria-label"] = field.label
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_labels = False

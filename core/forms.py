"""Form fields that read what Danish users type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from core.clock import today as clock_today
from core.formats import Direction, format_date_short, parse_danish_date


class DanishDateInput(forms.TextInput):
    """A short text field: it takes `19.11`, `i går` and `ma`, which the browser's own date field does not."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "class": "nv-date", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        """Write a date as `01.02.2026`; what the user typed comes back unchanged."""
        if isinstance(value, dt.date):
            return format_date_short(value)
        text: str | None = super().format_value(value)
        return text


class DanishDateField(forms.Field):
    """A date typed the Danish way. `today` is what relative dates count from; forms set it (TodayForm).

    `weekdays` says whether a bare weekday looks back ("past", for what has happened) or ahead.
    """

    widget = DanishDateInput
    default_help_text = "Skriv fx 19.11, i går eller ma"

    def __init__(self, *, weekdays: Direction = "past", help_text: str | None = None, **kwargs: Any) -> None:
        self.weekdays = weekdays
        self.today: dt.date | None = None
        super().__init__(help_text=self.default_help_text if help_text is None else help_text, **kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """Return the date, None for an empty field; raises ValidationError with a Danish sentence."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        try:
            return parse_danish_date(str(value), self.today or clock_today(), weekdays=self.weekdays)
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not spellings: `19.11` is no change when 19 November stood there."""
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class TodayMixin(forms.BaseForm):
    """For any form: it is told which day it is and passes that on to its date fields."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            if isinstance(field, DanishDateField):
                field.today = today


class TodayForm(TodayMixin, forms.Form):
    """A plain form with Danish dates; model forms put TodayMixin before forms.ModelForm."""

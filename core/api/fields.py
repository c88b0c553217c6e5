"""Input of the API: strict, with Danish sentences. What is not known is refused, never passed over in silence."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from rest_framework import serializers

_REQUIRED = {
    "required": "Feltet mangler.",
    "null": "Feltet kan ikke være tomt.",
    "blank": "Feltet kan ikke være tomt.",
}
# The greatest number of a row here (PostgreSQL's bigint).
LARGEST_ID = 2**63 - 1


class DayField(serializers.DateField):
    """A date as `2026-11-23`."""

    default_error_messages = {
        **_REQUIRED,
        "invalid": "Skriv en dato, der findes, som ÅÅÅÅ-MM-DD, fx 2026-11-23.",
        "datetime": "Skriv kun datoen, som ÅÅÅÅ-MM-DD.",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_internal_value(self, value: Any) -> dt.date:
        """Only the one spelling, and only years that anybody here has worked in."""
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            self.fail("invalid", format="")
        day: dt.date = super().to_internal_value(value)
        if not 1900 <= day.year <= 2200:
            self.fail("invalid", format="")
        return day


class MonthField(serializers.RegexField):
    """A month as `2026-11`; becomes the first of it."""

    default_error_messages = {**_REQUIRED, "invalid": "Skriv en måned som ÅÅÅÅ-MM, fx 2026-11."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        """The text; validators run on it, and `first_of` makes the date."""
        if not isinstance(value, str):
            self.fail("invalid")
        return super().to_internal_value(value)


def first_of(month: str) -> dt.date:
    """The first day of a month that MonthField has let through."""
    return dt.date(int(month[:4]), int(month[5:]), 1)


class NumberField(serializers.IntegerField):
    """A whole number, by default the number of a row here."""

    default_error_messages = {
        **_REQUIRED,
        "invalid": "Skriv et helt tal.",
        "max_string_length": "Tallet er for stort.",
        "max_value": "Tallet kan højst være {max_value}.",
        "min_value": "Tallet skal være mindst {min_value}.",
    }

    def __init__(self, *, min_value: int = 1, max_value: int = LARGEST_ID, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, value: Any) -> int:
        """JSON numbers and digits; not `true`, not `1.0`, not other spellings of a number."""
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,25}", str(value), re.ASCII):
            self.fail("invalid")
        number: int = super().to_internal_value(value)
        return number


class TextField(serializers.CharField):
    """Text with a greatest length."""

    default_error_messages = {
        **_REQUIRED,
        "invalid": "Skriv tekst.",
        "max_length": "Der er plads til {max_length} tegn. Skriv det kortere.",
        "min_length": "Skriv mindst {min_length} tegn.",
    }

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_internal_value(self, value: Any) -> str:
        """Text only: a number is refused rather than turned into text."""
        if not isinstance(value, str):
            self.fail("invalid")
        text: str = super().to_internal_value(value)
        return text


class ChoiceField(serializers.ChoiceField):
    """One of some words."""

    default_error_messages = {**_REQUIRED, "invalid_choice": "Vælg en af: {options}."}

    def to_internal_value(self, data: Any) -> Any:
        """The word itself, as text."""
        if not isinstance(data, str) or data not in self.choices:
            self.fail("invalid_choice", options=", ".join(map(str, self.choices)))
        return data


class YesNoField(serializers.ChoiceField):
    """`true` or `false` in the address."""

    default_error_messages = {**_REQUIRED, "invalid_choice": "Skriv true eller false."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=["true", "false"], **kwargs)


class Input(serializers.Serializer):
    """A body or the parameters of an address. Names it has not got are errors."""

    default_error_messages = {"invalid": "Send et JSON-objekt."}

    def to_internal_value(self, data: Any) -> Any:
        """As usual, after looking for names that mean nothing here, and for parameters given twice."""
        found = super().to_internal_value(data)
        unknown = sorted(str(name) for name in set(data) - set(self.fields))
        if unknown:
            known = ", ".join(self.fields) or "ingen"
            raise serializers.ValidationError(
                {name[:80]: [f"Navnet findes ikke her. Der er: {known}."] for name in unknown[:20]}
            )
        return found


class NoParameters(Input):
    """An address that takes none."""

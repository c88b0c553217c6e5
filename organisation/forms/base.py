"""What the forms of the organisation share: crispy's helper, and fields that find a row by what people write."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from organisation.models import Person, Unit, User

# One sentence for all: nothing is chosen in a list that must be.
CHOOSE_UNIT = "Vælg en enhed."


def helper(form: forms.BaseForm, label: str, *, name: str = "save", secondary: bool = False) -> FormHelper:
    """A crispy helper whose page writes the form tag; the one button stands under the fields, not in a sticky bar."""
    found = FormHelper(form)
    found.form_tag = False
    found.layout.append(button(label, name=name, secondary=secondary))
    return found


def button(label: str, *, name: str = "save", secondary: bool = False) -> Div:
    """The form's button as a piece of layout."""
    return Div(Submit(name, label, css_class="button-secondary" if secondary else ""), css_class="mt-5")


class _LookupField(forms.CharField):
    """A row found by its name, e-mail or number. Subclasses say where to look and what to say."""

    none_found = ""
    several_found = ""

    @staticmethod
    def find(text: str) -> list[Any]:
        """At most two rows that the text may mean."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """The row, or None for an empty field that may be empty. Raises ValidationError."""
        text = super().clean(value)
        if not text:
            return None
        found = type(self).find(text)
        if not found:
            raise ValidationError(self.none_found, code="none")
        if len(found) > 1:
            raise ValidationError(self.several_found, code="several")
        return found[0]


class UserField(_LookupField):
    """An active user, by e-mail or whole name."""

    none_found = "Der er ingen aktiv bruger med det navn eller den e-mail. Tjek stavningen, eller opret brugeren først."
    several_found = "Flere brugere har det navn. Skriv e-mailadressen."

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Skriv e-mail eller hele navnet")
        super().__init__(max_length=254, **kwargs)

    @staticmethod
    def find(text: str) -> list[User]:
        return list(User.objects.filter(Q(email=text.lower()) | Q(name__iexact=text), is_active=True)[:2])

    def prepare_value(self, value: Any) -> Any:
        return value.email if isinstance(value, User) else value


class PersonField(_LookupField):
    """An employee, by number in the payroll, e-mail or whole name."""

    none_found = "Der er ingen medarbejder med det nummer, det navn eller den e-mail. Tjek stavningen."
    several_found = "Flere medarbejdere har det navn eller den e-mail. Skriv nummeret fra lønsystemet."

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Skriv nummer fra lønsystemet, e-mail eller hele navnet")
        super().__init__(max_length=254, **kwargs)

    @staticmethod
    def find(text: str) -> list[Person]:
        exact = Person.objects.filter(external_id=text).first()
        if exact is not None:
            return [exact]
        return list(Person.objects.filter(Q(name__iexact=text) | Q(email__iexact=text))[:2])

    def prepare_value(self, value: Any) -> Any:
        return value.external_id if isinstance(value, Person) else value


class UnitField(forms.ChoiceField):
    """One unit out of those a day's tree holds, each shown with the unit above. The form calls `offer`."""

    def __init__(self, **kwargs: Any) -> None:
        self.units: dict[str, Unit] = {}
        kwargs.setdefault("error_messages", {"required": CHOOSE_UNIT, "invalid_choice": CHOOSE_UNIT})
        super().__init__(**kwargs)

    def offer(self, units: list[tuple[Unit, str]], *, empty: str) -> None:
        """Fill the list: units with their labels, in order, after `empty` for none chosen."""
        self.units = {str(unit.pk): unit for unit, _ in units}
        self.choices = [("", empty), *((str(unit.pk), label) for unit, label in units)]

    def clean(self, value: Any) -> Unit | None:
        """The unit, or None for none chosen. Raises ValidationError for one that is not offered."""
        return self.units.get(str(super().clean(value)))

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Unit) else value

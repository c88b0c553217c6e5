"""Forms about users, their roles and deputies."""

from typing import Any

from django import forms

from core.forms import DanishDateField, TodayForm
from organisation.forms.base import PersonField, UnitField, UserField, helper
from organisation.models import Unit
from organisation.models.access import Role

_WHEN = "Fx 1.12 eller i dag"
UNTIL = "Tom betyder, at rollen gælder, til den bliver afsluttet"
# medarbejder is no role one gives: whoever is linked to an employee has it.
GIVEN_ROLES = [
    (role.value, f"{role.label[:1].upper()}{role.label[1:]}")
    for role in Role
    if role not in (Role.OPERATOER, Role.MEDARBEJDER)
]
_ADDRESS = {"invalid": "Skriv en hel e-mailadresse, fx navn@kommune.dk."}


class UserForm(forms.Form):
    """A user's own facts; for a new one too."""

    name = forms.CharField(label="Navn", max_length=150)
    email = forms.EmailField(label="E-mail", max_length=254, error_messages=_ADDRESS)
    person = PersonField(label="Hører til medarbejderen", required=False)
    is_active = forms.BooleanField(label="Kan logge ind", required=False, initial=True)

    def __init__(self, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new:
            del self.fields["is_active"]
        self.helper = helper(self, "Opret brugeren" if new else "Gem")


class RoleForm(TodayForm):
    """One role more."""

    role = forms.ChoiceField(label="Rolle", choices=GIVEN_ROLES)
    unit = UnitField(label="Enhed", required=False, help_text="En leder skal have en enhed")
    include_subtree = forms.BooleanField(label="Også enhederne under", required=False, initial=True)
    valid_from = DanishDateField(label="Fra", required=False, weekdays="future", help_text=_WHEN)
    valid_to = DanishDateField(
        label="Til og med", required=False, weekdays="future", help_text="Tom betyder indtil videre"
    )

    def __init__(self, *args: Any, units: list[tuple[Unit, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: UnitField = self.fields["unit"]  # type: ignore[assignment]
        unit.offer(units, empty="Hele kommunen")
        self.helper = helper(self, "Giv rollen")


class RoleDatesForm(TodayForm):
    """A role's dates and reach."""

    include_subtree = forms.BooleanField(label="Også enhederne under", required=False)
    valid_from = DanishDateField(label="Fra", required=False, weekdays="future", help_text=_WHEN)
    valid_to = DanishDateField(label="Til og med", required=False, weekdays="future", help_text=UNTIL)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Gem")


class DeputyForm(TodayForm):
    """Who stands in for whom, and when. A leader who sets their own has no field for the leader."""

    leader = UserField(label="Leder")
    deputy = UserField(label="Stedfortræder")
    first_day = DanishDateField(label="Fra", weekdays="future", help_text=_WHEN)
    last_day = DanishDateField(label="Til og med", weekdays="future", help_text="Fx 14.12 eller fredag")

    def __init__(self, *args: Any, for_anybody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not for_anybody:
            del self.fields["leader"]
        self.helper = helper(self, "Gem stedfortræderen")

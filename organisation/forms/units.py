"""Forms about units."""

from typing import Any

from django import forms

from core.forms import DanishDateField, TodayForm
from organisation.forms.base import UnitField, UserField, helper
from organisation.models import Unit

_FROM = "Den første dag, det gælder"


class NewUnitForm(TodayForm):
    """A new unit and where it stands."""

    name = forms.CharField(label="Navn", max_length=150)
    external_id = forms.CharField(
        label="Enhedsnummer", max_length=60, help_text="Som i lønsystemet, så filer kan finde enheden"
    )
    level = forms.CharField(label="Niveau", max_length=40, required=False, help_text="Fx center eller team")
    parent = UnitField(label="Ligger under", required=False)
    valid_from = DanishDateField(label="Fra", weekdays="future", help_text=_FROM)

    def __init__(self, *args: Any, units: list[tuple[Unit, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: UnitField = self.fields["parent"]  # type: ignore[assignment]
        parent.offer(units, empty="Øverst i organisationen")
        self.helper = helper(self, "Opret enheden")


class RenameForm(forms.Form):
    """Name and level."""

    name = forms.CharField(label="Navn", max_length=150)
    level = forms.CharField(label="Niveau", max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Gem navnet")


class MoveForm(TodayForm):
    """Where the unit is to stand, and from when."""

    parent = UnitField(label="Flyt til under", required=False)
    from_day = DanishDateField(label="Fra", weekdays="future", help_text=_FROM)

    def __init__(self, *args: Any, units: list[tuple[Unit, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent: UnitField = self.fields["parent"]  # type: ignore[assignment]
        parent.offer(units, empty="Øverst i organisationen")
        self.helper = helper(self, "Flyt enheden", secondary=True)


class CloseForm(TodayForm):
    """The unit's last day."""

    last_day = DanishDateField(
        label="Sidste dag", weekdays="future", help_text="Fraværet bliver ved med at høre til enheden"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Luk enheden", secondary=True)


class LeaderForm(TodayForm):
    """Somebody to lead the unit."""

    user = UserField(label="Leder")
    include_subtree = forms.BooleanField(label="Også enhederne under", required=False, initial=True)
    valid_from = DanishDateField(label="Fra", required=False, weekdays="future", help_text="Tom betyder nu")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(self, "Tilføj lederen", secondary=True)

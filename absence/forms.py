"""Forms of absence. They read what is typed; what may be is decided by `absence.rules` through the services."""

from __future__ import annotations

from copy import copy
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Row, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse

from absence import people, selectors
from absence.models import Category, SickNotification
from absence.rules.states import NAMES, State
from core.formats import WEEKDAYS, format_date
from core.forms import DanishDateField, TodayForm
from organisation.models import Employment, User
from organisation.permissions import employments_in_reach

# Up to this many employees are a plain list to choose from; more are searched for.
PLAIN_LIST = 50
READABLE = "Medarbejderen kan læse det, du skriver. Oplysninger om helbred hører ikke hjemme her."
NO_DIAGNOSIS = "Ikke hvad medarbejderen fejler; det må vi hverken spørge om eller skrive."


def _is_id(text: str) -> bool:
    """Whether the text can be the number of a row: Python refuses to read thousands of digits."""
    return text.isdecimal() and len(text) < 19


class ActionForm(TodayForm):
    """A form whose answer goes to one service; the service's messages find their fields."""

    save_label = "Gem"
    cancel_url = ""

    def add_service_error(self, error: ValidationError) -> None:
        """Put a service's messages beside their fields; unknown fields' messages go on top."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for field, errors in error.error_dict.items():
            self.add_error(field if field in self.fields else None, [str(e.messages[0]) for e in errors])

    def make_helper(self, *fields: Any) -> FormHelper:
        """Layout without a form tag; the template writes that."""
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = Layout(*(fields or [Field(name) for name in self.fields]))
        helper.add_input(Submit("gem", self.save_label))
        return helper


def _category_field(**kwargs: Any) -> forms.ModelChoiceField[Category]:
    return forms.ModelChoiceField(
        queryset=None,  # set per form: without a municipality there are no categories
        label="Fraværets art",
        help_text=NO_DIAGNOSIS,
        empty_label=None,
        error_messages={"required": "Vælg fraværets art.", "invalid_choice": "Vælg en af arterne på listen."},
        **kwargs,
    )


def _work_related_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Har arbejdet del i det?",
        choices=[(value, label.capitalize()) for value, label in SickNotification.WorkRelated.choices],
        widget=forms.RadioSelect,
        initial=SickNotification.WorkRelated.UNKNOWN,
        error_messages={"required": "Vælg et svar.", "invalid_choice": "Vælg et af svarene."},
    )


def _contact_field() -> forms.CharField:
    return forms.CharField(
        label="Hvad har I aftalt om kontakt?",
        required=False,
        max_length=200,
        help_text=READABLE,
        widget=forms.TextInput(attrs={"class": "nv-full", "autocomplete": "off"}),
        error_messages={"max_length": "Der er plads til 200 tegn. Skriv aftalen kortere."},
    )


def _date(
    label: str, *, required: str = "", help_text: str | None = None, ahead: bool = False
) -> DanishDateField:
    return DanishDateField(
        label=label,
        required=bool(required),
        help_text=help_text,
        weekdays="future" if ahead else "past",
        error_messages={"required": required},
    )


class EmployeeMixin(ActionForm):
    """Choice of one employee in the user's reach: a list when they are few, a search when they are many.

    The search works without scripts too: what is typed is looked up when the form is sent.
    """

    def __init__(self, *args: Any, by: User, employment: Employment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        few = people.options(by, self.today, limit=PLAIN_LIST + 1)
        self.searches = len(few) > PLAIN_LIST
        message = "Vælg en medarbejder."
        if not self.searches:
            self.fields["employment"] = forms.ChoiceField(
                label="Medarbejder",
                widget=forms.Select(attrs={"class": "nv-full"}),
                choices=[("", "Vælg medarbejder"), *((option.pk, option.label) for option in few)],
                error_messages={"required": message, "invalid_choice": message},
            )
        else:
            self._add_search(message)
        if employment is not None:
            self.fields["employment"].initial = employment.pk
            if self.searches:
                self.fields["who"].initial = self._label_of(employment.pk)
        self.order_fields(["employment", "who"])  # clean_who decides over what was picked

    def _add_search(self, message: str) -> None:
        self.fields["employment"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["who"] = forms.CharField(
            label="Medarbejder",
            help_text="Skriv de første bogstaver. Pil ned og Enter vælger.",
            max_length=200,
            error_messages={"required": message},
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "role": "combobox",
                    "aria-autocomplete": "list",
                    "aria-expanded": "false",
                    "aria-controls": "medarbejder-liste",
                    "data-listbox-input": "",
                    "data-value-input": "id_employment",
                    "hx-get": reverse("absence_search"),
                    "hx-trigger": "input changed delay:200ms",
                    "hx-target": "#medarbejder-liste",
                    "hx-sync": "this:replace",
                }
            ),
        )

    def employee_layout(self) -> list[Any]:
        """The field or fields, with the place of the suggestions."""
        if not self.searches:
            return [Field("employment")]
        place = '<div id="medarbejder-liste" role="listbox" aria-label="Medarbejdere" data-floating></div>'
        return [Field("who"), HTML(place), Field("employment")]

    def _label_of(self, employment_id: int) -> str:
        employment = employments_in_reach(self.by, self.today).filter(pk=employment_id).first()
        if employment is None:
            return ""
        found = people.options(self.by, self.today, employment.person.name, limit=PLAIN_LIST)
        return next((option.label for option in found if option.pk == employment_id), "")

    def clean_who(self) -> str:
        """Look up what is typed, unless it is the suggestion that was picked."""
        typed = str(self.cleaned_data["who"])
        picked = str(self.data.get(self.add_prefix("employment"), ""))
        if _is_id(picked) and self._label_of(int(picked)) == typed:
            self.cleaned_data["employment"] = picked
            return typed
        matches = people.options(self.by, self.today, typed.split(",")[0], limit=PLAIN_LIST)
        exact = [option for option in matches if option.label == typed]
        matches = exact if len(exact) == 1 else matches
        if not matches:
            raise ValidationError(f"Vi finder ingen, der hedder »{typed}«. Prøv med færre bogstaver.")
        if len(matches) > 1:
            names = "; ".join(option.label for option in matches[:5])
            raise ValidationError(
                f"Flere passer på »{typed}«: {names}. Skriv hele navnet, eller vælg på listen."
            )
        self.cleaned_data["employment"] = str(matches[0].pk)
        return typed

    def clean(self) -> dict[str, Any]:
        """`employment` becomes the row, within reach."""
        data = super().clean() or self.cleaned_data
        chosen = str(data.get("employment") or "")
        data["employment"] = None
        if _is_id(chosen):
            data["employment"] = (
                employments_in_reach(self.by, self.today)
                .select_related("person")
                .filter(pk=int(chosen))
                .first()
            )
        if data["employment"] is None and not self.errors:
            self.add_error("who" if self.searches else "employment", "Vælg en medarbejder.")
        return data


class RegisterForm(EmployeeMixin):
    """A sick notification in under a minute (A1)."""

    save_label = "Gem sygemelding"

    first_day = _date("Første fraværsdag", required="Skriv den første dag.")
    expected_last_day = _date(
        "Forventet sidste dag", help_text="Lad feltet stå tomt, hvis I ikke ved det", ahead=True
    )
    last_day = _date("Sidste dag", help_text="Kun hvis medarbejderen er tilbage igen")
    category = _category_field()
    work_related = _work_related_field()
    agreed_contact = _contact_field()

    def __init__(self, *args: Any, continued: SickNotification | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = selectors.categories()  # type: ignore[attr-defined]
        self.fields["category"].initial = selectors.categories().first()
        if continued is not None:
            self.ask_to_continue(continued)
        self.helper = self._layout()

    def ask_to_continue(self, earlier: SickNotification) -> None:
        """Add the question that only a new absence right after another one raises."""
        self.fields["continues"] = continues_field(earlier)
        self.helper = self._layout()

    def _layout(self) -> FormHelper:
        question = [Field("continues")] if "continues" in self.fields else []
        helper = self.make_helper(
            *self.employee_layout(),
            Row(Field("first_day"), Field("expected_last_day")),
            Field("last_day"),
            Div(*question, css_id="fortsaet"),
            Field("category"),
            Field("work_related"),
            Field("agreed_contact"),
        )
        helper.add_input(Submit("og_en_til", "Gem og registrér en til", css_class="button-secondary"))
        return helper


def continues_field(earlier: SickNotification) -> forms.ChoiceField:
    """Is it the absence that ended right before? Holds the earlier absence's id, so a change of date asks again."""
    last = format_date(earlier.last_day) if earlier.last_day else ""
    return forms.ChoiceField(
        label="Fortsætter det tidligere fravær?",
        help_text=f"Der er ingen arbejdsdage mellem fraværet, der sluttede {last}, og det her. "
        "Fortsætter det, regnes det som ét fravær, og fristerne løber videre.",
        choices=[(f"ja-{earlier.pk}", "Ja, fortsæt det tidligere"), (f"nej-{earlier.pk}", "Nej, det er nyt")],
        widget=forms.RadioSelect,
        error_messages={
            "required": "Vælg, om det er det samme fravær eller et nyt.",
            "invalid_choice": "Vælg, om det er det samme fravær eller et nyt.",
        },
    )


class ContinuesForm(forms.Form):
    """Only the question, for the place in the form that follows the dates."""

    def __init__(self, earlier: SickNotification) -> None:
        super().__init__()
        self.fields["continues"] = continues_field(earlier)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class HoursField(forms.FloatField):
    """Hours, with comma or point. Needed in one of two ways, so neither field alone is called optional."""

    def validate(self, value: Any) -> None:
        """An empty field is no error here; the service asks for hours where there are none at all."""
        if value not in self.empty_values:
            super().validate(value)


def _hours(label: str) -> HoursField:
    wrong = "Skriv et tal, fx 16 eller 18,5."
    return HoursField(
        label=label,
        localize=True,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "class": "input-width-xs", "autocomplete": "off"}
        ),
        error_messages={"invalid": wrong},
    )


class StateForm(ActionForm):
    """Change of state during an absence (A2)."""

    save_label = "Gem status"
    use_required_attribute = False

    state = forms.ChoiceField(
        label="Ny status",
        choices=[
            (State.PARTIAL.value, NAMES[State.PARTIAL]),
            (State.ACTIVE.value, "Aktivt sygemeldt (prøver arbejdet, men er formelt helt syg)"),
            (State.SICK.value, "Helt sygemeldt"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Vælg en status.", "invalid_choice": "Vælg en af statusserne."},
    )
    from_day = _date("Gælder fra", required="Skriv, fra hvilken dag det gælder.")
    worked_hours_week = _hours("Timer på arbejde om ugen")
    drop_later = forms.BooleanField(label="Fjern de skift, der er planlagt derefter", required=False)

    def __init__(self, *args: Any, has_later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worked_hours_week"].help_text = "Kun ved delvist tilbage. Andelen af fravær regnes ud."
        for name in WEEKDAYS:
            self.fields[f"hours_{name}"] = _hours(name.capitalize())
        if not has_later:
            del self.fields["drop_later"]
        weekdays = [Field(f"hours_{name}") for name in WEEKDAYS]
        self.helper = self.make_helper(
            Field("state"),
            Field("from_day"),
            Field("worked_hours_week"),
            HTML('<details class="details"><summary class="details-summary">Skriv timer pr. ugedag i stedet</summary><div class="details-text">'),
            Row(*weekdays),
            HTML("</div></details>"),
            HTML('<p class="nv-note" id="andel" role="status">{{ share_text }}</p>'),
            *([Field("drop_later")] if has_later else []),
        )  # fmt: skip

    def weekday_hours(self) -> list[float] | None:
        """Seven numbers when any weekday is filled in (empty ones are 0), else None."""
        typed = [self.cleaned_data.get(f"hours_{name}") for name in WEEKDAYS]
        return [hours or 0.0 for hours in typed] if any(hours is not None for hours in typed) else None

    def clean(self) -> dict[str, Any]:
        """Hours belong to a partial return only; the others forget them."""
        data = super().clean() or self.cleaned_data
        data["worked_hours"] = self.weekday_hours()
        if data.get("state") != State.PARTIAL:
            data["worked_hours_week"] = data["worked_hours"] = None
        return data


class ReturnForm(ActionForm):
    """Wholly back (raskmelding)."""

    save_label = "Gem"
    first_day_back = _date(
        "Første arbejdsdag igen",
        required="Skriv den første arbejdsdag igen.",
        help_text="Den dag medarbejderen er helt tilbage. Dagen før er den sidste fraværsdag.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = self.make_helper()


class ReopenForm(ActionForm):
    """A return that wasn't."""

    save_label = "Genåbn sygemeldingen"
    expected_last_day = _date(
        "Forventet sidste dag", help_text="Lad feltet stå tomt, hvis I ikke ved det", ahead=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = self.make_helper()


class CorrectForm(ActionForm):
    """Correct what was registered."""

    save_label = "Gem rettelsen"
    first_day = _date("Første fraværsdag", required="Skriv den første dag.")
    last_day = _date("Sidste fraværsdag", help_text="Tom, så længe fraværet varer")
    expected_last_day = _date(
        "Forventet sidste dag", help_text="Lad feltet stå tomt, hvis I ikke ved det", ahead=True
    )
    category = _category_field()
    work_related = _work_related_field()
    agreed_contact = _contact_field()

    def __init__(self, *args: Any, absence: SickNotification, **kwargs: Any) -> None:
        names = (
            "first_day",
            "last_day",
            "expected_last_day",
            "category",
            "work_related",
            "agreed_contact",
        )
        kwargs.setdefault("initial", {name: getattr(absence, name) for name in names})
        super().__init__(*args, **kwargs)
        current = Category.objects.filter(pk=absence.category_id)
        self.fields["category"].queryset = selectors.categories() | current  # type: ignore[attr-defined]
        self.helper = self.make_helper(
            Row(Field("first_day"), Field("last_day")),
            Field("expected_last_day"),
            Field("category"),
            Field("work_related"),
            Field("agreed_contact"),
        )


class MoveForm(EmployeeMixin):
    """The notification belongs to somebody else."""

    save_label = "Flyt sygemeldingen"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = self.make_helper(*self.employee_layout())


def draft_dates(data: Any, today: date) -> dict[str, date | None]:
    """The three dates of a half-written form; what cannot be read is None."""
    found: dict[str, date | None] = {}
    for name in ("first_day", "expected_last_day", "last_day"):
        field = copy(RegisterForm.base_fields[name])
        if isinstance(field, DanishDateField):
            field.today = today
        try:
            found[name] = field.clean(data.get(name, ""))
        except ValidationError:
            found[name] = None
    return found

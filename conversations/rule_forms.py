"""Forms of the rules page: a step, a pattern rule, adopting a set of rules, a file, and the day they are tried on."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from conversations import rule_drafts, rule_values
from conversations.rule_form_base import (
    ALL,
    COMBINES,
    COMPARISONS,
    COUNTS,
    KINDS,
    SPANS,
    STOPS,
    TIMINGS,
    UNITS,
    RuleForm,
    number,
    pick,
    radio,
    several,
)
from conversations.rules import codec
from conversations.rules.errors import RuleError
from conversations.rules.model import DayCount, OffsetUnit, PatternRule, RuleSet, Step, Timing
from core.forms import DanishDateField, TodayForm

MOST_BYTES = 1_000_000


class StepForm(RuleForm):
    """A step during an absence."""

    WHEN = ("timing", "window_start", "value", "unit", "count", "after", "move")
    SLOTS = {
        "actor": ("actor",),
        "kind": ("kind",),
        **dict.fromkeys(("timing", "offset", "window_start", "after"), WHEN),
        **dict.fromkeys(("repeat", "times", "stop"), ("repeat_count", "repeat_unit", "times", "stop")),
        "expected_beyond_day": ("expected_beyond_day",),
        "categories": ("categories",),
        "skip_if_terminated": ("skip_if_terminated",),
        "skip_if_employment_ends_within_days": ("skip_ends",),
        **dict.fromkeys(("settled_by", "within_days"), ("settled_kinds", "settled_within")),
        "mandatory": ("mandatory",),
    }
    SECTIONS = (
        ("Hvem og hvad", ("actor", "kind")),
        ("Hvornår", ("timing", ("window_start", "value"), "unit", "count", "after", "move")),
        ("Igen og igen", (("repeat_count", "repeat_unit"), "times", "stop")),
        ("Kun når", ("expected_beyond_day", "categories")),
        ("Ikke når", ("skip_ends", "skip_if_terminated", "settled_kinds", "settled_within")),
        ("Krav", ("mandatory", "enabled")),
    )
    PATHS = {
        **dict.fromkeys(("day", "days_after", "weeks", "months"), "value"),
        "from": "window_start",
        "count": "count",
        "after": "after",
        "kind": "kind",
        "repeat": "repeat_count",
        "repeat.times": "times",
        "expected_beyond_day": "expected_beyond_day",
        "skip_if_employment_ends_within_days": "skip_ends",
        "categories": "categories",
        "settled_by.kinds": "settled_kinds",
        "settled_by.within_days": "settled_within",
    }

    kind = pick("Hvad skal der ske?", KINDS)
    timing = radio("Hvornår?", TIMINGS)
    window_start = number("Fra og med", "Kun ved »mellem to dage«: tallet, perioden begynder med.", least=0)
    value = number("Tal", "Dag 14 skrives som 14.", required=True)
    unit = pick("Talt som", UNITS)
    count = radio(
        "Hvilke dage tæller?", COUNTS, "Arbejdsdage er hverdage, der ikke er helligdage eller lukkedage."
    )
    after = pick("Talt fra", [], required=False)
    repeat_count = number("Gentages for hver", "Lad feltet stå tomt, hvis det kun sker én gang.")
    repeat_unit = pick("Enhed", SPANS, required=False)
    times = number(
        "Antal gange i alt",
        "Lad feltet stå tomt, hvis det bliver ved, til medarbejderen er tilbage.",
        least=2,
    )
    stop = radio("Stopper, når medarbejderen er", STOPS)
    expected_beyond_day = number(
        "Kun hvis fraværet ventes at vare mere end så mange dage",
        "Et fravær, ingen kender længden på, tæller som langt.",
    )
    skip_ends = number("Ikke hvis ansættelsen ophører inden for så mange dage", "Talt fra første sygedag.")
    settled_kinds = several(
        "Dækket, hvis der er holdt", KINDS, "En anden samtale kan dække denne. Vælg hvilke."
    )
    settled_within = number("… højst så mange dage før fristen", "Tomt: når som helst i forløbet.", least=0)

    def start_values(self, rule: Any) -> dict[str, Any]:
        return rule_values.step_values(rule)

    def prepare(self) -> None:
        self.fields["stop"].required = False
        self._choices("after", [("", "første sygedag"), *self._earlier()])

    def _earlier(self) -> list[tuple[str, str]]:
        found = []
        for step in self.rules.during:
            if step.key == self.key:
                break
            if step.enabled or step.key == self.kept["after"]:
                found.append((step.key, rule_drafts.said(step, self.rules).rstrip(".")))
        return found

    def check(self, values: Mapping[str, Any]) -> None:
        window = values["timing"] == Timing.WINDOW
        if window and values["window_start"] is None:
            self.fault("window_start", "Skriv det tal, perioden begynder med.")
        elif window and values["window_start"] >= values["value"]:
            self.fault("window_start", f"Perioden skal begynde før {values['value']}.")
        elif window and values["window_start"] == 0 and values["unit"] == OffsetUnit.DAY:
            self.fault("window_start", "Første sygedag er dag 1. Skriv 1 eller mere.")
        if values["after"] and values["unit"] == OffsetUnit.DAY:
            self.fault(
                "unit", "Når reglen tæller fra et andet skridt, så vælg dage, uger eller måneder efter."
            )
        if values["count"] == DayCount.WORKING and values["unit"] in (OffsetUnit.WEEKS, OffsetUnit.MONTHS):
            self.fault("count", "Uger og måneder tælles i kalenderdage. Vælg kalenderdage, eller tæl i dage.")
        if values["repeat_count"] and values["settled_kinds"] and values["settled_within"] is None:
            self.fault(
                "settled_within",
                "Skriv et tal, når reglen gentages. Ellers ville én samtale dække alle gangene.",
            )
        if values["settled_within"] is not None and not values["settled_kinds"]:
            self.fault("settled_kinds", "Vælg, hvad der skal være holdt, eller slet antallet af dage.")
        if values["times"] and not values["repeat_count"]:
            self.fault("repeat_count", "Skriv, hvor lang tid der går mellem gangene.")

    def build(self, values: Mapping[str, Any], key: str) -> Step:
        return rule_values.step_of_values(values, key)


class PatternForm(RuleForm):
    """A trivselssamtale when a pattern shows."""

    COUNTED = ("periods_than", "periods", "days_than", "days", "days_count", "combine")
    NEW = (
        "new_months",
        "new_periods",
        "new_periods_than",
        "new_days",
        "new_days_than",
        "new_days_count",
        "new_combine",
    )
    SLOTS = {
        "actor": ("actor",),
        "periods": ("periods_than", "periods", "min_days", "max_days"),
        "days": ("days_than", "days", "days_count"),
        "combine": COUNTED,
        "within": ("within_count", "within_unit"),
        "categories": ("categories",),
        **dict.fromkeys(("under_months", "new_staff.periods", "new_staff.days", "new_staff.combine"), NEW),
        "due_after_days": ("due_after_days", "due_count", "move"),
        "quiet": ("quiet_count", "quiet_unit"),
        "skip_if_terminated": ("skip_if_terminated",),
        "mandatory": ("mandatory",),
    }
    SECTIONS = (
        (
            "Ved hvor meget fravær?",
            (
                ("periods_than", "periods"),
                ("days_than", "days"),
                "days_count",
                "combine",
                ("within_count", "within_unit"),
            ),
        ),
        ("Hvilke perioder tæller?", (("min_days", "max_days"), "categories")),
        (
            "En anden grænse for nyansatte",
            (
                "new_months",
                ("new_periods_than", "new_periods"),
                ("new_days_than", "new_days"),
                "new_days_count",
                "new_combine",
            ),
        ),
        ("Hvem og hvornår", ("actor", "due_after_days", "due_count", "move")),
        ("Ikke når", (("quiet_count", "quiet_unit"), "settled_kinds", "skip_if_terminated")),
        ("Krav", ("mandatory", "enabled")),
    )
    PATHS = {
        "": "periods",
        "periods": "periods",
        "days": "days",
        "combine": "combine",
        "within": "within_count",
        "new_staff": "new_periods",
        "new_staff.under_months": "new_months",
        "new_staff.periods": "new_periods",
        "new_staff.days": "new_days",
        "new_staff.combine": "new_combine",
        "period.min_days": "min_days",
        "period.max_days": "max_days",
        "categories": "categories",
        "quiet": "quiet_count",
        "due_after_days": "due_after_days",
        "settled_by": "settled_kinds",
    }

    periods_than = pick("Perioder", COMPARISONS)
    periods = number("Antal perioder", "Tomt: perioder tæller ikke.", least=0)
    days_than = pick("Sygedage", COMPARISONS)
    days = number("Antal sygedage", "Tomt: sygedage tæller ikke.", least=0)
    days_count = radio("Hvilke sygedage tæller?", COUNTS)
    combine = radio("Når begge er udfyldt", COMBINES)
    within_count = number("Inden for", required=True)
    within_unit = pick("Enhed", SPANS)
    min_days = number("Korteste periode, i kalenderdage", required=True)
    max_days = number("Længste periode, i kalenderdage", "Tomt: uden grænse.")
    new_months = number("De første så mange måneder", "Tomt: samme grænse for alle.")
    new_periods_than = pick("Perioder for nyansatte", COMPARISONS)
    new_periods = number("Antal perioder for nyansatte", least=0)
    new_days_than = pick("Sygedage for nyansatte", COMPARISONS)
    new_days = number("Antal sygedage for nyansatte", least=0)
    new_days_count = radio("Hvilke sygedage tæller for nyansatte?", COUNTS)
    new_combine = radio("Når begge er udfyldt for nyansatte", COMBINES)
    due_after_days = number("Senest så mange dage efter sidste sygedag", required=True)
    due_count = radio("Hvilke dage tæller i fristen?", COUNTS)
    quiet_count = number("Ro efter den seneste samtale", "Tomt: ingen ro.")
    quiet_unit = pick("Enhed", SPANS)
    settled_kinds = several("Dækket, hvis der er holdt", KINDS)

    @property
    def is_pattern(self) -> bool:
        return True

    def start_values(self, rule: Any) -> dict[str, Any]:
        return rule_values.pattern_values(rule)

    def check(self, values: Mapping[str, Any]) -> None:
        if values["periods"] is None and values["days"] is None:
            self.fault("periods", "Skriv et antal perioder, et antal sygedage eller begge dele.")
        if values["max_days"] is not None and values["max_days"] < values["min_days"]:
            self.fault("max_days", "Den længste periode kan ikke være kortere end den korteste.")
        for_new = values["new_periods"] is not None or values["new_days"] is not None
        if values["new_months"] and not for_new:
            self.fault("new_periods", "Skriv grænsen for nyansatte: perioder, sygedage eller begge dele.")
        if for_new and not values["new_months"]:
            self.fault("new_months", "Skriv, hvor mange måneder grænsen for nyansatte gælder.")

    def build(self, values: Mapping[str, Any], key: str) -> PatternRule:
        return rule_values.pattern_of_values(values, key)


def form_for(rule: Step | PatternRule | None, *, pattern: bool = False) -> type[RuleForm]:
    """The form class of a rule, or of a new one."""
    return PatternForm if pattern or isinstance(rule, PatternRule) else StepForm


class AdoptForm(TodayForm):
    """Who adopted the rules, and when. They apply from the moment the form is sent."""

    adopted_on = DanishDateField(label="Vedtaget den")
    adopted_by = forms.CharField(
        label="Vedtaget af", max_length=120, help_text="Fx hovedudvalget eller det lokale MED-udvalg"
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_adopted_on(self) -> Any:
        day = self.cleaned_data["adopted_on"]
        if day > self.today:
            raise forms.ValidationError(
                "Datoen ligger ude i fremtiden. Sæt reglerne i kraft, når de er vedtaget."
            )
        return day


class UploadForm(forms.Form):
    """Rules from a file; after `is_valid`, `rules` is the rule set."""

    file = forms.FileField(
        label="Fil med regler",
        help_text="En JSON-fil, som er hentet her eller skrevet efter vejledningen.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": "Vælg en fil først.", "empty": "Filen er tom."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules: RuleSet | None = None
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("Filen er for stor til at være et regelsæt. Vælg en fil under 1 MB.")
        try:
            self.rules = codec.loads(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("Filen kan ikke læses. Gem den som tekst i UTF-8.") from error
        except RuleError as error:
            place = rule_values.human_place(error.path)
            raise forms.ValidationError(f"{place}: {error.message}" if place else error.message) from error
        return file


class TryForm(TodayForm):
    """The absence that rules are tried on."""

    day = DanishDateField(label="Første sygedag", weekdays="future")
    category = forms.ChoiceField(label="Fraværets art", required=False)

    def __init__(self, *args: Any, categories: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(categories.items())
        self.helper = FormHelper()
        self.helper.form_tag = False


__all__ = ["ALL", "AdoptForm", "PatternForm", "RuleForm", "StepForm", "TryForm", "UploadForm", "form_for"]

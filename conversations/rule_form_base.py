"""The form behind a sentence of the rules page, and the fields and choices its two kinds are made of.

A form opened from a slot shows that slot's fields only; the rule keeps its other values.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Row
from django import forms

from conversations import rule_drafts, rule_values
from conversations.rules import labels
from conversations.rules.errors import RuleError
from conversations.rules.model import (
    Combine,
    Comparison,
    DayCount,
    Kind,
    OffsetUnit,
    PatternRule,
    RepeatStop,
    RuleSet,
    SpanUnit,
    Step,
    Timing,
)

ALL = "alt"  # the slot that stands for the whole rule
# The field a slot is about, where it has another name.
FOCUS = {"offset": "value", "repeat": "repeat_count", "within": "within_count", "quiet": "quiet_count"}

SPANS = [(SpanUnit.DAYS, "dage"), (SpanUnit.WEEKS, "uger"), (SpanUnit.MONTHS, "måneder")]
COUNTS = [(DayCount.CALENDAR, "Kalenderdage"), (DayCount.WORKING, "Arbejdsdage")]
COMPARISONS = [(Comparison.AT_LEAST, "mindst"), (Comparison.MORE_THAN, "mere end")]
COMBINES = [(Combine.ANY, "Det ene er nok"), (Combine.ALL, "Begge dele skal til")]
MOVES = [
    ("", "Som normalt: en bestemt dag rykkes frem, en frist rykkes tilbage"),
    *((move, f"Dagen {text}") for move, text in labels.MOVES.items()),
]
UNITS = [
    (OffsetUnit.DAY, "dag nummer (dag 1 er første sygedag)"),
    (OffsetUnit.DAYS_AFTER, "dage efter"),
    (OffsetUnit.WEEKS, "uger efter"),
    (OffsetUnit.MONTHS, "måneder efter"),
]
TIMINGS = [
    (Timing.ON, "På dagen"),
    (Timing.BY, "Senest på dagen"),
    (Timing.WINDOW, "Mellem to dage"),
]


def in_words(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Choices from a table of Danish words."""
    return [(str(value), labels.sentence_case(text)) for value, text in words.items()]


KINDS = [(value, text) for value, text in in_words(labels.KINDS) if value != Kind.TRIVSELSSAMTALE]
STOPS = [(RepeatStop.FULL_RETURN, "Fuldt tilbage"), (RepeatStop.PARTIAL_RETURN, "Delvist tilbage")]


def number(label: str, help_text: str = "", *, required: bool = False, least: int = 1) -> forms.IntegerField:
    """A whole number, typed."""
    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input-width-xs", "autocomplete": "off"})
    errors = {
        "invalid": "Skriv et helt tal med cifre.",
        "required": "Skriv et tal.",
        "min_value": "Skriv %(limit_value)s eller mere.",
    }
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=required,
        min_value=least,
        widget=widget,
        error_messages=errors,
    )


def pick(
    label: str, choices: Sequence[Any], help_text: str = "", *, required: bool = True
) -> forms.ChoiceField:
    """One of several, in a list."""
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=required)


def radio(label: str, choices: Sequence[Any], help_text: str = "") -> forms.ChoiceField:
    """One of a few, all seen."""
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, widget=forms.RadioSelect)


def several(label: str, choices: Sequence[Any], help_text: str = "") -> forms.MultipleChoiceField:
    """Any of several."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=help_text,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class RuleForm(forms.Form):
    """What both kinds of rule share. Subclasses name their slots' fields and build the rule from all values.

    `rule` None: a new one. After `is_valid`, `changed` is the rule set with the rule in it.
    """

    SLOTS: Mapping[str, tuple[str, ...]] = {}
    SECTIONS: Sequence[tuple[str, tuple[Any, ...]]] = ()
    PATHS: Mapping[str, str] = {}

    actor = pick("Hvem gør det?", in_words(labels.ACTORS))
    categories = several("Kun ved disse fraværsarter", [], "Gælder alle arter, når ingen er valgt.")
    mandatory = radio("Er det et krav?", in_words(labels.MANDATORY))
    move = pick("Når dagen ikke er en arbejdsdag", MOVES, required=False)
    skip_if_terminated = forms.BooleanField(label="Ikke ved opsigelse", required=False)
    enabled = forms.BooleanField(label="Reglen er slået til", required=False)

    def __init__(
        self,
        *args: Any,
        rules: RuleSet,
        rule: Step | PatternRule | None,
        categories: Mapping[str, str],
        slot: str = ALL,
        **kwargs: Any,
    ) -> None:
        self.rules, self.rule = rules, rule
        self.slot = slot if slot in self.SLOTS and rule is not None else ALL
        self.kept = self.start_values(rule)
        self.key = rule.key if rule is not None else ""
        self.changed: RuleSet | None = None
        super().__init__(*args, **{"initial": self.kept, **kwargs})
        chosen = list(self.kept["categories"])
        # A category that has been removed since stays on the list, or it could never be taken off the rule.
        known = {**categories, **{key: key for key in chosen if key not in categories}}
        self._choices("categories", list(known.items()))
        self.prepare()
        self._show_only(self.SLOTS.get(self.slot))
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def start_values(self, rule: Any) -> dict[str, Any]:
        """The rule as the fields' values."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Choices that depend on the other rules."""

    def build(self, values: Mapping[str, Any], key: str) -> Step | PatternRule:
        """The rule from the values of all fields."""
        raise NotImplementedError

    def check(self, values: Mapping[str, Any]) -> None:
        """What must fit together; errors with `fault`."""

    def _choices(self, name: str, choices: Sequence[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def _show_only(self, names: tuple[str, ...] | None) -> None:
        if names is None:
            return
        self.order_fields(names)
        for name in list(self.fields):
            if name not in names:
                del self.fields[name]
        wanted = FOCUS.get(self.slot, self.slot)
        self.fields[wanted if wanted in self.fields else names[0]].widget.attrs["autofocus"] = True

    def _layout(self) -> Layout:
        if self.slot != ALL:
            return Layout(*self.fields)
        parts: list[Any] = []
        for heading, names in self.SECTIONS:
            rows = [name if isinstance(name, str) else Row(*name) for name in names]
            parts.append(Fieldset(heading, *rows))
        return Layout(*parts)

    def fault(self, name: str, text: str) -> None:
        """An error at the field, or above the form where the field is not shown."""
        if name in self.fields:
            self.add_error(name, text)
        else:
            self.add_error(None, text)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        values = {**self.kept, **data}
        self.check(values)
        if self.errors:
            return data
        rule = self.build(values, self.key)
        if not self.key:
            rule = self.build(values, rule_drafts.free_key(self.rules, rule_values.key_for(rule)))
        try:
            if not rule.enabled and self.rule is not None and self.rule.enabled:
                rule_drafts.switch(self.rules, rule.key)  # refuses when another rule counts from it
            self.changed = rule_drafts.put(self.rules, rule)
        except RuleError as error:
            self._place(error, rule.key)
        else:
            self.key = rule.key
        return data

    def _place(self, error: RuleError, key: str) -> None:
        """Put what the rules themselves refuse where it belongs."""
        where, _, field = error.path.partition(".")
        here = rule_values.index_path(self.rules, key, isinstance(self.rule, PatternRule) or self.is_pattern)
        if where not in (here, key):
            self.add_error(None, f"{rule_values.human_place(error.path)}: {error.message}")
            return
        name = self.PATHS.get(field, self.PATHS.get(field.rpartition(".")[0], "enabled"))
        self.fault(name, error.message)

    @property
    def is_pattern(self) -> bool:
        """Whether it makes a pattern rule."""
        return False

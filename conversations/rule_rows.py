"""Rules as rows of the rules page: sentences with slots, a menu, and the form that is open. Plain functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations import rule_drafts
from conversations.rule_forms import ALL, RuleForm
from conversations.rules import labels
from conversations.rules.model import FLOOR, PatternRule, RuleSet, Step
from conversations.rules.sentences import plain, sentence

# Gives the address of a page about one rule: (URL name, key, further parts).
Address = Callable[..., str]


@dataclass(frozen=True)
class Part:
    """A piece of a sentence. `slot` names what can be changed there; empty for fixed text.

    `tail` is punctuation that must not begin a line.
    """

    text: str
    slot: str = ""
    tail: str = ""
    is_open: bool = False


@dataclass(frozen=True)
class RuleRow:
    """One rule of the list. `form` is open below it; `error` says what was refused."""

    key: str
    number: int
    parts: Sequence[Part]
    is_on: bool
    edit_url: str
    save_url: str
    what_if_url: str
    close_url: str
    menu: Sequence[Mapping[str, Any]]
    form: RuleForm | None = None
    error: str = ""
    focus_slot: str = ""
    # Other rows whose sentences name this rule: ids of their sentences.
    named_in: Sequence[str] = field(default_factory=tuple)

    @property
    def element_id(self) -> str:
        """The row's id in the page."""
        return f"regel-{self.key}"


def rows(
    rules: Sequence[Step | PatternRule],
    of: RuleSet,
    *,
    address: Address,
    categories: Mapping[str, str],
    open_form: RuleForm | None = None,
    errors: Mapping[str, str] | None = None,
    focus: tuple[str, str] = ("", ""),
) -> list[RuleRow]:
    """A row for each rule. `errors`: key → message. `focus`: key and slot where work goes on."""
    return [
        _row(rule, number, of, address, categories, open_form, (errors or {}).get(rule.key, ""), focus)
        for number, rule in enumerate(rules, start=1)
    ]


def _row(
    rule: Step | PatternRule,
    number: int,
    of: RuleSet,
    address: Address,
    categories: Mapping[str, str],
    open_form: RuleForm | None,
    error: str,
    focus: tuple[str, str],
) -> RuleRow:
    form = open_form if open_form is not None and open_form.key == rule.key else None
    return RuleRow(
        key=rule.key,
        number=number,
        parts=parts_of(rule, of, categories, open_slot=form.slot if form else ""),
        is_on=rule.enabled,
        edit_url=address("rules_edit", rule.key),
        save_url=address("rules_edit", rule.key, **{"del": form.slot}) if form else "",
        what_if_url=address("rules_preview", regel=rule.key, **{"del": form.slot}) if form else "",
        close_url=address("rules", rettet=rule.key, ord=form.slot) if form else "",
        menu=[
            {
                "label": "Alle valg",
                "url": f"{address('rules_edit', rule.key, **{'del': ALL})}#regel-{rule.key}",
            },
            {"label": "Kopiér", "url": address("rules_change", rule.key, "kopier"), "post": True},
            {
                "label": "Slå fra" if rule.enabled else "Slå til",
                "url": address("rules_change", rule.key, "skift"),
                "post": True,
            },
            {"label": "Slet", "url": address("rules_change", rule.key, "slet"), "post": True},
        ],
        form=form,
        error=error,
        focus_slot=_focus_slot(rule, of, focus[1]) if rule.key == focus[0] and form is None else "",
        named_in=[f"saetning-{step.key}" for step in rule_drafts.counting_from(of, rule.key)],
    )


def _focus_slot(rule: Step | PatternRule, of: RuleSet, wanted: str) -> str:
    """The slot itself if the sentence still has it, else its first."""
    slots = [part.slot for part in parts_of(rule, of, {}) if part.slot]
    return wanted if wanted in slots else slots[0]


def parts_of(
    rule: Step | PatternRule, of: RuleSet, categories: Mapping[str, str], *, open_slot: str = ""
) -> list[Part]:
    """The sentence in pieces. Categories are named as the municipality names them."""
    found: list[Part] = []
    for text, slot in sentence(rule, of):
        if slot == "kind" and isinstance(rule, PatternRule):
            slot = None  # a pattern rule is always about a trivselssamtale
        if slot == "categories":
            text = labels.listed([categories.get(key, key) for key in rule.categories or ()], "eller")
        if slot is None:
            tail = text[:1] if text[:1] in ",." and found and found[-1].slot else ""
            if tail:
                last = found[-1]
                found[-1] = Part(last.text, last.slot, tail, last.is_open)
            found.append(Part(text[len(tail) :]))
        else:
            found.append(Part(text, slot, "", slot == open_slot))
    return [part for part in found if part.text]


def floor_sentence() -> str:
    """The law's own conversation, which nobody can change."""
    return plain(sentence(FLOOR))


def is_limited_by_category(rules: RuleSet) -> bool:
    """Whether any step is for some kinds of absence only."""
    return any(step.categories is not None for step in rules.during if step.enabled)

"""Rules that somebody is working on: kept in their own session as JSON until they are adopted or dropped.

A draft is always a rule set that could be planned with; a change that would break it is refused before it is kept.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from typing import Any

from conversations.rules import codec, labels
from conversations.rules.errors import RuleError
from conversations.rules.model import PatternRule, RuleSet, Step
from conversations.rules.sentences import plain, sentence

Session = MutableMapping[str, Any]
Rule = Step | PatternRule
_SESSION_KEY = "rule_drafts"
_WHOLE_MUNICIPALITY = "alle"
MOST_KEY = 36  # leaves room for a number within the rules' 40 characters


@dataclass(frozen=True)
class Draft:
    """Rules in the making. `base`: id of the version in force when the work began, None if there was none."""

    rules: RuleSet
    base: int | None


def _place(unit: int | None) -> str:
    return _WHOLE_MUNICIPALITY if unit is None else str(unit)


def load(session: Session, unit: int | None) -> Draft | None:
    """The draft for the municipality (None) or a unit; None if there is none, or none that can be read any more."""
    kept = session.get(_SESSION_KEY, {}).get(_place(unit))
    if not kept or kept["rules"] is None:
        return None
    try:
        return Draft(codec.from_json(kept["rules"]), kept["base"])
    except RuleError:  # written by an older version of the product
        return None


def save(session: Session, unit: int | None, rules: RuleSet, *, base: int | None) -> None:
    """Keep the draft; what was there before can be had back once with `undo`."""
    _write(session, unit, codec.to_json(rules), base)


def discard(session: Session, unit: int | None) -> None:
    """Drop the draft; `undo` has it back."""
    _write(session, unit, None, None)


def forget(session: Session, unit: int | None) -> None:
    """Drop the draft for good: it has been adopted."""
    drafts = dict(session.get(_SESSION_KEY, {}))
    drafts.pop(_place(unit), None)
    session[_SESSION_KEY] = drafts


def undo(session: Session, unit: int | None) -> bool:
    """Take the last change back. Returns whether there was one."""
    drafts = dict(session.get(_SESSION_KEY, {}))
    kept = drafts.get(_place(unit))
    if kept is None or kept.get("before") is None:
        return False
    drafts[_place(unit)] = kept["before"]
    session[_SESSION_KEY] = drafts
    return True


def _write(session: Session, unit: int | None, rules: Any, base: int | None) -> None:
    drafts = dict(session.get(_SESSION_KEY, {}))
    before = drafts.get(_place(unit)) or {"rules": None, "base": None}
    drafts[_place(unit)] = {
        "rules": rules,
        "base": base,
        "before": {"rules": before["rules"], "base": before["base"]},
    }
    session[_SESSION_KEY] = drafts


# ---------- changes to a rule set ----------


def every_rule(rules: RuleSet) -> list[Rule]:
    """Steps, then pattern rules."""
    return [*rules.during, *rules.pattern]


def find(rules: RuleSet, key: str) -> Rule | None:
    """The rule with that key."""
    return next((rule for rule in every_rule(rules) if rule.key == key), None)


def put(rules: RuleSet, rule: Rule) -> RuleSet:
    """With the rule in the place of the one with its key, or last. Raises RuleError naming the place."""
    renamed = _own_name(rules)
    if isinstance(rule, Step):
        return replace(renamed, during=_put(rules.during, rule))
    return replace(renamed, pattern=_put(rules.pattern, rule))


def _put(items: tuple[Any, ...], rule: Rule) -> tuple[Any, ...]:
    if any(item.key == rule.key for item in items):
        return tuple(rule if item.key == rule.key else item for item in items)
    return (*items, rule)


def remove(rules: RuleSet, key: str) -> RuleSet:
    """Without the rule. Raises RuleError when another one counts from it."""
    _check_nobody_counts_from(rules, key, "slettes")
    return replace(
        _own_name(rules),
        during=tuple(step for step in rules.during if step.key != key),
        pattern=tuple(rule for rule in rules.pattern if rule.key != key),
    )


def switch(rules: RuleSet, key: str) -> RuleSet:
    """With the rule turned on or off. Raises RuleError when that would leave a rule counting from one that is off."""
    rule = find(rules, key)
    if rule is None:
        return rules
    if rule.enabled:
        _check_nobody_counts_from(rules, key, "slås fra")
    elif isinstance(rule, Step) and rule.after is not None:
        base = find(rules, rule.after)
        if base is not None and not base.enabled:
            text = said(base, rules)
            raise RuleError(key, f"Reglen tæller fra en regel, der er slået fra: »{text}« Slå den til først.")
    return put(rules, replace(rule, enabled=not rule.enabled))


def copy(rules: RuleSet, key: str) -> tuple[RuleSet, str]:
    """With a copy of the rule right after it, and the copy's key."""
    rule = find(rules, key)
    if rule is None:
        return rules, key
    twin = replace(rule, key=free_key(rules, key))
    if isinstance(twin, Step):
        return replace(_own_name(rules), during=_after(rules.during, key, twin)), twin.key
    return replace(_own_name(rules), pattern=_after(rules.pattern, key, twin)), twin.key


def _after(items: tuple[Any, ...], key: str, twin: Rule) -> tuple[Any, ...]:
    return tuple(entry for item in items for entry in ((item, twin) if item.key == key else (item,)))


def free_key(rules: RuleSet, wanted: str) -> str:
    """`wanted`, with a number behind it if it is taken."""
    taken = {rule.key for rule in every_rule(rules)}
    wanted = wanted[:MOST_KEY].rstrip("-")
    number, key = 1, wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key


def counting_from(rules: RuleSet, key: str) -> list[Step]:
    """Steps that count from the rule and are turned on."""
    return [step for step in rules.during if step.after == key and step.enabled]


def said(rule: Rule, rules: RuleSet) -> str:
    """The rule as a sentence."""
    return plain(sentence(rule, rules))


def _check_nobody_counts_from(rules: RuleSet, key: str, verb: str) -> None:
    # A step that is off may count from one that is off, but not from one that is gone.
    others = (
        [step for step in rules.during if step.after == key]
        if verb == "slettes"
        else counting_from(rules, key)
    )
    if others:
        text = said(others[0], rules)
        raise RuleError(
            key, f"Reglen kan ikke {verb}, fordi en anden tæller fra den: »{text}« Ret den først."
        )


def _own_name(rules: RuleSet) -> RuleSet:
    """A changed preset does not go on under the preset's name; `based_on` still says where it came from."""
    if rules.based_on is not None and rules.name == labels.PRESETS.get(rules.based_on):
        return replace(rules, name="")
    return rules

"""Adopt rules for a municipality or a unit (C1, C2)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from absence.models import Category
from conversations import selectors
from conversations.models import RuleSet as StoredRuleSet
from conversations.rules import codec
from conversations.rules.errors import RuleError
from conversations.rules.model import PatternRule, RuleSet, Step
from conversations.rules.presets import PRESETS
from conversations.rules.strictness import stricter
from conversations.services.planning import plan_deadlines, plan_patterns
from organisation.models import Unit, User


def preset(name: str) -> RuleSet:
    """A preset by its name. Raises ValidationError naming those there are."""
    if name not in PRESETS:
        raise ValidationError(f"Der er intet regelsæt med navnet »{name}«. Vælg et af: {', '.join(PRESETS)}.")
    return PRESETS[name]


def parse(data: Any) -> RuleSet:
    """Rules from JSON data. Raises ValidationError with the place and what is wrong."""
    try:
        return codec.from_json(data)
    except RuleError as error:
        raise ValidationError(str(error)) from error


@transaction.atomic
def set_rules(
    *,
    rules: RuleSet,
    on: date,
    by: User | None,
    unit: Unit | None = None,
    adopted_on: date | None = None,
    adopted_by: str = "",
) -> StoredRuleSet:
    """Adopt a rule set as the newest version, and re-plan what it touches. Adopting the same rules again changes nothing.

    A unit's rules must be nowhere weaker than those above it, and every category named must be there: ValidationError
    with each reason otherwise.
    """
    _check_categories(rules)
    if unit is not None:
        _check_stricter(rules, unit, on)
    body = codec.to_json(rules)
    newest = selectors.newest_rule_sets().filter(unit=unit).first()
    if newest is not None and newest.body == body:
        return newest
    version = (StoredRuleSet.objects.filter(unit=unit).aggregate(newest=Max("version"))["newest"] or 0) + 1
    row = StoredRuleSet.objects.create(
        unit=unit, version=version, body=body, adopted_on=adopted_on, adopted_by=adopted_by, created_by=by
    )
    plan_deadlines(on=on)
    plan_patterns(on=on)
    return row


def _check_categories(rules: RuleSet) -> None:
    """A rule only for a category that is not there would never ask for anything, and nobody would notice."""
    known = dict(Category.objects.values_list("key", "name"))
    named: list[Step | PatternRule] = [*rules.during, *rules.pattern]
    wrong = [
        f"Reglen »{rule.key}« nævner fraværets art »{key}«, som ikke findes. Skriv en af dem: {', '.join(known)}."
        for rule in named
        for key in rule.categories or ()
        if key not in known
    ]
    if wrong:
        raise ValidationError(wrong)


def _check_stricter(rules: RuleSet, unit: Unit, on: date) -> None:
    in_force = selectors.rules_in_force(on)
    above = in_force.tree.parents.get(unit.pk)
    weaker = stricter(rules, in_force.of(above))
    if weaker:
        raise ValidationError([weakness.text for weakness in weaker])

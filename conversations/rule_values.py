"""Rules as the values of form fields and back, and the places of errors in words. Plain functions."""

import re
from collections.abc import Mapping
from typing import Any

from conversations.rules.model import (
    Actor,
    Combine,
    Comparison,
    DayCount,
    Kind,
    Limit,
    Mandatory,
    Move,
    NewStaff,
    Offset,
    OffsetUnit,
    PatternRule,
    Repeat,
    RepeatStop,
    RuleSet,
    SettledBy,
    Span,
    SpanUnit,
    Step,
    Threshold,
    Timing,
)

Values = Mapping[str, Any]
# What a new rule begins with: the commonest of each kind.
NEW_STEP = Step(key="ny", kind=Kind.SAMTALE, timing=Timing.BY, offset=Offset(OffsetUnit.DAY, 14))
NEW_PATTERN = PatternRule(key="ny", threshold=Threshold(periods=Limit(5)), within=Span(12, SpanUnit.MONTHS))
_UNIT_WORDS = {
    OffsetUnit.DAY: "",
    OffsetUnit.DAYS_AFTER: "-dage",
    OffsetUnit.WEEKS: "-uger",
    OffsetUnit.MONTHS: "-maaneder",
}
_PARTS = {"during": "Mens nogen er syg", "pattern": "Når der tegner sig et mønster"}
_INDEXED = re.compile(r"(during|pattern)\[(\d+)\]\.?(.*)")


def step_values(rule: Step | None) -> dict[str, Any]:
    """A step as values of StepForm; a new one without a rule."""
    step = rule or NEW_STEP
    repeat = step.repeat
    settled = step.settled_by
    return {
        "actor": step.actor.value,
        "kind": step.kind.value,
        "timing": step.timing.value,
        "window_start": step.window_start,
        "value": step.offset.value,
        "unit": step.offset.unit.value,
        "count": step.offset.count.value,
        "after": step.after or "",
        "move": step.move.value if step.move else "",
        "repeat_count": repeat.every.count if repeat else None,
        "repeat_unit": (repeat.every.unit if repeat else SpanUnit.DAYS).value,
        "times": repeat.times if repeat else None,
        "stop": (repeat.stop if repeat else RepeatStop.FULL_RETURN).value,
        "expected_beyond_day": step.expected_beyond_day,
        "categories": list(step.categories or ()),
        "mandatory": step.mandatory.value,
        "skip_if_terminated": step.skip_if_terminated,
        "skip_ends": step.skip_if_employment_ends_within_days,
        "settled_kinds": [kind.value for kind in settled.kinds] if settled else [],
        "settled_within": settled.within_days if settled else None,
        "enabled": step.enabled,
    }


def step_of_values(values: Values, key: str) -> Step:
    """The step that the values of StepForm state."""
    repeat = None
    if values["repeat_count"]:
        every = Span(values["repeat_count"], SpanUnit(values["repeat_unit"] or SpanUnit.DAYS))
        repeat = Repeat(every, values["times"], RepeatStop(values["stop"] or RepeatStop.FULL_RETURN))
    settled = None
    if values["settled_kinds"]:
        settled = SettledBy(tuple(Kind(kind) for kind in values["settled_kinds"]), values["settled_within"])
    timing = Timing(values["timing"])
    return Step(
        key=key or "ny",
        kind=Kind(values["kind"]),
        timing=timing,
        offset=Offset(OffsetUnit(values["unit"]), values["value"], DayCount(values["count"])),
        window_start=values["window_start"] if timing is Timing.WINDOW else None,
        after=values["after"] or None,
        move=Move(values["move"]) if values["move"] else None,
        repeat=repeat,
        actor=Actor(values["actor"]),
        mandatory=Mandatory(values["mandatory"]),
        expected_beyond_day=values["expected_beyond_day"],
        categories=tuple(values["categories"]) or None,
        skip_if_terminated=values["skip_if_terminated"],
        skip_if_employment_ends_within_days=values["skip_ends"],
        settled_by=settled,
        enabled=values["enabled"],
    )


def _limit_values(threshold: Threshold, prefix: str = "") -> dict[str, Any]:
    periods, days = threshold.periods, threshold.days
    return {
        f"{prefix}periods": periods.number if periods else None,
        f"{prefix}periods_than": (periods.comparison if periods else Comparison.AT_LEAST).value,
        f"{prefix}days": days.number if days else None,
        f"{prefix}days_than": (days.comparison if days else Comparison.AT_LEAST).value,
        f"{prefix}days_count": (days.count if days else DayCount.CALENDAR).value,
        f"{prefix}combine": threshold.combine.value,
    }


def pattern_values(rule: PatternRule | None) -> dict[str, Any]:
    """A pattern rule as values of PatternForm; a new one without a rule."""
    pattern = rule or NEW_PATTERN
    new = pattern.new_staff
    return {
        **_limit_values(pattern.threshold),
        "within_count": pattern.within.count,
        "within_unit": pattern.within.unit.value,
        "new_months": new.under_months if new else None,
        **_limit_values(new.threshold if new else Threshold(), "new_"),
        "min_days": pattern.min_days,
        "max_days": pattern.max_days,
        "categories": list(pattern.categories or ()),
        "quiet_count": pattern.quiet.count if pattern.quiet else None,
        "quiet_unit": (pattern.quiet.unit if pattern.quiet else SpanUnit.MONTHS).value,
        "due_after_days": pattern.due_after_days,
        "due_count": pattern.due_count.value,
        "move": pattern.move.value if pattern.move else "",
        "actor": pattern.actor.value,
        "mandatory": pattern.mandatory.value,
        "skip_if_terminated": pattern.skip_if_terminated,
        "settled_kinds": [kind.value for kind in pattern.settled_by],
        "enabled": pattern.enabled,
    }


def _threshold(values: Values, prefix: str = "") -> Threshold:
    periods, days = values[f"{prefix}periods"], values[f"{prefix}days"]
    both = periods is not None and days is not None
    return Threshold(
        None if periods is None else Limit(periods, Comparison(values[f"{prefix}periods_than"])),
        None
        if days is None
        else Limit(days, Comparison(values[f"{prefix}days_than"]), DayCount(values[f"{prefix}days_count"])),
        Combine(values[f"{prefix}combine"]) if both else Combine.ANY,
    )


def pattern_of_values(values: Values, key: str) -> PatternRule:
    """The pattern rule that the values of PatternForm state."""
    new, quiet = values["new_months"], values["quiet_count"]
    return PatternRule(
        key=key or "ny",
        threshold=_threshold(values),
        within=Span(values["within_count"], SpanUnit(values["within_unit"])),
        new_staff=NewStaff(new, _threshold(values, "new_")) if new else None,
        min_days=values["min_days"],
        max_days=values["max_days"],
        categories=tuple(values["categories"]) or None,
        quiet=Span(quiet, SpanUnit(values["quiet_unit"])) if quiet else None,
        due_after_days=values["due_after_days"],
        due_count=DayCount(values["due_count"]),
        move=Move(values["move"]) if values["move"] else None,
        actor=Actor(values["actor"]),
        mandatory=Mandatory(values["mandatory"]),
        skip_if_terminated=values["skip_if_terminated"],
        settled_by=tuple(Kind(kind) for kind in values["settled_kinds"]),
        enabled=values["enabled"],
    )


def key_for(rule: Step | PatternRule) -> str:
    """A readable key for a new rule: `samtale-14`, `kontakt-4-uger`, `trivsel`."""
    if isinstance(rule, PatternRule):
        return "trivsel"
    return f"{rule.kind}-{rule.offset.value}{_UNIT_WORDS[rule.offset.unit]}"


def index_path(rules: RuleSet, key: str, pattern: bool) -> str:
    """Where the rule with that key stands, as errors name it: `during[2]`; one past the end for a new rule."""
    items: tuple[Any, ...] = rules.pattern if pattern else rules.during
    keys = [item.key for item in items]
    number = keys.index(key) if key in keys else len(keys)
    return f"{'pattern' if pattern else 'during'}[{number}]"


def human_place(path: str) -> str:
    """`during[2].day` → `Regel 3 under »Mens nogen er syg«, feltet day`."""
    found = _INDEXED.fullmatch(path)
    if found is None:
        return f"Feltet {path}" if path else ""
    part, number, field = found.groups()
    place = f"Regel {int(number) + 1} under »{_PARTS[part]}«"
    return f"{place}, feltet {field}" if field else place

"""Rule sets as JSON and back, exactly. The form is described in docs/rules-json.md.

What equals its default is left out when writing, so a written rule set reads like the rule it states.
"""

import json
from typing import Any

from conversations.rules.errors import RuleError
from conversations.rules.model import (
    VERSION,
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
from conversations.rules.reader import Reader, read_list

Json = dict[str, Any]


def dumps(rules: RuleSet) -> str:
    """The rule set as indented JSON text."""
    return json.dumps(to_json(rules), ensure_ascii=False, indent=2) + "\n"


def loads(text: str) -> RuleSet:
    """A rule set from JSON text; `RuleError` in Danish if it is no JSON or no rule set."""
    try:
        data = json.loads(text, object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RuleError(
            "", f"Filen er ikke gyldig JSON: se linje {error.lineno}, tegn {error.colno}."
        ) from error
    except RecursionError as error:
        raise RuleError("", "Filen er ikke gyldig JSON: der er for mange niveauer.") from error
    except RuleError:
        raise
    except ValueError as error:  # such as a number of thousands of digits
        raise RuleError("", "Filen er ikke gyldig JSON: et tal er for langt.") from error
    return from_json(data)


def _no_duplicates(pairs: list[tuple[str, Any]]) -> Json:
    found: Json = {}
    for name, value in pairs:
        if name in found:
            raise RuleError(name, "Feltet står to gange i samme regel. Slet det ene.")
        found[name] = value
    return found


def _no_constant(word: str) -> None:
    raise RuleError("", f"{word} er ikke et tal, reglerne kan bruge.")


def to_json(rules: RuleSet) -> Json:
    """The rule set as plain dicts, lists, strings, numbers and booleans."""
    data: Json = {"version": VERSION}
    _put(data, "name", rules.name, "")
    _put(data, "based_on", rules.based_on, None)
    data["during"] = [_step_to_json(step) for step in rules.during]
    data["pattern"] = [_pattern_to_json(rule) for rule in rules.pattern]
    return data


def from_json(data: object) -> RuleSet:
    """A rule set from what `to_json` gives, or what someone wrote; `RuleError` names the place that is wrong."""
    reader = Reader.of(data, "")
    if reader.integer("version") != VERSION:
        raise RuleError("version", f"Versionen skal være {VERSION}.")
    rules = RuleSet(
        name=reader.text("name", ""),
        based_on=reader.optional_text("based_on"),
        during=tuple(_step_from_json(Reader.of(item, path)) for item, path in read_list(reader, "during")),
        pattern=tuple(
            _pattern_from_json(Reader.of(item, path)) for item, path in read_list(reader, "pattern")
        ),
    )
    reader.close()
    return rules


def _put(data: Json, name: str, value: object, default: object) -> None:
    if value != default:
        data[name] = value


def _step_to_json(step: Step) -> Json:
    data: Json = {"key": step.key, "kind": step.kind.value, "timing": step.timing.value}
    _put(data, "from", step.window_start, None)
    data[step.offset.unit.value] = step.offset.value
    _put(data, "count", step.offset.count.value, "calendar")
    _put(data, "after", step.after, None)
    _put(data, "move", step.move.value if step.move else None, None)
    if step.repeat is not None:
        every = step.repeat.every
        repeat: Json = {every.unit.value: every.count}
        _put(repeat, "times", step.repeat.times, None)
        _put(repeat, "stop", step.repeat.stop.value, "full_return")
        data["repeat"] = repeat
    _put(data, "actor", step.actor.value, "leader")
    _put(data, "mandatory", step.mandatory.value, "always")
    _put(data, "expected_beyond_day", step.expected_beyond_day, None)
    _put(data, "categories", list(step.categories) if step.categories is not None else None, None)
    _put(data, "skip_if_terminated", step.skip_if_terminated, False)
    _put(data, "skip_if_employment_ends_within_days", step.skip_if_employment_ends_within_days, None)
    if step.settled_by is not None:
        settled: Json = {"kinds": [kind.value for kind in step.settled_by.kinds]}
        _put(settled, "within_days", step.settled_by.within_days, None)
        data["settled_by"] = settled
    _put(data, "enabled", step.enabled, True)
    return data


def _step_from_json(reader: Reader) -> Step:
    step = Step(
        key=reader.text("key"),
        kind=reader.choice("kind", Kind),
        timing=reader.choice("timing", Timing),
        offset=_offset_from_json(reader),
        window_start=reader.optional_integer("from"),
        after=reader.optional_text("after"),
        move=reader.optional_choice("move", Move),
        repeat=_repeat_from_json(reader.child("repeat")),
        actor=reader.choice("actor", Actor, Actor.LEADER),
        mandatory=reader.choice("mandatory", Mandatory, Mandatory.ALWAYS),
        expected_beyond_day=reader.optional_integer("expected_beyond_day"),
        categories=reader.texts("categories"),
        skip_if_terminated=reader.flag("skip_if_terminated", False),
        skip_if_employment_ends_within_days=reader.optional_integer("skip_if_employment_ends_within_days"),
        settled_by=_settled_from_json(reader.child("settled_by")),
        enabled=reader.flag("enabled", True),
    )
    reader.close()
    return step


def _offset_from_json(reader: Reader) -> Offset:
    name = reader.one_of([unit.value for unit in OffsetUnit])
    count = reader.choice("count", DayCount, DayCount.CALENDAR)
    return Offset(OffsetUnit(name), reader.integer(name), count)


def _span_from_json(reader: Reader) -> Span:
    name = reader.one_of([unit.value for unit in SpanUnit])
    return Span(reader.integer(name), SpanUnit(name))


def _repeat_from_json(reader: Reader | None) -> Repeat | None:
    if reader is None:
        return None
    repeat = Repeat(
        every=_span_from_json(reader),
        times=reader.optional_integer("times"),
        stop=reader.choice("stop", RepeatStop, RepeatStop.FULL_RETURN),
    )
    reader.close()
    return repeat


def _settled_from_json(reader: Reader | None) -> SettledBy | None:
    if reader is None:
        return None
    settled = SettledBy(
        kinds=reader.choices("kinds", Kind), within_days=reader.optional_integer("within_days")
    )
    reader.close()
    return settled


def _limit_to_json(limit: Limit) -> Json:
    data: Json = {limit.comparison.value: limit.number}
    _put(data, "count", limit.count.value, "calendar")
    return data


def _limit_from_json(reader: Reader | None, *, counted: bool) -> Limit | None:
    if reader is None:
        return None
    name = reader.one_of([comparison.value for comparison in Comparison])
    count = reader.choice("count", DayCount, DayCount.CALENDAR) if counted else DayCount.CALENDAR
    limit = Limit(reader.integer(name), Comparison(name), count)
    reader.close()
    return limit


def _threshold_to_json(threshold: Threshold) -> Json:
    data: Json = {}
    if threshold.periods is not None:
        data["periods"] = _limit_to_json(threshold.periods)
    if threshold.days is not None:
        data["days"] = _limit_to_json(threshold.days)
    _put(data, "combine", threshold.combine.value, "any")
    return data


def _threshold_from_json(reader: Reader) -> Threshold:
    return Threshold(
        periods=_limit_from_json(reader.child("periods"), counted=False),
        days=_limit_from_json(reader.child("days"), counted=True),
        combine=reader.choice("combine", Combine, Combine.ANY),
    )


def _pattern_to_json(rule: PatternRule) -> Json:
    data: Json = {"key": rule.key, **_threshold_to_json(rule.threshold)}
    data["within"] = {rule.within.unit.value: rule.within.count}
    if rule.new_staff is not None:
        new_staff: Json = {"under_months": rule.new_staff.under_months}
        data["new_staff"] = new_staff | _threshold_to_json(rule.new_staff.threshold)
    period: Json = {}
    _put(period, "min_days", rule.min_days, 1)
    _put(period, "max_days", rule.max_days, None)
    _put(data, "period", period, {})
    _put(data, "categories", list(rule.categories) if rule.categories is not None else None, None)
    if rule.quiet is not None:
        data["quiet"] = {rule.quiet.unit.value: rule.quiet.count}
    _put(data, "due_after_days", rule.due_after_days, 14)
    _put(data, "due_count", rule.due_count.value, "calendar")
    _put(data, "move", rule.move.value if rule.move else None, None)
    _put(data, "actor", rule.actor.value, "leader")
    _put(data, "mandatory", rule.mandatory.value, "always")
    _put(data, "skip_if_terminated", rule.skip_if_terminated, False)
    _put(data, "settled_by", [kind.value for kind in rule.settled_by], [])
    _put(data, "enabled", rule.enabled, True)
    return data


def _pattern_from_json(reader: Reader) -> PatternRule:
    quiet = reader.child("quiet")
    min_days, max_days = _period_from_json(reader.child("period"))
    rule = PatternRule(
        key=reader.text("key"),
        threshold=_threshold_from_json(reader),
        within=_closed_span(reader.required_child("within")),
        new_staff=_new_staff_from_json(reader.child("new_staff")),
        min_days=min_days,
        max_days=max_days,
        categories=reader.texts("categories"),
        quiet=_closed_span(quiet) if quiet is not None else None,
        due_after_days=reader.integer("due_after_days", 14),
        due_count=reader.choice("due_count", DayCount, DayCount.CALENDAR),
        move=reader.optional_choice("move", Move),
        actor=reader.choice("actor", Actor, Actor.LEADER),
        mandatory=reader.choice("mandatory", Mandatory, Mandatory.ALWAYS),
        skip_if_terminated=reader.flag("skip_if_terminated", False),
        settled_by=reader.choices("settled_by", Kind, ()),
        enabled=reader.flag("enabled", True),
    )
    reader.close()
    return rule


def _closed_span(reader: Reader) -> Span:
    span = _span_from_json(reader)
    reader.close()
    return span


def _period_from_json(reader: Reader | None) -> tuple[int, int | None]:
    if reader is None:
        return 1, None
    lengths = reader.integer("min_days", 1), reader.optional_integer("max_days")
    reader.close()
    return lengths


def _new_staff_from_json(reader: Reader | None) -> NewStaff | None:
    if reader is None:
        return None
    new_staff = NewStaff(reader.integer("under_months"), _threshold_from_json(reader))
    reader.close()
    return new_staff

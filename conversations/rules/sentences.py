"""Each rule as one Danish sentence whose changeable parts are marked, for the rules page.

A sentence is a list of (text, slot); slot None is fixed text, otherwise the name of what can be changed there.
Joined, the texts are the whole sentence.
"""

from conversations.rules import labels
from conversations.rules.model import (
    FLOOR_KEY,
    Actor,
    Combine,
    Comparison,
    DayCount,
    Kind,
    Limit,
    Mandatory,
    OffsetUnit,
    PatternRule,
    Repeat,
    RepeatStop,
    RuleSet,
    Span,
    SpanUnit,
    Step,
    Threshold,
    Timing,
)

Part = tuple[str, str | None]

# Verb slot and what follows it: the employee's own action is worded from the employee's side.
ACTIONS: dict[Kind, tuple[str, str, str]] = {
    Kind.KONTAKT: ("ringer", " til medarbejderen", " til lederen"),
    Kind.SAMTALE: ("sygefraværssamtale", "", " med lederen"),
    Kind.RUNDBORDSSAMTALE: ("rundbordssamtale", "", " med lederen"),
    Kind.HANDLEPLAN: ("handleplan", " sammen med medarbejderen", " sammen med lederen"),
    Kind.DOKUMENTATION: ("dokumentation", " fra medarbejderen", " til lederen"),
    Kind.REFUSION: ("refusion", "", ""),
}
VERBS = {
    Kind.SAMTALE: (" holder ", " aftaler "),
    Kind.RUNDBORDSSAMTALE: (" holder ", " aftaler "),
    Kind.HANDLEPLAN: (" laver ", " laver "),
    Kind.DOKUMENTATION: (" beder om ", " sender "),
    Kind.REFUSION: (" søger ", " søger "),
}
DUTY = {
    Mandatory.ABOVE_TARGET: ("krav, når enheden ligger over måltallet", "ellers en anbefaling"),
    Mandatory.NEVER: ("anbefaling", ""),
}
SPAN_WORDS = {
    SpanUnit.DAYS: ("dag", "dage"),
    SpanUnit.WEEKS: ("uge", "uger"),
    SpanUnit.MONTHS: ("måned", "måneder"),
}
STOPS = {RepeatStop.FULL_RETURN: "fuldt tilbage", RepeatStop.PARTIAL_RETURN: "delvist tilbage"}


def plain(parts: list[Part]) -> str:
    """The sentence without its marks."""
    return "".join(text for text, _ in parts)


def sentence(rule: Step | PatternRule, ruleset: RuleSet | None = None) -> list[Part]:
    """The rule in one sentence. `ruleset` lets a step that counts from another one name it."""
    if isinstance(rule, PatternRule):
        return _pattern_sentence(rule)
    if rule.key == FLOOR_KEY:
        return [("Lederen holder samtale senest fire uger efter første sygedag.", None)]
    parts = [*_who_does_what(rule), (" ", None), *_when(rule, ruleset)]
    if rule.repeat is not None:
        parts += _repeat(rule.repeat)
    parts += _conditions(rule)
    return [*parts, (".", None)]


def span_text(span: Span) -> str:
    """`12 måneder`, `1 uge`."""
    return labels.plural(span.count, *SPAN_WORDS[span.unit])


def _who_does_what(step: Step) -> list[Part]:
    employee = step.actor is Actor.EMPLOYEE
    what, to_employee, to_leader = ACTIONS[step.kind]
    # A contact is its own verb; the others need one before them.
    verb = " " if step.kind is Kind.KONTAKT else VERBS[step.kind][employee]
    parts: list[Part] = [
        (labels.sentence_case(labels.ACTORS[step.actor]), "actor"),
        (verb, None),
        (what, "kind"),
    ]
    tail = to_leader if employee else to_employee
    return [*parts, (tail, None)] if tail else parts


def _when(step: Step, ruleset: RuleSet | None) -> list[Part]:
    offset = step.offset
    working = offset.count is DayCount.WORKING
    word = "arbejdsdag" if working else "dag"
    if step.timing is Timing.WINDOW:
        return [("mellem", "timing"), (" ", None), *_window(step, word, ruleset)]
    if offset.unit is OffsetUnit.DAY:
        timing = "på" if step.timing is Timing.ON else "senest"
        return [(timing, "timing"), (" ", None), (f"{word} {offset.value}", "offset")]
    timing = "præcis" if step.timing is Timing.ON else "senest"
    return [
        (timing, "timing"),
        (" ", None),
        (_distance(step, offset.value), "offset"),
        (" efter ", None),
        _anchor(step, ruleset),
    ]


def _window(step: Step, word: str, ruleset: RuleSet | None) -> list[Part]:
    offset = step.offset
    if offset.unit is OffsetUnit.DAY:
        return [
            (f"{word} {step.window_start}", "window_start"),
            (" og ", None),
            (f"{word} {offset.value}", "offset"),
        ]
    return [
        (str(step.window_start), "window_start"),
        (" og ", None),
        (_distance(step, offset.value), "offset"),
        (" efter ", None),
        _anchor(step, ruleset),
    ]


def _distance(step: Step, value: int) -> str:
    day = "arbejdsdag" if step.offset.count is DayCount.WORKING else "dag"
    one, many = {
        OffsetUnit.DAY: (day, f"{day}e"),
        OffsetUnit.DAYS_AFTER: (day, f"{day}e"),
        OffsetUnit.WEEKS: ("uge", "uger"),
        OffsetUnit.MONTHS: ("måned", "måneder"),
    }[step.offset.unit]
    return labels.plural(value, one, many)


def _anchor(step: Step, ruleset: RuleSet | None) -> Part:
    if step.after is None:
        return ("første sygedag", "after")
    for other in ruleset.during if ruleset is not None else ():
        if other.key == step.after:
            when = plain(_when(other, None)) if other.after is None else ""
            return (f"{labels.DEFINITE[other.kind]} {when}".strip(), "after")
    return ("det tidligere skridt", "after")


def _repeat(repeat: Repeat) -> list[Part]:
    every = repeat.every
    one, _ = SPAN_WORDS[every.unit]
    rhythm = f"hver {'' if every.count == 1 else f'{every.count}. '}{one}"
    parts: list[Part] = [(", derefter ", None), (rhythm, "repeat")]
    if repeat.times is not None:
        parts += [(", ", None), (f"{repeat.times} gange i alt", "times")]
    return [*parts, (", til medarbejderen er ", None), (STOPS[repeat.stop], "stop")]


def _conditions(step: Step) -> list[Part]:
    parts: list[Part] = []
    if step.expected_beyond_day is not None:
        length = f"mere end {labels.plural(step.expected_beyond_day, 'dag', 'dage')}"
        parts += [(", dog kun hvis fraværet ventes at vare ", None), (length, "expected_beyond_day")]
    parts += _categories(step.categories)
    if step.skip_if_terminated:
        parts += [(", ", None), ("dog ikke ved opsigelse", "skip_if_terminated")]
    days = step.skip_if_employment_ends_within_days
    if days is not None and not step.is_statutory:
        parts += [
            (", dog ikke hvis ansættelsen ophører inden for ", None),
            (labels.plural(days, "dag", "dage"), "skip_if_employment_ends_within_days"),
        ]
    if step.settled_by is not None and step.settled_by.within_days is not None:
        kinds = labels.listed([labels.KINDS[kind] for kind in step.settled_by.kinds], "eller")
        days_before = labels.plural(step.settled_by.within_days, "dag", "dage")
        parts += [
            (", med mindre der er holdt ", None),
            (kinds, "settled_by"),
            (" højst ", None),
            (days_before, "within_days"),
            (" før", None),
        ]
    if step.is_statutory:  # a duty whatever the rule says, with the law's own exemption
        return [*parts, (" (lovens krav)", None)]
    return [*parts, *_duty(step.mandatory)]


def _categories(categories: tuple[str, ...] | None) -> list[Part]:
    if categories is None:
        return []
    return [(", kun ved ", None), (labels.listed(list(categories), "eller"), "categories")]


def _duty(mandatory: Mandatory) -> list[Part]:
    if mandatory is Mandatory.ALWAYS:
        return []
    duty, otherwise = DUTY[mandatory]
    tail = f", {otherwise}" if otherwise else ""
    return [(" (", None), (f"{duty}{tail}", "mandatory"), (")", None)]


def _pattern_sentence(rule: PatternRule) -> list[Part]:
    parts: list[Part] = [
        (labels.sentence_case(labels.ACTORS[rule.actor]), "actor"),
        (" beder om " if rule.actor is Actor.EMPLOYEE else " tilbyder ", None),
        ("trivselssamtale", "kind"),
        (" ved ", None),
        *_threshold(rule.threshold, rule),
    ]
    parts += [(" inden for ", None), (span_text(rule.within), "within")]
    parts += _categories(rule.categories)
    if rule.new_staff is not None:
        months = labels.plural(rule.new_staff.under_months, "måned", "måneder")
        parts += [(", dog ved ", None), *_threshold(rule.new_staff.threshold, rule, "new_staff.")]
        parts += [(" de første ", None), (months, "under_months"), (" af ansættelsen", None)]
    word = "arbejdsdag" if rule.due_count is DayCount.WORKING else "dag"
    due = labels.plural(rule.due_after_days, word, f"{word}e")
    parts += [(", senest ", None), (due, "due_after_days"), (" efter sidste sygedag", None)]
    if rule.quiet is not None:
        quiet = span_text(rule.quiet)
        parts += [(", men ikke før ", None), (quiet, "quiet"), (" efter den seneste samtale", None)]
    if rule.skip_if_terminated:
        parts += [(", ", None), ("dog ikke ved opsigelse", "skip_if_terminated")]
    return [*parts, *_duty(rule.mandatory), (".", None)]


def _threshold(threshold: Threshold, rule: PatternRule, prefix: str = "") -> list[Part]:
    parts: list[Part] = []
    if threshold.periods is not None:
        text = _limit(threshold.periods, "periode", "perioder") + labels.period_length(
            rule.min_days, rule.max_days
        )
        parts.append((text, f"{prefix}periods"))
    if threshold.periods is not None and threshold.days is not None:
        both = threshold.combine is Combine.ALL
        parts += [(" ", None), ("og" if both else "eller", f"{prefix}combine"), (" ", None)]
    if threshold.days is not None:
        one, many = labels.DAY_WORDS[threshold.days.count]
        parts.append((_limit(threshold.days, one, many), f"{prefix}days"))
    return parts


def _limit(limit: Limit, one: str, many: str) -> str:
    amount = labels.plural(limit.number, one, many)
    return f"mere end {amount}" if limit.comparison is Comparison.MORE_THAN else amount

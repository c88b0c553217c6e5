"""Checks of a rule set's meaning. Each failure is a `RuleError` naming the place as in the JSON form."""

import re
from collections.abc import Iterable

from conversations.rules.errors import RuleError
from conversations.rules.model import (
    FLOOR_KEY,
    DayCount,
    Kind,
    Limit,
    OffsetUnit,
    PatternRule,
    RuleSet,
    Span,
    SpanUnit,
    Step,
    Threshold,
    Timing,
)

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY_LENGTH = 40
NAME_LENGTH = 80
MOST_STEPS = 60
# Five years: longer than any absence is followed up, short enough that a typing slip is seen.
MOST = {
    OffsetUnit.DAY: 1826,
    OffsetUnit.DAYS_AFTER: 1826,
    OffsetUnit.WEEKS: 260,
    OffsetUnit.MONTHS: 60,
}
MOST_SPAN = {SpanUnit.DAYS: 1826, SpanUnit.WEEKS: 260, SpanUnit.MONTHS: 60}


def check_rule_set(rules: RuleSet) -> None:
    """Raise `RuleError` at the first thing that makes no sense."""
    for field, text in (("name", rules.name), ("based_on", rules.based_on or "")):
        if len(text) > NAME_LENGTH:
            raise RuleError(field, f"Teksten må højst være {NAME_LENGTH} tegn.")
    for field, items in (("during", rules.during), ("pattern", rules.pattern)):
        if len(items) > MOST_STEPS:
            raise RuleError(field, f"Der må højst være {MOST_STEPS} regler.")
    seen: dict[str, Step | PatternRule] = {}
    for index, step in enumerate(rules.during):
        path = f"during[{index}]"
        _check_key(path, step.key, seen)
        _check_step(path, step)
        _check_after(path, step, seen)
        seen[step.key] = step
    for index, rule in enumerate(rules.pattern):
        path = f"pattern[{index}]"
        _check_key(path, rule.key, seen)
        _check_pattern(path, rule)
        seen[rule.key] = rule


def _check_key(path: str, key: str, seen: dict[str, Step | PatternRule]) -> None:
    if len(key) > KEY_LENGTH or not KEY.fullmatch(key):
        raise RuleError(
            f"{path}.key",
            f"Nøglen skal være 1 til {KEY_LENGTH} tegn: små bogstaver a–z, tal og enkelte bindestreger.",
        )
    if key == FLOOR_KEY:
        raise RuleError(f"{path}.key", f"Nøglen {FLOOR_KEY} er lovens egen. Vælg en anden.")
    if key in seen:
        raise RuleError(f"{path}.key", f"Nøglen {key} er brugt før. Hver regel skal have sin egen.")


def _number(path: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RuleError(path, f"Tallet skal være fra {least} til {most}, men er {value}.")


def _span(path: str, span: Span) -> None:
    _number(f"{path}.{span.unit}", span.count, 1, MOST_SPAN[span.unit])


def _categories(path: str, categories: tuple[str, ...] | None) -> None:
    if categories is None:
        return
    _distinct(path, categories, "kategori")
    if any(not category.strip() or len(category) > NAME_LENGTH for category in categories):
        raise RuleError(path, f"En kategori skal være 1 til {NAME_LENGTH} tegn.")


def _distinct(path: str, items: Iterable[str], noun: str) -> None:
    listed = list(items)
    if not listed:
        raise RuleError(
            path, f"Listen skal have mindst én {noun}. Udelad feltet, hvis det ikke skal begrænse."
        )
    if len(set(listed)) != len(listed):
        raise RuleError(path, f"Hver {noun} må kun stå én gang.")


def _check_step(path: str, step: Step) -> None:
    if step.kind is Kind.TRIVSELSSAMTALE:
        raise RuleError(f"{path}.kind", "En trivselssamtale hører til i pattern, ikke i during.")
    _check_offset(path, step)
    if step.repeat is not None:
        _span(f"{path}.repeat", step.repeat.every)
        if step.repeat.times is not None:
            _number(f"{path}.repeat.times", step.repeat.times, 2, 1000)
    if step.expected_beyond_day is not None:
        _number(f"{path}.expected_beyond_day", step.expected_beyond_day, 1, 1826)
    if step.skip_if_employment_ends_within_days is not None:
        _number(
            f"{path}.skip_if_employment_ends_within_days", step.skip_if_employment_ends_within_days, 1, 1826
        )
    _categories(f"{path}.categories", step.categories)
    _check_settled_by(path, step)


def _check_offset(path: str, step: Step) -> None:
    offset = step.offset
    _number(f"{path}.{offset.unit}", offset.value, 1, MOST[offset.unit])
    if offset.unit in (OffsetUnit.WEEKS, OffsetUnit.MONTHS) and offset.count is DayCount.WORKING:
        raise RuleError(f"{path}.count", "Arbejdsdage kan kun bruges med day eller days_after.")
    if (step.timing is Timing.WINDOW) != (step.window_start is not None):
        raise RuleError(f"{path}.from", "Feltet from hører sammen med timing window: brug begge eller ingen.")
    if step.window_start is not None:
        least = 1 if offset.unit is OffsetUnit.DAY else 0
        _number(f"{path}.from", step.window_start, least, MOST[offset.unit])
        if step.window_start >= offset.value:
            raise RuleError(f"{path}.from", f"Begyndelsen {step.window_start} skal ligge før {offset.value}.")


def _check_after(path: str, step: Step, seen: dict[str, Step | PatternRule]) -> None:
    if step.after is None:
        return
    earlier = seen.get(step.after)
    if earlier is None:
        raise RuleError(f"{path}.after", f"Der er ingen tidligere regel med nøglen {step.after}.")
    if step.enabled and not earlier.enabled:
        raise RuleError(
            f"{path}.after", f"Reglen {step.after} er slået fra. Slå den til, eller tæl fra en anden."
        )
    if step.offset.unit is OffsetUnit.DAY:
        raise RuleError(f"{path}.day", "Dage efter et andet skridt skrives som days_after.")


def _check_settled_by(path: str, step: Step) -> None:
    if step.settled_by is None:
        return
    _distinct(f"{path}.settled_by.kinds", step.settled_by.kinds, "slags")
    if step.settled_by.within_days is not None:
        _number(f"{path}.settled_by.within_days", step.settled_by.within_days, 0, 1826)
    elif step.repeat is not None:
        raise RuleError(
            f"{path}.settled_by.within_days",
            "Et skridt, der gentages, skal have within_days. Ellers ville én samtale dække dem alle.",
        )


def _check_pattern(path: str, rule: PatternRule) -> None:
    _check_threshold(path, rule.threshold)
    _span(f"{path}.within", rule.within)
    if rule.new_staff is not None:
        _number(f"{path}.new_staff.under_months", rule.new_staff.under_months, 1, 120)
        _check_threshold(f"{path}.new_staff", rule.new_staff.threshold)
    _number(f"{path}.period.min_days", rule.min_days, 1, 366)
    if rule.max_days is not None:
        _number(f"{path}.period.max_days", rule.max_days, 1, 1826)
        if rule.max_days < rule.min_days:
            raise RuleError(
                f"{path}.period.max_days", "Den længste periode kan ikke være kortere end den korteste."
            )
    _categories(f"{path}.categories", rule.categories)
    if rule.quiet is not None:
        _span(f"{path}.quiet", rule.quiet)
    _number(f"{path}.due_after_days", rule.due_after_days, 1, 366)
    if rule.settled_by:
        _distinct(f"{path}.settled_by", rule.settled_by, "slags")


def _check_threshold(path: str, threshold: Threshold) -> None:
    if threshold.periods is None and threshold.days is None:
        raise RuleError(path, "Angiv antal perioder (periods), sygedage (days) eller begge.")
    if (threshold.periods is None or threshold.days is None) and threshold.combine.value != "any":
        raise RuleError(f"{path}.combine", "Feltet bruges kun, når både periods og days er angivet.")
    for name, limit, most in (("periods", threshold.periods, 200), ("days", threshold.days, 1826)):
        if limit is not None:
            _check_limit(f"{path}.{name}", limit, most)
    if threshold.periods is not None and threshold.periods.count is not DayCount.CALENDAR:
        raise RuleError(f"{path}.periods.count", "Perioder tælles ikke i dage.")


def _check_limit(path: str, limit: Limit, most: int) -> None:
    # "more than 0" is a rule somebody may mean: the very first period.
    least = 1 if limit.comparison.value == "at_least" else 0
    _number(f"{path}.{limit.comparison}", limit.number, least, most)

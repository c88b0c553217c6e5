"""The known rule sets, each a click and each editable (domain: C2)."""

from conversations.rules import labels
from conversations.rules.model import (
    Kind,
    Limit,
    Mandatory,
    Offset,
    OffsetUnit,
    PatternRule,
    RuleSet,
    SettledBy,
    Span,
    SpanUnit,
    Step,
    Threshold,
    Timing,
)

EMPLOYMENT_ENDS_SOON = 56  # § 7a: eight weeks
A_YEAR = Span(12, SpanUnit.MONTHS)


def _day(kind: Kind, timing: Timing, number: int) -> Step:
    return Step(key=f"{kind}-{number}", kind=kind, timing=timing, offset=Offset(OffsetUnit.DAY, number))


def _weeks(kind: Kind, number: int, mandatory: Mandatory = Mandatory.ALWAYS) -> Step:
    return Step(
        key=f"{kind}-{number}-uger",
        kind=kind,
        timing=Timing.BY,
        offset=Offset(OffsetUnit.WEEKS, number),
        mandatory=mandatory,
    )


# The law's own conversation as an ordinary, editable step: same exemption, and any conversation held counts.
_FOUR_WEEKS = Step(
    key="samtale-4-uger",
    kind=Kind.SAMTALE,
    timing=Timing.BY,
    offset=Offset(OffsetUnit.WEEKS, 4),
    skip_if_employment_ends_within_days=EMPLOYMENT_ENDS_SOON,
    settled_by=SettledBy((Kind.SAMTALE,)),
)


def _preset(key: str, during: tuple[Step, ...], pattern: tuple[PatternRule, ...] = ()) -> RuleSet:
    return RuleSet(name=labels.PRESETS[key], based_on=key, during=during, pattern=pattern)


def _days(kind: Kind, timing: Timing, *numbers: int) -> tuple[Step, ...]:
    return tuple(_day(kind, timing, number) for number in numbers)


PRESETS: dict[str, RuleSet] = {
    "lovens-minimum": _preset("lovens-minimum", (_FOUR_WEEKS,)),
    "1-4-15": _preset("1-4-15", _days(Kind.SAMTALE, Timing.ON, 1, 4, 15)),
    "1-5-14": _preset("1-5-14", (*_days(Kind.KONTAKT, Timing.ON, 1, 5, 14), _FOUR_WEEKS)),
    "koege": _preset("koege", (*_days(Kind.KONTAKT, Timing.ON, 3, 8), _day(Kind.SAMTALE, Timing.BY, 14))),
    "aarhus": _preset(
        "aarhus",
        (_day(Kind.SAMTALE, Timing.BY, 14),),
        (PatternRule(key="trivsel", threshold=Threshold(periods=Limit(5), days=Limit(14)), within=A_YEAR),),
    ),
    "hoeje-taastrup": _preset(
        "hoeje-taastrup",
        (
            _weeks(Kind.SAMTALE, 2, Mandatory.ABOVE_TARGET),
            Step(
                key="samtale-4-uger",
                kind=Kind.SAMTALE,
                timing=Timing.BY,
                offset=Offset(OffsetUnit.WEEKS, 4),
                mandatory=Mandatory.ABOVE_TARGET,
                skip_if_employment_ends_within_days=EMPLOYMENT_ENDS_SOON,
            ),
        ),
        (PatternRule(key="trivsel", threshold=Threshold(periods=Limit(6)), within=A_YEAR),),
    ),
    "skive": _preset(
        "skive",
        (
            Step(
                key="kontakt-7-14",
                kind=Kind.KONTAKT,
                timing=Timing.WINDOW,
                window_start=7,
                offset=Offset(OffsetUnit.DAY, 14),
            ),
            _FOUR_WEEKS,
        ),
    ),
    "industri": _preset(
        "industri",
        (
            _day(Kind.DOKUMENTATION, Timing.ON, 5),
            # "After 14 days" is the day after: day 15.
            _day(Kind.KONTAKT, Timing.ON, 15),
            _FOUR_WEEKS,
            _weeks(Kind.HANDLEPLAN, 8),
        ),
        (
            PatternRule(
                key="trivsel",
                threshold=Threshold(periods=Limit(3)),
                within=Span(3, SpanUnit.MONTHS),
                max_days=14,
            ),
        ),
    ),
}

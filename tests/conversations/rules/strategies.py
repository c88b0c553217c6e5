"""Random valid rule sets, absences and holidays for the property tests."""

from dataclasses import replace
from datetime import date, timedelta

import holidays
from hypothesis import strategies as st

from conversations.rules import model as m
from conversations.rules.planning import Absence

HOLIDAYS = frozenset(holidays.Denmark(years=range(2024, 2030)))
DURING_KINDS = [kind for kind in m.Kind if kind is not m.Kind.TRIVSELSSAMTALE]
CATEGORIES = ["egen-sygdom", "delvis-sygdom", "barns-sygedag"]

dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = st.builds(m.Span, st.integers(1, 40), st.sampled_from(m.SpanUnit))
category_sets = st.none() | st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True).map(tuple)


@st.composite
def offsets(draw: st.DrawFn, after: bool) -> m.Offset:
    units = [unit for unit in m.OffsetUnit if not (after and unit is m.OffsetUnit.DAY)]
    unit = draw(st.sampled_from(units))
    counted = unit in (m.OffsetUnit.DAY, m.OffsetUnit.DAYS_AFTER)
    count = draw(st.sampled_from(m.DayCount)) if counted else m.DayCount.CALENDAR
    return m.Offset(unit, draw(st.integers(2, 40 if counted else 6)), count)


@st.composite
def steps(draw: st.DrawFn, key: str, earlier: list[str]) -> m.Step:
    after = draw(st.none() | st.sampled_from(earlier)) if earlier else None
    offset = draw(offsets(after is not None))
    timing = draw(st.sampled_from(m.Timing))
    repeat = draw(
        st.none() | st.builds(m.Repeat, spans, st.none() | st.integers(2, 9), st.sampled_from(m.RepeatStop))
    )
    within = st.integers(0, 30) if repeat else st.none() | st.integers(0, 30)
    kinds = st.lists(st.sampled_from(m.Kind), min_size=1, max_size=3, unique=True).map(tuple)
    return m.Step(
        key=key,
        kind=draw(st.sampled_from(DURING_KINDS)),
        timing=timing,
        offset=offset,
        window_start=draw(st.integers(1, offset.value - 1)) if timing is m.Timing.WINDOW else None,
        after=after,
        move=draw(st.none() | st.sampled_from(m.Move)),
        repeat=repeat,
        actor=draw(st.sampled_from(m.Actor)),
        mandatory=draw(st.sampled_from(m.Mandatory)),
        expected_beyond_day=draw(st.none() | st.integers(1, 60)),
        categories=draw(category_sets),
        skip_if_terminated=draw(st.booleans()),
        skip_if_employment_ends_within_days=draw(st.none() | st.integers(1, 90)),
        settled_by=draw(st.none() | st.builds(m.SettledBy, kinds, within)),
    )


def _limits(most: int, counts: st.SearchStrategy[m.DayCount]) -> st.SearchStrategy[m.Limit]:
    return st.builds(m.Limit, st.integers(1, most), st.sampled_from(m.Comparison), counts)


@st.composite
def thresholds(draw: st.DrawFn) -> m.Threshold:
    which = draw(st.sampled_from(["periods", "days", "both"]))
    periods = draw(_limits(5, st.just(m.DayCount.CALENDAR))) if which != "days" else None
    days = draw(_limits(30, st.sampled_from(m.DayCount))) if which != "periods" else None
    combine = draw(st.sampled_from(m.Combine)) if which == "both" else m.Combine.ANY
    return m.Threshold(periods, days, combine)


@st.composite
def pattern_rules(draw: st.DrawFn, key: str = "trivsel") -> m.PatternRule:
    shortest = draw(st.integers(1, 3))
    return m.PatternRule(
        key=key,
        threshold=draw(thresholds()),
        within=draw(
            st.one_of(
                st.builds(m.Span, st.integers(20, 400), st.just(m.SpanUnit.DAYS)),
                st.builds(m.Span, st.integers(1, 12), st.just(m.SpanUnit.MONTHS)),
            )
        ),
        new_staff=draw(st.none() | st.builds(m.NewStaff, st.integers(1, 12), thresholds())),
        min_days=shortest,
        max_days=draw(st.none() | st.integers(shortest, 20)),
        categories=draw(category_sets),
        quiet=draw(st.none() | st.builds(m.Span, st.integers(1, 3), st.just(m.SpanUnit.MONTHS))),
        due_after_days=draw(st.integers(1, 30)),
        due_count=draw(st.sampled_from(m.DayCount)),
        move=draw(st.none() | st.sampled_from(m.Move)),
        actor=draw(st.sampled_from(m.Actor)),
        mandatory=draw(st.sampled_from(m.Mandatory)),
        skip_if_terminated=draw(st.booleans()),
        settled_by=draw(st.sampled_from([(), (m.Kind.SAMTALE,), (m.Kind.SAMTALE, m.Kind.RUNDBORDSSAMTALE)])),
        enabled=draw(st.booleans()),
    )


@st.composite
def rule_sets(draw: st.DrawFn, most: int = 5, least: int = 0) -> m.RuleSet:
    during: list[m.Step] = []
    for number in range(draw(st.integers(least, most))):
        during.append(draw(steps(f"skridt-{number}", [step.key for step in during])))
    if during:  # a step nothing counts from may be switched off
        during[-1] = replace(during[-1], enabled=draw(st.booleans()))
    count = draw(st.integers(0, 2))
    pattern = tuple(draw(pattern_rules(f"trivsel-{number}")) for number in range(count))
    name = draw(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20))
    return m.RuleSet(name, draw(st.none() | st.just("koege")), tuple(during), pattern)


@st.composite
def absences(draw: st.DrawFn) -> Absence:
    first = draw(dates)
    later = st.none() | st.integers(0, 120).map(lambda days: first + timedelta(days=days))
    return Absence(
        first_day=first,
        last_day=draw(later),
        expected_last_day=draw(later),
        category=draw(st.sampled_from(CATEGORIES)),
        employment_end=draw(later),
        terminated=draw(st.booleans()),
        unit_above_target=draw(st.none() | st.booleans()),
        partial_return=draw(later),
    )

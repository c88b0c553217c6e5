"""What a report says in sentences. Plain functions over its values; a gap gives no sentence, or says that it is one."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from coordination.reports.quarter import Quarter
from coordination.reports.tables import gap_words
from coordination.reports.values import CurvePoint, FollowUp, Gap, Lengths, NamedLevel, Report
from core.formats import format_month, format_number, format_percent

_NAMES = ("korte", "mellemlange", "lange")
_UNIT = "dagsværk pr. årsværk"


def _rounded(value: float) -> Decimal:
    """As it is written: one decimal, halves away from zero."""
    return Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def lead(report: Report) -> list[str]:
    """The report's first sentences: which way absence goes, and which absence."""
    if report.gap is not None:
        return _hidden_unit(report)
    change = report.year.change("per_fte")
    if isinstance(change, Gap):
        return [*_short_year(report), _no_comparison(change, report)]
    step = _rounded(change)
    if step == 0:
        found = ["Set over tolv måneder er fraværet det samme som i samme kvartal sidste år."]
    else:
        found = [
            f"Fraværet er {_moved(step)} {format_number(abs(step), 1)} {_UNIT} siden samme kvartal sidste år, "
            "set over tolv måneder."
        ]
    mostly = _mostly(report.lengths, report.lengths_before, step)
    return found + ([mostly] if mostly else [])


def _short_year(report: Report) -> list[str]:
    """That the municipality's data do not reach over the twelve months."""
    begin, first = report.method.data_begin, report.curve[0].month
    if begin is None or begin <= first:
        return []
    return [f"Der er kun fravær fra {format_month(begin)}, så tallene for tolv måneder er for lave."]


def _hidden_unit(report: Report) -> list[str]:
    """Why the unit shows nothing, and where its absence is counted."""
    if report.gap is Gap.FEW:
        why = f"Enheden har færre end {report.method.below} ansatte."
    else:
        why = "Tallene for en mindre enhed kunne ellers regnes ud."
    found = [f"Rapporten viser ingen tal for {report.unit}.", why]
    if report.above:
        found.append(f"Fraværet er talt med i {report.above}, som har en rapport for sig.")
    if report.units:
        found.append("Enhederne under den står nedenfor.")
    return found


def _moved(step: Decimal) -> str:
    return "faldet" if step < 0 else "steget"


def _no_comparison(gap: Gap, report: Report) -> str:
    if gap is Gap.NO_YEAR:
        return "Der er endnu ikke tal for samme kvartal sidste år at sammenligne med."
    return gap_words(report.method.below, report.method.split_below)[gap]


def _mostly(now: Lengths | Gap, before: Lengths | Gap, step: Decimal) -> str:
    """Which length of absence moved most, if it went the same way as the whole."""
    if isinstance(now, Gap) or isinstance(before, Gap) or step == 0:
        return ""
    steps = [_rounded(new - old) for new, old in zip(now, before, strict=True)]
    same_way = [(abs(each), number) for number, each in enumerate(steps) if each * step > 0]
    if not same_way:
        return ""
    return f"Det er mest det {_NAMES[max(same_way)[1]]} fravær, der er {_moved(step)}."


def own_quarter(report: Report) -> str:
    """The quarter's own level, and its change."""
    now = report.own.now
    if isinstance(now, Gap) or now.per_fte is None or now.percent is None:
        return ""
    text = (
        f"I {report.quarter.words} var fraværet {format_number(now.per_fte, 1)} {_UNIT}, "
        f"eller {_percent(now.percent)} af den planlagte arbejdstid"
    )
    change = report.own.change("per_fte")
    if isinstance(change, Gap):
        return f"{text}."
    step = _rounded(change)
    before = report.quarter.year_before.words
    if step == 0:
        return f"{text}. Det er det samme som i {before}."
    return (
        f"{text}. Det er {format_number(abs(step), 1)} {'lavere' if step < 0 else 'højere'} end i {before}."
    )


def _percent(value: float) -> str:
    return format_percent(value / 100)


def conversion(report: Report) -> str:
    """How the two measures follow from each other, by the unit's own planned work."""
    planned, now = report.planned_per_fte, report.year.now
    if not planned or isinstance(now, Gap) or now.per_fte is None or now.percent is None:
        return ""
    return (
        f"Et årsværk har her {format_number(planned, 1)} planlagte dagsværk på tolv måneder. "
        f"1 procentpoint fravær svarer derfor til {format_number(planned / 100, 2)} {_UNIT}, "
        f"og {format_number(now.per_fte, 1)} {_UNIT} svarer til {_percent(now.percent)}."
    )


def curve_finding(points: tuple[CurvePoint, ...]) -> str:
    """Where the curve lies against the year before, and since when."""
    sides = [_side(point) for point in points]
    if sides[-1] is None:
        return "Kurven kan ikke holdes op mod året før."
    if sides[-1] == 0:
        return "Kurven ender samme sted som for et år siden."
    since = len(sides)
    while since and sides[since - 1] == sides[-1]:
        since -= 1
    where = "under" if sides[-1] < 0 else "over"
    if since == 0:
        return f"Kurven har ligget {where} året før i alle tolv måneder."
    if since == len(sides) - 1:
        return f"Kurven ligger nu {where} året før."
    return f"Kurven har ligget {where} året før siden {format_month(points[since].month)}."


def _side(point: CurvePoint) -> int | None:
    """−1 below the year before, 1 above, 0 the same as written; None when one of them is not shown."""
    if isinstance(point.now, Gap) or isinstance(point.before, Gap):
        return None
    step = _rounded(point.now) - _rounded(point.before)
    return (step > 0) - (step < 0)


def curve_label(points: tuple[CurvePoint, ...]) -> str:
    """The curve for those who do not see it."""
    shown = [point for point in points if not isinstance(point.now, Gap)]
    ends = " til ".join(
        f"{format_number(point.now, 1)} i {format_month(point.month)}"  # type: ignore[arg-type]
        for point in ((shown[0], shown[-1]) if len(shown) > 1 else shown)
    )
    return f"Kurve over dagsværk pr. årsværk, tolv måneder ad gangen: {ends}. {curve_finding(points)}"


def length_finding(lengths: Lengths) -> str:
    """Which length weighs most."""
    whole = sum(lengths)
    if not whole:
        return "Der har ikke været fravær i de tolv måneder."
    most = max(range(len(lengths)), key=lambda number: lengths[number])
    return (
        f"Det {_NAMES[most]} fravær fylder mest: {format_percent(lengths[most] / whole, 0)} af dagsværkene."
    )


def units_finding(units: tuple[NamedLevel, ...]) -> str:
    """How many of the shown units went which way."""
    changes = [unit.year.change("per_fte") for unit in units]
    steps = [_rounded(each) for each in changes if not isinstance(each, Gap)]
    hidden = sum(isinstance(unit.year.now, Gap) and unit.year.now.hidden for unit in units)
    if not steps:
        return "Ingen af enhederne kan sammenlignes med året før."
    lower, higher = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    level = len(steps) - lower - higher
    parts = [f"{_number(lower)} lavere end året før", f"{_number(higher)} højere"]
    if level:
        parts.append(f"{_number(level)} på samme niveau")
    among = "Af enhederne, der kan sammenlignes," if hidden or len(steps) < len(units) else "Af enhederne"
    return f"{among} ligger {', '.join(parts[:-1])} og {parts[-1]}."


def _number(count: int) -> str:
    return format_number(count) if count else "ingen"


def healthy(report: Report) -> str:
    """Langtidsfriske in words."""
    now, before = report.healthy, report.healthy_before
    if isinstance(now, Gap):
        return gap_words(report.method.below, report.method.split_below)[now]
    text = (
        f"{format_percent(now, 0)} af dem, der har været ansat alle tolv måneder, har slet ikke haft fravær."
    )
    return text if isinstance(before, Gap) else f"{text} Året før var det {format_percent(before, 0)}."


def periods(report: Report) -> str:
    """Begun absences in words."""
    now, before = report.periods, report.periods_before
    if isinstance(now, Gap):
        return gap_words(report.method.below, report.method.split_below)[now]
    text = (
        f"Der begyndte {format_number(now.begun)} fraværsperioder i de tolv måneder. "
        f"Det er {format_number(now.per_fte, 1)} pr. årsværk"
    )
    if isinstance(before, Gap):
        return f"{text}."
    return f"{text}; året før var det {format_number(before.per_fte, 1)}."


def follow_up(found: FollowUp, quarter: Quarter) -> str:
    """How many of those that were to be done were done in time."""
    total = found.total
    if not total.asked:
        return f"Der var ingen opgaver med frist i {quarter.words}."
    to_do = total.in_time + total.late + total.missing
    if not to_do:
        return "Alle opgaver faldt bort eller var ikke relevante."
    text = f"{format_percent(total.in_time / to_do, 0)} af opgaverne er løst til tiden"
    return f"{text}: {format_number(total.in_time)} ud af {format_number(to_do)}."

"""What the figures say, in Danish. Careful words: a figure is not an explanation. Plain functions of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from absence_statistics.rules.persons import Concentration
from absence_statistics.rules.suppression import Reason
from core.formats import format_month, format_number, format_percent, format_signed

#: A change of less than this, in dagsværk per årsværk, is called the same.
SAME = 0.25

LENGTH_NAMES = ("det korte", "det mellemlange", "det lange")


def per_fte(value: float) -> str:
    """A level as it is written everywhere: one decimal."""
    return format_number(value, 1)


def written_change(now: float, before: float) -> str:
    """`+1,5`: the difference between the two figures as they are written, so that a reader who subtracts agrees."""
    return format_signed(round(now, 1) - round(before, 1))


def change_note(now: float, before: float | None) -> str:
    """`1,5 lavere end året før (18,9)`, on the written figures so that they add up; empty without a figure."""
    if before is None:
        return ""
    difference = round(now, 1) - round(before, 1)
    if round(abs(difference), 1) == 0:
        return f"Som året før ({per_fte(before)})"
    word = "lavere" if difference < 0 else "højere"
    return f"{per_fte(abs(difference))} {word} end året før ({per_fte(before)})"


def curve_words(values: Sequence[tuple[date, float]], before: float | None) -> tuple[str, str]:
    """What a curve of rolling figures shows: (finding, detail). `before`: the last month's figure a year earlier."""
    now = values[-1][1]
    if before is None:
        finding = f"Fraværet er {per_fte(now)} dagsværk pr. årsværk."
        return finding, "Der er endnu ikke tal for hele året før at holde det op imod."
    if abs(now - before) < SAME:
        finding = f"Fraværet er omtrent som for et år siden: {per_fte(now)} mod {per_fte(before)}."
    else:
        word = "lavere" if now < before else "højere"
        finding = f"Fraværet er {word} end for et år siden: {per_fte(now)} mod {per_fte(before)}."
    high, low = max(values, key=lambda each: each[1]), min(values, key=lambda each: each[1])
    if high[1] - low[1] < SAME:
        return finding, "Det har ligget nogenlunde fast hele året."
    if high[0] == values[-1][0]:
        return (
            finding,
            f"Det har ikke ligget højere i de seneste tolv måneder; lavest var {format_month(low[0])}.",
        )
    if low[0] == values[-1][0]:
        return (
            finding,
            f"Det har ikke ligget lavere i de seneste tolv måneder; højest var {format_month(high[0])}.",
        )
    return (
        finding,
        f"Højest var {format_month(high[0])} ({per_fte(high[1])}), lavest {format_month(low[0])} ({per_fte(low[1])}).",
    )


def length_words(now: Sequence[float], before: Sequence[float] | None) -> tuple[str, str]:
    """What short, middle and long absence make of the whole: (finding, detail). Dagsværk per årsværk each."""
    total = sum(now)
    if not total:
        return "Der er ikke registreret fravær i perioden.", ""
    largest = max(range(len(now)), key=lambda at: now[at])
    name = LENGTH_NAMES[largest]
    finding = f"{name[0].upper()}{name[1:]} fravær udgør {format_percent(now[largest] / total, 0)} af de tabte dagsværk."
    if before is None:
        return finding, ""
    changes = [new - old for new, old in zip(now, before, strict=True)]
    moved = max(range(len(changes)), key=lambda at: abs(changes[at]))
    if abs(changes[moved]) < SAME:
        return finding, "Fordelingen er omtrent som året før."
    word = "faldet" if changes[moved] < 0 else "steget"
    return (
        finding,
        f"Siden året før er {LENGTH_NAMES[moved]} fravær {word} mest ({format_signed(changes[moved])}).",
    )


def concentration_words(found: Concentration, long_share: float | None) -> tuple[str, str]:
    """Is it general, or few? (finding, the numbers). `long_share`: long absence's part of all dagsværk, 0–1."""
    by_percent = dict(zip(found.percents, zip(found.top_persons, found.shares, strict=True), strict=True))
    if not found.dagsvaerk:
        return "Der er ikke registreret fravær i perioden.", ""
    parts = [
        f"{_the_most_absent(top)} med mest fravær ({percent} %) står for {format_percent(share, 0)}"
        for percent, (top, share) in by_percent.items()
    ]
    numbers = " af de tabte dagsværk, og ".join(parts)
    if parts:
        numbers = f"{numbers[0].upper()}{numbers[1:]} af de tabte dagsværk."
    if 20 not in by_percent:
        return "Der er for få medarbejdere til at sige, om det er alment eller få.", numbers
    share = by_percent[20][1]
    if share >= 0.7 and long_share is not None and long_share >= 0.5:
        return "Få lange forløb fylder mest.", numbers
    if share >= 0.7:
        return "En mindre del af medarbejderne har det meste af fraværet.", numbers
    if share <= 0.5:
        return "Fraværet er spredt på mange.", numbers
    return "Fraværet er både spredt og samlet hos nogle få.", numbers


def _the_most_absent(count: int) -> str:
    return "den ene medarbejder" if count == 1 else f"de {format_number(count)} medarbejdere"


def why_hidden(reason: Reason, below: int) -> str:
    """The note to a hidden figure."""
    if reason is Reason.FEW:
        return f"Skjult, fordi enheden har under {below} medarbejdere."
    return "Skjult, fordi tal for andre med få medarbejdere ellers kunne regnes ud."


def calculation(per: float, dagsvaerk: float, fte: float) -> str:
    """The headline's very numbers: `17,4 = 1.291 dagsværk / 74,2 årsværk`."""
    return f"{per_fte(per)} = {format_number(dagsvaerk)} dagsværk / {format_number(fte, 1)} årsværk"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: `egen sygdom, § 56 og graviditetsgener`."""
    lower = [name[:1].lower() + name[1:] for name in names]
    lower = [name.replace("§ ", "§\N{NO-BREAK SPACE}") for name in lower]
    return lower[0] if len(lower) == 1 else f"{', '.join(lower[:-1])} og {lower[-1]}" if lower else ""

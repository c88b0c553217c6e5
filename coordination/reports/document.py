"""A report as a tagged A4 document."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils import timezone

from coordination.reports import tables, words
from coordination.reports.pictures import curve_picture, length_picture
from coordination.reports.values import Gap, Method, Report
from core.formats import (
    format_count,
    format_date,
    format_month,
    format_number,
    format_percent,
    format_signed,
)
from core.pdf import render_pdf

TEMPLATE = "coordination/report_document.html"


class Key(NamedTuple):
    """A key figure: already written, with what it is held against."""

    label: str
    value: str
    note: str
    main: bool = False


def report_pdf(report: Report) -> bytes:
    """The report as PDF/UA-1. The same report gives the same bytes."""
    return render_pdf(TEMPLATE, report_context(report))


def report_context(report: Report) -> dict[str, Any]:
    """What the template prints; every figure is written out here."""
    follow_up = report.follow_up
    return {
        "report": report,
        "title": report_title(report),
        "until": format_month(report.quarter.last_month),
        "lead": words.lead(report),
        "keys": _keys(report),
        "levels": tables.level_table(report) if report.gap is None else None,
        "own_quarter": words.own_quarter(report),
        "conversion": words.conversion(report),
        "curve": curve_picture(report),
        "curve_table": tables.curve_table(report),
        "length": length_picture(report),
        "length_table": tables.length_table(report),
        "units_finding": words.units_finding(report.units),
        "units": tables.units_table(report) if report.units else None,
        "groups": tables.groups_table(report) if report.groups else None,
        "healthy": words.healthy(report),
        "periods": words.periods(report),
        "follow_up_finding": "" if isinstance(follow_up, Gap) else words.follow_up(follow_up, report.quarter),
        "follow_up": None
        if isinstance(follow_up, Gap) or not follow_up.total.asked
        else tables.follow_up_table(report, follow_up),
        "method": _method(report),
    }


def report_title(report: Report) -> str:
    """The document's title, also in its foot."""
    return f"Nærvær og fravær, {report.quarter.words}"


def _keys(report: Report) -> list[Key]:
    """The four figures on top; none for a unit whose own are hidden."""
    now, before = report.year.now, report.year.before
    if isinstance(now, Gap) or now.per_fte is None or now.percent is None:
        return []
    per_fte, percent = report.year.change("per_fte"), report.year.change("percent")
    shown = not isinstance(before, Gap) and not isinstance(per_fte, Gap) and not isinstance(percent, Gap)
    notes = ["", ""]
    if shown:
        notes = [
            f"{format_number(before.per_fte, 1)} året før ({format_signed(per_fte)})",  # type: ignore[union-attr,arg-type]
            f"{format_percent(before.percent / 100)} året før ({format_signed(percent)})",  # type: ignore[union-attr,arg-type,operator]
        ]
    found = [
        Key("Dagsværk pr. årsværk", format_number(now.per_fte, 1), notes[0], main=True),
        Key("Fraværsprocent", format_percent(now.percent / 100), notes[1]),
    ]
    if not isinstance(report.healthy, Gap):
        old = report.healthy_before
        note = "" if isinstance(old, Gap) else f"{format_percent(old, 0)} året før"
        found.append(Key("Langtidsfriske", format_percent(report.healthy, 0), note))
    if not isinstance(report.periods, Gap):
        earlier = report.periods_before
        note = "" if isinstance(earlier, Gap) else f"{format_number(earlier.per_fte, 1)} året før"
        found.append(Key("Perioder pr. årsværk", format_number(report.periods.per_fte, 1), note))
    return found


def _method(report: Report) -> list[tuple[str, str]]:
    """Term and explanation, in the order of the last page."""
    method = report.method
    return [
        ("Dagsværk", "7,4 fraværstimer. To, der hver mangler en halv dag, er et dagsværk tilsammen."),
        ("Årsværk", "En fuldtidsansat, 37 timer om ugen. Gennemsnit af antallet den første i hver måned."),
        (
            "Dagsværk pr. årsværk",
            "Fraværet i tolv måneder delt med årsværk. Kvartalets eget tal er de tre måneders fravær delt med de tre "
            "måneders årsværk og altså omtrent en fjerdedel af et helt år.",
        ),
        ("Fraværsprocent", "Fraværstimer delt med planlagte timer. " + words.conversion(report)),
        (
            "Perioden",
            f"Kvartalet slutter {format_date(report.quarter.last_day)}. De tolv måneder er hele kalendermåneder "
            "og slutter samme dag. Ændringer er regnet før afrunding.",
        ),
        ("Med i tallet", _counted(method)),
        ("Planlagt tid", _days_off(method)),
        (
            "Længde",
            f"Kort fravær er 1-{method.short_until}, mellemlangt {method.short_until + 1}-{method.middle_until} og "
            f"langt mindst {method.middle_until + 1} kalenderdage, regnet på hele fraværet, også det, der ligger "
            "uden for perioden.",
        ),
        (
            "Langtidsfriske",
            "Andelen uden en eneste fraværstime blandt dem, der har været ansat alle tolv måneder.",
        ),
        ("Perioder", "Fravær, der er begyndt i de tolv måneder, uanset hvor længe det varede."),
        (
            "Enheder",
            "En enheds tal er med alle enheder under den. Fravær hører til dér, hvor medarbejderen var den dag. "
            "Ansatte direkte i enheden er med i alt, men har ingen egen linje.",
        ),
        (
            "Opfølgning",
            "Samtaler, kontakter og andre skridt, som reglerne kræver, og som havde frist i kvartalet. Bortfaldet "
            "betyder, at fraværet sluttede først. Ikke relevant betyder, at lederen har skrevet hvorfor.",
        ),
        (
            "Beskyttelse",
            f"Tal vises først ved {method.below} ansatte, og tal delt op på længde, faggruppe eller opgave først "
            f"ved {method.split_below}. Desuden skjules så mange andre tal, at de skjulte ikke kan regnes ud.",
        ),
        ("Grundlag", _source(method)),
    ]


def _counted(method: Method) -> str:
    text = f"{_listed(method.categories)}."
    return f"{text} Ikke med: {_listed(method.left_out)}." if method.left_out else text


def _listed(names: tuple[str, ...]) -> str:
    """`Egen sygdom, delvis sygdom og § 56`."""
    lowered = [name if number == 0 else name[:1].lower() + name[1:] for number, name in enumerate(names)]
    return " og ".join(filter(None, [", ".join(lowered[:-1]), *lowered[-1:]])) or "ingen"


def _days_off(method: Method) -> str:
    own = ""
    if method.own_days_off:
        days = format_count(method.own_days_off, "fridag", "fridage")
        own = f" og på kommunens egne fridage ({days} i de tolv måneder)"
    return (
        f"Vagtplanen, hvor der er en, ellers den aftalte arbejdstid for ugedagen. Ingen planlagte timer på "
        f"danske helligdage{own}, medmindre der er en vagt."
    )


def _source(method: Method) -> str:
    parts = [f"Åbne sygemeldinger er talt til og med {format_date(method.as_of)}."]
    if method.data_begin is not None:
        parts.append(f"Kommunens fravær er med fra {format_month(method.data_begin)}.")
    if method.data_changed is not None:
        changed = timezone.localtime(method.data_changed)
        parts.append(f"Data er senest ændret {format_date(changed.date())} kl. {changed:%H.%M}.")
    parts.append(f"Beregnet {format_date(method.as_of)}.")
    return " ".join(parts)

"""The product's own pieces of page. Every tag takes plain values, so the pieces know no models."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import formats, notices
from core.charts.marks import mark_svg
from core.charts.picture import Picture
from core.charts.render import data_uri
from core.charts.timeline import Timeline, timeline_entries, timeline_label, timeline_legend
from core.charts.timeline_svg import timeline_svg

register = template.Library()

# State of a piece of work -> (word, shape in the stylesheet). Never the state of a person's health.
STATES = {
    "overdue": ("Over frist", "over"),
    "due": ("I dag", "now"),
    "coming": ("Kommer", "soon"),
    "held": ("Holdt", "held"),
    "late": ("Holdt efter frist", "late"),
    "waived": ("Ikke relevant", "waived"),
    "ok": ("I orden", "held"),
    "failed": ("Mislykket", "over"),
    "running": ("Kører", "now"),
}
_SHARE_BAR_UNITS = 34  # the bar's height in the units of its own viewBox


# ---------- small pieces ----------


@register.simple_tag
def icon(name: str, extra_class: str = "", label: str = "") -> SafeString:
    """Draw an icon of dkfds' sprite; with `label` it is read aloud, without it is decoration."""
    reference = f"{static('dkfds/img/all-svg-icons.svg')}#{name}"
    classes = f"icon-svg {extra_class}".strip()
    if label:
        return format_html(
            '<svg class="{}" focusable="false" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            reference,
        )
    return format_html(
        '<svg class="{}" focusable="false" aria-hidden="true"><use href="{}"></use></svg>', classes, reference
    )


@register.simple_tag
def state_word(state: str, text: str = "") -> SafeString:
    """Write a state as word, shape and tint: overdue, due, coming, held, late, waived, ok, failed, running.

    `text` replaces the word, e.g. `2 dage over frist`. Raises ValueError for an unknown state.
    """
    if state not in STATES:
        raise ValueError(f"{state!r} is not one of {sorted(STATES)}")
    word, shape = STATES[state]
    return format_html('<span class="nv-state nv-state-{}">{}</span>', shape, text or word)


@register.simple_tag
def undo_url(message: Message) -> str:
    """Return the address that takes a message's action back, or an empty string."""
    return notices.undo_url(message)


# ---------- numbers and dates ----------


@register.filter
def danish_number(value: float | Decimal | None, decimals: int = 0) -> str:
    """Write `1.234,5`; no value gives an empty string."""
    return "" if value is None else formats.format_number(value, decimals)


@register.filter
def danish_signed(value: float | Decimal | None, decimals: int = 1) -> str:
    """Write a change: `+1,7`, `−0,3`."""
    return "" if value is None else formats.format_signed(value, decimals)


@register.filter
def danish_percent(share: float | Decimal | None, decimals: int = 1) -> str:
    """Write a share between 0 and 1 as `6,9 %`."""
    return "" if share is None else formats.format_percent(share, decimals)


@register.filter
def danish_date(day: dt.date | None, style: str = "") -> str:
    """Write `1. februar 2026`; style `weekday`, `short` (01.02.2026) or `no_year`."""
    if day is None:
        return ""
    if style == "short":
        return formats.format_date_short(day)
    return formats.format_date(day, weekday=style == "weekday", year=style != "no_year")


@register.filter
def near_date(day: dt.date | None, today: dt.date) -> str:
    """Write a date as said on `today`: `i går`, `mandag 23. november`, `3. marts`."""
    return "" if day is None else formats.format_date_near(day, today)


@register.filter
def danish_month(month: dt.date | None, style: str = "") -> str:
    """Write `februar 2026`, or with style `short` `feb. 2026`."""
    return "" if month is None else formats.format_month(month, short=style == "short")


@register.filter
def danish_period(first: dt.date, last: dt.date | None) -> str:
    """`8.-9. september 2026`, one day as itself, `fra 5. november 2026` while it has no end."""
    return formats.format_period(first, last)


@register.filter
def week_number(day: dt.date) -> int:
    """Return the ISO week of a day."""
    return day.isocalendar().week


@register.filter
def first_name(name: str) -> str:
    """Return the name to greet with."""
    return name.split(" ")[0]


@register.filter
def sentence(text: str) -> str:
    """Begin with a capital letter and leave the rest alone."""
    return text[:1].upper() + text[1:]


# ---------- rows and boxes ----------


@register.inclusion_tag("components/task_row.html", takes_context=True)
def task_row(
    context: template.Context,
    title: str,
    why: str,
    *,
    person: str = "",
    url: str = "",
    urgency: str = "soon",
    state: str = "",
    state_text: str = "",
    actions: Sequence[Mapping[str, Any]] = (),
    menu: Sequence[Mapping[str, Any]] = (),
    element_id: str = "",
) -> dict[str, Any]:
    """Show one duty inside `<ul class="nv-tasks">`: what, why and by which rule, and the buttons.

    `urgency` is over, now or soon. `actions`: {label, url, kind: primary|secondary, post: bool, icon}.
    `menu`: {label, url, post}, behind the three dots; needs `element_id`.
    """
    return {
        "title": title,
        "why": why,
        "person": person,
        "url": url,
        "urgency": urgency,
        "state": state_word(state, state_text) if state else "",
        "actions": actions,
        "menu": menu,
        "element_id": element_id,
        "menu_id": f"menu-{element_id}",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/overflow_menu.html", takes_context=True)
def overflow_menu(
    context: template.Context, menu_id: str, about: str, entries: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Show further choices behind three dots; `about` tells screen readers what they concern."""
    return {"menu_id": menu_id, "about": about, "entries": entries, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/person_line.html")
def person_line(
    name: str, url: str, line: str, *, sick_share: float = 0.0, state: str = "", state_text: str = ""
) -> dict[str, Any]:
    """Show one person with one status line; the bar's height is the share of working time absent (0-1)."""
    height = round(min(max(float(sick_share), 0.0), 1.0) * _SHARE_BAR_UNITS, 1)
    return {
        "name": name,
        "url": url,
        "line": line,
        "bar_height": f"{height:.1f}" if height else "",
        "bar_top": f"{1 + _SHARE_BAR_UNITS - height:.1f}",
        "state": state_word(state, state_text) if state else "",
    }


@register.inclusion_tag("components/key_figure.html")
def key_figure(label: str, value: str, *notes: str, main: bool = False) -> dict[str, Any]:
    """Show one figure inside `<dl class="nv-keys">`, already formatted, with its comparisons as notes."""
    return {"label": label, "value": value, "notes": [note for note in notes if note], "main": main}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    heading: str, text: str = "", *, action_url: str = "", action_label: str = ""
) -> dict[str, Any]:
    """Say what will appear here, and when."""
    return {"heading": heading, "text": text, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("components/heartbeat_row.html")
def heartbeat_row(name: str, detail: str, *, state: str, state_text: str = "") -> dict[str, Any]:
    """Show one scheduled job inside `<ul class="nv-jobs">`: last run, result and next run in `detail`."""
    return {"name": name, "detail": detail, "state": state_word(state, state_text)}


@register.inclusion_tag("components/progress.html")
def progress(
    element_id: str, label: str, done: int, total: int, *, poll_url: str = "", text: str = ""
) -> dict[str, Any]:
    """Show how far a job has come; while `poll_url` is given the browser asks it every two seconds."""
    total = max(total, 1)
    done = min(max(done, 0), total)
    counted = f"{formats.format_number(done)} af {formats.format_number(total)}"
    return {
        "element_id": element_id,
        "label": label,
        "done": str(done),
        "total": str(total),
        "percent": round(100 * done / total),
        "poll_url": poll_url,
        "text": text or counted,
    }


@register.simple_block_tag
def panel(
    content: SafeString, element_id: str, heading: str, *, aside: str = "", quiet: bool = False
) -> SafeString:
    """Wrap content in the one surface of the pages: `{% panel "opgaver" "Det venter på dig" %}…{% endpanel %}`."""
    return format_html(
        '<section class="nv-panel{}" id="{}" aria-labelledby="h-{}">'
        '<div class="nv-panel-head"><h2 id="h-{}">{}</h2>{}</div>{}</section>',
        " nv-quiet" if quiet else "",
        element_id,
        element_id,
        element_id,
        heading,
        format_html('<span class="nv-meta">{}</span>', aside) if aside else "",
        content,
    )


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(current: str, *trail: str) -> dict[str, Any]:
    """Show the way here: `{% breadcrumbs "Elin" "Fravær" fravaer_url "Team Syd" unit_url %}` (pairs of label and url)."""
    if len(trail) % 2:
        raise ValueError("breadcrumbs takes pairs of label and url after the current page")
    return {"current": current, "trail": list(zip(trail[::2], trail[1::2], strict=True))}


# ---------- pages of a list ----------


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: template.Context, page_of_list: Page[Any], parameter: str = "side") -> dict[str, Any]:
    """Show links to a list's pages; filters and sorting in the address stay."""
    request: HttpRequest = context["request"]

    def url(number: int) -> str:
        query = request.GET.copy()
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    numbers = page_of_list.paginator.get_elided_page_range(page_of_list.number, on_each_side=1, on_ends=1)
    return {
        "pages": page_of_list.paginator.num_pages,
        "number": page_of_list.number,
        "items": [{"number": n, "url": url(n)} if isinstance(n, int) else {"number": None} for n in numbers],
        "previous_url": url(page_of_list.previous_page_number()) if page_of_list.has_previous() else "",
        "next_url": url(page_of_list.next_page_number()) if page_of_list.has_next() else "",
    }


# ---------- charts ----------


def _drawn(svg: str) -> SafeString:
    """Let a drawing of our own through. Its makers (core.charts) escape every text they are given, and tests hold them to it."""
    return mark_safe(svg)  # nosec B308 B703


@register.simple_tag
def mark(name: str) -> SafeString:
    """Draw a small mark of timeline or legend: held, late, coming, overdue, waived, document, planned ..."""
    return _drawn(mark_svg(name))


@register.inclusion_tag("components/chart.html")
def chart(
    picture: Picture, *, table_open: bool = False, paper: bool = False, element_id: str = ""
) -> dict[str, Any]:
    """Show a chart with its finding, drawing, legend and table; `paper` gives the PDF's image with alternative text."""
    label = picture.label or " ".join(part for part in (picture.finding, picture.detail) if part)
    return {
        "picture": picture,
        "label": label,
        "wide": _drawn(picture.wide),
        "narrow": _drawn(picture.narrow),
        "paper": data_uri(picture.wide) if paper else "",
        "table_open": table_open,
        "element_id": element_id,
    }


@register.inclusion_tag("components/timeline.html")
def timeline(data: Timeline, *, ident: str = "forlob-billede") -> dict[str, Any]:
    """Show a case's timeline: the picture in two widths, its legend, and the same content as a list."""
    return {
        "label": timeline_label(data),
        "wide": _drawn(timeline_svg(data, width="wide", ident=ident)),
        "narrow": _drawn(timeline_svg(data, width="narrow", ident=ident)),
        "legend": timeline_legend(data),
        "entries": timeline_entries(data),
    }

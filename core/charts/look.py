"""What all charts share: colours, type sizes and Danish names. Same tokens as naervaer.css.

The colours differ in lightness, so they hold in greyscale and for colour-blind eyes; contrast is
computed against white.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Literal

from core.formats import SHORT_MONTHS

Width = Literal["wide", "narrow"]

INK = "#1a1a1a"
INK_2 = "#4d5657"
PAPER = "#ffffff"
THIS_YEAR = "#0b4a55"  # 9.9:1
LAST_YEAR = "#7d8b8d"  # 3.5:1, a line
LAST_YEAR_TEXT = "#5c696b"  # 5.7:1, the same grey as text
TARGET = "#a84300"  # 6.1:1
SHORT = "#a9d3d3"  # outlined, as 1.6:1 alone is too faint
MIDDLE = "#2d7883"
LONG = "#0b3a44"
GRID = "#e1e7e7"
AXIS = "#6f7d7e"

FONT = "IBM Plex Sans"
WIDE_PX = 720
NARROW_PX = 310

# d3-format and d3-time-format tables for Danish; vl-convert also knows the first by name.
NUMBER_LOCALE: dict[str, Any] = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " kr."]}


def chart_config(width: Width) -> dict[str, Any]:
    """Return the Vega-Lite `config` of a drawing; text keeps its size, so narrow drawings get fewer words."""
    size = 13 if width == "wide" else 12
    return {
        "font": FONT,
        "background": None,
        "view": {"stroke": None},
        "locale": {"number": NUMBER_LOCALE},
        "axis": {
            "labelColor": INK_2,
            "titleColor": INK_2,
            "labelFontSize": size,
            "titleFontSize": size,
            "titleFontWeight": "normal",
            "domainColor": AXIS,
            "tickColor": AXIS,
            "gridColor": GRID,
            "labelPadding": 6,
        },
        "axisY": {"domain": False, "ticks": False, "tickCount": 6},
        "text": {"font": FONT, "fontSize": size, "color": INK},
    }


def shell(width: Width, height: int, *, pixels: int | None = None) -> dict[str, Any]:
    """Return the outer part of a specification: version, size and configuration."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": pixels if pixels is not None else (WIDE_PX if width == "wide" else NARROW_PX) - 40,
        "height": height,
        "padding": {"left": 4, "top": 8, "right": 8, "bottom": 4},
        "config": chart_config(width),
    }


def month_axis(months: Sequence[dt.date], width: Width) -> dict[str, Any]:
    """Return the x channel for rows keyed `2026-11`: every month, or as many as fit, ending with the last."""
    keys = [f"{month:%Y-%m}" for month in months]
    names = {key: _month_name(month, len(keys)) for key, month in zip(keys, months, strict=True)}
    most = 14 if width == "wide" else 6 if len(keys) <= 12 else 5
    step = -(-len(keys) // most)
    return {
        "field": "key",
        "type": "ordinal",
        "scale": {"type": "point", "padding": 0.2, "domain": keys},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "values": keys[::-1][::step][::-1],
            "labelExpr": f"{json.dumps(names)}[datum.value]",
            "grid": False,
        },
    }


def _month_name(month: dt.date, months: int) -> str:
    """Write `nov`; more than a year needs the year too: `nov 25`."""
    name = SHORT_MONTHS[month.month - 1]
    return name if months <= 12 else f"{name} {month:%y}"

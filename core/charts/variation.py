"""Is it more than chance? The funnel plot compares units by size, the control chart months by time.

The limits are statistics and come from the caller; here they are only drawn. Never a league table:
units are points at their size, and only this unit and those outside the limits are named.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.charts import look
from core.charts.look import Width
from core.formats import format_number

_OUTER, _INNER = "#e3f0f0", "#cde3e4"
_OUTSIDE = "#9c3412"
_TRIANGLE = {"type": "point", "filled": True, "shape": "triangle-up", "opacity": 1}


@dataclass(frozen=True)
class UnitPoint:
    """One unit: its size (årsværk) and its figure; `own` is the page's unit, `outside` lies beyond the limits."""

    name: str
    size: float
    value: float
    own: bool = False
    outside: bool = False


@dataclass(frozen=True)
class Limit:
    """The limits at one size: between `low` and `high` differences are expected by chance."""

    size: float
    low: float
    high: float


@dataclass(frozen=True)
class MonthPoint:
    """One month of a control chart with its own limits; `signal` marks a month that is more than noise."""

    month: dt.date
    value: float
    low: float
    high: float
    signal: bool = False


def funnel(
    points: Sequence[UnitPoint],
    *,
    mean: float,
    inner: Sequence[Limit],
    outer: Sequence[Limit],
    width: Width,
    mean_label: str = "gennemsnit",
    size_title: str = "Enhedens størrelse (årsværk)",
) -> dict[str, Any]:
    """Return a funnel plot: points by size, the inner and outer band (e.g. 95 and 99.8 %), and the mean.

    Raises ValueError without points.
    """
    if not points:
        raise ValueError("A funnel needs at least one unit")
    top = math.ceil(max(point.value for point in points) * 1.2 + 1)
    spec = look.shell(width, 260 if width == "wide" else 230)
    largest = max(point.size for point in points) * 1.05
    size = {
        "field": "size",
        "type": "quantitative",
        "scale": {"domain": [0, round(largest, 1)], "nice": False},
        "axis": {"title": size_title, "grid": False, "tickCount": 6, "format": ",~r"},
    }
    value = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"title": None, "format": ",~r"},
    }
    spec["encoding"] = {"x": size, "y": value}
    spec["layer"] = [
        _band(outer, _OUTER, largest, top),
        _band(inner, _INNER, largest, top),
        *_mean_line(mean, f"{mean_label} {format_number(mean, 1)}"),
        *_unit_marks(points, mean, names=width == "wide"),
    ]
    return spec


def _band(limits: Sequence[Limit], color: str, largest: float, top: float) -> dict[str, Any]:
    """Draw one band, cut off at the edges of the picture."""
    rows = [
        {"size": limit.size, "value": min(max(limit.low, 0.0), top), "high": min(limit.high, top)}
        for limit in sorted(limits, key=lambda found: found.size)
        if 0 < limit.size <= largest
    ]
    return {
        "data": {"values": rows},
        "mark": {"type": "area", "color": color, "clip": True},
        "encoding": {"y2": {"field": "high"}},
    }


def _mean_line(mean: float, words: str, *, beside: bool = False) -> list[dict[str, Any]]:
    """Draw the mean across, with its words over the right end, or `beside` it where a curve fills the picture."""
    data = {"values": [{"value": mean, "text": words}]}
    place = {"align": "left", "dx": 6} if beside else {"align": "right", "dx": -4, "dy": -8}
    return [
        {
            "data": data,
            "mark": {"type": "rule", "color": look.INK_2, "strokeWidth": 1.5},
            "encoding": {"x": None},
        },
        {
            "data": data,
            "mark": {"type": "text", "color": look.INK_2, **place},
            "encoding": {"x": {"value": "width"}, "text": {"field": "text"}},
        },
    ]


def _unit_marks(points: Sequence[UnitPoint], mean: float, *, names: bool) -> list[dict[str, Any]]:
    """Draw units by shape: dots inside, triangles pointing out of the band, a diamond for the page's own."""

    def marks(chosen: list[UnitPoint], shape: str, color: str, area: int) -> dict[str, Any]:
        return {
            "data": {"values": [{"size": point.size, "value": point.value} for point in chosen]},
            "mark": {
                "type": "point",
                "filled": True,
                "shape": shape,
                "color": color,
                "size": area,
                "opacity": 1,
            },
        }

    inside = [point for point in points if not point.outside and not point.own]
    outside = [point for point in points if point.outside and not point.own]
    over = [point for point in outside if point.value > mean]
    under = [point for point in outside if point.value <= mean]
    own = [point for point in points if point.own]
    named = own + (outside if names else [])
    return [
        marks(inside, "circle", look.INK_2, 24),
        marks(over, "triangle-up", _OUTSIDE, 70),
        marks(under, "triangle-down", look.MIDDLE, 70),
        marks(own, "diamond", look.THIS_YEAR, 120),
        {
            "data": {
                "values": [{"size": p.size, "value": p.value, "text": p.name, "own": p.own} for p in named]
            },
            "mark": {"type": "text", "align": "left", "dx": 9, "dy": -5},
            "encoding": {
                "text": {"field": "text"},
                "color": {
                    "condition": {"test": "datum.own", "value": look.THIS_YEAR},
                    "value": look.INK_2,
                },
            },
        },
    ]


def control_chart(
    points: Sequence[MonthPoint],
    *,
    mean: float,
    width: Width,
    decimals: int = 1,
    mean_label: str = "gns.",
) -> dict[str, Any]:
    """Return a control chart: a value per month, the band of ordinary variation, and months beyond it marked.

    Raises ValueError without points.
    """
    if not points:
        raise ValueError("A control chart needs at least one month")
    rows = [
        {
            "key": f"{point.month:%Y-%m}",
            "value": point.value,
            "low": max(point.low, 0.0),
            "high": point.high,
            "at": at,
            "text": format_number(point.value, decimals) if point.signal else "",
        }
        for at, point in enumerate(points)
    ]
    signals = {"data": {"values": [row for row in rows if row["text"]]}}
    dots = {"color": look.THIS_YEAR, "size": 30}
    room = (look.WIDE_PX if width == "wide" else look.NARROW_PX) - 80  # for the words beside the mean
    spec = look.shell(width, 220 if width == "wide" else 180, pixels=room)
    spec["data"] = {"values": rows}
    spec["encoding"] = {
        "x": look.month_axis([point.month for point in points], width),
        "y": {
            "field": "value",
            "type": "quantitative",
            "scale": {"zero": True, "nice": True},
            "axis": {"title": None, "format": ",~r"},
        },
    }
    spec["layer"] = [
        {
            "mark": {"type": "area", "color": _INNER},
            "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
        },
        *_mean_line(mean, f"{mean_label} {format_number(mean, decimals)}", beside=True),
        {
            "mark": {"type": "line", "color": look.THIS_YEAR, "strokeWidth": 2.5, "point": dots},
            "encoding": {"order": {"field": "at", "type": "quantitative"}},
        },
        {**signals, "mark": {**_TRIANGLE, "color": _OUTSIDE, "size": 110}},
        {
            **signals,
            "mark": {"type": "text", "dy": -14, "color": _OUTSIDE, "fontWeight": 600},
            "encoding": {"text": {"field": "text"}},
        },
    ]
    return spec

"""Bars: lost work by length of absence, and simple bars by month, week or weekday. They begin at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.charts import look
from core.charts.look import Width
from core.formats import format_number

_CLASSES = (
    ("Kort", look.SHORT, look.INK),
    ("Mellem", look.MIDDLE, look.PAPER),
    ("Langt", look.LONG, look.PAPER),
)
_LETTER_PX = 7.2  # mean width of a letter at 13 px
_NO_AXIS = {"axis": None}


@dataclass(frozen=True)
class LengthRow:
    """One stacked bar: a name and the figures of short, middle and long absence, all at least 0."""

    label: str
    short: float
    middle: float
    long: float

    @property
    def parts(self) -> tuple[float, float, float]:
        """The three figures from short to long."""
        return (self.short, self.middle, self.long)


@dataclass(frozen=True)
class Bar:
    """One bar; None draws no bar and leaves its place (hidden or without data)."""

    label: str
    value: float | None
    strong: bool = False


def length_bars(rows: Sequence[LengthRow], *, width: Width, decimals: int = 1) -> dict[str, Any]:
    """Return stacked bars of lost work by the absence's whole length, with figures in and after the bars.

    Raises ValueError without rows, or when a figure is negative.
    """
    if not rows or any(part < 0 for row in rows for part in row.parts):
        raise ValueError("Length bars need rows whose figures are at least 0")
    left = 64
    pixels = (look.WIDE_PX if width == "wide" else look.NARROW_PX) - left - 60
    most = max(sum(row.parts) for row in rows) or 1.0
    segments = [_segment(row, number, most / pixels, decimals) for row in rows for number in range(3)]
    totals = [
        {"row": row.label, "end": sum(row.parts), "text": format_number(sum(row.parts), decimals)}
        for row in rows
    ]
    spec = look.shell(width, 44 * len(rows), pixels=pixels)
    x = {"type": "quantitative", "scale": {"domain": [0, most], "nice": False}, **_NO_AXIS}
    spec["padding"] = {"left": 4, "top": 24, "right": 56, "bottom": 4}
    spec["encoding"] = {
        "y": {
            "field": "row",
            "type": "nominal",
            "sort": [row.label for row in rows],
            "scale": {"paddingInner": 0.25, "paddingOuter": 0.1},
            "axis": {"title": None, "ticks": False, "domain": False},
        }
    }
    spec["layer"] = [
        *_segment_layers(segments, x),
        {
            "data": {"values": totals},
            "mark": {"type": "text", "align": "left", "dx": 8, "fontWeight": 600},
            "encoding": {"x": {"field": "end", **x}, "text": {"field": "text"}},
        },
        *_class_names(rows[0], pixels / most),
    ]
    return spec


def _segment(row: LengthRow, number: int, per_pixel: float, decimals: int) -> dict[str, Any]:
    """Place one part of a bar; its figure is written only where it fits."""
    start = sum(row.parts[:number])
    value = row.parts[number]
    text = format_number(value, decimals)
    fits = value / per_pixel >= len(text) * _LETTER_PX + 6
    name, fill, ink = _CLASSES[number]
    return {
        "row": row.label,
        "class": name,
        "start": start,
        "end": start + value,
        "middle": start + value / 2,
        "fill": fill,
        "ink": ink,
        "text": text if fits else "",
    }


def _segment_layers(segments: list[dict[str, Any]], x: dict[str, Any]) -> list[dict[str, Any]]:
    """Draw the parts, outlined since the lightest colour is faint, and their figures."""
    return [
        {
            "data": {"values": segments},
            "mark": {"type": "bar", "stroke": look.LONG, "strokeWidth": 1},
            "encoding": {
                "x": {"field": "start", **x},
                "x2": {"field": "end"},
                "color": {"field": "fill", "type": "nominal", "scale": None},
            },
        },
        {
            "data": {"values": [segment for segment in segments if segment["text"]]},
            "mark": {"type": "text", "fontWeight": 600},
            "encoding": {
                "x": {"field": "middle", **x},
                "text": {"field": "text"},
                "color": {"field": "ink", "type": "nominal", "scale": None},
            },
        },
    ]


def _class_names(row: LengthRow, pixels_per_unit: float) -> list[dict[str, Any]]:
    """Write Kort, Mellem and Langt above the first bar, each pushed right until it has room."""
    layers: list[dict[str, Any]] = []
    free_from = 0.0
    for number, (name, _fill, _ink) in enumerate(_CLASSES):
        if row.parts[number] <= 0:
            continue
        at = max(sum(row.parts[:number]) * pixels_per_unit, free_from)
        free_from = at + (len(name) + 1.2) * _LETTER_PX
        layers.append(
            {
                "data": {"values": [{"text": name}]},
                "mark": {"type": "text", "align": "left", "color": look.INK_2, "baseline": "bottom"},
                "encoding": {"x": {"value": round(at, 1)}, "y": {"value": -2}, "text": {"field": "text"}},
            }
        )
    return layers


def simple_bars(bars: Sequence[Bar], *, width: Width, decimals: int = 1, height: int = 0) -> dict[str, Any]:
    """Return upright bars in the given order; figures stand on the bars when there is room for them.

    Bars marked `strong` are dark, the others light with an outline. Raises ValueError without bars or
    when a label occurs twice (the second would hide the first).
    """
    labels = [bar.label for bar in bars]
    if not bars or len(set(labels)) != len(labels):
        raise ValueError("Bars need labels, each once")
    spec = look.shell(width, height or (200 if width == "wide" else 160))
    values = [
        {
            "label": bar.label,
            "value": bar.value,
            "fill": look.THIS_YEAR if bar.strong else look.MIDDLE,
            "text": format_number(bar.value, decimals),
        }
        for bar in bars
        if bar.value is not None
    ]
    room = spec["width"] / len(bars)
    step = max(1, -(-round(max(map(len, labels)) * _LETTER_PX + 8) // max(1, int(room))))
    y = {"field": "value", "type": "quantitative", "axis": {"title": None, "format": ",~r"}}
    spec["data"] = {"values": values}
    spec["encoding"] = {
        "x": {
            "field": "label",
            "type": "ordinal",
            "sort": None,
            "scale": {"domain": labels, "paddingInner": 0.25},
            "axis": {"title": None, "labelAngle": 0, "values": labels[::step], "ticks": False},
        },
        "y": y,
    }
    bar_mark = {
        "mark": {"type": "bar"},
        "encoding": {"color": {"field": "fill", "type": "nominal", "scale": None}},
    }
    spec["layer"] = [bar_mark]
    if values and room >= max(len(str(row["text"])) for row in values) * _LETTER_PX + 4:
        spec["layer"].append({"mark": {"type": "text", "dy": -9}, "encoding": {"text": {"field": "text"}}})
    return spec

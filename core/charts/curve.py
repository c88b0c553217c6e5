"""The rolling curve: twelve months up to each month, this year over last year, with the target."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.charts import look
from core.charts.look import Width
from core.formats import format_number


@dataclass(frozen=True)
class MonthValue:
    """One month's figure; None where there is none (hidden, or before the data begin), which leaves a gap."""

    month: dt.date
    value: float | None


def rolling_curve(
    this_year: Sequence[MonthValue],
    *,
    width: Width,
    last_year: Sequence[MonthValue] = (),
    target: float | None = None,
    this_label: str = "i år",
    last_label: str = "året før",
    target_label: str = "måltal",
    decimals: int = 1,
    height: int = 0,
) -> dict[str, Any]:
    """Return the Vega-Lite specification of a curve per month.

    `last_year` holds the same months one year before, in the same order, and is drawn under this year's
    months. Labels stand at the lines, not in a legend. The axis need not begin at zero: it is a line.
    Raises ValueError when there is no value at all or the two years differ in length.
    """
    if last_year and len(last_year) != len(this_year):
        raise ValueError("Both years must have the same number of months")
    now = _rows(this_year, this_year)
    before = _rows(this_year, last_year)
    if not now:
        raise ValueError("A curve needs at least one value")
    spec = look.shell(width, height or (240 if width == "wide" else 190))
    drawn = [row["value"] for row in (*now, *before)] + ([] if target is None else [target])
    spec["encoding"] = {
        "x": look.month_axis([found.month for found in this_year], width),
        "y": _value_axis(drawn),
    }
    spec["layer"] = [
        *(_line(before, color=look.LAST_YEAR, thickness=1.5) if before else []),
        *([_target_rule(target)] if target is not None else []),
        *_line(now, color=look.THIS_YEAR, thickness=3),
        *_end_point(now, decimals),
        *_names(now, before, this_label, last_label),
        *([_target_name(now, before, target, target_label, decimals)] if target is not None else []),
    ]
    return spec


def _rows(months: Sequence[MonthValue], values: Sequence[MonthValue]) -> list[dict[str, Any]]:
    """Pair each month's key with the value to draw there, leaving out what is missing."""
    return [
        {"key": f"{month.month:%Y-%m}", "at": at, "value": found.value, "run": _run(values, at)}
        for at, (month, found) in enumerate(zip(months, values, strict=False))
        if found.value is not None
    ]


def _run(values: Sequence[MonthValue], at: int) -> int:
    """Number the stretches between gaps, so that no line is drawn across a gap."""
    return sum(1 for found in values[:at] if found.value is None)


def _value_axis(values: Sequence[float]) -> dict[str, Any]:
    """Return the value axis with room for the labels below and above the lines, at whole numbers."""
    low, high = min(values), max(values)
    air = max((high - low) * 0.15, 0.4)
    bottom, top = max(0, math.floor(low - air)), math.ceil(high + air)
    return {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [bottom, top], "nice": False},
        "axis": {"title": None, "format": ",~r", "tickMinStep": 1 if top - bottom > 3 else 0.5},
    }


def _line(rows: list[dict[str, Any]], *, color: str, thickness: float) -> list[dict[str, Any]]:
    """Draw a line per stretch; a stretch of a single month becomes a dot."""
    counts = {row["run"]: sum(1 for other in rows if other["run"] == row["run"]) for row in rows}
    alone = [row for row in rows if counts[row["run"]] == 1]
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": rows},
            "mark": {"type": "line", "color": color, "strokeWidth": thickness, "strokeJoin": "round"},
            "encoding": {
                "detail": {"field": "run", "type": "nominal"},
                "order": {"field": "at", "type": "quantitative"},
            },
        }
    ]
    if alone:
        dot = {"type": "point", "filled": True, "color": color, "size": 30, "opacity": 1}
        layers.append({"data": {"values": alone}, "mark": dot})
    return layers


def _end_point(now: list[dict[str, Any]], decimals: int) -> list[dict[str, Any]]:
    """Mark the latest value and write it there."""
    last = now[-1]
    falling = len(now) > 1 and now[-2]["value"] > last["value"]
    place = {"data": {"values": [{**last, "text": format_number(last["value"], decimals)}]}}
    text = {"type": "text", "align": "right", "dx": 4, "dy": -13 if not falling else -15, "fontWeight": 600}
    return [
        {
            **place,
            "mark": {"type": "point", "filled": True, "size": 90, "color": look.THIS_YEAR, "opacity": 1},
        },
        {**place, "mark": {**text, "color": look.THIS_YEAR}, "encoding": {"text": {"field": "text"}}},
    ]


def _names(
    now: list[dict[str, Any]], before: list[dict[str, Any]], this_label: str, last_label: str
) -> list[dict[str, Any]]:
    """Write each line's name where the two lines are farthest apart, on the outer side of it."""
    if not before:
        return []
    at = {row["key"]: row["value"] for row in before}
    # The last third belongs to the end value; names there would collide with it.
    shared = [row for row in now[: max(1, len(now) * 2 // 3)] if row["key"] in at]
    if not shared:
        return []
    widest = max(shared, key=lambda row: abs(row["value"] - at[row["key"]]))
    above = widest["value"] >= at[widest["key"]]

    def name(text: str, value: float, is_above: bool, color: str, weight: int) -> dict[str, Any]:
        return {
            "data": {"values": [{"key": widest["key"], "value": value, "text": text}]},
            "mark": {
                "type": "text",
                "align": "left" if widest["at"] == 0 else "center",
                "dy": -14 if is_above else 15,
                "color": color,
                "fontWeight": weight,
            },
            "encoding": {"text": {"field": "text"}},
        }

    return [
        name(this_label, widest["value"], above, look.THIS_YEAR, 600),
        name(last_label, at[widest["key"]], not above, look.LAST_YEAR_TEXT, 400),
    ]


def _target_rule(target: float) -> dict[str, Any]:
    """Draw the target as a dashed line across."""
    return {
        "data": {"values": [{"value": target}]},
        "mark": {"type": "rule", "color": look.TARGET, "strokeDash": [6, 4], "strokeWidth": 2},
        "encoding": {"x": None},
    }


def _target_name(
    now: list[dict[str, Any]], before: list[dict[str, Any]], target: float, label: str, decimals: int
) -> dict[str, Any]:
    """Write the target's name at its left end, on the side where no line runs close."""
    near = [row["value"] for rows in (now, before) for row in rows[:3]]
    below = all(value >= target for value in near) or sum(value > target for value in near) * 2 > len(near)
    text = f"{label} {format_number(target, decimals)}"
    return {
        "data": {"values": [{"value": target, "text": text}]},
        "mark": {"type": "text", "align": "left", "dy": 12 if below else -9, "color": look.TARGET},
        "encoding": {"x": {"value": 6}, "text": {"field": "text"}},
    }

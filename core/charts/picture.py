"""A chart as a page shows it: its finding in words, two drawings, and the table beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from core.charts.look import Width
from core.charts.render import render_svg


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    """The same figures as a table: the first cell of a row is its heading. Cells are already written out."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total_last: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One chart. `finding` says what it shows, `detail` goes on, `label` is what screen readers hear instead."""

    finding: str
    wide: str
    narrow: str
    detail: str = ""
    label: str = ""
    table: ChartTable | None = None
    legend: Sequence[tuple[str, str]] = ()  # (mark, words), see core.charts.marks


def draw(
    build: Callable[[Width], dict[str, Any]],
    *,
    finding: str,
    detail: str = "",
    label: str = "",
    table: ChartTable | None = None,
) -> Picture:
    """Draw a specification in both widths: `draw(lambda width: rolling_curve(..., width=width), finding=...)`."""
    return Picture(
        finding=finding,
        detail=detail,
        label=label,
        table=table,
        wide=render_svg(build("wide")),
        narrow=render_svg(build("narrow")),
    )

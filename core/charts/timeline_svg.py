"""Drawing of the timeline. All colours are attributes of the shapes, so the strict CSP holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape  # nosec B406  (escapes text, parses nothing)

from core.charts import look
from core.charts.look import Width
from core.charts.marks import DOCUMENT, MARKS, OVERDUE, PLANNED_EDGE
from core.charts.timeline import Milestone, Share, Timeline
from core.formats import MONTHS, SHORT_MONTHS

_LETTER_PX = 6.9  # mean width of a letter at 13 px; a little generous
_FULL, _PART = "#17697a", "#2d7883"
_LINE, _TODAY = "#dfe6e6", "#744a00"
_TOP = 58  # where 100 % lies


@dataclass(frozen=True)
class _Frame:
    """Sizes of one drawing and its scale of days."""

    first: dt.date
    last: dt.date
    width: int
    left: int
    bars: int  # height of 100 %
    named: bool  # whether milestones carry text
    ident: str

    @property
    def right(self) -> int:
        return self.width - 12

    @property
    def ground(self) -> int:
        return _TOP + self.bars

    @property
    def per_day(self) -> float:
        return (self.right - self.left) / ((self.last - self.first).days + 1)

    def x(self, day: dt.date, part: float = 0.0) -> float:
        """Return the left edge of a day; `part` 0.5 is its middle, 1 its right edge."""
        return round(self.left + ((day - self.first).days + part) * self.per_day, 1)


def timeline_svg(timeline: Timeline, *, width: Width, ident: str = "t") -> str:
    """Return the picture as SVG, aria-hidden; `ident` must differ between pictures on one page."""
    first, last = timeline.window()
    wide = width == "wide"
    frame = _Frame(
        first=first,
        last=last,
        width=1120 if wide else 350,
        left=40 if wide else 34,
        bars=92 if wide else 84,
        named=wide,
        ident=f"{ident}-{width}",
    )
    milestones, after = _milestones(frame, sorted(timeline.milestones, key=lambda item: item.day))
    documents, bottom = _documents(frame, timeline, after)
    body = "".join(
        [
            _weeks(frame, bottom),
            _months(frame),
            _scale(frame),
            "".join(_share(frame, share) for share in timeline.shares),
            _today(frame, timeline.today, bottom),
            milestones,
            documents,
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {frame.width} {bottom + 8}" '
        f'width="{frame.width}" height="{bottom + 8}" aria-hidden="true" focusable="false">'
        f'<defs><pattern id="{frame.ident}" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="8" height="8" fill="#fff"/>'
        f'<path d="M0 0V8" stroke="{look.SHORT}" stroke-width="5"/></pattern></defs>{body}</svg>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    color: str = look.INK_2,
    bold: bool = False,
    anchor: str = "start",
    halo: bool = False,
) -> str:
    """Return one piece of text, 13 px in the product's font; `halo` keeps lines behind it away."""
    around = ' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x}" y="{y}" fill="{color}"{around} font-size="13" font-weight="{600 if bold else 400}" '
        f'text-anchor="{anchor}" font-family="{look.FONT}, sans-serif">{escape(words)}</text>'
    )


def _weeks(frame: _Frame, bottom: int) -> str:
    """Draw the week grid and as many week numbers as there is room for."""
    weeks = ((frame.last - frame.first).days + 1) // 7
    room = frame.per_day * 7
    step = max(1, -(-(30 if frame.named else 52) // max(1, int(room))))
    parts = []
    for number in range(0, weeks, step):
        monday = frame.first + dt.timedelta(weeks=number)
        week = monday.isocalendar().week
        x = frame.x(monday)
        parts.append(f'<path d="M{x} 40V{bottom}" stroke="{_LINE}"/>')
        if frame.named and step == 1:
            parts.append(_text(round(x + room / 2, 1), 34, str(week), anchor="middle"))
        elif x + 46 < frame.right:
            parts.append(_text(x + 2, 34, str(week) if frame.named else f"uge {week}"))
    if frame.named:
        parts.append(_text(frame.left - 6, 34, "Uge", anchor="end"))
    return "".join(parts)


def _months(frame: _Frame) -> str:
    """Write each month where it begins; names are short, or left out, when they would meet."""
    parts = []
    free_from = float(frame.left)
    day = frame.first.replace(day=1)
    while day <= frame.last:
        if day >= frame.first:
            x = frame.x(day)
            names = SHORT_MONTHS if frame.per_day * 30 < 80 else MONTHS
            name = names[day.month - 1] + (f" {day.year}" if day.month == 1 and names is MONTHS else "")
            end = x + len(name) * _LETTER_PX + 8
            parts.append(f'<path d="M{x} 4V20" stroke="{look.AXIS}"/>')
            if x >= free_from and end <= frame.width:
                parts.append(_text(x + 2, 14, name, color=look.INK, bold=True))
                free_from = end
        day = (day + dt.timedelta(days=32)).replace(day=1)
    return "".join(parts)


def _scale(frame: _Frame) -> str:
    """Draw the lines of 0, 50 and 100 %."""
    parts = []
    for percent in (100, 50, 0):
        y = round(frame.ground - frame.bars * percent / 100, 1)
        color = _LINE if percent else look.AXIS
        parts.append(f'<path d="M{frame.left} {y}H{frame.right}" stroke="{color}"/>')
        parts.append(_text(frame.left - 6, y + 5, str(percent), anchor="end"))
    return "".join(parts)


def _share(frame: _Frame, share: Share) -> str:
    """Draw one stretch, with its label in it, or above it where there is room."""
    x, right = frame.x(share.first), frame.x(share.last, 1) - 1
    span = max(right - x, 1.0)
    height = round(frame.bars * share.share, 1)
    y = round(frame.ground - height, 1)
    hatch = f'fill="url(#{frame.ident})" stroke="{PLANNED_EDGE}" stroke-width="1.5" stroke-dasharray="4 3"'
    fill = hatch if share.planned else f'fill="{_FULL if share.share == 1 else _PART}"'
    box = f'<rect x="{x}" y="{y}" width="{span:.1f}" height="{height}" {fill}/>'
    if not frame.named or not share.label:
        return box
    if share.share == 1 and len(share.label) * _LETTER_PX + 16 <= span and not share.planned:
        return box + _text(x + 8, y + 22, share.label, color="#fff", bold=True)
    lines = _wrap(share.label, span)
    if not lines or y - 6 - 17 * len(lines) < 40:
        return box
    top = y - 6 - 17 * (len(lines) - 1)
    return box + "".join(
        _text(x + 2, round(top + 17 * at, 1), line, color=look.INK) for at, line in enumerate(lines)
    )


def _wrap(words: str, span: float) -> list[str]:
    """Break a label over at most two lines of the given width; an empty list when it does not fit."""
    lines: list[str] = []
    for word in words.split():
        if lines and len(f"{lines[-1]} {word}") * _LETTER_PX <= span:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    fits = len(lines) <= 2 and all(len(line) * _LETTER_PX <= span + 4 for line in lines)
    return lines if fits else []


def _lane(taken: list[float], left: float, right: float) -> int:
    """Return the first lane that is free from `left`, and mark it taken up to `right`."""
    for number, end in enumerate(taken):
        if left >= end:
            taken[number] = right
            return number
    taken.append(right)
    return len(taken) - 1


def _milestones(frame: _Frame, items: Sequence[Milestone]) -> tuple[str, int]:
    """Draw the milestones in as many lanes as it takes for no text to meet another; returns also the lowest y."""
    parts = []
    taken: list[float] = []
    lane_height = 58 if frame.named else 28
    start = frame.ground + (46 if frame.named else 34)
    for item in items:
        x = frame.x(item.day, 0.5)
        half = max(13.0, max(len(item.title), len(item.note)) * _LETTER_PX / 2) if frame.named else 13.0
        center = min(max(x, frame.left - 30 + half), frame.width - half)
        lane = _lane(taken, min(center - half, x - 13), max(center + half, x + 13) + 6)
        y = start + lane * lane_height + 12
        parts.append(f'<path d="M{x} {frame.ground}V{y - 12}" stroke="{look.AXIS}" stroke-dasharray="2 3"/>')
        parts.append(f'<g transform="translate({x},{y})">{MARKS[item.state]}</g>')
        if frame.named:
            color = OVERDUE if item.state == "overdue" else look.INK_2
            center = round(center, 1)
            parts.append(
                _text(center, y + 28, item.title, color=look.INK, bold=True, anchor="middle", halo=True)
            )
            parts.append(
                _text(center, y + 44, item.note, color=color, anchor="middle", halo=True) if item.note else ""
            )
    return "".join(parts), start + max(len(taken), 1) * lane_height


def _documents(frame: _Frame, timeline: Timeline, top: int) -> tuple[str, int]:
    """Draw the documents below everything else, with their names on wide drawings; returns also the lowest y."""
    parts = []
    taken: list[float] = []
    for item in sorted(timeline.documents, key=lambda found: found.day):
        x = frame.x(item.day, 0.5)
        length = len(item.title) * _LETTER_PX + 18 if frame.named else 0
        leftwards = frame.named and x + length > frame.right
        left, right = (x - length, x + 14) if leftwards else (x - 12, x + max(length, 12) + 8)
        y = top + _lane(taken, left, right) * 28 + 14
        mark = "document" if item.received else "document_expected"
        parts.append(f'<g transform="translate({x},{y})">{MARKS[mark]}</g>')
        if frame.named:
            place = round(x - 14 if leftwards else x + 14, 1)
            parts.append(
                _text(
                    place,
                    y + 5,
                    item.title,
                    color=DOCUMENT,
                    anchor="end" if leftwards else "start",
                    halo=True,
                )
            )
    return "".join(parts), top + len(taken) * 28 + 4


def _today(frame: _Frame, today: dt.date, bottom: int) -> str:
    """Draw today's line with its flag, kept inside the picture."""
    x = frame.x(today, 0.5)
    flag = min(max(x - 27, 0), frame.width - 54)
    return (
        f'<path d="M{x} 44V{bottom}" stroke="{_TODAY}" stroke-width="2.5"/>'
        f'<rect x="{flag:.1f}" y="39" width="54" height="22" rx="4" fill="{_TODAY}"/>'
        + _text(round(flag + 27, 1), 55, "I dag", color="#fff", bold=True, anchor="middle")
    )

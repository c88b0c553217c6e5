"""The small marks of timeline, list and legend: each state has its own shape, not only its own colour."""

from __future__ import annotations

HELD = "#2c6420"
COMING = "#0b4a55"
OVERDUE = "#9c3412"
WAIVED = "#6f7d7e"
DOCUMENT = "#4d5657"
PLANNED_EDGE = "#2d7883"

_TICK = "M-5 0l3.5 4 6.5-8"
_PAGE = "M-8 -10h10l6 6v14h-16z"

# Drawn around (0, 0), within 14 units on each side.
MARKS = {
    "held": f'<circle r="11" fill="{HELD}"/><path d="{_TICK}" fill="none" stroke="#fff" stroke-width="2.4"/>',
    "late": f'<circle r="11" fill="#fff" stroke="{HELD}" stroke-width="2.5"/>'
    f'<path d="{_TICK}" fill="none" stroke="{HELD}" stroke-width="2.6"/>',
    "coming": f'<circle r="10" fill="#fff" stroke="{COMING}" stroke-width="2.5"/>',
    "overdue": f'<rect x="-9" y="-9" width="18" height="18" rx="2" transform="rotate(45)" fill="{OVERDUE}"/>'
    '<path d="M0 -6v7" stroke="#fff" stroke-width="2.6"/><circle cy="5" r="1.6" fill="#fff"/>',
    "waived": f'<circle r="10" fill="#fff" stroke="{WAIVED}" stroke-width="2" stroke-dasharray="3 2.5"/>'
    f'<path d="M-5 0h10" stroke="{WAIVED}" stroke-width="2.4"/>',
    "document": f'<path d="{_PAGE}" fill="{DOCUMENT}" stroke="{DOCUMENT}" stroke-width="2"/>'
    '<path d="M-4 2l3 3.5 5.5-7" fill="none" stroke="#fff" stroke-width="2"/>',
    "document_expected": f'<path d="{_PAGE}" fill="#fff" stroke="{DOCUMENT}" stroke-width="2"/>'
    f'<path d="M-4 0h8M-4 4h8" stroke="{DOCUMENT}" stroke-width="1.6"/>',
    "planned": f'<rect x="-12" y="-9" width="24" height="18" fill="#dceeee" stroke="{PLANNED_EDGE}" '
    'stroke-dasharray="4 3" stroke-width="1.5"/>',
    "absent": '<rect x="-12" y="-9" width="24" height="18" fill="#17697a"/>',
}


def mark_svg(name: str) -> str:
    """Return one mark as a small picture for a list or legend; raises KeyError for an unknown name."""
    return (
        '<svg class="nv-mark" viewBox="-14 -14 28 28" aria-hidden="true" focusable="false">'
        f"{MARKS[name]}</svg>"
    )

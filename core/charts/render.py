"""From a Vega-Lite specification to SVG: inline in the page, or as an image in the PDF.

Inline keeps the text selectable, in the page's own font, and needs no script. The charts carry no
`style` attributes, so the strict Content-Security-Policy holds.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FONTS = Path(__file__).resolve().parent.parent.parent / "static_packages/dkfds/fonts/ttf"

_READ_ALOUD = re.compile(r' (?:aria-[a-z]+|role)="[^"]*"')
_IDS = re.compile(r'(\bid="|url\(#|href="#)')
_SIZE = re.compile(r'<svg[^>]* viewBox="0 0 ([\d.]+) ([\d.]+)"')


@cache
def _engine() -> Any:
    """Import the renderer on first use (half a second and 60 MB) and give it our font, if it is there."""
    import vl_convert

    if FONTS.is_dir():
        vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def render_svg(spec: dict[str, Any]) -> str:
    """Draw a specification as an SVG string, aria-hidden: the wrapper around it says what it shows.

    About 30 ms, nothing when the same specification was drawn before. Raises ValueError on a bad specification.
    """
    return _render(json.dumps(spec, ensure_ascii=False, sort_keys=True))


@lru_cache(maxsize=256)
def _render(spec: str) -> str:
    """Draw, drop the renderer's English descriptions, and make ids unique to this drawing."""
    svg = str(_engine().vegalite_to_svg(spec, allowed_base_urls=[]))
    svg = _READ_ALOUD.sub("", svg)
    prefix = "v" + hashlib.sha256(spec.encode()).hexdigest()[:8]
    svg = _IDS.sub(rf"\g<1>{prefix}", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def data_uri(svg: str) -> str:
    """Return an SVG as an address for `<img src>`; the PDF needs images to carry their alternative text."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def size(svg: str) -> tuple[int, int]:
    """Return a drawing's width and height in pixels; raises ValueError when it has no viewBox."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError("The drawing has no viewBox")
    return round(float(found[1])), round(float(found[2]))

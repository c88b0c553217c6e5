"""What every full page shows around its content, as a template context processor.

The frame knows no business: who may see which entry is decided by the composition root, whose
function is named in `settings.NAVIGATION` ("package.module.function") and takes the request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string


class NavEntry(NamedTuple):
    """One entry of the main menu; `active` marks the part of the product the page belongs to."""

    label: str
    url: str
    active: bool = False


class Link(NamedTuple):
    """One link in the footer."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PageFrame:
    """The data of header, menu and footer. Empty strings leave their part out."""

    nav: Sequence[NavEntry] = ()
    municipality: str = ""
    user_name: str = ""
    role_label: str = ""
    home_url: str = "/"
    logout_url: str = ""
    search_url: str = ""
    new_url: str = ""
    new_label: str = ""
    single_keys: bool = True
    footer_links: Sequence[Link] = ()


def build_frame(request: HttpRequest) -> PageFrame:
    """Ask the function named in settings.NAVIGATION; without one the frame is empty."""
    dotted_path = getattr(settings, "NAVIGATION", "")
    if not dotted_path:
        return PageFrame()
    navigation = cast(Callable[[HttpRequest], PageFrame], import_string(dotted_path))
    return navigation(request)


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates `page` (PageFrame), computed only when a template asks for it, so fragments pay nothing."""
    return {"page": SimpleLazyObject(lambda: build_frame(request))}

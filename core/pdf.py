"""HTML to tagged PDF (PDF/UA-1): letters, minutes and reports.

WeasyPrint may fetch our own static files and data URIs and nothing else, so that no text in a document can make the
server call out.
"""

import mimetypes
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

_BASE = "https://naervaer.invalid/"


class AssetNotFoundError(ValueError):
    """A document names a file that is not one of our static files."""


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render a template that extends `print.html`. Takes a tenth of a second and up; long documents belong in a job."""
    import weasyprint  # heavy: only where a document is made

    html = render_to_string(template, context)
    document = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=_fetcher())
    pdf: bytes = document.write_pdf(pdf_variant="pdf/ua-1", optimize_images=True)
    return pdf


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticFetcher(URLFetcher):  # type: ignore[misc]
        """Answers addresses below STATIC_URL from the static files themselves."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = asset_path(url)
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(
                url, path.read_bytes(), {"Content-Type": kind}
            )  # without it, CSS is ignored

    return StaticFetcher(allowed_protocols=["data"])


def asset_path(url: str) -> Path:
    """The file behind an address in a document. Raises AssetNotFoundError for anything but our static files."""
    parts = urlsplit(url)
    prefix = "/" + settings.STATIC_URL.strip("/") + "/"
    if f"{parts.scheme}://{parts.netloc}/" != _BASE or not parts.path.startswith(prefix):
        raise AssetNotFoundError(url)
    name = unquote(parts.path.removeprefix(prefix))
    try:
        found = finders.find(name)
        if found is None and staticfiles_storage.exists(name):  # collected and hashed, as in production
            found = staticfiles_storage.path(name)
    except SuspiciousFileOperation as error:  # it climbs out of the folder
        raise AssetNotFoundError(url) from error
    if found is None:
        raise AssetNotFoundError(url)
    return Path(str(found))

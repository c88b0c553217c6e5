"""HTML to PDF: tagged, in our own fonts, and reaching nothing but our own static files."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.template import engines
from django.test import override_settings
from pypdf import PdfReader

from core import pdf
from core.pdf import AssetNotFoundError, asset_path, render_pdf

LETTER = """{% extends "print.html" %}{% block title %}Indkaldelse{% endblock %}{% block heading %}Indkaldelse til
samtale{% endblock %}{% block content %}<p>Vi ses <b>tirsdag</b> på Åvej.</p>EXTRA{% endblock %}"""
DOT = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI5IiBoZWlnaHQ9IjkiLz4="


def letter(monkeypatch: Any, extra: str = "") -> PdfReader:
    template = engines["django"].from_string(LETTER.replace("EXTRA", extra))
    monkeypatch.setattr(pdf, "render_to_string", lambda name, context: template.render(context))
    return PdfReader(io.BytesIO(render_pdf("letter.html", {})))


def embedded_fonts(document: PdfReader) -> dict[str, bool]:
    found = {}
    for page in document.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            file = {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
            found[str(inner["/BaseFont"])] = bool(file)
    return found


def test_tagged_and_in_danish(monkeypatch: Any) -> None:
    document = letter(monkeypatch)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert document.metadata is not None
    assert document.metadata.title == "Indkaldelse"
    assert "Åvej" in document.pages[0].extract_text()


def test_our_fonts_are_embedded_and_no_other(monkeypatch: Any) -> None:
    fonts = embedded_fonts(letter(monkeypatch))
    assert len(fonts) == 2
    assert all("IBM-Plex-Sans" in name for name in fonts)
    assert all(fonts.values())


def test_images_inside_the_document_are_drawn(monkeypatch: Any) -> None:
    assert len(letter(monkeypatch, f'<img alt="En prik" src="{DOT}">').pages) == 1


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:1/a.png", "https://example.org/a.png", "file:///etc/hostname", "//example.org/a.png"],
)
def test_nothing_outside_is_fetched(monkeypatch: Any, address: str) -> None:
    """Not even tried: the fetcher knows static files and data, and a name lookup would be a connection."""
    import socket

    tried: list[Any] = []
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: tried.append(a))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: tried.append(a))
    opened: list[str] = []
    read = Path.read_bytes

    def watched(self: Path) -> bytes:
        opened.append(str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", watched)
    letter(monkeypatch, f'<img alt="Udefra" src="{address}">')
    assert tried == []
    assert opened
    assert all("hostname" not in name for name in opened)


@pytest.mark.parametrize(
    "address",
    [
        "https://naervaer.invalid/static/findes/ikke.css",
        "https://naervaer.invalid/static/../config/settings.py",
        "https://naervaer.invalid/static/%2e%2e/%2e%2e/etc/hostname",
        "https://naervaer.invalid/media/a.pdf",
        "https://naervaer.invalid.example.org/static/naervaer/print.css",
        "http://naervaer.invalid/static/naervaer/print.css",
        "file:///static/naervaer/print.css",
    ],
)
def test_only_static_files_have_a_path(address: str) -> None:
    with pytest.raises(AssetNotFoundError):
        asset_path(address)


def test_a_static_file_has_one() -> None:
    found = asset_path("https://naervaer.invalid/static/naervaer/print.css?v=1")
    assert found.name == "print.css"
    assert found.is_file()


def test_collected_and_hashed_files_are_found_as_in_production(tmp_path: Path, monkeypatch: Any) -> None:
    """With a manifest, addresses in pages and style sheets carry a hash that the sources do not have."""
    source = Path(asset_path("https://naervaer.invalid/static/naervaer/print.css")).parent.parent
    fonts = asset_path("https://naervaer.invalid/static/dkfds/fonts/ttf/IBMPlexSans-Regular.ttf")
    sources = tmp_path / "sources"
    (sources / "naervaer").mkdir(parents=True)
    (sources / "dkfds/fonts").mkdir(parents=True)
    (sources / "naervaer/print.css").write_bytes((source / "naervaer/print.css").read_bytes())
    (sources / "dkfds/fonts/ttf").symlink_to(fonts.parent)
    storages = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path / "collected", STATICFILES_DIRS=[sources]):
        from django.contrib.staticfiles import finders

        finders.get_finder.cache_clear()
        try:
            call_command("collectstatic", interactive=False, verbosity=0)
            from django.templatetags.static import static

            assert static("naervaer/print.css") != "/static/naervaer/print.css"
            assert len(embedded_fonts(letter(monkeypatch))) == 2
            assert all(embedded_fonts(letter(monkeypatch)).values())
        finally:
            finders.get_finder.cache_clear()

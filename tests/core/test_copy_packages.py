"""Collecting browser assets: what hashed static storage would stumble over is gone, and nothing needed is missing."""

import importlib.util
from pathlib import Path

import pytest

_SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "copy_packages.py"
_spec = importlib.util.spec_from_file_location("copy_packages", _SCRIPT)
copy_packages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(copy_packages)

CSS = (
    "@font-face{font-family:Plex;src:url(../fonts/a.eot),url(../fonts/a.woff2) format('woff2'),url(../fonts/a.ttf)}"
    '.x{background:url(../img/plus.svg)}.y{background:url("../img/plus.svg")}\n/*# sourceMappingURL=dkfds.min.css.map*/'
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project folder whose node_modules hold the packages in small."""
    files = {
        copy_packages.STYLESHEET: CSS,
        "dkfds/dist/fonts/a.woff2": "font",
        "dkfds/dist/img/plus.svg": "<svg/>",
        **dict.fromkeys(copy_packages.PLAIN_FILES, "plain"),
        **dict.fromkeys(copy_packages.SCRIPTS, "let a = 1;\n//# sourceMappingURL=x.js.map"),
    }
    for name, text in files.items():
        path = tmp_path / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_only_what_pages_ask_for_is_copied_and_every_reference_resolves(project):
    count, _size = copy_packages.copy_packages(project)
    target = project / "static_packages"
    css = (target / "dkfds/css/dkfds.min.css").read_text()
    assert 'src:url(../fonts/a.woff2) format("woff2")' in css
    assert ".eot" not in css
    assert ".ttf" not in css
    assert "sourceMappingURL" not in css + (target / "vega/vega.min.js").read_text()
    assert (target / "dkfds/fonts/a.woff2").is_file()
    assert (target / "dkfds/img/plus.svg").is_file()
    assert count == len(copy_packages.PLAIN_FILES) + len(copy_packages.SCRIPTS) + 3


def test_a_missing_package_is_named_and_the_working_copy_stays(project):
    copy_packages.copy_packages(project)
    (project / "node_modules/vega/build/vega.min.js").unlink()
    with pytest.raises(SystemExit, match=r"vega\.min\.js is missing. Run 'make setup'"):
        copy_packages.copy_packages(project)
    assert (project / "static_packages/vega/vega.min.js").is_file()

#!/usr/bin/env python3
"""Copy the browser assets the pages need from node_modules to static_packages.

The packages hold thousands of files that no page asks for (source maps, every font weight in five
formats, 150 megabytes of Vega sources). Collecting all of it takes a minute; this takes a moment.
Standard library only, since it runs before anything is installed.

Usage: python scripts/copy_packages.py [PROJECT_FOLDER]; exits 1 and says what is missing when
node_modules is not there or a package changed its layout.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

# Copied as they are: path in node_modules -> path in static_packages.
PLAIN_FILES = {
    "dkfds/dist/img/all-svg-icons.svg": "dkfds/img/all-svg-icons.svg",
    "dkfds/dist/LICENSE.md": "dkfds/LICENSE.md",
    # vl-convert measures text in our SVG charts with these; browsers never load them
    "dkfds/dist/fonts/IBMPlexSans/complete/ttf/IBMPlexSans-Regular.ttf": "dkfds/fonts/ttf/IBMPlexSans-Regular.ttf",
    "dkfds/dist/fonts/IBMPlexSans/complete/ttf/IBMPlexSans-SemiBold.ttf": "dkfds/fonts/ttf/IBMPlexSans-SemiBold.ttf",
}
# Copied without their "sourceMappingURL" comment: hashed static storage would demand the map too.
SCRIPTS = {
    "dkfds/dist/js/dkfds.min.js": "dkfds/js/dkfds.min.js",
    "vega/build/vega.min.js": "vega/vega.min.js",
    "vega-lite/build/vega-lite.min.js": "vega/vega-lite.min.js",
    "vega-embed/build/vega-embed.min.js": "vega/vega-embed.min.js",
}
STYLESHEET = "dkfds/dist/css/dkfds.min.css"

SOURCE_MAP = re.compile(r"(?:/\*|//)[#@] ?sourceMappingURL=[^\s*]+(?: ?\*/)?")
FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
FONT_SOURCE = re.compile(r"src:[^;}]*")
WOFF2 = re.compile(r"url\([^)]*\.woff2\)")
REFERENCE = re.compile(r"url\(['\"]?(\.\./[^)'\"?#]+)")


def woff2_only(font_face: re.Match[str]) -> str:
    """Return one @font-face rule with only its woff2 source; rules without one stay as they are."""
    rule = font_face.group(0)
    woff2 = WOFF2.search(rule)
    if woff2 is None:
        return rule
    return FONT_SOURCE.sub(f'src:{woff2.group(0)} format("woff2")', rule, count=1)


def read(path: Path) -> str:
    """Read a packaged text file, or end the program with a message that says what to do."""
    if not path.is_file():
        sys.exit(f"{path} is missing. Run 'make setup', which installs the packages in package.json.")
    return path.read_text(encoding="utf-8")


def write(path: Path, text: str) -> None:
    """Write a text file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def copy(source: Path, target: Path) -> None:
    """Copy one file as it is, or end the program with a message when it is not there."""
    if not source.is_file():
        sys.exit(f"{source} is missing. Run 'make setup', which installs the packages in package.json.")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def copy_stylesheet(modules: Path, target: Path) -> None:
    """Copy dkfds' stylesheet, every picture and font it refers to, and nothing else."""
    source = modules / STYLESHEET
    css = FONT_FACE.sub(woff2_only, SOURCE_MAP.sub("", read(source)))
    write(target / "dkfds/css/dkfds.min.css", css)
    for reference in sorted(set(REFERENCE.findall(css))):
        inside = reference.removeprefix("../")
        copy(source.parent.parent / inside, target / "dkfds" / inside)


def copy_packages(project: Path) -> tuple[int, int]:
    """Rebuild PROJECT/static_packages; returns (number of files, bytes)."""
    modules = project / "node_modules"
    # Built beside and swapped in: a broken copy never replaces a working one.
    fresh = project / "static_packages.new"
    target = project / "static_packages"
    shutil.rmtree(fresh, ignore_errors=True)
    for source, name in PLAIN_FILES.items():
        copy(modules / source, fresh / name)
    for source, name in SCRIPTS.items():
        write(fresh / name, SOURCE_MAP.sub("", read(modules / source)))
    copy_stylesheet(modules, fresh)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    files = [path for path in target.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files)


def main() -> None:
    """Run from the command line."""
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    count, size = copy_packages(project)
    print(f"static_packages: {count} files, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Uploaded files on disk, from the check until they are read or a day old: DATA_DIR/uploads/<municipality>/<job>."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from core.importing.kinds import all_kinds

KEPT_SECONDS = 24 * 60 * 60


def file_name(given: str) -> str | None:
    """The name of ours that an uploaded file's name says: units.csv, Units (2).CSV, udtræk-units-2026.csv. None if none."""
    stem = Path(given.lower()).name.rsplit(".", 1)[0]
    hits = [kind.name for kind in all_kinds() if kind.name.rsplit(".", 1)[0] in stem]
    return max(hits, key=len, default=None)


def folder_of(municipality_id: int, job_id: int) -> Path:
    """Where the files of a check lie."""
    return Path(settings.DATA_DIR) / "uploads" / str(municipality_id) / str(job_id)


def keep(municipality_id: int, job_id: int, files: Mapping[str, UploadedFile[Any]]) -> None:
    """Write the files of a check to disk under their own names."""
    folder = folder_of(municipality_id, job_id)
    folder.mkdir(parents=True, mode=0o700)
    for name, file in files.items():
        with (folder / name).open("wb") as target:
            for part in file.chunks():
                target.write(part)


def paths(municipality_id: int, job_id: int) -> list[Path]:
    """The kept files; empty when they are gone."""
    folder = folder_of(municipality_id, job_id)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def discard(municipality_id: int, job_id: int) -> None:
    """Delete the files of a check, if they are there."""
    shutil.rmtree(folder_of(municipality_id, job_id), ignore_errors=True)


def discard_old(municipality_id: int) -> None:
    """Delete what nobody came back for within a day."""
    home = folder_of(municipality_id, 0).parent
    limit = time.time() - KEPT_SECONDS
    for folder in home.iterdir() if home.is_dir() else ():
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)

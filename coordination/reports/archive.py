"""Where finished reports lie: below DATA_DIR, a folder per municipality, a file per job."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from django.conf import settings


def report_path(municipality_id: int, job_id: int) -> Path:
    """The file of a job's report, whether it is there or not."""
    return Path(settings.DATA_DIR) / "reports" / str(municipality_id) / f"{job_id}.pdf"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it. Raises OSError; then what was there before is untouched."""
    half = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise

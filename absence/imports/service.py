"""One import of a municipality's files, with its job row and the news to the apps above."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pghistory
from django.db.models.functions import Now

from absence.importers.absence_days import ABSENCE_DAYS
from absence.importers.absences import ABSENCES
from absence.importers.partial import PARTIAL
from absence.signals import absences_changed
from core.database_roles import refresh_statistics
from core.formats import format_count
from core.importing import kinds
from core.importing.results import Outcome
from core.importing.run import Progress, import_files
from core.importing.staging import Staging
from core.models import Job
from organisation.models import User

JOB_KIND = "import"
# Above this, "perhaps any" is cheaper to act on than a list.
_NAMED_AT_MOST = 5_000


def known_files(folder: Path) -> tuple[list[Path], list[str]]:
    """Files of the folder that we read, and names of other CSV files there."""
    found = sorted(path for path in folder.iterdir() if path.is_file())
    known = [path for path in found if kinds.find(path.name) is not None]
    others = [path.name for path in found if path not in known and path.suffix.lower() == ".csv"]
    return known, others


def run_import(
    paths: Sequence[Path],
    *,
    by: User | None,
    today: date,
    apply: bool,
    progress: Progress | None = None,
) -> Outcome:
    """Check the files and, when no row is rejected and `apply`, write them, in the caller's transaction.

    Raises StoppedByDatabase with nothing written.
    """
    with pghistory.context(user=by.pk if by is not None else None, page="import"):
        return import_files(
            paths,
            by_id=by.pk if by is not None else None,
            today=today,
            apply=apply,
            progress=progress,
            after=_tell,
        )


def record_job(outcome: Outcome, *, by: User | None) -> Job:
    """The job row of an import that ran without the page: it tells who and when for rosters and payroll days."""
    return Job.objects.create(
        kind=JOB_KIND,
        title=f"Indlæsning af {format_count(len(outcome.files), 'fil', 'filer')}",
        status=Job.Status.DONE,
        result=outcome.as_json(),
        created_by=by,
        started_at=Now(),
        finished_at=Now(),
    )


def _tell(staging: Staging) -> None:
    """Send absences_changed with the absences the files touched; None when people or units changed too."""
    refresh_statistics()
    others = [kind for kind in kinds.all_kinds() if kind not in (ABSENCES, PARTIAL, ABSENCE_DAYS)]
    if any(_touched(staging, kind.table) for kind in others):
        absences_changed.send(Staging, absence_ids=None)
        return
    queries = []
    if _touched(staging, ABSENCES.table) or _touched(staging, PARTIAL.table):
        queries += [
            f"""SELECT a.id FROM absence_sicknotification a JOIN {table} s ON a.external_id = s.absence_id
                WHERE a.municipality_id = %(m)s AND s.action <> 'same'"""
            for table in (ABSENCES.table, PARTIAL.table)
        ]
    if _touched(staging, ABSENCE_DAYS.table):
        queries += [
            "SELECT target_pk FROM import_days WHERE target_pk IS NOT NULL",
            "SELECT unnest(joined) FROM import_runs",
        ]
    if queries:
        ids = [row[0] for row in staging.rows(f"{' UNION '.join(queries)} LIMIT {_NAMED_AT_MOST + 1}")]
        absences_changed.send(Staging, absence_ids=ids if len(ids) <= _NAMED_AT_MOST else None)


def _touched(staging: Staging, table: str) -> bool:
    return staging.any(f"SELECT 1 FROM {table} WHERE action IN ('new', 'changed')")

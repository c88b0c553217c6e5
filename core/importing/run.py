"""One import from files to rows: read, check everything, and only then write, in one transaction."""

import logging
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

import pandas as pd
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from core.importing import kinds
from core.importing.kinds import FileKind
from core.importing.results import FileRefused, FileResult, Outcome
from core.importing.source import SourceFile, open_source
from core.importing.staging import Staging
from core.tenancy import require

log = logging.getLogger(__name__)
# One import at a time per municipality; the second waits. The number only has to be ours.
LOCK_CLASS = 7_411_001


class Progress(Protocol):
    """Told how far the work is: what is being done, and parts of the whole."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


class StoppedByDatabase(Exception):
    """A constraint said no to something the checks let through. The message is Danish."""


def import_files(
    paths: Sequence[Path],
    *,
    by_id: int | None,
    today: date,
    apply: bool,
    progress: Progress | None = None,
    after: Callable[[Staging], None] | None = None,
) -> Outcome:
    """Read the files in their right order and, when no row is rejected and `apply`, write them.

    Runs for the current municipality inside the caller's transaction (temporary tables need one). Files of unknown
    names are the caller's to leave out. `after` runs when everything is written. Raises StoppedByDatabase, with
    nothing written.
    """
    work = _Import(paths, by_id=by_id, today=today, progress=progress or _silent)
    outcome = work.check()
    if apply and outcome.ok:
        work.apply(after)
        outcome.applied = True
    return outcome


def _silent(step: str, done: int, total: int) -> None:
    """Nobody watches."""


class _Import:
    """The steps of one import. Progress counts bytes read; checking and writing weigh as much as reading again."""

    def __init__(self, paths: Sequence[Path], *, by_id: int | None, today: date, progress: Progress) -> None:
        named = [(kinds.find(path.name), path) for path in paths]
        self.files = sorted(
            ((kind, path) for kind, path in named if kind is not None), key=lambda pair: pair[0].order
        )
        self.staging = Staging(municipality_id=require(), by_id=by_id, today=today)
        self.progress = progress
        self.size = max(sum(path.stat().st_size for _, path in self.files), 1)
        self.sources: dict[str, SourceFile] = {}
        self.refused: dict[str, FileResult] = {}

    def check(self) -> Outcome:
        """Read and check everything; nothing is written outside temporary tables."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, require()])
        self.staging.create()
        done = 0
        for kind, path in self.files:
            self._read(kind, path, done)
            done += path.stat().st_size
        given = [kind for kind, _ in self.files if kind.name in self.sources]
        for position, kind in enumerate(given):
            self.progress(
                f"Kontrollerer {kind.name}",
                self.size + self.size * position // (2 * len(given)),
                3 * self.size,
            )
            kind.check(self.staging)
        for kind in given:
            kind.plan(self.staging)
        return Outcome([self._result(kind) for kind, _ in self.files])

    def apply(self, after: Callable[[Staging], None] | None) -> None:
        """Write every file, in order; all constraints are asked before this returns. Raises StoppedByDatabase."""
        given = [kind for kind, _ in self.files]
        try:
            with transaction.atomic():
                for position, kind in enumerate(given):
                    done = 3 * self.size // 2 + 3 * self.size // 2 * position // (len(given) + 1)
                    self.progress(f"Gemmer {kind.name}", done, 3 * self.size)
                    if self._has_work(kind):
                        kind.apply(self.staging)
                self.progress("Kontrollerer det, der er gemt", 3 * self.size - 1, 3 * self.size)
                self.staging.execute("SET CONSTRAINTS ALL IMMEDIATE")
                self.staging.execute("SET CONSTRAINTS ALL DEFERRED")
                self.staging.release()
                if after is not None:
                    after(self.staging)
        except DatabaseError as error:
            constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
            log.error(
                "An import was stopped by the database: %s, constraint %s", type(error).__name__, constraint
            )
            raise StoppedByDatabase(_explain(constraint)) from error
        self.progress("Færdig", 3 * self.size, 3 * self.size)

    def _has_work(self, kind: FileKind) -> bool:
        """Writing nothing must not even touch the tables: figures are told of every statement."""
        return self.staging.any(f"SELECT 1 FROM {kind.table} WHERE action IN ('new', 'changed')")

    def _read(self, kind: FileKind, path: Path, before: int) -> None:
        self.progress(f"Læser {kind.name}", before, 3 * self.size)
        try:
            source = open_source(path, kind, max_bytes=settings.IMPORT_MAX_BYTES)
            rows, total = 0, max(len(source.lines), 1)
            for frame in source.chunks(kind):
                self.staging.add(kind, source, frame)
                rows += len(frame)
                self.progress(
                    f"Læser {kind.name}", before + path.stat().st_size * rows // total, 3 * self.size
                )
            self.staging.finish(kind, source)
        except FileRefused as refusal:
            self._refuse(kind, refusal)
            return
        except pd.errors.ParserError:
            self._refuse(
                kind,
                FileRefused("Filen kan ikke deles i rækker og kolonner. Tjek anførselstegn og skilletegn."),
            )
            return
        self.sources[kind.name] = source

    def _refuse(self, kind: FileKind, refusal: FileRefused) -> None:
        self.staging.execute(f"DELETE FROM {kind.table}")
        self.staging.execute("DELETE FROM import_error WHERE file = %(file)s", file=kind.name)
        self.staging.unreadable.add(kind.name)
        self.refused[kind.name] = FileResult(kind.name, rejected=1, problems=1, errors=[refusal.error])

    def _result(self, kind: FileKind) -> FileResult:
        refused = self.refused.get(kind.name)
        return refused if refused is not None else self.staging.result(kind, self.sources[kind.name])


def _explain(constraint: str | None) -> str:
    if constraint is not None and "overlap" in constraint:
        return (
            "Intet er ændret. Mens filerne blev læst, blev der gemt noget andet, som overlapper. Prøv igen."
        )
    return (
        "Intet er ændret. Databasen sagde nej til rækkerne. Prøv igen, og kontakt den systemansvarlige, hvis det "
        "sker igen."
    )

"""`import_files SLUG FOLDER [--dry-run]`: the files of docs/import-files.md that lie in a folder, all or nothing."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from absence.imports.service import known_files, record_job, run_import
from core.clock import today
from core.commands import TenantCommand
from core.importing import kinds
from core.importing.results import FileResult, Outcome
from core.importing.run import StoppedByDatabase

_SECONDS_BETWEEN_LINES = 2.0


class Command(TenantCommand):
    """Prints counts per file, and each rejected row as `file:line: column: message`."""

    help = "Indlæs filer fra en mappe. Er der fejl i én række, ændres intet."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="mappen med filerne")
        parser.add_argument("--dry-run", action="store_true", help="vis kun, hvad der ville ske")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check and apply. Raises CommandError (exit code 1) when the folder or a row of it is not right."""
        paths = self._files(options["folder"])
        with self.inside(options["slug"]):
            try:
                outcome = run_import(
                    paths,
                    by=None,
                    today=today(),
                    apply=not options["dry_run"],
                    progress=_Printer(self.stderr),
                )
            except StoppedByDatabase as stopped:
                raise CommandError(str(stopped)) from stopped
            if outcome.applied and outcome.to_do:
                record_job(outcome, by=None)
        self._print(outcome)
        if not outcome.ok:
            raise CommandError("Intet er ændret. Ret rækkerne, og kør igen.")
        if not outcome.applied:
            self.stdout.write("Intet er ændret: det var en prøve.")

    def _files(self, folder: Path) -> list[Path]:
        if not folder.is_dir():
            raise CommandError(f"Mappen {folder} findes ikke. Skriv stien til en mappe.")
        paths, others = known_files(folder)
        for name in others:
            self.stderr.write(f"{name} indlæses ikke her og er sprunget over.")
        twice = [path.name for path in paths if sum(path.name.lower() == p.name.lower() for p in paths) > 1]
        if twice:
            raise CommandError(
                f"Det er den samme slags fil: {', '.join(twice)}. Lad kun den ene ligge i mappen."
            )
        if not paths:
            names = ", ".join(kind.name for kind in kinds.all_kinds())
            raise CommandError(f"Der er ingen filer at indlæse i {folder}. Filerne hedder {names}.")
        return paths

    def _print(self, outcome: Outcome) -> None:
        for file in outcome.files:
            self.stdout.write(_counts(file))
            for note in file.notes:
                self.stdout.write(f"  {note}")
        for file in outcome.files:
            for error in file.errors:
                self.stdout.write(error.as_line(file.name))
            if file.problems > len(file.errors):
                self.stdout.write(f"{file.name}: og {file.problems - len(file.errors)} fejl mere.")


def _counts(file: FileResult) -> str:
    return (
        f"{file.name}: read {file.read}, created {file.created}, changed {file.changed}, "
        f"unchanged {file.unchanged}, rejected {file.rejected}"
    )


class _Printer:
    """Progress on stderr: a line per step, and now and then within one."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.step, self.at = stream, "", 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step != self.step or now - self.at >= _SECONDS_BETWEEN_LINES:
            self.step, self.at = step, now
            self.stream.write(f"{100 * done // max(total, 1):3d} % {step}")
            sys.stderr.flush()

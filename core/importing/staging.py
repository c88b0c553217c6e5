"""The files as temporary tables, where they are checked against each other and against what is stored.

A row that cannot be used stays in its table marked `bad`, so that other files may still refer to it without adding
errors of their own.
"""

import io
from datetime import date
from typing import Any

import pandas as pd
from django.db import connection

from core.importing import kinds
from core.importing.cells import LOOKS_LIKE_CPR, CellError
from core.importing.kinds import Column, FileKind
from core.importing.results import SHOWN_ERRORS, FileResult, RowError, RowPreview, differences
from core.importing.source import SourceFile, parse_text

PREVIEW_ROWS = 25
# Work memory of the one transaction: sorts of hundreds of thousands of rows stay off the disk.
_WORK_MEMORY = "128MB"


class Staging:
    """The temporary tables of one import, and the facts that checks and writes need.

    `facts` are bound in every statement as %(m)s (municipality), %(by)s (user or NULL) and %(today)s.
    """

    def __init__(self, *, municipality_id: int, by_id: int | None, today: date) -> None:
        self.municipality_id, self.by_id, self.today = municipality_id, by_id, today
        self.facts: dict[str, Any] = {"m": municipality_id, "by": by_id, "today": today}
        self.columns: dict[str, frozenset[str]] = {}
        # Files that could not be read at all; nobody is blamed for pointing into them.
        self.unreadable: set[str] = set()
        self.notes: dict[str, list[str]] = {}
        self._parsed: dict[tuple[str, str], dict[str, tuple[str | None, str]]] = {}

    # --- Statements ---------------------------------------------------------------------------------------

    def execute(self, sql: str, **parameters: Any) -> int:
        """Run one statement; returns the number of rows it touched."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.facts, **parameters})
            return int(cursor.rowcount)

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """All rows of a query; for few rows."""
        with connection.cursor() as cursor:
            cursor.execute(sql, {**self.facts, **parameters})
            return list(cursor.fetchall())

    def value(self, sql: str, **parameters: Any) -> Any:
        """The first column of the first row, or None."""
        found = self.rows(sql, **parameters)
        return found[0][0] if found else None

    def analyze(self, kind: FileKind) -> None:
        """Tell the planner about columns that checks have filled in."""
        self.execute(f"ANALYZE {kind.table}")

    def any(self, sql: str, **parameters: Any) -> bool:
        """Whether the query has a row."""
        return bool(self.value(f"SELECT EXISTS ({sql})", **parameters))

    # --- Making the tables --------------------------------------------------------------------------------

    def create(self) -> None:
        """Empty tables for every known file, gone at the end of the transaction."""
        self.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        # Rows written a moment ago are unknown to the planner, and it would visit a "nearly empty" table once for each
        # of hundreds of thousands of rows. Hashing is right for sets of every size.
        self.execute("SET LOCAL enable_nestloop = off")
        # A killed worker must not leave its statement running with everything locked.
        self.execute("SET LOCAL client_connection_check_interval = '5s'")
        self._make("import_error", "file text, line int, col text, message text")
        for kind in kinds.all_kinds():
            fields = ", ".join(f"{column.column} {column.sql}" for column in kind.columns)
            extra = "".join(f", {part}" for part in kind.extra)
            self._make(kind.table, f"line int, bad boolean DEFAULT false, action text, {fields}{extra}")

    def release(self) -> None:
        """Give the planner its freedom back for what others do in the same transaction."""
        self.execute("SET LOCAL enable_nestloop = on")

    def make(self, table: str, query: str, **parameters: Any) -> None:
        """A further temporary table from a query, with statistics."""
        self.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        self.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {query}", **parameters)
        self.execute(f"ANALYZE {table}")

    def _make(self, table: str, columns: str) -> None:
        self.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        self.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")

    # --- Filling them -------------------------------------------------------------------------------------

    def add(self, kind: FileKind, source: SourceFile, frame: pd.DataFrame) -> None:
        """Stage one piece of a file; cells that cannot be understood become errors and NULL."""
        out = pd.DataFrame({"line": frame.index})
        bad = pd.Series(False, index=frame.index)
        errors: list[pd.DataFrame] = []
        used = [column for column in kind.columns if column.name in frame.columns]
        for column in used:
            texts, messages = self._column(kind, column, frame[column.name])
            out[column.column] = texts.to_numpy(dtype=object)
            if messages is not None:
                wrong = messages.notna() & (messages != "")
                if wrong.any():
                    bad |= wrong
                    errors.append(
                        pd.DataFrame(
                            {"line": frame.index[wrong], "col": column.name, "message": messages[wrong]}
                        )
                    )
        out["bad"] = bad.to_numpy()
        self._copy(kind.table, out)
        for part in errors:
            part.insert(0, "file", kind.name)
            self._copy("import_error", part)

    def finish(self, kind: FileKind, source: SourceFile) -> None:
        """After the last piece: rows with a wrong number of fields, notes, statistics and indexes."""
        self.columns[kind.name] = source.present(kind)
        self.notes[kind.name] = list(source.notes)
        if len(source.rejected):
            self._copy("import_error", source.rejected.assign(file=kind.name, col="-"))
        self.execute(f"CREATE INDEX ON {kind.table} (line)")
        for fields in kind.indexes:
            self.execute(f"CREATE INDEX ON {kind.table} ({fields})")
        self.execute(f"ANALYZE {kind.table}")

    def _column(self, kind: FileKind, column: Column, raw: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """PostgreSQL's text for each cell (None is NULL) and a message for each wrong one."""
        if column.parse is None and not column.few:
            texts, messages = parse_text(column, raw)
            if column.filled and (texts == "").any():
                messages = pd.Series("", index=raw.index, dtype="object") if messages is None else messages
                messages[texts == ""] = _EMPTY
            return texts.astype(object).where(texts != "", None), messages
        known = self._parsed.setdefault((kind.name, column.name), {})
        categories = raw.astype("category").cat
        for text in categories.categories:
            if text not in known:
                known[text] = _understand(column, str(text))
        codes = categories.codes
        texts = pd.Series([known[text][0] for text in categories.categories], dtype=object)
        result = pd.Series(texts.to_numpy()[codes], index=raw.index, dtype=object)
        said = [known[text][1] for text in categories.categories]
        if not any(said):
            return result, None
        spoken = pd.Series(said, dtype=object).to_numpy()[codes]
        return result, pd.Series(spoken, index=raw.index, dtype=object)

    def _copy(self, table: str, frame: pd.DataFrame) -> None:
        buffer = io.StringIO()
        frame.to_csv(buffer, index=False, header=False, na_rep="")
        buffer.seek(0)
        names = ", ".join(frame.columns)
        with connection.cursor() as cursor:
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT csv)", buffer)

    # --- Saying what is wrong -----------------------------------------------------------------------------

    def reject(self, kind: FileKind, column: str, query: str, **parameters: Any) -> int:
        """Reject the rows that `query` finds; it selects (line, message). Returns how many."""
        return self.execute(
            f"""WITH found (line, message) AS ({query}),
                one AS (SELECT DISTINCT ON (line) line, message FROM found ORDER BY line, message),
                said AS (INSERT INTO import_error SELECT %(file)s, line, %(column)s, message FROM one)
                UPDATE {kind.table} SET bad = true FROM one WHERE {kind.table}.line = one.line""",
            file=kind.name,
            column=column,
            **parameters,
        )

    def note(self, kind: FileKind, text: str) -> None:
        """Something people should know that is no error."""
        self.notes.setdefault(kind.name, []).append(text)

    def has(self, kind: FileKind, *names: str) -> bool:
        """Whether the file of that kind was given and has these columns."""
        return set(names) <= self.columns.get(kind.name, frozenset())

    def result(self, kind: FileKind, source: SourceFile) -> FileResult:
        """Counts, errors and the first rows that would change."""
        result = FileResult(kind.name, read_as=source.read_as, notes=self.notes.get(kind.name, []))
        read, created, changed, same = self.rows(
            f"""SELECT count(*), count(*) FILTER (WHERE action = 'new'), count(*) FILTER (WHERE action = 'changed'),
                       count(*) FILTER (WHERE action = 'same') FROM {kind.table}"""
        )[0]
        rejected, problems = self.rows(
            "SELECT count(DISTINCT line), count(*) FROM import_error WHERE file = %(file)s", file=kind.name
        )[0]
        result.read = read + len(source.rejected)
        result.created, result.changed, result.unchanged = created, changed, same
        result.rejected, result.problems = rejected, problems
        result.errors = self._shown_errors(kind, source)
        result.rows = self._previews(kind)
        return result

    def _previews(self, kind: FileKind) -> list[RowPreview]:
        """The first rows that would be created or changed, with what would be different."""
        first = self.rows(
            f"SELECT line, {kind.key}, action FROM {kind.table} WHERE action IN ('new', 'changed') "
            f"ORDER BY line LIMIT {PREVIEW_ROWS}"
        )
        if not first:
            return []
        lines = [line for line, _, _ in first]
        details = {line: (before, after) for line, before, after in self.rows(kind.detail, lines=lines)}
        return [
            RowPreview(line, str(key), action, differences(*details.get(line, (None, {}))))
            for line, key, action in first
        ]

    def _shown_errors(self, kind: FileKind, source: SourceFile) -> list[RowError]:
        found = self.rows(
            f"SELECT line, col, message FROM import_error WHERE file = %(file)s "
            f"ORDER BY line, col, message LIMIT {SHOWN_ERRORS}",
            file=kind.name,
        )
        values = source.values((line, col) for line, col, _ in found) if found else {}
        return [
            RowError(line, col, "" if message == LOOKS_LIKE_CPR else values.get((line, col), ""), message)
            for line, col, message in found
        ]


_EMPTY = "Feltet er tomt. Udfyld det."


def _understand(column: Column, text: str) -> tuple[str | None, str]:
    """(PostgreSQL's text or None, message or empty) of one text of a column."""
    plain = text.replace("\u00a0", " ").strip()
    if not plain:
        return None, _EMPTY if column.filled else ""
    if column.parse is None:
        if len(plain) > column.longest:
            return None, f"Teksten er for lang. Der er plads til {column.longest} tegn."
        return plain, ""
    try:
        return column.parse(plain), ""
    except CellError as error:
        return None, str(error)

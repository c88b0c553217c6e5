"""What came of reading files: counts, notes, and rows that must be put right."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from core.formats import format_number

# Shown per file; the rest is only counted.
SHOWN_ERRORS = 1000
_SHOWN_OF_VALUE = 80


@dataclass(frozen=True)
class RowError:
    """One thing to put right. `line` is the line in the file (the header is 1); `column` is "-" for the whole row."""

    line: int
    column: str
    value: str
    message: str

    def as_line(self, file: str) -> str:
        """`file:line: column: message`, the form that people script against. The message ends with what stands there."""
        stands = " ".join(self.value.split())
        if len(stands) > _SHOWN_OF_VALUE:
            stands = f"{stands[:_SHOWN_OF_VALUE]} …"
        told = f" Der står »{stands}«." if stands else ""
        return f"{file}:{self.line}: {self.column}: {self.message}{told}"

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "column": self.column, "value": self.value, "message": self.message}


@dataclass(frozen=True)
class RowPreview:
    """One row that would be created or changed, and how."""

    line: int
    key: str
    action: str
    changes: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "key": self.key, "action": self.action, "changes": self.changes}


def differences(before: Any, after: Any) -> list[str]:
    """What a row says (nothing stored before), or what becomes different, as `column: old → new`. JSON objects or text."""
    old, new = (json.loads(part) if isinstance(part, str) else part or {} for part in (before, after))
    if not old:
        return [f"{name}: {_spoken(value)}" for name, value in new.items() if value is not None]
    return [
        f"{name}: {_spoken(old.get(name))} → {_spoken(value)}"
        for name, value in new.items()
        if value != old.get(name)
    ]


def _spoken(value: Any) -> str:
    if value is None or value == "":
        return "tomt"
    if isinstance(value, list):
        return " ".join(_spoken(part) for part in value)
    if isinstance(value, float | int):
        return format_number(value, 2).rstrip("0").rstrip(",") if value % 1 else format_number(value)
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", str(value)):
        return ".".join(reversed(match.groups()))
    return str(value)


@dataclass
class FileResult:
    """Counts are rows of the file. `problems` counts every error, also those beyond SHOWN_ERRORS."""

    name: str
    read_as: str = ""
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: int = 0
    errors: list[RowError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rows: list[RowPreview] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "read_as": self.read_as,
            "read": self.read,
            "created": self.created,
            "changed": self.changed,
            "to_do": self.created + self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "problems": self.problems,
            "errors": [error.as_json() for error in self.errors],
            "notes": self.notes,
            "rows": [row.as_json() for row in self.rows],
        }


@dataclass
class Outcome:
    """All files of one import. `applied` is true only when the rows are in the database."""

    files: list[FileResult]
    applied: bool = False

    @property
    def rejected(self) -> int:
        return sum(file.rejected for file in self.files)

    @property
    def ok(self) -> bool:
        return self.rejected == 0

    @property
    def to_do(self) -> int:
        """Rows that would be, or were, created or changed."""
        return sum(file.created + file.changed for file in self.files)

    def as_json(self) -> dict[str, Any]:
        return {"applied": self.applied, "files": [file.as_json() for file in self.files]}


class FileRefused(Exception):
    """The file as a whole cannot be read. The message is Danish and says what to do."""

    def __init__(self, message: str, *, line: int = 1, column: str = "-") -> None:
        super().__init__(message)
        self.error = RowError(line=line, column=column, value="", message=message)

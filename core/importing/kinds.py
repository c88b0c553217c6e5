"""How a file is described: its columns, and what its app does with the staged rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.importing.cells import Parser

if TYPE_CHECKING:
    from core.importing.staging import Staging


@dataclass(frozen=True)
class Column:
    """One column of a file.

    `parse` None means text, which is only trimmed and measured. `field` is the staging column when the header is a
    word that SQL keeps for itself. `few` says that the same texts come again and again (dates, codes, hours).
    """

    name: str
    help: str
    examples: tuple[str, ...]
    parse: Parser | None = None
    sql: str = "text"
    needed: bool = False  # must be in the header
    filled: bool = False  # must be filled in on every row
    longest: int = 150
    few: bool = True
    field: str = ""

    @property
    def column(self) -> str:
        """The name in the staging table."""
        return self.field or self.name


@dataclass(frozen=True)
class FileKind:
    """One of the files of domain.md § 9, in the order `order`.

    `check` finds rows to reject once all files are staged; `plan` sets `action` ('new', 'changed' or 'same') on the
    good rows; `apply` writes. `detail` selects (line, stored, new) as JSON objects for %(lines)s, asked before writing.
    `extra` are further staging columns as SQL, for the three to share. `key` is the staging
    column that names a row to people.
    """

    name: str
    title: str
    order: int
    table: str
    key: str
    columns: tuple[Column, ...]
    check: Callable[["Staging"], None]
    plan: Callable[["Staging"], None]
    apply: Callable[["Staging"], None]
    detail: str
    extra: tuple[str, ...] = ()
    about: str = ""
    indexes: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()  # at least one of these must be in the header

    @property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


_registered: dict[str, FileKind] = {}


def register(*kinds: FileKind) -> None:
    """Make files known to the import; called from an app's `ready`."""
    for kind in kinds:
        _registered[kind.name] = kind


def all_kinds() -> list[FileKind]:
    """Every known file, in the order they are applied."""
    return sorted(_registered.values(), key=lambda kind: kind.order)


def find(name: str) -> FileKind | None:
    """The file of that name, whatever the case."""
    return _registered.get(name.lower())

"""One file on disk as rows of text: what is it, how is it written, and which line does each row stand on.

The bytes are scanned once with numpy, which knows quotes, so that every row's line and number of fields are certain;
pandas then reads the good rows in pieces. Nothing loops over rows in Python.
"""

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from core.importing.kinds import Column, FileKind
from core.importing.results import FileRefused

CHUNK_ROWS = 100_000
_BLOCK = 8 * 1024 * 1024
_SEPARATORS = {";": "semikolon", ",": "komma", "\t": "tabulator"}
_NOT_CSV = (
    (b"PK\x03\x04", "Filen er et regneark (xlsx)"),
    (b"\xd0\xcf\x11\xe0", "Filen er et regneark (xls)"),
    (b"%PDF", "Filen er en PDF"),
    (b"\x1f\x8b", "Filen er pakket (gzip)"),
)
_SAVE_AS = "Gem den som CSV (UTF-8), og vælg den igen."
_QUOTE, _NEWLINE = 34, 10
_DOUBTFUL = (
    'Et anførselstegn (") står midt i et felt sammen med et skilletegn. Slet det, eller sæt hele feltet i anførselstegn '
    'og skriv dem inde i feltet dobbelt ("").'
)


@dataclass
class SourceFile:
    """A readable file. `lines[i]` is the physical line on which good row i begins."""

    name: str
    encoding: str
    separator: str
    header: list[str]
    payload: bytes
    lines: np.ndarray
    extra_field: bool
    rejected: pd.DataFrame  # line, message: rows that cannot be divided into cells
    notes: list[str] = field(default_factory=list)

    @property
    def read_as(self) -> str:
        """For people: tegnsæt and skilletegn."""
        charset = "UTF-8" if self.encoding == "utf-8" else "Windows-1252"
        return f"{charset}, {_SEPARATORS[self.separator]}"

    def present(self, kind: FileKind) -> frozenset[str]:
        """The kind's columns that the file has."""
        return frozenset(name for name in self.header if name in kind.by_name)

    def chunks(self, kind: FileKind) -> Iterator[pd.DataFrame]:
        """The good rows, untrimmed texts, index = line in the file."""
        names = [name or f"_{i}" for i, name in enumerate(self.header)]
        wanted = [name for name in names if name in kind.by_name]
        if not len(self.lines):
            return
        few = {column.name for column in kind.columns if column.few}
        reader = pd.read_csv(
            io.BytesIO(self.payload),
            sep=self.separator,
            header=None,
            names=names + (["_extra"] if self.extra_field else []),
            usecols=wanted,
            dtype={name: "category" if name in few else "str" for name in wanted},
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            index_col=False,
            encoding=self.encoding,
            encoding_errors="replace",
            chunksize=CHUNK_ROWS,
        )
        start = 0
        for frame in reader:
            if start + len(frame) > len(self.lines):
                raise _unreadable_quotes()
            frame.index = pd.Index(self.lines[start : start + len(frame)])
            start += len(frame)
            yield frame
        if start != len(self.lines):
            raise _unreadable_quotes()

    def values(self, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], str]:
        """What stands in some (line, column) cells, as written."""
        by_line: dict[int, list[str]] = {}
        for line, column in wanted:
            by_line.setdefault(line, []).append(column)
        ends = np.flatnonzero(self._row_ends())
        found: dict[tuple[int, str], str] = {}
        for line, columns in by_line.items():
            row = int(np.searchsorted(self.lines, line))
            if row >= len(self.lines) or self.lines[row] != line:
                continue
            begin = 0 if row == 0 else int(ends[row - 1]) + 1
            text = self.payload[begin : int(ends[row]) + 1].decode(self.encoding, "replace")
            cells = next(csv.reader(io.StringIO(text), delimiter=self.separator), [])
            for column in columns:
                if column in self.header and self.header.index(column) < len(cells):
                    found[line, column] = cells[self.header.index(column)].strip()
        return found

    def _row_ends(self) -> np.ndarray:
        buffer = np.frombuffer(self.payload, dtype=np.uint8)
        ends = buffer == _NEWLINE
        if b'"' in self.payload:
            ends &= np.bitwise_xor.accumulate((buffer == _QUOTE).view(np.uint8)) == 0
        return np.asarray(ends)


def open_source(path: Path, kind: FileKind, *, max_bytes: int) -> SourceFile:
    """Read and scan a file. Raises FileRefused when no row of it can be read."""
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= max_bytes else b""
    except OSError as error:
        raise FileRefused("Filen kan ikke åbnes. Tjek, at den er der, og at Nærvær må læse den.") from error
    if size > max_bytes:
        raise FileRefused(
            f"Filen fylder {megabytes(size)}, og grænsen er {megabytes(max_bytes)}. Del den i flere filer, og indlæs dem "
            "efter hinanden."
        )
    data = _plain_bytes(data)
    encoding, data = _decode(data)
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    if not data.endswith(b"\n"):
        data += b"\n"
    skipped = 0
    if match := re.match(rb"sep=.\n", data):  # a line Excel writes for itself
        data, skipped = data[match.end() :], 1
    first, separator, header_line, header = _header(data, encoding, kind, skipped)
    source = _scan(kind.name, data[first:], encoding, separator, header, header_line)
    known = kind.by_name
    unknown = [name for name in source.header if name and name not in known]
    if unknown:
        source.notes.append(f"Kolonner, som ikke bruges, er sprunget over: {', '.join(unknown)}.")
    if not len(source.lines) and not len(source.rejected):
        source.notes.append("Filen har ingen rækker under overskriften.")
    return source


def megabytes(size: int) -> str:
    """A file size for people."""
    return f"{size / 1024 / 1024:.0f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1)} kB"


def _plain_bytes(data: bytes) -> bytes:
    for signature, what in _NOT_CSV:
        if data.startswith(signature):
            raise FileRefused(f"{what} og ikke en CSV-fil. {_SAVE_AS}")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"Filen er gemt som UTF-16. {_SAVE_AS}")
    if not data.strip(b"\xef\xbb\xbf \t\r\n;,"):
        raise FileRefused("Filen er tom. Vælg en fil med en overskrift og mindst én række.")
    sample = np.frombuffer(data[:65536], dtype=np.uint8)
    odd = np.count_nonzero((sample < 9) | ((sample > 13) & (sample < 32)))
    if odd * 50 > len(sample):
        raise FileRefused(f"Filen er ikke tekst. {_SAVE_AS}")
    nul = data.find(b"\0")
    if nul >= 0:
        raise FileRefused(
            f"Linjen indeholder tegn, som ikke er tekst (NUL). {_SAVE_AS}", line=data.count(b"\n", 0, nul) + 1
        )
    return data


def _decode(data: bytes) -> tuple[str, bytes]:
    """The encoding, and the bytes without a byte-order mark. Whatever is not UTF-8 is taken as Windows-1252."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252", data
    if b"\xcc" in data:  # å written as a + ring, as a Mac does
        data = unicodedata.normalize("NFC", text).encode("utf-8")
    return "utf-8", data


def _header(data: bytes, encoding: str, kind: FileKind, skipped: int) -> tuple[int, str, int, list[str]]:
    """(offset of the first row, separator, line of the header, lower-case names)."""
    leading = re.match(rb"[ \t;,\n]*\n", data)
    begin = leading.end() if leading else 0
    line = data.count(b"\n", 0, begin) + skipped + 1
    end = data.index(b"\n", begin)
    text = data[begin:end].decode(encoding, "replace")
    best: tuple[int, str, list[str]] = (-1, ";", [])
    for separator in _SEPARATORS:
        names = [_header_name(cell) for cell in next(csv.reader([text], delimiter=separator), [])]
        hits = sum(name in kind.by_name for name in names)
        if hits > best[0]:
            best = (hits, separator, names)
    _, separator, names = best
    _check_header(names, kind, line)
    return end + 1, separator, line, names


def _header_name(cell: str) -> str:
    return re.sub(r"\s+", "_", cell.strip().strip('"').strip().lower())


def _check_header(names: list[str], kind: FileKind, line: int) -> None:
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise FileRefused("Kolonnen står to gange i overskriften. Slet den ene.", line=line, column=twice)
    for column in kind.columns:
        if column.needed and column.name not in names:
            strangers = [name for name in names if name and name not in kind.by_name]
            near = difflib.get_close_matches(column.name, strangers, n=1, cutoff=0.7)
            hint = f" Er det den, der hedder {near[0]}?" if near else ""
            raise FileRefused(
                f"Kolonnen mangler. Overskriften skal have {', '.join(c.name for c in kind.columns if c.needed)}.{hint}",
                line=line,
                column=column.name,
            )
    if kind.one_of and not set(kind.one_of) & set(names):
        raise FileRefused(
            f"Kolonnen mangler. Overskriften skal have {' eller '.join(kind.one_of)}.",
            line=line,
            column=kind.one_of[0],
        )


def _scan(
    name: str, data: bytes, encoding: str, separator: str, header: list[str], header_line: int
) -> SourceFile:
    """Find every row's line and number of fields; take blank rows and rows with a wrong count out."""
    found = _find_rows(data, ord(separator))
    ends, physical = found.ends, found.physical
    if not len(ends) and data:
        raise _unclosed(data, header_line)
    if len(ends) and int(ends[-1]) != len(data) - 1:
        raise _unclosed(data, header_line)
    starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
    lengths = ends - starts + 1
    lines = header_line + 1 + np.concatenate(([0], physical[:-1])) if len(ends) else physical
    buffer = np.frombuffer(data, dtype=np.uint8)
    fields = found.separators + 1
    blank = lengths == fields  # nothing but separators and the line's end
    trailing = (fields == len(header) + 1) & (buffer[np.maximum(ends - 1, 0)] == ord(separator))
    doubtful = found.doubtful
    wrong = ~blank & ~trailing & ~doubtful & (fields != len(header))
    good = ~blank & ~wrong & ~doubtful
    counts, which = np.unique(fields[wrong], return_inverse=True)
    said = np.array([_wrong_count(int(count), len(header)) for count in counts], dtype=object)
    rejected = pd.concat(
        [
            pd.DataFrame({"line": lines[wrong], "message": said[which]}),
            pd.DataFrame({"line": lines[doubtful], "message": _DOUBTFUL}),
        ]
    )
    payload = data if good.all() else buffer[np.repeat(good, lengths)].tobytes()
    return SourceFile(
        name=name,
        encoding=encoding,
        separator=separator,
        header=header,
        payload=payload,
        lines=lines[good].astype(np.int64),
        extra_field=bool(trailing.any()),
        rejected=rejected,
    )


def _wrong_count(count: int, expected: int) -> str:
    return f"Rækken har {count} felter, men overskriften har {expected}. Tjek skilletegn og anførselstegn."


@dataclass(frozen=True)
class _Rows:
    """Per row: offset of its last byte, separators outside quotes, physical lines up to its end, and whether its quotes
    stand where no reader agrees what they mean."""

    ends: np.ndarray
    separators: np.ndarray
    physical: np.ndarray
    doubtful: np.ndarray


def _find_rows(data: bytes, separator: int) -> _Rows:
    """Scan the bytes block by block."""
    quoted = b'"' in data
    counted: list[tuple[np.ndarray, ...]] = []
    inside, before = np.uint8(0), _NEWLINE
    seen = np.zeros(
        4, dtype=np.int64
    )  # separators outside quotes, all separators, lines, quotes inside a field
    for begin in range(0, len(data), _BLOCK):
        block = np.frombuffer(data, dtype=np.uint8, count=min(_BLOCK, len(data) - begin), offset=begin)
        newline, sep = block == _NEWLINE, block == separator
        row_end, outside, odd = newline, sep, newline[:0]
        if quoted:
            quote = block == _QUOTE
            within = np.bitwise_xor.accumulate(quote.view(np.uint8)) ^ inside
            previous = np.concatenate(([np.uint8(before)], block[:-1]))
            fresh = (previous == separator) | (previous == _NEWLINE) | (previous == _QUOTE)
            row_end, outside, odd = (
                newline & (within == 0),
                sep & (within == 0),
                quote & (within == 1) & ~fresh,
            )
            inside, before = within[-1], int(block[-1])
        at = np.flatnonzero(row_end)
        marks = [np.flatnonzero(mask) for mask in (outside, sep, newline, odd)]
        counted.append(
            (
                at + begin,
                *(np.searchsorted(m, at, side="right") + n for m, n in zip(marks, seen, strict=True)),
            )
        )
        seen += [len(mark) for mark in marks]
    if not counted:
        empty = np.zeros(0, dtype=np.int64)
        return _Rows(empty, empty, empty, empty.astype(bool))
    ends, outside, every, physical, odd = (np.concatenate(parts) for parts in zip(*counted, strict=True))
    outside, every, odd = (np.diff(part, prepend=0) for part in (outside, every, odd))
    doubtful = (odd > 0) & ((outside != every) | (np.diff(physical, prepend=0) > 1))
    return _Rows(ends, outside, physical, doubtful)


def _unclosed(data: bytes, header_line: int) -> FileRefused:
    """The first line with an odd number of quotes is where it most likely began."""
    line = header_line
    for number, text in enumerate(io.BytesIO(data), start=header_line + 1):
        if text.count(b'"') % 2:
            line = number
            break
    return FileRefused(
        'Et anførselstegn (") bliver aldrig lukket. Slet det, eller sæt det, der mangler.', line=line
    )


def _unreadable_quotes() -> FileRefused:
    return FileRefused("Filen kan ikke deles i rækker og kolonner. Tjek anførselstegn og skilletegn.")


def parse_text(column: Column, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
    """Trimmed texts, and where not None the message for each text that is too long."""
    trimmed = texts.str.strip().str.replace("\u00a0", " ", regex=False)
    long = trimmed.str.len() > column.longest
    if not long.any():
        return trimmed, None
    messages = pd.Series("", index=texts.index, dtype="object")
    messages[long] = f"Teksten er for lang. Der er plads til {column.longest} tegn."
    return trimmed, messages

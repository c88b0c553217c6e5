"""From bytes to rows: how files are written, which line a row stands on, and what makes a file unreadable."""

from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.importing import cells, source
from core.importing.kinds import Column, FileKind
from core.importing.results import FileRefused
from core.importing.source import SourceFile


def _nothing(staging: object) -> None:
    """These tests stage nothing."""


KIND = FileKind(
    name="ting.csv", title="Ting", order=1, table="import_ting", key="ting_id",
    columns=(
        Column("ting_id", "", (), needed=True, filled=True, few=False),
        Column("name", "", (), needed=True, few=False),
        Column("hours", "", (), cells.hours_of_day, "double precision"),
    ),
    check=_nothing, plan=_nothing, apply=_nothing, detail="",
)  # fmt: skip


def opened(tmp_path: Path, data: bytes | str, *, max_bytes: int = 1_000_000) -> SourceFile:
    path = tmp_path / "ting.csv"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return source.open_source(path, KIND, max_bytes=max_bytes)


def rows(found: SourceFile) -> list[tuple[int, list[str]]]:
    frames = list(found.chunks(KIND))
    if not frames:
        return []
    frame = pd.concat([part.astype(str) for part in frames])
    return [(int(line), list(values)) for line, values in zip(frame.index, frame.to_numpy(), strict=True)]


def refusal(tmp_path: Path, data: bytes | str) -> str:
    with pytest.raises(FileRefused) as caught:
        rows(opened(tmp_path, data))
    return caught.value.error.as_line("ting.csv")


@pytest.mark.parametrize(
    ("encoding", "separator", "newline"),
    list(product(["utf-8", "utf-8-sig", "cp1252", "latin-1"], [";", ",", "\t"], ["\n", "\r\n", "\r"])),
)
def test_encodings_separators_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, newline: str
) -> None:
    text = newline.join(
        separator.join(row) for row in (("TING_ID", "Name", "hours"), ("1", "Åse Ærø", '"7,4"'))
    )
    found = opened(tmp_path, text.encode(encoding))
    assert rows(found) == [(2, ["1", "Åse Ærø", "7,4"])]
    assert found.read_as.startswith("UTF-8" if encoding.startswith("utf") else "Windows-1252")


def test_columns_in_any_order_with_strangers(tmp_path: Path) -> None:
    found = opened(tmp_path, 'cpr;hours; Name ;"ting_id"\nx;7;Per;1\n')
    assert rows(found) == [(2, ["7", "Per", "1"])]
    assert found.notes == ["Kolonner, som ikke bruges, er sprunget over: cpr."]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = 'ting_id;name;hours\n1;"Per\nBo";1\n\n;;\n2;"Gå; ud";2\n3;tre;3;4\n4;fire\n5;fem;5\n'
    found = opened(tmp_path, text)
    assert [line for line, _ in rows(found)] == [2, 6, 9]
    assert [(error.line, error.message[:25]) for error in found.rejected] == [
        (7, "Rækken har 4 felter, men "), (8, "Rækken har 2 felter, men "),
    ]  # fmt: skip
    assert found.values([(6, "name"), (2, "name"), (7, "name")]) == {
        (6, "name"): "Gå; ud",
        (2, "name"): "Per\nBo",
    }


def test_a_separator_too_many_at_the_end_of_rows_is_tolerated(tmp_path: Path) -> None:
    found = opened(tmp_path, "ting_id;name;hours\n1;Per;1;\n2;Bo;2\n")
    assert [values for _, values in rows(found)] == [["1", "Per", "1"], ["2", "Bo", "2"]]
    assert not found.rejected


def test_what_excel_adds(tmp_path: Path) -> None:
    found = opened(tmp_path, b"\xef\xbb\xbfsep=;\r\nting_id;name;hours\r\n1;Per;1\r\n;;\r\n")
    assert rows(found) == [(3, ["1", "Per", "1"])]


def test_a_ring_written_apart_becomes_one_letter(tmp_path: Path) -> None:
    assert rows(opened(tmp_path, "ting_id;name\n1;A\u030ase\n")) == [(2, ["1", "Åse"])]


def test_only_a_header_is_an_empty_delivery(tmp_path: Path) -> None:
    found = opened(tmp_path, "ting_id;name\n")
    assert rows(found) == []
    assert found.notes == ["Filen har ingen rækker under overskriften."]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ting.csv:1: -: Filen er tom."),
        (b"\xef\xbb\xbf \r\n", "ting.csv:1: -: Filen er tom."),
        (b"PK\x03\x04\x14\x00", "ting.csv:1: -: Filen er et regneark (xlsx) og ikke en CSV-fil."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "ting.csv:1: -: Filen er et regneark (xls) og ikke en CSV-fil."),
        (bytes(range(256)) * 20, "ting.csv:1: -: Filen er ikke tekst."),
        ("ting_id;name\n".encode("utf-16"), "ting.csv:1: -: Filen er gemt som UTF-16."),
        (b"ting_id;name\n1;Per\n2;B\0o\n" + b"3;Ib\n" * 40, "ting.csv:3: -: Linjen indeholder tegn, som ikke er tekst"),
        (b"ting_id;name\n1;Per\n2;\"Bo\n3;Ib\n", "ting.csv:3: -: Et anførselstegn (\") bliver aldrig lukket."),
        (b"ting_id;hours\n1;2\n", "ting.csv:1: name: Kolonnen mangler. Overskriften skal have ting_id, name."),
        (b"tingid;name\n1;2\n", "ting.csv:1: ting_id: Kolonnen mangler. Overskriften skal have ting_id, name. Er det den, der hedder tingid?"),
        (b"ting_id;name;NAME\n1;2;3\n", "ting.csv:1: name: Kolonnen står to gange i overskriften."),
    ],
)  # fmt: skip
def test_unreadable(tmp_path: Path, data: bytes, said: str) -> None:
    assert refusal(tmp_path, data).startswith(said)


def test_quotes_inside_a_field(tmp_path: Path) -> None:
    text = 'ting_id;name\n1;Per "Pelle" Holm\n2;Per "P; Q" R\n3;"Bo ""B"" Dahl"\n4; "a;b"\n5;"x"\n'
    found = opened(tmp_path, text)
    assert [values[1] for _, values in rows(found)] == ['Per "Pelle" Holm', 'Bo "B" Dahl', "x"]
    assert [(error.line, error.message[:46]) for error in found.rejected] == [
        (3, 'Et anførselstegn (") står midt i et felt samme'),
        (5, 'Et anførselstegn (") står midt i et felt samme'),
    ]


def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("the file was read"))
    with pytest.raises(FileRefused, match=r"Filen fylder 2 kB, og grænsen er 1 kB\. Del den i flere filer"):
        opened(tmp_path, "x" * 2500, max_bytes=1024)


def test_blocks_and_pieces_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_BLOCK", 7)
    monkeypatch.setattr(source, "CHUNK_ROWS", 3)
    text = "ting_id;name;hours\n" + "".join(f'{n};"a;\n""{n}";{n}\n' for n in range(20))
    assert rows(opened(tmp_path, text)) == [(2 + 2 * n, [str(n), f'a;\n"{n}', str(n)]) for n in range(20)]


_CELL = st.text(st.characters(codec="cp1252", exclude_characters="\r", exclude_categories=["Cc"]), max_size=8)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=8),
    st.sampled_from([";", ","]),
    st.sampled_from(["utf-8", "cp1252"]),
)
def test_what_is_written_is_read(table: list[tuple[str, str]], separator: str, encoding: str) -> None:
    import csv
    import io
    import tempfile

    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["ting_id", "name"])
    writer.writerows(table)
    with tempfile.TemporaryDirectory() as folder:
        found = opened(Path(folder), text.getvalue().encode(encoding))
        expected = [[a, b] for a, b in table]
        if found.encoding == encoding:  # bytes of Windows-1252 can happen to be UTF-8 as well
            assert [values for _, values in rows(found)] == expected

"""Query results as NumPy columns, through PostgreSQL's COPY in its binary form.

A record whose columns all have a fixed width and are never NULL is always equally long, so a whole result is
read as one structured array, without a Python object per row. Row-level security holds as in any query.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from core.tenancy import require

_HEADER = 19  # signature (11 bytes), flags (4), length of the header's extension (4)
_TRAILER = 2
_SIGNATURE = b"PGCOPY\n\xff\r\n\x00"
_TYPES = {"int4": ">i4", "int8": ">i8", "float8": ">f8"}

Columns = dict[str, npt.NDArray[Any]]


def copy_columns(columns: Mapping[str, str], query: str, parameters: Mapping[str, Any]) -> Columns:
    """The rows of a SELECT as one array per column.

    `columns`: name → `int4`, `int8` or `float8`, in the order of the SELECT list; each value is cast to it
    and must not be NULL (`ValueError`). Raises TenantMissingError without a tenant.
    """
    require()
    listed = ", ".join(f"found.{name}::{kind} AS {name}" for name, kind in columns.items())
    names = ", ".join(columns)
    buffer = BytesIO()
    with connection.cursor() as cursor:
        inner = cursor.mogrify(query, parameters)
        text = inner.decode() if isinstance(inner, bytes) else inner
        cursor.copy_expert(
            f"COPY (SELECT {listed} FROM ({text}) AS found ({names})) TO STDOUT (FORMAT BINARY)", buffer
        )
    return _parse(buffer.getbuffer(), columns)


def _parse(data: memoryview, columns: Mapping[str, str]) -> Columns:
    """Cut the binary form into native columns."""
    fields: list[tuple[str, str]] = [("_fields", ">i2")]
    for name, kind in columns.items():
        fields += [(f"_size_{name}", ">i4"), (name, _TYPES[kind])]
    record = np.dtype(fields)
    body = len(data) - _HEADER - _TRAILER
    if bytes(data[: len(_SIGNATURE)]) != _SIGNATURE or body % record.itemsize:
        raise ValueError("a copied column was NULL, or not of the width stated")
    rows = np.frombuffer(data, dtype=record, count=body // record.itemsize, offset=_HEADER)
    if np.any(rows["_fields"] != len(columns)):
        raise ValueError("a copied column was NULL, or not of the width stated")
    native = {"int4": np.int32, "int8": np.int64, "float8": np.float64}
    return {name: rows[name].astype(native[kind]) for name, kind in columns.items()}

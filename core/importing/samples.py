"""Files to begin from, and the description of their columns: both come from the columns themselves."""

import csv
import io

from core.importing.kinds import FileKind


def sample(kind: FileKind) -> bytes:
    """The file with its header and example rows, as Excel opens it best: UTF-8 with a mark, semicolons, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.name for column in kind.columns])
    writer.writerows(zip(*(column.examples for column in kind.columns), strict=True))
    return text.getvalue().encode("utf-8-sig")

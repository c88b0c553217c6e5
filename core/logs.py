"""Log lines without what people wrote: an error's own words repeat values, and values are about people."""

import logging
from typing import Any

from core.traces import where


class PlainFormatter(logging.Formatter):
    """Says of an exception what kind it is and where it came from, never what it said."""

    def format(self, record: logging.LogRecord) -> str:
        """As usual; of a failed task Celery puts the exception's words into the line itself."""
        args = record.args
        if record.exc_info and record.exc_info[1] is not None and isinstance(args, dict) and "exc" in args:
            kind = type(record.exc_info[1]).__name__
            record = logging.makeLogRecord(
                {**record.__dict__, "args": {**args, "exc": kind, "traceback": ""}}
            )
        return super().format(record)

    def formatException(self, ei: Any) -> str:
        """Kind and frames, those of the causes before them."""
        return where(ei[1]) if ei[1] is not None else ""

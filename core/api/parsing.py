"""Reading JSON bodies: only objects of reasonable size and depth."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from core.api.problems import Problem

MOST_BYTES = 256 * 1024


class StrictJSONParser(JSONParser):
    """JSON in at most 256 kB; a body nested too deeply to read is unreadable, not our fault."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The parsed body. Raises ParseError, Problem."""
        length = str(parser_context["request"].META.get("CONTENT_LENGTH") or "0")
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
            raise Problem("too-large")
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None

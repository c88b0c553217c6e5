"""The one error of the embedded servers."""


class EmbeddedError(Exception):
    """A server can't be kept; the text is Danish and says what the reader can do."""

"""Where an error happened, without what it said: database errors repeat values, and values are about people."""

import traceback


def where(error: BaseException) -> str:
    """The error's kind and the frames it came through, innermost last, with those of its cause before it."""
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{where(cause)} → " if cause is not None else ""
    return f"{before}{type(error).__name__} at " + " > ".join(frames)

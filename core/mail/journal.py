"""A sender's own small file that outlives it: which mail it has in hand, and whether the last dot was handed over.

The file is mapped into memory, so marking is one store and not a system call: nothing can come between the mark and
the system call that sends the dot but a kill within the fraction of a microsecond between them. The kernel keeps
the page when the process is killed. A lock on the file, which the kernel lets go of at the process's end, tells
the living from the dead. Two records are kept, since the row of the mail before is settled in the same transaction that
claims the next one.
"""

import contextlib
import fcntl
import mmap
import os
import struct
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_EMPTY, _CLAIMED, HANDED_OVER, _ACCEPTED = 0, 1, 2, 3
_RECORD = struct.Struct("<BQQq120s")  # state, municipality, mail, claimed (µs since 1970), Message-ID
_SLOTS = 2
_SIZE = _SLOTS * _RECORD.size
_DRAFT = ".new-"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Leftover:
    """A mail that a dead sender had in hand.

    `handed_over`: the server has been given the whole of it. `accepted`: and has answered yes.
    """

    municipality_id: int
    mail_id: int
    claimed_at: datetime
    message_id: str
    handed_over: bool
    accepted: bool


def _microseconds(moment: datetime) -> int:
    span = moment - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


class Journal:
    """The journal of this sender. One sender sends one mail at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = uuid.uuid4().hex
        draft = folder / (_DRAFT + name)
        self._path = folder / f"{name}.journal"
        self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        os.posix_fallocate(self._file, 0, _SIZE)  # a full disk must show here, not at the mark
        fcntl.flock(self._file, fcntl.LOCK_EX)
        draft.rename(self._path)  # appears locked
        self._map = mmap.mmap(self._file, _SIZE)
        self._slot = 0

    @property
    def _at(self) -> int:
        return self._slot * _RECORD.size

    def claim(self, *, municipality_id: int, mail_id: int, claimed_at: datetime, message_id: str) -> None:
        """Write down the mail in hand, before its claim is committed."""
        self._slot = (self._slot + 1) % _SLOTS
        record = _RECORD.pack(
            _EMPTY, municipality_id, mail_id, _microseconds(claimed_at), message_id.encode("ascii")
        )
        self._map[self._at : self._at + _RECORD.size] = record
        self._map[self._at] = _CLAIMED  # last, so that a half-written record is never believed

    def marking(self) -> tuple[mmap.mmap, int]:
        """Where to store HANDED_OVER when the dot goes: `page, at = marking(); page[at] = HANDED_OVER; send(dot)`."""
        return self._map, self._at

    def accept(self) -> None:
        """The server said yes."""
        self._map[self._at] = _ACCEPTED

    def unmark(self) -> None:
        """The server said no, or the dot never left."""
        self._map[self._at] = _CLAIMED

    def forget(self) -> None:
        """Everything in hand is settled in the database: nothing is left to find."""
        self._path.unlink()
        self.close()

    def close(self) -> None:
        """Let go without forgetting: the next sender settles what this one leaves."""
        self._map.close()
        os.close(self._file)


def abandoned(folder: Path) -> Iterator[Leftover]:
    """What dead senders of this machine left in hand; each journal goes when its mails have been taken care of.

    A journal is locked while its mails are yielded, so that two recovering senders never see the same one.
    """
    for path in sorted(folder.glob("*.journal")):
        with contextlib.suppress(FileNotFoundError):
            file = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(file).st_nlink:  # else another recovering sender was first
                    yield from _read(file)
                    path.unlink()
            except BlockingIOError:
                pass  # its sender lives
            finally:
                os.close(file)
    _sweep(folder)


def _read(file: int) -> Iterator[Leftover]:
    content = os.pread(file, _SIZE, 0)
    for state, municipality_id, mail_id, claimed, message_id in _RECORD.iter_unpack(
        content[: len(content) // _RECORD.size * _RECORD.size]
    ):
        if state != _EMPTY:
            moment = datetime.fromtimestamp(claimed // 1_000_000, UTC).replace(
                microsecond=claimed % 1_000_000
            )
            yield Leftover(
                municipality_id,
                mail_id,
                moment,
                message_id.rstrip(b"\0").decode("ascii"),
                state >= HANDED_OVER,
                state == _ACCEPTED,
            )


def _sweep(folder: Path) -> None:
    """Drafts of senders killed before their journal began."""
    for draft in folder.glob(f"{_DRAFT}*"):
        with contextlib.suppress(FileNotFoundError):
            if draft.stat().st_mtime < time.time() - 3600:
                draft.unlink()

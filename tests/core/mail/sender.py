"""Sender processes for the crash tests. One process loads Django, then forks a sender per line on its input.

A line: municipality id, and a place where the sender shall kill itself (`-` for nowhere). Answers the sender's pid, and
when it has ended its exit status.
"""

import os
import signal
import sys
from typing import Any


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(place: str) -> None:
    """Make this process kill itself at the third mail it comes to `place` with."""
    from core.mail import journal, sending, smtp

    seen = [0]

    def counted(target: Any, name: str, *, before: bool) -> None:
        original = getattr(target, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            seen[0] += 1
            if before and seen[0] == 3:
                _die()
            result = original(*args, **kwargs)
            if not before and seen[0] == 3:
                _die()
            return result

        setattr(target, name, wrapped)

    places: dict[str, tuple[Any, str, bool]] = {
        "before the claim is written down": (journal.Journal, "claim", True),
        "before the claim is committed": (journal.Journal, "claim", False),
        "before the envelope": (smtp._Connection, "envelope", True),
        "before the body": (smtp._Connection, "hand_over", True),
        "before the mark": (journal.Journal, "marking", True),
        "before the answer": (smtp._Connection, "_answer_after_dot", True),
        "before the row is settled": (sending, "_settle", True),
        "before the settling is committed": (sending, "_settle", False),
    }
    target, name, before = places[place]
    counted(target, name, before=before)


def _send(municipality_id: int, place: str) -> None:
    from core.mail import send_waiting
    from core.tenancy import tenant

    if place != "-":
        _arm(place)
    with tenant(municipality_id):
        send_waiting()


def main() -> None:
    import django

    django.setup()
    from core.mail import sending  # noqa: F401  (loaded once, before the forks)

    print("ready", flush=True)
    for line in sys.stdin:
        municipality_id, place = line.rstrip("\n").split(" ", 1)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                _send(int(municipality_id), place)
                status = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(status)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(status, flush=True)


if __name__ == "__main__":
    main()

"""A real SMTP server for the tests: aiosmtpd on a free port, misbehaving on demand."""

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from core.embedded.settings_file import free_port


class Recorder:
    """Keeps what it accepts. `rcpt` and `data` map an address to the answers it gets, one per try, then 250."""

    def __init__(self) -> None:
        self.accepted: list[bytes] = []
        self.connections = 0
        self.rcpt: dict[str, list[str]] = {}
        self.data: dict[str, list[str]] = {}
        self.drop: dict[str, int] = {}  # address -> how many times the line is cut in the middle of DATA
        self.lock = threading.Lock()

    def message_ids(self) -> "Counter[str]":
        return Counter(str(message_from_bytes(body)["Message-ID"]) for body in self.accepted)

    def messages(self) -> list[Message]:
        return [message_from_bytes(body) for body in self.accepted]

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, rcpt_options: list[str]
    ) -> str:
        answers = self.rcpt.get(address, [])
        if answers:
            answer = answers.pop(0)
            if not answer.startswith("250"):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        answers = self.data.get(envelope.rcpt_tos[0], [])
        answer = answers.pop(0) if answers else "250 OK"
        if answer.startswith("250"):
            with self.lock:
                self.accepted.append(envelope.content)
        if answer.endswith("silence"):
            await asyncio.sleep(30)
        return answer


class CuttingSMTP(SMTP):
    """Counts connections, and cuts the line when a marked body comes through."""

    recorder: Recorder

    def connection_made(self, transport: Any) -> None:
        self.recorder.connections += 1
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        for address, times in self.recorder.drop.items():
            if times and re.search(rb"(?im)^To: " + re.escape(address.encode()), data):
                self.recorder.drop[address] = times - 1
                self.transport.abort()
                return
        super().data_received(data)


class _Controller(Controller):
    def factory(self) -> SMTP:
        server = CuttingSMTP(self.handler, **self.SMTP_kwargs)
        server.recorder = self.handler
        return server


@contextmanager
def running() -> Iterator[tuple[Recorder, str]]:
    """The server; yields (what it heard, EMAIL_URL)."""
    recorder = Recorder()
    controller = _Controller(recorder, hostname="127.0.0.1", port=free_port())
    controller.start()
    recorder.connections = 0  # the controller knocks once itself
    try:
        yield recorder, f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()

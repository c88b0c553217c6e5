"""Handing one mail over to the mail server, with the moment of no return marked in the journal."""

import re
import smtplib
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.utils import DNS_NAME

from core.mail.journal import HANDED_OVER, Journal

_TLS_FROM_START, _STARTTLS, _PLAIN = "smtps", "smtp+tls", "smtp"
_PORTS = {_TLS_FROM_START: 465, _STARTTLS: 587, _PLAIN: 25}
# Seconds. The answer to the last dot may take long (RFC 5321 § 4.5.3.2.6 asks for ten minutes). A claim too old for its
# dot is given up, so that another machine may take it over after sending.TAKE_OVER_AFTER (15 minutes).
ANSWER_PATIENCE = 300
CLAIM_LASTS = 300
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_LEADING_DOT = re.compile(rb"(?m)^\.")
_END = b".\r\n"


class NotSentError(Exception):
    """The server does not have the mail. The text is Danish and holds no personal data.

    `permanent`: trying again won't help. `lost`: the connection is gone. `service`: it would hit every mail.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, lost: bool = False, service: bool = False
    ) -> None:
        super().__init__(message)
        self.permanent, self.lost, self.service = permanent, lost, service


class NoAnswerError(Exception):
    """The server was given the whole mail and kept silent; the connection is closed."""


@dataclass(frozen=True)
class Server:
    """Where mail goes. The password is not shown in traces."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    timeout: float = 30

    def __repr__(self) -> str:
        return f"Server({self.scheme}://{self.host}:{self.port})"

    @classmethod
    def from_url(cls, url: str, timeout: float = 30) -> "Server":
        """Read `smtp://user:password@host:port`; `smtps://` is TLS from the start, `smtp+tls://` STARTTLS.

        Raises ImproperlyConfigured, without the password, on anything else.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (KeyError, ValueError):
            parts, port = urlsplit(""), 0
        if not parts.hostname:
            raise ImproperlyConfigured(
                "EMAIL_URL kan ikke læses. Skriv smtp://bruger:kode@vært:port, smtps://… eller smtp+tls://…"
            )
        return cls(
            parts.scheme,
            parts.hostname,
            port,
            unquote(parts.username or ""),
            unquote(parts.password or ""),
            timeout,
        )


class _Connection(smtplib.SMTP):
    """smtplib's connection, with the last dot sent by itself."""

    def hand_over(self, body: bytes, *, journal: Journal, may_finish: Callable[[], bool]) -> None:
        """DATA, the body, the mark, the dot, the answer. Raises NotSentError or NoAnswerError."""
        self._expect(self.docmd("data"), {354}, "Mailserveren tog ikke imod mailen")
        self.send(_LEADING_DOT.sub(b"..", body if body.endswith(b"\r\n") else body + b"\r\n"))
        if not may_finish():
            self.close()
            raise NotSentError("Afleveringen tog for lang tid. Vi prøver igen.", lost=True)
        link = self.sock
        if link is None:
            raise smtplib.SMTPServerDisconnected("closed")
        # A socket with Python's own timeout asks the kernel whether it may write, before it writes: a call too many.
        link.settimeout(None)
        page, at = journal.marking()
        send = link.sendall
        try:
            page[at] = HANDED_OVER  # from here …
            send(_END)  # … to here nothing may come between: see the journal
        except OSError as error:
            journal.unmark()
            self.close()
            raise smtplib.SMTPServerDisconnected(type(error).__name__) from None
        self._answer_after_dot(link, journal)
        link.settimeout(self.timeout)

    def _answer_after_dot(self, link: socket.socket, journal: Journal) -> None:
        link.settimeout(ANSWER_PATIENCE)
        try:
            answer = self.getreply()
        except smtplib.SMTPServerDisconnected as error:
            if isinstance(error.__context__, TimeoutError):
                raise NoAnswerError from None
            # Who closes instead of saying 250 has not taken the mail (RFC 5321 § 4.2.5 and § 6.1).
            journal.unmark()
            raise
        if answer[0] == 250:
            journal.accept()
        else:
            journal.unmark()
        self._expect(answer, {250}, "Mailserveren afviste mailen")

    def _expect(self, answer: tuple[int, bytes], good: set[int], what: str) -> None:
        code, text = answer
        if code in good:
            return
        # Never the server's own words: they repeat the address.
        found = _ENHANCED.match(text)
        detail = f"{code} {found[1].decode()}" if found else str(code)
        lost = code == 421
        if lost:
            self.close()
        permanent = 500 <= code < 600
        then = "" if permanent else " Vi prøver igen."
        raise NotSentError(f"{what} ({detail}).{then}", permanent=permanent, lost=lost)

    def envelope(self, sender: str, recipient: str, size: int) -> None:
        """MAIL and RCPT. Raises NotSentError; the connection stays usable after a no."""
        options = [f"size={size}"] if self.has_extn("size") else []
        if self.has_extn("8bitmime"):
            options.append("body=8bitmime")
        self._expect(
            self.mail(sender, options),
            {250},
            "Mailserveren afviste afsenderadressen (DEFAULT_FROM_EMAIL)",
        )
        self._expect(self.rcpt(recipient), {250, 251}, "Mailserveren afviste modtagerens adresse")


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same over TLS from the start."""


class Session:
    """One connection to the server, opened when the first mail needs it and reused for the others."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: _Connection | None = None

    def deliver(self, *, sender: str, recipient: str, body: bytes, journal: Journal) -> None:
        """Hand over one mail. Returns when the server has said 250.

        Raises NotSentError (it does not have the mail) or NoAnswerError (it was given it and said nothing).
        """
        began = time.clock_gettime(time.CLOCK_BOOTTIME)  # goes on while a machine sleeps

        def may_finish() -> bool:
            return time.clock_gettime(time.CLOCK_BOOTTIME) - began < CLAIM_LASTS

        if self._is_stale():
            self.close()
        reused = self._connection is not None
        try:
            self._once(sender, recipient, body, journal, may_finish)
        except NotSentError as error:
            if not (reused and error.lost and not error.permanent):
                raise
            self._once(sender, recipient, body, journal, may_finish)  # servers close idle and long-used ones

    def _is_stale(self) -> bool:
        """Whether the server has hung up, or said something unasked, since the last mail."""
        link = self._connection.sock if self._connection is not None else None
        if link is None or isinstance(link, ssl.SSLSocket):
            return False
        link.setblocking(False)
        try:
            link.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        finally:
            link.settimeout(self._server.timeout)
        return True

    def _once(
        self, sender: str, recipient: str, body: bytes, journal: Journal, may_finish: Callable[[], bool]
    ) -> None:
        connection = self._connection or self._open()
        self._connection = connection
        try:
            connection.envelope(sender, recipient, len(body))
            connection.hand_over(body, journal=journal, may_finish=may_finish)
        except NotSentError as error:
            if error.lost:
                self._connection = None
            else:
                self._reset(connection)
            raise
        except NoAnswerError:
            self._connection = None
            raise
        except (smtplib.SMTPException, OSError) as error:
            connection.close()
            self._connection = None
            raise NotSentError(
                "Forbindelsen til mailserveren blev afbrudt, før den havde mailen. Vi prøver igen.", lost=True
            ) from error

    def _reset(self, connection: _Connection) -> None:
        try:
            code, _ = connection.rset()
        except (smtplib.SMTPException, OSError):
            code = -1
        if code != 250:
            connection.close()
            self._connection = None

    def _open(self) -> _Connection:
        server = self._server
        name = DNS_NAME.get_fqdn()
        connection: _Connection | None = None
        try:
            if server.scheme == _TLS_FROM_START:
                connection = _TlsConnection(
                    server.host,
                    server.port,
                    local_hostname=name,
                    timeout=server.timeout,
                    context=ssl.create_default_context(),
                )
            else:
                connection = _Connection(
                    server.host, server.port, local_hostname=name, timeout=server.timeout
                )
            if connection.sock is not None:
                # Or the kernel holds the dot back until the server has acknowledged the body, 40 ms for each mail.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # For the dot, which is sent without Python's timeout.
                limit = struct.pack("ll", int(server.timeout), 0)
                connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
            connection.ehlo_or_helo_if_needed()
            if server.scheme == _STARTTLS:
                connection.starttls(context=ssl.create_default_context())
                connection.ehlo_or_helo_if_needed()
            if server.user:
                connection.login(server.user, server.password)
        except smtplib.SMTPAuthenticationError as error:
            _hang_up(connection)
            raise NotSentError(
                f"Mailserveren afviste brugernavn eller adgangskode i EMAIL_URL ({error.smtp_code}).",
                service=True,
                lost=True,
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            _hang_up(connection)
            raise NotSentError(
                f"Vi kan ikke få forbindelse til mailserveren ({type(error).__name__}). Vi prøver igen.",
                service=True,
                lost=True,
            ) from error
        return connection

    def close(self) -> None:
        """Say goodbye; a server that has left already is no matter."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()


def _hang_up(connection: _Connection | None) -> None:
    if connection is not None:
        connection.close()

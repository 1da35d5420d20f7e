"""The door to the mail server: the one place that speaks SMTP. What to send and when is decided in `outbox`.

One connection takes many mails, one after the other; after so many, or when the server asks for it (421), another
is opened. Every answer becomes a word of `Answer`: what the server said of this recipient decides, not the exception
it comes as. Where the server offers reports (RFC 3461) they are asked for: of mails that are late or reach nobody.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from mailbox_service.base import stops
from mailbox_service.base.settings import Settings
from mailbox_service.mail.envelope import Message

PER_CONNECTION = 200
CLOSING = 421
Refusal = SMTPSenderRefused | SMTPRecipientRefused | SMTPDataError

_ENHANCED = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})\b")
_OF_ADDRESSES = frozenset({"1", "2", "4"})  # RFC 3463: addressing, mailbox, routing; others are not the address's fault
_NO_SUCH = frozenset({550, 551, 552, 553, 556})  # RFC 5321, when the server says no more than this
_TOO_BIG = 552


class Answer(StrEnum):
    """What the server said to one mail."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"  # later, perhaps
    REFUSED = "refused"  # this mail never
    NO_SUCH_ADDRESS = "no_such_address"  # this recipient never
    UNREACHABLE = "unreachable"  # the server itself: no mail's fault


@dataclass(frozen=True, slots=True)
class Result:
    """The server's answer and its code, "550 5.1.1", or a word when there was none: "timeout".

    `of_address`: whether the answer was about the recipient.
    """

    answer: Answer
    code: str = ""
    of_address: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """A mail on its way: whom bounces go to, the message, and by what name the server's reports call it."""

    sender: str
    message: Message
    name: str


class _LineGoneError(Exception):
    """The connection ended before the mail's text was sent: the mail may go by another."""

    def __init__(self, code: str, *, asked: bool) -> None:
        super().__init__(code)
        self.code, self.asked = code, asked


class Connection:
    """A connection that opens with the first mail and again after it broke. Use it with `async with`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: SMTP | None = None
        self._sent = 0

    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            async with asyncio.timeout(self.settings.smtp_timeout_seconds):
                await self._quit()
        except TimeoutError:
            self._drop()

    async def send(self, sending: Sending) -> Result:
        """Hand over one mail; answers within the timeout, whatever the server does."""
        try:
            async with asyncio.timeout(self.settings.smtp_timeout_seconds):
                return await self._send(sending)
        except (SMTPException, OSError, TimeoutError) as broken:
            was_open = self._client is not None
            self._drop()
            return Result(Answer.TEMPORARY if was_open else Answer.UNREACHABLE, _reason(broken))

    async def _send(self, sending: Sending) -> Result:
        """By the open connection; by a fresh one when the server has closed that, or asks for another."""
        if self._sent >= PER_CONNECTION:
            await self._quit()
        was_open = self._client is not None and self._client.is_connected
        for may_have_idled in (was_open, False):
            client = await self._open()
            if isinstance(client, Result):
                return client
            try:
                return await self._hand_over(client, sending)
            except _LineGoneError as gone:
                self._drop()
                if not may_have_idled:
                    return Result(Answer.UNREACHABLE if gone.asked else Answer.TEMPORARY, gone.code)
        raise AssertionError("the second time is the last")

    async def _open(self) -> SMTP | Result:
        if self._client is not None and self._client.is_connected:
            return self._client
        client, self._client, self._sent = _client(self.settings), None, 0
        with ExitStack() as undo:  # when the time is over, too
            undo.callback(client.close)
            try:
                await client.connect()
                await _greet(client)
            except (SMTPException, OSError, TimeoutError, ValueError) as closed:
                return Result(Answer.UNREACHABLE, _reason(closed))
            undo.pop_all()
        self._client = client
        return client

    async def _hand_over(self, client: SMTP, sending: Sending) -> Result:
        message, dsn = sending.message, client.supports_extension("dsn")
        if message.utf8 and not client.supports_extension("smtputf8"):
            return Result(Answer.NO_SUCH_ADDRESS, "smtputf8", of_address=True)
        encoding = "utf-8" if message.utf8 else "ascii"
        try:
            await client.mail(
                sending.sender, options=_mail_options(client, sending, dsn), encoding=encoding, timeout=None
            )
            await client.rcpt(message.to_address, options=_rcpt_options(message, dsn), encoding=encoding, timeout=None)
        except ConnectionError as gone:
            raise _LineGoneError(_reason(gone), asked=False) from gone
        except ValueError:  # the library's own look at the address
            self._drop()
            return Result(Answer.NO_SUCH_ADDRESS, "address", of_address=True)
        except (SMTPSenderRefused, SMTPRecipientRefused) as said:
            return await self._refused(client, said)
        try:
            await client.data(message.content, timeout=None)  # `send` watches the clock
        except SMTPDataError as said:
            return await self._refused(client, said)
        self._sent += 1
        stops.reach("after-data")
        return Result(Answer.ACCEPTED, "250")

    async def _refused(self, client: SMTP, said: Refusal) -> Result:
        """What the refusal means, with the connection ready for the next mail, or dropped."""
        if said.code == CLOSING:
            raise _LineGoneError(str(CLOSING), asked=isinstance(said, SMTPSenderRefused)) from said
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()
        return _verdict(said)

    async def _quit(self) -> None:
        client, self._client = self._client, None
        if client is None or not client.is_connected:
            return
        try:
            await client.quit()
        except (SMTPException, OSError):
            client.close()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


# --- What we say -----------------------------------------------------------------------------


async def _greet(client: SMTP) -> None:
    """Ask what the server can; one that knows only the old greeting can nothing."""
    if client.is_ehlo_or_helo_needed:
        try:
            await client.ehlo()
        except SMTPHeloError:
            await client.helo()


def _mail_options(client: SMTP, sending: Sending, dsn: bool) -> list[str]:
    options = [f"SIZE={len(sending.message.content)}"] if client.supports_extension("size") else []
    options += ["RET=HDRS", f"ENVID={sending.name}"] if dsn else []
    return [*options, "SMTPUTF8"] if sending.message.utf8 else options


def _rcpt_options(message: Message, dsn: bool) -> list[str]:
    if not dsn:
        return []
    options = ["NOTIFY=FAILURE,DELAY"]
    return options if message.utf8 else [*options, f"ORCPT=rfc822;{_xtext(message.to_address)}"]


def _xtext(text: str) -> str:
    """As RFC 3461 writes what could be taken for something else."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _client(settings: Settings) -> SMTP:
    return SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        cert_bundle=str(settings.smtp_ca_file) if settings.smtp_ca_file else None,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        timeout=settings.smtp_timeout_seconds,
        local_hostname=settings.mail_from.rpartition("@")[2],
    )


# --- What the server says --------------------------------------------------------------------


def _verdict(said: Refusal) -> Result:
    """A code of 5xx is final for a text and for a recipient. At the sender it is about us: a setting may be wrong."""
    found = _ENHANCED.match(said.message)
    code = f"{said.code} {found[0].strip()}" if found else str(said.code)
    of_address = isinstance(said, SMTPRecipientRefused)
    ours = isinstance(said, SMTPSenderRefused) and said.code != _TOO_BIG
    if said.code < 500 or ours:
        return Result(Answer.TEMPORARY, code, of_address=of_address)
    wrong = found[1] in _OF_ADDRESSES if found else said.code in _NO_SUCH
    return Result(Answer.NO_SUCH_ADDRESS if of_address and wrong else Answer.REFUSED, code, of_address=of_address)


def _reason(error: BaseException) -> str:
    """A code, or a word: nothing a server wrote, which may repeat what was sent."""
    if isinstance(error, SMTPResponseException):
        return str(error.code)
    if isinstance(error, TimeoutError):
        return "timeout"
    return type(error).__name__


async def check(settings: Settings) -> Result:
    """Whether the server can be spoken to, signed in to where it asks: for `mailbox check`."""
    async with Connection(settings) as connection, asyncio.timeout(settings.smtp_timeout_seconds):
        opened = await connection._open()
        return opened if isinstance(opened, Result) else Result(Answer.ACCEPTED, "220")

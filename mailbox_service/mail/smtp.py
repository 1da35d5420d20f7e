"""The door to the mail server: the one place that speaks SMTP. What to send and when is decided in `outbox`.

One connection takes several mails, one after the other. Every answer becomes a word of `Answer`: the
server's code for this recipient decides, not the exception it comes as.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from types import TracebackType

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from mailbox_service.base import stops
from mailbox_service.base.settings import Settings

Refusal = SMTPSenderRefused | SMTPRecipientRefused | SMTPDataError


class Answer(StrEnum):
    """What the server said to one mail."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"  # later, perhaps
    REFUSED = "refused"  # this mail never
    NO_SUCH_ADDRESS = "no_such_address"  # this recipient never
    UNREACHABLE = "unreachable"  # the server itself: no mail's fault


@dataclass(frozen=True, slots=True)
class Result:
    """The server's answer and its code, "550", or a word when there was none: "timeout"."""

    answer: Answer
    code: str = ""


class Connection:
    """A connection that opens with the first mail and again after it broke. Use it with `async with`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._client: SMTP | None = None

    async def __aenter__(self) -> Connection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        client, self._client = self._client, None
        if client is None or not client.is_connected:
            return
        try:
            async with asyncio.timeout(self.settings.smtp_timeout_seconds):
                await client.quit()
        except (SMTPException, OSError, TimeoutError):
            client.close()

    async def send(self, message: EmailMessage, to_address: str) -> Result:
        """Hand over one mail; answers within the timeout, whatever the server does."""
        try:
            async with asyncio.timeout(self.settings.smtp_timeout_seconds):
                client = await self._open()
                if isinstance(client, Result):
                    return client
                return await self._hand_over(client, message, to_address)
        except (SMTPException, OSError, TimeoutError) as broken:
            was_open = self._client is not None
            self._drop()
            return Result(Answer.TEMPORARY if was_open else Answer.UNREACHABLE, _reason(broken))

    async def _open(self) -> SMTP | Result:
        if self._client is not None and self._client.is_connected:
            return self._client
        client = _client(self.settings)
        try:
            await client.connect()
        except (SMTPException, OSError, TimeoutError, ValueError) as closed:
            client.close()
            return Result(Answer.UNREACHABLE, _reason(closed))
        self._client = client
        return client

    async def _hand_over(self, client: SMTP, message: EmailMessage, to_address: str) -> Result:
        options, encoding = ([], "ascii") if to_address.isascii() else (["SMTPUTF8"], "utf-8")
        if options and not client.supports_extension("smtputf8"):
            return Result(Answer.NO_SUCH_ADDRESS, "smtputf8")
        try:
            await client.mail(self.settings.mail_from, options=options)
            await client.rcpt(to_address, encoding=encoding)
            await client.data(message.as_bytes())
        except (SMTPSenderRefused, SMTPRecipientRefused, SMTPDataError) as said:
            return await self._refused(client, said)
        stops.reach("after-data")
        return Result(Answer.ACCEPTED, "250")

    async def _refused(self, client: SMTP, said: Refusal) -> Result:
        """What the refusal means, with the connection ready for the next mail, or dropped."""
        try:
            await client.rset()
        except (SMTPException, OSError):
            self._drop()
        return Result(_verdict(said), str(said.code))

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _verdict(said: Refusal) -> Answer:
    """A code of 5xx is final. At the recipient it says the address is wrong; elsewhere the mail is."""
    if said.code < 500:
        return Answer.TEMPORARY
    return Answer.NO_SUCH_ADDRESS if isinstance(said, SMTPRecipientRefused) else Answer.REFUSED


def _client(settings: Settings) -> SMTP:
    return SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        use_tls=settings.smtp_security == "tls",
        start_tls=settings.smtp_security == "starttls",
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        timeout=settings.smtp_timeout_seconds,
        local_hostname=settings.mail_from.rpartition("@")[2],
    )


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

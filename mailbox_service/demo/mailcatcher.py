"""The demonstration's post office: a real mail server on this machine that lets nothing out.

Each mail becomes a file in a folder, which the page /demo/mail shows. Addresses that begin with `GONE` or `BUSY` are
refused, for good or for now, so that the outbox has something to show.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
MOST_BYTES = 5_000_000
GONE, BUSY = "gone.", "busy."


class Catcher(Controller):
    """Listens on whichever port is free, in a thread of its own, once `start()` was called."""

    def __init__(self, folder: Path) -> None:
        super().__init__(_Keeper(folder), hostname=HOST, port=0, data_size_limit=MOST_BYTES)

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Keeper:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(  # noqa: N802 - its name
        self, _server: SMTP, _visit: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take everybody but those two sorts."""
        if address.startswith(GONE):
            return "550 5.1.1 no such mailbox"
        if address.startswith(BUSY):
            return "451 4.3.2 come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _visit: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Keep the mail: written aside first, so that the page never reads half of one."""
        name = f"{time.time_ns():020d}.eml"
        aside = self.folder / f"{name}.part"
        content = envelope.content or b""
        aside.write_bytes(content.encode() if isinstance(content, str) else content)
        aside.rename(self.folder / name)
        return "250 kept"

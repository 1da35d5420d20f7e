"""A mailbox behind IMAP: as much of the protocol as fetching mail takes, over real sockets."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "mayor", "pässword"
_LITERAL = re.compile(rb"^(\S+) (UID )?(\w+) ?(.*)$")


@dataclass
class MailFolder:
    """What lies there: messages by UID, their flags, and what was moved elsewhere."""

    messages: dict[int, bytes] = field(default_factory=dict)
    flags: dict[int, str] = field(default_factory=dict)
    moved: dict[str, list[bytes]] = field(default_factory=dict)
    uid_validity: int = 7
    can_move: bool = True
    breaks_after: int = 0  # fetches after which the connection is cut; 0 never
    port: int = 0
    last_uid: int = 0

    def put(self, raw: bytes) -> None:
        """A message arrives."""
        self.last_uid += 1
        self.messages[self.last_uid] = raw


class _Talk(socketserver.StreamRequestHandler):
    folder: MailFolder

    def handle(self) -> None:
        self._say("* OK ready")
        self.fetched = 0
        while line := self.rfile.readline():
            tag, uid, command, rest = _LITERAL.match(line.strip()).groups()  # type: ignore[union-attr]
            name = ("UID_" if uid else "") + command.decode().upper()
            if name == "LOGOUT":
                self._say("* BYE", f"{tag.decode()} OK bye")
                return
            answer = getattr(self, f"do_{name}")(rest.decode())
            if answer is None:
                return
            self._say(f"{tag.decode()} {answer} done")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def do_CAPABILITY(self, _rest: str) -> str:  # noqa: N802 - the protocol's names
        self._say("* CAPABILITY IMAP4rev1 AUTH=PLAIN" + (" MOVE" if self.folder.can_move else ""))
        return "OK"

    def do_AUTHENTICATE(self, _rest: str) -> str:  # noqa: N802
        self._say("+ ")
        said = base64.b64decode(self.rfile.readline()).decode()
        return "OK" if said == f"\0{USER}\0{PASSWORD}" else "NO who are you"

    def do_SELECT(self, rest: str) -> str:  # noqa: N802
        if rest != '"INBOX"':
            return "NO there is none"
        self._say(f"* {len(self.folder.messages)} EXISTS", f"* OK [UIDVALIDITY {self.folder.uid_validity}] ok")
        return "OK [READ-WRITE]"

    def do_UID_SEARCH(self, rest: str) -> str:  # noqa: N802
        first = int(rest.split()[1].partition(":")[0])
        there = sorted(self.folder.messages)
        found = [uid for uid in there if uid >= first] or there[-1:]  # "9:*" names the last one at least
        self._say("* SEARCH " + " ".join(map(str, found)))
        return "OK"

    def do_UID_FETCH(self, rest: str) -> str | None:  # noqa: N802
        uid, _, what = rest.partition(" ")
        raw = self.folder.messages[int(uid)]
        if "SIZE" in what:
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(raw)})")
            return "OK"
        self.fetched += 1
        if self.folder.breaks_after and self.fetched > self.folder.breaks_after:
            return None
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return "OK"

    def do_UID_STORE(self, rest: str) -> str:  # noqa: N802
        uid, _, flag = rest.split(" ", 2)
        self.folder.flags[int(uid)] = flag.strip("()")
        return "OK"

    def do_UID_COPY(self, rest: str) -> str:  # noqa: N802
        uid, _, where = rest.partition(" ")
        self.folder.moved.setdefault(where.strip('"'), []).append(self.folder.messages[int(uid)])
        return "OK"

    def do_UID_MOVE(self, rest: str) -> str:  # noqa: N802
        self.do_UID_COPY(rest)
        del self.folder.messages[int(rest.partition(" ")[0])]
        return "OK"

    def do_EXPUNGE(self, _rest: str) -> str:  # noqa: N802
        for uid in [uid for uid, flag in self.folder.flags.items() if flag == r"\Deleted"]:
            self.folder.messages.pop(uid, None)
        return "OK"


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def a_mailbox() -> Iterator[MailFolder]:
    """A mailbox on a free port of this machine."""
    folder = MailFolder()
    talk = type("Talk", (_Talk,), {"folder": folder})
    with _Server(("127.0.0.1", 0), talk) as server:
        folder.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield folder
        server.shutdown()
        thread.join()

"""A stored mail as the message that leaves: headers, text and HTML, in seven-bit characters that any server takes.

Put together here, since the library takes ten times as long; a test reads every message back with it. No header
takes a line break or another control character, wherever it comes from.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from mailbox_service.base.language import LANGUAGES, in_language
from mailbox_service.base.settings import Settings

WIDTH = 76
WORD_BYTES = 39  # of an encoded word: with its frame and the longest of our headers' names it fits into a line
MOSTLY_ASCII = 6  # one character in so many may need encoding for the text to stay readable as it is sent
NO_ANSWERS = "DR, RN, NRN, OOF, AutoReply"  # from machines; reports of mails that reached nobody are wanted
_ATOM = r"[^\s\x00-\x20\x7f-\x9f()<>\[\]:;@\\,.\"]+"
_ADDRESS = re.compile(  # a local part of atoms, or one quoted string; a domain, or an address in brackets
    rf"""(?P<local>{_ATOM}(?:\.{_ATOM})*|"(?:[ !#-\[\]-~]|\\[ -~])+")@"""
    rf"""(?P<host>{_ATOM}(?:\.{_ATOM})*|\[[0-9A-Za-z:.]+\])"""
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Message:
    """What a server is given: to whom, as the envelope has it, and every byte. `utf8`: it must know SMTPUTF8."""

    to_address: str
    content: bytes
    utf8: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the text, beside what every mail has.

    `sender`: who it is from, as the reader sees it; "" for city and service. `number`: the letter's, which holds its
    mails together; "" when it is about none. `unsubscribe`: what ends such mails with one click; "" where nothing does.
    """

    subject: str
    message_id: str
    written_at: datetime
    sender: str = ""
    number: str = ""
    reply_to: str = ""
    unsubscribe: str = ""


def new_message_id(settings: Settings, mail_id: int) -> str:
    """What tells this mail from every other. Fixed when the mail is written, so that a repeat is recognised."""
    return f"<{mail_id:x}.mail@{domain(settings)}>"


def thread_id(settings: Settings, number: str) -> str:
    """What all mails about a letter refer to, so that they lie together in the reader's mailbox."""
    return f"<{number}.letter@{domain(settings)}>"


def domain(settings: Settings) -> str:
    """The city's mail domain."""
    return settings.mail_from.rpartition("@")[2]


def message(settings: Settings, heading: Heading, *, to_address: str, lang: str, text: str, html: str) -> Message:
    """The message.

    Raises:
        ValueError: when the address or the subject can't stand in a header.
    """
    to = routed(to_address)
    utf8 = not to.isascii()
    lines = [_line(name, value) for name, value in _headers(settings, heading, lang)]
    lines.insert(1, f"To: {to}".encode())
    boundary = f"=_{heading.message_id.strip('<>').partition('.')[0]}"  # no encoded text holds "=_"
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"'.encode())
    parts = b"".join(_part(boundary, kind, body) for kind, body in (("plain", text), ("html", html)))
    return Message(to, b"\r\n".join(lines) + b"\r\n\r\n" + parts + f"--{boundary}--\r\n".encode(), utf8)


def _headers(settings: Settings, heading: Heading, lang: str) -> Iterator[tuple[str, str]]:
    ours = f"{in_language(settings.city_name, lang)} {in_language(settings.service_name, lang)}"
    yield "From", f"{_phrase(heading.sender or ours, 'From')}\r\n <{settings.mail_from}>"
    if heading.reply_to:
        yield "Reply-To", heading.reply_to
    yield "Subject", _words(heading.subject, "Subject")
    yield "Date", format_datetime(heading.written_at)
    yield "Message-ID", heading.message_id
    if heading.number:
        thread = thread_id(settings, heading.number)
        yield "In-Reply-To", thread
        yield "References", thread
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", NO_ANSWERS
    if heading.unsubscribe:
        yield "List-Unsubscribe", f"<{heading.unsubscribe}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
        yield "Precedence", "bulk"
    yield "MIME-Version", "1.0"
    yield "Content-Language", LANGUAGES[lang].tag


# --- Addresses -------------------------------------------------------------------------------


def routed(address: str) -> str:
    """The address as servers know it: a domain in another script by its ASCII name, which every server takes.

    Raises:
        ValueError: when it is no address.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not address.isprintable():
        raise ValueError("not an address")
    local, host = found["local"], found["host"]
    return address if host.isascii() else f"{local}@{host.encode('idna').decode()}"  # a UnicodeError is a ValueError


# --- Headers ---------------------------------------------------------------------------------


def _line(name: str, value: str) -> bytes:
    for piece in value.split("\r\n "):
        _refuse_control(piece)
    return f"{name}: {value}".encode("ascii")


def _phrase(text: str, name: str) -> str:
    """A name before an address: quoted, or in encoded words."""
    _refuse_control(text)
    if text.isascii() and "=?" not in text and len(text) < WIDTH - len(name) - 4:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return _encoded(text)


def _words(text: str, name: str) -> str:
    """A header's text (RFC 2047): as it is when it is short and plain, in encoded words otherwise."""
    _refuse_control(text)
    if text.isascii() and "=?" not in text and len(text) < WIDTH - len(name) - 2:
        return text
    return _encoded(text)


def _refuse_control(text: str) -> None:
    if _CONTROL.search(text):
        raise ValueError("a character that no header takes, such as a line break")


def _encoded(text: str) -> str:
    pieces, piece = [], b""
    for character in text:
        more = character.encode()
        if len(piece) + len(more) > WORD_BYTES:
            pieces.append(piece)
            piece = b""
        piece += more
    return "\r\n ".join(f"=?utf-8?b?{b64encode(each).decode()}?=" for each in (*pieces, piece))


# --- Bodies ----------------------------------------------------------------------------------


def _part(boundary: str, kind: str, body: str) -> bytes:
    raw = _BREAK.sub("\r\n", body.rstrip("\r\n") + "\n").encode("utf-8", "replace")
    if len(raw) - len(body) < len(body) // MOSTLY_ASCII:
        how, content = "quoted-printable", b2a_qp(raw)
    else:
        how, content = "base64", encodebytes(raw).replace(b"\n", b"\r\n")
    head = f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {how}\r\n\r\n"
    return head.encode() + content

"""The parts of a mail: which are its text, which are files. Nothing is left out; what is odd is a file.

Parts are walked one by one without recursion, up to `MOST` of them; the rest is one file, the mail itself.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from mailbox_service.mail.incoming import charsets, headers
from mailbox_service.mail.incoming.html import as_text

MOST = 5_000
LONGEST_TEXT = 1_000_000  # characters of the mail's text; the whole of it stays in what was received
LONGEST_PAGE = 250_000  # twice what mail programs show of one
LONGEST_NAME = 120
_MACHINE = ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers")
_ENDINGS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "message/rfc822": "eml",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/pgp-signature": "asc",
    "application/ms-tnef": "dat",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
}
_UU = re.compile(
    r"^begin [0-7]{3,4} ([^\n]{1,200})\n((?:[\x20-\x60][^\n]{0,90}\n){0,400000}?)[`\s]?\n?end[ \t]*$", re.MULTILINE
)
# Bytes beyond ASCII are kept as surrogates, which the library's reader of parameters would lose.
_KEPT = {0xDC00 + byte: 0xE000 + byte for byte in range(0x80, 0x100)}
_RAW = {after: before for before, after in _KEPT.items()}
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f:*?\"<>|]+")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `content_id` is by what the text refers to it, when it is shown within."""

    name: str
    content_type: str
    data: bytes = field(repr=False)
    content_id: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)


@dataclass(slots=True)
class Content:
    """What the mail holds. `report` are the machine-readable parts of a bounce."""

    text: str = ""
    files: list[File] = field(default_factory=list)
    report: str = ""
    is_report: bool = False


def content_of(mail: Message) -> Content:
    """Text and files of a parsed mail."""
    content, texts, pages = Content(), list[str](), list[str]()
    for part, shown in _leaves(mail):
        kind = part.get_content_type()
        if kind in _MACHINE:
            content.report += charsets.decoded(_bytes(part), most=LONGEST_TEXT) + "\n"
            content.is_report = True
        elif shown and kind == "text/plain":
            texts.append(_text(part))
        elif shown and kind == "text/html":
            pages.append(_text(part))
        else:
            content.files.append(_file(part, kind, len(content.files) + 1))
    texts = [_without_uuencoded(text, content.files) for text in texts]
    content.text = _joined(texts)
    if not content.text.strip() and pages:
        content.text = _joined([as_text(page) for page in _first(pages)])
    content.text = content.text[:LONGEST_TEXT]
    content.is_report = content.is_report or mail.get_content_type() == "multipart/report"
    return content


def _first(pages: list[str]) -> Iterator[str]:
    """The pages, none and all together not longer than can be read in time."""
    room = LONGEST_TEXT
    for page in pages:
        yield page[: min(room, LONGEST_PAGE)]
        room -= min(room, LONGEST_PAGE, len(page))


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _leaves(mail: Message) -> Iterator[tuple[Message, bool]]:
    """Every part that holds no others, in its order, and whether it is shown as the mail's text."""
    waiting: list[tuple[Message, bool]] = [(mail, True)]
    for _ in range(MOST):
        if not waiting:
            return
        part, shown = waiting.pop()
        inside = part.get_payload() if part.is_multipart() else None
        if isinstance(inside, list) and part.get_content_maintype() == "multipart":
            waiting += [(one, shown) for one in reversed(inside) if isinstance(one, Message)]
            continue
        yield part, shown and not _is_attached(part)
    for part, _ in waiting:
        yield part, False


def _is_attached(part: Message) -> bool:
    said = headers.raw(part, "content-disposition").partition(";")[0].strip().lower()
    return said == "attachment" or bool(_name(part))


def _text(part: Message) -> str:
    named = _parameter(part, "charset", "content-type")
    text = charsets.decoded(_bytes(part)[: 4 * LONGEST_TEXT], named, 2 * LONGEST_TEXT)
    if _parameter(part, "format", "content-type").lower() == "flowed":
        return _unflowed(text, _parameter(part, "delsp", "content-type").lower() == "yes")
    return text


def _unflowed(text: str, without_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same depth; a leading space was stuffed."""
    said: list[str] = []  # joined once: a line may go on over all others
    flows, before = False, -1
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        body = line[depth:].removeprefix(" ")
        if not flows or before != depth:
            said.append(f"\n{'>' * depth} " if depth else "\n")
        elif without_space:
            said[-1] = said[-1][:-1]
        said.append(body)
        flows, before = body.endswith(" ") and body != "-- ", depth
    return "".join(said)[1:]


def _bytes(part: Message) -> bytes:
    """The part's content, decoded as far as it can be."""
    if part.is_multipart():  # a mail within the mail
        inside: Any = part.get_payload()
        try:
            return b"".join(one.as_bytes() for one in inside if isinstance(one, Message))
        except Exception:  # written again by the library, from what it could not quite read
            return "\n".join(str(one.get_payload()) for one in inside).encode("utf-8", "surrogateescape")
    try:
        found: Any = part.get_payload(decode=True)
    except (ValueError, TypeError, AttributeError, LookupError, binascii.Error):
        found = None
    if isinstance(found, bytes):
        return found
    return str(part.get_payload() or "").encode("utf-8", "surrogateescape")


def _file(part: Message, kind: str, number: int) -> File:
    name, data = _name(part), _bytes(part)
    if not name and kind == "message/rfc822" and part.is_multipart():
        inside: Any = part.get_payload()
        name = headers.words(inside[0], "subject")[:80] if inside else ""
        name = f"{name or 'message'}.eml"
    if not name:
        name = "winmail.dat" if kind == "application/ms-tnef" else f"part-{number}.{_ENDINGS.get(kind, 'bin')}"
    content_id = headers.one_line(headers.raw(part, "content-id")).strip("<>")[:200]
    return File(safe_name(name), kind[:120], data, content_id)


def safe_name(name: str) -> str:
    """A name that is safe on every system, its ending kept."""
    tidy = headers.one_line(_UNSAFE.sub("_", name)).strip(". ")
    if len(tidy) > LONGEST_NAME:
        stem, dot, ending = tidy.rpartition(".")
        tidy = (
            f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
            if dot and len(ending) < 10
            else tidy[:LONGEST_NAME]
        )
    return tidy or "file"


def _name(part: Message) -> str:
    return _parameter(part, "filename", "content-disposition") or _parameter(part, "name", "content-type")


def _parameter(part: Message, name: str, header: str) -> str:
    """A header's parameter, in any of the ways it is encoded (RFC 2231, RFC 2047, raw bytes); "" for none."""
    only = Message()
    only[header] = headers.raw(part, header).translate(_KEPT)
    try:
        value = only.get_param(name, header=header)
    except Exception:  # the library's reader of malformed parameters
        return ""
    if isinstance(value, tuple):
        charset, _, said = value
        try:
            return charsets.decoded(said.encode("latin-1"), charset or "")
        except UnicodeEncodeError:
            value = said
    return headers.one_line(headers.decoded(value.translate(_RAW))) if isinstance(value, str) else ""


def _without_uuencoded(text: str, files: list[File]) -> str:
    """Files that stand in the text itself, as mails had them before there was MIME."""
    if "\nend" not in text or "begin " not in text:
        return text

    def take(found: re.Match[str]) -> str:
        data = _uudecoded(found[2])
        if data is None:
            return found[0]
        files.append(File(safe_name(headers.one_line(found[1])), "application/octet-stream", data))
        return ""

    return _UU.sub(take, text)


def _uudecoded(lines: str) -> bytes | None:
    found = []
    for line in lines.splitlines():
        try:
            found.append(binascii.a2b_uu(line))
        except (binascii.Error, ValueError):
            return None
    return b"".join(found)

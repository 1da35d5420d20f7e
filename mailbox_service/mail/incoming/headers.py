"""What stands in a mail's headers, however it is encoded: words, addresses, ids. Nothing here ever raises."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from mailbox_service.mail.incoming import charsets

LONGEST = 10_000  # characters of one header that are looked at
MOST_IDS = 100
_WORD = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
_FOLD = re.compile(r"\r?\n[ \t]?")
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]\\]+@[^\s<>\"',;:()\[\]\\]+")
_ID = re.compile(r"<[^<>\s]{1,990}>")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")


def all_of(mail: Message, name: str) -> list[str]:
    """The raw values of a header, unfolded; bytes beyond ASCII still as they came (surrogates)."""
    wanted = name.lower()
    try:
        values = [str(value) for key, value in mail.raw_items() if key.lower() == wanted]
    except (AttributeError, TypeError):
        return []
    return [_FOLD.sub(" ", value)[:LONGEST].strip() for value in values]


def raw(mail: Message, name: str) -> str:
    """The first of them; "" when there is none."""
    return next(iter(all_of(mail, name)), "")


def words(mail: Message, name: str) -> str:
    """A header's words, decoded, on one line."""
    return one_line(decoded(raw(mail, name)))


def one_line(text: str) -> str:
    """On one line, without characters nobody sees."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def decoded(value: str) -> str:
    """Encoded words and raw bytes, made into text."""
    value = _as_text(value)
    if "=?" not in value:
        return value
    joined, place, found = _BETWEEN.sub(r"\1\2", value), 0, []
    for charset, data, start, end in _runs(joined):
        found += [joined[place:start], charsets.decoded(data, charset)]
        place = end
    return "".join([*found, joined[place:]])


def _as_text(value: str) -> str:
    """Bytes beyond ASCII were kept as surrogates: they are decoded by what they look like."""
    if value.isascii():
        return value
    try:
        return charsets.decoded(value.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode("utf-8", "replace")


def _runs(value: str) -> Iterator[tuple[str, bytes, int, int]]:
    """Encoded words; neighbours in one charset together, since some writers cut characters in two."""
    charset, data, start, end = "", b"", 0, -1
    for found in _WORD.finditer(value):
        piece = _bytes_of(found[2], found[3])
        if found.start() == end and found[1].lower() == charset:
            data, end = data + piece, found.end()
            continue
        if end >= 0:
            yield charset, data, start, end
        charset, data, start, end = found[1].lower(), piece, found.start(), found.end()
    if end >= 0:
        yield charset, data, start, end


def _bytes_of(kind: str, text: str) -> bytes:
    plain = text.encode("utf-8", "replace")
    if kind in "qQ":
        return _HEX.sub(lambda found: bytes([int(found[1], 16)]), plain.replace(b"_", b" "))
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return b""


def address(mail: Message, name: str) -> tuple[str, str]:
    """The first address of a header, in lower case but for its local part, and the name beside it; "" for none."""
    value = raw(mail, name)
    value = _as_text(value)
    try:
        found = [(said, where) for said, where in getaddresses([value]) if "@" in where]
    except (ValueError, TypeError, IndexError, AttributeError):
        found = []
    said, where = next(iter(found), ("", ""))
    if not _ADDRESS.fullmatch(where):
        plain = decoded(value)
        match = _ADDRESS.search(plain)
        if match is None:
            return "", one_line(plain)[:200]
        said, where = plain[: match.start()], match[0]
    local, _, domain = where.strip("<>").rpartition("@")
    return f"{local}@{domain.lower()}", one_line(decoded(said)).strip(" \"'<")[:200]


def ids(mail: Message, name: str) -> list[str]:
    """The message ids in a header, in their order, with their angle brackets."""
    value = decoded(" ".join(all_of(mail, name)))
    return list(dict.fromkeys(_ID.findall(value)))[:MOST_IDS]


def message_id(mail: Message) -> str:
    """Its own id; "" when it has none."""
    found = ids(mail, "message-id")
    return found[0] if found else one_line(decoded(raw(mail, "message-id")))[:990]

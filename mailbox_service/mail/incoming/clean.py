"""What a message says, as it may be stored: text that both databases take, and nothing that nobody sees."""

from __future__ import annotations

import re

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they would turn the text around a name
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]{2,}")
_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
_LINK = re.compile(r"/(link|stop|my-letters|password)/[\w.~=-]{20,}")
LONGEST_ADDRESS = 254


def line(said: str, most: int) -> str:
    """One line of at most so many characters."""
    return " ".join(_TURNING.sub("", _CONTROLS.sub("", said)).split())[:most].rstrip()


def text(said: str, most: int | None = None) -> str:
    """A text without control characters; every line break is one character."""
    return _CONTROLS.sub("", said.replace("\r\n", "\n").replace("\r", "\n"))[:most].strip()


def without_secrets(said: str) -> str:
    """A text without query codes and signed links, which people quote from our mails."""
    return _LINK.sub(r"/\1/…", _CODE.sub("····", said))


def address(said: str) -> str:
    """A mail address; "" for what can't be one."""
    found = line(said, LONGEST_ADDRESS + 1)
    return found if len(found) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(found) else ""


def same(one: str, other: str) -> bool:
    """Whether two addresses are the same; capitals make no difference."""
    return bool(one) and one.strip().casefold() == other.strip().casefold()

"""Whether a file is text for people: in any of the encodings of our four languages, and no programme or web page."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

CHUNK = 256 * 1024
_NOT_TEXT = bytes({*range(0x20), 0x7F} - {0x09, 0x0A, 0x0C, 0x0D, 0x1B})  # ESC changes sets in ISO-2022-JP
_ENCODINGS = ("utf-8", "gb18030", "cp932", "cp949", "big5", "cp1252")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What a browser or a shell would run. Looked for at the beginning, as they do (WHATWG MIME sniffing reads as much).
_RUNS = re.compile(
    rb"\s*(#!|<!doctype|<!--|<\?|<(html|head|body|svg|script|iframe|h1|div|font|table|a|style|title|b|br|p)[\s>/])"
    rb"|.{0,1500}<(script|svg|html|iframe)[\s>/]|.{0,1500}<\?(php|xml)",
    re.IGNORECASE | re.DOTALL,
)


def is_text(head: bytes, file: BinaryIO) -> bool:
    """Whether the whole file is text that nothing would run."""
    if head.startswith(_UTF_16):
        return _is_utf_16(file)
    start = head.removeprefix(codecs.BOM_UTF8)
    return bool(start) and not _RUNS.match(start) and any(_reads_as(encoding, file) for encoding in _ENCODINGS)


def _reads_as(encoding: str, file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while piece := file.read(CHUNK):
            if len(piece.translate(None, _NOT_TEXT)) != len(piece):
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf_16(file: BinaryIO) -> bool:
    decoder, first = codecs.getincrementaldecoder("utf-16")(), True
    file.seek(0)
    try:
        while piece := file.read(CHUNK):
            text = decoder.decode(piece)
            if any(ord(each) < 32 and each not in "\t\n\f\r" for each in text) or (
                first and _RUNS.match(text[:2000].encode())
            ):
                return False
            first = False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True

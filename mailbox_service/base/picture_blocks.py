"""The blocks of a picture file, without those that hold metadata. Nothing is decoded, so no pixel changes.

Each walk yields pieces of the file. A colour profile stays: without it the picture would look different.

Raises:
    ValueError, IndexError, struct.error: the file isn't whole.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from mmap import mmap

Source = bytes | mmap
Walk = Callable[[Source], Iterator[bytes]]


# --- JPEG (ITU T.81, annex B) ----------------------------------------------------------------

_END = 0xD9
_SCAN = 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")  # within a scan: no stuffed byte, no restart


def jpeg(source: Source) -> Iterator[bytes]:
    """Up to the end of the image: what cameras hang behind it (films, further pictures) goes too."""
    yield b"\xff\xd8"
    at = 2
    while True:
        while source[at] == 0xFF and source[at + 1] == 0xFF:
            at += 1
        if source[at] != 0xFF:
            raise ValueError("no marker")
        marker = source[at + 1]
        if marker == _END:
            yield b"\xff\xd9"
            return
        end = at + 2 if marker in _ALONE else at + 2 + _length(source, at + 2)
        if marker == _SCAN:
            end = _end_of_scan(source, end)
        if not _is_jpeg_metadata(marker, source[at + 4 : at + 20]):
            yield source[at:end]
        at = end


def _length(source: Source, at: int) -> int:
    length: int = struct.unpack(">H", source[at : at + 2])[0]
    if length < 2:
        raise ValueError("a block without length")
    return length


def _end_of_scan(source: Source, at: int) -> int:
    found = _NEXT_MARKER.search(source, at)
    if found is None:
        raise ValueError("cut off")
    return found.end() - 2


def _is_jpeg_metadata(marker: int, begins: bytes) -> bool:
    """Comments and application blocks, but for JFIF, the colour profile and Adobe's word on colours."""
    if marker == 0xFE:
        return True
    if not 0xE0 <= marker <= 0xEF:
        return False
    kept = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker)
    return kept is None or not begins.startswith(kept)


# --- PNG (ISO 15948) -------------------------------------------------------------------------

_PNG_METADATA = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"dSIG"})


def png(source: Source) -> Iterator[bytes]:
    """Without its texts, its EXIF and the time it was changed."""
    yield source[:8]
    at = 8
    while True:
        length = struct.unpack(">I", source[at : at + 4])[0]
        kind, end = source[at + 4 : at + 8], at + 12 + length
        if end > len(source):
            raise ValueError("cut off")
        known = kind.isalpha() and (kind[0] < 0x60 or kind in _PNG_SHOWN)
        if known and kind not in _PNG_METADATA:
            yield source[at:end]
        if kind == b"IEND":
            return
        at = end


# Chunks that say how the pixels look or move; every other one that isn't critical may be anybody's.
_PNG_SHOWN = frozenset(
    {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"bKGD", b"pHYs", b"sBIT", b"acTL", b"fcTL", b"fdAT"}
)


# --- GIF (GIF89a) ----------------------------------------------------------------------------

_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def gif(source: Source) -> Iterator[bytes]:
    """Without comments, and without application blocks but the one that makes it move."""
    at = 13 + _table(source[10])
    yield source[:at]
    while source[at] != 0x3B:
        if source[at] == 0x2C:
            end = _blocks_end(source, at + 11 + _table(source[at + 9]))
            keep = True
        elif source[at] == 0x21:
            end = _blocks_end(source, at + 2)
            label = source[at + 1]
            keep = label in (0xF9, 0x01) or (label == 0xFF and source[at + 3 : at + 14] in _LOOPS)
        else:
            raise ValueError("no block")
        if keep:
            yield source[at:end]
        at = end
    yield b";"


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(source: Source, at: int) -> int:
    while source[at]:
        at += 1 + source[at]
    return at + 1


# --- WebP (RFC 9649) -------------------------------------------------------------------------

_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_SAYS_METADATA = 0x04 | 0x08  # XMP, EXIF


def webp(source: Source) -> Iterator[bytes]:
    """Without EXIF, XMP and what isn't known."""
    kept: list[tuple[int, int]] = []
    at, end = 12, min(len(source), 8 + struct.unpack("<I", source[4:8])[0])
    while at + 8 <= end:
        size = struct.unpack("<I", source[at + 4 : at + 8])[0]
        after = at + 8 + size + size % 2
        if after > len(source) + 1:
            raise ValueError("cut off")
        if source[at : at + 4] in _WEBP_KEPT:
            kept.append((at, after))
        at = after
    if not kept:
        raise ValueError("no picture")
    yield b"RIFF" + struct.pack("<I", 4 + sum(after - at for at, after in kept)) + b"WEBP"
    for at, after in kept:
        piece = source[at:after].ljust(after - at, b"\0")
        yield _without_flags(piece) if piece.startswith(b"VP8X") else piece


def _without_flags(piece: bytes) -> bytes:
    return piece[:8] + bytes([piece[8] & ~_SAYS_METADATA]) + piece[9:]


WALKS: dict[str, Walk] = {"jpg": jpeg, "png": png, "gif": gif, "webp": webp}

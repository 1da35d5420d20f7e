"""A HEIF picture (a telephone's .heic) with its EXIF and XMP overwritten by zeros.

Such a file lists its items in a box `iinf` and says in `iloc` where each one's bytes lie (ISO 23008-12,
14496-12). The picture is turned by a property of its own, so nothing visible is lost.

Raises:
    ValueError, IndexError, struct.error: the file isn't whole, or lists its items in a way we don't know.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import pairwise
from mmap import mmap

Source = bytes | mmap
Place = tuple[int, int]  # from, to

MOST_ITEMS = 10_000
CHUNK = 256 * 1024


def without_metadata(source: Source) -> Iterator[bytes]:
    """The file, piece by piece, with zeros where its metadata was."""
    meta = _only(source, (0, len(source)), b"meta")
    inner = (meta[0] + 4, meta[1])
    idat = next((place for kind, place in _boxes(source, inner) if kind == b"idat"), None)
    hidden = _metadata_items(source, _only(source, inner, b"iinf"))
    blanks = sorted(_places(source, _only(source, inner, b"iloc"), hidden, idat))
    edges = [(0, 0), *blanks, (len(source), len(source))]
    for (_, done), (begins, ends) in pairwise(edges):
        for at in range(done, begins, CHUNK):
            yield source[at : min(at + CHUNK, begins)]
        yield bytes(ends - max(begins, done))


def _boxes(source: Source, within: Place) -> Iterator[tuple[bytes, Place]]:
    """The boxes there: kind, and where the content lies."""
    at, end = within
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", source[at : at + 8])
        start = at + 8
        if size == 1:
            size, start = struct.unpack(">Q", source[at + 8 : at + 16])[0], at + 16
        after = end if size == 0 else at + size
        if after > end or after < start:
            raise ValueError("a box reaches out of its own")
        yield kind, (start, after)
        at = after


def _only(source: Source, within: Place, kind: bytes) -> Place:
    found = next((place for known, place in _boxes(source, within) if known == kind), None)
    if found is None:
        raise ValueError("no such box")
    return found


def _metadata_items(source: Source, iinf: Place) -> set[int]:
    """The items that are EXIF, XMP or other text."""
    version, start = source[iinf[0]], iinf[0] + (6 if source[iinf[0]] == 0 else 8)
    if version > 1:
        raise ValueError("an unknown list of items")
    found = set()
    for kind, (at, _) in _boxes(source, (start, iinf[1])):
        if kind != b"infe" or source[at] < 2:
            continue
        wide = source[at] > 2
        number = struct.unpack(">I" if wide else ">H", source[at + 4 : at + (8 if wide else 6)])[0]
        name_at = at + (10 if wide else 8)
        if source[name_at : name_at + 4] in (b"Exif", b"mime", b"uri "):
            found.add(number)
    return found


class _Reader:
    """Numbers of changing width, one after the other."""

    def __init__(self, source: Source, at: int) -> None:
        self._source, self._at = source, at

    def number(self, width: int) -> int:
        piece = self._source[self._at : self._at + width]
        if len(piece) != width:
            raise ValueError("cut off")
        self._at += width
        return int.from_bytes(piece, "big")


def _places(source: Source, iloc: Place, wanted: set[int], idat: Place | None) -> Iterator[Place]:
    """Where the bytes of these items lie in the file."""
    version, read = source[iloc[0]], _Reader(source, iloc[0] + 4)
    if version > 2:
        raise ValueError("an unknown list of places")
    sizes, more = read.number(1), read.number(1)
    widths = (sizes >> 4, sizes & 15, more >> 4, more & 15 if version else 0)
    count = read.number(4 if version == 2 else 2)
    if count > MOST_ITEMS:
        raise ValueError("more items than a picture has")
    for _ in range(count):
        number = read.number(4 if version == 2 else 2)
        method = read.number(2) & 15 if version else 0
        read.number(2)
        base = read.number(widths[2])
        for _ in range(read.number(2)):
            read.number(widths[3])
            start, length = base + read.number(widths[0]), read.number(widths[1])
            if number in wanted:
                yield _place(start, length, method, idat, len(source))


def _place(start: int, length: int, method: int, idat: Place | None, size: int) -> Place:
    if method == 1 and idat is not None:
        start += idat[0]
    elif method != 0:
        raise ValueError("metadata lies where we can't follow")
    if start + length > size:
        raise ValueError("metadata lies outside the file")
    return start, start + (length or size - start)

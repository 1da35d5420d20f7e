"""What lies in a container: ZIP and OLE (office documents), ISO media, Ogg and Matroska (sound and film), MP3 frames.

`ending_of` answers the ending of a type we take, "-" for a container of something else, "" for no container.
Only directories are read, and no more of them than an office document has.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from typing import BinaryIO

OTHER = "-"
MOST_DIRECTORY_BYTES = 2_000_000  # of a ZIP: tens of thousands of parts
MOST_SECTORS = 256  # of an OLE directory: each holds four entries or 32
_TAIL = 22 + 65_535


def ending_of(head: bytes, file: BinaryIO) -> str:
    """The ending of what the container holds."""
    if head.startswith(b"PK\x03\x04"):
        return _zip(file) or OTHER
    if head.startswith(b"PK"):
        return OTHER  # an empty or split archive
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole(file) or OTHER
    if head[4:8] == b"ftyp":
        return _media(head) or OTHER
    if head[4:8] in (b"moov", b"wide", b"mdat") and len(head) > 16:
        return "mov"
    if head.startswith(b"OggS"):
        return "ogg" if re.search(rb"\x01vorbis|OpusHead|Speex   |\x7fFLAC", head[:300]) else OTHER
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm" if re.search(rb"\x42\x82[\x40-\x8f]{1,2}webm", head[:100]) else OTHER
    return "mp3" if _is_mp3(head) else ""


# --- ZIP: newer office documents -------------------------------------------------------------

_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_SAID = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/hwp+zip": "hwpx",
}


def _zip(file: BinaryIO) -> str:
    if not _has_small_directory(file):
        return ""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) for name in names):
                return ""  # macros and worse
            if "[Content_Types].xml" in names:
                return next((ending for part, ending in _PARTS.items() if part in names), "")
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return _SAID.get(archive.read("mimetype").strip(), "")
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, ValueError, OSError, EOFError):
        return ""  # broken, encrypted, or packed in a way that no office document is
    return ""


def _has_small_directory(file: BinaryIO) -> bool:
    """Whether the list of parts, which is read into memory, is as small as it should be (APPNOTE 4.3.16)."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22 or b"PK\x06\x07" in tail[max(0, at - 20) : at]:
        return False
    directory: int = struct.unpack_from("<I", tail, at + 12)[0]
    return directory <= MOST_DIRECTORY_BYTES


# --- OLE: older office documents (MS-CFB) ----------------------------------------------------


def _ole(file: BinaryIO) -> str:
    try:
        names = _ole_names(file)
    except struct.error:
        return ""
    if names & {"Macros", "_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"}:
        return ""
    if "WordDocument" in names:
        return "doc"
    if names & {"Workbook", "Book"}:
        return "xls"
    if "PowerPoint Document" in names:
        return "ppt"
    return "hwp" if {"FileHeader", "DocInfo"} <= names else ""


def _ole_names(file: BinaryIO) -> set[str]:
    """The names in the directory, following its chain of sectors."""
    file.seek(0)
    header = file.read(512)
    shift, sector = struct.unpack_from("<H", header, 30)[0], struct.unpack_from("<I", header, 48)[0]
    if shift not in (9, 12):
        return set()
    size, fat = 1 << shift, struct.unpack_from("<109I", header, 76)
    names: set[str] = set()
    for _ in range(MOST_SECTORS):
        if sector >= 0xFFFFFFFA:
            break
        file.seek((sector + 1) * size)
        names |= {_entry_name(entry) for entry in _in_pieces(file.read(size), 128)}
        table, place = divmod(sector, size // 4)
        if table >= len(fat):
            break
        file.seek((fat[table] + 1) * size + place * 4)
        sector = struct.unpack("<I", file.read(4))[0]
    return names


def _in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data) - size + 1, size)]


def _entry_name(entry: bytes) -> str:
    length = min(struct.unpack_from("<H", entry, 64)[0], 64)
    return entry[: max(0, length - 2)].decode("utf-16-le", "replace")


# --- Sound and film --------------------------------------------------------------------------

_BRANDS = {
    b"M4A ": "m4a", b"M4B ": "m4a", b"qt  ": "mov",
    b"heic": "heic", b"heix": "heic", b"heim": "heic", b"heis": "heic", b"hevc": "heic", b"hevx": "heic",
    b"isom": "mp4", b"iso2": "mp4", b"iso4": "mp4", b"iso5": "mp4", b"iso6": "mp4", b"mp41": "mp4", b"mp42": "mp4",
    b"avc1": "mp4", b"M4V ": "mp4", b"mmp4": "mp4", b"MSNV": "mp4", b"dash": "mp4",
    b"3gp4": "3gp", b"3gp5": "3gp", b"3gp6": "3gp", b"3gp7": "3gp", b"3g2a": "3gp", b"3g2b": "3gp",
}  # fmt: skip


def _media(head: bytes) -> str:
    """By the major brand; where that is only general, by the compatible ones (ISO 14496-12)."""
    size = min(struct.unpack_from(">I", head)[0], len(head))
    brands = [head[8:12], *_in_pieces(head[16:size], 4)]
    if b"avif" in brands or b"avis" in brands:
        return ""
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "")


def _is_mp3(head: bytes) -> bool:
    """An ID3 tag, or two frames of layer III one after the other."""
    if head.startswith(b"ID3") and len(head) > 10:
        return True
    length = _frame_length(head, 0)
    return bool(length) and bool(_frame_length(head, length))


_RATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _frame_length(head: bytes, at: int) -> int:
    """How long the frame there is in bytes; 0 when there is none (ISO 11172-3)."""
    if len(head) < at + 4 or head[at] != 0xFF or head[at + 1] & 0xE6 != 0xE2:
        return 0
    version, rate, sample = head[at + 1] >> 3 & 3, head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version not in _SAMPLES or sample == 3:
        return 0
    bits = _RATES[1 if version == 3 else 2][rate]
    return (144 if version == 3 else 72) * bits * 1000 // _SAMPLES[version][sample] + (head[at + 2] >> 1 & 1)

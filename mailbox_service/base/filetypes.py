"""What a file is, by its content: only what citizens send is known here, anything else is None.

puremagic knows the plain signatures. Where it is weak we look ourselves: it calls every ZIP a Word
file, every OLE container too, doesn't tell text from nothing, and guesses at containers of film and sound.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import BinaryIO

import puremagic

from mailbox_service.base import filetypes_containers as containers
from mailbox_service.base import filetypes_text as plain

HEAD = 4096
LONGEST_NAME = 120
TOO_MANY_PIXELS = 3  # how `base.pictures` ends when a picture is too large to open


@dataclass(frozen=True, slots=True)
class FileType:
    """A type we take: how it is served, the ending its name gets, other endings it may keep."""

    content_type: str
    ending: str
    also: tuple[str, ...] = ()

    @property
    def is_picture(self) -> bool:
        """Whether it may hold metadata that we take out."""
        return self.content_type.startswith("image/")


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
TYPES = {
    kind.ending: kind
    for kind in (
        FileType("image/jpeg", "jpg", ("jpeg", "jpe", "jfif")),
        FileType("image/png", "png"),
        FileType("image/gif", "gif"),
        FileType("image/webp", "webp"),
        FileType("image/heic", "heic", ("heif", "hif")),
        FileType("application/pdf", "pdf"),
        FileType(f"{_OFFICE}.wordprocessingml.document", "docx"),
        FileType(f"{_OFFICE}.spreadsheetml.sheet", "xlsx"),
        FileType(f"{_OFFICE}.presentationml.presentation", "pptx"),
        FileType(f"{_OPEN}.text", "odt"),
        FileType(f"{_OPEN}.spreadsheet", "ods"),
        FileType(f"{_OPEN}.presentation", "odp"),
        FileType("application/msword", "doc", ("wps",)),
        FileType("application/vnd.ms-excel", "xls", ("et",)),
        FileType("application/vnd.ms-powerpoint", "ppt", ("dps",)),
        FileType("application/x-hwp", "hwp"),
        FileType("application/hwp+zip", "hwpx"),
        FileType("application/rtf", "rtf", ("doc",)),
        FileType("text/plain", "txt", ("text", "log", "md")),
        FileType("text/csv", "csv"),
        FileType("audio/mpeg", "mp3"),
        FileType("audio/mp4", "m4a", ("m4b", "mp4")),
        FileType("audio/wav", "wav"),
        FileType("audio/ogg", "ogg", ("oga", "opus")),
        FileType("audio/amr", "amr"),
        FileType("video/mp4", "mp4", ("m4v",)),
        FileType("video/quicktime", "mov", ("qt",)),
        FileType("video/webm", "webm"),
        FileType("video/3gpp", "3gp", ("3g2", "3gpp")),
    )
}
SHOWN_BY_BROWSERS = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
_SIGNED = ("jpg", "png", "gif", "webp", "pdf", "rtf", "wav", "amr")  # what puremagic is asked for
_ENDINGS = frozenset(ending for kind in TYPES.values() for ending in (kind.ending, *kind.also))


def type_of(file: BinaryIO, name: str = "") -> FileType | None:
    """What the file is; its name only tells a table from other text. None for whatever we don't take."""
    file.seek(0)
    head = file.read(HEAD)
    if ending := containers.ending_of(head, file):
        return TYPES.get(ending)
    if signed := _signed(head):
        return TYPES[signed]
    if plain.is_text(head, file):
        return TYPES["csv" if name.lower().endswith(".csv") else "txt"]
    return None


def _signed(head: bytes) -> str:
    """The ending of a type with a plain signature; "" when there is none."""
    try:
        endings = {one.extension.lstrip(".") for one in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):  # ValueError: an empty file
        return ""
    return next((ending for ending in _SIGNED if ending in endings and _BEGINS[ending].match(head)), "")


# puremagic also looks for signatures far from the beginning: a type counts only where the file begins with it.
_BEGINS = {
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "pdf": re.compile(rb"\s{0,8}%PDF-"),
    "rtf": re.compile(rb"\{\\rtf"),
    "wav": re.compile(rb"RIFF....WAVE", re.DOTALL),
    "amr": re.compile(rb"#!AMR(-WB)?\n"),
}


# --- Names -----------------------------------------------------------------------------------

_UNWANTED = re.compile('[\x00-\x1f\x7f-\x9f<>:"|?*\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')
_SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """A file's name as it may be shown and saved: without folders, control characters and marks that turn text."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    tidy = _SPACES.sub(" ", _UNWANTED.sub("", last)).strip(" .")
    stem, dot, ending = tidy.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return tidy[:LONGEST_NAME] or "file"


def with_ending(name: str, kind: FileType) -> str:
    """The name with the ending of what the file is: a wrong one of ours is replaced, a strange one kept before it."""
    stem, dot, ending = name.rpartition(".")
    if dot and ending.lower() in (kind.ending, *kind.also):
        return name
    return f"{stem if dot and stem and ending.lower() in _ENDINGS else name}.{kind.ending}"

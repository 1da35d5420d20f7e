"""/letters/{number}/takeaway: everything the citizen may see of a letter, as one ZIP.

It is written as it is sent, piece by piece: a letter with large files takes no more memory than one without.
"""

from __future__ import annotations

import asyncio
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.response import Stream
from sqlmodel import Session

from mailbox_service.base import audit, claim, clock
from mailbox_service.base.files import CHUNK, Files
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import ActorKind
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import takeaway as find
from mailbox_service.web import forms, pages
from mailbox_service.web.page import Page
from mailbox_service.web.public import key, letter, story, switch, takeaway_letter
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
TRIES_PER_HOUR = 30
FOLDER = "files/"
LONGEST_NAME = 100  # bytes: with the folder of whoever unpacks it, within what file systems take

_UNSAFE = re.compile(r'[\\/:*?"<>|]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TakeawayPage:
    """What the file holds, and the button."""

    page: Page
    number: str
    back: str


@get("/{lang:str}/letters/{number:str}/takeaway")
async def takeaway(request: Visit) -> Response[bytes]:
    """What one gets."""
    request.require_language()
    found = await letter.load(request)
    return letter.to_the_door(request) if found is None else _page(request)


def _page(visit: Visit) -> Response[bytes]:
    number = visit.word("number")
    frame = pages.frame(visit, say(visit.lang, "Take everything away"), form_id="takeaway")
    context = TakeawayPage(frame, number, f"/{visit.lang}/letters/{number}")
    return pages.html(visit, "public/takeaway.html", context)


@post("/{lang:str}/letters/{number:str}/takeaway", status_code=200)
async def take(request: Visit) -> Response[bytes] | Stream:
    """The ZIP."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    if form.line("switch"):
        return await takeaway.fn(visit)  # type: ignore[no-any-return]
    link = key.held(visit)
    loaded = await _load(visit, link.ticket_id, link.generation) if link else None
    if loaded is None:
        return letter.to_the_door(visit)
    everything, city = loaded
    found = everything.letter
    topic = await _topic(visit, everything.more.topic_id)
    told = story.Teller(visit.lang, visit.site.zone, city, found)
    paths = await asyncio.to_thread(_paths, visit.site.files, everything.files)
    taken = takeaway_letter.Taken(told, everything, topic, paths, clock.now())
    papers = {"letter.txt": takeaway_letter.as_text(taken), "letter.json": takeaway_letter.as_json(taken)}
    zone, name = visit.site.zone, f"letter-{found.head.number}.zip"
    kept = [Kept(paths[r.id], r.stored, r.at.astimezone(zone)) for r in everything.files if paths[r.id]]
    return Stream(
        pieces(visit.site.files, papers, kept, taken.now.astimezone(zone)),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": pages.PERSONAL},
    )


async def _load(visit: Visit, ticket_id: int, generation: int) -> tuple[find.Everything, City] | None:
    """All that is taken away; noted in the log as taken.

    Raises:
        Refused: "too_many" from this network address within the hour.
    """
    number, now, mark, book = visit.word("number"), clock.now(), visit.mark, visit.site.book

    def load(session: Session) -> tuple[int, find.Everything | None, City]:
        tries = claim.count_try(session, "takeaway", mark, HOUR_SECONDS, now)
        found = find.everything(session, ticket_id, generation, number) if tries <= TRIES_PER_HOUR else None
        if found:
            audit.record(session, "letter.taken_away", by=None, now=now, kind=ActorKind.CITIZEN,
                         about=("ticket", ticket_id), files=len(found.files))  # fmt: skip
        return tries, found, book.open(session)

    tries, found, city = await visit.site.db.writing(load)
    if tries > TRIES_PER_HOUR:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))
    return (found, city) if found else None


async def _topic(visit: Visit, topic_id: int | None) -> str:
    used = await visit.site.topics.used(visit.site.db) if topic_id else ()
    names = next((topic.name for topic in used if topic.id == topic_id), None)
    return takeaway_letter.topic_name(names, visit.lang)


# --- Names -----------------------------------------------------------------------------------


def _paths(files: Files, rows: Sequence[Any]) -> dict[int, str]:
    """Under which name each file lies in the ZIP: safe on every system, no two alike; "" for one that is gone."""
    taken: set[str] = set()
    return {row.id: _unique(safe_name(row.name), taken) if _is_there(files, row.stored) else "" for row in rows}


def _is_there(files: Files, key: str) -> bool:
    try:
        files.open(key).close()
    except Refused:
        return False
    return True


def safe_name(name: str) -> str:
    """A file's name without what some system takes for more than a name, and not too long; its ending is kept."""
    plain = unicodedata.normalize("NFC", name).rpartition("/")[2].rpartition("\\")[2]
    kept = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    clean = _UNSAFE.sub("_", kept).strip(" .")
    if not clean or _RESERVED.match(clean):
        clean = f"file_{clean}".rstrip("_")
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, dot, ending = clean, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + ending


def _unique(name: str, taken: set[str]) -> str:
    """The name, or with a number before its ending, so that no other is like it even where capitals don't count."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (name, "")
    tries = (name if count == 1 else f"{stem}-{count}{ending}" for count in range(1, len(taken) + 2))
    chosen = next(each for each in tries if each.casefold() not in taken)
    taken.add(chosen.casefold())
    return FOLDER + chosen


# --- The ZIP ---------------------------------------------------------------------------------


class _Outlet(io.RawIOBase):
    """What is written can be taken once; it can't be gone back in, so the archive is written straight on."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        written = bytes(piece)  # type: ignore[call-overload]
        self._pieces.append(written)
        return len(written)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the letter: its name in the ZIP, its key on the disk, and when it came, by the city's clock."""

    path: str
    key: str
    at: datetime


def pieces(store: Files, papers: Mapping[str, bytes], files: Iterable[Kept], at: datetime) -> Iterator[bytes]:
    """The archive as it comes into being: the papers made at that moment, then the files one after the other."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in papers.items():
            archive.writestr(_entry(name, at, zipfile.ZIP_DEFLATED), content)
        yield outlet.take()
        for kept in files:
            yield from _add(archive, outlet, store, kept.key, _entry(kept.path, kept.at))
    yield outlet.take()


def _entry(path: str, at: datetime, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    """Photographs, films and papers are packed already: they are only stored."""
    entry = zipfile.ZipInfo(path, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type, entry.external_attr = compression, 0o644 << 16
    return entry


def _add(archive: zipfile.ZipFile, outlet: _Outlet, files: Files, key: str, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with files.open(key) as file, archive.open(entry, "w", force_zip64=True) as place:
        while piece := file.read(CHUNK):
            place.write(piece)
            yield outlet.take()

"""Files that come with a form: streamed to their place as they arrive, kept with the form until it is sent.

    form = await uploads.read(visit)                     # instead of forms.read
    holder = uploads.holder(visit, form.line("once"))
    problems = await uploads.keep(visit, holder, form)   # whatever was wrong with files, in sentences
    …
    files = await uploads.waiting(visit, holder)         # for the page: uploads.shown(lang, files, settings)
    uploads.attach(session, case, holder, now=now)       # in the verb's transaction

The form needs enctype="multipart/form-data", its token before its files, and a hidden mark `once`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from python_multipart.multipart import parse_options_header
from sqlmodel import Session

from mailbox_service.base import arrival, claim, clock, tokens
from mailbox_service.base.arrival import Came
from mailbox_service.base.filetypes import TYPES
from mailbox_service.base.language import clock_time, say, say_refusal, size
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.tickets import uploads as rows
from mailbox_service.tickets.tables import Upload
from mailbox_service.tickets.uploads import are_a_repeat as are_a_repeat
from mailbox_service.tickets.uploads import attach as attach
from mailbox_service.tickets.uploads import take as take
from mailbox_service.web import csrf, forms
from mailbox_service.web.arriving import Arrivals, Arriving
from mailbox_service.web.multipart import Parts
from mailbox_service.web.page import Problem
from mailbox_service.web.parts import UploadedFile
from mailbox_service.web.site import Visit

FIELD = "files"
MB = 1024 * 1024
GATHERED = 256 * 1024  # bytes that go to a thread together
_MEDIA = ("image", "audio", "video")  # asked for as such, a telephone offers its camera too
ACCEPT = ",".join(
    [f"{media}/*" for media in _MEDIA]
    + [f".{kind.ending}" for kind in TYPES.values() if not kind.content_type.startswith(_MEDIA)]
)

_SETTLING = ThreadPoolExecutor(2, "files")  # pictures, scanner, flushing to disk: as many at once


class FilesForm(forms.Form):
    """What was typed, and the files that came with it: those taken in, and what is wrong with the others."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        super().__init__(fields)
        self.came: list[Came] = []
        self.file_problems: list[Problem] = []


async def read(visit: Visit, *, wanted: bool = True) -> FilesForm:
    """The form that was sent, its files stored but not yet kept (`keep`). Not `wanted` files are thrown away.

    Raises:
        BadForm, TooOld: as `forms.read`; 413 when it is larger than all files of a letter may be. No file is stored.
    """
    kind, options = parse_options_header(visit.headers.get("content-type") or "")
    if kind != b"multipart/form-data":
        return FilesForm((await forms.read(visit)).fields)
    settings = visit.site.settings
    ours = wanted and not csrf.from_elsewhere(visit)
    with Arrivals(visit.site.files, settings.upload_max_file_mb * MB, settings.upload_max_files) as arrivals:
        parts = Parts(options.get(b"boundary", b""), lambda name: arrivals.begin(name, ours and _fits(visit, parts)))
        await _stream(visit, parts)
        form = FilesForm(forms.texts(parts.pairs))
        forms.require_ours(visit, form)
        if wanted and not _is_sent_again(visit, form):
            await _settle(visit, form, arrivals.whole)
    return form


def _fits(visit: Visit, parts: Parts) -> bool:
    """Whether the token has come, before the first file: without it not a byte is written."""
    sent = next((value for name, value in parts.pairs if name == csrf.FIELD.encode()), b"")
    return csrf.fits(visit, sent.decode("ascii", "replace"))


async def _stream(visit: Visit, parts: Parts) -> None:
    limit = visit.site.settings.upload_max_letter_mb
    gathered: list[bytes] = []
    held = 0
    async for piece in forms.bounded(visit, limit * MB + forms.MOST_BYTES, "form.files_large", limit=f"{limit} MB"):
        gathered.append(piece)
        held += len(piece)
        if held >= GATHERED:
            await asyncio.to_thread(parts.write, b"".join(gathered))
            gathered, held = [], 0
    await asyncio.to_thread(parts.write, b"".join(gathered))
    parts.end()


def _is_sent_again(visit: Visit, form: forms.Form) -> bool:
    """Whether this is a switch of language: the browser then sends the form, files and all, to the other page."""
    kind, _, wanted = form.line("switch").partition(":")
    return kind == "lang" and wanted != visit.lang


async def _settle(visit: Visit, form: FilesForm, arrived: Sequence[Arriving]) -> None:
    """Look at each file, and clean, check and store those we take."""
    if not arrived:
        return
    too_many = await _too_many(visit, sum(one.size for one in arrived))
    settings = visit.site.settings
    for one in arrived:
        refused = too_many or one.refused
        if refused is None and one.incoming is not None:
            look = partial(
                arrival.settle, visit.site.files, one.incoming, one.name, virus_scanner=settings.virus_scanner
            )
            try:
                form.came.append(await asyncio.get_running_loop().run_in_executor(_SETTLING, look))
            except Refused as no:
                refused = no
        if refused is not None:
            form.file_problems.append(_problem(visit, refused))


async def _too_many(visit: Visit, sent: int) -> Refused | None:
    """The refusal when this network address has sent too many megabytes in this hour."""
    mark, now, weight = visit.mark, clock.now(), -(-sent // MB)

    def count(session: Session) -> int:
        return claim.count_try(session, "upload", mark, rows.HOUR_SECONDS, now, weight=weight)

    if await visit.site.db.writing(count) <= visit.site.settings.uploads_mb_per_address_per_hour:
        return None
    return Refused("too_many", at=clock_time(claim.window_end(rows.HOUR_SECONDS, now), visit.site.zone))


def _problem(visit: Visit, refused: Refused) -> Problem:
    return Problem(FIELD, say_refusal(visit.lang, refused, visit.site.zone))


# --- Kept with the form ----------------------------------------------------------------------


def holder(visit: Visit, once: str) -> str:
    """Whose files: this visitor's, of the form with this mark."""
    return tokens.hashed(f"files:{visit.kept(csrf.COOKIE)}:{once}")


async def keep(visit: Visit, holder: str, form: forms.Form) -> list[Problem]:
    """Keep the files that came, as many as may go together; every problem with files, those of reading first.

    Call it once for a form that `read` gave; what isn't kept is thrown away.
    """
    if not isinstance(form, FilesForm):
        return []
    refused: list[tuple[Came, Refused]] = []
    if form.came:
        settings, now = visit.site.settings, clock.now()
        limits = rows.Limits(settings.upload_max_files, settings.upload_max_letter_mb * MB)
        refused = await visit.site.db.writing(lambda s: rows.keep(s, holder, form.came, limits, now=now))
    for one, _ in refused:
        await asyncio.to_thread(visit.site.files.remove, one.stored)
    form.came = []
    form.file_problems += [_problem(visit, no) for _, no in refused]
    return form.file_problems


async def waiting(visit: Visit, holder: str) -> list[Upload]:
    """The files kept with this form, oldest first."""
    return await visit.site.db.reading(lambda session: rows.waiting(session, holder))


async def remove(visit: Visit, holder: str, upload_id: int | None) -> None:
    """Take a kept file away; nothing happens when it isn't this form's."""
    if upload_id is None:
        return
    stored = await visit.site.db.writing(lambda session: rows.remove(session, holder, upload_id))
    if stored is not None:
        await asyncio.to_thread(visit.site.files.remove, stored)


def shown(lang: str, uploads: Sequence[Upload], settings: Settings) -> tuple[list[UploadedFile], str]:
    """The kept files for templates/parts/upload.html, and "2 of 5"."""
    files = [UploadedFile(str(row.id), row.name, size(row.size, lang), say(lang, "Uploaded")) for row in uploads]
    return files, say(lang, "%(count)s of %(limit)s files", count=len(files), limit=settings.upload_max_files)


@dataclass(frozen=True, slots=True)
class FileField:
    """A form's files as its page shows them. `once` is the form's mark, `each` the bytes one file may have."""

    once: str
    files: Sequence[UploadedFile]
    count_words: str
    hint: str
    accept: str
    each: int


async def field(visit: Visit, once: str) -> FileField | None:
    """The files kept with the form of this mark, and what may be sent; None when the city takes no files."""
    settings, lang = visit.site.settings, visit.lang
    if not settings.upload_max_files:
        return None
    files, words = shown(lang, await waiting(visit, holder(visit, once)), settings)
    return FileField(once, files, words, hint(lang, settings), ACCEPT, settings.upload_max_file_mb * MB)


async def tend(visit: Visit, holder: str, form: forms.Form) -> tuple[list[Problem], bool]:
    """Keep what came and take away what was to be removed; the problems, and whether that was all that was asked."""
    problems = await keep(visit, holder, form)
    await remove(visit, holder, form.number("remove"))
    return problems, form.line("act") == "upload" or form.has("remove")


def mark_of(form: forms.Form) -> str:
    """The form's mark `once`; a fresh one when it has none that could be ours."""
    once = form.line("once")
    return once if 16 <= len(once) <= 64 else tokens.fresh_token()


def hint(lang: str, settings: Settings) -> str:
    """What may be sent, in one sentence."""
    each, together = f"{settings.upload_max_file_mb} MB", f"{settings.upload_max_letter_mb} MB"
    return say(lang, "upload.hint", count=settings.upload_max_files, each=each, together=together)

"""/staff/incoming/{message}: one message that waits, its text drawn by us, and what to do with it.

The bytes as they came can be saved, and are never shown within a page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from litestar.response import Stream

from mailbox_service.base import ids, tokens
from mailbox_service.base.language import moment, say, size
from mailbox_service.base.refusals import Refused
from mailbox_service.mail import inbox, pen
from mailbox_service.mail.incoming.read import NotUnderstoodError
from mailbox_service.mail.pen import Away
from mailbox_service.mail.tables import Received
from mailbox_service.web import downloads, pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import acts, incoming

PATH = f"{incoming.PATH}/{{message:str}}"
ABOUT_NUMBER = frozenset({"mail.no_letter", "not_now", "erase.done", "add.empty", "answer.empty"})


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The message: who wrote it when and why it waits, what it says, the files with it, and what was typed."""

    page: Page
    href: str
    facts: Sequence[tuple[str, str]]
    letter: str
    newly: str
    whole: str
    files: Sequence[tuple[str, str]]
    is_there: bool
    becomes_letter: bool
    number: str
    away: Sequence[Option]


@dataclass(frozen=True, slots=True)
class _Bytes:
    """The message as a file to be saved."""

    name: str
    content_type: str
    size: int
    stored: str


async def show(desk: Desk) -> Response[bytes]:
    """The message; that somebody has read it is written down."""
    row, number = await _opened(desk, whole=False)
    return await _page(desk, row, number, number or "")


async def _opened(desk: Desk, *, whole: bool | None) -> tuple[Received, str | None]:
    incoming.must_read(desk)
    wanted = ids.read(desk.visit.word("message")) or 0
    row, number = await desk.read(lambda session: pen.seen(session, wanted, by=desk.viewer))
    if whole is not None:
        await desk.write(lambda session: pen.looked_at(session, row, whole=whole, by=desk.viewer, now=desk.now))
    return row, number


async def raw(desk: Desk) -> Response[bytes] | Stream:
    """The bytes as they came, to be saved."""
    row, _ = await _opened(desk, whole=True)
    return await downloads.send(
        desk.visit, _Bytes(f"message-{row.id}.eml", "application/octet-stream", row.size, row.stored)
    )


async def do(desk: Desk) -> Response[bytes]:
    """Do with it what was chosen, or say why not."""
    form, (row, number) = await desk.form(), await _opened(desk, whole=None)
    typed = form.line("number")[:40]
    if switched(desk.visit, form):
        return await _page(desk, row, number, typed)
    try:
        return pages.see_other(await _done(desk, row, form))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return await _page(desk, row, number, typed, refused)


async def _done(desk: Desk, row: Received, form: Form) -> str:
    """Where to go on after it was done."""
    by, now, site = desk.viewer, desk.now, desk.site
    room = inbox.Room(site.db, site.settings, site.book)
    match form.line("act"):
        case "put_on":
            wanted = tokens.read_number(form.line("number")[:40])
            if wanted is None:
                raise Refused("mail.no_letter")
            return f"/staff/tickets/{await pen.put_on(room, row.id, wanted, by=by, now=now)}"
        case "take":
            return f"/staff/tickets/{await pen.take_as_letter(room, row.id, by=by, now=now)}"
        case "try_again":
            await desk.write(lambda session: pen.try_again(session, row.id, by=by, now=now))
            return f"{incoming.PATH}?done=try_again"
        case "put_away":
            what = Away.SPAM if form.line("what") == Away.SPAM else Away.MACHINE
            await desk.write(lambda session: pen.put_away(session, row.id, what, by=by, now=now))
            return f"{incoming.PATH}?done=put_away"
    return f"{incoming.PATH}/{row.id}"


async def _page(
    desk: Desk, row: Received, number: str | None, typed: str, refused: Refused | None = None
) -> Response[bytes]:
    lang, problems = desk.lang, [_problem(desk, refused)] if refused else []
    title = row.subject or say(lang, "inbox.no_subject")
    context = MessagePage(
        page=frame(desk, title, form_id="incoming", form_act="put_on", problems=problems),
        href=f"{incoming.PATH}/{row.id}",
        facts=_facts(desk, row),
        letter=number or "",
        newly=row.reply_text or row.text,
        whole=row.text if row.reply_text and row.text != row.reply_text else "",
        files=await _files(desk, row),
        is_there=bool(row.stored),
        becomes_letter=not await desk.read(lambda session: pen.is_of_restricted(session, row)),
        number=typed,
        away=[Option(what.value, say(lang, f"inbox.away.{what.value}")) for what in Away],
    )
    status = STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/incoming_message.html", context, status=status)


def _problem(desk: Desk, refused: Refused) -> Problem:
    return Problem("number" if refused.code in ABOUT_NUMBER else "", acts.said(desk, refused))


def _facts(desk: Desk, row: Received) -> list[tuple[str, str]]:
    lang = desk.lang
    facts = [
        (say(lang, "inbox.why"), incoming.why(lang, row)),
        (say(lang, "inbox.from"), incoming.from_whom(desk, row)),
        (say(lang, "inbox.to"), row.envelope_to),
        (say(lang, "inbox.came"), moment(row.received_at, lang, desk.site.zone)),
        (say(lang, "inbox.size"), size(row.size, lang)),
    ]
    return [(label, value) for label, value in facts if value]


async def _files(desk: Desk, row: Received) -> list[tuple[str, str]]:
    """The files in it, by name and size."""
    if not row.stored:
        return []
    try:
        said = await asyncio.to_thread(inbox.understand, desk.site.files, row)
    except NotUnderstoodError:
        return []
    return [(file.name, size(file.size, desk.lang)) for file in said.files[:MOST_FILES]]


MOST_FILES = 100
doors = [hang("GET", PATH, show), hang("POST", PATH, do), hang("GET", f"{PATH}/raw", raw)]

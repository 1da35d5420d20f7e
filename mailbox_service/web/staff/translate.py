"""/staff/tickets/{number}/translate: a letter for the office, or its reply for the writer, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, say, say_many
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.life import reply, translate
from mailbox_service.tickets.tables import Translation
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Link, Page, Problem
from mailbox_service.web.staff import acts, now, sheets
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, enter

MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph, and the box for its translation."""

    name: str
    source: str
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class TranslatePage:
    """The text to translate, a row each paragraph; the letter beside a reply."""

    page: Page
    room: Room
    letter: sheets.Letter | None
    title: str
    due: str
    others: Sequence[Link]
    translation_id: int
    source_lang: str
    target_lang: str
    rows: Sequence[Row]
    reply_version: int


async def show(desk: Desk) -> Response[bytes]:
    """What the viewer is asked to translate, first what is named in the address.

    Raises:
        Refused: "translation.none" when they are asked for nothing here.
    """
    room = await enter(desk)
    return _page(room, _chosen(room, desk.asked("of")), {})


def _chosen(room: Room, id_: str) -> Translation:
    waiting = now.translations(room)
    if not waiting:
        raise Refused("translation.none")
    return next((text for text in waiting if str(text.id) == id_), waiting[0])


def source_of(room: Room, asked: Translation) -> tuple[str, str]:
    """The text to translate, and its language."""
    case = room.case
    if asked.message_id is not None:
        message = next(m for m in case.messages if m.id == asked.message_id)
        return message.text, message.language
    return next(r.text for r in case.replies if r.id == asked.reply_id), case.city.working_language


def rows_of(text: str) -> list[str]:
    """The paragraphs, each a row; a text of very many is one row."""
    found = sheets.paragraphs(text)
    return found if len(found) <= MOST_ROWS else [text]


async def do(desk: Desk) -> Response[bytes]:
    """Hand it in, when no paragraph is missing."""
    form, room = await desk.form(), await enter(desk)
    typed, asked = acts.typed(form), _chosen(room, form.line("of"))
    if switched(desk.visit, form):
        return _page(room, asked, typed)
    rows = rows_of(source_of(room, asked)[0])
    gaps = [f"p{n}" for n in range(len(rows)) if not typed.get(f"p{n}", "").strip()]
    if gaps:
        return _page(room, asked, typed, gaps=gaps)
    text = "\n".join(typed[f"p{n}"].strip() for n in range(len(rows)))
    number = room.case.ticket.number
    try:
        await desk.write(lambda session: hand_in(session, desk, number, asked, form, text))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        return _page(room, asked, typed, refused)
    return pages.see_other(f"{room.href}?done=translate")


def hand_in(session: Session, desk: Desk, number: str, asked: Translation, form: Form, text: str) -> None:
    """Store the translation; of a reply, for the version that was on the page."""
    book, by = desk.site.book, desk.viewer
    if asked.message_id is not None:
        work.act(session, book, number, by, translate.translate_letter, asked.message_id, text, now=desk.now)
    else:
        version = form.number("reply_version") or 0
        work.act(session, book, number, by, reply.translate_reply, version, text, asked.language, now=desk.now)


def _page(
    room: Room,
    asked: Translation,
    typed: Mapping[str, str],
    refused: Refused | None = None,
    *,
    gaps: Sequence[str] = (),
) -> Response[bytes]:
    desk, lang = room.desk, room.lang
    text, language = source_of(room, asked)
    problems = [acts.problem_of(desk, refused, ())] if refused else []
    if gaps:
        missing = say_many(lang, "%(count)s paragraph is empty.", "%(count)s paragraphs are empty.", len(gaps))
        problems = [Problem(gaps[0], missing)]
    title = say(lang, "act.translate_letter") if asked.message_id else say(lang, "act.translate_reply")
    checked = room.case.submitted
    context = TranslatePage(
        page=frame(desk, title, form_id="act", problems=problems),
        room=room,
        letter=sheets.letter(room) if asked.reply_id else None,
        title=title,
        due=day(asked.due_on, lang),
        others=_others(room, asked),
        translation_id=asked.id,
        source_lang=tag(language),
        target_lang=tag(asked.language),
        rows=[
            Row(f"p{n}", part, typed.get(f"p{n}", ""), say(lang, "This paragraph is empty.") if f"p{n}" in gaps else "")
            for n, part in enumerate(rows_of(text))
        ],
        reply_version=checked.version if checked else 0,
    )
    status = 422 if gaps else STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/translate.html", context, status=status)


def _others(room: Room, asked: Translation) -> list[Link]:
    return [_other(room, one) for one in now.translations(room) if one.id != asked.id]


def _other(room: Room, one: Translation) -> Link:
    lang = room.lang
    what = say(lang, "act.translate_letter") if one.message_id else say(lang, "act.translate_reply")
    return Link(f"{what} ({say(lang, f'language.{one.language}')})", f"{room.href}/translate?of={one.id}")


doors = [
    hang("GET", "/staff/tickets/{number:str}/translate", show),
    hang("POST", "/staff/tickets/{number:str}/translate", do),
]

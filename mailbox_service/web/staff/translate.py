"""/staff/tickets/{number}/translate: a letter for the office, or its reply for the writer, paragraph by paragraph.

Saved as one types. When the source has changed since it was last translated, what stayed is filled in and what
changed is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import clock_time, in_brackets, say, say_many
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find as city
from mailbox_service.desk import translations as desk_translations
from mailbox_service.desk.tables import TranslationDraft
from mailbox_service.tickets import work
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.life import reply, translate
from mailbox_service.tickets.tables import Translation
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Link, Page, Problem
from mailbox_service.web.staff import acts, due, now, sheets
from mailbox_service.web.staff.differences import Thread
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, ahead, enter
from mailbox_service.web.staff.translating import MOST_ROWS, Begun, begun, rows_of, source_of

CLASHES = frozenset({"draft.newer", "conflict"})


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph and the box for its translation. `changed`: what became of it; `theirs`: a colleague's words."""

    name: str
    source: str
    value: str
    problem: str
    changed: Sequence[Thread]
    theirs: str


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
    draft_version: int
    saved: str
    gaps: str
    has_changed: bool
    newer_by: str


async def show(desk: Desk) -> Response[bytes]:
    """What the viewer is asked to translate, first what is named in the address.

    Raises:
        Refused: "translation.none" when they are asked for nothing here.
    """
    room = await enter(desk)
    asked = _chosen(room, desk.asked("of"))
    kept = await _drafts(room)
    return _page(room, asked, kept, begun(room, asked, kept))


async def _drafts(room: Room) -> dict[int, TranslationDraft]:
    return await room.desk.read(lambda session: desk_translations.read(session, room.case, room.desk.viewer))


def _chosen(room: Room, id_: str) -> Translation:
    waiting = now.translations(room)
    if not waiting:
        raise Refused("translation.none")
    return next((text for text in waiting if str(text.id) == id_), waiting[0])


# --- Saving and handing in -------------------------------------------------------------------


async def do(desk: Desk) -> Response[bytes]:
    """Save it; or hand it in, when no paragraph is missing. A colleague's newer words are shown beside."""
    form, room = await desk.form(), await enter(desk)
    typed, asked = acts.typed(form), _chosen(room, form.line("of"))
    seen, number = form.number("draft_version") or 0, room.case.ticket.number
    kept = await _drafts(room)
    start = Begun(typed, begun(room, asked, kept).changed)
    if switched(desk.visit, form):
        return _page(room, asked, kept, start, seen=seen)
    hands_in = form.line("act") != "save"
    gaps = [f"p{n}" for n, text in enumerate(_typed(room, asked, form)) if not text] if hands_in else []
    try:
        await desk.write(lambda session: store(session, desk, number, form))
        if gaps:
            return _page(room, asked, await _drafts(room), start, gaps=gaps)
        if hands_in:
            await desk.write(lambda session: hand_in(session, desk, number, asked, form))
    except Refused as refused:
        if refused.code in acts.OUT_OF_SIGHT:
            raise
        by = await _name(desk, refused.facts.get("person"))
        return _page(room, asked, await _drafts(room), start, refused, seen=seen, newer_by=by)
    return pages.see_other(f"{room.href}?done=translate" if hands_in else f"{room.href}/translate?of={asked.id}")


async def _name(desk: Desk, person_id: object) -> str:
    if not isinstance(person_id, int):
        return ""
    return (await desk.read(lambda session: city.names(session, [person_id]))).get(person_id, "")


def _typed(room: Room, asked: Translation, form: Form) -> list[str]:
    return [form.text(f"p{n}").strip() for n in range(len(rows_of(source_of(room, asked)[0])))]


def store(session: Session, desk: Desk, number: str, form: Form) -> int:
    """Keep what was typed; answers the draft's version.

    Raises:
        Refused: as `desk.translations.save`.
    """
    case = cases.case(session, desk.site.book.open(session), number, desk.viewer)
    named = sorted((int(name[1:]), name) for name in form.fields if name[:1] == "p" and name[1:].isdecimal())
    paragraphs = [form.text(name) for _, name in named[: MOST_ROWS + 1]]
    seen, of = form.number("draft_version") or 0, form.number("of") or 0
    return desk_translations.save(session, case, of, paragraphs, seen_version=seen, by=desk.viewer, now=desk.now)


def hand_in(session: Session, desk: Desk, number: str, asked: Translation, form: Form) -> None:
    """Store the translation; of a reply, for the version that was on the page."""
    book, by = desk.site.book, desk.viewer
    names = sorted((name for name in form.fields if name[:1] == "p" and name[1:].isdecimal()), key=lambda n: int(n[1:]))
    text = "\n".join(form.text(name).strip() for name in names)
    if asked.message_id is not None:
        work.act(session, book, number, by, translate.translate_letter, asked.message_id, text, now=desk.now)
    else:
        version = form.number("reply_version") or 0
        work.act(session, book, number, by, reply.translate_reply, version, text, asked.language, now=desk.now)
    desk_translations.discard(session, asked.id)


# --- The page --------------------------------------------------------------------------------


def _page(
    room: Room,
    asked: Translation,
    kept: Mapping[int, TranslationDraft],
    start: Begun,
    refused: Refused | None = None,
    *,
    gaps: Sequence[str] = (),
    seen: int | None = None,
    newer_by: str = "",
) -> Response[bytes]:
    desk, lang = room.desk, room.lang
    draft = kept.get(asked.id)
    clash = draft if refused and refused.code in CLASHES else None
    source, language = source_of(room, asked)
    problems = [acts.problem_of(desk, refused, ())] if refused and not clash else _gaps(lang, gaps)
    title = say(lang, "act.translate_letter") if asked.message_id else say(lang, "act.translate_reply")
    checked = room.case.submitted
    rows = [_row(lang, n, part, start, gaps, clash) for n, part in enumerate(rows_of(source))]
    empty = sum(not row.value.strip() for row in rows)
    context = TranslatePage(
        page=frame(desk, title, form_id="act", form_act="save", problems=problems),
        room=room,
        letter=sheets.letter(room) if asked.reply_id else None,
        title=title,
        due=due.own(room, asked.asked_at, asked.due_on),
        others=_others(room, asked),
        translation_id=asked.id,
        source_lang=tag(language),
        target_lang=tag(asked.language),
        rows=rows,
        reply_version=checked.version if checked else 0,
        draft_version=seen if seen is not None and not clash else draft.version if draft else 0,
        saved=_saved(room, draft),
        gaps=say_many(lang, "%(count)s paragraph is empty.", "%(count)s paragraphs are empty.", empty) if empty else "",
        has_changed=bool(start.changed),
        newer_by=newer_by or say(lang, "A colleague") if clash else "",
    )
    status = 409 if clash else 422 if gaps else STATUS.get(refused.code, 422) if refused else 200
    return pages.html(desk.visit, "staff/translate.html", context, status=status)


def _gaps(lang: str, gaps: Sequence[str]) -> list[Problem]:
    if not gaps:
        return []
    return [
        Problem(gaps[0], say_many(lang, "%(count)s paragraph is empty.", "%(count)s paragraphs are empty.", len(gaps)))
    ]


def _row(lang: str, n: int, source: str, start: Begun, gaps: Sequence[str], clash: TranslationDraft | None) -> Row:
    name = f"p{n}"
    value = start.values.get(name, "")
    theirs = clash.paragraphs[n] if clash and n < len(clash.paragraphs) else ""
    return Row(
        name=name,
        source=source,
        value=value if value.strip() else theirs,
        problem=say(lang, "This paragraph is empty.") if name in gaps else "",
        changed=start.changed.get(name, ()),
        theirs=theirs if value.strip() and theirs.strip() and theirs != value else "",
    )


def _saved(room: Room, draft: TranslationDraft | None) -> str:
    if draft is None:
        return ""
    return say(room.lang, "Saved %(at)s", at=clock_time(draft.saved_at, room.desk.site.zone))


def _others(room: Room, asked: Translation) -> list[Link]:
    return [_other(room, one) for one in now.translations(room) if one.id != asked.id]


def _other(room: Room, one: Translation) -> Link:
    lang = room.lang
    what = say(lang, "act.translate_letter") if one.message_id else say(lang, "act.translate_reply")
    return Link(in_brackets(lang, what, say(lang, f"language.{one.language}")), f"{room.href}/translate?of={one.id}")


doors = [
    hang("GET", "/staff/tickets/{number:str}/translate", show, ahead),
    hang("POST", "/staff/tickets/{number:str}/translate", do),
]

"""/staff/tickets/{number}/preview: exactly what the writer will read, page and mail, before anything is sent.

It stands between two rooms that don't know each other: the staff's letter goes through the public page's own code
and template and through the mail's, from a reply and an event that are not stored. Nothing is written, and no
link works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base.ids import new_id
from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import translations
from mailbox_service.mail import compose, links
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import ActorKind, ReplyState, Status
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Page
from mailbox_service.web.public import letter as public
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import versions
from mailbox_service.web.staff.room import Room, enter

_MAIN = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_DEAD = re.compile(r'\s(?:href|id|tabindex|action|formaction|aria-labelledby|aria-describedby)="[^"]*"')
_ADDRESS = re.compile(r'<p class="on-paper">.*?</p>')
_HEADING = re.compile(r"(</?h)([1-5])\b")
_BEYOND = 2  # how much deeper the page's headings stand on the preview


@dataclass(frozen=True, slots=True)
class Draft:
    """The reply that would be sent: the text that counts, the writer's language, who puts it there."""

    text: str
    own_text: str
    translated: str
    department_id: int | None
    corrects_id: int | None


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail as it would leave, its secrets blank."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """The page's inside and the mail; both in the writer's language."""

    page: Page
    room: Room
    lang: str
    shown: Markup
    mail: Mail | None
    lacks_translation: bool


async def show(desk: Desk) -> Response[bytes]:
    """The draft as its writers would send it; the version being checked for those who check it.

    Raises:
        Refused: "not_yours" to who neither writes nor checks the reply; "preview.nothing".
    """
    room = await enter(desk)
    if not rights.parts(room.case, desk.viewer) & versions.READERS:
        raise Refused("not_yours")
    found, mail, draft = await desk.read(lambda session: _read(session, room))
    lang = lang_of(room)
    visit = as_the_citizen(desk.visit, lang, room.case.ticket.number)
    page = desk.site.render("public/letter.html", lang, public.page_of(visit, found, desk.city))
    context = PreviewPage(
        page=frame(desk, say(desk.lang, "Preview of the reply")),
        room=room,
        lang=LANGUAGES[lang].tag,
        shown=_inside(page),
        mail=mail,
        lacks_translation=room.case.is_foreign and not (draft.own_text or draft.translated),
    )
    return pages.html(desk.visit, "staff/preview.html", context)


def lang_of(room: Room) -> str:
    """The language of the writer's page."""
    language = room.case.ticket.language
    return language if language in LANGUAGES else "en"


def _read(session: Session, room: Room) -> tuple[letters.Letter, Mail | None, Draft]:
    draft, ticket = _draft(session, room), room.case.ticket
    found = letters.letter(session, ticket.id, ticket.code_generation, ticket.number)
    if found is None:
        raise Refused("preview.nothing")
    return _answered(room, found, draft), _mail(session, room, draft), draft


def _draft(session: Session, room: Room) -> Draft:
    """What would be sent. A version that is being checked stands before a draft."""
    case = room.case
    checked = case.submitted
    corrects = case.sent.id if case.ticket.status not in OPEN and case.sent else None
    if checked is not None:
        done = next((t for t in case.translations if t.reply_id == checked.id and t.language == case.ticket.language
                     and not t.stale), None)  # fmt: skip
        kept = translations.read(session, case, room.desk.viewer)
        translated = done.text if done and done.done_at else ""
        if done and not translated and done.id in kept:
            translated = "\n".join(kept[done.id].paragraphs)
        return Draft(checked.text, checked.own_text, translated, checked.department_id, corrects)
    back = case.replies[-1] if case.replies and case.replies[-1].state != ReplyState.SENT else None
    begun = room.draft or (back if back and back.round_no == case.ticket.round_no else None)
    if begun is None or not begun.text.strip():
        raise Refused("preview.nothing")
    return Draft(begun.text, begun.own_text, "", case.lead.department_id if case.lead else None, corrects)


def _answered(room: Room, found: letters.Letter, draft: Draft) -> letters.Letter:
    """The letter as if the reply had been sent now."""
    now, head = room.desk.now, SimpleNamespace(**found.head._asdict())
    if draft.corrects_id is None:
        head.status, head.answered_at, head.ended_at = Status.ANSWERED, now, now
    sent = SimpleNamespace(
        id=new_id(), round_no=head.round_no, text=draft.text, own_text=draft.own_text, sent_at=now,
        department_id=draft.department_id, corrects_id=draft.corrects_id, translated=draft.translated or None,
        translated_by=room.case.lead.department_id if room.case.lead else None, translated_at=now,
    )  # fmt: skip
    event = SimpleNamespace(**{**_event(room, draft).model_dump(), "round_no": head.round_no})
    return replace(found, head=head, replies=[*found.replies, sent], events=[*found.events, event])


def _event(room: Room, draft: Draft) -> Event:
    """What sending would note down; it is not stored."""
    ticket = room.case.ticket
    corrected = draft.corrects_id is not None
    return Event(
        id=new_id(),
        ticket_id=ticket.id,
        round_no=ticket.round_no,
        at=room.desk.now,
        act=Act.APPROVE_CORRECTION if corrected else Act.APPROVE,
        actor_kind=ActorKind.STAFF,
        department_id=draft.department_id,
        status_before=ticket.status,
        status_after=ticket.status if corrected else Status.ANSWERED,
        facts={"corrected": True} if corrected else {},
    )


def _mail(session: Session, room: Room, draft: Draft) -> Mail | None:
    """The notice; None when none would go out."""
    desk, case = room.desk, room.case
    if compose.may_reach(case.ticket, case.citizen):
        return None
    shown = desk.site.shown
    occasion = compose.Occasion(session, shown, desk.city, _event(room, draft), case.ticket, case.citizen, desk.now)
    text = draft.own_text or draft.translated or draft.text
    subject, body, _ = compose.would_tell(occasion, text)
    blank = dict.fromkeys(("code", "link", "rate", "stop", "letters"), "…")
    return Mail(links.filled(subject, blank), links.filled(body, blank))


def as_the_citizen(visit: Visit, lang: str, number: str) -> Visit:
    """The same visit as if the writer were at their page: nothing is remembered there for both."""
    scope: Any = {**visit.scope, "path": f"/{lang}/letters/{number}", "query_string": b"", "state": {}}
    return Visit(scope, visit.receive, visit.send)


def _inside(page: str) -> Markup:
    """What stands within the page's main part: its links lead nowhere, its headings stand below the preview's."""
    found = _MAIN.search(page)
    dead = _ADDRESS.sub("", _DEAD.sub("", found[1] if found else ""))
    return Markup(_HEADING.sub(lambda tag: f"{tag[1]}{min(6, int(tag[2]) + _BEYOND)}", dead))


doors = [hang("GET", "/staff/tickets/{number:str}/preview", show)]

"""Two who wrote on one draft: both texts, what each changed since they parted, and both brought together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import clock_time, say
from mailbox_service.city import find as city
from mailbox_service.desk import drafts
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.web import pages
from mailbox_service.web.desk import frame
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff import merging, sheets
from mailbox_service.web.staff.differences import Thread, woven
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room


@dataclass(frozen=True, slots=True)
class Texts:
    """One text three times: as both began, as the colleague saved it, as the viewer typed it."""

    base: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Both:
    """The newest version and who saved it when, beside what the viewer typed from an older one."""

    version: int
    by: str
    at: str
    base_known: bool
    reply: Texts
    own: Texts


@dataclass(frozen=True, slots=True)
class Half:
    """One of the draft's texts as the page shows it."""

    name: str
    label: str
    lang: str
    theirs: Sequence[Thread]
    mine: Sequence[Thread]
    proposal: str
    places: Sequence[merging.Place]


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """Who saved what, what the viewer typed, and the proposal they edit and save."""

    page: Page
    room: Room
    letter: sheets.Letter
    by: str
    at: str
    base_known: bool
    halves: Sequence[Half]
    outcomes: Sequence[Option]
    outcome: str
    draft_version: int
    version: int


async def of_aside(room: Room) -> Both | None:
    """What the viewer could not save beside what was saved since; None when the two are the same, or nothing is."""

    def read(session: Session) -> Both | None:
        case = room.case
        aside, newest = drafts.aside(session, case, room.desk.viewer), drafts.last_version(session, case)
        if aside is None or newest is None or (aside.text, aside.own_text) == (newest.text, newest.own_text):
            return None
        base = drafts.version(session, case, aside.begun_from)
        return Both(
            version=newest.version,
            by=city.names(session, [newest.saved_by]).get(newest.saved_by, ""),
            at=clock_time(newest.saved_at, room.desk.site.zone),
            base_known=base is not None,
            reply=Texts(base.text if base else "", newest.text, aside.text),
            own=Texts(base.own_text if base else "", newest.own_text, aside.own_text),
        )

    return await room.desk.read(read)


def page(room: Room, both: Both, outcomes: Sequence[Option], *, outcome: str = "") -> Response[bytes]:
    """The page: 409, with nothing lost. `outcomes` are those of a review, `outcome` the one chosen."""
    desk, lang, case = room.desk, room.lang, room.case
    act = Act.SUBMIT_REPLY if case.ticket.status in OPEN else Act.CORRECT_REPLY
    halves = [_half("text", say(lang, "Reply"), tag(case.city.working_language), both.reply)]
    if both.own.theirs or both.own.mine:
        name = say(lang, f"language.{case.ticket.language}")
        label = say(lang, "The same in the writer's language: %(language)s", language=name)
        halves.append(_half("own_text", label, tag(case.ticket.language), both.own))
    context = ConflictPage(
        page=frame(desk, say(lang, f"act.{act.value}"), form_id="act", form_act="save"),
        room=room,
        letter=sheets.letter(room),
        by=both.by,
        at=both.at,
        base_known=both.base_known,
        halves=halves,
        outcomes=outcomes,
        outcome=outcome,
        draft_version=both.version,
        version=case.ticket.version,
    )
    return pages.html(desk.visit, "staff/conflict.html", context, status=409)


def _half(name: str, label: str, lang: str, texts: Texts) -> Half:
    both = merging.merged(texts.base, texts.theirs, texts.mine)
    return Half(
        name=name,
        label=label,
        lang=lang,
        theirs=woven(texts.base, texts.theirs),
        mine=woven(texts.base, texts.mine),
        proposal=both.text,
        places=both.places,
    )

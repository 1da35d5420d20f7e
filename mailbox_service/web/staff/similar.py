"""/staff/tickets/{number}/similar: letters like this one, to be answered together with it or told apart.

What the letter's own page says of them, and which public answers may fit, is drawn from here, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import LANGUAGES, say, short_day
from mailbox_service.base.looks import Looks
from mailbox_service.tickets import grouping, public_search, rights
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find import found as published
from mailbox_service.tickets.find import similar
from mailbox_service.tickets.find.similar import Alike
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Link, Page
from mailbox_service.web.sessions import Ahead
from mailbox_service.web.site import Beside, Wanted
from mailbox_service.web.staff import bulk
from mailbox_service.web.staff.queues import tag
from mailbox_service.web.staff.room import Room, ahead, enter

PATH = "/staff/tickets/{number:str}/similar"
SEEN_ASIDE = 10  # letters that the page of a letter compares
NAMED_ASIDE = 3
COMPARED = 12  # published letters looked at for those of the same subject area
SHARED_WITHOUT_AREA = 5  # words: six Chinese characters in a row, or what makes as much
ACTS = ("merge", "apart", "together")


class Line(NamedTuple):
    """One letter like this one. `together`: it is answered with this one already."""

    number: str
    version: int
    href: str
    subject: str
    lang: str
    status: str
    office: str
    received: str
    share: str
    apart: bool
    together: bool


class SimilarPage(NamedTuple):
    """The letters, those said to be different matters last."""

    page: Page
    room: Room
    rows: Sequence[Line]
    may_group: bool
    any_apart: bool


class Aside(NamedTuple):
    """What the letter's page says: how many ("10+"), the likest ones, the way to all; answers that may fit."""

    how_many: str
    likest: Sequence[Link]
    href: str
    answers: Sequence[Link]


NOTHING = Aside("", (), "", ())


async def aside(room: Room) -> Aside:
    """What lies beside the letter's text."""
    beside = await _beside(room)
    rows = await room.desk.look(*_asked(room.desk, beside))
    found = similar.seen(rows, beside.near)
    near = [one for one in found if not one.apart]
    likest = [Link(f"{one.number} · {_share(one)}", f"/staff/tickets/{one.number}") for one in near[:NAMED_ASIDE]]
    count = f"{len(near)}+" if len(found) == SEEN_ASIDE else str(len(near))
    lang, titles = room.case.ticket.language, published.titles(beside.published, rows)
    answers = [Link(one.subject, f"/{lang}/published/{one.public_id}") for one in titles]
    return Aside(count if near else "", likest, f"{room.href}/similar", answers)


def page_ahead(desk: Desk) -> Ahead | None:
    """What `enter` and `aside` will look up."""
    letter = ahead(desk)
    beside = desk.site.beside.get(str(letter.facts["number"])) if letter else None
    return letter.together_with(*_asked(desk, beside)) if letter and beside else letter


def _asked(desk: Desk, beside: Beside) -> tuple[Looks, dict[str, object]]:
    looks = similar.looks(desk.viewer, SEEN_ASIDE).together_with(published.TITLES)
    near = similar.facts(desk.viewer, beside.letter_id, beside.near, SEEN_ASIDE)
    return looks, {**near, **published.SOME.facts(beside.published)}


async def _beside(room: Room) -> Beside:
    """Remembered: it reads many rows, and texts that are compared."""
    known, number, wanted = room.desk.site.beside, room.case.ticket.number, _wanted(room)
    beside = known.get(number)
    if beside is None or beside.wanted != wanted:
        beside = await room.desk.read(lambda session: _found(session, room, wanted))
        known.keep(number, beside)
    return beside


def _found(session: Session, room: Room, wanted: Wanted | None) -> Beside:
    near = similar.near(session, room.case, most=SEEN_ASIDE)
    return Beside(room.case.ticket.id, near, wanted, _fitting(session, wanted, room.area) if wanted else ())


def _wanted(room: Room) -> Wanted | None:
    """Which published letters may fit. None for what is restricted, and when no reply is owed."""
    ticket = room.case.ticket
    if ticket.restricted or ticket.status not in OPEN or ticket.language not in LANGUAGES:
        return None
    return Wanted(ticket.language, ticket.subject, ticket.topic_id)


def _fitting(session: Session, wanted: Wanted, area: Sequence[int]) -> Sequence[int]:
    """Those of its own subject area. A letter without one must share more words with them."""
    shared = public_search.SHARED if area else SHARED_WITHOUT_AREA
    hits = public_search.like(session, wanted.subject, lang=wanted.language, limit=COMPARED, shared=shared)
    ids = [hit.of_id for hit in hits if hit.of_kind == public_search.LETTER]
    fitting = published.of_area(session, ids, area) if ids and area else set(ids)
    return [id_ for id_ in ids if id_ in fitting][:NAMED_ASIDE]


async def show(desk: Desk) -> Response[bytes]:
    """Every letter like this one that the viewer may see."""
    room = await enter(desk)
    found = await desk.read(lambda session: similar.alike(session, room.case, desk.viewer))
    rows = [_row(room, one) for one in found]
    context = SimilarPage(
        page=frame(desk, say(desk.lang, "Similar letters"), notice=_notice(desk)),
        room=room,
        rows=rows,
        may_group=rights.may(Act.MERGE, room.case, desk.viewer) and not all(row.together for row in rows),
        any_apart=any(one.apart for one in found),
    )
    return pages.html(desk.visit, "staff/similar.html", context)


def _notice(desk: Desk) -> str:
    done = desk.asked("done")
    return say(desk.lang, f"similar.{done}") if done in ("apart", "together") else ""


def _row(room: Room, one: Alike) -> Line:
    desk = room.desk
    return Line(
        number=one.number,
        version=one.version,
        href=f"/staff/tickets/{one.number}",
        subject=one.subject,
        lang=tag(one.language),
        status=one.status.value,
        office=desk.office(one.lead_department_id),
        received=short_day(desk.city.calendar.day_of(one.received_at), desk.lang),
        share=_share(one),
        apart=one.apart,
        together=one.merged_into_id == room.case.ticket.id,
    )


def _share(one: Alike) -> str:
    return f"{round(one.likeness * 100)} %"


async def do(desk: Desk) -> Response[bytes]:
    """Answer the ticked letters together with this one, or say that they are different matters, or no longer so."""
    form, room = await desk.form(), await enter(desk)
    act, number = form.line("act"), room.case.ticket.number
    if act not in ACTS or not form.all("letter"):
        return pages.see_other(f"{room.href}/similar")
    verbs: dict[str, bulk.Verb] = {
        "merge": lambda session, other, version: bulk.merge(session, desk, other, version, number),
        "apart": lambda session, other, _version: _tell_apart(session, desk, number, other),
        "together": lambda session, other, _version: _take_back(session, desk, number, other),
    }
    results = await bulk.each(desk, form, verbs[act])
    if act == "merge" or any(one.refused for one in results):
        return bulk.shown(desk, act, results, f"{room.href}/similar")
    return pages.see_other(f"{room.href}/similar?done={act}")


def _tell_apart(session: Session, desk: Desk, number: str, other: str) -> None:
    case, with_ = (cases.case(session, desk.city, wanted, desk.viewer) for wanted in (number, other))
    grouping.set_apart(session, case, with_, by=desk.viewer, now=desk.now)


def _take_back(session: Session, desk: Desk, number: str, other: str) -> None:
    case, with_ = (cases.case(session, desk.city, wanted, desk.viewer) for wanted in (number, other))
    grouping.take_back(session, case, with_, by=desk.viewer)


doors = [hang("GET", PATH, show, ahead), hang("POST", PATH, do)]

"""/manager/letters: the letters behind a number, as far as the reader may see them, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say, short_day
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.statistics import behind
from mailbox_service.tickets.statistics.behind import Behind, Place
from mailbox_service.tickets.statistics.figures import Figure, Shape
from mailbox_service.web import exports, pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.manager import asking, letters_file, room
from mailbox_service.web.manager.asking import LETTERS, Asked, Form
from mailbox_service.web.page import Link, Page

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One letter behind a number, written."""

    number: str
    href: str
    subject: str
    kind: str
    office: str
    status: str
    begun: str
    due: str
    ended: str


@dataclass(frozen=True, slots=True)
class LettersPage:
    """A figure, what it counts, and its letters. `sides`: of a rate what it counts, and what it is short of."""

    page: Page
    tabs: Sequence[Link]
    form: Form
    figure: str
    definition: str
    sides: Sequence[Link]
    lines: Sequence[Line]
    first: str
    older: str
    hidden: str
    files: Sequence[Link]


async def show(desk: Desk) -> Response[bytes]:
    """The letters behind one figure.

    Raises:
        Refused: "not_yours" to who reads no figures, or no letters; "not_found" for a word that is no figure.
    """
    asked = asking.asked(desk)
    if not asked.reader.sees_letters:
        raise Refused("not_yours")
    said, missed = desk.asked("figure") or Figure.RECEIVED, desk.asked("missed") == "yes"
    if said not in set(Figure):
        raise Refused("not_found")
    figure = Figure(said)
    if exports.wanted(desk):
        return await letters_file.send(asked, figure, missed)

    def look(session: Session) -> Sequence[Behind]:
        return behind.letters(
            session,
            desk.viewer,
            figure,
            asked.period,
            asked.slice,
            missed=missed,
            after=_place(desk.asked("after")),
            limit=SHOWN + 1,
        )

    return pages.html(desk.visit, "manager/letters.html", _page(asked, figure, missed, await desk.read(look)))


def _page(asked: Asked, figure: Figure, missed: bool, found: Sequence[Behind]) -> LettersPage:
    lang, name = asked.lang, say(asked.lang, figure.name_key)
    side = {"missed": "yes"} if missed else {}
    more = len(found) > SHOWN
    here = f"{LETTERS}?{asked.query({'figure': figure.value, **side})}"
    return LettersPage(
        page=frame(asked.desk, say(lang, "Letters behind: %(figure)s", figure=name)),
        tabs=room.tabs(asked, LETTERS),
        form=asking.form(asked, LETTERS, more={"figure": figure.value} | side),
        figure=name,
        definition=say(lang, figure.definition_key),
        sides=_sides(asked, figure, missed),
        lines=[_line(asked, one) for one in found[:SHOWN]],
        first=here if asked.desk.asked("after") else "",
        older=f"{here}&{urlencode({'after': _written(found[SHOWN - 1].place)})}" if more else "",
        hidden=say(lang, "You see the letters that you may see: a number may count more.")
        if asked.reader.is_head
        else "",
        files=[
            Link(say(lang, word), f"{LETTERS}?{asked.query({'figure': figure.value, **side, exports.ASKED: kind})}")
            for word, kind in (("Download as CSV", "csv"), ("Download as XLSX", "xlsx"))
        ],
    )


def _sides(asked: Asked, figure: Figure, missed: bool) -> list[Link]:
    if figure.shape is Shape.COUNT:
        return []
    words = ("Counted", "Not counted") if figure.shape is Shape.RATE else ("With days", "Without yet")
    return [
        Link(say(asked.lang, word), f"{LETTERS}?{asked.query({'figure': figure.value, **side})}", missed is bool(side))
        for word, side in zip(words, ({}, {"missed": "yes"}), strict=True)
    ]


def _line(asked: Asked, one: Behind) -> Line:
    lang = asked.lang
    return Line(
        number=one.number,
        href=f"/staff/tickets/{one.number}",
        subject=one.subject or say(lang, "Erased"),
        kind=say(lang, f"kind.{one.kind.value}"),
        office=asked.desk.office(one.office),
        status=one.status.value,
        begun=short_day(one.begun_on, lang),
        due=short_day(one.due_on, lang),
        ended=short_day(one.ended_on, lang) if one.ended_on else "",
    )


def _written(place: Place) -> str:
    day, row = place
    return f"{day:%Y%m%d}.{row}"


def _place(said: str) -> Place | None:
    """Where the list goes on; None for what is no place."""
    day, _, row = said[:40].partition(".")
    if not (len(day) == 8 and day.isdigit() and row.isascii() and row.isdigit() and int(row) < 2**63):
        return None
    try:
        return date(int(day[:4]), int(day[4:6]), int(day[6:])), int(row)
    except ValueError:
        return None


doors = [hang("GET", LETTERS, show)]

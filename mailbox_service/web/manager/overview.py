"""/manager: what stands now, which promises are about to break, the period beside the one before, and the trend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import number, say
from mailbox_service.tickets.find.lists import Line
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.stages import Stage
from mailbox_service.tickets.statistics import read, standing, state, waiting
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.statistics.read import Comparison
from mailbox_service.tickets.statistics.standing import Standing
from mailbox_service.tickets.statistics.state import State
from mailbox_service.tickets.statistics.waiting import Waiting
from mailbox_service.web import exports, figures, pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.manager import asking, drawing, promises, room, tables
from mailbox_service.web.manager.asking import Asked, Form
from mailbox_service.web.manager.promises import Promises
from mailbox_service.web.manager.room import Block
from mailbox_service.web.page import Link, Page
from mailbox_service.web.parts import Tile

PATH = "/manager"
HEADLINES = tables.wanted(
    *(Figure.RECEIVED, Figure.ENDED, Figure.BACKLOG, Figure.OVERDUE, Figure.DUE, Figure.ON_TIME),
    *(Figure.ON_TIME_ORIGINAL, Figure.FIRST_RESPONSE, Figure.RESOLUTION),
    *(Figure.SATISFACTION, Figure.RESPONSE, Figure.SOLVED),
)
ON_TIME = (Figure.ON_TIME, Figure.ON_TIME_ORIGINAL)
Lines = tuple[Sequence[Line], Sequence[Line]]
Found = tuple[Standing, Waiting, Lines, Comparison, Sequence[tuple[Month, Figures]], State]
MANY_WAIT = 1_000  # letters that wait to be counted, from which on readers are told


@dataclass(frozen=True, slots=True)
class OverviewPage:
    """Numbers of today with what they mean, the promises, the period's figures and their trend."""

    page: Page
    tabs: Sequence[Link]
    tiles: Sequence[Tile]
    meanings: Sequence[tuple[str, str]]
    promises: Promises
    form: Form
    notes: Sequence[str]
    blocks: Sequence[Block]


async def show(desk: Desk) -> Response[bytes]:
    """The overview of a period; without one in the address, of the running month.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> Found:
        return (
            standing.now(session, desk.city.calendar, desk.today, asked.slice),
            waiting.now(session, desk.city, desk.today, asked.slice),
            promises.read(session, asked),
            read.compare(session, asked.period, asked.slice),
            read.by_month(session, drawing.year_to(asked), asked.slice),
            state.of(session),
        )

    page = _page(asked, *await desk.read(look))
    if exports.wanted(desk):
        return await room.send(asked, "overview", page.blocks)
    return pages.html(desk.visit, "manager/overview.html", page)


def _page(
    asked: Asked,
    now: Standing,
    waits: Waiting,
    lines: Lines,
    found: Comparison,
    months: Sequence[tuple[Month, Figures]],
    kept: State,
) -> OverviewPage:
    lang = asked.lang
    trends = [drawing.flow(asked, months), *drawing.rates(asked, "on-time", months, ON_TIME)]
    return OverviewPage(
        page=frame(asked.desk, say(lang, "Overview")),
        tabs=room.tabs(asked, PATH),
        tiles=_tiles(asked, now, waits),
        meanings=_meanings(lang),
        promises=promises.drawn(asked, *lines),
        form=asking.form(asked, PATH),
        notes=[*_doubts(lang, kept), *room.notes(asked, found.now.source)],
        blocks=room.offered(asked, PATH, [_headlines(asked, found), *trends]),
    )


def _tiles(asked: Asked, now: Standing, waits: Waiting) -> list[Tile]:
    lang, today = asked.lang, asked.desk.today
    following = asked.desk.city.calendar.after(today, 1)

    def tile(count: int, label: str, name: Queue, tone: str = "", **more: str) -> Tile:
        href = promises.queue(asked, name, **more) if count else ""
        return Tile(number(count, lang), label, href, tone="bad" if tone and count else "")

    return [
        tile(now.new, say(lang, "New, not passed on yet"), Queue.ALL, status="received"),
        tile(now.open, say(lang, "Open"), Queue.ALL),
        tile(now.due_today, say(lang, "Due today"), Queue.ALL, due=f"{today}"),
        tile(now.due_next, say(lang, "Due on the next working day"), Queue.ALL, due=f"{following}"),
        tile(now.late, say(lang, "Late"), Queue.LATE, "bad"),
        tile(now.in_review, say(lang, "Waiting for approval"), Queue.ALL, status="in_review"),
        tile(waits.routing, say(lang, "stage.routing.late"), Queue.ALL, "bad", late=Stage.ROUTING.value),
        tile(waits.signing, say(lang, "stage.signing.late"), Queue.ALL, "bad", late=Stage.SIGNING.value),
    ]


def _doubts(lang: str, kept: State) -> list[str]:
    """What to know before one believes the numbers."""
    said = [say(lang, "definition.disagree")] if kept.difference else []
    if kept.waiting >= MANY_WAIT:
        said.append(say(lang, "definition.behind", n=number(kept.waiting, lang)))
    return said


def _meanings(lang: str) -> list[tuple[str, str]]:
    return [
        (say(lang, "Open"), say(lang, "define.open")),
        (say(lang, "Late"), say(lang, "define.late")),
        (say(lang, "Waiting for approval"), say(lang, "define.in_review")),
        *((say(lang, f"stage.{one.value}.late"), say(lang, f"define.{one.value}.late")) for one in Stage),
        (say(lang, "Which letters"), say(lang, "definition.scope")),
    ]


def _headlines(asked: Asked, found: Comparison) -> Block:
    title = say(asked.lang, "The period beside the one before")
    if found.now.total.is_empty and found.before.total.is_empty:
        return Block(title, empty=say(asked.lang, "Nothing was due"))
    return Block(title, table=figures.draw(tables.compared(asked, "overview", title, found, HEADLINES), asked.lang))


doors = [hang("GET", PATH, show)]

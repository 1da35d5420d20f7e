"""/manager/mail: which mails to citizens did not arrive, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.tickets.statistics import mails, read
from mailbox_service.tickets.statistics.figures import Figure, Figures
from mailbox_service.tickets.statistics.mails import Reason
from mailbox_service.tickets.statistics.period import Month
from mailbox_service.tickets.statistics.read import Comparison, Report
from mailbox_service.tickets.statistics.slices import Dimension
from mailbox_service.web import figures
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.figures import Column, FigureTable
from mailbox_service.web.manager import asking, drawing, room, tables
from mailbox_service.web.manager.asking import Asked
from mailbox_service.web.manager.room import Block

PATH = "/manager/mail"
SHOWN = tables.wanted(Figure.MAIL_FAILED)
TOLD_APART = {Dimension.LANGUAGE: "By language", Dimension.OFFICE: "By office"}
Found = tuple[
    Comparison, Sequence[tuple[Month, Figures]], Mapping[Dimension, Report], Mapping[Reason, int], Mapping[Reason, int]
]


async def show(desk: Desk) -> Response[bytes]:
    """The failure rate, its trend, the reasons, and where it happens.

    Raises:
        Refused: "not_yours" to who reads no figures.
    """
    asked = asking.asked(desk)

    def look(session: Session) -> Found:
        zone, period = desk.city.calendar.zone, asked.period
        return (
            read.compare(session, period, asked.slice),
            read.by_month(session, drawing.year_to(asked), asked.slice),
            {by: read.read(session, period, asked.slice, by) for by in TOLD_APART},
            mails.failures(session, period, zone, asked.slice),
            mails.failures(session, period.before, zone, asked.slice),
        )

    whole, months, reports, now, before = await desk.read(look)
    title = say(asked.lang, "In all")
    table = tables.compared(asked, "mail", title, whole, SHOWN)
    blocks = [
        Block(title, table=figures.draw(table, asked.lang)),
        _reasons(asked, now, before),
        *drawing.rates(asked, "mail", months, [Figure.MAIL_FAILED]),
        *(_told_apart(asked, by, report) for by, report in reports.items()),
    ]
    return await room.show(asked, PATH, blocks, source=whole.now.source)


def _reasons(asked: Asked, now: Mapping[Reason, int], before: Mapping[Reason, int]) -> Block:
    """By the day a mail failed, not by when the letter was due."""
    lang = asked.lang
    title = say(lang, "Why mails did not arrive")
    if not now and not before:
        return Block(title, empty=say(lang, "No mail failed"))
    columns = [
        Column("reason", say(lang, "Reason"), "text"),
        Column("now", say(lang, "This period")),
        Column("before", say(lang, "The period before")),
        Column("change", say(lang, "figures.changed"), "change"),
    ]
    rows = [
        figures.row(
            reason.value,
            say(lang, f"failure.{reason.value}"),
            now.get(reason, 0),
            before.get(reason, 0),
            figures.Change(now.get(reason, 0), before.get(reason, 0)),
        )
        for reason in Reason
    ]
    note = say(lang, "figures.failures")
    return Block(title, table=figures.draw(FigureTable("reasons", title, columns, rows, [note]), lang))


def _told_apart(asked: Asked, by: Dimension, report: Report) -> Block:
    title = say(asked.lang, TOLD_APART[by])
    rows = {key: row for key, row in report.rows.items() if row.count("mails")}
    if not rows:
        return Block(title, empty=say(asked.lang, "No mail was sent"))
    table = tables.by(asked, f"mail-{by.value}", title, by, rows, report.total, SHOWN)
    return Block(title, table=figures.draw(table, asked.lang, defined=False))


doors = [hang("GET", PATH, show)]

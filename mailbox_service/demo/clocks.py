"""Qinghe's clocks at the story's end: a promise that reaches into a year nobody has announced, and a day off typed in.

Stopped and extended letters lie on the desks already. All of it happens by the verbs the service itself uses.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.city import calendars, find, policies
from mailbox_service.city.calendars import Draft
from mailbox_service.city.policies import Promise
from mailbox_service.city.tables import Policy, Way
from mailbox_service.demo.desks import Desks
from mailbox_service.tickets import recalendar
from mailbox_service.tickets.find import calendar as letters
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.ticket import UNFINISHED_NOW
from mailbox_service.tickets.tables.words import Channel, Kind

LONGER = 20  # working days: with the reply's ten the longest promise there may be
SUBJECT = "老城区排水管网改造迟迟未完工"
TEXT = (
    "解放路一带的排水管网改造去年春天开工，至今路面仍未恢复，雨天积水严重，商户和住户出行都受影响。"
    "请说明工期和完工时间。"
)
REASON = "需会同自来水公司和施工单位核对剩余工程量，确定完工日期后一并答复。"
SOURCE = "市政府公告：市民中心配电检修，当日停止对外办公"


def wind(desks: Desks) -> None:
    """Both, once: the long promise first, so that the day off finds it on its way."""
    _long_promise(desks)
    _day_off(desks)


def _long_promise(desks: Desks) -> None:
    """The city allows itself longer extensions for complaints, and one letter gets the first of them."""
    session, now, ada = desks.session, desks.now, desks.cast.people["ada"].person_id or 0
    if known := session.get(Policy, "complaint"):
        promise = Promise(known.triage_days, known.sign_days, known.reply_days, LONGER, known.approvals)
        policies.change(session, "complaint", promise, known.version, by=ada, now=now)
        desks.book.forget()
    facts = {"channel": Channel.PAPER, "name": "马国强", "address": "解放路一百二十号"}
    number = desks.arrives(SUBJECT, TEXT, by="kai", received_at=now - timedelta(days=3), **facts)
    desks.act(number, "kai", route.route, desks.cast.offices["roads"], kind=Kind.COMPLAINT)
    desks.act(number, "dora", handle.propose_extension, REASON)
    desks.act(number, "tao", handle.decide_extension, True)


def _day_off(desks: Desks) -> None:
    """An administrator types in a day off on which a letter was due; it moves, and every later one with it."""
    session, now, ada = desks.session, desks.now, desks.cast.people["ada"].person_id
    calendar = find.calendar(session, desks.book.zone)
    day = _last_due(session, calendar.day_of(now))
    if day is None:
        return
    draft = Draft(day.year, {day: False}, Way.TYPED, SOURCE, whole=False)
    change = calendars.change(session, calendar, draft, by=ada, now=now)
    desks.book.forget()
    for ticket_id in letters.behind(session, change, desks.book.open(session).calendar):
        recalendar.count_one(session, desks.book, ticket_id, now=now)
    change.done_at = now


def _last_due(session: Session, today: date) -> date | None:
    """The last day on which an unfinished letter that anybody may read is due, and that is not provisional."""
    wanted = select(sa.func.max(Ticket.due_on)).where(
        sa.text(UNFINISHED_NOW), ~col(Ticket.restricted), ~col(Ticket.provisional), col(Ticket.due_on) > today
    )
    return session.exec(wanted).one()

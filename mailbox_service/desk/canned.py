"""Canned replies on the desk: those that fit a letter, with its facts in their places."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base.language import day, in_language, say
from mailbox_service.city.tables import CannedReply
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables.words import Identity

MOST = 100
_PLACE = re.compile(r"\{[a-z_]{1,30}\}")


def offered(session: Session, case: Case, topics: Collection[int]) -> Sequence[CannedReply]:
    """Those for the lead's office, the kind and the subject area (`topics`: it and the one above), by name."""
    office = case.lead.department_id if case.lead else None
    fits = (
        col(CannedReply.retired_at).is_(None),
        sa.or_(col(CannedReply.department_id).is_(None), col(CannedReply.department_id) == office),
        col(CannedReply.kind).in_(["", case.ticket.kind.value]),
        sa.or_(col(CannedReply.topic_id).is_(None), col(CannedReply.topic_id).in_(list(topics))),
    )
    wanted = select(CannedReply).where(*fits).order_by(col(CannedReply.name), col(CannedReply.id))
    return session.exec(wanted.limit(MOST)).all()


def facts(case: Case, lang: str, by: Actor) -> dict[str, str]:
    """The letter's facts in the reply's language. The name only for who may know it; else a word for any writer."""
    ticket = case.ticket
    office = case.city.offices.get(case.lead.department_id) if case.lead else None
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "received": day(case.today(ticket.received_at), lang),
        "due": day(ticket.due_on, lang),
        "office": in_language(office.name, lang) if office else "",
        "office_phone": office.phone if office else "",
        "name": name_for(case, by) or say(lang, "canned.writer"),
    }


def name_for(case: Case, by: Actor) -> str:
    """The writer's name, as far as this person may know it; "" otherwise."""
    shown = case.ticket.identity == Identity.NAMED and not case.ticket.restricted
    may = shown and rights.may_see_identity(case, by)
    return case.citizen.name if may and case.citizen else ""


def places_left(text: str) -> list[str]:
    """Places like {due} that still stand in a text: what goes to a citizen has none."""
    return list(dict.fromkeys(_PLACE.findall(text)))

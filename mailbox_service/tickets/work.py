"""The way from a door to a verb: load the case with its viewer, let the verb act, store what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from mailbox_service.base import claim, tokens
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import keep, recalendar, routing, sharing
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.life import arrive, merge, protect
from mailbox_service.tickets.tables.words import Kind


def arrived(
    session: Session, book: CityBook, letter: arrive.Letter, *, once_key: str | None, by: Actor | None, now: datetime
) -> Case:
    """Take in a letter under the next number, ask the city's rules, and store it. `by` None: the citizen wrote it."""
    city = book.open(session)
    number = _number(session, city.calendar.day_of(now).year)
    if by is None:
        case = arrive.submit(letter, city, number=number, once_key=once_key, now=now)
    else:
        case = arrive.enter(letter, city, number=number, once_key=once_key, by=by, now=now)
    tag = routing.apply(case, now=now)
    if case.lead is not None:
        sharing.share(session, case, now=now)
    keep.keep_new(session, case)
    if tag:
        keep.tag(session, case, tag, now=now)
    return case


def _number(session: Session, year: int) -> str:
    return tokens.number_for(year, claim.next_number(session))


def act(
    session: Session,
    book: CityBook,
    number: str,
    viewer: Actor,
    verb: Callable[..., None],
    *arguments: object,
    seen_version: int | None = None,
    now: datetime,
    **more: object,
) -> Case:
    """Do one act of the life, `verb(case, *arguments, by=viewer, now=now, **more)`, and store it.

    `seen_version` is the ticket's version that the form was made from.

    Raises:
        Refused: "not_found"; "stale" when somebody has changed the ticket since; whatever the verb refuses.
    """
    deciding = Act.DECIDE_UNRESTRICT if verb is protect.decide_unrestrict else None
    case = cases.case(session, book.open(session), number, viewer, deciding=deciding)
    if seen_version is not None and case.ticket.version != seen_version:
        raise Refused("stale")
    recalendar.catch_up(session, book, case, now=now)
    verb(case, *arguments, by=viewer, now=now, **more)
    sharing.share(session, case, now=now)
    keep.keep(session, case)
    return case


def require_version(session: Session, book: CityBook, number: str, viewer: Actor, seen_version: int) -> None:
    """The letter is there for the viewer, as it was when the form was made.

    Raises:
        Refused: "not_found"; "stale".
    """
    if cases.case(session, book.open(session), number, viewer).ticket.version != seen_version:
        raise Refused("stale")


def merge_into(
    session: Session, book: CityBook, number: str, into_number: str, viewer: Actor, *, now: datetime
) -> None:
    """Answer one letter together with another (`life.merge`)."""
    city = book.open(session)
    case, into = (cases.case(session, city, wanted, viewer) for wanted in (number, into_number))
    for one in (case, into):
        recalendar.catch_up(session, book, one, now=now)
    merge.merge(case, into, by=viewer, now=now)
    keep.keep(session, into)


def split_off(
    session: Session,
    book: CityBook,
    number: str,
    viewer: Actor,
    *,
    subject: str,
    text: str,
    kind: Kind,
    now: datetime,
) -> Case:
    """Make a second letter out of one (`life.merge.split`), and store both."""
    city = book.open(session)
    case = cases.case(session, city, number, viewer)
    recalendar.catch_up(session, book, case, now=now)
    new_number = _number(session, city.calendar.day_of(now).year)
    second = merge.split(case, subject, text, kind, number=new_number, by=viewer, now=now)
    keep.keep_new(session, second)
    keep.keep(session, case)
    return second

"""The digest: a mail that says how much waits for somebody, as often as they chose. It names no letter.

Written in the transaction that notes the day; who may see what is asked of the queues, as on the page they lead to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import claim, tokens
from mailbox_service.base.language import LANGUAGES, number, say
from mailbox_service.base.settings import Settings
from mailbox_service.city.tables import Person
from mailbox_service.mail import links, sheets, to_staff
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import actor, staff
from mailbox_service.tickets.find.queues import Queue

NOTICE = "digest"
NEVER, DAILY, WEEKLY = "never", "daily", "weekly"
CHOICES = (NEVER, DAILY, WEEKLY)
LINK_SECONDS = 400 * 24 * 3600
BATCH = 5  # on SQLite nobody writes while these are being counted
TOO_WIDE = frozenset({Queue.ALL, Queue.ENDED})  # these hold what others see to


def due(session: Session, today: date) -> Sequence[int]:
    """Who is to get one today: those of a day once a day, those of a week once from its first working day on."""
    monday = today - timedelta(days=today.weekday())
    late = sa.or_(
        sa.and_(col(Person.digest) == DAILY, _before(today)), sa.and_(col(Person.digest) == WEEKLY, _before(monday))
    )
    wanted = select(Person.id).where(col(Person.digest) != NEVER, late, col(Person.left_at).is_(None))
    return session.exec(wanted.order_by(col(Person.id)).limit(BATCH)).all()


def _before(day: date) -> sa.ColumnElement[bool]:
    return sa.or_(col(Person.digest_on).is_(None), col(Person.digest_on) < day)


def write(session: Session, settings: Settings, city: City, today: date, *, now: datetime) -> tuple[int, int]:
    """Write the next few: how many people were seen to, and how many mails that made. Nothing waiting makes none."""
    people, written = due(session, today), 0
    for person_id in people:
        person = session.get(Person, person_id)
        seen = person.digest_on if person else None
        same = col(Person.digest_on).is_(None) if seen is None else col(Person.digest_on) == seen
        if person is None or not claim.claim(session, Person, Person.id == person_id, same, digest_on=today):
            continue
        if rows := _waiting(session, city, person, today):
            session.add(mail_of(settings, person, rows, now=now))
            written += 1
    return len(people), written


def _waiting(session: Session, city: City, person: Person, today: date) -> list[tuple[Queue, int]]:
    viewer = actor.staff(session, person.id, today)
    counts = staff.counts(session, viewer, today, city.calendar) if viewer else {}
    return [(queue, count) for queue, count in counts.items() if count and queue not in TOO_WIDE]


def mail_of(settings: Settings, person: Person, waiting: Sequence[tuple[Queue, int]], *, now: datetime) -> Mail:
    """The mail: how many letters wait in each of their queues."""
    lang = person.language if person.language in LANGUAGES else settings.working_language
    sheet = replace(
        sheets.blank(settings, lang),
        greeting=say(lang, "Dear %(name)s,", name=links.plain(person.name)),
        why=say(lang, f"mail.why.digest_{person.digest if person.digest == WEEKLY else DAILY}"),
        rows=tuple((say(lang, f"queue.{queue.value}"), _written(count, lang)) for queue, count in waiting),
        href=f"{settings.public_url}/staff",
        refuse_href=links.UNSUBSCRIBE,
    )
    return to_staff.written(settings, person, NOTICE, sheet, lang, now=now)


def _written(count: int, lang: str) -> str:
    return f"{number(staff.COUNTED, lang)}+" if count > staff.COUNTED else number(count, lang)


# --- Ending it -------------------------------------------------------------------------------


def reader_of(settings: Settings, token: str, *, now: datetime) -> int | None:
    """Whose digests the link of such a mail ends; None when it is none of ours, or too old."""
    found = tokens.read_link(settings.secret, token, NOTICE, LINK_SECONDS, now=now)
    return found.ticket_id if found else None


def choose(session: Session, person_id: int, how_often: str) -> None:
    """Set how often somebody gets it; what is no choice changes nothing."""
    if how_often in CHOICES:
        claim.claim(session, Person, Person.id == person_id, digest=how_often)

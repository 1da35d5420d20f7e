"""What letters are found by, made anew from the letters: after a step of the database, or when words are cut otherwise.

The search goes on meanwhile. Letter after letter is put where its former words stood, so it can be
stopped at any time and run again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base.db import Database
from mailbox_service.desk.tables import Note
from mailbox_service.tickets import grouping, keep, search
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.tables import Ticket

BATCH = 50

Progress = Callable[[int, int, str], None]


async def rebuild(db: Database, book: CityBook, *, after: str = "", progress: Progress) -> int:
    """Index every letter after that number; answers how many. `progress`: how many of how many, and the last number."""
    last, total = await db.reading(partial(_begin, after=after))
    done = 0
    while True:
        found = await db.writing(partial(_batch, book=book, after_id=last))
        if not found:
            return done
        last, number = found[-1]
        done += len(found)
        progress(done, total, number)


def _begin(session: Session, after: str) -> tuple[int, int]:
    """The id to go on after, and how many letters follow.

    An unknown number means the first letter: nothing is left out.
    """
    last = session.exec(select(Ticket.id).where(Ticket.number == after)).first() or 0
    count = sa.select(sa.func.count()).where(col(Ticket.id) > last)
    return last, session.connection().execute(count).scalar_one()


def _batch(session: Session, book: CityBook, after_id: int) -> list[tuple[int, str]]:
    city = book.open(session)
    letters = session.exec(select(Ticket).where(col(Ticket.id) > after_id).order_by(col(Ticket.id)).limit(BATCH)).all()
    for letter in letters:
        case = cases.whole(session, city, letter)
        keep.index(session, case)
        keep.index_name(session, case)
        if letter.emptied_at is None:
            grouping.put(session, letter.id, letter.subject, case.letter.text)
    notes = select(Note).where(col(Note.ticket_id).in_([letter.id for letter in letters])).order_by(col(Note.id))
    for note in session.exec(notes).all():
        search.put_for_staff(session, search.NOTE, note.id, note.ticket_id, note.text)
    return [(letter.id, letter.number) for letter in letters]

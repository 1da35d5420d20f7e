"""People named in a note by @ and their name: they are told by mail, and by a queue until they have looked."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import Person
from mailbox_service.desk.tables import Mention
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find import staff
from mailbox_service.tickets.find.shown import THE_LETTER

MOST = 20
# A note on the letter that names the viewer, who hasn't opened it since.
OF_LETTER = (
    sa.select(col(Mention.note_id))
    .where(col(Mention.ticket_id) == THE_LETTER, col(Mention.person_id) == sa.bindparam("viewer", type_=sa.BigInteger))
    .where(col(Mention.read_at).is_(None))
    .limit(1)
)


def named(people: Sequence[Person], text: str) -> list[Person]:
    """Whom the text names: by @ and their name, or by @ and what stands before the @ of their address.

    The longest name that fits counts, and everybody who is called so.
    """
    found: dict[int, Person] = {}
    for after in _folded(text).split("@")[1:]:
        fitting = [(len(handle), one) for one in people for handle in _handles(one) if _begins(after, handle)]
        longest = max((length for length, _ in fitting), default=0)
        found |= {one.id: one for length, one in fitting if length == longest}
    return list(found.values())[:MOST]


def _handles(person: Person) -> set[str]:
    return {_folded(person.name), _folded(person.email).partition("@")[0]}


def _begins(text: str, handle: str) -> bool:
    """Whether the text begins with the name and not with a longer word; 林 in 林医生 stands for itself."""
    if not text.startswith(handle):
        return False
    follows = text[len(handle) : len(handle) + 1]
    return not (follows.isascii() and follows.isalnum()) or not handle.isascii()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def name(session: Session, case: Case, note_id: int, text: str, *, by: Actor, now: datetime) -> list[int]:
    """Keep whom a note names; answers their ids, without the one who wrote it.

    Raises:
        Refused: "note.kept_out" when somebody named must not see the letter.
    """
    if "@" not in _folded(text):
        return []
    people = [one for one in named(staff.people(session), text) if one.id != by.person_id]
    for one in people:
        somebody = actors.staff(session, one.id, case.today(now))
        if somebody is None or not rights.may_see(case, somebody):
            raise Refused("note.kept_out", name=one.name)
    session.add_all(Mention(note_id=note_id, person_id=one.id, ticket_id=case.ticket.id, at=now) for one in people)
    return [one.id for one in people]


def looked(session: Session, ticket_id: int, viewer: Actor, *, now: datetime) -> None:
    """The viewer has opened the letter: it is in that queue no longer."""
    theirs = (col(Mention.ticket_id) == ticket_id, col(Mention.person_id) == viewer.person_id)
    session.connection().execute(sa.update(Mention).where(*theirs, col(Mention.read_at).is_(None)).values(read_at=now))

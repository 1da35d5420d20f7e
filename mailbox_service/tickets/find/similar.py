"""Letters like one letter, and the writer's other ones, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from mailbox_service.base.looks import Looks, Rows, Several
from mailbox_service.tickets import similar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find.lists import STATEMENTS
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.find.whose import whose
from mailbox_service.tickets.tables import Citizen, Likeness, Message, NotAlike, Ticket
from mailbox_service.tickets.tables.words import Identity, MessageKind, Status

MOST = 50
BY_BAND = 10  # newest letters that share one band: of a campaign of thousands no page reads them all
WRITERS = 10


class Alike(NamedTuple):
    """A letter and how alike it is: 0.6 to 1. `apart`: somebody has said that it is a different matter."""

    id: int
    number: str
    version: int
    subject: str
    language: str
    status: Status
    lead_department_id: int | None
    received_at: datetime
    merged_into_id: int | None
    likeness: float
    apart: bool = False


class Near(NamedTuple):
    """A letter that is like another, whoever may see it."""

    id: int
    likeness: float


def alike(session: Session, case: Case, viewer: Actor) -> list[Alike]:
    """The letters most like this one first; those that were said to be different matters last. Two statements."""
    found = near(session, case, most=MOST)
    return seen(looks(viewer, MOST).look(session, facts(viewer, case.ticket.id, found, MOST)), found)


def near(session: Session, case: Case, *, most: int) -> list[Near]:
    """What is like the letter among the `most` newest that share a band with it. It reads their texts."""
    here = session.get_bind().dialect.name == "sqlite"
    others = (_NEAR_HERE if here else _NEAR_THERE).look(session, {"own": case.ticket.id, "most": most})("near")
    own = similar.pieces(text_of(case.ticket.subject, case.letter.text))
    shares = [Near(one.id, similar.likeness(own, similar.pieces(text_of(one.subject, one.text)))) for one in others]
    return [one for one in shares if one.likeness >= similar.ALIKE]


def text_of(subject: str, text: str) -> str:
    """What is compared of a letter."""
    return f"{subject}\n{text}"


def looks(viewer: Actor, most: int) -> Looks:
    """What the viewer may see of `most` letters near another, for `seen`."""
    return _looks(whose(viewer).desk, most)


@lru_cache(maxsize=STATEMENTS)
def _looks(desk: Actor, most: int) -> Looks:
    wanted = sa.select(*_SHOWN).where(
        col(Ticket.id).in_(_some(most).params), visible_to(desk), col(Ticket.status) != Status.SPAM
    )
    lower: sa.Select[Any] = sa.select(col(NotAlike.other_id).label("other")).where(col(NotAlike.ticket_id) == _OWN)
    upper: sa.Select[Any] = sa.select(col(NotAlike.ticket_id).label("other")).where(col(NotAlike.other_id) == _OWN)
    return Looks(alike=wanted, apart=sa.select(sa.union_all(lower, upper).subquery().c.other))


def facts(viewer: Actor, letter_id: int, near: Sequence[Near], most: int) -> dict[str, object]:
    """What `looks` ask by: the letter, and `most` at most that are near it."""
    return {**whose(viewer).facts, "own": letter_id, **_some(most).facts([one.id for one in near])}


def seen(rows: Rows, near: Sequence[Near]) -> list[Alike]:
    """Those that the viewer may see, as `looks` have found them, in the order of `alike`."""
    apart = {row.other for row in rows("apart")}
    shares = dict(near)
    found = [Alike(*[*row, shares[row.id], row.id in apart]) for row in rows("alike")]
    return sorted(found, key=lambda one: (one.apart, -one.likeness, -one.id))


@cache
def _some(most: int) -> Several:
    return Several("near", most)


_OWN = sa.bindparam("own", type_=sa.BigInteger)
_MOST = sa.bindparam("most", type_=sa.Integer)
_SHOWN: tuple[Any, ...] = (
    *(Ticket.id, Ticket.number, Ticket.version, Ticket.subject, Ticket.language, Ticket.status),
    *(Ticket.lead_department_id, Ticket.received_at, Ticket.merged_into_id),
)


def _near(sharing: sa.FromClause) -> Looks:
    newest = sa.select(sharing.c.ticket_id).distinct().order_by(sharing.c.ticket_id.desc()).limit(_MOST)
    letter = sa.and_(col(Message.ticket_id) == col(Ticket.id), col(Message.kind) == MessageKind.LETTER)
    texts = sa.select(col(Ticket.id), col(Ticket.subject), col(Message.text)).join(Message, letter)
    return Looks(near=texts.where(col(Ticket.id).in_(newest)))


def _by_looks() -> sa.FromClause:
    """The letters that share a band with this one, the newest of each: one look at the index for each band."""
    each = []
    for band in range(similar.BANDS):
        place = (col(Likeness.ticket_id) == _OWN, col(Likeness.band) == band)
        hash_ = sa.select(col(Likeness.hash)).where(*place).scalar_subquery()
        each.append(sa.select(_newest(band, hash_).subquery().c.ticket_id))
    return sa.union_all(*each).subquery()


def _at_once() -> sa.FromClause:
    """The same on PostgreSQL, which begins one look for all bands sooner than sixteen."""
    mine = SQLModel.metadata.tables["likeness"].alias("mine")
    near = _newest(mine.c.band, mine.c.hash).lateral("near")
    return (
        sa.select(near.c.ticket_id).select_from(mine.join(near, sa.true())).where(mine.c.ticket_id == _OWN).subquery()
    )


def _newest(band: Any, hash_: Any) -> sa.Select[Any]:
    same = (_other.c.band == band, _other.c.hash == hash_, _other.c.ticket_id != _OWN)
    return sa.select(_other.c.ticket_id).where(*same).order_by(_other.c.ticket_id.desc()).limit(BY_BAND)


_other = SQLModel.metadata.tables["likeness"].alias("other")
_NEAR_HERE, _NEAR_THERE = _near(_by_looks()), _near(_at_once())


def of_writer(session: Session, case: Case, viewer: Actor) -> Sequence[tuple[str, str]]:
    """Number and subject of the writer's other letters by the same address or telephone, newest first.

    Only what the viewer may see, and no letter whose writer is hidden: asking for this one's writer names no other's.
    """
    citizen = case.citizen
    ways = []
    if citizen and citizen.email:
        ways.append(sa.func.lower(Citizen.email) == citizen.email.lower())
    if citizen and citizen.phone:
        ways.append(sa.and_(col(Citizen.phone) == citizen.phone, col(Citizen.phone) != ""))
    if not ways:
        return []
    same = sa.union(*(sa.select(col(Citizen.ticket_id)).where(way) for way in ways))
    wanted = select(Ticket.number, Ticket.subject).where(
        col(Ticket.id).in_(same),
        Ticket.id != case.ticket.id,
        Ticket.identity == Identity.NAMED,
        col(Ticket.emptied_at).is_(None),
        visible_to(viewer),
    )
    return session.exec(wanted.order_by(col(Ticket.id).desc()).limit(WRITERS)).all()

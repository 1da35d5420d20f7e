"""What a search finds, asked as its page asks it, but for lines and texts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session

from mailbox_service.base.looks import Looks
from mailbox_service.desk import found
from mailbox_service.tickets import search
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import matches
from mailbox_service.tickets.find.lists import Filters

EVERYBODYS: sa.ColumnElement[bool] = sa.true()


@dataclass
class Matches:
    """A page of letters' ids, newest first, and how many there are; None means more than are counted."""

    ids: list[int]
    count: int | None


def matching(
    session: Session,
    query: str,
    *,
    visible: sa.ColumnElement[bool] = EVERYBODYS,
    named: sa.ColumnElement[bool] = EVERYBODYS,
    limit: int = 25,
    before_id: int | None = None,
    recent: str | None = None,
) -> Matches:
    """The letters that a search finds for one who may see what is `visible`, and whose writers are `named` to them."""
    here = session.get_bind().dialect.name == "sqlite"
    asked = search.asked(query, here=here)
    if asked is None:
        return Matches([], 0)
    how = matches.Asking(here, before_id is not None, recent is not None)
    count, page = matches.hits(visible, named, how, limit=limit)
    facts = asked | {name: id_ for name, id_ in (("before", before_id), ("recent", recent)) if id_ is not None}
    ids = sa.select(page.c.ticket_id).order_by(page.c.ticket_id.desc())
    rows = Looks(count=count, ids=ids).look(session, facts)
    (counted,) = rows("count")
    return Matches([row.ticket_id for row in rows("ids")], counted.count if counted.count <= matches.COUNTED else None)


def letters(session: Session, query: str, viewer: Actor, *, before_id: int | None = None) -> found.Found:
    """The page of a search, with lines and texts."""
    here = session.get_bind().dialect.name == "sqlite"
    recent = "" if here else matches.recent(session)
    asked = found.asked(query, viewer, Filters(), before=before_id, recent=recent, here=here)
    assert asked is not None
    looks, facts = asked
    return found.read(looks.look(session, facts))

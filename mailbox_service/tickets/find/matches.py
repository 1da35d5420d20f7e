"""Which letters a search finds, newest first, and how many: in letters, replies, notes and names, in one statement."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.tickets.search import NAME, as_asked, ids_of
from mailbox_service.tickets.tables import StaffText, Ticket

RECENT = 5_000  # newest letters, looked through before the others
COUNTED = 100  # matches counted exactly; beyond it is "more than 100"
Condition = sa.ColumnElement[bool]


def recent(session: Session) -> str:
    """The id of the first of the `RECENT` newest letters, as it is written; "" when there are no more than those."""
    newest = sa.select(col(Ticket.id)).order_by(col(Ticket.id).desc()).offset(RECENT).limit(1)
    return str(session.connection().execute(newest).scalar() or "")


class Asking(NamedTuple):
    """How `hits` are asked for: on SQLite (`here`) or PostgreSQL.

    `further`: on from the parameter `before`. `recent`: first among the letters from the parameter `recent` on.
    """

    here: bool
    further: bool = False
    recent: bool = False


def hits(visible: Condition, named: Condition, how: Asking, *, limit: int) -> tuple[Any, sa.CTE]:
    """The letters with every word asked for, in their texts or in one note: how many, and the newest of them.

    Only those that meet `visible`, a condition on Ticket; `named` is a further one: whose writers' names may be looked
    for, too. The first answer counts to `COUNTED` and one more; the second are `limit` ids (`ticket_id`).
    """
    newest = _newest(visible, named, how._replace(further=False), COUNTED + 1).cte("newest")
    count = sa.select(sa.func.count().label("count")).select_from(newest)
    if how.further:
        return count, _newest(visible, named, how, limit).cte("page")
    return count, _first(sa.select(newest.c.ticket_id), limit).cte("page")


def _newest(visible: Condition, named: Condition, how: Asking, limit: int) -> sa.Select[Any]:
    """Each place is read no further than so many letters, the newest first: sight is asked of as many, not of all."""
    written, noted = _written(how.here, how.further), _noted(how.here, how.further).subquery()
    noted_seen = sa.exists().where(col(Ticket.id) == noted.c.ticket_id, visible, sa.or_(noted.c.is_note == 1, named))
    places = (
        (_recent_first if how.recent else _seen)(written, visible, limit),
        _first(sa.select(noted.c.ticket_id).where(noted_seen), limit),
    )
    either = sa.union(*(sa.select(place.subquery().c.ticket_id) for place in places)).subquery()
    return _first(sa.select(either.c.ticket_id), limit)


def _recent_first(ids: sa.Select[Any], visible: Condition, limit: int) -> sa.Select[Any]:
    """PostgreSQL's index knows no order: of a word that very many letters hold, it would fetch and sort all of them.

    It doesn't look for the others when enough recent ones may be seen.
    """
    id_ = ids.selected_columns[0]
    newest = _seen(ids.where(id_ >= _RECENT), visible, limit).cte()
    is_short = sa.select(sa.func.count()).select_from(newest).scalar_subquery() < _number(limit)
    others = _seen(ids.where(id_ < _RECENT, is_short), visible, limit).subquery()
    both = sa.union_all(sa.select(newest.c.ticket_id), sa.select(others.c.ticket_id)).subquery()
    return _first(sa.select(both.c.ticket_id), limit)


def _seen(ids: sa.Select[Any], visible: Condition, limit: int) -> sa.Select[Any]:
    found = ids.subquery()
    seen = sa.exists().where(col(Ticket.id) == found.c.ticket_id, visible)
    return _first(sa.select(found.c.ticket_id).where(seen), limit)


def _first(ids: sa.Select[Any], limit: int) -> sa.Select[Any]:
    # Said, not asked by a parameter: PostgreSQL's plan for any limit would read all of them.
    return ids.order_by(ids.selected_columns[0].desc()).limit(_number(limit))


def _number(number: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(number), sa.Integer)


def _written(here: bool, further: bool) -> sa.Select[Any]:
    """The letters whose texts match, newest first."""
    return _in_order(ids_of(_WORDS, here=here), further)


def _noted(here: bool, further: bool) -> sa.Select[Any]:
    """The letters whose notes or whose writers' names match, newest first; `is_note` is 0 where only a name does."""
    is_note = sa.func.max(sa.case((col(StaffText.of_kind) == NAME, 0), else_=1)).label("is_note")
    found: Any = sa.select(col(StaffText.ticket_id), is_note).group_by(col(StaffText.ticket_id))
    if here:
        index = _staff_index.c
        found = found.where(col(StaffText.id) == index.rowid, index.words.op("MATCH")(_WORDS))
    else:
        found = found.where(_staff_vector.op("@@")(as_asked(_WORDS)))
    return _in_order(found, further)


def _in_order(found: sa.Select[Any], further: bool) -> sa.Select[Any]:
    key = found.selected_columns[0]
    if further:
        found = found.where(key < sa.bindparam("before", type_=sa.BigInteger))
    return found.order_by(key.desc())


_WORDS: sa.BindParameter[str] = sa.bindparam("words", type_=sa.String)
# Written into the statement: a plan made for any would not join it to what the words' index says.
_RECENT = sa.cast(sa.bindparam("recent", type_=sa.String).render_literal_execute(), sa.BigInteger)
_staff_index = sa.table("staff_index", sa.column("rowid", sa.BigInteger), sa.column("words", sa.Text))
_staff_vector: sa.ColumnElement[object] = sa.literal_column("staff_text.vector")

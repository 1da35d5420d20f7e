"""Saved views: a queue with filters under a name, one's own or shared with one's office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from mailbox_service.base.refusals import Refused
from mailbox_service.desk.tables import SavedView
from mailbox_service.tickets.actor import Actor

LONGEST_NAME = 60
LONGEST_QUERY = 1000
MOST = 30  # that one person keeps


def of(session: Session, viewer: Actor) -> Sequence[SavedView]:
    """The views they may open: their own, then those of their offices, in the order they were saved."""
    return session.exec(theirs(viewer)).all()


def theirs(viewer: Actor) -> SelectOfScalar[SavedView]:
    """The same as a look."""
    offices = viewer.departments()
    either = sa.or_(col(SavedView.person_id) == viewer.person_id, col(SavedView.department_id).in_(offices))
    own_first = sa.case((col(SavedView.person_id) == viewer.person_id, 0), else_=1)
    return select(SavedView).where(either).order_by(own_first, col(SavedView.id)).limit(3 * MOST)


def save(session: Session, name: str, query: str, *, by: Actor, now: datetime) -> None:
    """Keep the address's query under a name; a view of theirs with that name is replaced.

    Raises:
        Refused: "view.name" without a name or with too long a one; "view.too_many"; "view.too_long".
    """
    kept = _name(name)
    if len(query) > LONGEST_QUERY:
        raise Refused("view.too_long")
    mine = session.exec(select(SavedView).where(SavedView.person_id == by.person_id).limit(MOST)).all()
    if same := next((view for view in mine if view.name == kept), None):
        same.query = query
        return
    if len(mine) >= MOST:
        raise Refused("view.too_many", most=MOST)
    session.add(SavedView(person_id=by.person_id or 0, name=kept, query=query, added_at=now))


def rename(session: Session, view_id: int, name: str, *, by: Actor) -> None:
    """Give a view of theirs another name.

    Raises:
        Refused: "not_found" for another's; "view.name"; "view.there" when another of theirs has it.
    """
    view, kept = _own(session, view_id, by), _name(name)
    others = select(SavedView).where(SavedView.person_id == by.person_id, SavedView.name == kept)
    if session.exec(others.where(SavedView.id != view_id)).first():
        raise Refused("view.there")
    view.name = kept


def share(session: Session, view_id: int, department_id: int | None, *, by: Actor) -> None:
    """Let an office of theirs open it too; None keeps it to themselves.

    Raises:
        Refused: "not_found" for another's; "view.office" for an office that isn't theirs.
    """
    view = _own(session, view_id, by)
    if department_id is not None and department_id not in by.departments():
        raise Refused("view.office")
    view.department_id = department_id


def delete(session: Session, view_id: int, *, by: Actor) -> None:
    """Forget a view of theirs.

    Raises:
        Refused: "not_found" for another's.
    """
    session.delete(_own(session, view_id, by))


def _name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept or len(kept) > LONGEST_NAME:
        raise Refused("view.name", most=LONGEST_NAME)
    return kept


def _own(session: Session, view_id: int, by: Actor) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.person_id != by.person_id:
        raise Refused("not_found")
    return view

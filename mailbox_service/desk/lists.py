"""A page of a queue with the views that its reader has saved, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlmodel import Session

from mailbox_service.base.looks import Looks
from mailbox_service.desk import views
from mailbox_service.desk.tables import SavedView
from mailbox_service.tickets.find import lists
from mailbox_service.tickets.find.lists import Lines, Page, Shape


def read(session: Session, asked: Page) -> tuple[Lines, Sequence[SavedView]]:
    """The lines, and the views."""
    rows = _looks(asked.shape).look(session, asked.facts)
    return lists.read(asked.shape, rows), rows("views")


@lru_cache(maxsize=lists.STATEMENTS)
def _looks(shape: Shape) -> Looks:
    return Looks(**lists.selects(shape), views=views.theirs(shape.viewer))

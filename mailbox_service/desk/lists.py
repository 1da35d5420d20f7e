"""A page of a queue with the views that its reader has saved, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from mailbox_service.base.looks import Looks, Rows
from mailbox_service.desk import views
from mailbox_service.desk.tables import SavedView
from mailbox_service.tickets.find import lists
from mailbox_service.tickets.find.lists import Lines, Shape


@lru_cache(maxsize=lists.STATEMENTS)
def looks(shape: Shape) -> Looks:
    """The look for such a page; asked with the page's facts."""
    return Looks(**lists.selects(shape), views=views.theirs(shape.desk))


def read(shape: Shape, rows: Rows) -> tuple[Lines, Sequence[SavedView]]:
    """The lines, and the views, in what was found."""
    return lists.read(shape, rows), rows("views")

"""A letter for a page: a case whose rows can only be read, found in one statement with what the page shows beside it.

Verbs need rows that a session keeps: `find.case` loads those.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select

from mailbox_service.base.looks import Looks, Row, Rows
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.find.case import PARTS
from mailbox_service.tickets.tables import Citizen, Event, Ticket

LONGEST_TIMELINE = 1_000

_ID = attrgetter("id")
_NUMBER = col(Ticket.number) == sa.bindparam("number", type_=sa.String)
_FOUND = sa.select(col(Ticket.id)).where(_NUMBER).cte("the_letter")  # once for all looks that hang together
THE_LETTER: sa.ScalarSelect[Any] = sa.select(_FOUND.c.id).scalar_subquery()
_MERGED = sa.select(col(Ticket.id)).where(col(Ticket.merged_into_id) == THE_LETTER)


def _parts(whose: Callable[[Any], sa.ColumnElement[bool]]) -> dict[str, Any]:
    """Everything that a case holds beside its ticket, of the letters meant. Few rows: `_in_order` sorts them sooner."""
    found: dict[str, Any] = {"citizen": select(Citizen).where(whose(col(Citizen.ticket_id)))}
    for name, rows in PARTS.items():
        table: Any = rows
        found[name] = select(table).where(whose(table.ticket_id))
    return found


LETTER: Mapping[str, Any] = {
    "ticket": select(Ticket).where(_NUMBER),
    **_parts(lambda ticket_id: ticket_id == THE_LETTER),
    "children": select(Ticket).where(col(Ticket.merged_into_id) == THE_LETTER),
    "timeline": select(Event).where(col(Event.ticket_id) == THE_LETTER).order_by(col(Event.id)).limit(LONGEST_TIMELINE),
}  # by the parameter `number`: a page's Looks hold these and its own
MERGED = Looks(**_parts(lambda ticket_id: ticket_id.in_(_MERGED)))  # by the same, when there are `children`


def case(rows: Rows, merged: Rows | None, city: City, viewer: Actor, *, deciding: Act | None = None) -> Case:
    """The case in what a page's Looks have found, and `MERGED` of its children; `deciding` as in `find.case`.

    Raises:
        Refused: "not_found" when there is none, or none for this viewer.
    """
    ticket = next(iter(rows("ticket")), None)
    if ticket is None:
        raise Refused("not_found")
    found = Case(city, ticket, next(iter(rows("citizen")), None), parts_known={})
    for name in PARTS:
        setattr(found, name, _in_order(rows(name)))
    if merged:
        found.children = _children(merged, city, _in_order(rows("children")))
    if not (rights.may_see(found, viewer) or (deciding and rights.may(deciding, found, viewer))):
        raise Refused("not_found")
    return found


def _in_order(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=_ID)


def _children(rows: Rows, city: City, children: Sequence[Ticket]) -> list[Case]:
    """The letters that are answered with this one."""
    citizens = {citizen.ticket_id: citizen for citizen in rows("citizen")}
    cases = {child.id: Case(city, child, citizens.get(child.id), parts_known={}) for child in children}
    for name in PARTS:
        theirs = defaultdict[int, list[Row]](list)
        for row in _in_order(rows(name)):
            theirs[row.ticket_id].append(row)
        for id_, case_ in cases.items():
            setattr(case_, name, theirs[id_])
    return list(cases.values())

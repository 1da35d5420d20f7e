"""Whole histories as the verbs wrote them, taken from a told city to be told again with other ids, days and words.

A story is one letter, or several that are linked or merged, with all its rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.desk import tables as desk
from mailbox_service.tickets import tables
from mailbox_service.tickets.acts import OPEN

Row = dict[str, Any]
OF_A_LETTER: tuple[type[SQLModel], ...] = (
    *(tables.Ticket, tables.Citizen, tables.Round, tables.Assignment, tables.Handler, tables.Party, tables.Recusal),
    *(tables.Event, tables.Message, tables.Contribution, tables.Reply, tables.Call, tables.Approval),
    *(tables.Translation, tables.Proposal, tables.Rating, tables.Publication, desk.Note, desk.Tag, desk.Draft),
)
KEY = "bulk-"  # how the once-keys of the bulk begin
AT_ONCE = 500  # letters whose rows are read at once


@dataclass
class Story:
    """Rows by table, oldest first, and the ids in them. `open` ones still have something before them."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    ids: list[int] = field(default_factory=list)
    open: bool = False

    @property
    def letters(self) -> int:
        """How many letters it holds."""
        return len(self.rows["ticket"])

    @cached_property
    def begins_at(self) -> datetime:
        """When its first letter came."""
        begun: datetime = min(ticket["received_at"] for ticket in self.rows["ticket"])
        return begun

    @cached_property
    def ends_at(self) -> datetime:
        """When the last thing happened in it."""
        ended: datetime = max(event["at"] for event in self.rows["event"])
        return ended


def read(session: Session) -> list[Story]:
    """Every story of the city, but those of the bulk itself and those whose texts were erased."""
    ticket = SQLModel.metadata.tables["ticket"]
    own = sa.or_(ticket.c.once_key.is_(None), ticket.c.once_key.not_like(f"{KEY}%"))
    letters = [dict(row) for row in session.connection().execute(sa.select(ticket).where(own)).mappings()]
    part_of = _parts(letters)
    stories: dict[int, Story] = defaultdict(Story)
    for model in OF_A_LETTER:
        table = SQLModel.metadata.tables[str(model.__tablename__)]
        key = table.c.id if table.name == "ticket" else table.c.ticket_id
        for at in range(0, len(letters), AT_ONCE):
            some = sorted(part_of)[at : at + AT_ONCE]
            wanted = sa.select(table).where(key.in_(some)).order_by(*table.primary_key)
            for row in session.connection().execute(wanted).mappings():
                stories[part_of[row[key.name]]].rows[table.name].append(dict(row))
    return [_finished(story) for _, story in sorted(stories.items()) if _can_be_told(story)]


def _parts(letters: Iterable[Row]) -> dict[int, int]:
    """Which story a letter is part of: the first letter that it hangs together with."""
    first = {letter["id"]: letter["id"] for letter in letters}
    for letter in letters:
        for other in (letter["merged_into_id"], letter["linked_from_id"]):
            if other in first:
                one, two = sorted((first[letter["id"]], first[other]))
                first = {id_: one if head == two else head for id_, head in first.items()}
    return first


def _can_be_told(story: Story) -> bool:
    return all(ticket["emptied_at"] is None for ticket in story.rows["ticket"]) and bool(story.rows["event"])


def _finished(story: Story) -> Story:
    story.ids = sorted({row["id"] for rows in story.rows.values() for row in rows if "id" in row})
    story.open = any(ticket["sweep_on"] is not None or ticket["status"] in OPEN for ticket in story.rows["ticket"])
    for event in story.rows["event"]:
        event["told_at"] = event["told_at"] or event["at"]
    return story

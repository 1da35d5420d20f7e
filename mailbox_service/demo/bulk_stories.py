"""Whole histories as the verbs wrote them, taken from a told city to be told again with other ids, days and words.

A story is one letter, or several that are linked or merged, with all its rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.desk import tables as desk
from mailbox_service.tickets import tables

Row = dict[str, Any]
OF_A_LETTER: tuple[type[SQLModel], ...] = (
    *(tables.Ticket, tables.Citizen, tables.Round, tables.Assignment, tables.Handler, tables.Party, tables.Recusal),
    *(tables.Event, tables.Message, tables.Contribution, tables.Reply, tables.Call, tables.Approval),
    *(tables.Translation, tables.Proposal, tables.Rating, tables.Publication, desk.Note, desk.Tag, desk.Draft),
)
KEY = "bulk-"  # how the once-keys of the bulk begin
IDS_FROM = 1 << 40  # smaller numbers are counts, not ids
SAME_MOMENT = 32  # ids of one millisecond in one story
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


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

    @property
    def begins_at(self) -> datetime:
        """When its first letter came."""
        begun: datetime = min(ticket["received_at"] for ticket in self.rows["ticket"])
        return begun

    @property
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
        for row in session.connection().execute(sa.select(table).order_by(*table.primary_key)).mappings():
            if (first := part_of.get(row[key.name])) is not None:
                stories[first].rows[table.name].append(dict(row))
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
    story.open = any(ticket["sweep_on"] is not None for ticket in story.rows["ticket"])
    for event in story.rows["event"]:
        event["told_at"] = event["told_at"] or event["at"]
    return story


def told_again(story: Story, nth: int, later: timedelta) -> dict[str, list[Row]]:
    """Its rows with new ids and other days. `nth` tells this telling from every other; `later` may be negative."""
    ids = _new_ids(story.ids, nth, later)
    days = timedelta(days=round(later / timedelta(days=1)))
    return {
        name: [{column: _moved(value, ids, later, days) for column, value in row.items()} for row in rows]
        for name, rows in story.rows.items()
    }


def _new_ids(ids: list[int], nth: int, later: timedelta) -> dict[int, int]:
    """Ids of the new moments in the old order; no two tellings share one (see `base.ids` for their bits)."""
    node, ahead = nth & 0xFFF, (nth >> 12) % SAME_MOMENT * SAME_MOMENT
    shift, at, within, found = round(later / timedelta(milliseconds=1)), 0, 0, {}
    for id_ in ids:
        moment = (id_ >> 22) + shift
        at, within = (moment, 0) if moment > at else (at, within + 1)
        if within == SAME_MOMENT:
            at, within = at + 1, 0
        found[id_] = at << 22 | node << 10 | ahead | within
    return found


def _moved(value: Any, ids: dict[int, int], later: timedelta, days: timedelta) -> Any:
    kind = type(value)
    if kind is int:
        return ids.get(value, value) if value > IDS_FROM else value
    if kind is datetime:
        return value + later
    if kind is date:
        return value + days
    if kind is dict:
        return {name: _moved(each, ids, later, days) for name, each in value.items()}
    if kind is list:
        return [_moved(each, ids, later, days) for each in value]
    if kind is str and len(value) == len("2026-01-01") and _DAY.fullmatch(value):
        return str(date.fromisoformat(value) + days)
    return value

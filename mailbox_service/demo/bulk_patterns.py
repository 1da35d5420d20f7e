"""A story made ready to be told very often: its values sorted by how they change, its rows only picks among them.

Each telling makes one list: what stays, then the new ids, moments and days, then what the slots say. A row is
a pick of places in that list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any

from mailbox_service.demo import bulk_slots as slots
from mailbox_service.demo.bulk_forms import SQLiteForm
from mailbox_service.demo.bulk_slots import Added, Slot, Telling
from mailbox_service.demo.bulk_stories import Row, Story
from mailbox_service.tickets.tables.words import MessageKind

Pick = Callable[[list[Any]], tuple[Any, ...]]
Columns = dict[str, tuple[str, ...]]  # table → its columns, the key first
LANGUAGES = ("en", "zh", "ja", "ko")
CITY_LANGUAGE = "zh"
SAME_MOMENT = 32  # ids of one millisecond in one story
DAY_MS = 86_400_000
TEN_YEARS_MS = 11 * 366 * DAY_MS
_SHIFTED = re.compile(r"\b\d{13,19}\b|\b\d{4}-\d\d-\d\d(?=\")")


@dataclass
class Pattern:
    """A story by how its values change. `slots` are said anew for each telling."""

    story: Story
    stays: list[Any] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    rows: list[tuple[str, Pick]] = field(default_factory=list)

    def tell(self, telling: Telling, later: timedelta) -> list[tuple[str, tuple[Any, ...]]]:
        """Its rows, each with its table."""
        moments = [(at + later).isoformat(" ", "microseconds") for at in self.moments]
        said = [slot.say(telling) for slot in self.slots]
        values = [*self.stays, *telling.ids, *moments, *telling.days, *said]
        return [(table, pick(values)) for table, pick in self.rows]

    def days_moved(self, later: timedelta) -> list[str]:
        """Its days in this telling."""
        days = timedelta(days=round(later / timedelta(days=1)))
        return [(day + days).isoformat() for day in self.days]


class Prepared:
    """Sorts a story's values."""

    def __init__(self, story: Story, form: SQLiteForm, columns: Columns) -> None:
        self.pattern, self.form, self.columns = Pattern(story), form, columns
        self.places: dict[tuple[str, Any], int] = {}
        self.of_id = {id_: place for place, id_ in enumerate(story.ids)}
        self.letters = {ticket["id"]: place for place, ticket in enumerate(story.rows["ticket"])}
        self.languages = {ticket["id"]: ticket["language"] for ticket in story.rows["ticket"]}
        self.sources = dict[int, tuple[Added, slots.Hash]]()

    def done(self) -> Pattern:
        """The pattern."""
        found: list[tuple[str, list[tuple[str, int]]]] = []
        for table, columns in self.columns.items():
            for row in self.pattern.story.rows.get(table, ()):
                own = self._own(table, row)
                found.append((table, [self._place(own.get(name), row[name]) for name in columns]))
        bases = self._bases()
        self.pattern.rows = [(table, itemgetter(*(bases[kind] + at for kind, at in row))) for table, row in found]
        return self.pattern

    def _bases(self) -> dict[str, int]:
        """Where each sort of value begins in a telling's list."""
        lengths = {
            "stays": len(self.pattern.stays),
            "ids": len(self.pattern.story.ids),
            "moments": len(self.pattern.moments),
            "days": len(self.pattern.days),
        }
        bases, at = {}, 0
        for kind, length in lengths.items():
            bases[kind], at = at, at + length
        return {**bases, "slots": at}

    def _place(self, own: Slot | None, value: Any) -> tuple[str, int]:
        if own is not None:
            self.pattern.slots.append(own)
            return "slots", len(self.pattern.slots) - 1
        if type(value) is int and value in self.of_id:
            return "ids", self.of_id[value]
        if isinstance(value, datetime):
            return "moments", self._kept("moments", value.astimezone(UTC).replace(tzinfo=None))
        if isinstance(value, date):
            return "days", self._kept("days", value)
        if isinstance(value, dict | list) and (facts := self._facts(value)) is not None:
            return self._place(facts, None)
        return "stays", self._kept("stays", self.form.of(value))

    def _kept(self, kind: str, value: Any) -> int:
        """Its place among those of its kind: each is kept once."""
        key = (f"{kind} {type(value).__name__}", value)
        if key not in self.places:
            kept: list[Any] = getattr(self.pattern, kind)
            self.places[key] = len(kept)
            kept.append(value)
        return self.places[key]

    def _facts(self, value: Any) -> slots.Facts | None:
        found: list[tuple[int, int]] = []

        def open_(match: re.Match[str]) -> str:
            said = match.group()
            if said.isdigit():
                if (place := self.of_id.get(int(said))) is None:
                    return said
                found.append((place, -1))
            else:
                found.append((-1, self._kept("days", date.fromisoformat(said))))
            return "%s"

        text = _SHIFTED.sub(open_, json.dumps(value).replace("%", "%%"))
        if not found:
            return None
        return slots.Facts(self.form.text(text), tuple(i for i, _ in found), tuple(d for _, d in found))

    # --- What a row says otherwise each time

    def _own(self, table: str, row: Row) -> dict[str, Slot]:
        rule: Callable[[Row], dict[str, Slot]] | None = getattr(self, f"_own_{table}", None)
        return rule(row) if rule else {}

    def _own_ticket(self, row: Row) -> dict[str, Slot]:
        letter = self.letters[row["id"]]
        subject = slots.Subject(letter, row["subject"], row["language"])
        return {"number": slots.Number(letter), "once_key": slots.OnceKey(letter), "subject": subject}

    def _own_citizen(self, row: Row) -> dict[str, Slot]:
        own: dict[str, Slot] = {"name": slots.Name(self.letters[row["ticket_id"]])}
        own |= {"email": slots.Email(), "phone": slots.Phone()}
        return {name: slot for name, slot in own.items() if row[name]}

    def _own_message(self, row: Row) -> dict[str, Slot]:
        if row["kind"] != MessageKind.LETTER or row["language"] not in LANGUAGES:
            return {}
        letter = self.letters[row["ticket_id"]]
        added = Added(letter, True, row["language"])
        self.sources[row["id"]] = Added(letter, True, CITY_LANGUAGE), slots.Hash(row["text"], added)
        return {"text": slots.Text(self.form.text(row["text"]), added)}

    def _own_reply(self, row: Row) -> dict[str, Slot]:
        """A reply to several letters names one place."""
        added, own = Added(0, False, CITY_LANGUAGE), Added(0, False, self.languages[row["ticket_id"]])
        hash_ = slots.Hash(row["text"], added)
        self.sources[row["id"]] = own, hash_
        said: dict[str, Slot] = {"text": slots.Text(self.form.text(row["text"]), added), "text_hash": hash_}
        if row["own_text"]:
            said["own_text"] = slots.Text(self.form.text(row["own_text"]), own)
        return said

    def _own_translation(self, row: Row) -> dict[str, Slot]:
        source = self.sources.get(row["message_id"] or row["reply_id"])
        if source is None:
            return {}
        added, hash_ = source
        if row["reply_id"]:
            added = Added(0, False, row["language"])
        text: dict[str, Slot] = {"text": slots.Text(self.form.text(row["text"]), added)} if row["text"] else {}
        return {"source_hash": hash_, **text}

    def _own_publication(self, _row: Row) -> dict[str, Slot]:
        return {"public_id": slots.PublicId()}


def new_ids(old: list[int], nth: int, later: timedelta) -> list[int]:
    """Ids of the new moments in the old order; no two tellings share one (see `base.ids` for their bits).

    Ids begin with 2020. What lies before is squeezed into that year's first day, so that the order holds.
    """
    node, ahead = (nth & 0xFFF) << 10, (nth >> 12) % SAME_MOMENT * SAME_MOMENT
    low, shift, at, within = node | ahead, round(later / timedelta(milliseconds=1)), 0, 0
    found = []
    for id_ in old:
        moment = (id_ >> 22) + shift
        if moment < DAY_MS:
            moment = (moment + TEN_YEARS_MS) * DAY_MS // (DAY_MS + TEN_YEARS_MS)
        if moment > at:
            at, within = moment, 0
        elif (within := within + 1) == SAME_MOMENT:
            at, within = at + 1, 0
        found.append(at << 22 | low | within)
    return found

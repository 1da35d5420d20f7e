"""One letter on its way through Qinghe: who plays, what is said, where it stands, and what time it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mailbox_service.demo.city import Cast
from mailbox_service.demo.read import DemoLetter
from mailbox_service.tickets.actor import Actor, the_citizen_of
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.tables.words import Channel


@dataclass(eq=False)
class Scene:
    """`case_` is None until the letter has arrived. `number` draws the next ticket number.

    `in_chinese` holds the working-language text of what the writer wrote, `in_theirs` the writer's of a reply.
    """

    cast: Cast
    city: City
    letter: DemoLetter
    said: dict[str, Any]
    clerks: tuple[str, str]
    now: datetime
    once_key: str
    channel: Channel = Channel.WEB
    number: Callable[[], str] = str
    case_: Case | None = None
    in_chinese: dict[str, str] = field(default_factory=dict)
    in_theirs: dict[str, str] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        """The ticket, once it has arrived."""
        if self.case_ is None:
            raise LookupError("the letter has not arrived yet")
        return self.case_

    @property
    def citizen(self) -> Actor:
        """Who wrote it."""
        return the_citizen_of(self.case.ticket.id)

    @property
    def clerk(self) -> Actor:
        """Who passes it on: a clerk, or the restricted desk."""
        return self.cast.people[self._desk()[0] if self.case.ticket.restricted else self.clerks[0]]

    @property
    def second(self) -> Actor:
        """Who decides on what the first proposed."""
        return self.cast.people[self._desk()[1] if self.case.ticket.restricted else self.clerks[1]]

    @property
    def manager(self) -> Actor:
        """Who decides on extensions, reopenings and reviews."""
        return self.cast.people[self._desk()[1] if self.case.ticket.restricted else "mina"]

    def _desk(self) -> tuple[str, str]:
        return ("lei", "su") if self.case.ticket.desk != 1 else ("ruth", "qiao")

    @property
    def office(self) -> int:
        """The office that leads."""
        lead = self.case.lead
        return lead.department_id if lead else self.cast.offices[self.letter.department]

    @property
    def officer(self) -> Actor:
        """Who writes for the lead."""
        return self.cast.officer(self.office)

    def when(self) -> dict[str, Any]:
        """The moment, as verbs want it."""
        return {"now": self.now}

    def theirs(self, word: str) -> str:
        """A saying in the writer's language, remembered with its Chinese text."""
        text: str = self.said[self.letter.language][word]
        self.in_chinese[text] = self.said["zh"][word]
        return text

    def ours(self, word: str) -> str:
        """What officials write."""
        text: str = self.said["office"][word]
        return text

"""A story while it is being made up: moments one after the other, drawn by chance from what the letter offers.

Those that lie ahead of now are left out when it is told, so that letters of the last days stand wherever
they got to. A tale told up to a place (`stop`) stays there: that is how letters wait and come late.
The same seed tells the same tale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from mailbox_service.demo import turns
from mailbox_service.demo.hours import Hours
from mailbox_service.demo.read import DemoLetter
from mailbox_service.demo.scene import Scene
from mailbox_service.tickets.tables.words import ReviewOutcome


@dataclass(frozen=True)
class Moment:
    """What happens when, in which scene."""

    at: datetime
    name: str
    scene: Scene
    turn: turns.Turn
    words: tuple[Any, ...] = ()


@dataclass(eq=False)
class Tale:
    """One letter's story while it is being made up. `at` is how far it has got."""

    scene: Scene
    rng: Random
    hours: Hours
    at: datetime
    stop: str = ""
    force: frozenset[str] = frozenset()
    moments: list[Moment] = field(default_factory=list)
    ended: bool = False
    sent_at: datetime | None = None

    @property
    def letter(self) -> DemoLetter:
        return self.scene.letter

    def then(self, name: str, turn: turns.Turn, *words: Any) -> None:
        """This happens now. Nothing more once the place where the tale stops is reached."""
        if self.ended:
            return
        self.moments.append(Moment(self.at, name, self.scene, turn, words))
        self.ended = name == self.stop

    def works(self, least: float, most: float) -> None:
        """Working minutes pass."""
        self.at = self.hours.later(self.at, self.rng.uniform(least, most))

    def waits(self, least: float, most: float) -> None:
        """The citizen takes so many hours."""
        self.at = self.hours.awake(self.at + timedelta(hours=self.rng.uniform(least, most)))

    def turns_to(self, name: str, chance: float, offered: object = True) -> bool:
        """Whether the tale takes this turn: when it must, or by chance; a tale that stops early takes no other."""
        drawn = self.rng.random()
        if name in self.force:
            return True
        return bool(offered) and not self.stop and drawn < chance


def answered(tale: Tale, zh: str, theirs: str, outcome: ReviewOutcome | None = None) -> None:
    """The reply is handed in and goes its steps."""
    tale.then("submit", turns.submit, zh, theirs, outcome)
    if tale.turns_to("send_back", 0.07, tale.letter.kind != "praise"):
        tale.works(30, 200)
        tale.then("send_back", turns.send_back)
        tale.works(60, 300)
        tale.then("submit_again", turns.submit, zh, theirs, outcome)
    for step in ("check", "second_check", "third_check"):
        tale.works(25, 200)
        tale.then(step, turns.check)

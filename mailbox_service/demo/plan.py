"""Which letters come to Qinghe, when, and how far they have got: about 660 over eighteen months.

Most are long closed. Some sixty stand still somewhere on purpose, so that every queue has something
in it on whatever day this is looked at; a few of them are late.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from mailbox_service.demo import tales, turns
from mailbox_service.demo.city import Cast
from mailbox_service.demo.hours import Hours
from mailbox_service.demo.read import DemoLetter, fill, load_letters
from mailbox_service.demo.scene import Scene
from mailbox_service.demo.tale import Tale
from mailbox_service.tickets.case import City
from mailbox_service.tickets.tables.words import Channel

DAYS = 548
VARIATIONS = 10
CLERKS = ("kai", "lin")
CHANNELS = {"phone": Channel.PHONE, "counter": Channel.COUNTER, "paper": Channel.PAPER}
FRESH = 8  # the newest letters, whose notices are still to be written


@dataclass(frozen=True)
class Waiting:
    """So many letters that stand at a place, having arrived that many working days ago."""

    stop: str
    count: int
    days: tuple[int, int]
    turn: str = ""  # the turn that leads there; the letter must offer it


OPEN = (
    Waiting("arrive", 6, (0, 0)),
    Waiting("arrive", 2, (3, 7)),
    Waiting("route", 7, (1, 2)),
    Waiting("route", 2, (8, 12)),
    Waiting("sign", 12, (2, 4)),
    Waiting("sign", 6, (9, 18)),
    Waiting("ask", 6, (3, 5), "question"),
    Waiting("ask_contribution", 4, (3, 5), "contribution"),
    Waiting("propose_extension", 3, (3, 4), "extension"),
    Waiting("propose_return", 2, (2, 3), "return"),
    Waiting("propose_decline", 2, (1, 3), "decline"),
    Waiting("propose_transfer", 1, (1, 3), "transfer"),
    Waiting("submit", 7, (3, 5)),
    Waiting("check", 7, (4, 6), "foreign"),
    Waiting("third_check", 8, (5, 9)),
    Waiting("ask_reopening", 2, (12, 16), "reopen"),
    Waiting("ask_review", 2, (12, 16), "review"),
    Waiting("propose_publication", 3, (40, 50), "publish"),
    Waiting("ask_erasure", 1, (50, 60), "erase"),
)
OFFERS: dict[str, Callable[[DemoLetter], object]] = {
    "question": lambda letter: letter.question,
    "contribution": lambda letter: letter.contribution,
    "extension": lambda letter: letter.extension,
    "return": lambda letter: letter.returned,
    "decline": lambda letter: letter.decline,
    "transfer": lambda letter: letter.transfer,
    "foreign": lambda letter: letter.language != "zh" and letter.department not in ("entry_exit", "culture"),
    "reopen": lambda letter: letter.dissatisfied and not letter.review,
    "review": lambda letter: letter.review and not letter.dissatisfied,
    "publish": lambda letter: letter.publish and letter.contact == "named" and not letter.question,
}


@dataclass(frozen=True)
class Unit:
    """Letters whose stories touch: one, or a campaign, or one made two. They are told and stored together."""

    key: str
    tales: list[Tale]
    fresh: bool = False

    @property
    def begins_at(self) -> datetime:
        """When the first of them arrives."""
        return self.tales[0].moments[0].at


class Plan:
    """Makes up all letters, always the same for the same moment."""

    def __init__(self, cast: Cast, city: City, until: datetime) -> None:
        self.cast, self.city, self.until = cast, city, until
        self.hours = Hours(city.calendar)
        self.rng = Random("qinghe")
        self.said: dict[str, Any] = tomllib.loads(Path(__file__).with_name("sayings.toml").read_text("utf-8"))

    def units(self) -> list[Unit]:
        """Everything that happens in Qinghe, in the order in which it begins."""
        pool = [(letter, n) for n in range(VARIATIONS) for letter in load_letters()]
        self.rng.shuffle(pool)
        told = [*self._campaigns(pool), *self._made_two(pool), *self._waiting(pool), *self._spam()]
        told += [self._unit([self._told(*self._next(pool), self._some_day())]) for _ in range(len(pool))]
        told.sort(key=lambda unit: unit.begins_at)
        return [replace(unit, fresh=place >= len(told) - FRESH) for place, unit in enumerate(told)]

    def _unit(self, told: list[Tale]) -> Unit:
        return Unit(told[0].scene.once_key, told)

    def _next(
        self, pool: list[tuple[DemoLetter, int]], fits: Callable[[DemoLetter], object] = bool
    ) -> tuple[DemoLetter, int]:
        place = next((place for place, (letter, _) in enumerate(pool) if fits(letter)), 0)
        letter, n = pool.pop(place)
        return fill(letter, n), n

    def _tale(self, letter: DemoLetter, n: int, at: datetime, stop: str = "", force: str = "") -> Tale:
        key = f"qinghe-{letter.id}-{n}"
        rng = Random(key)
        clerks = rng.sample(CLERKS, 2)
        scene = Scene(
            cast=self.cast,
            city=self.city,
            letter=letter,
            said=self.said,
            clerks=(clerks[0], clerks[1]),
            now=at,
            once_key=key,
            channel=_channel(letter, n),
        )
        return Tale(scene, rng, self.hours, at, stop, frozenset({force} - {""}))

    def _told(self, letter: DemoLetter, n: int, at: datetime, stop: str = "", force: str = "") -> Tale:
        tale = self._tale(letter, n, at, stop, force)
        if letter.kind != "report":
            tales.ordinary(tale)
        elif n == VARIATIONS - 1:
            tales.report(tale, None, "qiao")  # about one of the restricted desk: the second desk takes over
        else:
            tales.report(tale, letter.about, None)
        return tale

    # --- When

    def _some_day(self) -> datetime:
        """More of late than eighteen months ago, few at weekends, hardly any at night."""
        day = self.hours.spread(self.until, 1.5 + (DAYS - 1.5) * self.rng.random() ** 1.25)
        if not self.city.calendar.is_working(self.city.calendar.day_of(day)) and self.rng.random() < 0.6:
            day -= timedelta(days=self.rng.choice((1, 2, 3)))
        return self._by_day(day)

    def _by_day(self, day: datetime) -> datetime:
        hour = self.rng.choices(range(6, 24), (1, 2, 4, 7, 9, 8, 6, 6, 7, 8, 7, 6, 6, 7, 8, 7, 4, 2))[0]
        here = day.astimezone(self.city.calendar.zone)
        return here.replace(
            hour=hour,
            minute=self.rng.randrange(60),
            second=self.rng.randrange(60),
            microsecond=self.rng.randrange(10**6),
        )

    def _days_ago(self, least: int, most: int) -> datetime:
        if most == 0:
            return self.until - timedelta(hours=self.rng.uniform(0.1, 8))
        return self._by_day(self.hours.before(self.until, self.rng.randint(least, most)))

    # --- What

    def _campaigns(self, pool: list[tuple[DemoLetter, int]]) -> Iterator[Unit]:
        """Several people write about the same thing; they are answered together. One is still open."""
        for size, stop in ((4, ""), (3, ""), (5, ""), (3, ""), (4, "sign")):
            first = next(letter for letter, _ in pool if _can_be_shared(letter))
            at = self._days_ago(3, 4) if stop else self._some_day()
            same = [self._next(pool, _is_one_of({first.id})) for _ in range(size)]
            lead = self._told(_without_greeting(same[0][0]), same[0][1], at, stop, "lead")
            followers = []
            for letter, n in same[1:]:
                tale = self._tale(letter, n, at + timedelta(minutes=self.rng.uniform(5, 200)))
                tales.merged(tale, lead)
                followers.append(tale)
            yield self._unit([lead, *followers])

    def _made_two(self, pool: list[tuple[DemoLetter, int]]) -> Iterator[Unit]:
        """Somebody writes about two matters at once."""
        for language in ("zh", "en", "ja"):
            plain = _is_one_of({each.id for each in load_letters() if _is_plain(each) and each.language == language})
            one, n = self._next(pool, plain)
            two, m = self._next(pool, plain)
            two = _of_the_same_writer(two, one)
            own, zh = self.said[language]["split"], self.said["zh"]["split"]
            both = replace(
                one,
                text=f"{one.text}\n\n{own}\n\n{two.text}",
                letter_zh=f"{one.letter_zh}\n\n{zh}\n\n{two.letter_zh}",
            )
            first = self._told(both, n, self._some_day(), "", "one of two")
            second = self._tale(two, m, self.hours.later(first.moments[0].at, 12))
            tales.split_off(second, first)
            yield self._unit([first, second])

    def _waiting(self, pool: list[tuple[DemoLetter, int]]) -> Iterator[Unit]:
        for place in OPEN:
            offers = OFFERS.get(place.turn, bool)
            fits = _is_one_of({each.id for each in load_letters() if offers(each) and each.kind != "report"})
            for _ in range(place.count):
                letter, n = self._next(pool, fits)
                yield self._unit([self._told(letter, n, self._days_ago(*place.days), place.stop, place.turn)])

    def _spam(self) -> Iterator[Unit]:
        """Letters that are none; one is taken for spam and comes back."""
        for n in range(2):
            for place, row in enumerate(self.said["spam"]):
                letter = DemoLetter(
                    id=f"spam-{place}", kind="enquiry", topic="", department="general", contact="named", reply="", **row
                )
                letter = replace(letter, writer="Info", mail=f"info{place}{n}@example.net", letter_zh=letter.text)
                tale = self._tale(letter, n, self._days_ago(2, 20) if n else self._some_day())
                tale.then("arrive", turns.arrive_)
                tale.works(10, 300)
                tale.then("spam", turns.put_away)
                yield self._unit([tale])


def _channel(letter: DemoLetter, n: int) -> Channel:
    if letter.channel != "form":
        return CHANNELS[letter.channel]
    if letter.phone and not letter.mail:
        return Channel.PHONE
    return Channel.MAIL if n % 8 == 3 and letter.mail else Channel.WEB


def _is_one_of(ids: set[str]) -> Callable[[DemoLetter], bool]:
    return lambda letter: letter.id in ids


def _is_plain(letter: DemoLetter) -> bool:
    turns_ = (letter.decline, letter.transfer, letter.returned, letter.question, letter.contribution, letter.extension)
    return letter.kind not in ("report", "praise") and letter.contact == "named" and not any(turns_)


def _can_be_shared(letter: DemoLetter) -> bool:
    """Whether several people may have written it: its reply names nobody but in the greeting."""
    return _is_plain(letter) and letter.kind in ("complaint", "suggestion", "help") and "{name}" not in letter.reply


def _without_greeting(letter: DemoLetter) -> DemoLetter:
    """For a reply that goes to several people."""
    return replace(letter, reply=letter.reply.partition("\n\n")[2], reply_zh=letter.reply_zh.partition("\n\n")[2])


def _of_the_same_writer(letter: DemoLetter, other: DemoLetter) -> DemoLetter:
    replies = {name: getattr(letter, name).replace(letter.writer, other.writer) for name in ("reply", "reply_zh")}
    return replace(letter, writer=other.writer, mail=other.mail, phone=other.phone, **replies)

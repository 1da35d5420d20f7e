"""The plug is pulled while sixteen citizens write: what was acknowledged is there, once, and each gets one receipt."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from pathlib import Path

from pydantic import SecretStr
from sqlmodel import select

from mailbox_service.base import clock, tokens
from mailbox_service.base.stops import POINTS
from mailbox_service.city import setup
from mailbox_service.tickets.tables import Ticket
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import House, Letter, new_letter, send

WRITERS = 16
PASSINGS = (1, 3)  # of each named point: the first after a start, and one in the midst of others
RANDOM_MOMENTS = 8
BREATH_SECONDS = 0.3
NAMED_POINT_SECONDS = 60.0  # at the most: on a machine that does many other things
LAST_MAIL_SECONDS = 120


class Writers:
    """Sixteen citizens who write one letter after the other, and send again what was not acknowledged."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.letters: list[Letter] = []
        self._enough = threading.Event()
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(WRITERS)]
        for thread in self._threads:
            thread.start()

    def _write(self) -> None:
        while not self._enough.is_set():
            letter = new_letter()
            self.letters.append(letter)
            send(self.house, letter, lambda: False)
            time.sleep(BREATH_SECONDS)

    def finish(self) -> None:
        """Let each get the receipt of the letter in hand, and write no more."""
        self._enough.set()
        for thread in self._threads:
            thread.join(60)


def pull(url: str, folder: Path, smtp_server: PostOffice) -> None:
    """Kill the service on this database at every named point and at random moments, and look at what is left.

    Every acknowledged letter is there with its code, none twice, and each citizen got one receipt.
    """
    with rows(url) as session:
        setup.fill(session, now=clock.now())
    house = House(url, folder, smtp_server.port)
    chance = random.Random(7)
    moments = [f"{point}:{passing}" for point in POINTS for passing in PASSINGS]
    moments += [""] * RANDOM_MOMENTS
    chance.shuffle(moments)

    writers = Writers(house)
    died_by_itself = 0
    try:
        for moment in moments:
            house.start(moment)
            if not moment:  # at a named point it may die of what lay there, before anybody is let in
                house.wait_until_open()
            died_by_itself += house.wait_for_death(NAMED_POINT_SECONDS if moment else chance.uniform(0.1, 1.0))
            house.kill()
        house.start()
        house.wait_until_open()
        writers.finish()
        mails = _receipts(smtp_server, writers.letters)
    finally:
        house.kill()

    assert died_by_itself == len(POINTS) * len(PASSINGS)
    _check_letters(house, writers.letters)
    assert all(len(mails[letter.email]) == 1 for letter in writers.letters)


def _check_letters(house: House, letters: list[Letter]) -> None:
    with rows(house.url) as session:
        stored = session.exec(select(Ticket)).all()
    by_key = {ticket.subject.rpartition(" ")[2]: ticket for ticket in stored}

    assert len(stored) == len(by_key) == len(letters)
    for letter in letters:
        ticket = by_key[letter.key]
        assert ticket.number == letter.number
        assert tokens.code_matches(SecretStr("k" * 40), ticket.id, ticket.code_generation, letter.code)


def _receipts(office: PostOffice, letters: list[Letter]) -> dict[str, set[str]]:
    """The Message-IDs each citizen got, once everybody has one and a moment has passed in which a second could come."""
    give_up = time.monotonic() + LAST_MAIL_SECONDS
    wanted = {letter.email for letter in letters}
    while time.monotonic() < give_up and wanted - {address for mail in office.envelopes for address in mail.rcpt_tos}:
        time.sleep(0.2)
    time.sleep(2)
    found: dict[str, set[str]] = defaultdict(set)
    for mail in list(office.mails):
        found[str(mail["to"])].add(str(mail["message-id"]))
    return found

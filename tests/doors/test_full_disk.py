"""The disk is full while a citizen writes: a plain page says so, nothing is half there, and later it goes on."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

import pytest
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city import setup
from mailbox_service.tickets.tables import Citizen, Event, Message, Round, Ticket
from tests.cast import ZONE
from tests.conftest import PostOffice
from tests.databases import rows
from tests.doors.kill import CODE, HIDDEN, NUMBER, House, ask, new_letter, words


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, smtp_server: PostOffice) -> Iterator[House]:
    with rows(sqlite_url) as session:
        setup.fill(session, now=clock.now())
    house = House(sqlite_url, tmp_path, smtp_server.port)
    house.start()
    house.wait_until_open()
    yield house
    house.kill()


@contextmanager
def a_full_disk(house: House) -> Iterator[None]:
    """No process of the service can add a byte to any file. (Python ignores the signal and gets EFBIG.)"""
    family = _family((house.process and house.process.pid) or 0)
    was = [(pid, resource.prlimit(pid, resource.RLIMIT_FSIZE)) for pid in family]
    for pid, (_, most) in was:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
    try:
        yield
    finally:
        for pid, limits in was:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [one for child in (task / "children").read_text().split() for one in _family(int(child))]
    return found


def stored(house: House) -> list[int]:
    """How many rows there are of all that a letter is made of."""
    with rows(house.url) as session:
        return [len(session.exec(select(table)).all()) for table in (Ticket, Round, Citizen, Message, Event)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_disk_is_said_plainly_and_the_same_letter_goes_through_later(house: House, language: str) -> None:
    cookies: dict[str, str] = {}
    _, page = ask(house, "GET", f"/{language}/write", cookies)
    form = dict(HIDDEN.findall(page)) | words(new_letter())
    before = stored(house)

    with a_full_disk(house):
        status, page = ask(house, "POST", f"/{language}/write", cookies, form)
        still_there, _ = ask(house, "GET", f"/{language}/write", cookies)
    left = stored(house)

    assert (status, still_there) == (503, 200)
    assert escape(say_refusal(language, Refused("storage.full"), ZONE)) in page
    assert form["text"] in page, "nothing typed is lost"
    assert "Traceback" not in page
    assert left == before
    assert house.process
    assert house.process.is_alive()
    for _ in range(2):
        _, receipt = ask(house, "POST", f"/{language}/write", cookies, form)
        assert NUMBER.search(receipt)
        assert CODE.search(receipt)
    assert stored(house) == [count + 1 for count in before]

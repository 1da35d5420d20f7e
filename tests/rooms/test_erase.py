"""Erasure: nothing of a letter's words is left anywhere, every figure stays, and a crash leaves nothing half."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import erasures, stops
from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import AuditRow
from mailbox_service.desk import drafts
from mailbox_service.jobs import erase, seal
from mailbox_service.mail.tables import Mail, Received
from mailbox_service.tables import metadata
from mailbox_service.tickets.life import protect
from mailbox_service.tickets.tables import Attachment, Event, Ticket
from tests.rooms import counted
from tests.rooms.full import MARK, full_letter, listed, marked
from tests.rooms.post import HOUR, NOW, PostTown, a_town

SOON = NOW + timedelta(days=3)
MINUTE = timedelta(minutes=1)
FACTS = ("event", "round", "assignment", "rating", "ticket", "proposal", "approval", "reply")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data folder: files, and the list of erasures."""
    return tmp_path / "data"


async def a_full_town(db: Database, port: int, folder: Path) -> tuple[PostTown, str]:
    """A town with one letter whose every text is marked."""
    post = await a_town(db, port, data_dir=folder)
    return post, await full_letter(post, Files(post.settings.files_dir))


async def decided(post: PostTown, number: str) -> None:
    """The citizen asks, a clerk agrees."""
    await post.act(number, "citizen", protect.ask_erasure, f"{MARK} please", now=SOON)
    await post.act(number, "karl", protect.decide_erasure, True, now=SOON + HOUR)


async def the_ticket(post: PostTown, number: str) -> Ticket:
    return await post.db.reading(lambda s: s.exec(select(Ticket).where(Ticket.number == number)).one())


async def figures(post: PostTown) -> object:
    """Every number the managers read, counted from scratch."""
    return await counted.everything_anew(post.db, post.settings, post.town, date(2026, 4, 1))


def facts(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """What the figures are made from: each row of the fact tables, without what the lists take."""
    taken = listed() | {"ticket.emptied_at", "ticket.erased_at", "ticket.version"}
    found = {}
    for name in FACTS:
        table = metadata.tables[name]
        kept = [column for column in table.c if f"{name}.{column.name}" not in taken]
        found[name] = [tuple(row) for row in session.connection().execute(sa.select(*kept).order_by(*kept[:1]))]
    return found


async def test_the_letter_of_these_tests_has_a_mark_in_every_listed_column(db, smtp_server, folder):
    await a_full_town(db, smtp_server.port, folder)

    there = set(await db.reading(marked))

    in_vectors = set() if db.is_sqlite else {f"{name}_text.words" for name in ("search", "public", "staff")}
    assert listed() - there - in_vectors == set()


async def test_nothing_is_left_in_any_column_of_any_table(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)

    done = await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)

    assert (done, await db.reading(marked)) == (1, [])
    assert list(Files(post.settings.files_dir).keys()) == []
    ticket = await the_ticket(post, number)
    assert ticket.erased_at == SOON + HOUR + MINUTE
    came = await db.reading(lambda s: set(s.exec(select(Received.id))))
    assert erasures.read(post.settings.erasures_file) == {ticket.id, *came}


async def test_nothing_is_left_in_the_bytes_of_the_sqlite_file(sqlite_url, smtp_server, folder):
    db = Database(sqlite_url)
    post, number = await a_full_town(db, smtp_server.port, folder)
    for n in range(30):
        await post.letter(f"Neighbour {n}")
    await db.fold()
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    assert MARK.lower().encode() in file.read_bytes().lower()
    await decided(post, number)

    await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)

    for path in (file, *file.parent.glob(f"{file.name}-*")):
        assert MARK.lower().encode() not in path.read_bytes().lower()
        assert "斑胸".encode() not in path.read_bytes()
    await db.close()


async def test_every_figure_and_the_history_stay_as_they_were(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)
    before, numbers = await db.reading(facts), await figures(post)

    await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)

    assert await db.reading(facts) == before
    assert await figures(post) == numbers
    assert len(before["event"]) > 10


async def test_figures_do_not_change_with_the_decision_either(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    numbers = await figures(post)

    await decided(post, number)

    assert await figures(post) == numbers


async def test_mails_that_wait_do_not_leave_any_more(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)

    await post.deliver(SOON + HOUR)
    await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)
    await post.notify(SOON + 2 * HOUR)
    await post.deliver(SOON + 2 * HOUR)

    assert smtp_server.mails == []
    mails = await post.mails()
    assert {mail.failure for mail in mails} == {"erased"}
    assert {(mail.text, mail.subject) for mail in mails} == {("", "")}


async def test_a_file_another_letter_names_stays_until_that_one_goes_too(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    other = await post.letter("Another")
    (key,) = Files(post.settings.files_dir).keys()
    other_id = (await the_ticket(post, other)).id
    await db.writing(lambda s: s.add(Attachment(ticket_id=other_id, name="n", content_type="image/png", size=1,
                                                sha256="0", stored=key, at=NOW)))  # fmt: skip
    await decided(post, number)

    await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)
    assert list(Files(post.settings.files_dir).keys()) == [key]
    await post.change(other, emptied_at=SOON)
    await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE)

    assert list(Files(post.settings.files_dir).keys()) == []


async def test_a_file_that_can_not_be_removed_is_tried_again(db, smtp_server, folder, caplog):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)
    files = Files(post.settings.files_dir)
    (key,) = files.keys()
    place = post.settings.files_dir / key[:2] / key
    aside = place.rename(folder / "aside")
    place.mkdir()  # not a file that could be removed

    assert await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE) == 0
    assert (await the_ticket(post, number)).erased_at is None
    place.rmdir()
    aside.rename(place)
    assert await erase.erase(db, post.settings, now=SOON + HOUR + 2 * MINUTE) == 1

    assert list(files.keys()) == []
    assert "could not be erased" in caplog.text


async def test_it_is_done_once_and_said_once(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)

    assert await erase.erase(db, post.settings, now=SOON + HOUR) == 0  # others may still be writing about it
    assert await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE) == 1
    assert await erase.erase(db, post.settings, now=SOON + HOUR + MINUTE) == 0
    await seal.seal(db, now=SOON + 2 * HOUR)

    said = await db.reading(lambda s: s.exec(select(AuditRow).where(AuditRow.act == "letter.erased")).all())
    assert [row.subject_id for row in said] == [(await the_ticket(post, number)).id]


async def test_what_is_erased_takes_no_new_draft(db, smtp_server, folder):
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)

    def write(session):
        drafts.save(session, post.town.case(session, number), "Again", seen_version=1,
                    by=post.town.actor(session, "dora"), now=SOON)  # fmt: skip

    with pytest.raises(Refused, match=r"erase\.done"):
        await db.writing(write)


@pytest.mark.parametrize("point", stops.OF_ERASING)
async def test_pulled_plugs_leave_nothing_readable_and_nothing_unlisted(sqlite_url, smtp_server, folder, point):
    db = Database(sqlite_url)
    post, number = await a_full_town(db, smtp_server.port, folder)
    await decided(post, number)
    await db.close()
    code = (
        "import asyncio\nfrom datetime import timedelta\nfrom mailbox_service.base.db import Database\n"
        "from mailbox_service.base.settings import read_settings\nfrom mailbox_service.jobs.erase import erase\n"
        "settings = read_settings()\n"
        "asyncio.run(erase(Database(settings.database_url), settings, settle=timedelta(0)))\n"
    )
    env = {"MAILBOX_DATABASE_URL": sqlite_url, "MAILBOX_DATA_DIR": str(folder), "MAILBOX_SECRET": "k" * 40}

    died = subprocess.run([sys.executable, "-c", code], env=env | {"MAILBOX_STOP_AT": point}, check=False)
    db = post.db = Database(sqlite_url)
    ticket = await the_ticket(post, number)
    listed_before = erasures.read(post.settings.erasures_file)
    assert died.returncode == -9
    came = await db.reading(lambda s: set(s.exec(select(Received.id))))
    assert (ticket.erased_at, listed_before) == (None, {ticket.id, *came})
    assert await erase.erase(db, post.settings, now=SOON + timedelta(days=365 * 5)) == 1
    assert (await db.reading(marked), list(Files(post.settings.files_dir).keys())) == ([], [])
    assert await db.reading(lambda s: len(s.exec(select(Event).where(col(Event.ticket_id) == ticket.id)).all())) > 10
    assert await db.reading(lambda s: {m.to_address for m in s.exec(select(Mail)) if m.recipient == "citizen"}) == {""}
    await db.close()


def test_a_line_cut_short_counts_for_nothing(tmp_path):
    path = tmp_path / "list" / "erasures.txt"
    erasures.add(path, [17, 18], NOW)
    with path.open("a") as file:
        file.write("19 20")

    erasures.add(path, [20], NOW)

    assert erasures.read(path) == {17, 18, 20}

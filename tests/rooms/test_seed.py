"""The invented city of Qinghe lives: every status, every turn, nobody cheats, and an interruption loses nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from pydantic import SecretStr
from sqlmodel import Session, col, select

from mailbox_service.base.db import Database
from mailbox_service.base.files import Files
from mailbox_service.base.settings import Settings
from mailbox_service.city import people
from mailbox_service.city.find import person_by_email
from mailbox_service.demo import desks, plan, scan, seed
from mailbox_service.demo.city import the_cast
from mailbox_service.desk.tables import ReportOrder, Span
from mailbox_service.jobs.figures import figures
from mailbox_service.jobs.publish import publish
from mailbox_service.tickets.find.city import CityBook
from mailbox_service.tickets.statistics import (
    published,
)
from mailbox_service.tickets.tables import (
    Approval,
    Attachment,
    Event,
    Proposal,
    Publication,
    Reply,
    Round,
    Ticket,
)
from mailbox_service.tickets.tables.words import (
    Channel,
    ProposalKind,
    RoundReason,
    Status,
)
from tests.cast import ZONE
from tests.rooms.post import settings_for

MONDAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
IN_A_HOLIDAY = datetime(2026, 10, 3, 22, tzinfo=UTC)
PASSWORD = "welcome-to-qinghe"
SETTINGS = settings_for(25)


def a_book() -> CityBook:
    return CityBook(ZONE, "zh")


def quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


async def test_qinghe_is_whole_though_its_story_was_interrupted(db, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        await seed.seed(db, a_book(), PASSWORD, now=MONDAY, progress=interrupt_half_way)
    some = await db.reading(lambda session: len(session.exec(select(Ticket)).all()))

    added = await seed.seed(db, a_book(), PASSWORD, now=MONDAY + timedelta(days=1), progress=quiet)

    assert 200 < some < 500
    assert 200 < added < 500
    await db.reading(has_it_all)
    await db.reading(nobody_decides_alone)
    await db.reading(is_told_in_order)
    assert await seed.seed(db, a_book(), PASSWORD, now=MONDAY, progress=quiet) == 0
    assert await scan.bring(db, settings(tmp_path), a_book(), now=MONDAY)
    assert not await scan.bring(db, settings(tmp_path), a_book(), now=MONDAY)
    await db.reading(partial(the_petition_can_be_looked_at, files=Files(settings(tmp_path).files_dir)))
    await figures(db, SETTINGS, a_book(), now=MONDAY)
    assert await publish(db, SETTINGS, a_book(), now=MONDAY) == 12
    assert sum(month.whole["on_time_rate"] is not None for month in await db.reading(published.months)) >= 9
    dora = await db.reading(lambda session: person_by_email(session, "dora@qinghe.example"))
    assert await people.matches(dora.password_hash, PASSWORD)


def settings(folder: Path) -> Settings:
    return Settings(secret=SecretStr("s" * 40), data_dir=folder)


def the_petition_can_be_looked_at(session: Session, *, files: Files) -> None:
    (file,) = session.exec(select(Attachment))
    letter = session.exec(select(Ticket).where(Ticket.id == file.ticket_id)).one()
    assert (letter.channel, letter.subject, file.content_type) == (Channel.PAPER, desks.BUS_SUBJECT, "image/png")
    with files.open(file.stored) as kept:
        assert Image.open(kept).size == (scan.WIDTH, scan.HEIGHT)


def interrupt_half_way(done: int, total: int) -> None:
    if done > total / 2:
        raise KeyboardInterrupt


def has_it_all(session: Session) -> None:
    letters = session.exec(select(Ticket)).all()
    assert len(letters) >= 600
    assert {letter.status for letter in letters} == set(Status)
    assert {round_.reason for round_ in session.exec(select(Round))} == set(RoundReason)
    assert {proposal.kind for proposal in session.exec(select(Proposal))} == set(ProposalKind)
    assert Counter(letter.language for letter in letters).keys() == {"en", "zh", "ja", "ko"}
    assert sum(letter.restricted for letter in letters) > 10
    assert any(letter.desk == 2 for letter in letters)
    assert any(letter.linked_from_id for letter in letters)
    assert {order.every for order in session.exec(select(ReportOrder))} == set(Span)
    assert any(copy.published_at and not copy.revoked_at for copy in session.exec(select(Publication)))
    with_an_office = [letter for letter in letters if letter.status in (Status.ASSIGNED, Status.IN_PROGRESS)]
    late = [letter for letter in with_an_office if letter.due_on < MONDAY.date()]
    assert 3 <= len(late) <= 40
    on_time = [round_.ended_on <= round_.due_on for round_ in session.exec(select(Round)) if round_.ended_on]
    assert 0.8 < sum(on_time) / len(on_time) < 0.99


def nobody_decides_alone(session: Session) -> None:
    authors = {reply.id: reply.author_id for reply in session.exec(select(Reply))}
    approvals = session.exec(select(Approval)).all()
    assert approvals
    assert all(approval.person_id != authors[approval.reply_id] for approval in approvals if approval.passed)


def is_told_in_order(session: Session) -> None:
    events = session.exec(select(Event).order_by(col(Event.id))).all()
    letters = session.exec(select(Ticket).order_by(col(Ticket.id))).all()
    second = timedelta(seconds=1)
    assert all(before.at < after.at + second for before, after in pairwise(events))
    assert all(before.entered_at <= after.entered_at for before, after in pairwise(letters))
    assert 1 <= sum(event.told_at is None for event in events) < 40
    assert max(event.at for event in events) <= MONDAY


@pytest.mark.parametrize("until", [MONDAY, IN_A_HOLIDAY], ids=["monday", "holiday"])
async def test_the_rules_refuse_nothing_that_happens_in_qinghe(sqlite_url, until):
    db, book = Database(sqlite_url), a_book()
    await db.writing(lambda session: seed._begin(session, "", until))

    def tell_all(session: Session) -> list[str]:
        units = plan.Plan(the_cast(session, until.date()), book.open(session), until).units()
        return [refused for unit in units for refused in seed.tell(session, unit, until)]

    assert await db.writing(tell_all) == []
    await db.close()


async def test_a_password_is_matched_by_itself_alone():
    stored = await people.hashed("one password of many")

    assert await people.matches(stored, "one password of many")
    assert not await people.matches(stored, "another password")
    assert not await people.matches("", "")
    assert not await people.matches(None, "one password of many")

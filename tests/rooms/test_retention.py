"""Retention: what is old enough goes, by night, in batches; what somebody still needs stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from mailbox_service.base import texts
from mailbox_service.base.files import Files
from mailbox_service.jobs import erase, retain
from mailbox_service.tickets.find import retention
from mailbox_service.tickets.life import after, handle, protect, reply, route
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Satisfaction
from tests.rooms import counted
from tests.rooms.full import full_letter, marked
from tests.rooms.post import NOW, a_town

DAY = timedelta(days=1)
NIGHT = datetime(2031, 3, 4, 18, 30, tzinfo=UTC)  # half past two in the city, five years and two days later
LATER = NIGHT + DAY
FULL = 40


async def emptied(db):
    return await db.reading(lambda s: set(s.exec(select(Ticket.number).where(col(Ticket.emptied_at).is_not(None)))))


async def test_after_its_years_a_letter_goes_whole(db, smtp_server, tmp_path):
    post = await a_town(db, smtp_server.port, data_dir=tmp_path)
    number = await full_letter(post, Files(post.settings.files_dir))
    young = await post.letter("Another", now=NIGHT - DAY)

    assert await retain.retain(db, post.settings, now=NOW + 364 * 5 * DAY) == 0
    assert await retain.retain(db, post.settings, now=NIGHT) == 1
    assert await retain.retain(db, post.settings, now=LATER) == 0
    assert await emptied(db) == {number}
    assert await erase.erase(db, post.settings, now=LATER) == 1

    assert await db.reading(marked) == []
    assert list(Files(post.settings.files_dir).keys()) == []
    assert await db.reading(lambda s: s.exec(select(Ticket.subject).where(Ticket.number == young)).one()) == "Another"


async def test_the_years_change_no_figure(db, smtp_server, tmp_path):
    post = await a_town(db, smtp_server.port, data_dir=tmp_path)
    await full_letter(post, Files(post.settings.files_dir))
    numbers = await counted.everything_anew(db, post.settings, post.town, date(2026, 12, 31))

    await retain.retain(db, post.settings, now=NIGHT)
    await erase.erase(db, post.settings, now=LATER)

    assert len(await emptied(db)) == 1
    assert await counted.everything_anew(db, post.settings, post.town, date(2026, 12, 31)) == numbers


async def test_it_waits_for_the_night(db, smtp_server, tmp_path):
    post = await a_town(db, smtp_server.port, data_dir=tmp_path)
    await post.answered()

    assert await retain.retain(db, post.settings, now=NIGHT + timedelta(hours=8)) == 0
    assert await retain.retain(db, post.settings, now=NIGHT) == 1


async def held(post, number):
    await post.db.writing(lambda s: retention.hold(s, number, True))


async def wished(post, number):
    await post.act(number, "citizen", after.ask_review, "Look again")


async def corrected(post, number):
    await post.act(number, "dora", reply.correct_reply, "It is mended now.")


async def reopened(post, number):
    await post.act(number, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="Dark")
    await post.act(number, "citizen", after.ask_reopening, "Dark")
    await post.act(number, "mina", after.decide_reopening, True)


async def ended_later(post, number):
    await reopened(post, number)
    await post.act(number, "dora", reply.submit_reply, "Now it is.", now=NIGHT - 300 * DAY)
    await post.act(number, "hugo", reply.approve, 2, now=NIGHT - 300 * DAY)


@pytest.mark.parametrize("needed", [held, wished, corrected, reopened, ended_later])
async def test_what_somebody_still_needs_stays(db, smtp_server, needed):
    post = await a_town(db, smtp_server.port)
    number = await post.answered()
    await needed(post, number)

    assert await retain.retain(db, post.settings, now=NIGHT) == 0
    assert await emptied(db) == set()


async def test_an_open_letter_stays_however_old(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    await post.letter()

    assert await retain.retain(db, post.settings, now=NIGHT + 3650 * DAY) == 0


async def test_a_hold_that_is_lifted_lets_the_letter_go(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.answered()
    await held(post, number)
    await retain.retain(db, post.settings, now=NIGHT)
    await db.writing(lambda s: retention.hold(s, number, False))

    assert await retain.retain(db, post.settings, now=LATER) == 1


async def test_spam_goes_when_nobody_can_restore_it_any_more(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.letter("Buy gold")
    await post.act(number, "karl", route.mark_spam)
    night = datetime(2026, 4, 1, 18, 30, tzinfo=UTC)

    assert await retain.retain(db, post.settings, now=night - DAY) == 0
    assert await retain.retain(db, post.settings, now=night + DAY) == 1
    assert await emptied(db) == {number}


async def test_more_than_a_batch_goes_in_one_night_and_what_was_put_down_stays_so(
    db, smtp_server, tmp_path, monkeypatch
):
    post = await a_town(db, smtp_server.port, data_dir=tmp_path)
    monkeypatch.setattr(retain, "BATCH", 3)
    monkeypatch.setattr(erase, "BATCH", 4)
    numbers = [await post.letter(f"Lamp {n}") for n in range(10)]
    for number in numbers:
        await post.act(number, "citizen", after.withdraw)
    batches = retain.batches(db, post.settings, NIGHT)
    first = await anext(batches)
    await db.writing(lambda s: retention.empty(s, first, NIGHT))  # and then the machine stops
    del batches

    assert await retain.retain(db, post.settings, now=NIGHT) == 7
    assert await emptied(db) == set(numbers)
    assert await erase.erase(db, post.settings, now=LATER) == 10


async def test_who_has_changed_since_it_was_found_is_left_for_the_next_night(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.answered()
    due = await db.reading(lambda s: retention.over(s, NIGHT - 1825 * DAY, retention.START, 10))
    await post.act(number, "citizen", handle.add, "It is dark again")

    assert [each.number for each in due] == [number]
    assert await db.writing(lambda s: retention.empty(s, due, NIGHT)) == 0


async def test_how_much_would_go_is_counted_without_touching_it(db, smtp_server, tmp_path):
    post = await a_town(db, smtp_server.port, data_dir=tmp_path)
    await full_letter(post, Files(post.settings.files_dir))
    (due,) = [each async for each in retain.batches(db, post.settings, NIGHT)]

    count = await db.reading(lambda s: texts.count(s, erase.TEXTS, [due[0].id]))

    assert count > 30
    assert await emptied(db) == set()


async def test_a_letter_under_a_hold_is_not_erased_on_request(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    number = await post.answered()
    await held(post, number)
    await post.act(number, "citizen", protect.ask_erasure, "Please")

    with pytest.raises(Exception, match=r"erase\.held"):
        await post.act(number, "karl", protect.decide_erasure, True)


@pytest.mark.parametrize(("find", "index"), [("over", "ix_ticket_full"), ("old_spam", "ix_ticket_spam")])
async def test_finding_what_is_due_walks_an_index(db, smtp_server, find, index):
    post = await a_town(db, smtp_server.port)
    for n in range(FULL):
        await post.letter(f"Lamp {n}")
    moment = NIGHT - 1825 * DAY

    def explained(session):
        asked = []
        sa.event.listen(session.connection(), "before_cursor_execute", lambda c, cu, text, facts, *_: asked.append(
            (text, facts)))  # fmt: skip
        getattr(retention, find)(session, moment, (NOW - DAY, 1), 10)
        if session.connection().dialect.name == "postgresql":
            session.connection().exec_driver_sql("set local enable_seqscan = off")
        text, facts = asked[0]
        word = "EXPLAIN QUERY PLAN " if session.connection().dialect.name == "sqlite" else "EXPLAIN "
        return "\n".join(str(row) for row in session.connection().exec_driver_sql(word + text, facts))

    plan = await db.writing(explained)

    assert index in plan, plan

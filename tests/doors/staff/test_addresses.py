"""Addresses that don't work: who sees the list, what correcting and clearing bring, and what is refused."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs.notify import notify
from mailbox_service.mail import undeliverable
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.find import unreachable
from mailbox_service.tickets.life import route
from mailbox_service.tickets.tables import Citizen
from tests.databases import rows
from tests.doors.staff.house import says, words_of

PATH = "/staff/addresses"


async def returned(house, *letters, email="carl@example.org"):
    """These letters' mails are written, and come back."""
    await notify(house.site.db, house.site.settings, house.site.book)
    await house.site.db.writing(partial(undeliverable.mark, address=email, now=clock.now() - timedelta(hours=1)))
    with rows(house.url) as session:
        for mail in session.exec(select(Mail).where(col(Mail.to_address) == email)):
            mail.failed_at, mail.failure = clock.now(), "550"
            session.add(mail)
    return letters


def mails_to(house, email):
    with rows(house.url) as session:
        waiting = select(Mail).where(Mail.to_address == email, col(Mail.failed_at).is_(None)).order_by(col(Mail.id))
        return [mail.notice for mail in session.exec(waiting)]


def citizens(house):
    with rows(house.url) as session:
        return {one.email: one.bounced_at for one in session.exec(select(Citizen))}


async def test_a_corrected_address_gets_what_was_missed(house):
    number = await house.letter("A lamp", ("karl", route.route, house.town.offices["roads"]))
    await returned(house, number)
    karl = await house.member("karl")

    page = await karl.get(PATH)
    done = await karl.done(PATH, number=number, email="carl@example.net", reason="He called", act="correct")

    assert number in page.text
    assert "carl@example.org" not in page.text
    assert "What the writer missed is on its way" in words_of(await karl.get(done.headers["location"]))
    assert mails_to(house, "carl@example.net") == ["receipt", "passed_on"]
    assert citizens(house) == {"carl@example.net": None}
    assert "Mail address corrected" in words_of(await karl.get(f"/staff/tickets/{number}"))
    with rows(house.url) as session:
        (row,) = session.exec(select(AuditRow).where(AuditRow.act == "address.corrected")).all()
        assert row.facts["reason"] == "He called"


async def test_what_lies_between_the_receipt_and_the_newest_is_not_sent_again(house):
    roads, parks = house.town.offices["roads"], house.town.offices["parks"]
    number = await house.letter("A lamp", ("karl", route.route, roads), ("karl", route.route, parks))
    await returned(house, number)
    karl = await house.member("karl")

    await karl.done(PATH, number=number, email="carl@example.net", reason="He called", act="correct")

    assert mails_to(house, "carl@example.net") == ["receipt", "passed_on"]
    with rows(house.url) as session:
        assert len(session.exec(select(Mail).where(Mail.failure == "superseded")).all()) == 1


async def test_an_address_that_works_again_works_for_every_letter_that_has_it(house):
    first, second = await house.letter("A lamp"), await house.letter("A tree", email="Carl@Example.org")
    await returned(house, first, second)
    karl = await house.member("karl")

    await karl.done(PATH, number=first, act="clear")

    assert set(citizens(house).values()) == {None}
    assert "Every writer can be reached" in words_of(await karl.get(PATH))


async def test_a_writer_without_an_address_leaves_the_list(house):
    number = await house.letter("A lamp")
    await returned(house, number)
    karl = await house.member("karl")

    await karl.done(PATH, number=number, email="", reason="Has none any more", act="correct")

    assert "Every writer can be reached" in words_of(await karl.get(PATH))
    assert mails_to(house, "") == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"email": "carl@example.net"}, "reason.missing"),
        ({"email": "carl", "reason": "x"}, "address.wrong"),
        ({"email": "CARL@example.org", "reason": "x"}, "address.same"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(house, typed, code):
    number = await house.letter("A lamp")
    await returned(house, number)
    karl = await house.member("karl")

    answer = await karl.send(PATH, number=number, act="correct", **typed)

    assert answer.status_code == 422
    assert says(answer, code)
    assert typed["email"] in answer.text


async def test_an_address_that_works_can_be_neither_corrected_nor_cleared(house):
    number = await house.letter("A lamp")
    karl = await house.member("karl")

    for act in ("clear", "correct"):
        assert says(await karl.send(PATH, number=number, act=act, email="x@y.example", reason="x"), "address.works")


async def test_a_restricted_letter_is_on_its_desks_list_alone(house):
    await house.letter("Bribes", kind="report")
    await returned(house)
    karl, rita, dora = [await house.member(name) for name in ("karl", "rita", "dora")]

    assert "Bribes" in (await rita.get(PATH)).text
    assert "Bribes" not in (await karl.get(PATH)).text
    assert (await dora.get(PATH)).status_code == 403


async def test_nobody_else_mends_an_address(house):
    number = await house.letter("A lamp", ("karl", route.route, house.town.offices["roads"]))
    await returned(house, number)
    dora, paul = await house.member("dora"), await house.member("paul")

    for member, status in ((dora, 403), (paul, 404)):
        form = {**await member.fill("/staff"), "number": number, "act": "clear"}
        assert (await member.web.post(PATH, data=form)).status_code == status


async def test_a_long_list_goes_on_where_it_ended(house, monkeypatch):
    monkeypatch.setattr(unreachable, "PER_PAGE", 2)
    for subject in ("First", "Second", "Third"):
        await house.letter(subject)
    await returned(house)
    karl = await house.member("karl")

    page = await karl.get(PATH)
    rest = await karl.get(page.text.partition('rel="next" href="')[2].partition('"')[0])

    assert ("First" in page.text, "Third" in page.text) == (True, False)
    assert "Third" in rest.text

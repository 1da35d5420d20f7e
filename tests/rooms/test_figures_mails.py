"""Mails to citizens that did not arrive: how many, why, and what becomes of it when they leave anew."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from sqlmodel import col, select

from mailbox_service.mail import undeliverable, watch
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets import keep
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.statistics import Rate, mails
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.mails import Reason
from mailbox_service.tickets.tables import Citizen
from tests.rooms.post import HOUR, NOW, a_town
from tests.rooms.test_figures_job import DAY, DUE, MARCH, figure, looked_at, verified


async def test_mails_that_do_not_arrive_are_counted(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    smtp_server.answers["gone@example.org"] = "550 no such user"
    await post.letter()
    await post.letter(email="gone@example.org")
    await looked_at(post, DUE + DAY)

    await post.notify(NOW + HOUR)
    await post.deliver(NOW + HOUR)
    await looked_at(post, DUE + DAY)

    assert await figure(post, Figure.MAIL_FAILED) == Rate(1, 2)
    assert await verified(post, DUE + DAY) == ""


async def test_mails_that_come_back_are_told_with_their_reason(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    for address in ("carl@example.org", "full@example.org", "list@example.org"):
        await post.letter(email=address)
    await post.notify()
    await post.deliver()
    smtp_server.answers["gone@example.org"] = "550 5.1.1 no such user"
    await post.letter(email="gone@example.org")
    await post.notify(NOW + HOUR)
    await post.deliver(NOW + HOUR)

    def come_back(session):
        for mail, code in zip(
            session.exec(select(Mail).order_by(col(Mail.id)).limit(2)), ("5.1.1", "bounced"), strict=True
        ):
            undeliverable.reached_nobody(session, mail, code, now=NOW + DAY)
        return mails.failures(session, MARCH, post.settings.zone)

    assert await db.writing(come_back) == {Reason.NO_SUCH_ADDRESS: 2, Reason.REFUSED: 1}


async def test_a_mail_that_waits_anew_has_not_failed(db, smtp_server):
    post = await a_town(db, smtp_server.port)
    first, *_ = [await post.letter(email=f"{who}@example.org") for who in ("gone", "gone", "mei")]
    await post.notify()
    await post.deliver()
    sent = await post.mails()
    for mail in sent:
        await db.writing(partial(undeliverable.reached_nobody, mail=mail, code="5.1.1", now=NOW))
    await looked_at(post, DUE + DAY)
    failed = await figure(post, Figure.MAIL_FAILED)

    def mended(session):
        karl = post.town.actor(session, "karl")
        case = cases.case(session, post.town.book.open(session), first, karl)
        undeliverable.clear(session, case, by=karl, now=NOW)
        keep.keep(session, case)
        session.execute(sa.update(Citizen).values(bounced_at=None))
        watch.send_again(session, sent[-1].id, by=post.town.people["ada"], now=NOW)

    await db.writing(mended)
    await looked_at(post, DUE + DAY)

    assert (failed, await figure(post, Figure.MAIL_FAILED)) == (Rate(3, 3), Rate(0, 0))
    assert await verified(post, DUE + DAY) == ""

"""The outbox as administrators see it: what waits, failed and came back; send again; the switch. No letter's text."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from functools import partial

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs.notify import notify
from mailbox_service.mail import outbox, pauses, specimen, undeliverable, watch
from mailbox_service.mail.tables import Mail
from tests.databases import rows
from tests.doors.staff.house import says, words_of

PATH = "/admin/outbox"


async def written(house):
    await notify(house.site.db, house.site.settings, house.site.book)
    return mails(house)


def mails(house):
    with rows(house.url) as session:
        return list(session.exec(select(Mail).order_by(col(Mail.id))))


def change(house, mail, **values):
    with rows(house.url) as session:
        row = session.get(Mail, mail.id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_a_mail_that_failed_is_shown_with_its_reason_and_sent_again(house):
    number = await house.letter("Zebra crossing")
    (mail,) = await written(house)
    change(house, mail, failed_at=clock.now(), failure="gave up: 451", tries=19)
    ada = await house.member("ada")

    waiting, failed = await ada.get(PATH), await ada.get(f"{PATH}?state=failed")
    done = await ada.done(f"{PATH}?state=failed", act=f"again:{mail.id}")

    assert number not in waiting.text
    assert number in failed.text
    assert "Given up after two days: 451" in words_of(failed)
    assert "carl@example.org" not in failed.text
    assert "Zebra" not in failed.text
    assert "The mail has its turn again" in words_of(await ada.get(done.headers["location"]))
    (again,) = mails(house)
    assert (again.failed_at, again.failure, again.tries, again.message_id) == (None, "", 0, mail.message_id)
    with rows(house.url) as session:
        assert session.exec(select(AuditRow).where(AuditRow.act == "mail.again")).one().subject_id == mail.id


async def test_a_mail_that_waits_can_be_tried_now(house):
    await house.letter()
    (mail,) = await written(house)
    change(house, mail, next_try_at=clock.now().replace(year=2099), tries=3, failure="451")
    ada = await house.member("ada")

    await ada.done(PATH, act=f"again:{mail.id}")

    (now_due,) = mails(house)
    assert now_due.next_try_at <= clock.now()
    assert now_due.tries == 3


async def test_of_a_restricted_letter_not_even_the_number_is_shown_or_found(house):
    number = await house.letter("Bribes", kind="report")
    await written(house)
    ada = await house.member("ada")

    page, searched = await ada.get(PATH), await ada.get(f"{PATH}?number={number}")

    assert number not in page.text
    assert page.text.count('value="again:') > 0
    assert searched.text.count('value="again:') == 0


async def test_the_list_is_narrowed_and_goes_on_page_by_page(house, monkeypatch):
    monkeypatch.setattr(watch, "PER_PAGE", 2)
    for n in range(5):
        await house.letter(f"Letter {n}", email=f"carl{n}@example.org")
    for n, mail in enumerate(await written(house)):
        if n > 2:
            change(house, mail, failed_at=clock.now(), failure="550 5.1.1" if n == 3 else "554")
    ada = await house.member("ada")

    seen, path = [], PATH
    while path:
        page = (await ada.get(path)).text
        seen += [piece.partition('"')[0] for piece in page.split('value="again:')[1:]]
        path = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    by_code = await ada.get(f"{PATH}?state=failed&failure=550")

    assert len(seen) == len(set(seen)) == 3
    assert by_code.text.count('value="again:') == 1
    assert (await ada.get(f"{PATH}?notice=answered")).text.count('value="again:') == 0
    for key in ("x", "1|2", "2026-01-01|5", "9" * 30):
        assert (await ada.get(f"{PATH}?after={key}")).status_code == 200


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sent_at": clock.now()}, "outbox.sent"),
        ({"failed_at": clock.now(), "failure": "stopped"}, "outbox.held_back"),
        ({"failed_at": clock.now(), "failure": "554", "emptied_at": clock.now()}, "outbox.emptied"),
    ],
)
async def test_what_is_done_or_must_not_leave_is_not_sent_again(house, values, code):
    await house.letter()
    (mail,) = await written(house)
    change(house, mail, **values)
    ada = await house.member("ada")

    assert says(await ada.send(PATH, act=f"again:{mail.id}"), code)


async def test_while_the_writers_address_does_not_work_a_clerk_comes_first(house):
    await house.letter()
    (mail,) = await written(house)
    change(house, mail, failed_at=clock.now(), failure="550")
    await house.site.db.writing(partial(undeliverable.mark, address="carl@example.org", now=clock.now()))
    ada = await house.member("ada")

    assert says(await ada.send(PATH, act=f"again:{mail.id}"), "outbox.address")


@pytest.mark.parametrize("act", ["again:1", "again:9999999999999999999", "again:x", "again:", "else", ""])
async def test_what_is_not_there_is_not_found(house, act):
    ada = await house.member("ada")

    assert (await ada.send(PATH, act=act)).status_code == 404


async def test_the_switch_holds_every_mail_back_and_says_who_and_why(house):
    await house.letter()
    await written(house)
    ada, now = await house.member("ada"), clock.now()

    nameless = await ada.send(PATH, act="pause", why=" ")
    await ada.done(PATH, act="pause", why="The server moves tonight")
    twice = await ada.send(PATH, act="pause", why="Again")
    page = await ada.get(PATH)
    held = await house.site.db.reading(lambda session: outbox.is_waiting(session, now))
    await ada.done(PATH, act="resume")
    again = await ada.send(PATH, act="resume")
    free = await house.site.db.reading(lambda session: outbox.is_waiting(session, now))

    assert says(nameless, "reason.missing")
    assert says(twice, "outbox.paused")
    assert "by Ada: The server moves tonight" in words_of(page)
    assert says(again, "outbox.not_paused")
    assert (held, free) == (False, True)
    assert "The server moves tonight" in words_of(await ada.get(PATH))
    with rows(house.url) as session:
        acts = [row.act for row in session.exec(select(AuditRow).order_by(col(AuditRow.id)))]
        assert [act for act in acts if act.startswith("mail.")] == ["mail.paused", "mail.resumed"]


async def test_who_is_no_administrator_moves_nothing(house):
    dora, now = house.town.people["dora"], clock.now()

    for work in (
        partial(pauses.begin, why="x", by=dora, now=now),
        partial(pauses.end, by=dora, now=now),
        partial(watch.send_again, mail_id=1, by=dora, now=now),
    ):
        with pytest.raises(Exception, match="not_yours"):
            await house.site.db.writing(work)


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_notice_is_shown_as_it_leaves(house, lang):
    ada = await house.member("ada")

    for notice in specimen.NOTICES:
        page = await ada.get(f"/admin/mails?notice={notice}&language={lang}")
        assert page.status_code == 200, notice
        assert "…/" not in page.text
    message = await ada.get(f"/admin/mails/message?notice=answered&language={lang}")

    assert message.headers["content-type"].startswith("message/rfc822")
    assert "attachment" in message.headers["content-disposition"]
    assert b"Message-ID: <" in message.content

"""A new password by mail."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import update

from mailbox_service.base import clock
from mailbox_service.city.tables import StaffLink
from mailbox_service.mail import links, outbox
from tests.databases import rows
from tests.doors.staff.getting_in import DORA, GOOD, acts, link_of, mails, sessions, sign_in
from tests.doors.staff.house import open_house, words_of
from tests.doors.staff.town import PASSWORD

PATH = "/staff/password"


async def asked(house, email=DORA):
    visitor = await house.visitor()
    answer = await visitor.send(PATH, email=email)
    assert answer.status_code == 200
    return visitor, answer


async def test_a_link_by_mail_sets_a_password_and_ends_every_session(house):
    await house.member("dora")
    visitor, _ = await asked(house)
    link = link_of(house, mails(house, "reset")[0])

    answer = await visitor.done(link, password=GOOD, again=GOOD)

    assert sessions(house, DORA) == 0
    assert "Your password is set" in words_of(await visitor.get(answer.headers["location"]))
    assert (await sign_in(visitor, DORA, PASSWORD)).status_code == 422
    assert (await sign_in(visitor, DORA, GOOD)).status_code == 303
    assert "password.reset" in acts(house)


async def test_nobody_learns_whether_an_address_is_known(house):
    _, known = await asked(house)
    _, unknown = await asked(house, "nobody@qinghe.example")

    assert words_of(known) == words_of(unknown)
    assert len(mails(house, "reset")) == 1


async def test_the_stored_mail_holds_no_secret_and_only_the_mail_that_leaves_does(house):
    await asked(house)
    mail = mails(house, "reset")[0]
    token = link_of(house, mail).rpartition("/")[2]

    sent = links.filled(mail.text, links.secrets_of_staff(house.site.settings, mail.id))

    assert token not in mail.text + mail.html + mail.subject
    assert token in sent
    with rows(house.url) as session:
        assert session.get(StaffLink, mail.id).hash != token


async def test_looking_at_a_link_uses_nothing_up(house):
    visitor, _ = await asked(house)
    link = link_of(house, mails(house, "reset")[0])

    await visitor.web.head(link)
    await visitor.get(link)
    await visitor.get(link)

    assert (await visitor.done(link, password=GOOD, again=GOOD)).status_code == 303


async def over(house, visitor, link, form):
    """refused: link.over"""
    looked, sent = await visitor.get(link), await visitor.web.post(link, data=form)
    return {looked.status_code, sent.status_code} == {404} and "used already" in words_of(sent)


async def test_a_link_works_once(house):
    visitor, _ = await asked(house)
    link = link_of(house, mails(house, "reset")[0])
    form = await visitor.fill(link, password=GOOD, again=GOOD)
    await visitor.web.post(link, data=form)

    assert await over(house, visitor, link, form), "link.over"


async def test_a_new_link_ends_the_old_one_and_its_mail_stays(house):
    visitor, _ = await asked(house)
    first = link_of(house, mails(house, "reset")[0])
    form = await visitor.fill(first, password=GOOD, again=GOOD)
    await asked(house)

    assert await over(house, visitor, first, form), "link.over"
    with rows(house.url) as session:
        book, now = house.site.book, clock.now()
        leaving = outbox.take(session, house.site.settings, book, "worker", now)
    assert [one.mail.id for one in leaving] == [mails(house, "reset")[1].id]
    assert mails(house, "reset")[0].failure == "link-over"


async def test_a_link_ends_after_half_an_hour(house):
    visitor, _ = await asked(house)
    link = link_of(house, mails(house, "reset")[0])
    form = await visitor.fill(link, password=GOOD, again=GOOD)
    with rows(house.url) as session:
        row = session.get(StaffLink, mails(house, "reset")[0].id)
        assert row.expires_at - row.made_at == timedelta(minutes=30)
        session.exec(update(StaffLink).values(expires_at=clock.now()))

    assert await over(house, visitor, link, form), "link.over"


@pytest.mark.parametrize(
    ("password", "again", "code"),
    [
        ("short", "short", "At least 12"),
        ("x" * 300, "x" * 300, "at most 200"),
        ("dora@qinghe.example", "dora@qinghe.example", "name or address"),
        ("password1234", "password1234", "easy to guess"),
        (GOOD, GOOD + "!", "two passwords differ"),
    ],
)
async def test_a_weak_password_is_refused_and_the_link_stays(house, password, again, code):
    visitor, _ = await asked(house)
    link = link_of(house, mails(house, "reset")[0])

    answer = await visitor.send(link, password=password, again=again)

    assert answer.status_code == 422
    assert code.casefold() in words_of(answer).casefold()
    assert f'value="{password}' not in answer.text
    assert (await visitor.done(link, password=GOOD, again=GOOD)).status_code == 303


async def test_too_many_requests_from_one_address_are_refused_and_one_account_gets_few_mails(database_url, tmp_path):
    async with open_house(database_url, tmp_path, sign_in_tries_per_address_per_hour=5) as house:
        answers = [await (await house.visitor()).send(PATH, email=DORA) for _ in range(6)]

        assert [answer.status_code for answer in answers] == [200] * 5 + [429]
        assert len(mails(house, "reset")) == 3


async def test_the_try_of_a_locked_account_is_refused_whoever_it_is(database_url, tmp_path):
    async with open_house(database_url, tmp_path, sign_in_tries_per_account_per_hour=2) as house:
        for email in (DORA, "nobody@qinghe.example"):
            visitor = await house.visitor()
            answers = [await sign_in(visitor, email, "wrong") for _ in range(3)]

            assert [answer.status_code for answer in answers] == [422, 422, 429]
            assert "Try again at" in words_of(answers[-1])

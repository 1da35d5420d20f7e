"""The digest at its doors: chosen on the account page, ended from the mail without being signed in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from functools import partial

import pytest

from mailbox_service.base import tokens
from mailbox_service.city.tables import Person
from mailbox_service.mail import digest, links
from tests.databases import rows
from tests.doors.staff.house import words_of


def chosen(house, name):
    with rows(house.url) as session:
        return session.get(Person, house.town.people[name]).digest


def link_of(house, name):
    secrets = links.secrets_of_digest(house.site.settings, house.town.people[name])
    return secrets["unsubscribe"].removeprefix(house.site.settings.public_url)


async def test_it_is_chosen_on_the_account_page(house):
    karl = await house.member("karl")

    await karl.done("/staff/account", language="en", digest="weekly")
    await karl.done("/staff/account", language="en", digest="hourly")

    assert chosen(house, "karl") == "weekly"
    assert '<option value="weekly" selected' in (await karl.get("/staff/account")).text


async def test_a_mail_program_ends_it_without_a_session_and_looking_alone_does_not(house):
    await house.site.db.writing(partial(digest.choose, person_id=house.town.people["karl"], how_often="daily"))
    visitor = await house.visitor()

    page = await visitor.get(link_of(house, "karl"))
    before = chosen(house, "karl")
    done = await visitor.web.post(link_of(house, "karl"), data={"List-Unsubscribe": "One-Click"})

    assert "any more?" in words_of(page)
    assert "You get it no more" in words_of(done)
    assert (before, chosen(house, "karl")) == ("daily", "never")


@pytest.mark.parametrize("purpose", ["stop", "x"])
async def test_another_link_ends_nothing(house, purpose):
    await house.site.db.writing(partial(digest.choose, person_id=house.town.people["karl"], how_often="daily"))
    token = tokens.sign_link(house.site.settings.secret, purpose, house.town.people["karl"], 0)
    visitor = await house.visitor()

    for answer in (await visitor.get(f"/staff/digest/{token}"), await visitor.web.post(f"/staff/digest/{token}")):
        assert answer.status_code == 404
    assert chosen(house, "karl") == "daily"

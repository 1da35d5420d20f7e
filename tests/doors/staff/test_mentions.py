"""Naming a colleague in a note: they are told, see it in a queue of theirs, and only if they may see the letter."""

from __future__ import annotations

import pytest
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import Person
from mailbox_service.desk import mentions
from mailbox_service.desk.tables import Mention, Note
from mailbox_service.jobs import notify
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, route
from tests.databases import rows
from tests.doors.staff.house import words_of

MENTIONS = "/staff?queue=mentions"


@pytest.fixture
async def number(house) -> str:
    office = house.town.offices["roads"]
    made: str = await house.letter("A lamp", ("karl", route.route, office), ("dora", handle.sign_for))
    return made


async def remark(house, number: str, text: str, who: str = "dora"):
    return await (await house.member(who)).send(f"/staff/tickets/{number}/note", text=text)


async def test_who_is_named_is_told_by_mail_and_on_their_page_until_they_look(house, number):
    await remark(house, number, "@hugo, which street is meant? Dora")
    await notify.notify(house.site.db, house.site.settings, house.site.book)
    hugo = await house.member("hugo")

    with rows(house.url) as session:
        mails = session.exec(select(Mail.to_address).where(Mail.notice == "mentioned")).all()
    assert mails == ["hugo@qinghe.example"]
    assert number in (await hugo.get(MENTIONS)).text
    await hugo.get(f"/staff/tickets/{number}")
    assert number not in (await hugo.get(MENTIONS)).text


async def test_who_wrote_the_note_and_who_is_not_named_are_told_nothing(house, number):
    await remark(house, number, "Write to roads@qinghe.example, says @dora")
    await notify.notify(house.site.db, house.site.settings, house.site.book)

    with rows(house.url) as session:
        assert session.exec(select(Mention)).all() == []
        assert session.exec(select(Mail).where(Mail.notice == "mentioned")).all() == []


async def test_nobody_is_named_who_must_not_see_the_letter(house, number):
    answer = await remark(house, number, "@paul, is this yours?")

    assert answer.status_code == 422
    assert say_refusal("en", Refused("note.kept_out", name="Paul")) in words_of(answer)
    assert "@paul, is this yours?" in answer.text
    with rows(house.url) as session:
        assert (session.exec(select(Mention)).all(), session.exec(select(Note)).all()) == ([], [])


async def test_a_letter_that_is_out_of_sight_by_now_names_nobody(house, number):
    await remark(house, number, "@hugo, look")
    hugo = await house.member("hugo")
    await house.act(number, "dora", route.propose_return, "not ours")
    await house.act(number, "kim", route.decide_return, house.town.offices["parks"])

    assert number not in (await hugo.get(MENTIONS)).text


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@林 请看", {"lin"}),
        ("＠林 请看", {"lin"}),
        ("@林医生请看", {"lin"}),
        ("@Anna Berg please", {"berg"}),
        ("@anna please", {"anna", "berg"}),
        ("@annabel please", set()),
        ("anna@city.example", set()),
        ("nobody", set()),
    ],
)
def test_the_longest_name_that_fits_is_meant(text, who):
    names = {"lin": "林", "anna": "Anna", "berg": "Anna Berg"}
    people = [
        Person(name=name, email=f"{'anna' if key == 'berg' else key}@city.example", added_at=clock.now())
        for key, name in names.items()
    ]

    found = mentions.named(people, text)

    assert {key for key, name in names.items() if name in {one.name for one in found}} == who

"""A letter's page: shown to whom may see it, with what they may do, and nothing else."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from mailbox_service.base.tables import AuditRow
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find.case import whole
from mailbox_service.tickets.life import handle, protect, reply, route
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Identity, Kind, Part, ProposalKind
from tests.databases import rows
from tests.doors.staff.house import open_house, words_of
from tests.doors.staff.letters import letters_of_every_kind
from tests.doors.staff.town import CAST

LINK = re.compile(r'href="(/staff/tickets/[^"]+)"')


@pytest.fixture
async def full_house(sqlite_url, tmp_path):
    async with open_house(sqlite_url, tmp_path) as house:
        await house.site.db.writing(lambda session: letters_of_every_kind(session, house.town))
        yield house


async def sights(house, name):
    """Which letters somebody may see, asked of the rules."""

    def read(session):
        viewer = house.town.actor(session, name)
        city = house.town.book.open(session)
        cases = [whole(session, city, ticket) for ticket in session.exec(select(Ticket)).all()]
        lifted = [c for c in cases if c.pending(ProposalKind.UNRESTRICT)]
        decides = {c.ticket.number for c in lifted if rights.may(Act.DECIDE_UNRESTRICT, c, viewer)}
        return {c.ticket.number: rights.may_see(c, viewer) for c in cases}, decides

    return await house.site.db.reading(read)


@pytest.mark.parametrize("name", CAST)
async def test_everybody_sees_theirs_and_every_way_offered_is_open(full_house, name):
    seen, decides = await sights(full_house, name)
    member = await full_house.member(name)

    for number, may_see in seen.items():
        page = await member.get(f"/staff/tickets/{number}")
        assert page.status_code == (200 if may_see else 303 if number in decides else 404), number
        for link in set(LINK.findall(page.text)):
            answer = await member.get(link)
            assert answer.status_code in (200, 405), (link, words_of(answer)[:300])


@pytest.mark.parametrize("name", ["karl", "dora", "hugo", "mina", "paul", "rita", "ada"])
async def test_an_act_that_is_not_theirs_is_a_page_that_says_so(full_house, name):
    seen, _ = await sights(full_house, name)
    member = await full_house.member(name)
    pages = ("route", "reply", "approve", "translate", "contribute", *(act.value for act in Act))

    for number in list(seen)[::5]:
        for page in pages:
            answer = await member.get(f"/staff/tickets/{number}/{page}")
            assert answer.status_code in (200, 403, 404, 422), (page, answer.status_code)


@pytest.mark.parametrize("number", ["2026-0000001-1", "x", "%00", "9" * 400, "２０２６"])
async def test_a_number_that_is_none_is_not_found(house, number):
    karl = await house.member("karl")

    assert (await karl.get(f"/staff/tickets/{number}")).status_code == 404


async def test_a_letter_out_of_sight_answers_like_none(house):
    number = await house.letter(kind=Kind.REPORT)
    karl = await house.member("karl")

    said = [words_of(await karl.get(f"/staff/tickets/{one}")).replace(one, "") for one in (number, "2026-0099999-0")]

    assert said[0] == said[1]


async def test_the_desk_is_told_when_the_writer_needs_no_reply(house):
    number, other = await house.letter("none", wants_reply=False), await house.letter("one")
    karl = await house.member("karl")

    assert "The writer needs none" in words_of(await karl.get(f"/staff/tickets/{number}"))
    assert "The writer needs none" not in words_of(await karl.get(f"/staff/tickets/{other}"))


async def test_name_and_contact_are_shown_when_asked_and_that_is_written_down(house):
    number = await house.letter()
    karl = await house.member("karl")
    assert "carl@example.org" not in (await karl.get(f"/staff/tickets/{number}")).text
    token = (await karl.fill(f"/staff/tickets/{number}"))["csrf"]

    answer = await karl.web.post(f"/staff/tickets/{number}/identity", data={"csrf": token})

    assert "carl@example.org" in answer.text
    with rows(house.url) as session:
        row = session.exec(select(AuditRow).where(AuditRow.act == "identity.seen")).one()
    assert row.person_id == house.town.people["karl"]


async def test_a_hidden_name_needs_a_reason_from_a_clerk_and_is_kept_from_the_office(house):
    number = await house.letter("hidden", identity=Identity.HIDDEN)
    await house.act(number, "karl", route.route, house.town.offices["roads"])
    karl, dora = await house.member("karl"), await house.member("dora")
    identity = f"/staff/tickets/{number}/identity"
    clerk = {"csrf": (await karl.fill(f"/staff/tickets/{number}"))["csrf"]}
    officer = {"csrf": (await dora.fill(f"/staff/tickets/{number}"))["csrf"], "reason": "curious"}

    assert (await karl.web.post(identity, data=clerk)).status_code == 422
    assert "carl@example.org" in (await karl.web.post(identity, data=clerk | {"reason": "they called"})).text
    assert (await dora.web.post(identity, data=officer)).status_code == 403


async def test_a_manager_decides_on_a_restriction_without_reading_the_letter(house):
    number = await house.letter("very secret", ("rita", protect.propose_unrestrict, "a question"), kind=Kind.REPORT)
    mina = await house.member("mina")

    page = await mina.get(f"/staff/tickets/{number}", follow_redirects=True)

    assert "a question" in page.text
    assert "very secret" not in page.text
    await mina.done(f"/staff/tickets/{number}/decide_unrestrict", decision="agree")
    assert "very secret" in (await mina.get(f"/staff/tickets/{number}")).text


async def test_a_forbidden_act_stands_there_with_its_reason(house):
    town = house.town
    number = await house.letter("own", ("karl", route.route, town.offices["roads"]), ("hugo", handle.sign_for))
    await house.act(number, "hugo", reply.submit_reply, "Mended.")
    hugo = await house.member("hugo")

    page = words_of(await hugo.get(f"/staff/tickets/{number}"))

    assert "Check the reply: " in page


async def test_handlers_of_a_restricted_letter_stand_on_the_desks_page(house):
    number = await house.letter("report", kind=Kind.REPORT)
    await house.site.db.writing(
        lambda session: house.town.act(
            session, number, "rita", protect.name_handler, house.town.actor(session, "paul"), Part.OFFICER
        )
    )
    rita = await house.member("rita")

    assert "Paul (Officer)" in words_of(await rita.get(f"/staff/tickets/{number}"))
    assert "Paul（经办人）" in words_of(await (await house.member("rita", "zh")).get(f"/staff/tickets/{number}"))


@pytest.mark.parametrize(
    ("question", "lang"),
    [("どの通りですか。", "ja"), ("어느 길입니까?", "ko"), ("哪条路？", "zh-Hans"), ("Which street?", "")],
)
async def test_what_an_office_wrote_is_read_in_the_language_it_is_written_in(house, question, lang):
    steps = [("karl", route.route, house.town.offices["roads"]), ("dora", handle.ask, question)]
    number = await house.letter("A lamp", *steps)
    dora = await house.member("dora", "ko")
    await dora.done(f"/staff/tickets/{number}/note", text=question)

    page = await dora.get(f"/staff/tickets/{number}")

    assert page.text.count(f'<div class="words" lang="{lang}" dir="auto">{question}</div>') == 2

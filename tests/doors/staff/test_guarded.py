"""What the office complained about may not read, and writers who hide: on pages, in what is merged, in mail."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.base.tables import AuditRow
from mailbox_service.city import offices, people
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets import work
from mailbox_service.tickets.life import handle, protect, reply, route
from mailbox_service.tickets.tables.words import Identity, Kind, Part
from tests.doors.staff.house import open_house, words_of
from tests.doors.staff.mail_in import held
from tests.rooms.arriving import a_mail

PATH = "/staff/incoming"
AUTOMATIC = "Auto-Submitted: auto-replied"
FROM_OUTLOOK = (
    "The third one.\n\n________________________________\nVon: Mailbox <mailbox@qinghe.example>\n"
    "Gesendet: Montag, 2. März 2026 10:00\nAn: Carl Hidden <carl@example.org>\nBetreff: Mailbox\n\n"
    "Dear Carl Hidden,\n\nwhich lamp?\n"
)


@pytest.fixture
async def house(database_url, tmp_path):
    async with open_house(database_url, tmp_path) as opened:
        yield opened


async def test_the_office_complained_about_reads_no_correction_of_the_restricted_letter(house):
    town, roads = house.town, house.town.offices["roads"]
    lead = await house.letter("A lamp", ("karl", route.route, roads), ("dora", handle.sign_for))
    child = await house.letter("The same lamp")

    def merge(session):
        work.merge_into(session, town.book, child, lead, town.actor(session, "karl"), now=clock.now())

    await house.site.db.writing(merge)
    await house.act(lead, "dora", reply.submit_reply, "We mend it.")
    await house.act(lead, "hugo", reply.approve, 1)
    await house.act(lead, "citizen", protect.restrict)
    await house.act(lead, "rita", protect.name_party, roads)
    for name, part in (("paul", Part.OFFICER), ("fang", Part.HEAD)):
        actor = await house.site.db.reading(lambda session, name=name: town.actor(session, name))
        await house.act(lead, "rita", protect.name_handler, actor, part)
    await house.act(lead, "paul", reply.correct_reply, "An officer of the Roads Bureau asked for money.")
    await house.act(lead, "fang", reply.approve, 2)
    dora = await house.member("dora")

    assert (await dora.get(f"/staff/tickets/{lead}")).status_code == 404
    assert "asked for money" not in words_of(await dora.get(f"/staff/tickets/{child}"))


async def test_a_report_about_an_office_that_was_merged_is_not_lost(house):
    town, number = house.town, await house.letter("bribes", kind=Kind.REPORT)
    parks, roads, ada = town.offices["parks"], town.offices["roads"], town.people["ada"]

    def merge(session):
        offices.close(session, parks, roads, 1, open_letters=0, by=ada, now=clock.now())
        for name in ("rita", "rolf"):
            people.give_role(session, town.people[name], RoleName.OFFICER, roads, now=clock.now())

    await house.site.db.writing(merge)
    house.site.book.forget()

    await (await house.member("rita")).done(f"/staff/tickets/{number}/name_party", office=str(parks), person="")

    pages = {who: await (await house.member(who)).get(f"/staff/tickets/{number}") for who in ("rita", "rolf", "sara")}
    assert {who: page.status_code for who, page in pages.items()} == {"rita": 404, "rolf": 404, "sara": 200}


async def test_the_list_of_mail_names_no_writer_who_hides(house):
    number = await house.letter("A lamp", identity=Identity.HIDDEN, name="Carl Hidden")
    sender = "Carl Hidden <carl@example.org>"
    row = await held(house, a_mail("Away", AUTOMATIC, subject=f"Re: {number}", sender=sender))
    karl = await house.member("karl")

    listed = words_of(await karl.get(f"{PATH}?tab=aside"))
    shown = words_of(await karl.get(f"{PATH}/{row.id}"))

    assert number in listed
    assert ("Carl Hidden" in listed, "carl@example.org" in listed, sender in shown) == (False, False, True)
    looks = select(AuditRow.act).where(AuditRow.act == "identity.seen", AuditRow.subject_kind == "ticket")
    assert len(await house.site.db.reading(lambda session: session.exec(looks).all())) == 1


async def test_what_is_quoted_from_our_mail_names_no_writer_who_hides(house):
    to_roads = ("karl", route.route, house.town.offices["roads"])
    number = await house.letter("A lamp", to_roads, identity=Identity.HIDDEN, name="Carl Hidden")
    await held(house, a_mail(FROM_OUTLOOK, subject=f"AW: {number}"))

    page = words_of(await (await house.member("dora")).get(f"/staff/tickets/{number}"))

    assert "The third one." in page
    assert ("Carl Hidden" in page, "carl@example.org" in page) == (False, False)

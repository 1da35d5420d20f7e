"""Mail that waits for a person: who sees it, how it is drawn, and what can be done with it."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import col, select

from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs.receive import receive
from mailbox_service.mail.tables import Received
from mailbox_service.tickets.life import protect, route
from mailbox_service.tickets.tables.words import Channel, Kind, MessageKind
from tests.doors.staff.house import open_house, says, words_of
from tests.doors.staff.mail_in import EXE, held, rows
from tests.mails.build import file_part, of_parts, text_part
from tests.rooms.arriving import a_mail

PATH = "/staff/incoming"


@pytest.fixture
async def house(sqlite_url, tmp_path):
    """On one kind of database: what is asked of both is tested with the rooms."""
    async with open_house(sqlite_url, tmp_path) as opened:
        yield opened


async def logged(house):
    """The acts about incoming mail in the log, oldest first."""
    wanted = select(AuditRow.act).where(AuditRow.subject_kind == "received").order_by(col(AuditRow.id))
    return await house.site.db.reading(lambda s: list(s.exec(wanted)))


async def test_a_clerk_reads_why_a_message_waits_and_that_is_written_down(house):
    row = await held(house)
    karl = await house.member("karl")

    listed, shown = await karl.get(PATH), await karl.get(f"{PATH}/{row.id}")

    assert "It came to none of our addresses" in words_of(listed)
    assert f'href="{PATH}/{row.id}"' in listed.text
    assert "The lamp is dark." in words_of(shown)
    assert "Carl <carl@example.org>" in words_of(shown)
    assert await logged(house) == ["mail.seen"]


async def test_the_queues_say_that_mail_waits(house):
    karl, kim, rita = [await house.member(who) for who in ("karl", "kim", "rita")]
    assert "to be sorted" not in words_of(await kim.get("/staff"))

    await held(house)

    assert "1 message waits to be sorted" in words_of(await karl.get("/staff"))
    assert "to be sorted" not in words_of(await rita.get("/staff"))


async def test_a_message_is_drawn_as_text_and_saved_as_a_file_that_nobody_runs(house):
    row = await held(house, a_mail("<script>alert(1)</script> <b>bold</b>"))
    karl = await house.member("karl")

    shown, raw = await karl.get(f"{PATH}/{row.id}"), await karl.get(f"{PATH}/{row.id}/raw")

    assert "&lt;script&gt;" in shown.text
    assert "<script>alert" not in shown.text
    assert b"<script>alert" in raw.content
    assert raw.headers["content-type"].startswith("application/octet-stream")
    assert raw.headers["content-disposition"].startswith("attachment;")
    assert raw.headers["content-security-policy"].startswith("sandbox")
    assert "mail.fetched" in await logged(house)


async def test_a_clerk_makes_a_letter_of_it_with_its_files(house):
    files = (file_part("list.txt", b"lamp 3\n", "text/plain"), EXE)
    row = await held(house, of_parts("mixed", text_part("The lamp is dark."), *files))
    karl = await house.member("karl")

    done = await karl.web.post(f"{PATH}/{row.id}", data=await karl.fill(f"{PATH}/{row.id}", act="take"))

    number = done.headers["location"].rpartition("/")[2]
    case = await house.case(number)
    assert (case.ticket.channel, case.ticket.kind, case.citizen.email) == (
        Channel.MAIL,
        Kind.ENQUIRY,
        "carl@example.org",
    )
    assert [file.name for file in case.attachments] == ["list.txt"]
    assert "run.exe was not taken" in words_of(await karl.get(done.headers["location"]))
    assert await logged(house) == ["mail.seen", "mail.taken"]
    assert (await karl.get(f"{PATH}/{row.id}")).status_code == 404


async def test_a_clerk_puts_it_on_a_letter_as_its_writers_words(house):
    number = await house.letter()
    row = await held(house, a_mail("It is dark still.\n\n> Which lamp?", sender="carl@work.example"))
    karl = await house.member("karl")

    done = await karl.done(f"{PATH}/{row.id}", act="put_on", number=f" {number} ")

    case = await house.case(number)
    assert done.headers["location"] == f"/staff/tickets/{number}"
    assert (case.messages[-1].kind, case.messages[-1].text) == (MessageKind.ADDITION, "It is dark still.")
    assert (await rows(house))[-1].message_id == case.messages[-1].id
    assert await logged(house) == ["mail.seen", "mail.put_on_letter"]
    assert "> Which lamp?" in words_of(await karl.get(f"/staff/tickets/{number}"))


async def test_what_is_typed_stays_when_there_is_no_such_letter(house):
    row = await held(house)
    karl = await house.member("karl")

    for typed in ("nonsense", "2026-0000009-5", ""):
        answer = await karl.send(f"{PATH}/{row.id}", act="put_on", number=typed)

        assert answer.status_code == 422
        assert says(answer, "mail.no_letter")
        assert f'value="{typed}"' in answer.text


async def test_spam_takes_nothing(house):
    number = await house.letter("A lamp", ("karl", route.mark_spam))
    row = await held(house)
    karl = await house.member("karl")

    answer = await karl.send(f"{PATH}/{row.id}", act="put_on", number=number)

    assert answer.status_code == 422
    assert [one.state for one in await rows(house)] == ["held"]


async def test_what_can_not_be_read_is_not_taken(house):
    row = await held(house, b"Subject: x\n" * 200_000 + b"\n")
    karl = await house.member("karl")

    answer = await karl.send(f"{PATH}/{row.id}", act="take")

    assert row.reason == "too_large_header"
    assert says(answer, "mail.unreadable")


async def test_a_text_without_end_is_not_taken(house):
    row = await held(house, a_mail("dark " * 30_000))

    answer = await (await house.member("karl")).send(f"{PATH}/{row.id}", act="take")

    assert says(answer, "mail.too_long")


async def test_what_is_put_away_lies_beside_and_can_be_tried_again(house):
    row = await held(house)
    karl = await house.member("karl")

    await karl.done(f"{PATH}/{row.id}", act="put_away", what="spam")

    assert f"{PATH}/{row.id}" not in (await karl.get(PATH)).text
    assert "Unwanted mail." in words_of(await karl.get(f"{PATH}?tab=aside"))

    await karl.done(f"{PATH}/{row.id}", act="try_again")
    await receive(house.site.db, house.site.settings, house.site.book)

    assert [(one.state, one.reason) for one in await rows(house)] == [("held", "not_for_us")]
    assert await logged(house) == ["mail.seen", "mail.put_away", "mail.seen", "mail.tried_again"]


async def test_what_nobody_chose_changes_nothing(house):
    row = await held(house)
    karl = await house.member("karl")

    answer = await karl.send(f"{PATH}/{row.id}", act="burn")

    assert answer.headers["location"] == f"{PATH}/{row.id}"
    assert [one.state for one in await rows(house)] == ["held"]


async def test_what_the_years_took_can_only_be_put_away(house):
    row = await held(house)
    await house.site.db.writing(lambda s: setattr(s.get(Received, row.id), "stored", ""))
    karl = await house.member("karl")
    token = (await karl.fill(PATH + f"/{row.id}"))["csrf"]

    for act in ("take", "try_again"):
        answer = await karl.web.post(f"{PATH}/{row.id}", data={"csrf": token, "act": act})
        assert says(answer, "mail.gone")
    await karl.done(f"{PATH}/{row.id}", act="put_away")


async def about_a_restricted_letter(house):
    number = await house.letter("bribes", kind=Kind.REPORT)
    return number, await held(house, a_mail("I know more", subject=f"Re: {number}", sender="eve@example.net"))


async def test_what_belongs_to_a_restricted_letter_is_its_desks_alone(house):
    _, row = await about_a_restricted_letter(house)

    for who in ("karl", "kim", "mina", "dora", "ada", "sara"):
        member = await house.member(who)
        token = (await member.fill("/staff"))["csrf"]
        assert f"{PATH}/{row.id}" not in (await member.get(PATH)).text
        for answer in (
            await member.get(f"{PATH}/{row.id}"),
            await member.get(f"{PATH}/{row.id}/raw"),
            await member.web.post(f"{PATH}/{row.id}", data={"csrf": token, "act": "put_away"}),
        ):
            assert answer.status_code in (403, 404), who
            assert "I know more" not in answer.text

    assert [one.state for one in await rows(house)] == ["held"]


async def test_its_desk_puts_it_on_the_letter_and_makes_no_other_of_it(house):
    number, row = await about_a_restricted_letter(house)
    rita = await house.member("rita")
    fields = await rita.fill(f"{PATH}/{row.id}")

    refused = await rita.web.post(f"{PATH}/{row.id}", data=fields | {"act": "take"})
    await rita.done(f"{PATH}/{row.id}", act="put_on")

    assert fields["number"] == number
    assert says(refused, "mail.restricted")
    assert (await house.case(number)).messages[-1].text == "I know more"


async def test_a_letter_restricted_later_takes_its_mail_along(house):
    number = await house.letter("a lamp")
    row = await held(house, a_mail("Me too", subject=f"Re: {number}", sender="eve@example.net"))
    karl = await house.member("karl")
    assert (await karl.get(f"{PATH}/{row.id}")).status_code == 200

    await house.act(number, "karl", protect.restrict)

    assert (await karl.get(f"{PATH}/{row.id}")).status_code == 404
    assert (await (await house.member("rita")).get(f"{PATH}/{row.id}")).status_code == 200


@pytest.mark.parametrize("who", ["dora", "mina", "ada", "otto"])
async def test_nobody_else_reads_incoming_mail(house, who):
    row = await held(house)
    member = await house.member(who)

    answers = [await member.get(path) for path in (PATH, f"{PATH}/{row.id}", f"{PATH}/{row.id}/raw")]

    assert {answer.status_code for answer in answers} == {403}
    assert PATH not in (await member.get("/staff")).text


async def test_a_long_list_goes_on_page_by_page(house):
    row = await held(house)
    await house.site.db.writing(lambda s: s.add_all(copies_of(row, 50)))
    karl = await house.member("karl")

    first = await karl.get(PATH)
    second = await karl.get(first.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&"))

    assert ("letter 49<" in first.text, "A lamp<" in first.text) == (True, False)
    assert "A lamp<" in second.text


def copies_of(row, count):
    facts = row.model_dump(exclude={"id", "digest", "subject"})
    return [Received(digest=f"copy {n}", subject=f"letter {n}", **facts) for n in range(count)]


@pytest.mark.parametrize("message", ["0", "x", "9" * 30, "1"])
async def test_what_is_not_there_is_not_found(house, message):
    karl = await house.member("karl")

    assert (await karl.get(f"{PATH}/{message}")).status_code == 404

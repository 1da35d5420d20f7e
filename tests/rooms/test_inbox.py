"""What becomes of a message: a letter, an answer or addition to one, a machine's, or something for a clerk."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from pathlib import Path

import pytest

from mailbox_service.base.db import Database
from mailbox_service.mail.tables import ReceivedState
from mailbox_service.tickets.life import after, handle, protect, route
from mailbox_service.tickets.tables.words import Channel, Kind, MessageKind, Status
from tests.rooms.arriving import (
    PUBLIC,
    REPLIES,
    a_mail,
    a_town_with_mail,
    arrive,
    case_of,
    files_of,
    letters,
    look,
    newest,
    received,
    signed_address,
    store,
)
from tests.rooms.post import PostTown


@pytest.fixture
async def post(db: Database, tmp_path: Path) -> PostTown:
    return await a_town_with_mail(db, tmp_path)


async def asked(post: PostTown) -> str:
    """A letter whose writer was asked something."""
    number = await post.letter()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    await post.act(number, "dora", handle.ask, "Which lamp?")
    return number


async def test_a_message_to_the_public_address_becomes_a_letter(post):
    row = await arrive(post, a_mail("人民路的路灯不亮。", sender="王伟 <wang@example.org>", subject="路灯"))

    case = await newest(post)
    assert row.state == ReceivedState.LETTER
    assert (row.ticket_id, row.message_id) == (case.ticket.id, case.messages[0].id)
    assert (case.ticket.channel, case.ticket.kind, case.ticket.subject) == (Channel.MAIL, Kind.ENQUIRY, "路灯")
    assert (case.ticket.language, case.letter.language, case.letter.text) == ("zh", "zh", "人民路的路灯不亮。")
    assert (case.citizen.name, case.citizen.email) == ("王伟", "wang@example.org")


async def test_its_writer_gets_the_receipt(post):
    await arrive(post, a_mail())

    await post.notify()

    assert [(mail.notice, mail.to_address) for mail in await post.mails()] == [("receipt", "carl@example.org")]


async def test_an_answer_to_the_signed_address_is_the_answer_that_was_awaited(post):
    number = await asked(post)
    text = "The third one.\n\nOn 2 Mar 2026, at 10:00, Mailbox <mailbox@qinghe.example> wrote:\n> Which lamp?"

    row = await arrive(post, a_mail(text, subject="Re: something else"), await signed_address(post, number))

    case = await case_of(post, number)
    assert (row.state, row.ticket_id, row.message_id) == ("threaded", case.ticket.id, case.messages[-1].id)
    assert (case.messages[-1].kind, case.messages[-1].text) == (MessageKind.ANSWER, "The third one.")
    assert "Which lamp?" in row.text
    assert case.ticket.status == Status.IN_PROGRESS


async def test_what_was_not_asked_for_is_an_addition(post):
    number = await post.letter()

    await arrive(post, a_mail("It is dark still."), await signed_address(post, number))

    case = await case_of(post, number)
    assert (case.messages[-1].kind, case.messages[-1].text) == (MessageKind.ADDITION, "It is dark still.")


async def test_an_answer_finds_its_letter_by_the_mail_it_answers(post):
    number = await post.letter()
    await post.notify()
    mail = (await post.mails())[0]

    await arrive(post, a_mail("More", f"In-Reply-To: {mail.message_id}"))

    assert (await case_of(post, number)).messages[-1].text == "More"


async def test_an_answer_finds_its_letter_by_the_thread(post):
    number = await post.letter()

    await arrive(post, a_mail("More", f"References: <x@example.org> <{number}.letter@qinghe.example>"))

    assert (await case_of(post, number)).messages[-1].text == "More"


async def test_a_message_finds_its_letter_by_the_number_in_its_subject(post):
    number = await post.letter()

    await arrive(post, a_mail("More", subject=f"About {number}"), "elsewhere@qinghe.example")

    assert (await case_of(post, number)).messages[-1].text == "More"


async def test_somebody_else_is_never_put_on_a_letter(post):
    number = await post.letter()

    for n, to in enumerate((await signed_address(post, number), PUBLIC)):
        row = await arrive(post, a_mail("Me too", sender="eve@example.net", subject=f"Re: {number}", id_=str(n)), to)

        case = await case_of(post, number)
        assert (row.state, row.reason, row.ticket_id) == ("held", "sender", case.ticket.id)
        assert len(case.messages) == 1
    assert await letters(post) == 1


async def test_what_fails_the_checks_of_our_server_waits_for_a_clerk(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, mail_trusted_authserv_id="mx.qinghe.example")
    number = await post.letter()
    verdict = "Authentication-Results: mx.qinghe.example; dmarc=fail"

    for id_, to in (("1", await signed_address(post, number)), ("2", PUBLIC)):
        row = await arrive(post, a_mail("More", verdict, id_=id_), to)

        assert (row.state, row.reason) == ("held", "authentication")


async def test_an_address_from_before_the_code_was_replaced_waits(post):
    number = await post.letter()

    row = await arrive(post, a_mail("More"), await signed_address(post, number, generation=7))

    assert (row.state, row.reason) == ("held", "old_address")


async def test_what_is_for_none_of_our_addresses_waits(post):
    row = await arrive(post, a_mail("Hello"), "info@qinghe.example")
    forged = await arrive(post, a_mail("Hello", id_="2"), REPLIES.replace("@", f"+{'a' * 32}@"))

    assert (row.state, row.reason) == ("held", "not_for_us")
    assert (forged.state, forged.reason) == ("held", "not_for_us")
    assert await letters(post) == 0


async def test_without_a_sender_it_waits(post):
    row = await arrive(post, a_mail(sender="nobody in particular"))

    assert (row.state, row.reason) == ("held", "no_sender")


async def test_an_answer_that_only_quotes_waits(post):
    number = await asked(post)

    row = await arrive(post, a_mail("> Which lamp?"), await signed_address(post, number))

    assert (row.state, row.reason) == ("held", "nothing_new")
    assert (await case_of(post, number)).ticket.status == Status.AWAITING_CITIZEN


async def test_a_letter_without_words_waits_and_one_with_only_a_subject_is_one(post):
    empty = await arrive(post, a_mail("", subject=""))
    await arrive(post, a_mail("", subject="The lamp is dark", id_="2"))

    assert (empty.state, empty.reason) == ("held", "nothing_new")
    assert (await newest(post)).letter.text == "The lamp is dark"


async def test_a_text_without_end_waits(post):
    row = await arrive(post, a_mail("dark " * 30_000))

    assert (row.state, row.reason) == ("held", "mail.too_long")


async def test_letters_that_have_ended_so_take_no_mail(post):
    withdrawn, spam, disowned, erased = [await post.letter(subject) for subject in "abcd"]
    await post.act(withdrawn, "citizen", after.withdraw)
    await post.act(spam, "karl", route.mark_spam)
    await post.act(disowned, "citizen", handle.stop_mail)
    await post.act(erased, "citizen", after.withdraw)
    await post.act(erased, "citizen", protect.ask_erasure, "please")
    await post.act(erased, "karl", protect.decide_erasure, True)

    rows = []
    for number in (withdrawn, spam, disowned, erased):
        rows.append(await arrive(post, a_mail("More", id_=number), await signed_address(post, number)))

    assert [(row.state, row.reason) for row in rows] == [
        ("held", "withdrawn"),
        ("held", "spam"),
        ("held", "disowned"),
        ("held", "erased"),
    ]


async def test_who_writes_without_end_waits_for_a_clerk(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, mails_from_address_per_hour=2)

    rows = [await arrive(post, a_mail(str(n), id_=str(n))) for n in range(3)]

    assert [(row.state, row.reason) for row in rows] == [("letter", ""), ("letter", ""), ("held", "too_many")]


async def test_the_same_delivery_is_taken_once(post):
    first = await store(post, a_mail())
    again = await store(post, a_mail())
    await look(post)
    after_all = await store(post, a_mail())
    await look(post)

    assert (first, again, after_all) == (True, False, False)
    assert len(await received(post)) == await letters(post) == len(list(files_of(post).keys())) == 1


async def test_one_message_to_two_of_our_addresses_becomes_one_thing(post):
    for turned in (False, True):
        number = await post.letter()
        signed = await signed_address(post, number)
        raw = a_mail("More", to=f"{PUBLIC}, {signed}", id_=number)

        for to in (signed, PUBLIC) if turned else (PUBLIC, signed):
            await store(post, raw, to)
        await look(post)

        assert sorted(row.state for row in (await received(post))[-2:]) == ["repeated", "threaded"]
        assert len((await case_of(post, number)).messages) == 2
    assert await letters(post) == 2


async def test_a_letter_that_another_server_sends_once_more_is_one(post):
    for hop in ("one", "two"):
        row = await arrive(post, a_mail("Dark", f"Received: by {hop}"))

    assert row.state == "repeated"
    assert await letters(post) == 1


async def test_an_answer_to_a_restricted_letter_goes_on_it(post):
    number = await post.letter(kind=Kind.REPORT)

    row = await arrive(post, a_mail("More"), await signed_address(post, number))

    assert row.state == "threaded"


async def test_query_codes_and_links_that_are_quoted_are_kept_from_the_staff(post):
    number = await post.letter()
    quoted = f"Code: 7K3M-0Q9T-XW2C-4HDA https://mailbox.example/zh/link/{'a' * 60}?to=answer"

    row = await arrive(post, a_mail(f"Like this? {quoted}\n\n> {quoted}"), await signed_address(post, number))

    text = (await case_of(post, number)).messages[-1].text
    assert text == "Like this? Code: ···· https://mailbox.example/zh/link/…?to=answer"
    assert "7K3M" not in row.text + row.reply_text
    assert "aaaa" not in row.text + row.reply_text

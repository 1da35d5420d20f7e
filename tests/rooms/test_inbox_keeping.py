"""How long what came by mail is kept, who takes it along, and what happens to a message that can't be looked at."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailbox_service.backup import make
from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.demo import by_mail
from mailbox_service.jobs import erase, receive
from mailbox_service.jobs.files import tidy_files
from mailbox_service.mail import pen
from mailbox_service.mail.tables import Received, ReceivedState
from mailbox_service.tickets.life import after, handle, protect, route
from mailbox_service.tickets.tables.words import Kind
from tests.mails.build import file_part, of_parts, text_part
from tests.rooms.arriving import (
    PUBLIC,
    a_mail,
    a_town_with_mail,
    arrive,
    case_of,
    files_of,
    letters,
    look,
    newest,
    received,
    room_of,
    signed_address,
    store,
)
from tests.rooms.post import NOW, PostTown

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
async def post(db: Database, tmp_path: Path) -> PostTown:
    return await a_town_with_mail(db, tmp_path)


def texts_of(row):
    return [row.sender, row.name, row.subject, row.text, row.reply_text, row.envelope_from, row.envelope_to, row.stored]


async def test_mail_goes_with_its_letter_bytes_and_all(post):
    await arrive(post, a_mail("The lamp is dark"))
    number = (await newest(post)).ticket.number
    await arrive(post, a_mail("Still dark", id_="2"), await signed_address(post, number))
    await post.act(number, "citizen", after.withdraw, now=NOW + DAY)
    await post.act(number, "citizen", protect.ask_erasure, "please", now=NOW + DAY)
    await post.act(number, "karl", protect.decide_erasure, True, now=NOW + DAY)

    await erase.erase(post.db, post.settings, now=NOW + 2 * DAY)

    assert [text for row in await received(post) for text in texts_of(row) if text] == []
    assert list(files_of(post).keys()) == []
    assert not await store(post, a_mail("The lamp is dark"))


async def test_what_became_nothing_is_kept_for_its_time_and_what_became_something_stays(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, held_mail_days=30)
    await arrive(post, a_mail("A letter"))
    await arrive(post, a_mail("Held", id_="2"), "info@qinghe.example")
    await arrive(post, a_mail("News", "Precedence: bulk", id_="3"))

    early = await receive.forget(post.db, post.settings, now=NOW + 29 * DAY)
    late = await receive.forget(post.db, post.settings, now=NOW + 31 * DAY)

    assert (early, late) == (0, 2)
    letter, *others = await received(post)
    assert letter.text == "A letter"
    assert [text for row in others for text in texts_of(row) if text] == []
    assert list(files_of(post).keys()) == [letter.stored]


async def test_bytes_that_a_message_names_are_no_waste_and_belong_to_a_backup(post, tmp_path):
    row = await arrive(post, a_mail(), "info@qinghe.example")

    await tidy_files(post.db, post.settings, now=NOW + 900 * DAY)
    made = make.backup(post.settings, tmp_path / "copy", now=NOW, say=lambda _line: None)

    assert list(files_of(post).keys()) == [row.stored]
    assert (made.files, made.rows["received"], made.missing) == (1, 1, [])


async def test_a_message_whose_bytes_are_gone_waits(post):
    await store(post, a_mail())
    files_of(post).remove((await received(post))[0].stored)

    await look(post)

    assert [(row.state, row.reason) for row in await received(post)] == [("held", "gone")]


async def test_what_fails_is_tried_again_later_and_then_waits_for_a_person(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, virus_scanner="/no/such/scanner")
    await store(post, of_parts("mixed", text_part("Dark"), file_part("list.txt", b"lamp 3\n")))

    tries = [await look(post, now=NOW + n * DAY) for n in range(6)]

    assert tries == [1, 1, 1, 1, 1, 0]
    row = (await received(post))[0]
    assert (row.state, row.reason, row.tries, row.text) == ("held", "failed", 5, "Dark")
    assert (await letters(post), list(files_of(post).keys())) == (0, [row.stored])


async def test_a_message_that_kills_its_reader_is_left_for_a_person(post):
    await store(post, a_mail())
    row = (await received(post))[0]
    await post.db.writing(lambda s: setattr(s.get(Received, row.id), "tries", 5))

    await look(post)

    assert [(row.state, row.reason) for row in await received(post)] == [("held", "failed")]


async def test_files_obey_the_rules_of_uploads(db, tmp_path):
    post = await a_town_with_mail(db, tmp_path, upload_max_files=2, upload_max_file_mb=1)
    sent = (("run.exe", b"MZ\x90\x00" * 9), ("big.txt", b"x" * 1_100_000), ("one.txt", b"1"), ("empty.txt", b""),
            ("two.txt", b"2"), ("three.txt", b"3"))  # fmt: skip

    row = await arrive(post, of_parts("mixed", text_part("Dark"), *(file_part(name, data) for name, data in sent)))

    assert [file.name for file in (await newest(post)).attachments] == ["one.txt", "two.txt"]
    assert [(one["file"], one["code"]) for one in row.refused] == [
        ("run.exe", "upload.type"),
        ("big.txt", "upload.large"),
        ("empty.txt", "upload.empty"),
        ("three.txt", "upload.many"),
    ]


async def test_two_clerks_do_not_both_take_a_message(post):
    row = await arrive(post, a_mail(), "info@qinghe.example")
    karl, kim = [await post.db.reading(lambda s, who=who: post.town.actor(s, who)) for who in ("karl", "kim")]

    await pen.take_as_letter(room_of(post), row.id, by=karl, now=NOW)
    with pytest.raises(Refused, match="not_found"):
        await pen.take_as_letter(room_of(post), row.id, by=kim, now=NOW)
    with pytest.raises(Refused, match="conflict"):
        await post.db.writing(lambda s: pen._move(s, row, ReceivedState.PUT_AWAY))

    assert await letters(post) == 1


async def test_a_clerk_puts_a_message_on_a_letter_on_either_database(post):
    number = await post.letter()
    row = await arrive(post, a_mail("More", sender="carl@work.example"), PUBLIC.replace("mayor", "info"))
    karl, dora = [await post.db.reading(lambda s, who=who: post.town.actor(s, who)) for who in ("karl", "dora")]

    with pytest.raises(Refused, match="not_found"):
        await pen.put_on(room_of(post), row.id, number, by=dora, now=NOW)
    await pen.put_on(room_of(post), row.id, number, by=karl, now=NOW)

    case = await case_of(post, number)
    assert case.messages[-1].text == "More"
    assert [(row.state, row.done_by) for row in await received(post)] == [("threaded", karl.person_id)]


async def test_what_belongs_to_a_restricted_letter_is_put_on_none_that_others_read(post):
    number, other = await post.letter(kind=Kind.REPORT), await post.letter()
    row = await arrive(post, a_mail("I know more", subject=f"Re: {number}", sender="eve@example.net"))
    rita, karl = [await post.db.reading(lambda s, who=who: post.town.actor(s, who)) for who in ("rita", "karl")]
    both = rita._replace(roles=rita.roles + karl.roles)

    with pytest.raises(Refused, match=r"mail\.restricted"):
        await pen.put_on(room_of(post), row.id, other, by=both, now=NOW)
    await pen.put_on(room_of(post), row.id, number, by=both, now=NOW)

    assert (await case_of(post, number)).messages[-1].text == "I know more"


async def test_qinghe_gets_mail_of_every_sort_once(post):
    number = await post.letter()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    await post.act(number, "dora", handle.ask, "Which lamp?")

    came = [await by_mail.bring(post.db, post.settings, post.town.book, now=NOW) for _ in range(2)]

    assert came == [5, 0]
    assert [(row.state.value, row.reason) for row in await received(post)] == [
        ("letter", ""),
        ("threaded", ""),
        ("held", "sender"),
        ("held", "not_for_us"),
        ("machine", "auto_reply"),
    ]
    assert (await case_of(post, number)).ticket.status == "in_progress"

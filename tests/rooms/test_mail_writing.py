"""Events become mails: to whom, in which language, and what they never say."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

import pytest

from mailbox_service.base import tokens
from mailbox_service.jobs.notify import notify, tell_nobody
from mailbox_service.mail import links
from mailbox_service.mail.tables import Recipient
from mailbox_service.tickets.life import after, handle, protect, reply, route
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import Kind, Part, Satisfaction
from tests.rooms.post import NOW, a_town, untold

WORDS = ("actor_kind", "status_before", "status_after")


async def test_a_whole_life_is_told_step_by_step_and_each_step_once(db):
    post = await a_town(db, 1)
    number = await post.letter()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    await post.act(number, "dora", handle.ask, "Which street?")
    await post.act(number, "citizen", handle.answer, "The long one")
    await post.act(number, "dora", reply.submit_reply, "It is mended.")
    await asyncio.gather(post.notify(), post.notify())
    await post.act(number, "hugo", reply.approve, 1)
    await post.act(number, "citizen", after.rate, Satisfaction.SATISFIED)

    await asyncio.gather(post.notify(), post.notify())
    mails = await post.mails()

    told = [(mail.notice, mail.to_address.partition("@")[0]) for mail in mails]
    assert sorted(told) == sorted(
        [
            ("receipt", "carl"),
            ("passed_on", "carl"),
            ("assigned", "hugo"),
            ("assigned", "vera"),  # Hugo's deputy
            ("question", "carl"),
            ("citizen_answered", "dora"),
            ("to_approve", "hugo"),
            ("to_approve", "vera"),
            ("answered", "carl"),
            ("approved", "dora"),
            ("closed", "carl"),
        ]
    )
    assert await db.reading(untold) == []


async def test_who_acts_is_told_what_is_true_when_it_is_told(db):
    post = await a_town(db, 1)
    number = await post.answered()

    await post.notify()

    # The reply had gone out before anybody was told that it waits for approval.
    assert await post.mails("to_approve") == []
    assert [mail.person_id for mail in await post.mails("approved")] == [post.town.people["dora"]]
    assert number in (await post.mails("answered"))[0].subject


async def test_the_stored_receipt_holds_neither_code_nor_link(db):
    post = await a_town(db, 1)
    number = await post.letter(name="Carl \ue000code\ue001 <b>")

    await post.notify()
    receipt = (await post.mails("receipt"))[0]
    citizen = await post.citizen(number)
    code = tokens.access_code(post.settings.secret, citizen.ticket_id, 1)

    assert tokens.show_code(code) not in receipt.text + receipt.html
    assert "/link/" not in receipt.text + receipt.html
    assert receipt.text.count(links.CODE) == 1
    assert "&lt;b&gt;" in receipt.html
    assert "A lamp" not in receipt.subject + receipt.text + receipt.html


@pytest.mark.parametrize(("lang", "word"), [("en", "received"), ("zh", "已收到"), ("ja", "受け付け"), ("ko", "접수")])
async def test_the_citizen_reads_their_own_language(db, lang, word):
    post = await a_town(db, 1)
    await post.letter(language=lang)

    await post.notify()
    receipt = (await post.mails("receipt"))[0]

    assert receipt.language == lang
    assert word in receipt.subject


async def test_text_is_shown_only_where_the_city_has_switched_it_on(db):
    quiet = await a_town(db, 1)
    await quiet.answered()
    await quiet.notify()
    silent = (await quiet.mails("answered"))[0]
    await quiet.answered(subject="Another")
    await notify(db, quiet.settings.model_copy(update={"mail_shows_text": True}), quiet.town.book, now=NOW)
    spoken = (await quiet.mails("answered"))[1]

    assert "It is mended." not in silent.text + silent.html
    assert "It is mended." in spoken.text
    assert "It is mended." in spoken.html


async def test_a_restricted_letter_is_a_number_to_the_citizen_and_the_desk_alone_is_told(db):
    post = await a_town(db, 1)
    number = await post.letter("Bribes", kind=Kind.REPORT)
    await post.act(number, "rita", protect.name_party, None, post.town.people["rolf"])
    await post.act(
        number, "sara", protect.name_handler, await db.reading(lambda s: post.town.actor(s, "dora")), Part.OFFICER
    )
    await post.act(number, "sara", route.route, post.town.offices["roads"])

    await post.notify()
    mails = await post.mails()

    staff = {mail.to_address.partition("@")[0] for mail in mails if mail.recipient == Recipient.STAFF}
    assert staff <= {"sara", "dora"}
    assert "sara" in staff
    for mail in mails:
        said = mail.subject + mail.text + mail.html
        assert number in said
        assert not any(word in said for word in ("Bribes", "道路局", "Roads", "Carl", "答复期限", "举报"))


async def test_no_mail_is_written_to_who_stopped_it_or_left_no_address(db):
    post = await a_town(db, 1)
    stopped, nowhere = await post.letter(), await post.letter("C", email="")
    await post.change(stopped, mail_stopped_at=NOW)

    await post.notify()

    assert nowhere
    assert await post.mails() == []
    assert await db.reading(untold) == []


async def test_a_made_up_history_is_told_to_nobody(db):
    post = await a_town(db, 1)
    await post.answered()

    marked = await db.writing(lambda session: tell_nobody(session, NOW))

    assert marked > 3
    assert await post.notify() == 0


async def test_an_event_whose_mails_cannot_be_written_holds_up_nobody(db, caplog):
    post = await a_town(db, 1)
    ticket_id = (await post.citizen(await post.letter())).ticket_id
    await post.notify()
    known: dict[str, Any] = {"ticket_id": ticket_id, "round_no": 1, "at": NOW, "act": "tell_late"}
    broken: dict[str, Any] = {"facts": {"due_on": "a letter's text"}} | dict.fromkeys(WORDS, "received")
    await db.writing(lambda s: s.add(Event(**known, **broken)))
    await post.letter("Another")
    failing: dict[int, datetime] = {}

    for _ in range(2):
        await notify(db, post.settings, post.town.book, now=NOW, failing=failing)

    assert len(await post.mails("receipt")) == 2
    assert await db.reading(untold) == ["tell_late"]
    assert caplog.text.count("could not be written: ValueError") == 1
    assert "a letter's text" not in caplog.text

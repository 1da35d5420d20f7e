"""Nobody's mail is lost because who would read it has gone, and a new round tells whoever it needs."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.city.tables import Person
from mailbox_service.tickets.life import after, handle, overdue, protect, reply, route
from mailbox_service.tickets.tables.words import Kind, Part
from tests.rooms.post import HOUR, NOW, a_town
from tests.rooms.test_mail_staff import HEADS, after_, signed


@pytest.fixture
async def post(db):
    return await a_town(db, 1)


def _sweep(case, *, by, now):
    overdue.sweep(case, now=now)


async def test_what_happens_to_a_letter_whose_handler_has_left_is_told_to_the_heads(post, db):
    number = await signed(post)
    await post.act(number, "dora", handle.ask, "Which street?")
    await db.writing(lambda s: setattr(s.get(Person, post.town.people["dora"]), "left_at", NOW))

    answered = await after_(post, number, "citizen", handle.answer, "The long one")
    reminded = await after_(post, number, "system", _sweep, now=NOW + 3 * 24 * HOUR)

    assert answered == {"citizen_answered": HEADS}
    assert reminded == {"reminder": HEADS}


async def test_a_reply_whose_author_has_left_comes_back_to_the_heads(post, db):
    number = await signed(post)
    await post.act(number, "dora", reply.submit_reply, "It is mended.")
    await db.writing(lambda s: setattr(s.get(Person, post.town.people["dora"]), "left_at", NOW))

    sent_back = await after_(post, number, "vera", reply.send_back, 1, "Which lamp?")

    assert sent_back == {"sent_back": {"hugo"}}  # Vera, who stands in for Hugo, did it


async def test_a_handler_whom_the_desk_has_dismissed_leaves_the_letter_to_the_desk(post, db):
    number = await post.letter(kind=Kind.REPORT)
    dora = await db.reading(lambda s: post.town.actor(s, "dora"))
    await post.act(number, "rita", protect.name_handler, dora, Part.OFFICER)
    await post.act(number, "rita", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    await post.act(number, "rita", protect.dismiss_handler, dora.person_id)

    assert await after_(post, number, "citizen", handle.add, "And another one") == {"citizen_added": {"rita", "rolf"}}


async def test_a_review_by_an_office_that_does_not_read_the_letter_is_told_to_the_translators(post):
    number = await post.letter(language="ja", written_in="ja")
    await post.act(number, "karl", route.route, post.town.offices["foreign"])
    await post.act(number, "finn", handle.sign_for)
    await post.act(number, "finn", reply.submit_reply, "修好了。", "直しました。")
    await post.act(number, "fang", reply.approve, 1)
    await post.act(number, "citizen", after.ask_review, "まだです")

    found = await after_(post, number, "mina", after.decide_review, post.town.offices["parks"])

    assert found == {"assigned": {"paul", "vera"}, "to_translate": {"fang", "finn"}}

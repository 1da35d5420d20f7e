"""Who among the staff is told of what, by their names in the cast."""

from __future__ import annotations

from collections import defaultdict

import pytest

from mailbox_service.city.tables import Person
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets.life import after, handle, overdue, protect, reply, route, together
from mailbox_service.tickets.tables.words import Kind, Part, Satisfaction
from tests.rooms.post import HOUR, NOW, a_town

HEADS = {"hugo", "vera"}  # Vera stands in for Hugo
CLERKS = {"karl", "kim"}


@pytest.fixture
async def post(db):
    return await a_town(db, 1)


async def signed(post, **more):
    number = await post.letter(**more)
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    return number


async def told(post, since=0):
    """Who was told of what by what has happened since the outbox held so many mails."""
    await post.notify()
    found = defaultdict(set)
    for mail in (await post.mails())[since:]:
        if mail.recipient == Recipient.STAFF:
            found[mail.notice].add(mail.to_address.partition("@")[0])
    return dict(found)


async def after_(post, number, who, verb, *arguments, **more):
    """Who is told when this is done to a letter."""
    await post.notify()
    before = len(await post.mails())
    await post.act(number, who, verb, *arguments, **more)
    return await told(post, before)


async def test_what_citizens_do_is_told_to_who_handles_it(post):
    number = await signed(post)
    await post.act(number, "dora", handle.ask, "Which street?")

    assert await after_(post, number, "citizen", handle.answer, "The long one") == {"citizen_answered": {"dora"}}
    assert await after_(post, number, "citizen", handle.add, "And a lamp") == {"citizen_added": {"dora"}}
    assert await after_(post, number, "citizen", handle.stop_mail) == {"disowned": CLERKS}
    assert await after_(post, number, "citizen", after.withdraw) == {"withdrawn": {"dora"}}


async def test_a_return_goes_to_the_clerks_and_its_outcome_to_who_proposed_it(post):
    number = await signed(post)
    parks = post.town.offices["parks"]

    assert await after_(post, number, "dora", route.propose_return, "not ours") == {"returned": CLERKS}
    decided = await after_(post, number, "kim", route.decide_return, parks)

    assert decided == {"assigned": {"paul", "vera"}}  # Parks has no head; Dora's office has lost sight of it


async def test_a_refused_proposal_is_told_to_who_made_it(post):
    number = await signed(post)

    assert await after_(post, number, "dora", handle.propose_extension, "parts") == {"to_decide": {"mina"}}
    refused = await after_(post, number, "mina", handle.decide_extension, False, remark="no")

    assert refused == {"decided": {"dora"}}


async def test_offices_that_help_are_asked_and_the_lead_hears_of_it(post):
    number = await signed(post)
    parks = post.town.offices["parks"]

    asked = await after_(post, number, "dora", together.ask_contribution, parks, "trees?")
    case = await post.db.reading(lambda s: post.town.case(s, number))
    given = await after_(post, number, "paul", together.contribute, case.contributions[0].id, "one tree")

    assert asked == {"contribution_asked": {"paul", "vera"}}
    assert given == {"contribution_given": {"dora"}}


async def test_a_reply_wanders_from_desk_to_desk(post):
    number = await signed(post, kind=Kind.COMPLAINT, language="ja", written_in="ja")

    submitted = await after_(post, number, "dora", reply.submit_reply, "It is mended.")
    sent_back = await after_(post, number, "hugo", reply.send_back, 1, "which one?")
    await post.act(number, "dora", reply.submit_reply, "The lamp is mended.")
    headed = await after_(post, number, "hugo", reply.approve, 2)
    checked = await after_(post, number, "anna", reply.approve, 2)
    sent = await after_(post, number, "finn", reply.translate_reply, 2, "直しました。")

    assert submitted == {"to_approve": HEADS}
    assert sent_back == {"sent_back": {"dora"}}
    assert headed == {"to_approve": {"anna"}}
    assert checked == {"to_translate": {"fang", "finn"}}
    assert sent == {"approved": {"dora"}}


async def test_a_letter_in_another_language_is_told_to_the_translators(post):
    number = await post.letter(language="ja", written_in="ja")

    found = await after_(post, number, "karl", route.route, post.town.offices["roads"])

    assert found == {"assigned": HEADS, "to_translate": {"fang", "finn"}}


async def test_lateness_climbs_from_the_handler_to_the_manager(post):
    number = await signed(post)
    days = 24 * HOUR

    async def on(day):
        return await after_(post, number, "system", _sweep, now=NOW + day * days)

    assert await on(3) == {"reminder": {"dora"}}
    assert await on(7) == {"overdue": HEADS | CLERKS}
    assert await on(8) == {}
    assert await on(14) == {"supervision": HEADS | {"mina"}}


def _sweep(case, *, by, now):
    overdue.sweep(case, now=now)


async def test_danger_is_told_at_once_and_its_end_to_nobody(post):
    number = await signed(post)

    assert await after_(post, number, "dora", handle.set_urgent, True) == {"urgent": CLERKS | HEADS}
    assert await after_(post, number, "dora", handle.set_urgent, False) == {}


async def test_dissatisfaction_and_what_follows(post):
    number = await post.answered()
    dissatisfied = Satisfaction.DISSATISFIED

    rated = await after_(post, number, "citizen", after.rate, dissatisfied, reason="still dark")
    asked = await after_(post, number, "citizen", after.ask_reopening, "still dark")
    agreed = await after_(post, number, "mina", after.decide_reopening, True)

    assert rated == {"dissatisfied": HEADS}
    assert asked == {"to_decide": {"mina"}}
    assert agreed == {"assigned": {"dora"}}


async def test_a_letter_handed_over_is_told_to_who_gets_it(post):
    number = await signed(post)
    hugo = await post.db.reading(lambda s: post.town.actor(s, "hugo"))

    assert await after_(post, number, "dora", handle.hand_over, hugo) == {"handed_over": {"hugo"}}


async def test_what_a_clerk_proposes_is_told_to_the_others(post):
    answered, new = await post.answered(), await post.letter("B")
    await post.act(answered, "citizen", after.rate, Satisfaction.SATISFIED)

    assert await after_(post, new, "karl", route.propose_decline, "no", "the court") == {"to_decide": {"kim"}}
    assert await after_(post, answered, "citizen", protect.ask_erasure, "please") == {"to_decide": CLERKS}


async def test_managers_who_lift_a_restriction_are_told_the_number_alone(post):
    number = await post.letter("Bribes", kind=Kind.REPORT)
    dora = await post.db.reading(lambda s: post.town.actor(s, "dora"))

    arrived = await told(post)
    named = await after_(post, number, "rita", protect.name_handler, dora, Part.OFFICER)
    asked = await after_(post, number, "rita", protect.propose_unrestrict, "no bribes")

    assert arrived == {"arrived": {"rita", "rolf"}}
    assert named == {"named": {"dora"}}
    assert asked == {"to_decide": {"rolf", "mina"}}
    mails: list[Mail] = await post.mails()
    assert not any("Bribes" in mail.text + mail.subject for mail in mails)


async def test_who_has_left_is_told_nothing(post, db):
    number = await signed(post)
    await db.writing(lambda s: setattr(s.get(Person, post.town.people["dora"]), "left_at", NOW))

    assert await after_(post, number, "citizen", handle.add, "And a lamp") == {"citizen_added": HEADS}

"""From a door to a verb and back into the database, on both."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.life import after, arrive, handle, protect, reply, route, together
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import Kind, Satisfaction, Status
from tests.cast import (
    DORA,
    FANG,
    HANNA,
    HARBOUR,
    HOUR,
    KAI,
    KIM,
    MINA,
    NOW,
    PARKS,
    PAUL,
    ROADS,
    RUTH,
    a_letter,
    a_ticket,
    carl,
    restricted,
    then,
)
from tests.rooms.finding import matching
from tests.rooms.sweeping import statements
from tests.settled import a_book, settle, store


class Town:
    """A settled city behind its doors, an hour passing with every act."""

    def __init__(self, db):
        self.db, self.book, self.now = db, a_book(), NOW

    async def arrived(self, by=None, once=None, **facts):
        given = {"kind": Kind.ENQUIRY, "subject": "A lamp", "text": "Dark", "language": "zh", "name": "Carl"}
        letter = arrive.Letter(**(given | facts))
        return await self.db.writing(lambda s: work.arrived(s, self.book, letter, once_key=once, by=by, now=self.now))

    async def act(self, case, by, verb, *arguments, **more):
        self.now += HOUR
        return await self.db.writing(
            lambda s: work.act(s, self.book, case.ticket.number, by, verb, *arguments, now=self.now, **more)
        )

    async def loaded(self, case, by=SYSTEM):
        return await self.db.reading(lambda s: cases.case(s, self.book.open(s), case.ticket.number, by))

    async def events(self, case):
        wanted = select(Event.act).where(Event.ticket_id == case.ticket.id).order_by(Event.id)
        return await self.db.reading(lambda s: list(s.exec(wanted)))

    async def found(self, words):
        return await self.db.reading(lambda s: matching(s, words, visible=visible_to(SYSTEM)).ids)


@pytest.fixture
async def town(db):
    await db.writing(settle)
    return Town(db)


async def test_a_letter_goes_its_whole_way(town):
    case = await town.arrived(language="ja", written_in="ja")
    await town.act(case, KAI, route.route, ROADS, kind=Kind.HELP)
    await town.act(case, KAI, route.name_co_handling, {PARKS: "Whose?"})
    await town.act(case, DORA, handle.sign_for)
    await town.act(case, DORA, handle.ask, "Which lamp?")
    await town.act(case, carl(case), handle.answer, "The third")
    owed = (await town.loaded(case)).contributions[0]
    await town.act(case, PAUL, together.contribute, owed.id, "Ours")
    await town.act(case, DORA, handle.propose_extension, "A part")
    await town.act(case, MINA, handle.decide_extension, True)
    await town.act(case, DORA, reply.submit_reply, "We mend it.")
    await town.act(case, HANNA, reply.approve, 1)
    await town.act(case, FANG, reply.translate_reply, 1, "直します")
    await town.act(case, carl(case), after.rate, Satisfaction.DISSATISFIED, reason="Dark")
    await town.act(case, carl(case), after.ask_reopening, "Dark still")
    await town.act(case, MINA, after.decide_reopening, True)

    stored = await town.loaded(case)
    assert (stored.ticket.status, stored.ticket.round_no, len(stored.rounds)) == (Status.IN_PROGRESS, 2, 2)
    assert [a.share for a in stored.assignments] == ["lead", "co", "lead"]
    assert stored.sent.text == "We mend it."
    assert stored.translations[-1].text == "直します"
    assert stored.ticket.version == 15
    assert (await town.events(case))[-3:] == ["rate", "ask_reopening", "decide_reopening"]


async def test_the_words_it_is_found_by_change_with_the_letter(town):
    case = await town.arrived()
    assert await town.found("lamp dark") == [case.ticket.id]
    assert await town.found("tree") == []

    await town.act(case, carl(case), handle.add, "It fell on a tree")
    assert await town.found("tree") == [case.ticket.id]

    await town.act(case, carl(case), after.withdraw)
    await town.act(case, carl(case), protect.ask_erasure, "Please")
    await town.act(case, KAI, protect.decide_erasure, True)
    assert await town.found("tree") == await town.found("lamp") == []


async def test_numbers_rise_and_a_letter_sent_twice_comes_once(town):
    first = await town.arrived(once="a")
    second = await town.arrived(by=KAI)

    assert first.ticket.number < second.ticket.number
    with pytest.raises(Refused, match="conflict"):
        await town.arrived(once="a")


async def test_the_second_of_two_writers_is_told(town):
    case = await town.arrived()
    seen = (await town.loaded(case)).ticket.version
    await town.act(case, KAI, handle.set_urgent, True, seen_version=seen)

    with pytest.raises(Refused, match="stale"):
        await town.act(case, KIM, route.route, ROADS, seen_version=seen)
    await town.act(case, carl(case), handle.add, "More")
    assert (await town.loaded(case)).ticket.version == seen + 2


async def test_of_two_at_once_one_is_first(town):
    case = await town.arrived()
    await town.act(case, KAI, route.route, ROADS)

    async def sign():
        try:
            await town.act(case, DORA, handle.sign_for)
        except Refused as refusal:
            return refusal.code
        return "done"

    done = await asyncio.gather(sign(), sign(), sign())

    assert done.count("done") == 1
    assert set(done) <= {"done", "conflict", "not_now"}
    assert (await town.events(case)).count("sign_for") == 1


async def test_a_new_lead_is_stored_after_the_old_one_has_ended(town):
    case = await town.arrived()
    await town.act(case, KAI, route.route, ROADS)
    await town.act(case, KAI, route.name_co_handling, {PARKS: "Whose?"})

    await town.act(case, KAI, route.route, PARKS)

    stored = await town.loaded(case)
    assert [(a.department_id, a.end) for a in stored.assignments] == [
        (ROADS, "rerouted"),
        (PARKS, "rerouted"),
        (PARKS, None),
    ]
    assert stored.ticket.lead_department_id == PARKS


async def test_a_campaign_is_loaded_in_as_many_statements_as_two_letters(town):
    lead = await town.arrived()
    await town.act(lead, KAI, route.route, ROADS)

    async def merged(count):
        for _ in range(count):
            child = await town.arrived(text="Dark, too")
            town.now += HOUR
            numbers = child.ticket.number, lead.ticket.number
            await town.db.writing(lambda s, n=numbers: work.merge_into(s, town.book, *n, KAI, now=town.now))

        def load(session):
            whole = partial(cases.case, city=town.book.open(session), number=lead.ticket.number, viewer=SYSTEM)
            return whole(session), statements(session, whole)

        found, said = await town.db.writing(load)
        return found, len(said)

    _, few = await merged(2)
    found, many = await merged(6)

    assert many == few
    assert [(len(child.rounds), child.citizen.name, child.letter.text) for child in found.children] == [
        (1, "Carl", "Dark, too")
    ] * 8
    assert found.rounds[0].ticket_id == lead.ticket.id


async def test_merging_stores_both_and_answers_both(town):
    lead, child = await town.arrived(), await town.arrived(text="Dark, too", language="ja")
    await town.act(lead, KAI, route.route, ROADS)
    town.now += HOUR
    await town.db.writing(
        lambda s: work.merge_into(s, town.book, child.ticket.number, lead.ticket.number, KAI, now=town.now)
    )
    assert (await town.loaded(child)).ticket.status == Status.MERGED
    await town.act(lead, DORA, reply.submit_reply, "We mend it.")
    await town.act(lead, HANNA, reply.approve, 1)
    await town.act(lead, FANG, reply.translate_reply, 1, "直します")

    stored = await town.loaded(child)

    assert (stored.ticket.status, stored.sent.text) == (Status.ANSWERED, "We mend it.")
    assert stored.translations[0].text == "直します"
    assert stored.lead.department_id == ROADS
    assert (await town.loaded(lead)).children[0].ticket.id == child.ticket.id
    assert (await town.events(child))[-1] == "answer_merged"


async def test_splitting_stores_both(town):
    case = await town.arrived()
    town.now += HOUR
    second = await town.db.writing(
        lambda s: work.split_off(
            s, town.book, case.ticket.number, KAI, subject="A tree", text="It fell", kind=Kind.HELP, now=town.now
        )
    )

    stored = await town.loaded(second)
    assert (stored.ticket.subject, stored.letter.text, stored.citizen.name) == ("A tree", "It fell", "Carl")
    assert stored.ticket.linked_from_id == case.ticket.id
    assert (await town.events(case)) == ["submit", "split"]


async def test_a_manager_reaches_a_restricted_letter_only_to_decide(town):
    case = restricted(a_letter())
    await town.db.writing(lambda s: store(s, case))
    with pytest.raises(Refused, match="not_found"):
        await town.act(case, MINA, protect.decide_unrestrict, True)
    town.now = then(case)
    await town.act(case, RUTH, protect.propose_unrestrict, "Nobody named")
    with pytest.raises(Refused, match="not_found"):
        await town.loaded(case, MINA)
    with pytest.raises(Refused, match="not_found"):
        await town.act(case, MINA, handle.set_urgent, True)

    await town.act(case, MINA, protect.decide_unrestrict, True)

    stored = await town.loaded(case, MINA)
    assert not stored.ticket.restricted
    assert stored.parties[0].department_id == HARBOUR


@pytest.mark.parametrize("status", [s for s in Status if s != Status.MERGED])
async def test_a_letter_in_any_status_is_stored_and_loaded_whole(town, status):
    case = a_ticket(status, co=True, language="ja", needs_approver=True)

    await town.db.writing(lambda s: store(s, case))

    stored = await town.loaded(case)
    assert stored.ticket.status == status
    for name in ("rounds", "assignments", "messages", "replies", "approvals", "translations", "proposals", "ratings"):
        assert [row.model_dump() for row in getattr(stored, name)] == [r.model_dump() for r in getattr(case, name)], (
            name
        )
    assert (await town.events(case)) == [event.act for event in case.events]

"""What a citizen sees of a letter, and does with it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import select

from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import ACTS
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables import Citizen as Writer
from mailbox_service.tickets.tables import Event, Message, Proposal, Rating, Ticket
from mailbox_service.tickets.tables.words import Part, Status
from tests import cast
from tests.doors.public.conftest import words_of


async def answered(citizen, text="The lamp was repaired."):
    page = await citizen.opened(language="zh")
    number = page.rpartition("/")[2]
    roads = citizen.town.offices["roads"]
    await citizen.life(
        number,
        ("karl", route.route, roads),
        ("dora", reply.submit_reply, text),
        ("hugo", reply.approve, 1),
    )
    return page


async def asked(citizen):
    page = await citizen.opened(language="zh")
    roads = citizen.town.offices["roads"]
    steps = (("karl", route.route, roads), ("dora", handle.ask, "Which side of the street?"))
    await citizen.life(page.rpartition("/")[2], *steps)
    return page


def status(citizen):
    with citizen.rows() as session:
        return session.exec(select(Ticket.status)).one()


async def test_the_page_says_where_the_letter_is_until_when_and_what_happened(citizen):
    page = await citizen.opened(language="zh")
    await citizen.life(page.rpartition("/")[2], ("karl", route.route, citizen.town.offices["roads"]))

    seen = words_of(await citizen.get(page))

    assert "Roads Bureau" in seen
    assert "You will have our reply by" in seen
    assert seen.index("You sent the letter") < seen.index("Passed on to Roads Bureau")


async def test_the_page_takes_at_most_six_statements(citizen):
    page = await answered(citizen)
    await citizen.get(page)
    statements = []
    engine: Any = citizen.site.db._engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    await citizen.get(page)

    asked_for = [statement for statement in statements if statement.startswith("SELECT")]
    assert 0 < len(asked_for) <= 6


async def test_nothing_of_the_page_is_kept_by_a_cache(citizen):
    answer = await citizen.get(await citizen.opened())

    assert answer.headers["cache-control"] == "no-store"


async def test_a_question_is_answered_and_the_clock_runs_on(citizen):
    page = await asked(citizen)

    assert "Which side of the street?" in words_of(await citizen.get(page))
    empty = await citizen.send(f"{page}/answer", text="  ")
    sent = await citizen.send(f"{page}/answer", text="The north side.")

    assert empty.status_code == 422
    assert sent.headers["location"] == f"{page}?done=answer"
    assert status(citizen) == Status.IN_PROGRESS
    assert "The north side." in words_of(await citizen.get(page))


async def test_something_added_twice_by_a_double_click_is_there_once(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/add", text="It is lamp number 7.")

    answers = [await citizen.web.post(f"{page}/add", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    with citizen.rows() as session:
        assert list(session.exec(select(Message.text))).count("It is lamp number 7.") == 1


async def test_withdrawing_asks_first_and_happens_once(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/withdraw")
    assert status(citizen) == Status.RECEIVED

    answers = [await citizen.web.post(f"{page}/withdraw", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert status(citizen) == Status.WITHDRAWN
    assert "Your letter is withdrawn." in words_of(await citizen.get(answers[0].headers["location"]))


async def test_a_satisfied_rating_closes_the_letter(citizen):
    page = await answered(citizen)
    assert "The lamp was repaired." in words_of(await citizen.get(page))

    form = await citizen.fill(f"{page}/rate", satisfaction="satisfied", solved="yes", text="")
    answers = [await citizen.web.post(f"{page}/rate", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert status(citizen) == Status.CLOSED
    with citizen.rows() as session:
        rating = session.exec(select(Rating)).one()
    assert (rating.satisfaction, rating.solved) == ("satisfied", True)


async def test_dissatisfaction_takes_a_reason_and_leaves_the_way_open(citizen):
    page = await answered(citizen)

    nothing = await citizen.send(f"{page}/rate", text="")
    without = await citizen.send(f"{page}/rate", satisfaction="dissatisfied", text="")
    with_reason = await citizen.send(f"{page}/rate", satisfaction="dissatisfied", text="It is dark again.")

    assert [nothing.status_code, without.status_code, with_reason.status_code] == [422, 422, 303]
    assert status(citizen) == Status.ANSWERED
    assert "Ask the office to handle it again" in words_of(await citizen.get(page))


@pytest.mark.parametrize(("name", "kind"), [("reopen", "reopen"), ("review", "review")])
async def test_a_remedy_is_asked_for_once_with_a_reason(citizen, name, kind):
    page = await answered(citizen)

    empty = await citizen.send(f"{page}/{name}", text="")
    sent = await citizen.send(f"{page}/{name}", text="It is dark again.")
    after = await citizen.get(f"{page}/{name}")

    assert (empty.status_code, sent.status_code) == (422, 303)
    with citizen.rows() as session:
        assert [(p.kind, p.reason) for p in session.exec(select(Proposal))] == [(kind, "It is dark again.")]
    assert "<textarea" not in after.text
    assert "not decided yet" in words_of(after)


async def test_contact_is_corrected(citizen):
    page = await citizen.opened()

    wrong = await citizen.send(f"{page}/contact", name="Carl", email="nowhere", phone="")
    right = await citizen.send(f"{page}/contact", name="Carla", email="carla@example.org", phone="")

    assert (wrong.status_code, right.status_code) == (422, 303)
    with citizen.rows() as session:
        writer = session.exec(select(Writer)).one()
    assert (writer.name, writer.email) == ("Carla", "carla@example.org")


async def test_erasure_is_asked_for_when_the_letter_has_ended(citizen):
    page = await citizen.opened()
    early = await citizen.get(f"{page}/erase")
    await citizen.send(f"{page}/withdraw")

    answer = await citizen.send(f"{page}/erase", text="It was a mistake.")

    assert "<form id" not in early.text
    assert answer.status_code == 303
    with citizen.rows() as session:
        assert "ask_erasure" in set(session.exec(select(Event.act)))


async def test_a_letter_can_be_closed_to_all_but_the_restricted_desk(citizen):
    page = await citizen.opened()

    answer = await citizen.send(f"{page}/restrict")

    assert answer.status_code == 303
    with citizen.rows() as session:
        assert session.exec(select(Ticket.restricted)).one() is True


async def test_consent_to_publish_can_be_taken_back(citizen):
    page = await citizen.opened(consent="yes")

    answer = await citizen.send(f"{page}/unpublish")

    assert answer.status_code == 303
    with citizen.rows() as session:
        assert session.exec(select(Ticket.publication_consent)).one() is False
    assert "Take back the consent" not in words_of(await citizen.get(page))


async def test_what_was_typed_is_shown_when_the_letter_was_closed_meanwhile(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/add", text="A long addition.")
    await citizen.get("/en/leave")

    answer = await citizen.web.post(f"{page}/add", data=form)

    assert answer.status_code == 403
    assert "A long addition." in answer.text


async def test_an_act_page_keeps_what_was_typed_through_a_switch(citizen):
    page = await citizen.opened()
    form = await citizen.fill(f"{page}/add", text="half a thought", switch="lang:ja")

    led = await citizen.web.post(f"{page}/add", data=form)
    there = await citizen.web.post(led.headers["location"], data=form)

    assert led.status_code == 307
    assert "half a thought" in there.text
    assert citizen.count(Message) == 1


@pytest.mark.parametrize("status", list(Status))
def test_the_acts_offered_are_those_the_rules_allow(status):
    case = cast.a_ticket(status)
    pending = frozenset(p.kind for p in case.proposals if p.outcome is None)

    offered = letters.acts_open(case.ticket.status, pending)

    of_citizens = {act for act, rule in ACTS.items() if Part.CITIZEN in rule.by}
    assert offered == {act for act in of_citizens if rights.may(act, case, cast.carl(case))}

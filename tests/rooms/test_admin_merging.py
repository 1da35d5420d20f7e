"""An office is merged into another: its letters, figures, people and wording follow."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, lists, wording
from mailbox_service.city.tables import Department, Policy, RoleName, RoutingRule, Topic
from mailbox_service.city.wording import Canned
from mailbox_service.tickets.find import offices as letters
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.life import after, handle, protect, reply, route, together
from mailbox_service.tickets.statistics import Rate, read
from mailbox_service.tickets.statistics.figures import Figure
from mailbox_service.tickets.statistics.period import Period
from mailbox_service.tickets.statistics.slices import Dimension, Slice
from mailbox_service.tickets.tables import Event, Ticket
from mailbox_service.tickets.tables.words import Kind, Satisfaction, Status
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NOW, merge, second_administrator
from tests.rooms.counted import count_at_once


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        yield session, town


def test_open_letters_go_over_with_their_clock_in_every_status(city):
    session, town = city
    numbers = {}
    for status, acts in {
        Status.ASSIGNED: [],
        Status.IN_PROGRESS: [("dora", handle.sign_for)],
        Status.AWAITING_CITIZEN: [("dora", handle.sign_for), ("dora", handle.ask, "Which lamp?")],
        Status.IN_REVIEW: [("dora", reply.submit_reply, "Mended.")],
    }.items():
        number = town.letter(session, f"about {status.value}")
        town.act(session, number, "karl", route.route, town.offices["roads"])
        for who, verb, *arguments in acts:
            town.act(session, number, who, verb, *arguments)
        numbers[status] = (number, town.case(session, number).lead.due_on)

    merge(session, town)

    for status, (number, due) in numbers.items():
        case = town.case(session, number)
        assert (case.ticket.status, case.lead.department_id) == (status, town.offices["parks"])
        assert (case.lead.due_on, case.ticket.lead_department_id) == (due, town.offices["parks"])
    assert letters.count_open(session, town.offices["roads"]) == 0
    told = session.exec(select(Event).where(Event.act == "follow_office")).all()
    assert {event.facts["former"] for event in told} == {town.offices["roads"]}


def test_the_successors_people_go_on_and_see_what_had_ended(city):
    session, town = city
    done, running = town.letter(session, "done"), town.letter(session, "running")
    for number in (done, running):
        town.act(session, number, "karl", route.route, town.offices["roads"])
    town.act(session, done, "dora", reply.submit_reply, "Mended.")
    town.act(session, done, "hugo", reply.approve, 1)

    merge(session, town)

    town.act(session, running, "paul", handle.sign_for, now=NOW)
    assert town.case(session, running).ticket.status == Status.IN_PROGRESS
    paul = town.actor(session, "paul")
    assert session.exec(select(Ticket.number).where(Ticket.number == done, visible_to(paul))).all() == [done]
    town.act(session, done, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="still dark", now=NOW)
    town.act(session, done, "citizen", after.ask_reopening, "still dark", now=NOW)
    town.act(session, done, "mina", after.decide_reopening, True, now=NOW)
    assert town.case(session, done).lead.department_id == town.offices["parks"]


def test_a_part_beside_the_lead_and_a_question_go_over_too(city):
    session, town = city
    roads, parks, foreign = (town.offices[code] for code in ("roads", "parks", "foreign"))
    asked, own, beside = (town.letter(session, name) for name in ("asked", "own question", "beside"))
    town.act(session, asked, "karl", route.route, foreign)
    town.act(session, asked, "finn", together.ask_contribution, roads, "Whose lamp?")
    town.act(session, own, "karl", route.route, parks)
    town.act(session, own, "paul", together.ask_contribution, roads, "Whose lamp?")
    town.act(session, beside, "karl", route.route, roads)
    town.act(session, beside, "dora", together.ask_contribution, parks, "Whose tree?")

    merge(session, town)

    case = town.case(session, asked)
    assert [c.department_id for c in case.contributions] == [parks]
    assert [a.department_id for a in case.co_handling] == [parks]
    assert town.case(session, own).contributions[0].waived_at == NOW
    case = town.case(session, beside)
    assert (case.lead.department_id, case.lead.signed_at is not None) == (parks, True)
    assert case.co_handling == []


def test_open_translations_go_over_and_so_does_the_language(city):
    session, town = city
    number = town.letter(session, "in Japanese", language="ja", written_in="ja")
    town.act(session, number, "karl", route.route, town.offices["roads"])

    merge(session, town, "foreign", "parks")

    assert {t.department_id for t in town.case(session, number).translations} == {town.offices["parks"]}
    assert session.get(Department, town.offices["parks"]).translates == ["en", "ja", "ko"]
    town.act(
        session, town.letter(session, "another", language="ja"), "karl", route.route, town.offices["roads"], now=NOW
    )


def test_a_restricted_letter_about_the_successor_never_reaches_it(city):
    session, town = city
    number = town.letter(session, "a report", kind=Kind.REPORT)
    town.act(session, number, "rita", route.route, town.offices["roads"])
    town.act(session, number, "rita", protect.name_party, town.offices["parks"])

    merge(session, town)

    case = town.case(session, number)
    assert case.ticket.lead_department_id == town.offices["roads"]
    paul = town.actor(session, "paul")
    assert town.offices["roads"] in paul.departments(RoleName.OFFICER)
    with pytest.raises(Refused, match="not_found"):
        town.act(session, number, "paul", handle.sign_for, now=NOW)


def test_topics_rules_and_canned_replies_go_to_the_successor(city):
    session, town = city
    ada, roads, parks = town.people["ada"], town.offices["roads"], town.offices["parks"]
    canned = wording.add(session, Canned("Lamps", {"en": "Soon."}, department_id=roads), by=ada, now=NOW)
    rule = RoutingRule(name="r", position=1, is_live=True, department_id=roads, co_department_ids=[parks], added_at=NOW)
    session.add(rule)
    session.flush()

    merge(session, town)

    session.expire_all()
    assert session.get(Topic, town.topics["streets"]).department_id == parks
    assert session.get(type(canned), canned.id).department_id == parks
    assert (session.get(RoutingRule, rule.id).department_id, session.get(RoutingRule, rule.id).co_department_ids) == (
        parks,
        [],
    )


def test_the_people_of_a_merged_office_get_the_same_role_there_once_confirmed(city):
    session, town = city
    second_administrator(session, town)

    merge(session, town)

    assert find.roles_of(session, town.people["dora"], NOW.date()) == []
    waiting = {(held.person_id, held.role, held.department_id) for held in lists.waiting_roles(session)}
    assert (town.people["dora"], RoleName.OFFICER, town.offices["parks"]) in waiting
    assert (town.people["hugo"], RoleName.HEAD, town.offices["parks"]) in waiting


def test_one_administrator_alone_moves_them_at_once(city):
    session, town = city

    given = merge(session, town)

    assert {held.person_id for held in given} == {town.people["dora"], town.people["hugo"]}
    parks = town.offices["parks"]
    assert (RoleName.OFFICER, parks, None) in find.roles_of(session, town.people["dora"], NOW.date())


def test_figures_follow_the_successor(city):
    session, town = city

    def march(day):
        return datetime(2026, 3, day, 3, tzinfo=UTC)

    for office, who in (("roads", "dora"), ("parks", "paul")):
        number = town.letter(session, office, now=march(2), kind=Kind.PRAISE)
        session.get(Policy, "praise").approvals = "none"
        session.flush()
        town.book.forget()
        town.act(session, number, "karl", route.route, town.offices[office], now=march(2))
        town.act(session, number, who, reply.submit_reply, "Thanks.", now=march(4))

    merge(session, town)

    count_at_once(session, town.book, march(31).date())
    for period in (Period.of_month(march(1).date()), Period(march(2).date(), march(30).date())):
        found = read.read(session, period, by=Dimension.OFFICE)
        narrowed = read.read(session, period, Slice(office=town.offices["parks"]))
        assert {office: each.of(Figure.OFFICE_ON_TIME) for office, each in found.rows.items()} == {
            town.offices["parks"]: Rate(2, 2)
        }
        assert narrowed.total.of(Figure.OFFICE_ON_TIME) == Rate(2, 2)


def test_offices_merged_in_a_ring_end_the_search():
    assert find.successors({1: 2, 2: 1}, 1) == [2, 1]
    assert find.successors({}, 1) == []


def test_a_letter_stays_what_it_was_promised_when_the_policy_changes(city):
    session, town = city
    number = town.letter(session, "before the change")
    session.get(Policy, "enquiry").reply_days = 2
    session.flush()
    town.book.forget()

    town.act(session, number, "karl", route.route, town.offices["roads"], kind=Kind.ENQUIRY)

    ticket = session.exec(select(Ticket).where(Ticket.number == number)).one()
    assert ticket.due_on.isoformat() == "2026-03-09"

"""Rules of routing in the database: changed by administrators only, in their order, and asked when a letter arrives."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.city import lists, rules
from mailbox_service.city.rules import Rule
from mailbox_service.city.tables import Department
from mailbox_service.desk.tables import Tag
from mailbox_service.tickets import routing
from mailbox_service.tickets.find import routing as earlier
from mailbox_service.tickets.life import protect, route
from mailbox_service.tickets.tables.words import Status
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NOW, logged, merge


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        yield session, town


def added(session, town, name="Lamps", **says):
    made = rules.add(session, Rule(name, **{"is_live": True} | says), by=town.people["ada"], now=NOW)
    town.book.forget()
    return made


def test_a_letter_that_arrives_is_passed_on_by_the_first_rule_that_fits(city):
    session, town = city
    parks, roads = town.offices["parks"], town.offices["roads"]
    added(session, town, words=["Trees"], department_id=parks, by_itself=True)
    added(session, town, department_id=roads)

    tree = town.letter(session, "A tree fell")
    lamp = town.letter(session, "A lamp is dark")

    assert town.case(session, tree).ticket.lead_department_id == parks
    assert town.case(session, tree).ticket.status == Status.ASSIGNED
    case = town.case(session, lamp)
    assert (case.ticket.status, case.lead) == (Status.RECEIVED, None)
    assert [one.department_id for one in routing.suggestions(case, [])][:1] == [roads]


def test_the_rules_tag_is_on_the_letter_and_no_person_has_put_it_there(city):
    session, town = city
    added(session, town, words=["lamp"], tag=" Street  LAMPS ")

    lamp, tree = town.letter(session, "A lamp is dark"), town.letter(session, "A tree fell")

    tags = [(tag.ticket_id, tag.word, tag.person_id) for tag in session.exec(select(Tag))]
    assert tags == [(town.case(session, lamp).ticket.id, "street lamps", None)]
    assert town.case(session, tree).lead is None


def test_rules_are_moved_switched_off_and_deleted(city):
    session, town = city
    ada = town.people["ada"]
    one, two, three = (added(session, town, name) for name in "abc")

    rules.move(session, three.id, -1, 1, by=ada, now=NOW)
    rules.move(session, one.id, -1, one.version, by=ada, now=NOW)
    rules.switch(session, one.id, False, one.version, by=ada, now=NOW)
    rules.delete(session, two.id, lists.rules(session)[2].version, by=ada, now=NOW)

    assert [(rule.name, rule.is_live) for rule in lists.rules(session)] == [("a", False), ("c", True)]
    assert [rule.name for rule in lists.live_rules(session)] == ["c"]
    assert len(logged(session, "rule.deleted")) == 1
    with pytest.raises(Refused, match="not_found"):
        rules.there(session, two.id)


@pytest.mark.parametrize(
    ("says", "refusal"),
    [
        ({"name": " "}, "rule.name"),
        ({"name": "n" * 101}, "rule.name"),
        ({"words": ["…"]}, "rule.words"),
        ({"words": ["w" * 61]}, "rule.words"),
        ({"words": [f"w{n}" for n in range(51)]}, "rule.words"),
        ({"tag": "t" * 41}, r"tag\.too_long"),
        ({"department_id": 1}, "rule.office"),
        ({"co_department_ids": [1]}, "rule.office"),
    ],
)
def test_a_rule_that_can_not_be_is_refused(city, says, refusal):
    session, town = city
    row = added(session, town)

    with pytest.raises(Refused, match=refusal):
        rules.add(session, replace(Rule("x"), **says), by=town.people["ada"], now=NOW)
    with pytest.raises(Refused, match=refusal):
        rules.change(session, row.id, replace(Rule("x"), **says), 1, by=town.people["ada"], now=NOW)


def test_only_an_administrator_changes_rules_and_only_the_newest_version(city):
    session, town = city
    row = added(session, town)

    with pytest.raises(Refused, match="not_yours"):
        rules.add(session, Rule("x"), by=town.people["mina"], now=NOW)
    with pytest.raises(Refused, match="not_yours"):
        rules.delete(session, row.id, 1, by=town.people["karl"], now=NOW)
    rules.change(session, row.id, Rule("New"), 1, by=town.people["ada"], now=NOW)
    for stale in (
        lambda: rules.change(session, row.id, Rule("Old"), 1, by=town.people["ada"], now=NOW),
        lambda: rules.move(session, row.id, 1, 1, by=town.people["ada"], now=NOW),
        lambda: rules.switch(session, row.id, True, 1, by=town.people["ada"], now=NOW),
    ):
        with pytest.raises(Refused, match="conflict"):
            stale()
    assert row.name == "New"


def test_a_rule_follows_a_merged_office_and_cannot_be_switched_on_for_a_closed_one(city):
    session, town = city
    roads, parks = town.offices["roads"], town.offices["parks"]
    row = added(session, town, department_id=roads, co_department_ids=[parks])

    merge(session, town)

    session.refresh(row)
    assert (row.department_id, row.co_department_ids, row.is_live) == (parks, [], True)
    row.department_id = roads
    session.flush()
    assert session.get(Department, roads).closed_at is not None
    with pytest.raises(Refused, match=r"rule\.office"):
        rules.switch(session, row.id, True, row.version, by=town.people["ada"], now=NOW)


def test_restricted_letters_and_spam_are_not_tried_on_and_teach_nothing(city):
    session, town = city
    roads, topic = town.offices["roads"], town.topics["trees"]
    plain, closed, spam = (town.letter(session, "A tree", topic_id=topic) for _ in range(3))
    for number in (plain, closed):
        town.act(session, number, "karl", route.route, roads)
    town.act(session, closed, "karl", protect.restrict)
    town.act(session, spam, "karl", route.mark_spam)
    session.flush()

    assert [letter.lead_id for letter in earlier.last_letters(session)] == [roads]
    assert earlier.went(session, topic) == [(roads, 1)]
    assert earlier.went(session, None) == []

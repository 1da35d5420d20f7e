"""Which rule fits a letter, what it does on arrival, and what the clerk is offered."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.city.tables import RoutingRule, Topic
from mailbox_service.tickets import routing
from mailbox_service.tickets.actor import SYSTEM
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.routing import Asked, Why
from mailbox_service.tickets.tables.words import Kind, Status
from tests.cast import HARBOUR, NOW, ROADS, a_city, a_letter

PARKS = 999  # no office of the city
BUSES, TRANSPORT = 22, 11
TOPICS = {
    TRANSPORT: Topic(id=TRANSPORT, code="transport", name={}, position=0, department_id=HARBOUR),
    BUSES: Topic(id=BUSES, code="transport.buses", name={}, position=0, parent_id=TRANSPORT),
}


def a_rule(**says):
    return RoutingRule(**{"id": 1, "name": "Lamps", "position": 1, "is_live": True, "added_at": NOW} | says)


def asked(**says):
    return Asked(**{"kind": "enquiry", "topic_id": None, "language": "en", "channel": "web", "text": ""} | says)


def a_ruled_city(*rules):
    return a_city(rules=rules, topics=TOPICS)


@pytest.mark.parametrize(
    ("words", "text", "fits"),
    [
        (["路灯"], "我家门口的路灯坏了。", True),
        (["路灯"], "道路上的灯坏了。", False),
        (["ＢＵＳ停"], "あのbus停は暗い。", True),
        (["버스"], "버스가 오지 않습니다.", True),
        (["lamp"], "Two LAMPS are dark", True),
        (["lamp"], "The clamp is loose", False),
        (["broken lamp"], "broken lamps everywhere", True),
        (["broken lamp"], "a lamp is broken", False),
        (["tree", "bus"], "The buses are late", True),
        (["…"], "What … now", False),
    ],
)
def test_a_word_is_found_in_its_forms_and_han_as_they_stand(words, text, fits):
    assert routing.has_one(words, text) is fits


@pytest.mark.parametrize(
    ("says", "fits"),
    [
        ({}, True),
        ({"kinds": ["enquiry", "help"]}, True),
        ({"kinds": ["help"]}, False),
        ({"languages": ["ja"]}, False),
        ({"channels": ["mail"]}, False),
        ({"topic_ids": [BUSES]}, True),
        ({"topic_ids": [TRANSPORT]}, True),
        ({"topic_ids": [TRANSPORT + 1]}, False),
        ({"languages": ["en"], "words": ["bus"]}, True),
        ({"languages": ["en"], "words": ["tree"]}, False),
    ],
)
def test_all_that_a_rule_names_must_be_so(says, fits):
    letter = asked(topic_id=BUSES, text="The bus is late")

    assert routing.fits(a_rule(**says), letter, a_ruled_city()) is fits


def test_the_first_rule_that_fits_wins():
    one, two = a_rule(words=["lamp"]), a_rule(id=2, position=2)

    assert routing.first(a_ruled_city(one, two), asked(text="A lamp")) is one
    assert routing.first(a_ruled_city(one, two), asked(text="A tree")) is two
    assert routing.first(a_ruled_city(one), asked(text="A tree")) is None


def test_a_rule_without_an_office_names_the_areas_usual_one():
    assert routing.office_of(a_rule(), asked(topic_id=BUSES), a_ruled_city()) == HARBOUR
    assert routing.office_of(a_rule(), asked(), a_ruled_city()) is None
    assert routing.office_of(a_rule(department_id=PARKS), asked(), a_ruled_city()) is None


def test_a_rule_passes_a_letter_on_by_itself_and_involves_others():
    rule = a_rule(department_id=ROADS, co_department_ids=[HARBOUR, ROADS], by_itself=True, urgent=True)
    case = a_letter(city=a_ruled_city(rule))

    routing.apply(case, now=NOW)

    assert (case.ticket.status, case.lead.department_id, case.ticket.urgent) == (Status.ASSIGNED, ROADS, True)
    assert [one.department_id for one in case.co_handling] == [HARBOUR]
    assert {event.actor_kind for event in case.events[1:]} == {SYSTEM.kind}


def test_a_rule_that_only_proposes_leaves_the_letter_to_the_clerk():
    case = a_letter(city=a_ruled_city(a_rule(department_id=ROADS, needs_approver=True)))

    routing.apply(case, now=NOW)

    assert (case.ticket.status, case.lead, case.ticket.needs_approver) == (Status.RECEIVED, None, True)


def test_a_rule_puts_its_tag_on_a_letter_whether_it_passes_it_on_or_not():
    for by_itself in (False, True):
        case = a_letter(city=a_ruled_city(a_rule(department_id=ROADS, by_itself=by_itself, tag="lamps")))

        tag = routing.apply(case, now=NOW)

        assert tag == "lamps"
        assert [event.actor_kind for event in case.events if event.act == Act.TAG] == [SYSTEM.kind]


def test_no_rule_is_asked_about_a_restricted_letter():
    rule = a_rule(department_id=ROADS, by_itself=True, urgent=True, tag="lamps")
    case = a_letter(Kind.REPORT, city=a_ruled_city(rule))

    tag = routing.apply(case, now=NOW)

    assert (case.lead, case.ticket.urgent, tag) == (None, False, "")
    assert Act.TAG not in {event.act for event in case.events}
    assert routing.suggestions(case, []) == []


def test_the_clerk_is_offered_the_rules_office_the_usual_one_and_where_others_went():
    case = a_letter(city=a_ruled_city(a_rule(department_id=ROADS)), topic_id=BUSES)

    offered = routing.suggestions(case, [(HARBOUR, 3), (PARKS, 1)])

    assert [(one.department_id, one.why, one.rule, one.share) for one in offered] == [
        (ROADS, Why.RULE, "Lamps", 0),
        (HARBOUR, Why.TOPIC, "", 75),
    ]


def test_trying_a_rule_only_counts():
    above, rule = a_rule(words=["bus"]), a_rule(id=2, position=2, kinds=["enquiry"], department_id=ROADS)
    letters = [
        asked(text="bus", lead_id=HARBOUR),
        asked(text="tree", lead_id=ROADS),
        asked(text="tree"),
        asked(kind="help"),
    ]

    assert routing.tried(rule, letters, a_ruled_city(above, rule)) == routing.Tried(4, 3, 1, 1)

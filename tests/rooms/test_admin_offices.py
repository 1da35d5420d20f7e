"""Offices renamed, merged and closed: letters and figures follow, history keeps the name of its day."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, offices
from mailbox_service.city.offices import Setup
from mailbox_service.city.tables import Department, FormerName, Topic
from mailbox_service.tickets.find import offices as letters
from mailbox_service.tickets.find.city import read
from mailbox_service.tickets.life import route
from tests.databases import rows
from tests.doors.staff.town import ZONE, found
from tests.rooms.admins import NAMES, NOW, logged

SETUP = Setup(NAMES, phone="12345", masters=["zh"])


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        yield session, town


def test_an_office_is_added_and_named_in_every_language(city):
    session, town = city

    added = offices.add(session, "water", SETUP, by=town.people["ada"], now=NOW)

    assert find.offices(session)[-1].id == added.id
    assert logged(session, "office.added")[0]["name"] == NAMES


@pytest.mark.parametrize(
    ("code", "setup", "refusal"),
    [
        ("Water", SETUP, "office.code"),
        ("w" * 41, SETUP, "office.code"),
        ("roads", SETUP, "office.taken"),
        ("water", replace(SETUP, name={"en": "Water"}), "office.name"),
        ("water", replace(SETUP, phone="1" * 41), "office.phone"),
        ("water", replace(SETUP, position=-1), "position"),
    ],
)
def test_an_office_that_can_not_be_added_is_refused(city, code, setup, refusal):
    session, town = city

    with pytest.raises(Refused, match=refusal):
        offices.add(session, code, setup, by=town.people["ada"], now=NOW)


@pytest.mark.parametrize("who", ["karl", "mina", "otto"])
def test_only_administrators_change_offices(city, who):
    session, town = city
    by = town.people[who]

    with pytest.raises(Refused, match="not_yours"):
        offices.add(session, "water", SETUP, by=by, now=NOW)
    with pytest.raises(Refused, match="not_yours"):
        offices.change(session, town.offices["roads"], SETUP, 1, by=by, now=NOW)
    with pytest.raises(Refused, match="not_yours"):
        offices.close(session, town.offices["roads"], None, 1, open_letters=0, by=by, now=NOW)


def test_history_keeps_the_name_of_its_day(city):
    session, town = city
    roads = town.offices["roads"]

    offices.change(session, roads, SETUP, 1, by=town.people["ada"], now=NOW)
    known = read(session, ZONE, "zh")

    assert known.name_at(roads, NOW - timedelta(days=1))["en"] == "Roads Bureau"
    assert known.name_at(roads, NOW)["en"] == "Water Bureau"
    assert known.name_at(1, NOW) == {}
    assert session.exec(select(FormerName)).one().name["zh"] == "道路局"
    assert logged(session, "office.changed")[0]["name"][0]["en"] == "Roads Bureau"
    with pytest.raises(Refused, match="conflict"):
        offices.change(session, roads, SETUP, 1, by=town.people["ada"], now=NOW)


def test_other_changes_leave_no_former_name(city):
    session, town = city
    office = session.get(Department, town.offices["roads"])

    offices.change(session, office.id, Setup(dict(office.name), shares_by_load=True), 1, by=town.people["ada"], now=NOW)

    assert session.exec(select(FormerName)).all() == []
    assert logged(session, "office.changed") == [{"shares_by_load": [False, True]}]


def test_an_office_with_open_letters_is_not_closed_without_a_successor(city):
    session, town = city
    number = town.letter(session)
    roads = town.offices["roads"]
    town.act(session, number, "karl", route.route, roads)

    left = letters.count_open(session, roads)

    with pytest.raises(Refused, match=re.escape("office.open_letters")):
        offices.close(session, roads, None, 1, open_letters=left, by=town.people["ada"], now=NOW)


@pytest.mark.parametrize("into", ["roads", None])
def test_an_office_is_not_merged_into_itself_or_nowhere(city, into):
    session, town = city
    successor = town.offices[into] if into else 1

    with pytest.raises(Refused, match=re.escape("office.successor")):
        offices.close(session, town.offices["roads"], successor, 1, open_letters=0, by=town.people["ada"], now=NOW)


def test_a_closed_office_is_neither_changed_nor_closed_again(city):
    session, town = city
    roads = town.offices["roads"]
    offices.close(session, roads, None, 1, open_letters=0, by=town.people["ada"], now=NOW)

    with pytest.raises(Refused, match=re.escape("office.closed")):
        offices.change(session, roads, SETUP, 2, by=town.people["ada"], now=NOW)
    with pytest.raises(Refused, match=re.escape("office.closed")):
        offices.close(session, roads, None, 2, open_letters=0, by=town.people["ada"], now=NOW)
    assert find.roles_of(session, town.people["dora"], NOW.date()) == []
    assert session.get(Topic, town.topics["streets"]).department_id is None

"""A letter that comes to an office which shares by load goes to whoever has the fewest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mailbox_service.city.tables import Department, Deputy
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables.words import Kind
from tests.databases import rows
from tests.doors.staff.town import found

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)


@pytest.fixture
def session(database_url):
    with rows(database_url) as session:
        yield session


@pytest.fixture
def town(session):
    town = found(session)
    session.get(Department, town.offices["parks"]).shares_by_load = True
    session.flush()
    return town


def sent(session, town, n=0, **more):
    number = town.letter(session, f"A tree {n}", **more)
    at = NOW + timedelta(minutes=n)
    case = town.act(session, number, "rita" if more else "karl", route.route, town.offices["parks"], now=at)
    return case, {id_: name for name, id_ in town.people.items()}.get(case.ticket.handler_id)


def test_letters_go_in_turn_to_who_has_the_fewest(session, town):
    who = [sent(session, town, n)[1] for n in range(5)]

    assert sorted(who[:2]) == ["paul", "vera"]
    assert who[2:4] == who[:2]


def test_who_has_signed_for_more_gets_fewer(session, town):
    first, _ = sent(session, town)
    town.act(session, first.ticket.number, "paul", handle.sign_for, now=NOW + timedelta(hours=1))

    assert {sent(session, town, n)[1] for n in (1, 3)} == {"paul", "vera"}


def test_not_to_who_is_away_or_was_recused(session, town):
    def away(who):
        days = (date(2026, 3, 1), date(2026, 3, 9))
        return Deputy(person_id=town.people[who], deputy_id=town.people["dora"], from_on=days[0], until_on=days[1])

    session.add(away("paul"))

    case, who = sent(session, town)
    assert who == "vera"
    assert [str(event.act) for event in case.events] == ["route", "share"]

    session.add(away("vera"))
    assert sent(session, town, 1)[1] is None


def test_not_at_another_office_and_not_a_restricted_letter(session, town):
    number = town.letter(session, "A lamp")
    case = town.act(session, number, "karl", route.route, town.offices["roads"], now=NOW)

    assert case.ticket.handler_id is None
    assert sent(session, town, kind=Kind.REPORT)[1] is None

"""What an office was to translate and nobody waits for any more keeps it neither busy nor open."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest

from mailbox_service.city import offices
from mailbox_service.city.tables import Department
from mailbox_service.tickets.find import offices as letters
from mailbox_service.tickets.life import after, handle, reply, route
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NOW, version_of


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        yield session, town


def routed(city, **more):
    session, town = city
    number = town.letter(session, language="ja", written_in="ja", **more)
    town.act(session, number, "karl", route.route, town.offices["roads"])
    return number


def test_a_letter_that_was_taken_back_untranslated_is_no_work_for_its_translators(city):
    session, town = city
    foreign, number = town.offices["foreign"], routed(city)
    assert letters.count_open(session, foreign) == 1

    town.act(session, number, "citizen", after.withdraw)
    left = letters.count_open(session, foreign)
    seen = version_of(session, Department, foreign)
    offices.close(session, foreign, None, seen, open_letters=left, by=town.people["ada"], now=NOW)

    assert left == 0
    assert session.get_one(Department, foreign).closed_at is not None


def test_a_reply_that_waits_for_its_translation_is(city):
    session, town = city
    number = routed(city)
    town.act(session, number, "dora", handle.sign_for)
    town.act(session, number, "dora", reply.submit_reply, "修好了。")
    town.act(session, number, "hugo", reply.approve, 1)
    assert letters.count_open(session, town.offices["foreign"]) == 1

    town.act(session, number, "finn", reply.translate_reply, 1, "直しました。")

    assert letters.count_open(session, town.offices["foreign"]) == 0

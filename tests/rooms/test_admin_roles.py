"""Roles are given by one administrator and count when a second has confirmed them; people come and go."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import asyncio
import re
from functools import partial

import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import find, lists, roles, staffing
from mailbox_service.city.staffing import Known
from mailbox_service.city.tables import HeldRole, Person, RoleName
from mailbox_service.mail import role_given
from mailbox_service.mail.tables import Mail
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NOW, logged, one_more, second_administrator, version_of
from tests.rooms.post import settings_for

TODAY = NOW.date()


@pytest.fixture
def city(database_url):
    with rows(database_url) as session:
        town = found(session)
        one_more(session, town)
        yield session, town


def names_of_roles(session, person_id):
    return {role for role, _, _ in find.roles_of(session, person_id, TODAY)}


def test_a_role_counts_only_when_a_second_administrator_has_confirmed_it(city):
    session, town = city
    ada, nina = town.people["ada"], town.people["nina"]
    abel = second_administrator(session, town)

    held = roles.give(session, nina, RoleName.OFFICER, town.offices["roads"], by=ada, now=NOW)

    assert names_of_roles(session, nina) == set()
    assert nina not in {person.id for person in find.people_in(session, town.offices["roads"])}
    assert [waiting.id for waiting in lists.waiting_roles(session)] == [held.id]

    roles.confirm(session, held.id, by=abel, now=NOW)

    assert names_of_roles(session, nina) == {RoleName.OFFICER}
    assert nina in {person.id for person in find.people_in(session, town.offices["roads"])}
    assert lists.waiting_roles(session) == []
    assert logged(session, "role.confirmed")[0]["held_role"] == held.id


async def test_of_two_administrators_who_end_each_others_role_one_stays(db):
    def peopled(session):
        town = found(session)
        both = town.people["ada"], second_administrator(session, town)
        return both, {who: lists.open_role(session, who, RoleName.ADMINISTRATOR, None).id for who in both}

    (ada, abel), held = await db.writing(peopled)
    ends = (db.writing(partial(roles.end, held_id=held[of], by=by, now=NOW)) for of, by in ((ada, abel), (abel, ada)))

    done = await asyncio.gather(*ends, return_exceptions=True)

    assert [one.code for one in done if isinstance(one, Refused)] == ["not_yours"]
    assert len(await db.reading(lists.administrators)) == 1


def test_nobody_confirms_what_they_gave_or_get(city):
    session, town = city
    ada, abel = town.people["ada"], second_administrator(session, town)
    ann = second_administrator(session, town, "ann")

    held = roles.give(session, abel, RoleName.AUDITOR, None, by=ada, now=NOW)

    for nobody in (ada, abel):
        with pytest.raises(Refused, match="two_people"):
            roles.confirm(session, held.id, by=nobody, now=NOW)
    roles.confirm(session, held.id, by=ann, now=NOW)
    with pytest.raises(Refused, match=re.escape("role.decided")):
        roles.confirm(session, held.id, by=ann, now=NOW)


def test_the_other_of_two_administrators_asks_for_their_role_themselves(city):
    session, town = city
    ada, abel = town.people["ada"], second_administrator(session, town)

    with pytest.raises(Refused, match=re.escape("role.nobody_confirms")):
        roles.give(session, abel, RoleName.AUDITOR, None, by=ada, now=NOW)
    held = roles.give(session, abel, RoleName.AUDITOR, None, by=abel, now=NOW)
    roles.confirm(session, held.id, by=ada, now=NOW)

    assert RoleName.AUDITOR in names_of_roles(session, abel)


def test_where_there_is_one_administrator_it_counts_at_once_and_the_auditors_are_told(city, tmp_path):
    session, town = city
    ada, nina = town.people["ada"], town.people["nina"]

    held = roles.give(session, nina, RoleName.CLERK, town.offices["general"], by=ada, now=NOW)
    told = role_given.tell(session, settings_for(25, data_dir=tmp_path), [held], now=NOW)
    session.flush()

    assert names_of_roles(session, nina) == {RoleName.CLERK}
    mail = session.exec(select(Mail)).one()
    assert (told, mail.to_address, mail.notice) == (1, "otto@qinghe.example", "role_given")
    assert "Nina" in mail.text
    assert "Ada" in mail.text
    assert logged(session, "role.given")[-1]["counts"] is True


@pytest.mark.parametrize(
    ("who", "role", "office", "code"),
    [
        ("nina", RoleName.OFFICER, None, "role.no_office"),
        ("nina", RoleName.MANAGER, "roads", "role.whole_city"),
        ("dora", RoleName.OFFICER, "roads", "role.held"),
        ("otto", RoleName.AUDITOR, None, "role.held"),
        ("ada", RoleName.CLERK, None, "role.own"),
        ("nobody", RoleName.CLERK, None, "not_found"),
    ],
)
def test_what_can_not_be_given_is_refused(city, who, role, office, code):
    session, town = city
    department = town.offices[office] if office else None

    with pytest.raises(Refused, match=code):
        roles.give(session, town.people.get(who, 1), role, department, by=town.people["ada"], now=NOW)


def test_a_role_in_a_closed_office_is_refused(city):
    session, town = city

    with pytest.raises(Refused, match=re.escape("role.office")):
        roles.give(session, town.people["nina"], RoleName.HEAD, 1, by=town.people["ada"], now=NOW)


@pytest.mark.parametrize("who", ["karl", "dora", "mina", "rita", "otto", "nina"])
def test_only_administrators_give_confirm_and_end(city, who):
    session, town = city
    second_administrator(session, town)
    held = roles.give(session, town.people["nina"], RoleName.AUDITOR, None, by=town.people["ada"], now=NOW)
    by = town.people[who]

    with pytest.raises(Refused, match="not_yours"):
        roles.give(session, town.people["nina"], RoleName.CLERK, None, by=by, now=NOW)
    with pytest.raises(Refused, match="not_yours"):
        roles.confirm(session, held.id, by=by, now=NOW)
    with pytest.raises(Refused, match="not_yours"):
        roles.end(session, held.id, by=by, now=NOW)


def test_who_is_only_going_to_be_an_administrator_confirms_nothing(city):
    session, town = city
    second_administrator(session, town)
    nina = town.people["nina"]
    roles.give(session, nina, RoleName.ADMINISTRATOR, None, by=town.people["ada"], now=NOW)
    held = roles.give(session, town.people["dora"], RoleName.CLERK, None, by=town.people["ada"], now=NOW)

    with pytest.raises(Refused, match="not_yours"):
        roles.confirm(session, held.id, by=nina, now=NOW)


def test_a_role_ends_at_once_and_once(city):
    session, town = city
    held = lists.open_roles_of(session, town.people["dora"])[0]

    roles.end(session, held.id, by=town.people["ada"], now=NOW)

    assert names_of_roles(session, town.people["dora"]) == set()
    with pytest.raises(Refused, match=re.escape("role.ended")):
        roles.end(session, held.id, by=town.people["ada"], now=NOW)


def test_the_last_administrator_stays_one(city):
    session, town = city
    held = lists.open_roles_of(session, town.people["ada"])[0]

    with pytest.raises(Refused, match=re.escape("role.last_administrator")):
        roles.end(session, held.id, by=town.people["ada"], now=NOW)


def test_somebody_is_added_without_a_role_and_without_a_password(city):
    session, town = city

    added = staffing.add(session, Known(" New  Person ", "New@Qinghe.Example ", "ko"), by=town.people["ada"], now=NOW)

    assert (added.name, added.email, added.language) == ("New Person", "new@qinghe.example", "ko")
    assert (added.password_hash, names_of_roles(session, added.id)) == ("", set())


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (Known(" ", "a@b.example", "en"), "person.name"),
        (Known("x" * 101, "a@b.example", "en"), "person.name"),
        (Known("A", "nobody", "en"), "person.email"),
        (Known("A", "a b@c.example", "en"), "person.email"),
        (Known("A", "a@b.example\r\nBcc: x@y.example", "en"), "person.email"),
        (Known("A", "dora@qinghe.example", "en"), "person.taken"),
    ],
)
def test_who_can_not_be_added_is_refused(city, known, code):
    session, town = city

    with pytest.raises(Refused, match=code):
        staffing.add(session, known, by=town.people["ada"], now=NOW)


def test_a_correction_says_what_it_was_and_a_new_address_ends_the_sessions(city):
    session, town = city
    ada, dora = town.people["ada"], town.people["dora"]
    session.add(StaffSession(token="t", person_id=dora, csrf="c", created_at=NOW, seen_at=NOW, expires_at=NOW))
    session.flush()

    staffing.correct(session, dora, Known("Dora Li", "dora@qinghe.example", "zh"), 1, by=ada, now=NOW)
    assert session.exec(select(StaffSession)).all()
    staffing.correct(session, dora, Known("Dora Li", "li@qinghe.example", "zh"), 2, by=ada, now=NOW)

    assert session.exec(select(StaffSession)).all() == []
    first, second = logged(session, "person.changed")
    assert first == {"name": ["Dora", "Dora Li"]}
    assert second == {"email": ["dora@qinghe.example", "li@qinghe.example"]}


def test_a_stale_version_is_refused(city):
    session, town = city
    known = Known("Dora Li", "dora@qinghe.example", "zh")
    staffing.correct(session, town.people["dora"], known, 1, by=town.people["ada"], now=NOW)

    with pytest.raises(Refused, match="conflict"):
        staffing.correct(
            session, town.people["dora"], Known("X", "x@y.example", "zh"), 1, by=town.people["ada"], now=NOW
        )


def test_who_leaves_loses_roles_and_sessions_and_comes_back_without_them(city):
    session, town = city
    ada, dora = town.people["ada"], town.people["dora"]
    session.add(StaffSession(token="t", person_id=dora, csrf="c", created_at=NOW, seen_at=NOW, expires_at=NOW))

    staffing.leave(session, dora, 1, by=ada, now=NOW)

    assert find.person_by_email(session, "dora@qinghe.example") is None
    assert (names_of_roles(session, dora), session.exec(select(StaffSession)).all()) == (set(), [])
    with pytest.raises(Refused, match=re.escape("person.left")):
        staffing.leave(session, dora, 2, by=ada, now=NOW)
    with pytest.raises(Refused, match="not_found"):
        roles.give(session, dora, RoleName.CLERK, None, by=ada, now=NOW)

    staffing.come_back(session, dora, version_of(session, Person, dora), by=ada, now=NOW)

    back = find.person_by_email(session, "dora@qinghe.example")
    assert back is not None
    assert (back.password_hash, names_of_roles(session, dora)) == ("", set())
    with pytest.raises(Refused, match=re.escape("person.not_left")):
        staffing.come_back(session, dora, 3, by=ada, now=NOW)


def test_nobody_says_of_themselves_that_they_have_left(city):
    session, town = city
    second_administrator(session, town)

    with pytest.raises(Refused, match=re.escape("person.self")):
        staffing.leave(session, town.people["ada"], 1, by=town.people["ada"], now=NOW)


def test_the_operators_role_counts_at_once(city):
    session, town = city

    abel = second_administrator(session, town)

    assert session.exec(select(HeldRole.confirmed_at).where(HeldRole.person_id == abel)).one() == NOW
    assert abel in lists.administrators(session)

"""Links, second factors and sessions in the database."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from mailbox_service.base.refusals import Refused
from mailbox_service.city import access, second_factor
from mailbox_service.city.tables import LinkPurpose, Person, RecoveryCode
from tests.databases import rows
from tests.doors.staff.town import found
from tests.rooms.admins import NOW
from tests.rooms.post import settings_for


@pytest.fixture
def city(database_url, tmp_path):
    with rows(database_url) as session:
        town = found(session)
        yield session, town.people, settings_for(25, database_url=database_url, data_dir=tmp_path)


def code(settings, session, person_id, at):
    factor = second_factor.of(session, person_id)
    secret = second_factor.app_secret(settings.secret, person_id, factor.generation)
    return pyotp.TOTP(secret).generate_otp(second_factor.step_of(at))


def turned_on(settings, session, person_id):
    second_factor.begin(session, person_id, now=NOW)
    return second_factor.confirm(session, settings.secret, person_id, code(settings, session, person_id, NOW), now=NOW)


def test_the_apps_code_is_the_one_of_rfc_6238(city):
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the RFC's own, "12345678901234567890"
    at = NOW.fromtimestamp(1111111109, NOW.tzinfo)

    assert second_factor.fitting_step(secret, "081804", at) == 37037036
    assert second_factor.fitting_step(secret, " 081 804 ", at + timedelta(seconds=30)) == 37037036
    assert second_factor.fitting_step(secret, "081804", at + timedelta(seconds=90)) is None
    assert second_factor.fitting_step(secret, "", at) is None


def test_a_used_step_and_every_earlier_one_are_over(city):
    session, people, settings = city
    dora = people["dora"]
    turned_on(settings, session, dora)

    with pytest.raises(Refused, match=r"second\.wrong"):
        second_factor.use(session, settings.secret, dora, code(settings, session, dora, NOW), now=NOW)
    later = NOW + timedelta(seconds=30)
    earlier = code(settings, session, dora, NOW)
    second_factor.use(session, settings.secret, dora, code(settings, session, dora, later), now=later)
    with pytest.raises(Refused, match=r"second\.wrong"):
        second_factor.use(session, settings.secret, dora, earlier, now=later)


def test_what_is_on_is_not_begun_again_and_a_removed_one_has_another_secret(city):
    session, people, settings = city
    dora = people["dora"]
    turned_on(settings, session, dora)
    old = code(settings, session, dora, NOW)

    with pytest.raises(Refused) as on:
        second_factor.begin(session, dora, now=NOW)
    second_factor.remove(session, settings.model_copy(update={"second_factor_for": ()}), dora, now=NOW)
    session.expire_all()
    second_factor.begin(session, dora, now=NOW)

    assert on.value.code == "second.on"
    assert session.exec(select(RecoveryCode).where(RecoveryCode.person_id == dora)).all() == []
    assert code(settings, session, dora, NOW) != old


def test_only_hashes_of_recovery_codes_are_kept(city):
    session, people, settings = city

    codes = turned_on(settings, session, people["dora"])

    kept = session.exec(select(RecoveryCode.hash)).all()
    assert len(kept) == len(set(codes)) == 10
    assert not {one.replace("-", "") for one in codes} & set(kept)


def test_who_must_have_one_is_said_by_roles(city):
    session, people, settings = city
    admins_only = settings.model_copy(update={"second_factor_for": ("administrator",)})

    assert second_factor.must(session, admins_only, people["ada"])
    assert not second_factor.must(session, admins_only, people["dora"])
    assert not second_factor.must(session, settings.model_copy(update={"second_factor_for": ()}), people["ada"])


def test_only_an_administrator_invites_resets_or_signs_out(city):
    session, people, settings = city
    dora, karl = people["dora"], people["karl"]

    for act in (
        lambda: access.invite(session, settings.secret, karl, by=dora, now=NOW),
        lambda: access.end_sessions_of(session, karl, by=dora, now=NOW),
        lambda: second_factor.reset(session, karl, by=dora, now=NOW),
    ):
        with pytest.raises(Refused, match="not_yours"):
            act()


def test_a_link_is_nobodys_after_its_time_and_after_the_person_has_left(city):
    session, people, settings = city
    link = access.make_link(session, settings.secret, people["karl"], LinkPurpose.RESET, now=NOW)
    token = access.link_token(settings.secret, link.id)

    assert access.behind(session, token, NOW)[1].id == people["karl"]
    with pytest.raises(Refused, match=r"link\.over"):
        access.behind(session, token, link.expires_at)
    session.get(Person, people["karl"]).left_at = NOW
    session.flush()
    with pytest.raises(Refused, match=r"link\.over"):
        access.behind(session, token, NOW)

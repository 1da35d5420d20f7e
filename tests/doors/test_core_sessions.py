"""Staff sessions: found by the cookie's hash alone, new at each sign-in, over when they should be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlmodel import Session, select

from mailbox_service.app import open_site
from mailbox_service.base import clock, tokens
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.web import csrf, sessions
from mailbox_service.web.site import Visit
from tests.databases import rows
from tests.doors.staff.town import found


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Any:
    """The open house, with the cast in it, and a way to make visits to it."""
    with rows(database_url) as session:
        town = found(session)
    site = open_site(Settings(database_url=database_url, data_dir=tmp_path, secret=SecretStr("s" * 40)))

    class App:
        class state:  # noqa: N801
            pass

    App.state.site = site  # type: ignore[attr-defined]

    def visit(cookie: str = "", **headers: str) -> Visit:
        pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        if cookie:
            pairs.append((b"cookie", f"staff={cookie}".encode()))
        scope: Any = {"type": "http", "method": "GET", "path": "/staff", "query_string": b"", "headers": pairs}
        scope |= {"state": {}, "app": App, "litestar_app": App, "client": ("127.0.0.1", 1), "path_params": {}}
        return Visit(scope)

    return site, town, visit


async def sign_in(house: Any, visit: Visit, who: str = "dora") -> str:
    site, town, _ = house
    now = clock.now()
    token: str = await site.db.writing(lambda s: sessions.begin(s, visit, town.people[who], now))
    sessions.remember(visit, token)
    return token


async def test_a_session_knows_who_it_is_and_only_a_hash_is_kept(house):
    site, town, visit = house

    token = await sign_in(house, visit())
    who = await sessions.open_session(here := visit(token))

    assert who is not None
    assert who.person_id == town.people["dora"]
    assert who.name
    assert csrf.fits(here, csrf.token(here))
    assert csrf.token(here) != csrf.token(here)  # masked anew, so a packed page tells nothing
    with rows(site.db.url) as session:
        assert session.exec(select(StaffSession.token)).one() == tokens.hashed(token)
    await site.db.close()


async def test_no_cookie_and_a_made_up_one_are_nobody(house):
    site, _, visit = house

    assert await sessions.open_session(visit()) is None
    assert await sessions.open_session(visit("made-up")) is None
    await site.db.close()


async def test_signing_in_again_ends_the_session_the_browser_had(house):
    site, _, visit = house
    first = await sign_in(house, visit())

    second = await sign_in(house, visit(first))

    assert first != second
    assert await sessions.open_session(visit(first)) is None
    assert await sessions.open_session(visit(second)) is not None
    await site.db.close()


@pytest.mark.parametrize("column", ["expires_at", "seen_at"])
async def test_a_session_ends_with_its_time_and_with_idleness(house, column):
    site, _, visit = house
    token = await sign_in(house, visit())
    with rows(site.db.url) as session:
        row = session.exec(select(StaffSession)).one()
        setattr(row, column, datetime.now(UTC) - timedelta(hours=2))

    assert await sessions.open_session(visit(token)) is None
    await site.db.close()


async def test_use_keeps_a_session_awake(house):
    site, _, visit = house
    token = await sign_in(house, visit())
    with rows(site.db.url) as session:
        session.exec(select(StaffSession)).one().seen_at = datetime.now(UTC) - timedelta(minutes=30)

    await sessions.open_session(visit(token))

    with rows(site.db.url) as session:
        assert datetime.now(UTC) - session.exec(select(StaffSession.seen_at)).one() < timedelta(minutes=1)
    await site.db.close()


async def test_signing_out_here_and_everywhere(house):
    site, town, visit = house
    here, there = await sign_in(house, visit()), await sign_in(house, visit())

    assert await site.db.writing(lambda s: sessions.end(s, here)) == 1
    assert await sessions.open_session(visit(here)) is None
    assert await sessions.open_session(visit(there)) is not None
    assert await site.db.writing(lambda s: sessions.end_all(s, town.people["dora"])) == 1
    assert await sessions.open_session(visit(there)) is None
    await site.db.close()


async def test_a_form_of_staff_carries_the_secret_of_their_session(house):
    site, _, visit = house
    mine, theirs = await sign_in(house, visit()), await sign_in(house, visit(), "paul")
    await sessions.open_session(here := visit(mine))
    await sessions.open_session(other := visit(theirs))

    assert csrf.fits(here, csrf.token(here))
    assert not csrf.fits(here, csrf.token(other))
    assert not csrf.fits(here, csrf.token(visit()))
    await site.db.close()


async def test_whoever_has_left_is_nobody(house):
    site, town, visit = house
    token = await sign_in(house, visit())

    def leave(session: Session) -> None:
        from mailbox_service.city.tables import Person

        person = session.get(Person, town.people["dora"])
        assert person is not None
        person.left_at = clock.now()

    await site.db.writing(leave)

    assert await sessions.open_session(visit(token)) is None
    await site.db.close()

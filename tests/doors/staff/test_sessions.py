"""Where one is signed in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import select

from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.web.staff.sessions import device
from tests.databases import rows
from tests.doors.staff.getting_in import DORA, acts, person_id, sessions
from tests.doors.staff.house import words_of

PATH = "/staff/account/sessions"


def ids(house, email):
    who = person_id(house, email)
    with rows(house.url) as session:
        return sorted(session.exec(select(StaffSession.id).where(StaffSession.person_id == who)))


async def test_ones_sessions_are_listed_and_one_is_ended(house):
    old, dora = await house.member("dora"), await house.member("dora")

    page = await dora.get(PATH)
    await dora.done(PATH, act=f"end:{ids(house, DORA)[0]}")

    assert "This one" in words_of(page)
    assert page.text.count('value="end:') == 1
    assert (await old.get("/staff")).status_code == 303
    assert (await dora.get(PATH)).status_code == 200
    assert "sessions.ended" in acts(house)


async def test_all_others_are_ended_at_once(house):
    for _ in range(2):
        await house.member("dora")
    karl, dora = await house.member("karl"), await house.member("dora")

    await dora.done(PATH, act="others")

    assert sessions(house, DORA) == 1
    assert (await dora.get(PATH)).status_code == 200
    assert (await karl.get("/staff")).status_code == 200


@pytest.mark.parametrize("act", ["end:{other}", "end:1", "end:", "end:x", ""])
async def test_nobody_ends_another_persons_session(house, act):
    karl, dora = await house.member("karl"), await house.member("dora")
    other = ids(house, "karl@qinghe.example")[0]

    answer = await dora.send(PATH, act=act.format(other=other))

    assert answer.status_code == 404
    assert (await karl.get("/staff")).status_code == 200


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 MicroMessenger/8.0", "WeChat on Android"),
        ("curl/8", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_named_in_plain_words(agent, said):
    assert device(agent, "en") == said

"""Who is at a letter: told only to who may see it, believed for a minute, gone when they leave."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.desk.tables import Presence
from mailbox_service.jobs import tidy
from mailbox_service.tickets.life import route
from tests.doors.staff.house import words_of
from tests.doors.staff.token import token_of
from tests.doors.staff.town import CAST

SEES = {"karl", "kim", "mina", "dora", "hugo", "vera"}


async def with_roads(house):
    return await house.letter("A lamp", ("karl", route.route, house.town.offices["roads"]))


async def here(member, number, **more):
    token = await token_of(member)
    return await member.web.post(f"/staff/tickets/{number}/presence", data={"csrf": token, **more})


async def test_colleagues_see_each_other_and_not_themselves(house):
    number = await with_roads(house)
    dora, karl = await house.member("dora"), await house.member("karl")
    alone = await here(dora, number, writing="yes")

    told = await here(karl, number)

    assert words_of(alone).strip() == ""
    assert "Dora is writing here now" in words_of(told)
    assert "Karl is looking at this letter" in words_of(await here(dora, number))


async def test_who_leaves_is_not_shown_any_more(house):
    number = await with_roads(house)
    dora, karl = await house.member("dora"), await house.member("karl")
    await here(dora, number)
    await here(dora, number, leaves="yes")

    assert words_of(await here(karl, number)).strip() == ""


async def test_nobody_is_believed_longer_than_a_minute_and_old_rows_go(house):
    number = await with_roads(house)
    dora, karl = await house.member("dora"), await house.member("karl")
    await here(dora, number)
    old = clock.now() - timedelta(seconds=61)
    await house.site.db.writing(lambda s: s.execute(sa.update(Presence).values(seen_at=old)))

    assert words_of(await here(karl, number)).strip() == ""
    await tidy.tidy(house.site.db)
    left = await house.site.db.reading(lambda s: s.exec(select(Presence.person_id)).all())
    assert left == [house.town.people["karl"]]


@pytest.mark.parametrize("who", sorted(CAST))
async def test_only_who_may_see_the_letter_is_told_or_counted(house, who):
    number = await with_roads(house)
    member = await house.member(who)

    answer = await here(member, number)

    assert answer.status_code == (200 if who in SEES else 404)
    assert len(await house.site.db.reading(lambda s: s.exec(select(Presence)).all())) == (who in SEES)

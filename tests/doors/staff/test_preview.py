"""What the writer will read, shown before it is sent: page and mail, in their language, and nothing is stored."""

from __future__ import annotations

import re

from sqlmodel import select

from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, reply, route
from mailbox_service.tickets.tables import Event
from tests.doors.staff.house import words_of


async def with_roads(house, **more):
    number = await house.letter("A lamp", ("karl", route.route, house.town.offices["roads"]), **more)
    await house.act(number, "dora", handle.sign_for)
    return number


async def test_the_page_and_the_mail_are_shown_in_the_writers_language(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    await dora.done(f"/staff/tickets/{number}/reply", text="路灯已修好。", act="save")

    shown = await dora.get(f"/staff/tickets/{number}/preview")

    said = words_of(shown)
    assert shown.status_code == 200
    assert "路灯已修好。" in said
    assert "我们的答复" in said
    assert "已有答复" in said  # the mail's subject
    assert "Carl" not in said
    assert 'lang="zh-Hans"' in shown.text


async def test_no_link_of_it_works(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    await dora.done(f"/staff/tickets/{number}/reply", text="路灯已修好。", act="save")

    shown = (await dora.get(f"/staff/tickets/{number}/preview")).text

    inside = re.search(r'aria-labelledby="preview-page">(.*?)</section>\s*<section', shown, re.DOTALL)
    assert inside
    assert "href=" not in inside[1]
    assert "http" not in inside[1]
    assert "/link/" not in shown
    assert "<h1" not in inside[1]


async def test_nothing_is_stored(house):
    number = await with_roads(house)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    hugo = await house.member("hugo")

    async def stored():
        return await house.site.db.reading(
            lambda s: (len(s.exec(select(Event)).all()), len(s.exec(select(Mail)).all()))
        )

    before = await stored()

    shown = await hugo.get(f"/staff/tickets/{number}/preview")

    assert "修好了。" in shown.text
    assert await stored() == before
    assert (await house.case(number)).ticket.status == "in_review"


async def test_a_translators_words_stand_above_the_text_that_counts(house):
    number = await with_roads(house, language="en", written_in="en")
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    await house.act(number, "hugo", reply.approve, 1)
    finn = await house.member("finn")
    waiting = await finn.get(f"/staff/tickets/{number}/preview")
    path = f"/staff/tickets/{number}/translate"
    asked = next(t.id for t in (await house.case(number)).translations if t.reply_id)
    form = await finn.fill(f"{path}?of={asked}", p0="It is mended.")
    await finn.web.post(f"/staff/tickets/{number}/draft", data=form)

    shown = words_of(await finn.get(f"/staff/tickets/{number}/preview"))

    assert "The translation is still missing" in words_of(waiting)
    assert shown.index("It is mended.") < shown.index("修好了。")
    assert "The translation is still missing" not in shown

"""What the figures of the managers lead to: as many letters as they count, and no others."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from html import unescape

from mailbox_service.city.tables import Topic
from mailbox_service.tickets.life import route
from tests.doors.staff.house import words_of


async def test_a_subject_areas_number_leads_to_as_many_letters(house):
    area = house.town.topics["streets"]

    def below(session):
        topic = Topic(code="lamps", name={"en": "Lamps", "zh": "lamps"}, parent_id=area)
        session.add(topic)
        session.flush()
        return topic.id

    own = await house.letter("of streets", topic_id=area)
    other = await house.letter("of lamps", topic_id=await house.site.db.writing(below))
    await house.counted()
    mina = await house.member("mina")

    page = await mina.get("/manager/topics")
    link = next(
        unescape(href) for href in re.findall(r'href="(/manager/letters[^"]*)"', page.text) if str(area) in href
    )
    listed = (await mina.get(link)).text

    assert re.search(r"Streets 1 ", words_of(page))
    assert (own in listed, other in listed) == (True, False)


async def test_promises_of_no_office_are_those_of_letters_that_no_office_has(house):
    new = await house.letter("nobody has it")
    passed_on = await house.letter("roads have it", ("karl", route.route, house.town.offices["roads"]))
    await house.counted()
    mina = await house.member("mina")

    page = (await mina.get("/manager?office=0")).text
    queue = (await mina.get("/staff?queue=all&office=0")).text

    assert '<a href="/staff?queue=all&amp;office=0">1' in page
    assert (new in queue, passed_on in queue) == (True, False)

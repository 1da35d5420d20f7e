"""Letters like one letter: found, answered together, told apart; and nothing of what the viewer may not see."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select, update

from mailbox_service.base import clock
from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import Department
from mailbox_service.jobs import alike, erase, index, notify
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.tickets import public_search
from mailbox_service.tickets.life import handle, protect, reply, route
from mailbox_service.tickets.tables import Likeness, NotAlike, Publication, Ticket
from mailbox_service.tickets.tables.words import Identity, Kind, Status
from tests.databases import rows
from tests.doors.staff.house import words_of

LAMP = "我们小区门口的路灯已经连续三个晚上不亮了，老人晚上回家很不方便，请尽快派人来修理。"
KOREAN = "LED 路灯 " + LAMP  # one word more, other spacing


async def lamp(house, subject: str = "路灯不亮", text: str = LAMP, **more) -> str:
    number: str = await house.letter(subject, text=text, **more)
    await alike.find_likes(house.site.db)
    return number


@pytest.fixture
async def two(house) -> tuple[str, str]:
    return await lamp(house), await lamp(
        house, text=LAMP.replace("三个", "四 个"), name="Dora Lin", email="d@example.org"
    )


def ticked(page) -> list[str]:
    """What the boxes of the page would send."""
    return [part.split('"')[0] for part in page.text.split('name="letter" value="')[1:]]


async def tick(member, number: str, act: str):
    path = f"/staff/tickets/{number}/similar"
    return await member.send(path, letter=ticked(await member.get(path))[0], act=act)


async def test_letters_alike_stand_beside_a_letter_and_on_their_own_page(house, two):
    karl = await house.member("karl")
    other = await lamp(house, "Bus", "The bus has not come for a week.")

    beside, all_, route_ = [await karl.get(f"/staff/tickets/{two[0]}{page}") for page in ("", "/similar", "/route")]

    assert f"{two[1]} · " in words_of(beside)
    assert "All similar letters (1)" in words_of(beside)
    assert "All similar letters (1)" in words_of(route_)
    assert two[1] in all_.text
    assert other not in all_.text
    assert "Similar letters" not in words_of(await karl.get(f"/staff/tickets/{other}"))


async def test_a_campaign_is_answered_once_and_each_writer_reads_their_own_language(house, two):
    karl, first = await house.member("karl"), two[0]
    korean = await lamp(house, text=KOREAN, language="ko", name="Kim", email="kim@example.org")
    await house.act(first, "karl", route.route, house.town.offices["roads"])
    for _ in (two[1], korean):
        await tick(karl, first, "merge")
    assert 'value="merge"' not in (await karl.get(f"/staff/tickets/{first}/similar")).text, "there is none left to tick"

    await house.act(first, "dora", handle.sign_for)
    await house.act(first, "dora", reply.submit_reply, "路灯明天修好。", "")
    await house.act(first, "hugo", reply.approve, 1)
    await house.act(first, "finn", reply.translate_reply, 1, "내일 가로등을 고칩니다.", "ko")
    await notify.notify(house.site.db, house.site.settings, house.site.book)

    answered = [await house.case(number) for number in (first, two[1], korean)]
    assert [one.ticket.status for one in answered] == [Status.ANSWERED] * 3
    assert [text.text for text in answered[2].translations if text.reply_id] == ["내일 가로등을 고칩니다."]
    with rows(house.url) as session:
        mails = session.exec(select(Mail).where(Mail.notice == "answered", Mail.recipient == Recipient.CITIZEN)).all()
    assert sorted((mail.to_address, mail.language) for mail in mails) == [
        ("carl@example.org", "zh"),
        ("d@example.org", "zh"),
        ("kim@example.org", "ko"),
    ]


async def test_a_letter_that_cannot_be_grouped_is_named_with_the_reason(house, two):
    karl = await house.member("karl")
    japanese = await lamp(house, text=KOREAN, language="ja", name="Sato", email="sato@example.org")
    with rows(house.url) as session:
        for office in session.exec(select(Department)):
            office.translates = []

    path = f"/staff/tickets/{two[0]}/similar"
    boxes = ticked(await karl.get(path))
    answer = await karl.send(path, letter=next(box for box in boxes if box.startswith(japanese)), act="merge")

    assert say_refusal("en", Refused("merge.language")) in words_of(answer)


async def test_different_matters_stand_last_and_can_be_taken_back(house, two):
    karl, path = await house.member("karl"), f"/staff/tickets/{two[0]}/similar"

    assert (await tick(karl, two[0], "apart")).headers["location"] == f"{path}?done=apart"
    assert "Noted: a different matter." in words_of(await karl.get(f"{path}?done=apart"))
    assert "Similar letters" not in words_of(await karl.get(f"/staff/tickets/{two[0]}"))
    await tick(karl, two[0], "apart")
    with rows(house.url) as session:
        assert len(session.exec(select(NotAlike)).all()) == 1
    await tick(karl, two[0], "together")
    assert "All similar letters (1)" in words_of(await karl.get(f"/staff/tickets/{two[1]}"))


async def test_who_may_not_group_is_shown_no_boxes_and_refused(house, two):
    for number in two:
        await house.act(number, "karl", route.route, house.town.offices["roads"])
    dora = await house.member("dora")
    path = f"/staff/tickets/{two[0]}/similar"

    page = await dora.get(path)
    refused = await dora.send(path, letter=f"{two[1]}:2", act="apart")

    assert two[1] in page.text
    assert ticked(page) == []
    assert say_refusal("en", Refused("not_yours")) in words_of(refused)
    with rows(house.url) as session:
        assert session.exec(select(NotAlike)).all() == []


@pytest.mark.parametrize("form", [{"act": "sideways", "letter": "x"}, {"act": "merge"}])
async def test_nothing_ticked_or_no_act_changes_nothing(house, two, form):
    karl = await house.member("karl")
    path = f"/staff/tickets/{two[0]}/similar"

    assert (await karl.send(path, **form)).headers["location"] == path


async def test_restricted_letters_are_like_nothing_for_who_may_not_see_them(house, two):
    report = await lamp(house, kind=Kind.REPORT)
    await house.act(two[1], "karl", protect.restrict)
    karl, rita = await house.member("karl"), await house.member("rita")

    page = await karl.get(f"/staff/tickets/{two[0]}")

    assert report not in page.text
    assert two[1] not in page.text
    assert "Similar letters" not in words_of(page)
    assert two[1] in (await rita.get(f"/staff/tickets/{report}/similar")).text


async def test_what_was_like_a_letter_a_moment_ago_is_shown_only_to_who_may_still_see_it(house, two):
    path, karl = f"/staff/tickets/{two[0]}", await house.member("karl")
    assert two[1] in (await karl.get(path)).text

    await house.act(two[1], "karl", protect.restrict)

    assert two[1] not in (await karl.get(path)).text


async def test_a_public_answer_taken_back_a_moment_ago_is_named_no_more(house):
    await published(house, "小区路灯整排不亮", "streets")
    for n in range(4):  # words that half of all texts hold say nothing
        await house.site.db.writing(lambda s, n=n: public_search.put(s, public_search.ARTICLE, n + 1, "zh", "其他"))
    karl, number = await house.member("karl"), await house.letter("路灯整排不亮", language="zh")
    path = f"/staff/tickets/{number}"
    assert "小区路灯整排不亮" in (await karl.get(path)).text

    with rows(house.url) as session:
        session.exec(update(Publication).values(revoked_at=clock.now()))

    assert "小区路灯整排不亮" not in (await karl.get(path)).text


async def test_the_writers_other_letters_are_shown_with_their_identity_only(house, two):
    karl = await house.member("karl")
    other = await lamp(
        house, "Another lamp", "Quite another matter, please look at the bridge.", email="CARL@example.org"
    )
    hidden = await lamp(house, "Hidden", "A third matter.", identity=Identity.HIDDEN)
    path = f"/staff/tickets/{two[0]}"

    before = await karl.get(path)
    shown = await karl.web.post(f"{path}/identity", data=await karl.fill(path))

    assert other not in before.text
    assert other in shown.text
    assert hidden not in shown.text
    assert "Other letters of this writer" in words_of(shown)


async def test_an_erased_letter_is_found_by_its_likes_no_more(house, two):
    with rows(house.url) as session:
        gone = session.exec(select(Ticket).where(Ticket.number == two[1])).one()
        gone.emptied_at = clock.now() - timedelta(hours=1)
        session.add(gone)

    await erase.erase(house.site.db, house.site.settings)
    await index.rebuild(house.site.db, house.site.book, progress=lambda *_: None)

    with rows(house.url) as session:
        assert len({row.ticket_id for row in session.exec(select(Likeness))}) == 1
    assert await alike.find_likes(house.site.db) == 0


async def published(house, subject: str, topic: str) -> None:
    """A letter that anybody may read, on a subject area."""
    number = await house.letter(subject)

    def publish(session):
        copy = Publication(
            ticket_id=house.town.case(session, number).ticket.id,
            public_id=f"public-{topic}",
            language="zh",
            topic_id=house.town.topics[topic],
            month=date(2026, 2, 1),
            subject=subject,
            letter=LAMP,
            reply="已修复。",
            published_at=clock.now(),
        )
        session.add(copy)
        public_search.put(session, public_search.LETTER, copy.id, "zh", subject, LAMP)

    await house.site.db.writing(publish)


async def test_published_answers_beside_a_letter_are_of_its_own_subject_area(house):
    await published(house, "小区路灯整排不亮", "streets")
    await published(house, "公园路灯整排不亮", "trees")
    for n in range(4):  # words that half of all texts hold say nothing
        await house.site.db.writing(lambda s, n=n: public_search.put(s, public_search.ARTICLE, n + 1, "zh", "其他"))
    karl, streets = await house.member("karl"), house.town.topics["streets"]

    with_area, without, far = [
        words_of(await karl.get(f"/staff/tickets/{await house.letter(subject, topic_id=topic, language='zh')}"))
        for subject, topic in (("路灯整排不亮", streets), ("路灯整排不亮了", None), ("路灯", None))
    ]

    assert ("小区路灯整排不亮" in with_area, "公园路灯整排不亮" in with_area) == (True, False)
    assert "公园路灯整排不亮" in without
    assert "路灯整排不亮" not in far

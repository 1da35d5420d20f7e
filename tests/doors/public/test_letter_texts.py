"""What a letter's page quotes: each text in its language, two texts of one side by side, why the date moved."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.tickets.life import after, handle, reply, route, translate
from mailbox_service.tickets.tables import Round, Ticket, Translation
from tests.doors.public.conftest import LETTER, words_of


async def passed_on(citizen, **changes):
    """A letter that Roads works on; its page and number."""
    page = await citizen.opened(**changes)
    number = page.rpartition("/")[2]
    await citizen.life(number, ("karl", route.route, citizen.town.offices["roads"]), ("dora", handle.sign_for))
    return page, number


async def translated(citizen):
    """A letter in Japanese with everything translated: letter, answer, reply."""
    page, number = await passed_on(citizen, text="夜に暗いです。\n\n直してください。", language="ja")
    await _translate(citizen, number, "晚上很暗。\n\n请修理。")
    await citizen.life(number, ("dora", handle.ask, "在哪一侧？"), ("citizen", handle.answer, "北側です。"))
    await _translate(citizen, number, "在北侧。")
    await citizen.life(
        number,
        ("dora", reply.submit_reply, "路灯已修好。\n\n谢谢。"),
        ("hugo", reply.approve, 1),
        ("finn", reply.translate_reply, 1, "街灯を直しました。\n\nありがとうございます。"),
    )
    return page


async def _translate(citizen, number, text):
    with citizen.rows() as session:
        waiting = select(Translation.message_id).where(col(Translation.done_at).is_(None))
        message_id = session.exec(waiting).one()
    await citizen.life(number, ("finn", translate.translate_letter, message_id, text))


def in_language(page, tag):
    """The texts marked as being in that language."""
    return re.findall(rf'<(?:div|p|span|h2)[^>]* lang="{tag}" dir="auto">([^<]*)<', page.text)


async def test_both_texts_of_what_was_translated_stand_side_by_side_in_their_languages(citizen):
    page = await citizen.get(await translated(citizen))

    japanese, chinese = in_language(page, "ja"), in_language(page, "zh-Hans")
    pairs = [("夜に暗いです。", "晚上很暗。"), ("直してください。", "请修理。"), ("北側です。", "在北侧。"),
             ("街灯を直しました。", "路灯已修好。"), ("ありがとうございます。", "谢谢。")]  # fmt: skip
    for theirs, ours in pairs:
        assert theirs in japanese
        assert ours in chinese
        assert re.search(rf'class="pair">.{{0,90}}{theirs}.{{0,200}}{ours}', page.text, re.DOTALL)
    assert "在哪一侧？" in chinese


async def test_the_page_says_who_translated_when_which_text_counts_and_what_the_office_read(citizen):
    said = words_of(await citizen.get(await translated(citizen)))

    assert said.count("The office read this translation: Foreign Affairs Office, ") == 2
    assert "Translated by: Foreign Affairs Office, " in said
    assert "Translation. The Chinese text is authoritative." in said
    assert "Written in: Japanese" in said
    assert "Finn" not in said


async def test_a_page_with_translations_takes_at_most_six_statements(citizen):
    page = await translated(citizen)
    await citizen.get(page)
    statements: list[str] = []
    database: Any = citizen.site.db
    engine = database._engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    await citizen.get(page)

    assert 0 < len([statement for statement in statements if statement.startswith("SELECT")]) <= 6


async def test_a_letter_that_was_not_translated_asks_for_no_translations(citizen):
    page, _ = await passed_on(citizen, text="路灯坏了。", language="zh")
    statements: list[str] = []
    database: Any = citizen.site.db
    engine = database._engine
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    await citizen.get(page)

    assert [statement for statement in statements if "FROM translation" in statement] == []


async def test_every_extension_and_pause_is_told_with_its_day_and_reason(citizen):
    page, number = await passed_on(citizen, language="zh", text="路灯坏了。")
    await citizen.life(
        number,
        ("dora", handle.propose_extension, "要从外地<b>运来</b>"),
        ("mina", handle.decide_extension, True),
        ("dora", handle.ask, "在哪一侧？"),
    )
    waiting = await citizen.get(page)
    await citizen.life(number, ("citizen", handle.answer, "北侧。"))
    going_on = await citizen.get(page)

    assert "Since " in words_of(waiting)
    assert "the clock is stopped until you answer" in words_of(waiting)
    said = words_of(going_on)
    assert "At first the reply was due on " in said
    assert "it was moved to " in said
    assert "we waited for your answer. Those days don’t count." in said
    assert '<span lang="zh-Hans" dir="auto">要从外地&lt;b&gt;运来&lt;/b&gt;</span>' in going_on.text
    assert "<b>运来" not in going_on.text


async def test_a_refused_extension_moves_nothing_and_its_remark_stays_inside(citizen):
    page, number = await passed_on(citizen, language="zh", text="路灯坏了。")
    await citizen.life(number, ("dora", handle.propose_extension, "INTERNAL"))
    await citizen.site.db.writing(
        lambda s: citizen.town.act(
            s, number, "mina", handle.decide_extension, False, remark="INTERNAL", now=citizen.now()
        )
    )

    seen = await citizen.get(page)

    assert "it was moved to" not in seen.text
    assert "INTERNAL" not in seen.text


async def test_a_refusal_quotes_its_reason_and_where_to_turn_in_their_language(citizen):
    page = await citizen.opened(language="en")
    steps = (("karl", route.propose_decline, "这是法院的事<i>", "人民法院"), ("kim", route.decide_decline, True))
    await citizen.life(page.rpartition("/")[2], *steps)

    seen = await citizen.get(page)

    assert '<span lang="zh-Hans" dir="auto">这是法院的事&lt;i&gt;</span>' in seen.text
    assert '<span lang="zh-Hans" dir="auto">人民法院</span>' in seen.text


@pytest.mark.parametrize(("rated", "told"), [(False, "Closed without a rating"), (True, "Closed two weeks after")])
async def test_a_letter_closed_by_time_is_said_to_be_unrated_only_when_it_is(citizen, rated, told):
    page, number = await passed_on(citizen, language="zh", text="路灯坏了。")
    await citizen.life(number, ("dora", reply.submit_reply, "修好了。"), ("hugo", reply.approve, 1))
    if rated:
        await citizen.send(f"{page}/rate", satisfaction="dissatisfied", text="又坏了。")
    later = citizen.now() + timedelta(days=15)
    await citizen.site.db.writing(lambda s: citizen.town.act(s, number, "system", after.close, now=later))

    seen = words_of(await citizen.get(page))

    assert told in seen
    assert "the court or the petition office" in seen


# --- After an end ----------------------------------------------------------------------------


async def long_ended(citizen, days=40):
    page = await citizen.opened()
    await citizen.send(f"{page}/withdraw")
    with citizen.rows() as session:
        ended = session.exec(select(Round)).one()
        ended.ended_at = clock.now() - timedelta(days=days)
        ended.ended_on = ended.ended_at.date()
        session.commit()
    return page


async def test_an_ended_letter_offers_a_linked_one_after_thirty_days(citizen):
    page = await long_ended(citizen)
    number = page.rpartition("/")[2]

    offered = (await citizen.get(page)).text
    answer = await citizen.web.post("/en/write", data=await citizen.fill(f"/en/write?after={number}", **LETTER))

    assert f'href="/en/write?after={number}"' in offered
    assert "It doesn’t open the letter again." in words_of(await citizen.get(f"{page}/add"))
    assert answer.status_code == 303
    with citizen.rows() as session:
        old, new = session.exec(select(Ticket).order_by(col(Ticket.id))).all()
        assert new.linked_from_id == old.id


async def test_before_thirty_days_there_is_no_such_offer(citizen):
    page = await long_ended(citizen, days=20)

    assert "/write?after=" not in (await citizen.get(page)).text


@pytest.mark.parametrize("which", ["closed in this browser", "somebody else's"])
async def test_a_new_letter_is_linked_only_to_the_one_that_is_open(citizen, which):
    other, _ = await citizen.receipt()
    page = await citizen.opened()
    number = other if which == "somebody else's" else page.rpartition("/")[2]
    if which == "closed in this browser":
        await citizen.get("/en/leave")

    answer = await citizen.web.post("/en/write", data=await citizen.fill(f"/en/write?after={number}", **LETTER))

    assert answer.status_code == 303
    with citizen.rows() as session:
        assert set(session.exec(select(Ticket.linked_from_id))) == {None}


async def test_everything_on_offer_can_be_opened(citizen):
    page, number = await passed_on(citizen, consent="yes")
    offers = re.findall(rf'href="({page}/[a-z]+)"', (await citizen.get(page)).text)

    answers = {offer.rpartition("/")[2]: await citizen.get(offer) for offer in offers}

    assert number
    assert {"add", "contact", "withdraw", "takeaway", "unpublish", "restrict"} <= set(answers)
    assert {answer.status_code for answer in answers.values()} == {200}
    assert all("<form id=" in answer.text for answer in answers.values())

"""Writing a reply: saved as one types, brought together with a colleague's, begun with a canned text, compared."""

from __future__ import annotations

import pytest
from sqlmodel import delete, select

from mailbox_service.base.language import say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import CannedReply
from mailbox_service.desk.tables import DraftVersion
from mailbox_service.tickets.life import handle, protect, reply, route
from mailbox_service.tickets.tables.words import Identity, Kind, Part
from tests.doors.staff.house import filled, words_of
from tests.doors.staff.token import token_of
from tests.doors.staff.town import CAST, FOUNDED

WRITERS = {"dora", "hugo", "vera"}  # the lead's officer, its head, and his deputy
OTHERS = sorted(set(CAST) - WRITERS)


async def with_roads(house, subject="A lamp is dark", **more):
    number = await house.letter(subject, ("karl", route.route, house.town.offices["roads"]), **more)
    await house.act(number, "dora", handle.sign_for)
    return number


def page(number, act):
    return f"/staff/tickets/{number}/{act}"


async def typing(member, number, text, **more):
    """What the page's script sends."""
    form = await member.fill(page(number, "reply"), text=text)
    return await member.web.post(page(number, "draft"), data=form | more)


async def test_what_is_typed_is_saved_without_a_button(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")

    answer = await typing(dora, number, "Half a sen")
    again = await typing(dora, number, "Half a sentence")

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert again.json()["version"] == 2
    assert again.json()["said"].startswith("Saved ")
    assert (await hugo.fill(page(number, "reply")))["text"] == "Half a sentence"


async def test_the_same_words_sent_again_are_nobodys_conflict(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    form = await dora.fill(page(number, "reply"), text="Mended")

    answers = [await dora.web.post(page(number, "draft"), data=form) for _ in range(2)]

    assert [answer.json()["version"] for answer in answers] == [1, 1]


async def test_what_could_not_be_saved_is_kept_aside_and_shown_again(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")
    await dora.done(page(number, "reply"), text="Dear Carl\nThe lamp\nRoads", act="save")
    doras = await dora.fill(page(number, "reply"), text="Dear Mr Carl\nThe lamp\nRoads")
    await hugo.done(page(number, "reply"), text="Dear Carl\nThe lamp\nRoads Bureau", act="save")

    clash = await dora.web.post(page(number, "draft"), data=doras)
    shown = await dora.get(page(number, "reply"))

    assert (clash.status_code, clash.json()["text"]) == (409, "Dear Carl\nThe lamp\nRoads Bureau")
    assert shown.status_code == 409
    assert "What Hugo changed since you began" in words_of(shown)
    both = filled(shown.text)
    assert both["text"] == "Dear Mr Carl\nThe lamp\nRoads Bureau"
    assert (await dora.web.post(page(number, "reply"), data=both | {"act": "save"})).status_code == 303
    assert (await dora.get(page(number, "reply"))).status_code == 200
    assert (await hugo.fill(page(number, "reply")))["text"] == both["text"]


async def test_a_page_from_before_the_reply_was_handed_in_saves_nothing_over(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")
    hugos = await hugo.fill(page(number, "reply"), text="Hugo's words")
    await dora.done(page(number, "reply"), text="Dora's words", act="submit")

    late = await hugo.web.post(page(number, "draft"), data=hugos)

    assert late.status_code == 409
    case = await house.case(number)
    assert [version.text for version in case.replies] == ["Dora's words"]


async def test_the_newest_fifty_versions_are_kept(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    form = await dora.fill(page(number, "reply"))

    for n in range(53):
        answer = await dora.web.post(page(number, "draft"), data=form | {"text": f"{n}", "draft_version": str(n)})
        assert answer.status_code == 200

    kept = await house.site.db.reading(lambda s: [v.version for v in s.exec(select(DraftVersion))])
    assert sorted(kept) == list(range(4, 54))


@pytest.mark.parametrize("who", OTHERS)
async def test_nobody_else_saves_a_draft_or_sees_one(house, who):
    number = await with_roads(house)
    await house.site.db.writing(lambda s: s.exec(delete(CannedReply)))
    member = await house.member(who)
    token = await token_of(member)

    saved = await member.web.post(page(number, "draft"), data={"csrf": token, "text": "Mine", "draft_version": "0"})
    seen = [await member.get(page(number, act)) for act in ("reply", "versions", "preview")]

    assert saved.status_code in (403, 404)
    assert {answer.status_code for answer in seen} <= {403, 404}


@pytest.mark.parametrize("act", ["draft", "presence", "reply", "translate"])
async def test_of_a_restricted_letter_nobody_hears(house, act):
    number = await house.letter("secret", kind=Kind.REPORT)
    for who in ("dora", "hugo", "karl", "mina", "ada"):
        member = await house.member(who)
        token = await token_of(member)
        answer = await member.web.post(page(number, act), data={"csrf": token, "text": "x", "of": "1"})
        assert answer.status_code == 404, who


async def test_a_handler_of_a_restricted_letter_drafts_and_looks(house):
    number = await house.letter("secret", kind=Kind.REPORT)
    await house.site.db.writing(
        lambda s: house.town.act(s, number, "rita", protect.name_handler, house.town.actor(s, "paul"), Part.OFFICER)
    )
    await house.act(number, "rita", route.route, house.town.offices["parks"])
    paul = await house.member("paul")

    answer = await typing(paul, number, "In confidence")
    shown = await paul.get(page(number, "preview"))

    assert answer.status_code == 200
    assert "In confidence" in shown.text


# --- Canned replies --------------------------------------------------------------------------


async def canned(house, text, **more):
    row = CannedReply(name="Lamps", texts={"zh": text}, changed_at=FOUNDED, **more)
    await house.site.db.writing(lambda s: s.add(row))
    return str(row.id)


async def test_a_canned_reply_begins_with_the_letters_facts(house):
    chosen = await canned(house, "{name}，您好：{number}号来信《{subject}》由{office}办理。")
    number = await with_roads(house)
    dora = await house.member("dora")

    shown = await dora.send(page(number, "reply"), canned=chosen, act="begin", text="已有的话")

    assert shown.status_code == 200
    assert filled(shown.text)["text"] == f"Carl，您好：{number}号来信《A lamp is dark》由道路局办理。\n\n已有的话"


async def test_a_hidden_name_is_filled_in_by_a_word(house):
    chosen = await canned(house, "{name}，您好：")
    number = await with_roads(house, identity=Identity.HIDDEN)
    dora = await house.member("dora")

    shown = await dora.send(page(number, "reply"), canned=chosen, act="begin")

    assert filled(shown.text)["text"] == "来信人，您好："


async def test_only_what_fits_the_letter_is_offered(house):
    others = await canned(house, "不相干", department_id=house.town.offices["parks"])
    of_kind = await canned(house, "投诉", kind="complaint")
    retired = await canned(house, "旧的", retired_at=FOUNDED)
    mine = await canned(house, "可用", department_id=house.town.offices["roads"], kind="enquiry")
    number = await with_roads(house)
    dora = await house.member("dora")

    shown = (await dora.get(page(number, "reply"))).text

    assert f'value="{mine}"' in shown
    assert not any(f'value="{other}"' in shown for other in (others, of_kind, retired))


async def test_a_place_without_its_fact_is_not_sent(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    refused = await dora.send(page(number, "reply"), text="截止{due_day}。", act="submit")

    assert refused.status_code == 422
    assert say_refusal("en", Refused("reply.place", place="{due_day}")) in words_of(refused)
    assert (await house.case(number)).replies == []


# --- Versions --------------------------------------------------------------------------------


async def test_any_two_versions_are_compared(house):
    number = await with_roads(house)
    await house.act(number, "dora", reply.submit_reply, "The lamp is dark.")
    await house.act(number, "hugo", reply.send_back, 1, "Say when.")
    await house.act(number, "dora", reply.submit_reply, "The lamp is mended.")
    hugo = await house.member("hugo")

    shown = await hugo.get(page(number, "versions") + "?first=r1&second=r2")
    checking = await hugo.get(page(number, "approve"))

    for answer in (shown, checking):
        assert "The lamp is <del>dark</del><ins>mended</ins>." in answer.text
    assert "Say when." in checking.text


async def test_without_a_reply_there_is_nothing_to_compare_or_preview(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    answers = [await dora.get(page(number, act)) for act in ("versions", "preview")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert say_refusal("en", Refused("preview.nothing")) in words_of(answers[1])


# --- Translations ----------------------------------------------------------------------------


async def test_a_translation_is_saved_as_one_types_and_by_a_button(house):
    number = await house.letter("lamp", text="One.\n\nTwo.", language="en", written_in="en")
    await house.act(number, "karl", route.route, house.town.offices["roads"])
    finn, fang = await house.member("finn"), await house.member("fang")
    form = await finn.fill(page(number, "translate"), p0="一。")

    typed = await finn.web.post(page(number, "draft"), data=form)
    found = await fang.fill(page(number, "translate"))
    await fang.done(page(number, "translate"), p1="二。", act="save")
    clash = await finn.web.post(page(number, "translate"), data=form | {"p0": "其一。", "act": "save"})

    assert (typed.status_code, found["p0"], found["p1"]) == (200, "一。", "")
    assert clash.status_code == 409
    assert "Fang saved a newer version" in words_of(clash)
    both = filled(clash.text)
    assert (both["p0"], both["p1"]) == ("其一。", "二。")
    assert "一。" in words_of(clash)
    assert (await finn.web.post(page(number, "translate"), data=both | {"act": "submit"})).status_code == 303
    assert (await house.case(number)).translations[0].text == "其一。\n二。"


async def test_a_changed_source_shows_what_changed_and_keeps_what_stayed(house):
    number = await with_roads(house, language="en", written_in="en")
    await house.act(number, "dora", reply.submit_reply, "您好。\n路灯周一修好。\n谢谢。")
    await house.act(number, "hugo", reply.approve, 1)
    finn = await house.member("finn")
    first = next(t.id for t in (await house.case(number)).translations if t.reply_id)
    path = page(number, "translate")
    form = await finn.fill(f"{path}?of={first}", p0="Hello.", p1="Mended on Monday.", p2="Thank you.")
    await finn.web.post(page(number, "draft"), data=form)
    await house.act(number, "hugo", reply.send_back, 1, "周二")
    await house.act(number, "dora", reply.submit_reply, "您好。\n路灯周二修好。\n谢谢。")
    await house.act(number, "hugo", reply.approve, 2)
    second = next(t.id for t in (await house.case(number)).translations if t.reply_id and not t.stale)

    shown = await finn.get(f"{path}?of={second}")
    late = await finn.web.post(page(number, "draft"), data=form)  # refused: translation.none

    assert "The text has changed since it was last translated" in words_of(shown)
    assert "路灯周<del>一</del><ins>二</ins>修好。" in shown.text
    again = filled(shown.text)
    assert [again[f"p{n}"] for n in range(3)] == ["Hello.", "Mended on Monday.", "Thank you."]
    assert late.status_code == 422

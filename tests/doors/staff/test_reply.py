"""The pages of routing, drafting, checking, translating and contributing."""

from __future__ import annotations

from mailbox_service.tickets.life import handle, reply, route, together
from mailbox_service.tickets.tables.words import Kind
from tests.doors.staff.house import words_of


async def with_roads(house, subject="A lamp is dark", **more):
    number = await house.letter(subject, ("karl", route.route, house.town.offices["roads"]), **more)
    await house.act(number, "dora", handle.sign_for)
    return number


def page(number, act):
    return f"/staff/tickets/{number}/{act}"


async def test_the_subjects_usual_office_is_proposed_first(house):
    number = await house.letter(topic_id=house.town.topics["trees"])
    karl = await house.member("karl")

    form = await karl.fill(page(number, "route"))

    assert form["office"] == str(house.town.offices["parks"])


async def test_a_letter_is_passed_on_with_the_offices_also_involved(house):
    number = await house.letter()
    karl = await house.member("karl")
    offices = house.town.offices

    answer = await karl.done(
        page(number, "route"),
        office=str(offices["roads"]),
        kind="help",
        also_1=str(offices["parks"]),
        question_1="Is the tree yours?",
    )

    case = await house.case(number)
    assert case.ticket.kind == Kind.HELP
    assert [part.question for part in case.contributions] == ["Is the tree yours?"]
    assert "queue=to_route" in answer.headers["location"]


async def test_nothing_is_passed_on_when_an_office_also_involved_can_not_be(house):
    number = await house.letter()
    karl = await house.member("karl")
    roads = str(house.town.offices["roads"])

    answer = await karl.send(page(number, "route"), office=roads, also_1=roads)

    assert answer.status_code == 422
    assert (await house.case(number)).ticket.status == "received"


async def test_a_draft_is_saved_and_found_again_by_a_colleague(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")

    await dora.done(page(number, "reply"), text="Half a", act="save")

    assert (await hugo.fill(page(number, "reply")))["text"] == "Half a"


async def test_two_who_write_see_both_texts(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")
    doras = await dora.fill(page(number, "reply"), text="Dora's words", act="save")
    await hugo.done(page(number, "reply"), text="Hugo's words", act="save")

    clash = await dora.web.post(page(number, "reply"), data=doras)

    assert clash.status_code == 409
    assert "Hugo’s words" in clash.text or "Hugo&#39;s words" in clash.text
    assert "Dora&#39;s words" in clash.text
    assert "Hugo saved a newer version" in words_of(clash)
    token = (await dora.fill(page(number, "reply")))["draft_version"]
    both = doras | {"text": "Both our words", "draft_version": token}
    assert (await dora.web.post(page(number, "reply"), data=both)).status_code == 303


async def test_handing_in_never_overwrites_a_colleagues_newer_draft(house):
    number = await with_roads(house)
    dora, hugo = await house.member("dora"), await house.member("hugo")
    doras = await dora.fill(page(number, "reply"), text="Dora's words", act="submit")
    await hugo.done(page(number, "reply"), text="Hugo's words", act="save")

    clash = await dora.web.post(page(number, "reply"), data=doras)

    assert clash.status_code == 409
    assert (await house.case(number)).replies == []


async def test_an_empty_reply_is_not_handed_in_and_an_open_contribution_keeps_it_back(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    empty = await dora.send(page(number, "reply"), text=" ", act="submit")
    await house.act(number, "dora", together.ask_contribution, house.town.offices["parks"], "trees?")

    waiting = await dora.send(page(number, "reply"), text="Mended.", act="submit")

    assert empty.status_code == waiting.status_code == 422
    assert "Mended." in waiting.text
    assert (await house.case(number)).ticket.status == "in_progress"


async def test_a_contribution_is_given_and_read_beside_the_draft(house):
    number = await with_roads(house)
    await house.act(number, "dora", together.ask_contribution, house.town.offices["parks"], "trees?")
    paul, dora = await house.member("paul"), await house.member("dora")

    empty = await paul.send(page(number, "contribute"), text=" ")
    await paul.done(page(number, "contribute"), text="The trees are fine.")

    assert empty.status_code == 422
    assert "The trees are fine." in (await dora.get(page(number, "reply"))).text
    assert (await paul.get(page(number, "contribute"))).status_code == 422


async def test_a_reply_is_sent_back_with_a_remark_and_comes_again(house):
    number = await with_roads(house)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    hugo, dora = await house.member("hugo"), await house.member("dora")

    silent = await hugo.send(page(number, "approve"), act="send_back")
    await hugo.done(page(number, "approve"), act="send_back", remark="Say when.")

    assert silent.status_code == 422
    assert "Say when." in (await dora.get(page(number, "reply"))).text
    assert (await dora.fill(page(number, "reply")))["text"] == "修好了。"


async def test_another_version_than_the_one_read_is_not_approved(house):
    number = await with_roads(house)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    hugo = await house.member("hugo")
    form = await hugo.fill(page(number, "approve"), act="approve")
    await house.act(number, "hugo", reply.send_back, 1, "Say when.")
    await house.act(number, "dora", reply.submit_reply, "周一修好了。")

    answer = await hugo.web.post(page(number, "approve"), data=form)

    assert answer.status_code == 422
    assert (await house.case(number)).ticket.status == "in_review"
    assert "周一修好了。" in answer.text


async def test_nobody_approves_their_own_words(house):
    number = await house.letter("own", ("karl", route.route, house.town.offices["roads"]))
    await house.act(number, "hugo", reply.submit_reply, "修好了。")
    hugo = await house.member("hugo")

    shown = await hugo.get(page(number, "approve"))
    answer = await hugo.send(page(number, "approve"), act="approve")

    assert 'value="approve"' not in shown.text
    assert answer.status_code == 403
    assert (await house.case(number)).ticket.status == "in_review"


async def test_a_translation_with_gaps_counts_them_and_keeps_the_rest(house):
    number = await house.letter("lamp", text="One.\n\nTwo.\n\nThree.", language="en", written_in="en")
    await house.act(number, "karl", route.route, house.town.offices["roads"])
    finn = await house.member("finn")

    gaps = await finn.send(page(number, "translate"), p0="一。")
    await finn.done(page(number, "translate"), p0="一。", p1="二。", p2="三。")

    assert gaps.status_code == 422
    assert "2 paragraphs are empty" in words_of(gaps)
    assert "一。" in gaps.text
    assert (await house.case(number)).translations[0].text == "一。\n二。\n三。"
    assert (await finn.get(page(number, "translate"))).status_code == 422


async def test_a_sent_reply_is_corrected_in_the_same_steps(house):
    number = await with_roads(house)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    await house.act(number, "hugo", reply.approve, 1)
    dora, hugo = await house.member("dora"), await house.member("hugo")

    assert (await dora.fill(page(number, "reply")))["text"] == "修好了。"
    await dora.done(page(number, "reply"), text="周一修好了。", act="submit")
    await hugo.done(page(number, "approve"), act="approve")

    case = await house.case(number)
    assert [version.text for version in case.replies if version.sent_at] == ["修好了。", "周一修好了。"]

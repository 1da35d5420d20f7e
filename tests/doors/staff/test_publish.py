"""The desk where a copy is made for the public: masks one by one, another person lets it out, anybody takes it down."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re

import pytest

from mailbox_service.tickets.life import handle, protect, publish, reply, route
from tests.doors.staff.house import words_of

TEXT = "我是王小明，电话13812345678。路灯坏了。"
BOXES = re.compile(r'name="mask" value="([^"]+)"')
COPY = publish.Copy("A lamp", "The lamp is dark.", "Mended.")


async def answered(house, **more):
    facts = {"text": TEXT, "name": "王小明", "publication_consent": True} | more
    number = await house.letter("路灯坏了", ("karl", route.route, house.town.offices["roads"]), **facts)
    await house.act(number, "dora", handle.sign_for)
    await house.act(number, "dora", reply.submit_reply, "王先生：已修好。")
    await house.act(number, "hugo", reply.approve, 1)
    return number


def at(number, page="publish"):
    return f"/staff/tickets/{number}/{page}"


async def sent(member, number, masks=None, **fields):
    """The form of the page, with these boxes ticked (all that the page shows when none are named)."""
    page = await member.get(at(number))
    form = await member.fill(at(number), reason="of use", listed="yes", act="propose") | fields
    form["mask"] = BOXES.findall(page.text) if masks is None else masks
    return await member.web.post(at(number), data=form)


async def copy_of(house, number):
    return (await house.case(number)).publications[-1]


async def test_a_clerk_finds_what_could_be_published(house):
    number, other = await answered(house), await answered(house, publication_consent=False)
    karl = await house.member("karl")

    queue = await karl.get("/staff?queue=to_publish")

    assert at(number) in queue.text
    assert other not in queue.text
    assert at(number) in (await karl.get(f"/staff/tickets/{number}")).text


async def test_the_copy_is_proposed_with_its_masks_and_let_out_by_another(house):
    number = await answered(house)
    karl, kim = await house.member("karl"), await house.member("kim")

    page = await karl.get(at(number))
    done = await sent(karl, number)

    assert "<mark>13812345678</mark>" in page.text
    assert "我是［姓名］，电话［电话］。路灯坏了。" in page.text
    assert done.status_code == 303, words_of(done)
    copy = await copy_of(house, number)
    assert (copy.subject, copy.letter) == ("路灯坏了", "我是［姓名］，电话［电话］。路灯坏了。")
    assert (copy.reply, copy.listed, copy.published_at) == ("［姓名］先生：已修好。", True, None)
    assert number not in (await karl.get("/staff?queue=to_publish")).text

    own = await karl.get(at(number, "decide_publication"))
    decision = await kim.get(at(number, "decide_publication"))
    await kim.done(at(number, "decide_publication"), decision="agree")

    assert own.status_code == 403
    assert "<del>13812345678</del>" in decision.text
    assert "<ins>［电话］</ins>" in decision.text
    assert "of use" in decision.text
    copy = await copy_of(house, number)
    assert copy.published_at is not None
    assert (await kim.get(f"/en/published/{copy.public_id}")).status_code == 200


async def test_a_mask_can_be_taken_away_and_words_changed_without_losing_either(house):
    number = await answered(house)
    karl = await house.member("karl")
    name, *others = BOXES.findall((await karl.get(at(number))).text)

    again = await sent(karl, number, others, letter=TEXT.replace("路灯", "三盏路灯"), act="show")
    assert "我是王小明，电话［电话］。三盏路灯坏了。" in again.text
    assert f'value="{name}" checked' not in again.text
    done = await karl.web.post(
        at(number),
        data=await karl.fill(at(number), reason="of use", act="propose", letter=TEXT.replace("路灯", "三盏路灯"))
        | {"mask": others, "listed": ""},
    )

    assert done.status_code == 303
    copy = await copy_of(house, number)
    assert (copy.letter, copy.listed) == ("我是王小明，电话［电话］。三盏路灯坏了。", False)


async def test_what_was_never_shown_is_not_proposed(house):
    number = await answered(house)
    karl = await house.member("karl")

    answer = await sent(karl, number, letter=TEXT + "另一部手机13987654321。")

    assert answer.status_code == 422
    assert "needs more masks" in answer.text
    assert "另一部手机［电话］" in answer.text
    assert (await house.case(number)).publications == []


async def test_the_clerk_hides_more_wherever_it_stands(house):
    number = await answered(house, text="路灯坏了。李雷和韩梅梅都摔倒了，李雷受了伤。")
    karl, kim = await house.member("karl"), await house.member("kim")

    absent = await sent(karl, number, also="李雷\n王二", act="show")
    again = await sent(karl, number, also=" 李雷 \n\n韩梅梅", act="show")
    done = await sent(karl, number, also="李雷\n韩梅梅")

    assert absent.status_code == 422
    assert "Stands in none of the texts: 王二" in absent.text
    assert "［已隐去］和［已隐去］都摔倒了，［已隐去］受了伤。" in again.text
    assert done.status_code == 303, words_of(done)
    assert (await copy_of(house, number)).letter == "路灯坏了。［已隐去］和［已隐去］都摔倒了，［已隐去］受了伤。"
    assert "［已隐去］</ins>" in (await kim.get(at(number, "decide_publication"))).text


async def test_the_second_person_is_shown_what_a_mask_could_still_hide(house):
    number = await answered(house)
    copy = publish.Copy("路灯", "电话13812345678，王小明。", "已修好。")
    await house.act(number, "karl", publish.propose_publication, copy, "of use")
    kim = await house.member("kim")

    page = await kim.get(at(number, "decide_publication"))

    assert '<li>Phone number: <bdi lang="">13812345678</bdi></li>' in page.text
    assert '<li>Name: <bdi lang="">王小明</bdi></li>' in page.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"letter": " "}, "letter"),
        ({"subject": ""}, "subject"),
        ({"reply": "\n"}, "reply"),
    ],
)
async def test_what_is_missing_is_said_beside_its_field_and_nothing_is_lost(house, fields, field):
    number = await answered(house)
    karl = await house.member("karl")

    answer = await sent(karl, number, **({"reason": "of use to all"} | fields))

    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "reason" in fields or "of use to all" in answer.text
    assert (await house.case(number)).publications == []


async def test_the_second_person_refuses_with_a_reason(house):
    number = await answered(house)
    await house.act(number, "karl", publish.propose_publication, COPY, "of use")
    kim = await house.member("kim")

    silent = await kim.send(at(number, "decide_publication"), decision="refuse")
    await kim.done(at(number, "decide_publication"), decision="refuse", remark="a name is left")

    assert silent.status_code == 422
    assert "#f-remark" in silent.text
    copy = await copy_of(house, number)
    assert (copy.published_at, copy.revoked_at is None) == (None, False)
    assert number in (await kim.get("/staff?queue=to_publish")).text
    assert (await kim.get(at(number, "decide_publication"))).status_code == 422


async def test_a_clerk_takes_it_down(house):
    number = await answered(house)
    await house.act(number, "karl", publish.propose_publication, COPY, "of use")
    await house.act(number, "kim", publish.decide_publication, True)
    copy = await copy_of(house, number)
    karl = await house.member("karl")

    await karl.done(at(number, "revoke_publication"))

    assert (await karl.get(f"/en/published/{copy.public_id}")).status_code == 410


@pytest.mark.parametrize("who", ["dora", "hugo", "mina", "anna", "finn", "rita", "ada", "otto", "paul"])
async def test_only_clerks_propose_and_decide(house, who):
    number = await answered(house)
    member = await house.member(who)

    assert (await member.get(at(number))).status_code in (403, 404)
    sent_anyway = await member.web.post(at(number), data=await member.fill("/staff", reason="D", act="propose"))
    assert sent_anyway.status_code in (400, 403, 404)
    await house.act(number, "karl", publish.propose_publication, COPY, "of use")
    assert (await member.get(at(number, "decide_publication"))).status_code in (403, 404)
    assert number not in (await member.get("/staff?queue=to_publish")).text
    assert (await copy_of(house, number)).published_at is None


async def test_without_consent_or_when_restricted_there_is_no_copy(house):
    silent, secret = await answered(house, publication_consent=False), await answered(house)
    await house.act(secret, "citizen", protect.restrict)
    karl, rita = await house.member("karl"), await house.member("rita")

    assert (await karl.get(at(silent))).status_code == 422
    assert (await karl.get(at(secret))).status_code == 404
    assert (await rita.get(at(secret))).status_code == 422
    assert secret not in (await rita.get("/staff?queue=to_publish")).text


async def test_somebody_else_was_faster(house):
    number = await answered(house)
    karl = await house.member("karl")
    form = await karl.fill(at(number), reason="of use", act="propose")
    await house.act(number, "kim", handle.set_urgent, True)

    answer = await karl.web.post(at(number), data=form)

    assert answer.status_code == 409
    assert "of use" in answer.text


async def test_the_reply_in_the_writers_language_is_what_is_copied(house):
    number = await house.letter(
        "A lamp", ("karl", route.route, house.town.offices["roads"]), text="The lamp is dark.", language="en",
        written_in="en", publication_consent=True,
    )  # fmt: skip
    await house.act(number, "dora", handle.sign_for)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    await house.act(number, "hugo", reply.approve, 1)
    await house.act(number, "finn", reply.translate_reply, 1, "Mended.")
    karl = await house.member("karl")

    assert (await sent(karl, number)).status_code == 303

    copy = await copy_of(house, number)
    assert (copy.reply, copy.language, copy.letter_language) == ("Mended.", "en", "en")


async def test_a_hundred_masks_are_all_laid_over(house):
    text = "".join(f"电话138{n:08}。\n" for n in range(100))
    number = await answered(house, text=text)
    karl = await house.member("karl")

    answer = await sent(karl, number)

    assert answer.status_code == 303, words_of(answer)
    assert (await copy_of(house, number)).letter == ("电话［电话］。\n" * 100).strip()

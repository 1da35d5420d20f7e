"""Acts by their forms: what they do, what is said when they are refused, and that nothing typed is lost."""

from __future__ import annotations

import pytest

from mailbox_service.tickets.life import after, handle, protect, reply, route
from mailbox_service.tickets.tables.words import Kind, Part, Satisfaction, Status
from tests.doors.staff.house import words_of


async def with_roads(house, subject="A lamp is dark", **more):
    number = await house.letter(subject, ("karl", route.route, house.town.offices["roads"]), **more)
    await house.act(number, "dora", handle.sign_for)
    return number


async def answered(house, **more):
    number = await with_roads(house, **more)
    await house.act(number, "dora", reply.submit_reply, "修好了。")
    await house.act(number, "hugo", reply.approve, 1)
    return number


def page(number, act=""):
    return f"/staff/tickets/{number}" + (f"/{act}" if act else "")


# --- Done ------------------------------------------------------------------------------------

OFFICES_ACTS = [
    ("ask", {"question": "Which street?"}, "awaiting_citizen"),
    ("inform", {"text": "We are on it."}, "in_progress"),
    ("propose_extension", {"reason": "Parts are missing"}, "in_progress"),
    ("propose_return", {"reason": "Not a road"}, "in_progress"),
    ("note", {"text": "Called them."}, "in_progress"),
    ("tag", {"word": "lamps"}, "in_progress"),
    ("set_urgent", {"urgent": "yes"}, "in_progress"),
]


@pytest.mark.parametrize(("act", "fields", "status"), OFFICES_ACTS)
async def test_an_officers_act_is_done_and_told(house, act, fields, status):
    number = await with_roads(house)
    dora = await house.member("dora")

    answer = await dora.done(page(number, act), **fields)

    assert (await house.case(number)).ticket.status == status
    after_it = await dora.get(answer.headers["location"])
    assert 'role="status"' in after_it.text
    assert next(iter(fields.values())) in after_it.text or act in ("propose_extension", "set_urgent")


CLERKS_ACTS = [
    ("propose_decline", {"reason": "Not ours", "instead": "The court"}, "received"),
    ("propose_transfer", {"reason": "Not ours", "body_zh": "法院"}, "received"),
    ("split", {"subject": "Trees", "text": "And the trees.", "kind": "help"}, "received"),
    ("mark_spam", {}, "spam"),
    ("restrict", {}, "received"),
]


@pytest.mark.parametrize(("act", "fields", "status"), CLERKS_ACTS)
async def test_a_clerks_act_is_done(house, act, fields, status):
    number = await house.letter()
    karl = await house.member("karl")

    await karl.done(page(number, act), **fields)

    assert (await house.case(number)).ticket.status == status


async def test_one_proposes_another_decides(house):
    number = await house.letter()
    karl, kim = await house.member("karl"), await house.member("kim")
    await karl.done(page(number, "propose_decline"), reason="Not ours", instead="The court")

    own = await karl.get(page(number, "decide_decline"))
    await kim.done(page(number, "decide_decline"), decision="agree")

    assert own.status_code == 403
    assert (await house.case(number)).ticket.status == "declined"


async def test_a_decision_can_be_no_with_a_reason(house):
    number = await with_roads(house)
    await house.act(number, "dora", handle.propose_extension, "parts")
    mina = await house.member("mina")

    silent = await mina.send(page(number, "decide_extension"), decision="refuse")
    await mina.done(page(number, "decide_extension"), decision="refuse", remark="Hurry up")

    assert silent.status_code == 422
    assert "#f-remark" in silent.text
    assert "Hurry up" in (await mina.get(page(number))).text


async def test_a_return_is_agreed_by_naming_the_next_office(house):
    number = await with_roads(house)
    await house.act(number, "dora", route.propose_return, "a tree")
    karl = await house.member("karl")

    await karl.done(page(number, "decide_return"), decision="agree", office=str(house.town.offices["parks"]))

    assert (await house.case(number)).ticket.lead_department_id == house.town.offices["parks"]


async def test_letters_are_merged_by_number_and_parted_again(house):
    first, second = await house.letter("first"), await house.letter("second")
    karl = await house.member("karl")

    wrong = await karl.send(page(second, "merge"), into="12")
    await karl.done(page(second, "merge"), into=first.replace("-", " "))

    assert wrong.status_code == 422
    assert "That is no letter number" in words_of(wrong)
    assert first in (await karl.get(page(second))).text
    await karl.done(page(second, "unmerge"))
    assert (await house.case(second)).ticket.status == "received"


async def test_a_letter_is_handed_over_within_the_office(house):
    number = await with_roads(house)
    hugo = await house.member("hugo")

    nobody = await hugo.send(page(number, "hand_over"), colleague="")
    await hugo.done(page(number, "hand_over"), colleague=str(house.town.people["hugo"]))

    assert nobody.status_code == 422
    assert "Choose a person" in words_of(nobody)
    assert (await house.case(number)).ticket.handler_id == house.town.people["hugo"]


async def test_who_steps_back_is_led_to_the_queues(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    answer = await dora.done(page(number, "recuse"))

    assert answer.headers["location"].startswith("/staff?")
    assert (await dora.get(page(number))).status_code == 404


async def test_the_desk_names_handlers_and_who_is_complained_about(house):
    number = await house.letter("report", kind=Kind.REPORT)
    rita, paul, dora = [await house.member(name) for name in ("rita", "paul", "dora")]

    await rita.done(page(number, "name_party"), office=str(house.town.offices["roads"]))
    refused = await rita.send(page(number, "name_handler"), person=str(house.town.people["dora"]), part="O")
    await rita.done(page(number, "name_handler"), person=str(house.town.people["paul"]), part=Part.OFFICER.value)

    assert refused.status_code == 422
    assert (await paul.get(page(number))).status_code == 200
    assert (await dora.get(page(number))).status_code == 404
    await rita.done(page(number, "dismiss_handler"), person=str(house.town.people["paul"]))
    assert (await paul.get(page(number))).status_code == 404


async def test_what_citizens_ask_is_decided(house):
    number = await answered(house)
    await house.act(number, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="still dark")
    await house.act(number, "citizen", after.ask_reopening, "still dark")
    mina = await house.member("mina")
    await mina.done(page(number, "decide_reopening"), decision="agree")
    assert (await house.case(number)).ticket.status == "in_progress"

    reviewed = await answered(house)
    await house.act(reviewed, "citizen", after.ask_review, "wrong law")
    await mina.done(page(reviewed, "decide_review"), decision="agree", office=str(house.town.offices["parks"]))
    assert (await house.case(reviewed)).ticket.lead_department_id == house.town.offices["parks"]

    erased = await answered(house)
    await house.act(erased, "citizen", protect.ask_erasure, "my data")
    karl = await house.member("karl")
    await karl.done(page(erased, "decide_erasure"), decision="agree")
    assert "Erased" in (await karl.get(page(erased))).text


async def test_spam_is_restored_and_a_letter_supervised(house):
    number = await house.letter()
    karl, mina = await house.member("karl"), await house.member("mina")

    await karl.done(page(number, "mark_spam"))
    await karl.done(page(number, "restore"))
    await mina.done(page(number, "supervise"))

    assert "Under supervision since" in (await mina.get(page(number))).text


# --- Refused ---------------------------------------------------------------------------------


async def test_what_is_missing_is_said_beside_the_field_and_the_rest_is_kept(house):
    number = await house.letter()
    karl = await house.member("karl")

    answer = await karl.send(page(number, "propose_decline"), reason="A reason of mine", instead=" ")

    assert answer.status_code == 422
    assert "A reason of mine" in answer.text
    assert 'href="#f-instead"' in answer.text
    assert "<title>Error:" in answer.text


async def test_the_second_to_act_is_told_and_keeps_what_they_typed(house):
    number = await with_roads(house)
    dora = await house.member("dora")
    form = await dora.fill(page(number, "ask"), question="Which street, please?")
    await house.act(number, "hugo", handle.set_urgent, True)

    answer = await dora.web.post(page(number, "ask"), data=form)

    assert answer.status_code == 409
    assert "Which street, please?" in answer.text
    again = await dora.web.post(
        page(number, "ask"), data=await dora.fill(page(number, "ask"), question="Which street?")
    )
    assert again.status_code == 303


@pytest.mark.parametrize("version", ["", "x", "9" * 30, "-1"])
async def test_a_form_without_a_true_version_is_not_taken(house, version):
    number = await with_roads(house)
    dora = await house.member("dora")

    answer = await dora.send(page(number, "ask"), question="Which street?", version=version)

    assert answer.status_code == 409
    assert (await house.case(number)).ticket.status == Status.IN_PROGRESS


async def test_another_language_is_chosen_without_losing_what_was_typed(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    answer = await dora.send(page(number, "ask"), question="Half a quest", switch="lang:ja")

    assert answer.status_code == 200
    assert "Half a quest" in answer.text
    assert 'lang="ja"' in answer.text
    assert 'lang="ja"' in (await dora.get("/staff")).text


async def test_an_act_nobody_knows_is_not_found(house):
    number = await with_roads(house)
    dora = await house.member("dora")

    for act in ("dance", "withdraw", "rate", "remind"):
        assert (await dora.get(page(number, act))).status_code == 404


@pytest.mark.parametrize(
    "fields", [{"office": "9" * 30}, {"office": "-1"}, {"office": ""}, {"kind": "x", "office": "1"}]
)
async def test_an_office_that_is_none_is_refused(house, fields):
    number = await house.letter()
    karl = await house.member("karl")

    answer = await karl.send(page(number, "route"), **fields)

    assert answer.status_code == 422
    assert (await house.case(number)).ticket.status == "received"

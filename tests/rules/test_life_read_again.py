"""What a citizen wrote in another language is read when their letter is handled again."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from mailbox_service.tickets.life import after, handle, route
from mailbox_service.tickets.tables.words import Status
from tests.cases import last
from tests.cast import CLOSED_OFFICE, FOREIGN, KAI, MINA, PARKS, a_letter, a_ticket, carl, routed, then


def test_what_came_after_the_reply_is_translated_when_the_letter_is_handled_again():
    case = a_ticket(Status.ANSWERED, language="ja")
    handle.add(case, "まだ暗いです", by=carl(case), now=then(case))
    after.ask_reopening(case, "まだ暗いです", by=carl(case), now=then(case))

    after.decide_reopening(case, True, by=MINA, now=then(case))

    asked = {text.message_id: text.asked_at for text in case.translations if text.message_id}
    assert list(asked) == [message.id for message in case.messages]
    assert asked[case.messages[-1].id] == last(case).at


def test_a_text_that_waited_for_an_office_that_is_closed_is_asked_of_another():
    case = routed(a_letter(language="ja"))
    (waits,) = case.translations
    waits.department_id = CLOSED_OFFICE

    route.route(case, PARKS, by=KAI, now=then(case))

    assert case.translations == [waits]
    assert (waits.message_id, waits.department_id, waits.asked_at) == (case.letter.id, FOREIGN, last(case).at)

"""The language relay: what citizens write is read, whatever language they write in."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.life import handle, reply, route, translate
from mailbox_service.tickets.tables.words import Status
from tests.cases import last, refused
from tests.cast import (
    CITY,
    DORA,
    FANG,
    FOREIGN,
    HANNA,
    KAI,
    LIBRARY,
    PARKS,
    ROADS,
    a_city,
    a_letter,
    a_ticket,
    carl,
    routed,
    signed,
    somebody,
    submitted,
    then,
)


def test_a_letter_is_translated_for_an_office_that_does_not_read_it():
    case = routed(a_letter(language="ja"))
    (asked,) = case.translations

    assert (asked.message_id, asked.reply_id, asked.language) == (case.letter.id, None, "zh")
    assert (asked.department_id, asked.due_on, asked.asked_at) == (FOREIGN, date(2026, 3, 3), last(case).at)
    assert asked.source_hash == translate.text_hash(case.letter.text)
    assert case.lead.due_on == date(2026, 3, 5)  # two days before, because the reply is translated
    with refused("translation.empty", case):
        translate.translate_letter(case, case.letter.id, " ", by=FANG, now=then(case))
    with refused("translation.none", case):
        translate.translate_letter(case, 1, "灯坏了", by=FANG, now=then(case))
    case.texts_changed = False
    translate.translate_letter(case, case.letter.id, " 灯坏了 ", by=FANG, now=then(case))
    assert (asked.text, asked.translator_id, asked.done_at) == ("灯坏了", FANG.person_id, last(case).at)
    assert (last(case).act, last(case).facts, case.texts_changed) == (
        "translate_letter",
        {"message_id": case.letter.id},
        True,
    )
    with refused("translation.none", case):
        translate.translate_letter(case, case.letter.id, "灯坏了", by=FANG, now=then(case))


def test_an_office_that_reads_the_language_needs_no_translation():
    case = routed(a_letter(language="en"), LIBRARY)
    assert case.translations == []
    assert case.lead.due_on == date(2026, 3, 6)

    route.route(case, PARKS, by=KAI, now=then(case))
    assert len(case.translations) == 1
    route.route(case, ROADS, by=KAI, now=then(case))
    assert len(case.translations) == 1


def test_what_the_citizen_adds_is_translated_while_somebody_works_on_it():
    case, waiting = routed(a_letter(language="ja")), a_letter(language="ja")

    handle.add(case, "もう一つ", by=carl(case), now=then(case))
    handle.add(waiting, "もう一つ", by=carl(waiting), now=then(waiting))
    signed(case)
    handle.inform(case, "好的", by=DORA, now=then(case))

    assert [text.message_id for text in case.translations] == [m.id for m in case.messages[:2]]
    assert waiting.translations == []
    routed(waiting)
    assert len(waiting.translations) == 2


def test_a_language_nobody_translates_stays_marked_until_an_office_reads_it():
    case = routed(a_letter(language="ko"))
    assert case.ticket.untranslatable
    assert case.translations == []

    route.route(case, PARKS, by=KAI, now=then(case))

    assert not case.ticket.untranslatable


def test_when_nobody_translates_any_more_the_head_may_call_the_version_back():
    case = submitted(a_ticket(Status.IN_PROGRESS, language="ja"))
    case.city = a_city(offices={ROADS: CITY.offices[ROADS]})
    reply.approve(case, 1, by=HANNA, now=then(case))
    assert (case.ticket.status, [t.reply_id for t in case.translations]) == (Status.IN_REVIEW, [None])

    reply.send_back(case, 1, "Nobody translates", by=HANNA, now=then(case))

    assert case.ticket.status == Status.IN_PROGRESS


def test_a_head_who_translates_does_not_approve_what_waits_for_its_translation():
    both = somebody("Bo", (RoleName.HEAD, ROADS), (RoleName.OFFICER, FOREIGN))
    case = submitted(a_ticket(Status.IN_PROGRESS, language="ja"))
    reply.approve(case, 1, by=HANNA, now=then(case))

    with refused("reply.other_step", case):
        reply.approve(case, 1, by=both, now=then(case))

"""Every notice is whole in four languages, and every event tells the citizen what it should, or nothing."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr

from mailbox_service.base.language import LANGUAGES, say, words
from mailbox_service.base.settings import Settings
from mailbox_service.mail import links, notices, outbox, sheets
from mailbox_service.mail.readers import Reader
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.life import after, handle, merge, reply, route
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import Satisfaction, Status
from tests import cast
from tests.cast import NOW, then

SETTINGS = Settings(secret=SecretStr("a secret of more than thirty-two characters"), mail_from="mailbox@qinghe.example")
NUMBER = "2026-0001234-5"
WHY = ("handler", "office", "clerk", "manager", "desk", "named", "author", "proposer", "approver", "translator")
every_language = pytest.mark.parametrize("lang", LANGUAGES)

# What tells nobody among the staff: steps of the person's own, or ones that a queue shows early enough.
SILENT = frozenset(
    {
        Act.SIGN_FOR,
        Act.ASK,
        Act.INFORM,
        Act.CORRECT_CONTACT,
        Act.TAG,
        Act.WAIVE,
        Act.TRANSLATE_LETTER,
        Act.RECUSE,
        Act.TELL_LATE,
        Act.FOLLOW_OFFICE,
        Act.RECALENDAR,
        Act.MARK_SPAM,
        Act.RESTORE,
        Act.MERGE,
        Act.UNMERGE,
        Act.ANSWER_MERGED,
        Act.CLOSE,
        Act.REVOKE_PUBLICATION,
        Act.DISMISS_HANDLER,
        Act.NAME_PARTY,
        Act.DECIDE_ERASURE,
    }
)


def sheet(lang):
    return replace(
        sheets.blank(SETTINGS, lang),
        greeting=say(lang, "Dear %(name)s,", name="Carl <b>"),
        why=say(lang, "You get this mail because this address was given for letter %(number)s.", number=NUMBER),
        rows=((say(lang, "mail.row.number"), NUMBER),),
        href=links.LINK,
        refuse_href=links.STOP,
        lead="Roads",
        body="Court",
        due="6 March",
        said="Said",
        text="What we wrote.\n\nTwo paragraphs.",
    )


@every_language
@pytest.mark.parametrize("notice", [*notices.TO_CITIZENS, notices.NEWS])
def test_a_notice_to_the_citizen_is_whole(notice, lang):
    subject, text, html = sheets.filled(SETTINGS, notice, sheet(lang), NUMBER, lang)

    reason = say(lang, "You get this mail because this address was given for letter %(number)s.", number=NUMBER)
    refuse = say(lang, "I did not write this letter")
    assert NUMBER in subject
    assert "\n" not in subject
    for part in (text, html):
        assert part.count(links.LINK) in (1, 2)  # HTML writes the address below the link as well
        assert all(each in part for each in (reason, refuse, links.STOP, NUMBER, SETTINGS.support_phone))
        assert "%(" not in part
    assert f'<html lang="{LANGUAGES[lang].tag}">' in html
    assert "Carl &lt;b&gt;" in html
    assert html.count("<h1") == 1
    assert "<img" not in html
    assert "\n\n\n" not in text
    assert not re.search(r"&\w+;", text)


@pytest.mark.parametrize("notice", [*notices.TO_CITIZENS, notices.NEWS])
def test_no_two_languages_say_it_alike(notice):
    said = {lang: sheets.filled(SETTINGS, notice, sheet(lang), NUMBER, lang) for lang in LANGUAGES}

    assert len({parts[0] for parts in said.values()}) == len(LANGUAGES)
    english = {line for line in said["en"][1].split("\n") if re.match("[A-Za-z].*[a-z]{2}", line)}
    shared = {"Said", "What we wrote.", "Two paragraphs."}
    for lang in ("zh", "ja", "ko"):
        assert english & set(said[lang][1].split("\n")) <= shared


@every_language
@pytest.mark.parametrize("notice", [*notices.TO_STAFF, notices.NEWS])
def test_a_notice_to_the_staff_is_worded(notice, lang):
    for part in ("subject", "said"):
        key = f"mail.{notice}.{part}"
        assert words(lang).gettext(key) != key
        assert lang == "en" or words(lang).gettext(key) != words("en").gettext(key)


@every_language
def test_a_mail_to_the_staff_has_its_reason_and_no_way_to_refuse(lang):
    staff = replace(sheet(lang), refuse_href="", subject="urgent", said="Something happened.", href="https://x/staff")

    subject, text, html = sheets.filled(SETTINGS, "staff", staff, NUMBER, lang)

    assert subject.endswith("urgent")
    for part in (text, html):
        assert all(each in part for each in ("Something happened.", "https://x/staff", staff.why, NUMBER))
        assert links.STOP not in part


@every_language
def test_every_reason_and_every_lateness_is_worded(lang):
    late = {Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS, Status.IN_REVIEW, Status.MERGED}
    keys = [*(f"mail.why.{why}" for why in WHY), *(f"mail.why_late.{status}" for status in late)]

    assert [key for key in keys if words(lang).gettext(key) == key] == []
    assert Reader(1, "handler").why in WHY


def test_every_act_tells_the_staff_or_is_known_to_be_silent():
    told = {act for act in Act if notices.concerns_staff(event(act), cast.restricted(cast.a_letter()).ticket)}

    assert told | SILENT == set(Act)
    assert told & SILENT == set()


def event(act, before="received", after_="received", **facts):
    return Event(ticket_id=1, round_no=1, at=NOW, act=act, actor_kind="staff", status_before=before,
                 status_after=after_, facts=facts)  # fmt: skip


def told(case):
    return [notice for each in case.events if (notice := notices.for_citizen(each))]


def test_a_whole_life_is_told_to_the_citizen_once_a_step():
    case = cast.rated(cast.answered(cast.submitted(cast.signed(cast.routed(cast.a_letter())))))

    assert told(case) == ["receipt", "passed_on", "answered", "closed"]


def test_a_return_is_told_when_it_is_agreed():
    assert told(cast.returned_once(cast.a_letter())) == ["receipt", "passed_on", "passed_on"]


def test_a_question_is_told_and_the_answer_is_not():
    case = cast.a_ticket(Status.AWAITING_CITIZEN)
    handle.answer(case, "The long one", by=cast.carl(case), now=then(case))
    handle.inform(case, "Thank you", by=cast.DORA, now=then(case))

    assert told(case)[2:] == ["question", "message"]


@pytest.mark.parametrize(("agreed", "notices_"), [(True, ["extended"]), (False, [])])
def test_an_extension_is_told_when_it_is_granted(agreed, notices_):
    case = cast.a_ticket(Status.IN_PROGRESS)
    handle.propose_extension(case, "Parts are missing", by=cast.DORA, now=then(case))
    handle.decide_extension(case, agreed, remark="No", by=cast.MINA, now=then(case))

    assert told(case)[2:] == notices_


@pytest.mark.parametrize(("status", "notice"), [(Status.DECLINED, "declined"), (Status.TRANSFERRED, "transferred")])
def test_an_end_without_a_reply_is_told(status, notice):
    assert told(cast.a_ticket(status))[-1] == notice


@pytest.mark.parametrize(("agreed", "notice"), [(True, "reopened"), (False, "not_reopened")])
def test_a_reopening_is_told_either_way(agreed, notice):
    case = cast.a_ticket(Status.CLOSED)
    after.ask_reopening(case, "Dark again", by=cast.carl(case), now=then(case))
    after.decide_reopening(case, agreed, remark="No", by=cast.MINA, now=then(case))

    assert told(case)[-1] == notice


@pytest.mark.parametrize(("office", "notice"), [(cast.LIBRARY, "review"), (None, "not_reviewed")])
def test_a_review_is_told_either_way(office, notice):
    case = cast.a_ticket(Status.DECLINED)
    after.ask_review(case, "Wrong", by=cast.carl(case), now=then(case))
    after.decide_review(case, office, remark="No", by=cast.MINA, now=then(case))

    assert told(case)[-1] == notice


def test_a_correction_is_told_when_it_goes_out():
    case = cast.a_ticket(Status.ANSWERED)
    reply.correct_reply(case, "We mended it.", by=cast.DORA, now=then(case))
    before = told(case)[-1]
    cast.approved(case)

    assert before == "answered"
    assert told(case)[-1] == "corrected"


def test_dissatisfaction_and_silence_say_nothing_but_the_close():
    case = cast.rated(cast.a_ticket(Status.ANSWERED), Satisfaction.DISSATISFIED)

    assert told(case)[-1] == "answered"


def test_a_part_split_off_gets_a_receipt_of_its_own():
    case = cast.a_letter()
    kind = case.ticket.kind
    second = merge.split(case, "B", "More", kind, number="2026-0000009-0", by=cast.KAI, now=then(case))

    assert told(second) == ["receipt"]
    assert told(case) == ["receipt"]


def test_spam_is_told_to_nobody():
    case = cast.a_ticket(Status.SPAM)
    route.restore(case, by=cast.KAI, now=then(case))

    assert told(case) == ["receipt"]


def test_only_events_that_may_concern_staff_make_the_whole_letter_be_loaded():
    case, closed_off = cast.a_letter(), cast.restricted(cast.a_letter())

    assert not notices.concerns_staff(case.events[0], case.ticket)
    assert notices.concerns_staff(case.events[0], closed_off.ticket)
    assert not notices.concerns_staff(event(Act.SPLIT, split_into=5), closed_off.ticket)


def test_nobody_can_write_a_mark():
    typed = f"{links.CODE} {links.OPEN}stop\ue001\r\nBcc: x"

    assert links.plain(typed) == "code stop Bcc: x"
    assert links.filled(links.plain_lines(typed), {}) == "code stop\r\nBcc: x"


def test_marks_become_addresses_of_the_readers_language():
    secrets = links.secrets_for(SETTINGS, "ja", 5, 2)

    filled = links.filled(f"{links.LINK} {links.RATE} {links.STOP} {links.CODE}", secrets).split()

    assert filled[0].startswith("http://127.0.0.1:8000/ja/link/")
    assert filled[1] == f"{filled[0]}?to=rate"
    assert filled[2].startswith("http://127.0.0.1:8000/ja/stop/")
    assert len(filled[3]) == 19


def test_waits_double_up_to_four_hours():
    minutes = [outbox.wait_after(tries).total_seconds() / 60 for tries in range(1, outbox.TRIES)]

    assert 0.8 <= minutes[0] <= 1.2
    assert 1.6 <= minutes[1] <= 2.4
    assert all(192 <= wait <= 288 for wait in minutes[9:])
    assert 0.75 * 48 <= sum(minutes) / 60 <= 1.25 * 48

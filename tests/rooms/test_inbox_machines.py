"""What machines write is recognised, shown beside the letter, and never answered."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from pathlib import Path

import pytest

from mailbox_service.base.db import Database
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, route
from tests.mails.build import of_parts, part, plain, text_part
from tests.rooms.arriving import a_mail, a_town_with_mail, arrive, case_of, letters, signed_address
from tests.rooms.post import PostTown

DAEMON = b"MAILER-DAEMON@mx.example.org"
NULL = "<>"


@pytest.fixture
async def post(db: Database, tmp_path: Path) -> PostTown:
    return await a_town_with_mail(db, tmp_path)


def a_bounce(mail, *, to="carl@example.org", status="5.1.1", action="failed", more=""):
    """A mail of ours comes back (RFC 3464)."""
    report = (
        f"Reporting-MTA: dns; mx\r\n{more}\r\nFinal-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}"
    )
    return of_parts(
        "report",
        text_part("I could not deliver it."),
        part("message/delivery-status", f"{report}\r\n".encode()),
        part("text/rfc822-headers", f"Message-ID: {mail}\r\n".encode()),
        more="; report-type=delivery-status",
        sender=DAEMON,
        subject=b"Undelivered Mail Returned to Sender",
    )


async def receipt_of(post):
    """A letter whose receipt was written; its number, and the mail."""
    number = await post.letter()
    await post.notify()
    return number, (await post.mails())[-1]


async def test_a_mail_that_comes_back_marks_the_address_and_stands_beside_the_letter(post):
    number, mail = await receipt_of(post)

    row = await arrive(post, a_bounce(mail.message_id), await signed_address(post, number), sender=NULL)

    case = await case_of(post, number)
    assert (row.state, row.reason, row.ticket_id) == ("machine", "bounce", case.ticket.id)
    assert case.citizen.bounced_at is not None
    assert await letters(post) == 1


async def test_a_bounce_in_free_words_marks_the_address_too(post):
    number, mail = await receipt_of(post)
    text = (
        f"Hi. This is the qmail-send program.\n<carl@example.org>:\n550 no such user\n\nMessage-ID: {mail.message_id}\n"
    )

    raw = plain(text, sender=DAEMON, subject=b"failure notice")
    await arrive(post, raw, await signed_address(post, number), sender=NULL)

    assert (await post.citizen(number)).bounced_at is not None


async def test_a_delay_or_another_address_marks_nothing(post):
    number, mail = await receipt_of(post)
    signed = await signed_address(post, number)

    for more in ({"action": "delayed", "status": "4.4.1"}, {"status": "4.2.2"}, {"to": "x@elsewhere.example"}):
        row = await arrive(post, a_bounce(mail.message_id, **more), signed, sender=NULL)

        assert row.reason in ("bounce", "")
        assert (await post.citizen(number)).bounced_at is None


async def test_an_address_that_forwards_to_a_dead_one_is_marked_by_the_first(post):
    number, mail = await receipt_of(post)
    more = "Original-Recipient: rfc822; carl@example.org"

    raw = a_bounce(mail.message_id, to="dead@elsewhere.example", more=f"\r\n{more}")
    await arrive(post, raw, await signed_address(post, number), sender=NULL)

    assert (await post.citizen(number)).bounced_at is not None


async def test_a_bounce_that_names_no_mail_is_matched_another_way(post):
    for by_name in (True, False):
        number, mail = await receipt_of(post)
        more = f"Original-Envelope-Id: {mail.id:x}\r\n" if by_name else "X: y\r\n"
        await post.change(number, email=f"{by_name}@example.org")
        await post.db.writing(
            lambda s, id_=mail.id, by=by_name: setattr(s.get(Mail, id_), "to_address", f"{by}@example.org")
        )

        raw = a_bounce("<x@y>", to=f"{by_name}@example.org", more=more)
        row = await arrive(post, raw, await signed_address(post, number), sender=NULL)

        assert row.ticket_id == mail.ticket_id
        assert (await post.citizen(number)).bounced_at is not None


async def test_word_that_came_to_no_signed_address_marks_nothing(post):
    number, mail = await receipt_of(post)

    row = await arrive(post, a_bounce(mail.message_id), post.settings.mail_from, sender=NULL)

    assert (row.reason, row.ticket_id) == ("bounce", mail.ticket_id)
    assert (await post.citizen(number)).bounced_at is None


async def test_a_bounce_of_no_mail_of_ours_lies_aside(post):
    row = await arrive(post, a_bounce("<nobodys@qinghe.example>"), sender=NULL)

    assert (row.state, row.reason, row.ticket_id) == ("machine", "bounce", None)


async def test_an_absence_note_answers_nothing_and_stands_beside_the_letter(post):
    number = await post.letter()
    await post.act(number, "karl", route.route, post.town.offices["roads"])
    await post.act(number, "dora", handle.sign_for)
    await post.act(number, "dora", handle.ask, "Which lamp?")
    raw = a_mail("Back on Monday.", "Auto-Submitted: auto-replied", subject="Automatic reply")

    row = await arrive(post, raw, await signed_address(post, number))

    case = await case_of(post, number)
    assert (row.state, row.reason, row.ticket_id) == ("machine", "auto_reply", case.ticket.id)
    assert case.ticket.status == "awaiting_citizen"


async def test_machines_write_no_letters_and_get_no_receipt(post):
    for n, (header, sender) in enumerate(
        (("List-Id: <news.example.org>", ""), ("Precedence: bulk", ""), ("X: y", NULL))
    ):
        row = await arrive(post, a_mail("News", header, id_=str(n)), sender=sender)
        assert row.state == "machine"

    assert await letters(post) == 0
    assert await post.notify() == 0


async def test_our_own_mail_that_comes_back_is_recognised(post):
    number, mail = await receipt_of(post)

    by_id = await arrive(post, a_mail("Receipt", id_=mail.message_id.strip("<>").partition("@")[0]))
    raw = a_mail("Receipt", f"X: {number}", id_="").replace(
        b"MIME-Version", f"Message-ID: {mail.message_id}\r\nMIME-Version".encode()
    )
    by_id = await arrive(post, raw)
    by_sender = await arrive(post, a_mail("Receipt", sender=f"Mailbox <{post.settings.mail_from}>", id_="9"))

    assert (by_id.state, by_id.ticket_id) == ("ours", mail.ticket_id)
    assert (by_sender.state, by_sender.ticket_id) == ("ours", None)


async def test_the_writers_own_mail_that_looks_automatic_waits_for_a_person(post):
    number = await post.letter()

    row = await arrive(post, a_mail("More", "Precedence: bulk"), await signed_address(post, number))

    assert (row.state, row.reason) == ("held", "perhaps_machine")

"""A letter is taken in: once for each form, within the limits of its network address, and not faster than people write.

Who is too fast, or writes where very many write, is asked to look at the check page first; nobody is turned away
for that, and nothing typed is lost.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import claim, clock, stops, tokens
from mailbox_service.base.language import clock_time, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.base.settings import Settings
from mailbox_service.tickets import work
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.web import csrf, errors, pages, uploads
from mailbox_service.web.letter_form import as_letter
from mailbox_service.web.page import Problem
from mailbox_service.web.public import key
from mailbox_service.web.public.write_form import CHECK, LetterForm, Sheet
from mailbox_service.web.public.write_pages import show
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600


class _CheckFirst(Exception):  # noqa: N818 - a question to the citizen, not a fault
    """Many letters come from this address: the check page comes first. Undoes the transaction."""


async def send(visit: Visit, sheet: Sheet, said: LetterForm) -> Response[bytes]:
    """Take the letter in and lead to its receipt, or to the check page where it must be seen first.

    Too many letters from this network address within the hour: the form again (429), and when to send it.
    """
    once = tokens.hashed(f"{visit.kept(csrf.COOKIE)}:{sheet.once}")
    checked = csrf.stamped(visit, f"checked:{sheet.once}", sheet.checked) is not None
    if not checked and _is_fast(visit, sheet):
        return await _check_first(visit, sheet, once, "fast")
    try:
        ticket_id, generation = await _store(visit, sheet, said, once, checked=checked)
    except _CheckFirst:
        return await _check_first(visit, sheet, once, "many")
    except Refused as refusal:
        if refusal.code == "storage.full":  # nothing typed is lost
            problem = Problem("", say_refusal(visit.lang, refusal, visit.site.zone))
            return await show(visit, sheet, [problem], status=errors.STATUS[refusal.code])
        if refusal.code == "too_many":
            return await _later(visit, sheet, refusal)
        if refusal.code != "conflict":
            raise
        if again := await _sent_before(visit, sheet, once):
            return again
        raise
    stops.reach("after-commit")
    return _to_receipt(visit, ticket_id, generation)


def _is_fast(visit: Visit, sheet: Sheet) -> bool:
    """Whether it comes sooner after its form than somebody could have written it, or with no form's stamp."""
    least = visit.site.settings.form_min_seconds
    age = csrf.stamped(visit, "begun", sheet.begun)
    return least > 0 and (age is None or age < least)


async def _store(visit: Visit, sheet: Sheet, said: LetterForm, once: str, *, checked: bool) -> tuple[int, int]:
    site, mark, now = visit.site, visit.mark, clock.now()
    letter, holder = as_letter(said, sheet.typed), sheet.holder(visit)
    after, opened = sheet.typed["after"], key.held(visit)

    def store(session: Session) -> tuple[int, int]:
        _count(session, mark, now, site.settings, checked=checked)
        linked = replace(letter, linked_from_id=_goes_on(session, after, opened)) if after else letter
        case = work.arrived(session, site.book, linked, once_key=once, by=None, now=now)
        uploads.attach(session, case, holder, now=now)
        stops.reach("after-insert")
        return case.ticket.id, case.ticket.code_generation

    return await site.db.writing(store)


def _goes_on(session: Session, after: str, opened: tokens.Link | None) -> int | None:
    """The letter that this one goes on, if it is the one that is open in this browser."""
    old = letters.linked(session, opened.ticket_id) if opened else None
    if opened is None or old is None or (old.number, old.generation) != (after, opened.generation):
        return None
    return opened.ticket_id


def _count(session: Session, mark: str, now: datetime, settings: Settings, *, checked: bool) -> None:
    count = claim.count_try(session, "letter", mark, HOUR_SECONDS, now)
    if count > settings.letters_per_address_per_hour:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))
    if count > settings.letters_before_check_page and not checked:
        raise _CheckFirst


async def _later(visit: Visit, sheet: Sheet, refusal: Refused) -> Response[bytes]:
    """The same view with everything that was typed, and the time from which it can be sent."""
    at, zone = cast("datetime", refusal.facts["at"]), visit.site.zone
    said = say_refusal(visit.lang, Refused(refusal.code, at=clock_time(at, zone)), zone)
    answer = await show(visit, sheet, [Problem("", said)], status=429)
    answer.headers["Retry-After"] = str(max(1, round((at - clock.now()).total_seconds())))
    return answer


async def _check_first(visit: Visit, sheet: Sheet, once: str, why: str) -> Response[bytes]:
    """The check page, unless this very form has become a letter already."""
    return await _sent_before(visit, sheet, once) or await show(visit, sheet.at(CHECK), asked=why)


async def _sent_before(visit: Visit, sheet: Sheet, once: str) -> Response[bytes] | None:
    """The same form was sent before: to the same receipt. With another text it is kept, to be sent as a new letter."""
    sent = await visit.site.db.reading(lambda session: letters.sent_once(session, once))
    if sent is None:
        return None
    if (sent.subject, sent.text) == (sheet.typed["subject"], sheet.typed["text"].strip()):
        return _to_receipt(visit, sent.ticket_id, sent.generation)
    return await show(visit, sheet.anew(), status=409, sent_before=sent.number)


def _to_receipt(visit: Visit, ticket_id: int, generation: int) -> Response[bytes]:
    key.show_receipt_once(visit, ticket_id, generation)
    return pages.see_other(f"/{visit.lang}/receipt")

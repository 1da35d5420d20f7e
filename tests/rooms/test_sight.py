"""What SQL lets somebody see is what the rules let them see, for everybody and every letter."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import Session, col, select

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import SYSTEM, the_citizen_of
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.find.sight import visible_to
from mailbox_service.tickets.life import handle, protect
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Kind, Part, Status
from tests.cast import (
    DORA,
    HANNA,
    HARRY,
    NOAH,
    NOW,
    PARKS,
    PAUL,
    ROADS,
    ROLF,
    RUTH,
    STAFF,
    VERA,
    WATCH,
    a_letter,
    a_ticket,
    reviewing,
    then,
)
from tests.settled import a_book, settle, store

UNMERGED = [status for status in Status if status != Status.MERGED]


def varied_letters():
    """Letters in every status, ordinary and restricted, shared, returned, translated, lifted, complained about."""
    letters = [a_ticket(status) for status in UNMERGED]
    letters += [a_ticket(status, closed_off=True) for status in UNMERGED]
    letters += [a_ticket(status, returned=True, co=True, language="ja", recused=DORA) for status in (Status.ASSIGNED,)]
    letters += [
        a_ticket(status, co=True, needs_approver=True, recused=PAUL) for status in (Status.IN_REVIEW, Status.CLOSED)
    ]
    letters += [a_ticket(Status.CLOSED, language="ja", needs_approver=True), reviewing(Status.CLOSED, co=True)]
    for office, person in ((ROADS, None), (None, HANNA), (WATCH, None), (None, ROLF), (None, VERA), (PARKS, None)):
        closed_off = a_ticket(Status.CLOSED, closed_off=True, needs_approver=True)
        protect.name_party(closed_off, office, person and person.person_id, by=RUTH, now=then(closed_off))
        letters.append(closed_off)
        lifted = a_ticket(Status.CLOSED, closed_off=True, needs_approver=True, co=True)
        protect.name_party(lifted, office, person and person.person_id, by=RUTH, now=then(lifted))
        lifted.ticket.restricted = False
        letters.append(lifted)
    report = a_letter(Kind.REPORT)
    protect.name_handler(report, NOAH, Part.OFFICER, by=RUTH, now=then(report))
    protect.name_handler(report, HARRY, Part.TRANSLATOR, by=RUTH, now=then(report))
    protect.dismiss_handler(report, HARRY.person_id, by=RUTH, now=then(report))
    stepped_back = a_ticket(Status.IN_PROGRESS, closed_off=True)
    handle.recuse(stepped_back, by=HANNA, now=then(stepped_back))
    return [*letters, report, stepped_back]


async def test_sql_and_the_rules_let_see_the_same(db):
    letters = varied_letters()

    def seen_by(session: Session, viewer):
        return set(session.exec(select(Ticket.id).where(visible_to(viewer))))

    await db.writing(settle)
    await db.writing(lambda session: store(session, *letters))

    for viewer in (*STAFF, SYSTEM, *(the_citizen_of(case.ticket.id) for case in letters[:3])):
        found = await db.reading(lambda session, viewer=viewer: seen_by(session, viewer))
        assert found == {case.ticket.id for case in letters if rights.may_see(case, viewer)}, viewer.name


async def test_the_loader_finds_what_may_be_seen_and_nothing_else(db):
    letters, book = varied_letters(), a_book()

    def found(session: Session, viewer):
        seen = set()
        for case in letters:
            try:
                seen.add(cases.case(session, book.open(session), case.ticket.number, viewer).ticket.id)
            except Refused as refusal:
                seen.discard(refusal.code)
        return seen

    await db.writing(settle)
    await db.writing(lambda session: store(session, *letters))

    for viewer in STAFF[::3]:
        wanted = {case.ticket.id for case in letters if rights.may_see(case, viewer)}
        assert await db.reading(lambda session, viewer=viewer: found(session, viewer)) == wanted, viewer.name
    with pytest.raises(Refused, match="not_found"):
        await db.reading(lambda session: cases.case(session, book.open(session), "nothing", RUTH))


async def test_people_are_who_the_cast_says(db):
    await db.writing(settle)

    for who in STAFF:
        known = await db.reading(lambda s, who=who: actors.staff(s, who.person_id, NOW.date()))
        assert (known.name, set(known.roles)) == (who.name, set(who.roles))
    assert await db.reading(lambda session: actors.staff(session, 1, NOW.date())) is None
    later = NOW.date().replace(month=12)
    gone = await db.reading(lambda session: actors.staff(session, STAFF[-1].person_id, later))
    assert gone.roles == ()


async def test_the_city_is_read_and_kept(db):
    book = a_book()
    await db.writing(settle)

    city = await db.reading(book.open)

    assert await db.reading(book.open) is city
    assert city.first_desk == {RUTH.person_id, ROLF.person_id}
    assert city.first_desk_offices == {WATCH}
    assert city.translator_of("ja").code == "foreign"
    assert city.translator_of("fr") is None
    assert city.policies["report"].reply_days == 15
    assert col(Ticket.id) is not None
    book.forget()
    assert await db.reading(book.open) is not city

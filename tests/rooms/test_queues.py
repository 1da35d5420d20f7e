"""Each line of a queue belongs there, nothing that belongs is missing, and nobody sees what isn't theirs to see."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from mailbox_service.base.db import Database
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import OPEN, Act
from mailbox_service.tickets.find import lists, queues, staff
from mailbox_service.tickets.find.proposals import DECIDES
from mailbox_service.tickets.find.queues import NOT_COUNTED, Queue
from mailbox_service.tickets.life import handle, publish, reply, route, together, translate
from mailbox_service.tickets.tables import Ticket
from mailbox_service.tickets.tables.words import Kind, Part, ProposalKind, Status
from tests import shown
from tests.databases import rows
from tests.doors.staff import town as towns
from tests.doors.staff.letters import letters_of_every_kind
from tests.rooms.finding import letters

TODAY = date(2026, 3, 6)
NOW = datetime(2026, 3, 6, 2, tzinfo=UTC)
EVERYBODY = tuple(towns.CAST)


# --- What belongs where, asked of the rules themselves ---------------------------------------


def belongs(queue, case, viewer, today):
    ticket, calendar = case.ticket, case.city.calendar
    running = ticket.status in OPEN - {Status.AWAITING_CITIZEN}
    match queue:
        case Queue.WAITING:
            return ticket.status == Status.AWAITING_CITIZEN
        case Queue.LATE:
            return running and ticket.due_on < today
        case Queue.DUE_SOON:
            soon = (ticket.office_due_on or ticket.due_on) <= calendar.after(today, 1)
            return running and ticket.due_on >= today and soon
        case Queue.ALL:
            return ticket.status in OPEN
        case Queue.URGENT:
            return ticket.status in OPEN and ticket.urgent
        case Queue.REOPENED:
            return ticket.status in OPEN and ticket.round_no > 1
        case Queue.TO_CALL | Queue.MENTIONS:
            return False  # these letters came by mail, and no note names anybody
        case Queue.ENDED:
            return ticket.status not in OPEN
        case Queue.RESTRICTED:
            return ticket.restricted and Part.DESK in rights.parts(case, viewer) and ticket.status in OPEN
    return WORK[queue](case, viewer)


def to_route(case, viewer):
    ending = any(case.pending(kind) for kind in (ProposalKind.DECLINE, ProposalKind.TRANSFER))
    return case.ticket.status == Status.RECEIVED and rights.may(Act.ROUTE, case, viewer) and not ending


def mine(case, viewer):
    named = any(h.person_id == viewer.person_id and h.ended_at is None for h in case.handlers)
    handles = case.ticket.handler_id == viewer.person_id or (case.ticket.restricted and named)
    return case.ticket.status in OPEN and handles


def my_office(case, viewer):
    return case.ticket.status in OPEN and case.ticket.lead_department_id in viewer.departments(*rights.AT_WORK)


def to_contribute(case, viewer):
    return any(done(together.contribute, case, c.id, "trees are fine", by=viewer) for c in case.contributions)


def to_approve(case, viewer):
    return case.submitted is not None and done(reply.approve, case, case.submitted.version, by=viewer)


def to_translate(case, viewer):
    letters = [done(translate.translate_letter, case, m.id, "译文", by=viewer) for m in case.messages]
    replies = case.submitted and done(reply.translate_reply, case, case.submitted.version, "translated", by=viewer)
    return any(letters) or bool(replies)


def to_decide(case, viewer):
    waiting = [p for p in case.proposals if p.outcome is None]
    return any(
        p.asked_by != viewer.person_id and rights.may(DECIDES[p.kind], case, viewer, proposed_by=p.asked_by)
        for p in waiting
    )


def to_publish(case, viewer):
    return done(publish.propose_publication, case, publish.Copy("A", "B", "C"), "of use", by=viewer)


WORK = {
    Queue.TO_ROUTE: to_route,
    Queue.MINE: mine,
    Queue.MY_OFFICE: my_office,
    Queue.CONTRIBUTE: to_contribute,
    Queue.TO_APPROVE: to_approve,
    Queue.TO_TRANSLATE: to_translate,
    Queue.PROPOSALS: to_decide,
    Queue.TO_PUBLISH: to_publish,
}


def done(verb, case, *arguments, by):
    """Whether the verb itself lets it pass. The case is thrown away afterwards."""
    try:
        verb(case, *arguments, by=by, now=NOW)
    except Refused:
        return False
    return True


def wrong_lines(session, town, name):
    """Per queue of this person: lines that don't belong, and letters that lack."""
    numbers = session.exec(select(Ticket.number)).all()
    calendar = town.book.open(session).calendar
    viewer = town.actor(session, name)
    theirs = queues.of(viewer)
    wanted: dict[Queue, set[str]] = {queue: set() for queue in theirs}
    for number in numbers:
        case = fresh(session, town, number)
        if not rights.may_see(case, viewer):
            continue
        for queue in theirs:
            if belongs(queue, case, viewer, TODAY):
                wanted[queue].add(number)
            if queue in CHANGING:
                case = fresh(session, town, number)
    session.rollback()
    found = {q: {line.number for line in lists.lines(session, q, viewer, TODAY, calendar).lines} for q in theirs}
    return {(name, queue.value): found[queue] ^ wanted[queue] for queue in theirs if found[queue] != wanted[queue]}


CHANGING = {Queue.CONTRIBUTE, Queue.TO_APPROVE, Queue.TO_TRANSLATE, Queue.TO_PUBLISH}  # asked by trying the verb


def fresh(session, town, number):
    session.expunge_all()
    return town.case(session, number)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def peopled(request: pytest.FixtureRequest) -> Iterator[tuple[str, towns.Town]]:
    """The URL of a town with letters of every kind, and the town; nobody changes it."""
    places = request.getfixturevalue("sqlite_files" if request.param == "sqlite" else "postgresql")
    url = places.fresh()
    with rows(url) as session:
        town = towns.found(session)
        letters_of_every_kind(session, town)
    yield url, town
    places.drop(url)


@pytest.fixture
async def city(peopled: tuple[str, towns.Town]) -> AsyncIterator[Database]:
    database = Database(peopled[0])
    yield database
    await database.close()


@pytest.fixture
def town(peopled: tuple[str, towns.Town]) -> towns.Town:
    return peopled[1]


async def test_each_line_belongs_there_and_nothing_lacks(city, town):
    def compare(session):
        with session.no_autoflush:
            return {place: lines for name in EVERYBODY for place, lines in wrong_lines(session, town, name).items()}

    assert await city.reading(compare) == {}


async def test_each_queue_has_somebody_with_something_in_it(city, town):
    def look(session):
        calendar = town.book.open(session).calendar
        found = set()
        for name in EVERYBODY:
            counts = staff.counts(session, town.actor(session, name), TODAY, calendar)
            found |= {queue for queue, count in counts.items() if count}
        return found

    assert await city.reading(look) == set(Queue) - NOT_COUNTED - {Queue.REOPENED, Queue.TO_CALL, Queue.MENTIONS}


async def test_counts_agree_with_the_lines(city, town):
    def compare(session):
        calendar = town.book.open(session).calendar
        for name in EVERYBODY:
            viewer = town.actor(session, name)
            counts = staff.counts(session, viewer, TODAY, calendar)
            for queue, count in counts.items():
                assert len(lists.lines(session, queue, viewer, TODAY, calendar, limit=200).lines) == count, (
                    name,
                    queue,
                )

    await city.reading(compare)


async def test_a_restricted_letter_is_in_nobodys_list_but_the_desks_and_its_handlers(city, town):
    def look(session):
        calendar = town.book.open(session).calendar
        seen = {}
        for name in EVERYBODY:
            viewer = town.actor(session, name)
            lines = [line for queue in Queue for line in lists.lines(session, queue, viewer, TODAY, calendar).lines]
            seen[name] = {line.subject for line in lines if line.restricted}
        return seen

    seen = await city.reading(look)

    assert seen["karl"] == seen["mina"] == seen["dora"] == seen["hugo"] == seen["anna"] == seen["otto"] == set()
    assert seen["sara"] == {"about the desk"}
    assert seen["paul"] == {"handled report"}
    assert "a report" in seen["rita"]


async def test_urgent_letters_come_first_and_pages_follow_each_other_both_ways(city, town):
    def walk(session):
        calendar = town.book.open(session).calendar
        karl = town.actor(session, "karl")
        whole = [line.id for line in lists.lines(session, Queue.ALL, karl, TODAY, calendar, limit=200).lines]
        page = lists.lines(session, Queue.ALL, karl, TODAY, calendar, limit=4)
        forth, first = [*page.lines], page
        while page.older:
            page = lists.lines(session, Queue.ALL, karl, TODAY, calendar, limit=4, older=page.older)
            forth += page.lines
        back = [*page.lines]
        while page.newer:
            page = lists.lines(session, Queue.ALL, karl, TODAY, calendar, limit=4, newer=page.newer)
            back = [*page.lines, *back]
        return whole, forth, back, first

    whole, forth, back, first = await city.reading(walk)

    assert [line.id for line in forth] == [line.id for line in back] == whole
    assert first.lines[0].urgent
    assert first.newer == ""


@pytest.mark.parametrize(
    "key", ["", "x", "0.20260301", "2.20260301.5", "0.20261399.5", "0.20260301.99999999999999999999"]
)
async def test_a_key_that_is_none_begins_at_the_start(city, town, key):
    def look(session):
        calendar = town.book.open(session).calendar
        karl = town.actor(session, "karl")
        return [
            lists.lines(session, Queue.ALL, karl, TODAY, calendar, limit=2, older=older).lines for older in ("", key)
        ]

    begun, asked = await city.reading(look)

    assert begun == asked


async def test_a_list_is_narrowed_to_what_is_asked(city, town):
    def look(session):
        calendar = town.book.open(session).calendar
        karl = town.actor(session, "karl")
        asked = lists.Filters(kind=Kind.COMPLAINT, status=Status.IN_REVIEW)
        return lists.lines(session, Queue.ALL, karl, TODAY, calendar, filters=asked).lines

    assert [line.subject for line in await city.reading(look)] == ["complaint"]


async def test_the_timeline_tells_everything_in_order(db):
    def look(session):
        town = towns.found(session)
        number = town.letter(session, "told")
        town.act(session, number, "karl", route.route, town.offices["roads"])
        case = town.act(session, number, "dora", handle.sign_for)
        return [event.act for event in shown.letter(session, case.city, number, town.actor(session, "dora")).events]

    assert await db.writing(look) == ["submit", "route", "sign_for"]


async def test_linked_numbers_are_shown_to_whom_may_see_the_letter(db):
    def look(session):
        town = towns.found(session)
        number = town.letter(session, "secret", kind=Kind.REPORT)
        id_ = town.case(session, number).ticket.id
        karl, rita = town.actor(session, "karl"), town.actor(session, "rita")
        return number, staff.number_of(session, [id_], karl), letters(session, number, rita).lines

    number, for_karl, for_rita = await db.writing(look)

    assert for_karl == {}
    assert [line.number for line in for_rita] == [number]

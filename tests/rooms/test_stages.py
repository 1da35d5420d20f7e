"""What waits too long to be routed or signed for: the database finds what the rule calls late, and figures count it."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlmodel import select

from mailbox_service import migrations
from mailbox_service.tickets import deadlines, stages
from mailbox_service.tickets.find import lists
from mailbox_service.tickets.find.lists import Filters
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.life import handle, protect, route
from mailbox_service.tickets.stages import Stage
from mailbox_service.tickets.statistics import anew, waiting
from mailbox_service.tickets.statistics.adding import ANY_DAY, NOW, STAGE
from mailbox_service.tickets.statistics.slices import Slice
from mailbox_service.tickets.statistics.waiting import Waiting
from mailbox_service.tickets.tables import FactMark, Ticket
from mailbox_service.tickets.tables.words import Kind
from tests.doors.staff import town as towns

# Before and after the make-up Saturdays around the festival: 14 February works, the 16th to the 23rd don't.
FIRST, LAST = date(2026, 2, 11), date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=at) for at in range((LAST - FIRST).days + 1)]
NOW_WAITING = (STAGE, NOW, ANY_DAY)
PROMISES = {"enquiry": (1, 1), "complaint": (2, 3), "help": (9, 9)}  # of help no more than its own dates leave


def at(day, hour=2):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def with_promises(session):
    town = towns.found(session)
    for kind, (triage, sign) in PROMISES.items():
        policy = session.get(towns.Policy, kind)
        policy.triage_days, policy.sign_days = triage, sign
    session.flush()
    town.book.forget()
    return town


def waiting_letters(session):
    """Some of each kind on many days, also just before and after midnight: to route, and routed but not signed for."""
    town = with_promises(session)
    for day in DAYS[:-4:2]:
        for kind in PROMISES:
            for hour in (15, 16):  # 23:00 of the day, and 00:00 of the next
                town.letter(session, "new", kind=Kind(kind), now=at(day, hour))
            number = town.letter(session, "routed", kind=Kind(kind), now=at(FIRST))
            town.act(session, number, "karl", route.route, town.offices["roads"], now=at(day, 15))
    signed = town.letter(session, "signed for", now=at(FIRST))
    town.act(session, signed, "karl", route.route, town.offices["roads"], now=at(FIRST))
    town.act(session, signed, "dora", handle.sign_for, now=at(FIRST))
    return town


def late_by_rule(city, case, stage, today):
    lead = case.lead
    if stages.of(case.ticket.status) is not stage:
        return False
    begun, own = (case.ticket.received_at, case.ticket.due_on) if lead is None else (lead.begun_at, lead.due_on)
    return deadlines.is_late(stages.due(city, stage, case.ticket.kind, begun, own), today)


async def test_the_database_finds_what_the_rule_calls_late_on_every_day(db):
    town = await db.writing(waiting_letters)

    def compare(session):
        city, karl = town.book.open(session), town.actor(session, "karl", LAST)
        cases = {number: town.case(session, number) for number in session.exec(select(Ticket.number)).all()}
        sizes = set()
        for today in DAYS:
            for stage in Stage:
                narrowed = Filters(late=stages.overdue(city, stage, today))
                page = lists.lines(session, Queue.ALL, karl, today, city.calendar, filters=narrowed, limit=500)
                wanted = {number for number, case in cases.items() if late_by_rule(city, case, stage, today)}
                assert {line.number for line in page.lines} == wanted, (today, stage)
                sizes.add(len(wanted))
        return sizes

    assert len(await db.reading(compare)) > 5


async def test_a_line_knows_since_when_its_office_has_it_until_that_signs_for_it(db):
    town = await db.writing(waiting_letters)

    def look(session):
        city, dora = town.book.open(session), town.actor(session, "dora", LAST)
        lines = lists.lines(session, Queue.MY_OFFICE, dora, LAST, city.calendar, limit=500).lines
        return [(line.lead_since, town.case(session, line.number).lead) for line in lines]

    found = await db.reading(look)

    assert [since for since, _ in found] == [lead.begun_at if lead.signed_at is None else None for _, lead in found]
    assert None in {since for since, _ in found}


async def test_figures_count_the_same_letters(db):
    town = await db.writing(waiting_letters)
    await counted(db, town)

    def compare(session):
        city, karl, roads = town.book.open(session), town.actor(session, "karl", LAST), town.offices["roads"]
        for today in DAYS[::3]:
            found = {}
            for stage in Stage:
                narrowed = Filters(late=stages.overdue(city, stage, today))
                page = lists.lines(session, Queue.ALL, karl, today, city.calendar, filters=narrowed, limit=500)
                found[stage.value] = [line for line in page.lines if line.kind == Kind.HELP], len(page.lines)
            assert waiting.now(session, city, today) == Waiting(**{name: n for name, (_, n) in found.items()})
            helps = Waiting(**{name: len(lines) for name, (lines, _) in found.items()})
            assert waiting.now(session, city, today, Slice(kind=Kind.HELP)) == helps
            of_roads = waiting.now(session, city, today, Slice(office=roads))
            assert of_roads == Waiting(0, found["signing"][1])

    await db.reading(compare)


async def test_a_city_of_the_step_before_counts_them_at_once_after_its_upgrade(db):
    town = await db.writing(waiting_letters)
    await counted(db, town)

    def look(session):
        city = town.book.open(session)
        return [waiting.now(session, city, today) for today in DAYS], anew.sum_difference(session, NOW_WAITING)

    before = await db.reading(look)
    migrations.downgrade(db.url, steps_back())
    migrations.upgrade(db.url)

    assert await db.reading(look) == before
    assert before[1] == ""
    assert before[0][-1] != Waiting(0, 0)


def steps_back():
    steps = [step.revision for step in ScriptDirectory.from_config(migrations.config("")).walk_revisions()]
    return steps.index("0014_kind_of_rounds")


async def test_restricted_letters_and_those_that_complain_about_somebody_are_in_no_figure(db):
    def make(session):
        town = towns.found(session)
        number = town.letter(session, "opened again", kind=Kind.REPORT, now=at(FIRST))
        town.letter(session, "restricted", kind=Kind.REPORT, now=at(FIRST))
        town.act(session, number, "rita", protect.name_party, town.offices["parks"])
        town.act(session, number, "rita", protect.propose_unrestrict, "it is known")
        town.act(session, number, "rolf", protect.decide_unrestrict, True)
        return town

    town = await db.writing(make)
    await counted(db, town)

    assert await db.reading(lambda session: waiting.now(session, town.book.open(session), LAST)) == Waiting(0, 0)


async def counted(db, town):
    def count(session):
        ids = anew.letters(session, after=0, limit=2_000)
        anew.put_facts(session, calendar=town.book.open(session).calendar, ids=ids, today=LAST)

    await db.writing(lambda session: session.exec(sa.delete(FactMark)))
    await db.writing(count)

"""When a letter is due and how that date came about, on the staff's pages: in words, with shape and date."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from mailbox_service.base import clock
from mailbox_service.base.language import day
from mailbox_service.tickets.life import handle, route, together
from mailbox_service.tickets.tables import Assignment, Contribution, Round, Ticket
from tests.databases import rows
from tests.doors.staff.house import words_of
from tests.doors.staff.town import ZONE


async def led(house, *steps, **more):
    roads = house.town.offices["roads"]
    return await house.letter("dark", ("karl", route.route, roads), ("dora", handle.sign_for), *steps, **more)


async def test_a_stopped_clock_says_what_is_left_and_no_date(house):
    number = await led(house, ("dora", handle.ask, "Which street?"))
    case, dora = await house.case(number), await house.member("dora")
    was, left = case.ticket.due_on, case.round.remaining

    page, lists = await dora.get(f"/staff/tickets/{number}"), await dora.get("/staff?queue=my_office")

    said = f"Clock stopped, {left} working days left"
    for shown in (page, lists):
        assert said in words_of(shown)
        assert f'datetime="{was.isoformat()}"' not in shown.text
    assert f"{left} working days are left when it goes on." in words_of(page)
    assert "Office:" not in words_of(page).partition("How this date came about")[0]


async def test_a_clock_that_went_on_tells_each_stop_with_its_days(house):
    number = await led(house, ("dora", handle.ask, "Which street?"), ("citizen", handle.answer, "Plane Street"))
    today, dora = clock.now().astimezone(ZONE).date(), await house.member("dora")

    page = words_of(await dora.get(f"/staff/tickets/{number}"))

    written = day(today, "en")
    assert f"Stopped from {written} to {written} while the writer was asked: 0 working days." in page


async def test_an_extension_says_its_days_and_its_reason(house):
    number = await led(house, ("dora", handle.propose_extension, "A part is missing"))
    await house.act(number, "mina", handle.decide_extension, True)
    dora = await house.member("dora")

    page = words_of(await dora.get(f"/staff/tickets/{number}"))

    assert "Extended by 5 working days. Reason: A part is missing" in page
    assert ": 5 working days, to " in page


async def test_a_provisional_date_says_so_wherever_it_stands(house):
    number = await led(house)
    await house.act(number, "dora", together.ask_contribution, house.town.offices["parks"], "Whose tree?")
    with rows(house.url) as session:
        case = house.town.case(session, number)
        far = case.ticket.due_on.replace(year=2035)
        session.get(Ticket, case.ticket.id).provisional = True
        for table, found in ((Assignment, case.assignments), (Contribution, case.contributions), (Round, case.rounds)):
            for one in found:
                session.get(table, one.id).due_on = far
    dora, paul = await house.member("dora"), await house.member("paul")

    page, lists = await dora.get(f"/staff/tickets/{number}"), await dora.get("/staff?queue=my_office")
    asked = await paul.get(f"/staff/tickets/{number}/contribute")

    assert "Provisional: the official calendar of that year is not known yet." in words_of(page)
    assert f"Office: {day(far, 'en')} (provisional)" in words_of(page)
    assert f"due by {day(far, 'en')} (provisional)" in words_of(page)
    assert "provisional" in words_of(lists)
    assert f"{day(far, 'en')} (provisional)" in words_of(asked)

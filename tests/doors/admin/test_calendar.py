"""The calendar's pages: what is official and from where, one day changed, a year brought in, and what follows."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.city.tables import CalendarChange, CalendarDay, CalendarYear, HeldRole, RoleName, Way
from mailbox_service.jobs.calendar import follow_calendar
from mailbox_service.tickets.tables.words import Kind
from tests.databases import rows
from tests.doors.staff.house import filled, words_of
from tests.doors.staff.town import ZONE

DAY, IMPORT, LIST = "/admin/calendar/day", "/admin/calendar/import", "/admin/calendar"
YEAR = "2031-01-01,H\n2031-01-04,W\n2031-10-01,H\n"


async def soon(house, days=2):
    """A working day that every letter of today still has before it."""
    city = await house.site.db.reading(house.site.book.open)
    return city.calendar.after(clock.now().astimezone(ZONE).date(), days)


def changes(house):
    with rows(house.url) as session:
        return list(session.exec(select(CalendarChange).order_by(col(CalendarChange.no))))


async def test_one_day_is_changed_after_a_look_at_what_moves_and_the_letters_follow(house):
    number = await house.letter("dark")
    before = (await house.case(number)).ticket.due_on
    await house.letter("secret", kind=Kind.REPORT)
    ada, day = await house.member("ada"), await soon(house)

    check = await ada.send(DAY, act="check", day=day.isoformat(), kind="free", source="Water works")
    nothing_yet = changes(house)
    saved = await ada.web.post(DAY, data=filled(check.text) | {"act": "save"})
    await follow_calendar(house.site.db, house.site.book)

    said = words_of(check)
    assert (check.status_code, nothing_yet, saved.status_code) == (200, [], 303)
    assert "The due date of 1 letter moves." in said
    assert number not in said
    assert "dark" not in said
    assert "neither shown nor counted" in said
    [change] = changes(house)
    assert (change.way, change.source, change.made_by) == (Way.TYPED, "Water works", house.town.people["ada"])
    city = await house.site.db.reading(house.site.book.open)
    case = await house.case(number)
    assert case.ticket.due_on == city.calendar.after(before, 1)
    karl = await house.member("karl")
    page = words_of(await karl.get(f"/staff/tickets/{number}"))
    assert "The calendar changed: dates counted anew" in page
    assert "the calendar of working days was changed" in page
    year = words_of(await ada.get(f"{LIST}/{day.year}?done=calendar"))
    assert "Typed in: Water works" in year
    assert "Saved. Letters whose date moves follow" in year
    assert "Ada" in year.title()


async def test_a_clerk_who_administers_sees_which_letters_move(house):
    number = await house.letter("dark")
    karl = await house.member("karl")
    with rows(house.url) as session:
        given = HeldRole(person_id=house.town.people["karl"], role=RoleName.ADMINISTRATOR, given_at=clock.now())
        given.confirmed_at = clock.now()
        session.add(given)

    day = await soon(house)
    check = await karl.send(DAY, act="check", day=day.isoformat(), kind="free", source="Snow")

    assert f"/staff/tickets/{number}" in check.text


async def test_a_year_is_brought_in_from_a_file(house):
    ada = await house.member("ada")
    form = await ada.fill(IMPORT, act="check", source="Notice of 2030")

    check = await ada.web.post(IMPORT, data=form, files={"file": ("2031.csv", YEAR.encode("gb18030"), "text/csv")})
    saved = await ada.web.post(IMPORT, data=filled(check.text) | {"act": "save"})

    assert check.status_code == 200, words_of(check)
    assert "The year becomes official: 2031." in words_of(check)
    assert saved.headers["location"] == f"{LIST}/2031?done=calendar"
    with rows(house.url) as session:
        assert session.get(CalendarYear, 2031).source == "Notice of 2030"
        days = session.exec(select(CalendarDay).where(col(CalendarDay.day) >= date(2031, 1, 1))).all()
    assert len(days) == 3
    assert [change.way for change in changes(house)] == [Way.FILE]
    page = words_of(await ada.get(f"{LIST}/2031"))
    assert "From a file: Notice of 2030" in page
    assert "1 H Holiday" in page
    again = await ada.get(f"{IMPORT}?year=2031")
    assert "2031-01-04,W" in again.text
    assert "2031" in words_of(await ada.get(LIST))


async def test_what_is_typed_is_as_good_as_a_file(house):
    ada = await house.member("ada")

    check = await ada.send(IMPORT, act="check", source="By hand", lines=YEAR)
    edited = await ada.web.post(IMPORT, data=filled(check.text) | {"act": "edit"})
    await ada.web.post(IMPORT, data=filled(check.text) | {"act": "save"})

    assert "Typed in: By hand" in words_of(check)
    assert "2031-01-04,W" in edited.text
    assert [change.way for change in changes(house)] == [Way.TYPED]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("2031-01-01,H\nnever,H\n2031-01-04,perhaps", "Line 2 has no date"),
        ("2031-01-01,H\n2031-01-04,perhaps", "Line 2 does not say H or W"),
        ("2031-01-01,H\n2032-01-04,W", "Line 2 belongs to another year"),
        ("2031-01-01,H\n2031-01-01,W", "Line 2 says otherwise"),
        ("", "There is no day in it."),
        ("2031-01-01,H", "does not name 1 January and 1 October"),
        ("1999-01-01,H\n1999-10-01,H", "The year must lie between 2000 and 2199."),
    ],
)
async def test_what_cannot_be_brought_in_is_said_and_kept(house, lines, said):
    ada = await house.member("ada")

    page = await ada.send(IMPORT, act="check", source="Notice", lines=lines)

    assert (page.status_code, said in words_of(page)) == (422, True), words_of(page)
    assert 'value="Notice"' in page.text
    assert changes(house) == []


async def test_a_year_that_is_whole_all_the_same_is_taken_at_the_administrators_word(house):
    ada = await house.member("ada")

    page = await ada.send(IMPORT, act="check", source="Notice", lines="2031-01-01,H", whole="yes")

    assert page.status_code == 200, words_of(page)


@pytest.mark.parametrize("raw", [b"\xff\xff\xff\xff", b"2031-01-01,H\n" * 6_000])
async def test_a_file_that_is_none_or_too_large_is_said_to_be(house, raw):
    ada = await house.member("ada")
    form = await ada.fill(IMPORT, act="check", source="Notice")

    page = await ada.web.post(IMPORT, data=form, files={"file": ("x.csv", raw, "text/csv")})

    assert (page.status_code, "no table of days" in words_of(page)) == (422, True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "soon"}, "Name a day"),
        ({"day": "2027-01-04", "kind": "half"}, "Choose what the day is."),
        ({"day": "2027-01-04", "source": ""}, "Say from where it comes"),
        ({"day": "2027-01-04", "kind": "works"}, "The calendar says so already"),
    ],
)
async def test_a_day_that_cannot_be_changed_is_said_beside_its_field(house, fields, said):
    ada = await house.member("ada")

    page = await ada.send(DAY, act="check", **{"kind": "free", "source": "Snow"} | fields)

    assert (page.status_code, said in words_of(page)) == (422, True), words_of(page)


async def test_who_saves_over_a_newer_calendar_is_shown_what_would_follow_now(house):
    ada, other, day = await house.member("ada"), await house.member("ada"), await soon(house)
    asked = {"day": day.isoformat(), "kind": "free", "source": "Snow"}
    late = filled((await ada.send(DAY, act="check", **asked)).text) | {"act": "save"}
    second = filled((await other.send(DAY, act="check", **asked | {"day": "2031-05-05"})).text) | {"act": "save"}
    assert (await other.web.post(DAY, data=second)).status_code == 303

    clash = await ada.web.post(DAY, data=late)

    assert (clash.status_code, "changed the calendar meanwhile" in words_of(clash)) == (409, True)
    assert (await ada.web.post(DAY, data=filled(clash.text) | {"act": "save"})).status_code == 303
    assert [change.no for change in changes(house)] == [1, 2]


async def test_a_switch_of_language_keeps_what_was_typed(house):
    ada = await house.member("ada")

    page = await ada.send(DAY, act="", switch="lang:ko", source="Half a sen")

    assert 'lang="ko"' in page.text
    assert 'value="Half a sen"' in page.text


async def test_only_administrators_come_in_and_only_to_years_there_are(house):
    karl, ada = await house.member("karl"), await house.member("ada")

    for path in (DAY, IMPORT, LIST, f"{LIST}/2026"):
        assert (await karl.get(path)).status_code == 403
    token = (await karl.fill("/staff"))["csrf"]
    for path in (DAY, IMPORT):
        assert (await karl.web.post(path, data={"csrf": token, "act": "save"})).status_code == 403
    assert [(await ada.get(f"{LIST}/{year}")).status_code for year in ("1999", "2200", "new")] == [404] * 3
    assert "No official calendar yet" in words_of(await ada.get(f"{LIST}/2100"))
    assert (await ada.web.post(DAY, data={"csrf": "", "act": "save"})).status_code == 403

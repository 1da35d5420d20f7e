"""Files: every table of figures and the letters behind a number, noted in the log, without a word of any letter."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape

from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.tables import AuditRow
from mailbox_service.jobs.figures import figures
from mailbox_service.tickets.life import route
from mailbox_service.tickets.tables.words import Kind
from tests.doors.staff.house import words_of

FILE = re.compile(r'href="(/manager[^"]*as=(?:csv|xlsx)[^"]*)"')
PAGES = ("", "/offices", "/topics", "/ages", "/satisfaction", "/mail", "/translations", "/figures", "/report")
CANARY = "zqkwrenzq"


async def a_house_at_work(house):
    """Two letters with the roads office, one in confidence; counted."""
    roads = ("karl", route.route, house.town.offices["roads"])
    numbers = [await house.letter(f"{CANARY} {nth}", roads, name=f"{CANARY} Carl") for nth in range(2)]
    secret = await house.letter(CANARY, kind=Kind.REPORT)
    await figures(house.site.db, house.site.settings, house.town.book)
    return numbers, secret


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def logged(house):
    wanted = select(AuditRow).where(AuditRow.act == "figures.exported").order_by(col(AuditRow.id))
    return await house.site.db.reading(lambda s: [(row.person_id, row.facts) for row in s.exec(wanted)])


async def test_every_table_of_every_page_leaves_as_csv_and_as_xlsx_and_is_noted(house):
    await a_house_at_work(house)
    mina = await house.member("mina")

    links = []
    for page in PAGES:
        found = [unescape(link) for link in FILE.findall((await mina.get(f"/manager{page}")).text)]
        links += found
        for link in found:
            answer = await mina.get(link)
            kind = "xlsx" if "as=xlsx" in link else "csv"
            assert answer.status_code == 200, link
            assert re.fullmatch(rf'attachment; filename="[\w-]+\.{kind}"', answer.headers["content-disposition"])
            assert answer.headers["cache-control"] == "no-store"
            assert CANARY.encode() not in answer.content
            if kind == "xlsx":
                assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None

    assert len(links) >= 20
    assert len(await logged(house)) == len(links)


async def test_a_file_says_its_period_its_meanings_and_what_is_not_in_it(house):
    await a_house_at_work(house)
    mina, today = await house.member("mina"), clock.day_in(house.site.zone, clock.now())
    month = f"{today:%Y-%m}"

    answer = await mina.get(f"/manager/topics?period={month}&table=kind&as=csv")

    rows = rows_of(answer)
    assert answer.headers["content-disposition"] == f'attachment; filename="topics-{month}.csv"'
    assert rows[0][:5] == ["Kind", "Received", "On-time rate", "On-time rate (n)", "Time to reply, median days"]
    assert ["Period", f"{today:%B %Y}"] in rows
    assert any(row[:1] == ["Which letters"] for row in rows)
    assert any(row[:1] == ["On-time rate"] and "÷" in row[1] for row in rows)
    person, facts = (await logged(house))[-1]
    assert person == house.town.people["mina"]
    assert facts == {"tables": ["kind"], "period": month, "format": "csv", "page": "/manager/topics"}


async def test_the_letters_behind_a_number_leave_without_text_or_names(house):
    numbers, secret = await a_house_at_work(house)
    mina = await house.member("mina")

    answer = await mina.get("/manager/letters?figure=received&as=csv")

    rows = rows_of(answer)
    assert rows[0] == ["Number", "Kind", "Subject area", "Office", "Status", "Begun", "Due", "Ended"]
    assert [row[0] for row in rows[1:3]] == sorted(numbers)
    assert rows[1][1:5] == ["Enquiry", "", "Roads Bureau", "Passed on"]
    assert CANARY not in answer.text
    assert secret not in answer.text
    assert (await logged(house))[-1][1]["rows"] == 2


async def test_who_may_not_read_figures_gets_no_file(house):
    for name, page in (("karl", "/topics"), ("otto", "/letters?figure=received"), ("dora", "/report")):
        member = await house.member(name)
        answer = await member.get(f"/manager{page}{'&' if '?' in page else '?'}as=csv")
        assert answer.status_code == 403, page

    assert await logged(house) == []


async def test_an_unknown_format_is_a_page(house):
    mina = await house.member("mina")

    assert "<h1>" in (await mina.get("/manager/topics?as=exe")).text
    assert words_of(await mina.get("/manager/topics?as=csv&table=none")).startswith("\ufeff")

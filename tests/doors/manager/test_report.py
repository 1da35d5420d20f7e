"""The report on paper, who gets it by mail, and the months everybody can read."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import delete, select

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.city.tables import CalendarYear
from mailbox_service.desk.tables import ReportOrder
from mailbox_service.jobs.figures import figures
from mailbox_service.mail import links
from mailbox_service.tickets.life import reply, route
from mailbox_service.tickets.statistics import published
from mailbox_service.tickets.tables import PublishedMonth
from tests.doors.staff.house import says, words_of
from tests.public_figures import a_month

TITLES = {"en": "Report:", "zh": "报告：", "ja": "報告書：", "ko": "보고서:"}
ORDERS, PUBLISHED = "/manager/report/orders", "/manager/published"
MAY = date(2026, 5, 1)


async def worked(house):
    roads = ("karl", route.route, house.town.offices["roads"])
    await house.letter("a", roads, ("dora", reply.submit_reply, "Mended."), ("hugo", reply.approve, 1))
    await house.letter("b", roads)
    await figures(house.site.db, house.site.settings, house.town.book)


async def keep(house, *rows):
    await house.site.db.writing(lambda session: session.add_all(rows))


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_report_reads_in_each_language_with_its_meanings_last(house, lang):
    await worked(house)
    mina = await house.member("mina", lang)

    page = (await mina.get(f"/manager/report?period={clock.day_in(house.site.zone, clock.now()):%Y-%m}")).text

    assert f"<h1>{TITLES[lang]}" in page
    assert page.count(f'href="{ORDERS}"') == 1
    assert page.count('<section class="chapter"><h2>') >= 6
    assert page.index('<dl class="meanings">') > page.rindex('<table class="figures"')
    assert page.count('<svg class="lines"') >= 1
    assert "style=" not in page


async def test_a_report_is_of_a_whole_period_and_of_the_last_month_unless_asked(house):
    mina = await house.member("mina")

    quarter = words_of(await mina.get("/manager/report?period=2026-q1"))
    days = words_of(await mina.get("/manager/report?period=2026-03-02--2026-03-05"))

    assert "Report: First quarter of 2026" in quarter
    assert "2 Mar 2026" not in days


async def test_reports_are_ordered_and_stopped_by_their_reader_alone(house):
    mina, otto = await house.member("mina"), await house.member("otto")

    await mina.done(ORDERS, every="month")
    await otto.done(ORDERS, every="quarter")
    await mina.done(ORDERS, every="")

    def orders(session):
        return [(one.person_id, one.every) for one in session.exec(select(ReportOrder))]

    assert await house.site.db.reading(orders) == [(house.town.people["otto"], "quarter")]
    assert "They go to mina@qinghe.example." in words_of(await mina.get(f"{ORDERS}?done=1"))


async def test_the_next_reports_day_is_provisional_until_its_years_holidays_are_known(house):
    await house.site.db.writing(lambda session: session.execute(delete(CalendarYear)))
    mina = await house.member("mina")

    page = words_of(await mina.get(ORDERS))

    assert page.count("Next on") == page.count("(provisional)") == 2


async def test_one_click_in_the_mail_ends_that_report_without_being_signed_in(house):
    mina = await house.member("mina")
    await mina.done(ORDERS, every="month")
    site, visitor = house.site, await house.visitor()
    links_ = links.secrets_of_report(site.settings, "report_month", house.town.people["mina"])
    path = links_["unsubscribe"].removeprefix(site.settings.public_url)

    asked = await visitor.get(path)
    kept = await site.db.reading(lambda session: len(session.exec(select(ReportOrder)).all()))
    ended = await visitor.web.post(path, data={"List-Unsubscribe": "One-Click"})

    assert "Send me no more of these" in asked.text
    assert kept == 1
    assert "You get it no more." in words_of(ended)
    assert await site.db.reading(lambda session: session.exec(select(ReportOrder)).all()) == []
    for token in ("x", path.rpartition("/")[2][:-2]):
        assert (await visitor.get(f"/staff/reports/{token}")).status_code == 404


@pytest.mark.parametrize("who", ["karl", "hugo", "ada"])
async def test_others_order_no_reports_and_read_no_published_months(house, who):
    member = await house.member(who)

    for path in (ORDERS, PUBLISHED, f"{PUBLISHED}/2026-05"):
        assert says(await member.get(path), "not_yours"), path


async def test_a_manager_publishes_a_month_again_with_a_reason(house):
    await keep(house, a_month(MAY))
    mina = await house.member("mina")
    path = f"{PUBLISHED}/2026-05"

    assert "May 2026" in words_of(await mina.get(PUBLISHED))
    assert "What a new version would change" in words_of(await mina.get(path))
    without = await mina.send(path, remark="counted anew")
    assert without.status_code == 422
    assert says(without, "correction.reason")
    assert "counted anew" in without.text
    await mina.done(path, why="mistake", remark="counted anew")

    rows = await house.site.db.reading(lambda s: [(r.version, r.why, r.remark) for r in published.versions(s, MAY)])
    page = words_of(await mina.get(f"{path}?done=1"))
    assert rows == [(1, "first", ""), (2, "mistake", "counted anew")]
    assert "The new version is public." in page
    assert "The figures are still as they were published." in page


async def test_an_auditor_reads_but_does_not_publish(house):
    await keep(house, a_month(MAY))
    otto = await house.member("otto")
    path = f"{PUBLISHED}/2026-05"

    page = await otto.get(path)
    answer = await otto.send(path, seen="1", why="late")

    assert "<form id=" not in page.text.partition("<main")[2]
    assert says(answer, "not_yours")
    assert await house.site.db.reading(lambda s: len(s.exec(select(PublishedMonth)).all())) == 1


async def test_a_month_never_published_is_not_found(house):
    mina = await house.member("mina")

    for month in ("2026-05", "x", "2026-13"):
        assert (await mina.get(f"{PUBLISHED}/{month}")).status_code == 404

"""The other pages of figures, for a month counted by hand, and who reads them."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from html import unescape

from mailbox_service.web.manager import room
from tests.doors.staff.house import words_of
from tests.doors.staff.test_statements import counted

MARCH = "?period=2026-03"


async def test_the_period_stands_beside_the_one_before_with_n_meaning_and_ways(march):
    mina = await march.member("mina")

    page = await mina.get(f"/manager{MARCH}")

    words = words_of(page)
    assert "Received 26 0 +26" in words
    assert "On-time rate 65.2% 15 of 23 Nothing was due –" in words
    assert "Time to reply, median days 3 (n = 18, without: 5)" in words
    assert "Rounds replied to by their due date ÷ all rounds due in the period." in words
    assert '<a href="/manager/letters?period=2026-03&amp;figure=on_time">65.2%</a>' in page.text


async def test_the_trend_is_drawn_and_stands_in_a_table(march):
    mina = await march.member("mina")

    page = await mina.get(f"/manager{MARCH}")

    assert '<svg class="lines" role="img"' in page.text
    assert "<desc" in page.text
    assert "March 2026 26 20 8" in words_of(page)


async def test_a_part_of_a_month_says_that_it_is_counted_letter_by_letter(march):
    mina = await march.member("mina")

    page = words_of(await mina.get("/manager?from=2026-03-02&to=2026-03-31"))

    assert "2 Mar 2026 to 31 Mar 2026" in page
    assert "65.2% 15 of 23" in page
    assert "Counted letter by letter" in page
    assert "Counted letter by letter" not in words_of(await mina.get(f"/manager{MARCH}"))


async def test_every_page_shows_the_counted_month(march):
    mina = await march.member("mina")

    async def page(path):
        return words_of(await mina.get(f"/manager/{path}{'&' if '?' in path else '?'}period=2026-03"))

    assert "Roads Bureau – 70.6% 12 of 17" in await page("offices")
    assert "Roads Bureau 17 16 1" in await page("offices")
    assert "Complaint 1 0.0% 0 of 1 – 3.8% 1 of 26" in await page("topics")
    assert "Satisfaction 66.7% 2 of 3" in await page("satisfaction")
    assert "Open at the end of 31 Mar 2026" in await page("ages")
    assert "Japanese 1 +1 1 100.0% 1 of 1 1 (n = 1) 1 0" in await page("translations")
    assert "No mail was sent" in await page("mail")
    assert "Net flow 6 0 +6" in await page("figures")
    assert "Enquiry 15 of 22" not in await page("figures")
    assert "Enquiry 22 68.2% 15 of 22" in await page("figures?by=kind")
    assert "Silence is not satisfaction" in await page("definitions")


async def test_a_number_leads_to_the_letters_behind_it_and_on(march):
    mina = await march.member("mina")

    counted = await mina.get(f"/manager/letters{MARCH}&figure=on_time")
    short = await mina.get(f"/manager/letters{MARCH}&figure=on_time&missed=yes")
    narrowed = await mina.get(f"/manager/letters{MARCH}&figure=due&language=ja")

    assert counted.text.count('class="line-number"') == 15
    assert short.text.count('class="line-number"') == 8
    assert "japanese" in words_of(narrowed)
    assert narrowed.text.count('class="line-number"') == 1
    assert "restricted" not in words_of(await mina.get(f"/manager/letters{MARCH}&figure=received"))


async def test_the_letters_are_paged_by_key(march, monkeypatch):
    monkeypatch.setattr("mailbox_service.web.manager.letters.SHOWN", 10)
    mina = await march.member("mina")
    path, seen = f"/manager/letters{MARCH}&figure=due", []

    while path:
        page = await mina.get(path)
        seen += [line.split("</a>")[0].split(">")[-1] for line in page.text.split('class="line-number"')[1:]]
        older = re.findall(r'rel="next" href="([^"]*after=[^"]*)"', page.text)
        path = unescape(older[0]) if older else ""

    assert len(seen) == 23


async def test_a_place_that_is_none_begins_at_the_start(march):
    mina = await march.member("mina")

    for after in ("x", "20260332.1", "20260302.x", "99999999999.1", "20260302.99999999999999999999"):
        page = await mina.get(f"/manager/letters{MARCH}&figure=due&after={after}")
        assert page.text.count('class="line-number"') == 23


async def test_a_word_that_is_no_figure_is_not_found(march):
    mina = await march.member("mina")

    assert (await mina.get("/manager/letters?figure=luck")).status_code == 404


async def test_managers_auditors_and_heads_read_figures(march):
    found = {}
    for name in ("mina", "otto", "hugo", "karl", "dora", "ada"):
        member = await march.member(name)
        found[name] = {(await member.get(path)).status_code for path in room.TABS}

    assert all(found[name] == {200} for name in ("mina", "otto", "hugo"))
    assert all(found[name] == {403} for name in ("karl", "dora", "ada"))


async def test_a_head_reads_their_own_offices_figures(march):
    hugo, parks = await march.member("hugo"), march.town.offices["parks"]

    page = words_of(await hugo.get(f"/manager/offices{MARCH}"))
    other = words_of(await hugo.get(f"/manager/offices{MARCH}&office={parks}"))
    behind = await hugo.get(f"/manager/letters{MARCH}&figure=office_on_time&office={parks}")

    assert "70.6% 12 of 17" in page
    assert "Parks Bureau" not in page
    assert other == page
    assert behind.text.count('class="line-number"') == 12


async def test_an_auditor_is_led_to_no_letter(march):
    otto = await march.member("otto")

    page = await otto.get(f"/manager{MARCH}")

    assert "65.2%" in page.text
    assert "/manager/letters" not in page.text
    assert (await otto.get("/manager/letters?figure=due")).status_code == 403


async def test_figures_are_in_every_language(march):
    for lang in ("zh", "ja", "ko"):
        mina = await march.member("mina", lang)
        page = words_of(await mina.get("/manager/definitions"))
        assert "definition." not in page
        assert "On-time" not in page


async def test_no_page_asks_the_database_more_often_for_more_letters(march):
    mina = await march.member("mina")
    asked = {}
    for path in (*room.TABS, "/manager/letters"):
        for period in ("2025-03", "2026-03"):
            await mina.get(f"{path}?period={period}")  # what is read once for all pages
            with counted() as statements:
                assert (await mina.get(f"{path}?period={period}")).status_code == 200
            asked[path, period] = len(statements)

    assert {path for path, period in asked if asked[path, period] != asked[path, "2026-03"]} == set()
    assert max(asked.values()) < 60


async def test_nothing_lies_before_the_first_year(march):
    mina = await march.member("mina")

    assert 'rel="prev"' not in (await mina.get("/manager/offices?period=2000-01")).text
    assert 'rel="prev"' in (await mina.get("/manager/offices?period=2001")).text

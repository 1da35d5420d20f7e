"""The queues' page and the search."""

from __future__ import annotations

import pytest

from mailbox_service.tickets.find import matches
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.tables.words import Kind
from tests.doors.staff.house import words_of


async def test_the_first_queue_in_which_something_waits_is_shown(house):
    number = await house.letter("lamp")
    karl = await house.member("karl")

    page = await karl.get("/staff")

    assert number in page.text
    assert "To pass on 1" in words_of(page)
    assert 'href="/staff?queue=to_route" aria-current="page"' in page.text


async def test_an_empty_queue_says_so_and_leads_to_the_next(house):
    await house.letter("lamp", ("karl", route.route, house.town.offices["roads"]))
    dora = await house.member("dora")

    page = await dora.get("/staff?queue=mine")

    assert "Nothing waits here" in page.text
    assert "/staff?queue=my_office" in page.text


async def test_a_list_is_filtered_and_says_when_nothing_fits(house):
    help_, enquiry = await house.letter("help", kind=Kind.HELP), await house.letter("enquiry")
    karl = await house.member("karl")

    filtered = await karl.get("/staff?queue=all&kind=help")
    nothing = await karl.get("/staff?queue=all&kind=praise")

    assert help_ in filtered.text
    assert enquiry not in filtered.text
    assert "No letter here fits" in nothing.text


@pytest.mark.parametrize(
    "query",
    [
        "queue=x",
        "queue=all&office=" + "9" * 40,
        "queue=all&due=2026-99-99",
        "queue=all&language=%00",
        "older=x&newer=y",
    ],
)
async def test_strange_addresses_are_answered(house, query):
    karl = await house.member("karl")

    assert (await karl.get(f"/staff?{query}")).status_code == 200


async def test_long_lists_have_older_and_newer_pages(house):
    def many(session):
        for number in range(28):
            house.town.letter(session, f"letter {number}")

    await house.site.db.writing(many)
    karl = await house.member("karl")

    first = await karl.get("/staff?queue=all")
    older = next(part.split('"')[0] for part in first.text.split('rel="next" href="')[1:]).replace("&amp;", "&")
    second = await karl.get(older)

    assert first.text.count("data-key=") == 25
    assert second.text.count("data-key=") == 3
    assert 'rel="prev"' in second.text


async def test_who_reads_no_letters_is_told_so(house):
    ada = await house.member("ada")

    page = await ada.get("/staff")

    assert page.status_code == 200
    assert "Your roles read no letters" in page.text


async def test_a_letter_is_found_by_number_and_by_words(house):
    number = await house.letter("地铁站的电梯坏了")
    karl = await house.member("karl")

    for query in (number, number.replace("-", ""), "电梯", "地"):
        assert number in (await karl.get("/staff/search", params={"q": query})).text, query
    assert "Nothing found" in (await karl.get("/staff/search?q=nowhere")).text


@pytest.mark.parametrize(
    ("text", "language", "lang"),
    [
        ("地铁站很远。", "zh", "zh-Hans"),
        ("地铁站很远。", "en", "zh-Hans"),
        ("地下鉄の駅", "ja", "ja"),
        ("地下鉄", "ja", "ja"),
        ("지하철 역", "zh", "ko"),
        ("A station", "en", ""),
    ],
)
async def test_a_piece_of_what_was_found_says_its_language(house, text, language, lang):
    await house.letter("Far", text=text, language=language)
    karl = await house.member("karl")

    page = await karl.get("/staff/search", params={"q": text})

    assert f'lang="{lang}" dir="auto"><mark>' in page.text


@pytest.mark.parametrize(
    ("query", "said", "marked"),
    [
        ("地铁", "去地铁站怎么走？", "地铁"),
        ("地铁 公园 学校 医院", "去地铁站怎么走？公园、学校和医院呢？", "地铁"),
        ("公园 地铁", "去地铁站怎么走？公园呢？", "地铁"),
        ("lamps", "Lamp after lamp", "Lamp"),
        ("地铁 lamps", "A LAMP，地铁站", "地铁"),
        ("ÖL", "Altes Öl", "Öl"),
    ],
)
async def test_an_excerpt_is_of_the_text_that_holds_the_words(house, query, said, marked):
    roads = house.town.offices["roads"]
    steps = ("karl", route.route, roads), ("dora", handle.sign_for), ("dora", handle.inform, said)
    await house.letter("Nothing", *steps, text="Nothing to see here.")
    karl = await house.member("karl")

    page = await karl.get("/staff/search", params={"q": query})

    assert f"<mark>{marked}</mark>" in page.text
    assert "Nothing to see here" not in page.text


async def test_more_letters_than_are_counted_are_said_to_be_more(house, monkeypatch):
    monkeypatch.setattr(matches, "COUNTED", 1)
    karl = await house.member("karl")

    async def said():
        return (await karl.get("/staff/search?q=lamp")).text

    await house.letter("A lamp is dark")
    assert '<p role="status">1 letter</p>' in await said()
    await house.letter("A lamp is dark")
    assert '<p role="status">More than 100 letters, the newest first. Add a word or a filter' in await said()


async def test_search_finds_nothing_out_of_sight(house):
    number = await house.letter("bribe", kind=Kind.REPORT)
    karl = await house.member("karl")

    page = await karl.get("/staff/search", params={"q": "bribe"})

    assert number not in page.text
    assert "Nothing found" in page.text


async def test_a_stopped_clock_is_no_date_in_the_list(house):
    number = await house.letter("lamp", ("karl", route.route, house.town.offices["roads"]))
    await house.act(number, "dora", handle.ask, "which?")
    dora = await house.member("dora")

    assert "Clock stopped" in words_of(await dora.get("/staff?queue=waiting"))


async def test_the_numbers_on_the_tabs_are_counted_anew_after_an_act_of_ones_own(house):
    karl = await house.member("karl")
    await karl.get("/staff?queue=to_route")
    await house.letter("A lamp")

    soon, after_act = await karl.get("/staff?queue=to_route"), await karl.get("/staff?queue=to_route&done=route")

    assert 'queue=to_route" aria-current="page">To pass on <span class="count">0</span>' in soon.text
    assert 'queue=to_route" aria-current="page">To pass on <span class="count">1</span>' in after_act.text
    assert "A lamp" in soon.text  # the letters themselves are always read

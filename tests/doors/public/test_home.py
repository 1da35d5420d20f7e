"""The first page and the frame around every page."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from pydantic import SecretStr

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.settings import Settings
from mailbox_service.tickets.tables import Publication
from tests.doors.public.conftest import open_citizen, words_of

every_language = pytest.mark.parametrize("lang", LANGUAGES)
SECTIONS = {
    "en": "Home About Government Bulletin Latest News Laws and Regulations",
    "zh": "首页 城市概况 政府公报 最新消息 法规规章",
    "ja": "ホーム 市の紹介 市政公報 お知らせ 条例・規則",
    "ko": "홈 시 소개 시정 공보 새 소식 법규",
}


@every_language
async def test_the_first_page_says_what_to_do_in_danger_before_anything_else(citizen, lang):
    page = (await citizen.get(f"/{lang}")).text

    main = page[page.index("<main") :]

    assert main.index("110") < main.index("119") < main.index("120") < main.index(f'class="first" href="/{lang}/write"')


@every_language
async def test_the_citys_sections_are_there_from_the_start_and_lead_somewhere(citizen, lang):
    page = await citizen.get(f"/{lang}")

    links = re.search(r'<nav class="city-sections".*?</nav>', page.text, re.DOTALL)

    assert links
    assert " ".join(re.findall(r">([^<>\n]+)</a>", links.group())) == SECTIONS[lang]
    for href in re.findall(r'href="([^"]+)"', links.group()):
        assert (await citizen.get(href)).status_code == 200, href


async def test_the_language_switch_keeps_the_page_and_what_was_asked(citizen):
    page = (await citizen.get("/en/search?q=visa")).text

    assert '<a href="/ja/search?q=visa" lang="ja" hreflang="ja">日本語</a>' in page
    assert '<a href="/en/search?q=visa" lang="en" hreflang="en" aria-current="true">English</a>' in page


async def test_the_foot_names_who_runs_it_and_how_to_reach_them(citizen):
    foot = words_of(await citizen.get("/en/privacy")).rpartition("Accessibility")[2]

    assert "General Office of the City Government · Foreign Affairs Office" in foot
    assert "12345" in foot
    assert "Only cookies this service needs" in foot


async def test_an_empty_city_shows_no_empty_blocks(citizen):
    page = words_of(await citizen.get("/en"))

    assert "In figures" not in page
    assert "Perhaps it is answered already" not in page


async def test_the_newest_published_letters_are_told_until_they_are_taken_back(citizen):
    letter_id = a_public_letter(citizen, "0a1b2c3d4e5f", "The lamp on the corner")

    shown = await citizen.get("/ja")

    assert '<a href="/ja/published/0a1b2c3d4e5f" lang="en"><bdi>The lamp on the corner</bdi></a>' in shown.text

    with citizen.rows() as session:
        session.get_one(Publication, letter_id).revoked_at = clock.now()

    assert "The lamp" not in (await citizen.get("/ja")).text


async def test_letters_in_the_readers_language_come_first_and_others_say_theirs(citizen):
    a_public_letter(citizen, "aaaaaaaaaaa1", "暗い街灯", language="ja")
    for nth in range(3):
        a_public_letter(citizen, f"bbbbbbbbbbb{nth}", f"Lamp {nth}")

    japanese, english = words_of(await citizen.get("/ja")), words_of(await citizen.get("/en"))

    assert japanese.index("暗い街灯 2026年2月") < japanese.index("Lamp 2 English · 2026年2月")
    assert "暗い街灯" not in english
    assert "Lamp 0 February 2026" in english


async def test_record_numbers_say_their_language_or_are_the_pages(database_url, tmp_path):
    own = {"en": "Record 1", "zh": "备案一", "ja": "届出1", "ko": "등록 1"}
    async with open_citizen(database_url, tmp_path, record_numbers=("备案号",)) as citizen:
        assert '<p lang="zh-Hans">备案号</p>' in (await citizen.get("/ko")).text
        assert "<p>备案号</p>" in (await citizen.get("/zh")).text
    assert Settings(secret=SecretStr("x" * 40), record_numbers=json.dumps([own])).record_numbers == (own,)  # type: ignore[arg-type]


def a_public_letter(citizen, public_id, subject, *, language="en"):
    with citizen.rows() as session:
        number = citizen.town.letter(session, subject)
        letter = Publication(
            ticket_id=citizen.town.case(session, number).ticket.id,
            public_id=public_id,
            language="zh",
            letter_language=language,
            month=date(2026, 2, 1),
            subject=subject,
            letter="It is dark.",
            reply="It is repaired.",
            published_at=clock.now(),
        )
        session.add(letter)
        session.flush()
        return letter.id


@every_language
@pytest.mark.parametrize("path", ["privacy", "accessibility"])
async def test_the_contents_of_a_long_page_lead_to_its_parts(citizen, lang, path):
    page = (await citizen.get(f"/{lang}/{path}")).text

    parts = re.findall(r'<h2 id="([\w-]+)"', page)

    assert len(parts) >= 5
    assert [f"#{part}" for part in parts] == re.findall(r'<li><a href="(#[\w-]+)"', page)


async def test_the_privacy_page_says_how_long_and_which_version(citizen):
    page = words_of(await citizen.get("/en/privacy"))

    assert "5 years after the letter has ended" in page
    assert "Version 1." in page

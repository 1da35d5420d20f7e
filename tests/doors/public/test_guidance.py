"""What the city explains: found by section, read in each language it has, and judged once by each reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from mailbox_service.base.language import LANGUAGES
from mailbox_service.guidance import find, write
from mailbox_service.guidance.tables import ArticleAnswer, Section
from mailbox_service.guidance.write import Written
from tests.doors.public.conftest import words_of

VISA = "/en/guidance/how_to/renew-a-visa"
NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
TEXT = "## What you need\n\nA photo.\n\n## What it costs\n\n400 yuan.\n\n## Where to ask\n\nAt the hall."


@pytest.fixture
def visa(citizen):
    publish(citizen, "renew-a-visa", Section.HOW_TO, en=("Renew a visa", TEXT), zh=("延长签证", "## 材料\n\n照片。"))


def publish(citizen, slug, where, **texts):
    with citizen.rows() as session:
        by = citizen.town.actor(session, "karl")
        first, *others = texts
        article = write.add(session, slug, where, first, Written(*texts[first]), by=by, now=NOW)
        for code in others:
            write.save(session, article, code, Written(*texts[code]), seen_version=0, by=by, now=NOW)


async def test_sections_lead_to_articles(citizen, visa):
    sections = await citizen.get("/en/guidance")
    section = await citizen.get("/en/guidance/how_to")

    assert f'href="{VISA}"' in sections.text
    assert f'href="{VISA}"' in section.text
    assert "About the city" not in words_of(sections).partition("Renew a visa")[2]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_an_empty_section_says_so_and_leads_on(citizen, lang):
    page = await citizen.get(f"/{lang}/guidance/laws")

    assert page.status_code == 200
    assert f'class="empty"><p>{EMPTY[lang]}</p>' in page.text


EMPTY = {
    "en": "There are no articles here yet.",
    "zh": "本栏目暂无文章。",
    "ja": "この項目にはまだ記事がありません。",
    "ko": "이 항목에는 아직 글이 없습니다.",
}


async def test_an_article_has_an_outline_a_date_and_the_way_here(citizen, visa):
    page = await citizen.get(VISA)

    assert '<h1 lang="en">Renew a visa</h1>' in page.text
    assert '<li><a href="#part-2">What it costs</a></li>' in page.text
    assert '<h2 id="part-2">What it costs</h2>' in page.text
    assert "Updated on 2 March 2026 (Monday)" in words_of(page)
    assert '<li><a href="/en/guidance/how_to">How to …</a></li>' in page.text


async def test_an_article_that_is_not_there_in_the_language_says_where_it_is(citizen, visa):
    page = await citizen.get("/ja/guidance/how_to/renew-a-visa")

    assert page.status_code == 200
    assert '<h1 lang="en">Renew a visa</h1>' in page.text
    assert "この記事には日本語版がありません。" in page.text
    assert '<a href="/zh/guidance/how_to/renew-a-visa" lang="zh-Hans" hreflang="zh-Hans">中文</a>' in page.text
    assert "noindex" in page.text
    assert "A photo." not in page.text


async def test_a_list_names_the_language_of_what_is_not_in_the_pages(citizen, visa):
    page = await citizen.get("/ko/guidance/how_to")

    assert '<a href="/en/guidance/how_to/renew-a-visa" lang="en" hreflang="en">Renew a visa</a>' in page.text
    assert '<span class="quiet" lang="en">English</span>' in page.text


@pytest.mark.parametrize("path", ["/en/guidance/laws/renew-a-visa", "/en/guidance/renew-a-visa"])
async def test_an_address_that_is_nearly_right_leads_to_the_article(citizen, visa, path):
    answer = await citizen.get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, VISA)


@pytest.mark.parametrize(
    "path", ["/en/guidance/nothing", "/en/guidance/how_to/nothing", "/xx/guidance", "/xx/guidance/laws"]
)
async def test_what_is_not_there_is_not_found(citizen, path):
    assert (await citizen.get(path)).status_code == 404


async def test_a_retired_article_is_gone_everywhere_at_once(citizen, visa):
    with citizen.rows() as session:
        known = find.article(session, "renew-a-visa")
        assert known
        write.retire(session, known.article, by=citizen.town.actor(session, "karl"), now=NOW)

    assert (await citizen.get(VISA)).status_code == 404
    assert "Renew a visa" not in (await citizen.get("/en/guidance/how_to")).text
    assert "Renew a visa" not in (await citizen.get("/en/search?q=visa")).text
    with citizen.rows() as session:
        assert find.addresses(session) == []


async def test_who_says_whether_it_helped_is_thanked_and_counted_once(citizen, visa):
    for said in ("yes", "yes", "no"):
        answer = await citizen.web.post(VISA, data={**await citizen.fill(VISA), "helped": said})
        assert answer.headers["location"] == f"{VISA}?answered={said}"

    assert "Thank you for your answer." in words_of(await citizen.get(f"{VISA}?answered=yes"))
    assert "/en/write" in (await citizen.get(f"{VISA}?answered=no")).text.partition("<main")[2]
    with citizen.rows() as session:
        assert [said.helped for said in session.exec(select(ArticleAnswer))] == [False]


async def test_an_answer_needs_a_page_of_ours_and_one_of_two_words(citizen, visa):
    fields = await citizen.fill(VISA)

    assert (await citizen.web.post(VISA, data={"helped": "yes"})).status_code == 403
    assert (await citizen.web.post(VISA, data={**fields, "helped": "perhaps"})).headers["location"] == VISA
    assert (await citizen.web.post("/ja" + VISA[3:], data={**fields, "helped": "yes"})).status_code == 404
    assert citizen.count(ArticleAnswer) == 0


async def test_a_machine_that_answers_all_day_is_told_to_stop(citizen, visa, monkeypatch):
    monkeypatch.setattr("mailbox_service.web.public.guidance.ANSWERS_PER_HOUR", 2)
    fields = await citizen.fill(VISA) | {"helped": "yes"}

    answers = [(await citizen.web.post(VISA, data=fields)).status_code for _ in range(3)]

    assert answers == [303, 303, 429]


async def test_a_long_section_goes_on_by_the_last_article(citizen, monkeypatch):
    monkeypatch.setattr("mailbox_service.guidance.find.MOST", 2)
    monkeypatch.setattr(find.section, "__kwdefaults__", {"after": None, "limit": 2})
    for nth in range(3):
        publish(citizen, f"rule-{nth}", Section.LAWS, en=(f"Rule {nth}", "Text."))

    first = (await citizen.get("/en/guidance/laws")).text
    more = first.partition('rel="next" href="')[2].partition('"')[0]
    second = (await citizen.get(more)).text

    assert first.index("Rule 2") < first.index("Rule 1")
    assert "Rule 0" not in first
    assert "Rule 0" in second
    assert "Rule 1" not in second
    assert 'rel="next" href' not in second


async def test_addresses_for_search_engines_name_every_language(citizen, visa):
    with citizen.rows() as session:
        found = find.addresses(session)

    assert {(one.language, one.section, one.slug) for one in found} == {
        ("en", "how_to", "renew-a-visa"),
        ("zh", "how_to", "renew-a-visa"),
    }

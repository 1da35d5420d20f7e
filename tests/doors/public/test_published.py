"""Published letters: read, found, listed and followed by everybody, until they are taken down and no longer."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from mailbox_service.base import clock
from mailbox_service.tickets.life import protect, publish
from mailbox_service.tickets.life.publish import Copy
from mailbox_service.tickets.tables import PublicText
from tests.doors.public.conftest import words_of
from tests.doors.public.publishing import a_published_letter, everywhere


async def test_a_published_letter_is_met_everywhere_under_an_id_of_its_own(citizen):
    number, public_id = await a_published_letter(citizen)

    page = await citizen.get(f"/en/published/{public_id}")

    assert await everywhere(citizen, public_id) == dict.fromkeys(
        ("page", "list", "search", "both", "feed", "sitemap"), True
    )
    assert number not in page.text
    assert "税务局旁边" in page.text
    assert '<div class="words" lang="zh-Hans" dir="auto">电梯已修好。</div>' in page.text
    assert "Roads Bureau" in page.text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000/zh/published/{public_id}">' in page.text
    assert "noindex" not in page.text
    assert "x-robots-tag" not in page.headers
    assert "no-cache" in page.headers["cache-control"]


async def test_a_copy_that_is_only_proposed_or_was_refused_is_nowhere(citizen):
    number, public_id = await a_published_letter(citizen, decided=False)

    assert set((await everywhere(citizen, public_id)).values()) == {False}
    assert (await citizen.get(f"/en/published/{public_id}")).status_code == 404
    await citizen.life(number, ("kim", refuse, "a name"))
    assert (await citizen.get(f"/en/published/{public_id}")).status_code == 404


def refuse(case, remark, *, by, now):
    publish.decide_publication(case, False, remark=remark, by=by, now=now)


@pytest.mark.parametrize("published", [False, True])
async def test_what_breaks_off_leaves_nothing_half(citizen, published):
    number, public_id = await a_published_letter(citizen, decided=published)
    who, verb, *arguments = (
        ("karl", publish.revoke_publication) if published else ("kim", publish.decide_publication, True)
    )

    def break_off(session):
        citizen.town.act(session, number, who, verb, *arguments, now=clock.now())
        session.flush()
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await citizen.site.db.writing(break_off)

    assert set((await everywhere(citizen, public_id)).values()) == {published}


TAKEN_DOWN = {
    "by a clerk": (("karl", publish.revoke_publication),),
    "by its writer": (("citizen", publish.revoke_publication),),
    "restricted": (("citizen", protect.restrict),),
}


@pytest.mark.parametrize("how", TAKEN_DOWN)
async def test_what_is_taken_down_is_gone_everywhere_at_once(citizen, how):
    number, public_id = await a_published_letter(citizen)
    assert set((await everywhere(citizen, public_id)).values()) == {True}

    await citizen.life(number, *TAKEN_DOWN[how])

    assert set((await everywhere(citizen, public_id)).values()) == {False}
    gone = await citizen.get(f"/zh/published/{public_id}")
    assert gone.status_code == 410
    assert "已不再公开" in gone.text
    assert "电梯" not in gone.text
    assert gone.headers["cache-control"] == "no-store"
    assert citizen.count(PublicText) == 0


async def test_an_erased_letter_is_gone_everywhere(citizen):
    number, public_id = await a_published_letter(citizen)

    await citizen.life(number, ("citizen", protect.ask_erasure, "my data"), ("kim", protect.decide_erasure, True))

    assert set((await everywhere(citizen, public_id)).values()) == {False}
    assert citizen.count(PublicText) == 0


async def test_who_wishes_it_keeps_search_engines_away(citizen):
    _, public_id = await a_published_letter(citizen, Copy("A", "B 电梯", "C", listed=False))

    page = await citizen.get(f"/en/published/{public_id}")

    assert await everywhere(citizen, public_id) == {
        "page": True, "list": True, "search": True, "both": True, "feed": False, "sitemap": False,
    }  # fmt: skip
    assert '<meta name="robots" content="noindex">' in page.text
    assert page.headers["x-robots-tag"] == "noindex"


async def test_letter_and_reply_are_named_in_their_own_languages(citizen):
    _, public_id = await a_published_letter(
        citizen, Copy("Lift", "The lift is broken", "Mended."), language="en", written_in="ja"
    )

    page = await citizen.get(f"/ko/published/{public_id}")

    assert 'lang="ja" dir="auto">The lift is broken' in page.text
    assert 'lang="en" dir="auto">Mended.' in page.text
    assert "중국어본이 기준입니다" in page.text
    assert f"/en/published/{public_id}" in page.text


@pytest.mark.parametrize(
    ("query", "finds"), [("地铁", True), ("税", True), ("电梯坏", True), ("地下", False), ("?!", False)]
)
async def test_the_search_finds_words_of_letter_and_reply(citizen, query, finds):
    _, public_id = await a_published_letter(citizen)

    answer = await citizen.get(f"/zh/published?q={query}")

    assert (public_id in answer.text) is finds
    assert answer.headers["x-robots-tag"] == "noindex"
    if not finds:
        assert 'href="/zh/write"' in answer.text
        assert "请换" in answer.text or "没有" in answer.text or "未" in answer.text


async def test_the_list_is_narrowed_by_topic_office_month_and_language(citizen):
    _, public_id = await a_published_letter(citizen)
    town, month = citizen.town, f"{clock.day_in(citizen.site.zone, clock.now()):%Y-%m}"

    asked = {
        f"topic={town.topics['streets']}": True,
        f"topic={town.topics['trees']}": False,
        f"office={town.offices['roads']}": True,
        f"office={town.offices['parks']}": False,
        f"month={month}": True,
        "month=2020-01": False,
        "language=zh": True,
        "language=ja": False,
        "language=ja&q=电梯": False,
        f"topic={town.topics['streets']}&office={town.offices['roads']}&month={month}&q=电梯": True,
        f"office={town.offices['parks']}&q=电梯": False,
    }

    for query, there in asked.items():
        assert (public_id in (await citizen.get(f"/en/published?{query}")).text) is there, query


async def test_the_list_goes_on_newest_first(citizen):
    ids = [(await a_published_letter(citizen, Copy(f"Nr {n}", "电梯", "好")))[1] for n in range(22)]

    for query in ("", "?q=电梯"):
        first = await citizen.get(f"/en/published{query}")
        older = next(link for link in links(first) if "older=" in link or "before=" in link)
        second = await citizen.get(older)
        shown = [public_id for page in (first, second) for public_id in shown_in(page)]

        assert shown == ids[::-1]
        newer = [link for link in links(second) if 'rel="prev"' in second.text and "published?" in link]
        assert shown_in(await citizen.get(newer[0])) == ids[:1:-1]


def links(page):
    return [unescape(link) for link in re.findall(r'<a rel="(?:prev|next)" href="([^"]+)"', page.text)]


def shown_in(page):
    return re.findall(r'<a href="/en/published/([0-9a-f]{12})"', page.text)


COPIES = {
    "zh": Copy("噪声", "三号楼的夜间施工很吵。", "已责令停工。"),
    "ja": Copy("ごみの分別", "カラスがごみを荒らします。", "ネットを配りました。"),
    "ko": Copy("버스 정류장", "정류장에 지붕이 없습니다.", "지붕을 설치했습니다."),
    "en": Copy("Broken lifts", "The lifts were repairing for weeks.", "We have mended both."),
}
FINDS = {
    "zh": ["吵", "夜间", "施工很", "停"],
    "ja": ["ごみ", "カラス", "分別", "荒"],
    "ko": ["정류장", "버스", "지붕"],
    "en": ["lift", "LIFTS", "repair", "repaired", "week"],
}


async def test_words_of_every_script_and_their_forms_are_found(citizen):
    ids = {lang: (await a_published_letter(citizen, copy, language=lang))[1] for lang, copy in COPIES.items()}

    for lang, queries in FINDS.items():
        for query in queries:
            assert shown_in(await citizen.get(f"/en/published?q={query}")) == [ids[lang]], query


async def test_an_empty_list_says_so(citizen):
    assert "No letter has been published yet." in words_of(await citizen.get("/en/published"))


BAD = [
    "/en/published?q=%00",
    "/en/published?q=" + "地" * 2_000,
    "/en/published?q=" + "a" * 6_000,
    "/en/published?q=%ED%A0%80",
    "/en/published?q=%FF",
    "/en/published?topic=99999999999999999999&office=-1&month=2026-13",
    "/en/published?topic=9223372036854775807&office=abc&month=%00",
    "/en/published?older=1.2.3",
    "/en/published?older=999999999999999999.999999999999999999",
    "/en/published?newer=999999999999999999.1",
    "/en/published?older=%00&newer=-1.-1",
    "/en/published?q=lift&before=99999999999999999999999",
    "/en/published?q=lift&before=%00",
    "/en/published?q=%22%20OR%20NEAR(a%20b)%20*",
    "/en/published?q=a&q=b&topic=&topic=1",
    "/en/published?page=-1",
    "/en/published?q=" + "x" * 10_000,
]


@pytest.mark.parametrize("wish", ["month=2026-13", "topic=abc", "office=-1", "language=xx", "month=%E4%B8%80"])
async def test_a_filter_that_names_nothing_is_left_out_and_says_so(citizen, wish):
    _, public_id = await a_published_letter(citizen)

    answer = await citizen.get(f"/ja/published?{wish}")

    assert answer.status_code == 200
    assert "無効な絞り込み条件" in answer.text
    assert public_id in answer.text
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("path", BAD, ids=range(len(BAD)))
async def test_bad_wishes_get_a_page(citizen, path):
    await a_published_letter(citizen)

    answer = await citizen.get(path)

    assert answer.status_code in (200, 400)
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "public_id",
    ["0" * 12, "x" * 5_000, "%00", "1" * 30, "%ED%A0%80", "%2e%2e", "' or 1=1 --", "АБВ", "000000000000.atom"],
)
async def test_what_never_was_is_not_found(citizen, public_id):
    answer = await citizen.get(f"/ja/published/{public_id}")

    assert answer.status_code in (400, 404)
    assert 'lang="ja"' in answer.text


async def test_no_other_language_has_pages(citizen):
    for path in ("/xx/published", "/xx/published/abcdefabcdef", "/xx/published.atom"):
        assert (await citizen.get(path)).status_code == 404


async def test_every_page_leads_to_published_letters(citizen):
    home = await citizen.get("/ko")

    assert 'href="/ko/published"' in home.text


async def test_a_page_reads_publications_only(citizen):
    _, public_id = await a_published_letter(citizen)
    said = []

    def listen(_connection, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        for path in (f"/en/published/{public_id}", "/en/published", "/en/published?q=电梯", "/en/published.atom"):
            assert public_id in (await citizen.get(path)).text
    finally:
        event.remove(Engine, "before_cursor_execute", listen)

    assert said
    assert not [one for one in said if " ticket" in one]

"""Clerks and administrators write the guidance; two who write at once both keep their words."""

from __future__ import annotations

import re

import pytest
from sqlmodel import col, select

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import AuditRow
from mailbox_service.guidance import find, write
from mailbox_service.guidance.tables import Article, Section
from mailbox_service.guidance.write import Written
from tests.databases import rows
from tests.doors.staff.house import words_of

PATH = "/staff/guidance"
ARTICLE = {
    "language": "en",
    "section": "how_to",
    "slug": "renew-a-visa",
    "title": "Renew a visa",
    "text": "## What you need\n\nA photo.",
    "act": "publish",
}
ON = f"{PATH}/renew-a-visa"


@pytest.mark.parametrize("name", ["karl", "ada"])
async def test_clerks_and_administrators_publish_an_article(house, name):
    member = await house.member(name)

    answer = await member.done(f"{PATH}/add", **ARTICLE)
    shown = await (await house.visitor()).get("/en/guidance/how_to/renew-a-visa")

    assert answer.headers["location"] == f"{ON}?done=yes"
    assert "Renew a visa" in words_of(shown)
    assert "Renew a visa" in words_of(await member.get(PATH))


@pytest.mark.parametrize("name", ["dora", "mina", "fang", "rita", "otto"])
async def test_nobody_else_writes_or_sees_the_way(house, name):
    await (await house.member("karl")).done(f"{PATH}/add", **ARTICLE)
    member = await house.member(name)
    token = await member.fill("/staff")

    for path in (PATH, f"{PATH}/add", ON, f"{ON}/en"):
        assert (await member.get(path)).status_code == 403
    for path in (f"{PATH}/add", ON, f"{ON}/en"):
        assert (await member.web.post(path, data={**token, **ARTICLE, "act": "retire"})).status_code == 403
    assert PATH not in (await member.get("/staff")).text


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_page_speaks_the_writers_language(house, lang):
    karl = await house.member("karl", lang)
    await karl.done(f"{PATH}/add", **ARTICLE)

    for path in (PATH, f"{PATH}/add", ON, f"{ON}/en", f"{ON}/ja", f"{ON}?done=yes"):
        assert (await karl.get(path)).status_code == 200, path


async def test_an_article_gets_a_text_in_another_language(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)

    await karl.done(f"{ON}/ja", title="査証の更新", text="写真をお持ちください。", act="publish")

    assert "査証の更新" in (await karl.get("/ja/guidance/how_to/renew-a-visa")).text
    assert "renew-a-visa" in (await karl.get("/ja/search?q=査証")).text


async def test_the_preview_is_what_readers_will_see_and_is_not_published(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)

    page = await karl.send(f"{ON}/en", text="# New\n\n<script>x</script> **words**", act="preview")

    assert page.status_code == 200
    assert '<h2 id="part-1">New</h2>' in page.text
    assert "&lt;script&gt;x&lt;/script&gt; <strong>words</strong>" in page.text
    assert "# New\n\n&lt;script&gt;" in page.text.partition("<textarea")[2]
    assert ">New<" not in (await karl.get("/en/guidance/how_to/renew-a-visa")).text


async def test_a_preview_of_a_new_article_publishes_nothing(house):
    karl = await house.member("karl")

    page = await karl.send(f"{PATH}/add", **ARTICLE | {"act": "preview"})

    assert '<h2 id="part-1">What you need</h2>' in page.text
    assert 'value="renew-a-visa"' in page.text
    assert (await karl.get(ON)).status_code == 404


async def test_who_saves_second_sees_both_texts_and_can_put_them_together(house):
    karl, kim = await house.member("karl"), await house.member("kim")
    await karl.done(f"{PATH}/add", **ARTICLE)
    karls = await karl.fill(f"{ON}/en", text="What Karl wrote.", act="publish")
    await kim.done(f"{ON}/en", text="What Kim wrote.", act="publish")

    clash = await karl.web.post(f"{ON}/en", data=karls)

    assert clash.status_code == 409
    assert "What Kim wrote." in clash.text
    assert "What Karl wrote." in clash.text.partition("<textarea")[2]
    assert "saved a newer version" in words_of(clash)

    again = {**karls, "version": "2", "text": "What both wrote."}

    assert 'name="version" value="2"' in clash.text
    assert (await karl.web.post(f"{ON}/en", data=again)).status_code == 303
    assert "What both wrote." in (await karl.get("/en/guidance/how_to/renew-a-visa")).text


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("slug", "", "article.slug"),
        ("slug", "Über uns", "article.slug"),
        ("slug", "add", "article.slug"),
        ("slug", "a" * 81, "article.slug"),
        ("slug", "taken", "article.slug_taken"),
        ("title", " ", "article.title"),
        ("title", "a" * 201, "article.title"),
        ("text", "\n", "article.text"),
        ("text", "a" * 30_001, "article.long"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(house, field, value, code):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE | {"slug": "taken"})

    page = await karl.send(f"{PATH}/add", **ARTICLE | {field: value})

    assert page.status_code == 422, code
    assert f'id="f-{field}-error"' in page.text
    assert f'href="#f-{field}"' in page.text
    assert "Error:" in page.text.partition("</title>")[0]
    assert ("A photo." in page.text) == (field != "text")


async def test_an_article_is_put_elsewhere_retired_and_brought_back(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)

    await karl.done(ON, section="laws", position="3", act="place")
    moved = await karl.get("/en/guidance/laws")
    await karl.done(ON, act="retire")
    gone = await karl.get("/en/guidance/laws/renew-a-visa")
    listed = await karl.get(PATH)
    await karl.done(ON, act="bring_back")

    assert "Renew a visa" in words_of(moved)
    assert gone.status_code == 404
    assert "retired" in words_of(listed)
    assert (await karl.get("/en/guidance/laws/renew-a-visa")).status_code == 200
    assert "Renew a visa" in words_of(await karl.get("/en/search?q=visa")).replace("Search", "")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"act": "bring_back"}, "article.not_retired"),
        ({"act": "place", "position": "-1"}, "article.position"),
        ({"act": "place", "position": "10000"}, "article.position"),
    ],
)
async def test_what_can_not_be_done_is_refused(house, fields, code):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)

    page = await karl.send(ON, **fields)

    assert page.status_code == 422, code
    assert 'id="problems"' in page.text


async def test_a_retired_article_is_not_retired_twice(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)
    fields = await karl.fill(ON, act="retire")
    await karl.web.post(ON, data=fields)

    page = await karl.web.post(ON, data=fields)

    assert (page.status_code, "This article is retired already." in page.text) == (422, True), "article.retired"


async def test_what_is_published_and_retired_stands_in_the_audit_log_without_its_words(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)
    await karl.done(f"{ON}/zh", title="延长签证", text="照片。", act="publish")
    await karl.done(ON, act="retire")

    with rows(house.url) as session:
        article = session.exec(select(Article)).one()
        logged = session.exec(
            select(AuditRow).where(AuditRow.subject_kind == "article").order_by(col(AuditRow.id))
        ).all()

    assert [(row.act, row.facts) for row in logged] == [
        ("article.published", {"language": "en", "version": 1}),
        ("article.published", {"language": "zh", "version": 1}),
        ("article.retired", {}),
    ]
    assert {row.subject_id for row in logged} == {article.id}


async def test_how_often_it_helped_is_shown_to_who_wrote_it(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)
    with rows(house.url) as session:
        known = find.article(session, "renew-a-visa")
        assert known
        article = known.article
        for nth, helped in enumerate((True, True, False)):
            write.answer(session, article, "en", helped, mark=f"m{nth}", now=article.added_at)

    assert "Helped: 2. Did not help: 1." in words_of(await karl.get(ON))


async def test_a_switch_of_language_keeps_what_was_typed(house):
    karl = await house.member("karl")

    page = await karl.send(f"{PATH}/add", **ARTICLE | {"act": "", "switch": "lang:ko", "title": "Half a tit"})

    assert 'lang="ko"' in page.text
    assert "Half a tit" in page.text


async def test_an_article_not_there_and_a_language_not_there_are_not_found(house):
    karl = await house.member("karl")
    await karl.done(f"{PATH}/add", **ARTICLE)

    assert (await karl.get(f"{PATH}/nothing")).status_code == 404
    assert (await karl.get(f"{ON}/xx")).status_code == 404


async def test_the_verb_itself_asks_who_may(house):
    with rows(house.url) as session:
        dora = house.town.actor(session, "dora")
        with pytest.raises(Refused, match="not_yours"):
            write.add(session, "x", Section.LAWS, "en", Written("X", "x"), by=dora, now=clock.now())


async def test_a_version_seen_before_the_newest_is_not_saved_over_it(house):
    with rows(house.url) as session:
        karl = house.town.actor(session, "karl")
        article = write.add(session, "x", Section.LAWS, "en", Written("X", "first"), by=karl, now=clock.now())
        for seen in (0, 2):
            with pytest.raises(Refused, match=re.escape("article.newer")):
                write.save(session, article, "en", Written("X", "late"), seen_version=seen, by=karl, now=clock.now())
        saved = write.save(session, article, "en", Written("X", "second"), seen_version=1, by=karl, now=clock.now())

        assert (saved.text, saved.version) == ("second", 2)

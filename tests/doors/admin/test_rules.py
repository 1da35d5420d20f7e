"""The administrators' rules of routing: tried before they count, put in order, and nobody else's to see."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from sqlmodel import col, select

from mailbox_service.city.tables import CannedReply, RoutingRule, Topic
from tests.databases import rows
from tests.doors.admin.test_admin import saved
from tests.doors.staff.house import says, words_of

PATH = "/admin/rules"


async def added(ada, **more):
    _, there = await saved(ada, f"{PATH}/add", **{"name": "Lamps", "words": "lamp"} | more)
    return there.partition("?")[0]


@pytest.mark.parametrize("name", ["karl", "dora", "hugo", "fang", "anna", "mina", "rita", "sara", "otto"])
async def test_nobody_else_passes(house, name):
    path = await added(await house.member("ada"))
    member = await house.member(name)
    token = await member.fill("/staff")

    for place in (PATH, path, f"{path}/change", f"{PATH}/add"):
        assert (await member.get(place)).status_code == 403, place
        if place != PATH:
            assert (await member.web.post(place, data={**token, "act": "delete", "version": "1"})).status_code == 403


async def test_a_rule_is_tried_on_the_last_letters_before_it_is_saved(house):
    await house.letter("Zebra lamps")
    await house.letter("A tree")
    ada = await house.member("ada")

    check, there = await saved(ada, f"{PATH}/add", name="Lamps", words="lamp", live="yes")
    page = await ada.get(there)

    assert "1 of 2 fit" in words_of(check)
    assert "1 of 2 fit" in words_of(page)
    assert "Zebra" not in check.text + page.text
    assert "Lamps" in words_of(await ada.get(PATH))


async def test_without_a_token_nothing_happens(house):
    ada = await house.member("ada")
    path = await added(ada)

    assert (await ada.web.post(path, data={"act": "delete", "version": "1"})).status_code == 403
    assert (await ada.get(path)).status_code == 200


async def test_what_was_typed_for_a_stale_rule_is_kept(house):
    ada = await house.member("ada")
    path = await added(ada)
    typed = await ada.fill(f"{path}/change", name="Mine", act="save")
    await saved(ada, f"{path}/change", name="Theirs")

    refused = await ada.web.post(f"{path}/change", data=typed)
    old = await ada.web.post(path, data=typed | {"act": "off"})

    assert refused.status_code == 409
    assert 'value="Mine"' in refused.text
    assert "Theirs" in words_of(refused)
    assert old.status_code == 409


async def test_bad_input_is_refused_beside_its_field(house):
    ada = await house.member("ada")

    nameless = await ada.send(f"{PATH}/add", act="check", name="")
    tagged = await ada.send(f"{PATH}/add", act="check", name="x", tag="t" * 41)
    wordless = await ada.send(f"{PATH}/add", act="check", name="x", words="…")
    strange = await ada.send(f"{PATH}/add", act="check", name="x", office="17", kinds="x report", topics="drop")

    assert tagged.status_code == 422
    assert 'id="f-tag-error"' in tagged.text
    assert nameless.status_code == wordless.status_code == strange.status_code == 422
    assert 'id="f-name-error"' in nameless.text
    assert says(wordless, "rule.words") or "50" in words_of(wordless)
    assert says(strange, "rule.office")
    assert (await ada.get(f"{PATH}/1")).status_code == 404


async def test_rules_are_moved_switched_and_deleted(house):
    ada = await house.member("ada")
    one, two = await added(ada), await added(ada, name="Trees", words="tree")

    await ada.done(two, act="up")
    await ada.done(two, act="on")
    page = (await ada.get(PATH)).text
    await ada.done(one, act="delete")

    assert page.index("Trees") < page.index("Lamps")
    assert "Switch off" in (await ada.get(two)).text
    assert (await ada.get(one)).status_code == 404


@pytest.mark.parametrize("where", ["rules", "offices", "topics", "canned"])
async def test_what_is_no_person_has_no_persons_name(house, where):
    for lang, persons in (("zh", "姓名"), ("ja", "氏名")):
        ada = await house.member("ada", lang)

        first = house.town.offices["roads"] if where == "offices" else house.town.topics["streets"]
        one = f"/{first}" if where in ("offices", "topics") else ""
        for path in (f"/admin/{where}", f"/admin/{where}/add", f"/admin/{where}{one}"):
            page = await ada.get(path)
            assert page.status_code == 200
            assert persons not in words_of(page)
            assert " (" not in page.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize("where", ["rules", "canned"])
async def test_a_subject_area_stands_below_the_one_that_it_is_part_of(house, where):
    ada = await house.member("ada")
    names = {f"name_{code}": "Trams" for code in ("en", "zh", "ja", "ko")}
    with rows(house.url) as session:
        area = session.exec(select(Topic).where(col(Topic.parent_id).is_(None)).order_by(col(Topic.id))).first()
        above, parent = area.name["en"], str(area.id)
    await saved(ada, "/admin/topics/add", **names, code="trams", parent=parent)

    page = words_of(await ada.get(f"/admin/{where}/add"))

    assert f"{above} › Trams" in page
    assert page.index(above) < page.index(f"{above} › Trams")


@pytest.mark.parametrize(
    ("path", "table", "fields"),
    [
        (PATH, RoutingRule, {"words": "lamp"}),
        ("/admin/canned", CannedReply, {"text_zh": "您好", "text_en": "Dear {name}"}),
    ],
)
async def test_what_is_added_by_a_form_sent_twice_is_added_once(house, path, table, fields):
    ada = await house.member("ada")
    form = await ada.fill(f"{path}/add", name="Lamps", act="save", **fields)

    first, second = [await ada.web.post(f"{path}/add", data=form) for _ in range(2)]
    other = await ada.web.post(f"{path}/add", data=form | {"name": "More lamps"})

    assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])
    assert other.headers["location"] != first.headers["location"]
    with rows(house.url) as session:
        names = session.exec(select(table.name).order_by(col(table.id))).all()
        assert list(names)[-2:] == ["Lamps", "More lamps"]
        assert list(names).count("Lamps") == 1

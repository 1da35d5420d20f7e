"""The administrators' pages: each thing is listed, shown, changed after a look at what changes, and saved."""

# mypy: no-check-untyped-defs
from __future__ import annotations

from sqlmodel import col, select

from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.tables import AuditRow
from mailbox_service.city.tables import Department, HeldRole, Person, Topic
from mailbox_service.mail.tables import Mail
from mailbox_service.tickets.life import handle, route
from tests.databases import rows
from tests.doors.staff.house import filled, words_of
from tests.rooms.admins import NAMES, second_administrator

OFFICE = {f"name_{code}": name for code, name in NAMES.items()} | {"code": "water", "position": "3", "masters": "zh ja"}
CANNED = {"name": "Lamps", "text_en": "Letter {number}, due {due}."}


async def saved(member, path, **fields):
    """Fill in the form, look at what changes, and save."""
    check = await member.send(path, act="check", **fields)
    assert check.status_code == 200, words_of(check)
    assert "Not saved yet" in words_of(check)
    answer = await member.web.post(path, data=filled(check.text) | {"act": "save"})
    assert answer.status_code == 303, words_of(answer)
    return check, answer.headers["location"]


async def test_an_office_is_added_renamed_and_found(house):
    ada = await house.member("ada")

    check, there = await saved(ada, "/admin/offices/add", **OFFICE)
    path = there.partition("?")[0]
    await saved(ada, f"{path}/change", name_en="Waterworks", masters="zh ja")

    assert "Water Bureau" in words_of(check)
    assert "日本語" in check.text or "Japanese" in words_of(check)
    page = words_of(await ada.get(path))
    assert "Waterworks" in page
    assert "Water Bureau, until" in page
    assert "Waterworks" in words_of(await ada.get("/admin/offices?q=waterw"))
    assert "Waterworks" not in words_of(await ada.get("/admin/offices?q=roads"))
    with rows(house.url) as session:
        office = session.exec(select(Department).where(Department.code == "water")).one()
        facts = session.exec(select(AuditRow.facts).where(AuditRow.subject_id == office.id).order_by(col(AuditRow.id)))
        assert list(facts)[-1]["name"][1]["en"] == "Waterworks"
    assert (office.masters, office.position, office.version) == (["zh", "ja"], 3, 2)


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(house):
    ada = await house.member("ada")

    page = await ada.send("/admin/offices/add", act="check", **OFFICE | {"name_ko": "", "phone": "0391"})

    assert page.status_code == 422
    assert 'id="f-name_ko-error"' in page.text
    assert 'value="0391"' in page.text
    assert "Error:" in page.text.partition("</title>")[0]


async def test_looking_at_what_changes_saves_nothing_and_no_change_is_said(house):
    ada = await house.member("ada")
    path = f"/admin/offices/{house.town.offices['roads']}/change"

    await ada.send(path, act="check", phone="0391")
    same = await ada.send(path, act="check")

    assert (same.status_code, "Nothing was changed." in same.text) == (422, True)
    with rows(house.url) as session:
        assert session.get(Department, house.town.offices["roads"]).phone == ""


async def test_who_saves_second_sees_both_versions_and_may_go_on(house):
    ada, other = await house.member("ada"), await house.member("ada")
    path = f"/admin/offices/{house.town.offices['roads']}/change"
    late = await ada.fill(path, phone="111", act="save")
    await saved(other, path, phone="222")

    clash = await ada.web.post(path, data=late)

    assert clash.status_code == 409
    assert "222" in words_of(clash)
    assert 'value="111"' in clash.text
    assert (await ada.web.post(path, data={**late, "version": "2"})).status_code == 303
    with rows(house.url) as session:
        assert session.get(Department, house.town.offices["roads"]).phone == "111"


async def test_a_switch_of_language_and_changing_again_keep_what_was_typed(house):
    ada = await house.member("ada")

    switched = await ada.send("/admin/offices/add", act="", switch="lang:ko", name_en="Half a na")
    again = await ada.send("/admin/offices/add", act="edit", **OFFICE | {"name_en": "Half a na"})

    assert 'lang="ko"' in switched.text
    for page in (switched, again):
        assert 'value="Half a na"' in page.text


async def test_merging_an_office_takes_its_letters_along(house):
    number = await house.letter("dark", ("karl", route.route, house.town.offices["roads"]), ("dora", handle.sign_for))
    ada = await house.member("ada")
    path = f"/admin/offices/{house.town.offices['roads']}"

    refused = await ada.send(f"{path}/close", act="check", into="")
    check, _ = await saved(ada, f"{path}/close", into=str(house.town.offices["parks"]))

    assert (refused.status_code, "still has open letters (1)" in words_of(refused)) == (422, True)
    assert "1 open letter goes there." in words_of(check)
    assert "Merged into Parks Bureau" in words_of(await ada.get(path))
    paul = await house.member("paul")
    page = words_of(await paul.get(f"/staff/tickets/{number}"))
    assert "Parks Bureau" in page
    assert "Went over with its office" in page
    with rows(house.url) as session:
        told = session.exec(select(Mail).where(Mail.notice == "role_given")).all()
    assert {mail.to_address for mail in told} == {"otto@qinghe.example"}
    assert (await ada.send(path, act="follow")).status_code == 303


async def test_a_topic_is_added_retired_and_brought_back(house):
    ada = await house.member("ada")
    facts = {f"name_{code}": name for code, name in NAMES.items()}
    _, there = await saved(ada, "/admin/topics/add", code="water", **facts, parent=str(house.town.topics["streets"]))
    path = there.partition("?")[0]

    await ada.done(path, act="retire")
    retired = words_of(await ada.get(path))
    again = await ada.send(path, act="retire")
    await ada.done(path, act="bring_back")
    await saved(ada, f"{path}/change", office=str(house.town.offices["parks"]))

    assert "Retired: no new letter gets it." in retired
    assert again.status_code == 422
    with rows(house.url) as session:
        topic = session.exec(select(Topic).where(Topic.code == "streets.water")).one()
    assert (topic.retired_at, topic.department_id) == (None, house.town.offices["parks"])


async def test_a_promise_shows_what_it_means_before_it_is_saved(house):
    ada = await house.member("ada")

    check, _ = await saved(ada, "/admin/policies/enquiry/change", received="2026-02-13", reply_days="6")
    form = await ada.send("/admin/policies/enquiry/change", act="edit", received="2026-02-13", reply_days="5")

    assert "Received 13 February 2026 (Friday) → due 28 February 2026 (Saturday)" in words_of(check)
    assert "→ due 27 February 2026 (Friday)" in words_of(form)
    wrong = await ada.send("/admin/policies/enquiry/change", act="check", reply_days="99")
    assert 'id="f-reply_days-error"' in wrong.text


async def test_a_canned_reply_with_an_unknown_place_is_refused_beside_its_text(house):
    ada = await house.member("ada")

    wrong = await ada.send("/admin/canned/add", act="check", **CANNED | {"text_ja": "{naem}様"})
    _, there = await saved(ada, "/admin/canned/add", **CANNED)
    path = there.partition("?")[0]
    await saved(ada, f"{path}/change", text_en="Letter {number}.", kind="help")
    await ada.done(path, act="retire")

    assert (wrong.status_code, 'id="f-text_ja-error"' in wrong.text, "{naem}" in wrong.text) == (422, True, True)
    assert "retired" in words_of(await ada.get("/admin/canned"))
    assert (await ada.send(path, act="retire")).status_code == 422
    await ada.done(path, act="bring_back")


async def test_what_the_city_shows_is_seen_at_once(house):
    ada, citizen = await house.member("ada"), await house.visitor()

    await saved(ada, "/admin/settings/support_phone", support_phone="0391-555")
    await saved(ada, "/admin/settings/privacy_contact", privacy_contact="privacy@city.example")
    await saved(ada, "/admin/settings/sponsors", **{f"sponsors_{code}": f"A {code}\nB {code}" for code in LANGUAGES})
    wrong = await ada.send("/admin/settings/sponsors", act="check", sponsors_en="Only one")

    page = words_of(await citizen.get("/en"))
    assert "0391-555" in page
    assert "A en · B en" in page
    assert "privacy@city.example" in words_of(await citizen.get("/en/privacy"))
    assert wrong.status_code == 422
    assert "same number of lines" in words_of(wrong), "choice.lines"
    evil = "javascript:alert(1)"
    sections = await ada.send(
        "/admin/settings/sections", act="check", **{f"sections_{c}": "X" for c in LANGUAGES}, sections_href=evil
    )
    assert sections.status_code == 422


async def test_a_role_waits_for_a_second_administrator_at_the_door(house):
    with rows(house.url) as session:
        second_administrator(session, house.town)
        session.get(Person, house.town.people["abel"]).password_hash = session.get(
            Person, house.town.people["ada"]
        ).password_hash
    ada, abel, nina = await house.member("ada"), await house.member("abel"), house.town.people["vera"]
    path = f"/admin/people/{nina}"

    _, there = await saved(ada, f"{path}/role", role="manager")
    own = await ada.get("/admin/roles")
    held = await abel.fill("/admin/roles")
    with rows(house.url) as session:
        waiting = session.exec(select(HeldRole.id).where(col(HeldRole.confirmed_at).is_(None))).one()
    refused = await ada.send("/admin/roles", act=f"confirm:{waiting}")
    done = await abel.web.post("/admin/roles", data={**held, "act": f"confirm:{waiting}"})

    assert there.endswith("?done=waits")
    assert "Another administrator confirms it." in words_of(own)
    assert refused.status_code == 422
    assert done.status_code == 303
    assert "Manager" in words_of(await ada.get(path))
    await ada.done(path, act=f"end:{waiting}")


async def test_a_person_is_added_corrected_and_leaves(house):
    ada = await house.member("ada")

    _, there = await saved(ada, "/admin/people/add", name="Nina", email="nina@qinghe.example", language="ko")
    path = there.partition("?")[0]
    await saved(ada, f"{path}/change", name="Nina Park")
    leaving = await ada.get(f"{path}/leave")
    await ada.done(f"{path}/leave", act="save")

    assert "signed out at once" in words_of(leaving)
    assert "Has left on" in words_of(await ada.get(path))
    assert "Nina Park" in words_of(await ada.get("/admin/people?q=park"))
    await ada.done(path, act="come_back")
    taken = await ada.send("/admin/people/add", act="check", name="N", email="nina@qinghe.example")
    assert 'id="f-email-error"' in taken.text


async def test_a_role_without_a_name_is_refused_and_one_alone_tells_the_auditors(house):
    ada = await house.member("ada")
    path = f"/admin/people/{house.town.people['vera']}/role"

    nothing = await ada.send(path, act="check", role="")
    _, there = await saved(ada, path, role="head", office=str(house.town.offices["parks"]))

    assert nothing.status_code == 422, "role.unknown"
    assert there.endswith("?done=alone")
    with rows(house.url) as session:
        assert session.exec(select(Mail.to_address)).all() == ["otto@qinghe.example"]

"""Who passes the administrators' doors, and that no letter can be read behind them."""

# mypy: no-check-untyped-defs
from __future__ import annotations

import pytest
from litestar.routes import HTTPRoute
from sqlmodel import select

from mailbox_service.base.language import LANGUAGES
from mailbox_service.city.tables import CannedReply, Person, RoutingRule
from mailbox_service.tickets.life import reply, route
from tests.databases import rows
from tests.doors.staff.letters import letters_of_every_kind
from tests.house.shown import oversights, read_aloud

PLACES = (
    "/admin",
    "/admin/people",
    "/admin/roles",
    "/admin/offices",
    "/admin/topics",
    "/admin/policies",
    "/admin/canned",
    "/admin/settings",
    "/admin/deputies",
    "/admin/calendar",
    "/admin/calendar/2026",
    "/admin/policies/enquiry",
    "/admin/policies/enquiry/change",
    "/admin/settings/sections",
    "/admin/people/add",
    "/admin/offices/add",
    "/admin/topics/add",
    "/admin/canned/add",
    "/admin/rules",
    "/admin/rules/add",
    "/admin/outbox",
    "/admin/outbox?state=failed",
    "/admin/outbox?state=returned&notice=receipt&failure=5&number=2026",
    "/admin/mails",
    "/admin/mails?notice=answered&language=ja",
)
MARK = "zebracrossing"


def doors(app, method, ids):
    for door in app.routes:
        if isinstance(door, HTTPRoute) and door.path_format.startswith("/admin") and method in door.methods:
            path = door.path_format
            for name, id_ in ids.items():
                path = path.replace(f"{{{name}}}", str(id_))
            yield path


def every_id(house):
    with rows(house.url) as session:
        office, topic = house.town.offices["roads"], house.town.topics["trees"]
        canned = CannedReply(name="x", texts={"en": "x"}, changed_at=session.exec(select(Person.added_at)).first())
        rule = RoutingRule(name="x", position=1, added_at=canned.changed_at)
        session.add_all([canned, rule])
        ids = {
            "person": house.town.people["dora"],
            "office": office,
            "topic": topic,
            "canned": canned.id,
            "rule": rule.id,
        }
    return ids | {"kind": "enquiry", "choice": "sections", "year": 2026}


@pytest.mark.parametrize("name", ["karl", "dora", "hugo", "fang", "anna", "mina", "rita", "sara", "otto"])
async def test_nobody_else_passes_any_of_these_doors(house, name):
    member, ids = await house.member(name), every_id(house)
    token = await member.fill("/staff")

    for path in doors(house.app, "GET", ids):
        assert (await member.get(path)).status_code == 403, path
    for path in doors(house.app, "POST", ids):
        assert (await member.web.post(path, data={**token, "act": "save"})).status_code == 403, path
    assert "/admin" not in (await member.get("/staff")).text


async def test_every_page_opens_and_what_is_not_there_is_not_found(house):
    ada, ids = await house.member("ada"), every_id(house)

    for path in (*PLACES, *doors(house.app, "GET", ids)):
        assert (await ada.get(path)).status_code == 200, path
    for path in doors(house.app, "GET", dict.fromkeys(ids, 1) | {"kind": "x", "choice": "secret"}):
        missing = await ada.get(path)
        assert missing.status_code == (404 if path.count("1") or "x" in path.split("/") or "secret" in path else 200)
    for word in ("x", "9" * 30, "-1"):
        assert (await ada.get(f"/admin/people/{word}")).status_code == 404


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_pages_speak_the_administrators_language(house, lang):
    ada, ids = await house.member("ada", lang), every_id(house)

    for path in (*PLACES, *doors(house.app, "GET", ids)):
        assert oversights(read_aloud((await ada.get(path)).text), lang) == [], path


async def test_an_administrator_sees_no_letters_text_anywhere(house):
    def letters(session):
        letters_of_every_kind(session, house.town)
        for subject in ("a", "b"):
            number = house.town.letter(session, f"{MARK} {subject}", text=f"{MARK} text", name=f"{MARK} Carl")
            house.town.act(session, number, "karl", route.route, house.town.offices["roads"])
            house.town.act(session, number, "dora", reply.submit_reply, f"{MARK} reply")
        return number

    number = await house.site.db.writing(letters)
    ada, ids = await house.member("ada"), every_id(house)
    paths = [*PLACES, *doors(house.app, "GET", ids)]
    for door in house.app.routes:
        if (
            isinstance(door, HTTPRoute)
            and "GET" in door.methods
            and door.path_format.startswith(("/staff", "/manager"))
        ):
            path = door.path_format.replace("{number}", number)
            paths += [path.replace("{act}", act).replace("{file}", "1") for act in ("note", "identity", "case_sheet")]
    paths += [
        f"/staff?queue={queue}" for queue in ("all", "to_route", "late", "ended", "mine", "restricted", "nothing")
    ]
    paths += [f"/staff/search?q={MARK}", f"/en/letters/{number}", f"/en/letters/{number}/rate", f"/en/search?q={MARK}"]

    for path in dict.fromkeys(paths):
        page = await ada.get(path)
        assert f"{MARK} " not in page.text, path
        assert page.status_code < 500, path

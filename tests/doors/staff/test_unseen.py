"""What somebody must not see, they see nowhere: every page behind the sign-in, as everybody who must not see it.

Two letters full of canaries: one of the Roads Bureau, and one that its writer has sent in confidence. A page that
is new in the route table and has no line here fails the test.
"""

# mypy: no-check-untyped-defs
from __future__ import annotations

import io
import re

import pytest
from sqlmodel import select

from mailbox_service.base import clock
from mailbox_service.desk import notes
from mailbox_service.desk.tables import Mention, Note
from mailbox_service.tickets import keep
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.life import handle, protect, reply, route
from mailbox_service.tickets.tables import Attachment
from mailbox_service.tickets.tables.words import Kind, Part
from mailbox_service.web import admin, manager, staff
from mailbox_service.web.manager import room
from mailbox_service.web.staff.wish_book import BOOK
from tests import samples
from tests.doors.staff.town import CAST

EVERYBODY = set(CAST)
ALLOWED = {"ordinary": {"karl", "kim", "mina", "dora", "hugo", "vera"}, "restricted": {"rita", "rolf", "dora"}}
WORD = "lantern"  # what one searches for; it stands in every text
CANARY = "zqkwrenzq"  # what must not be read: it begins every word nobody else may see

OPEN = {"/staff/sign-in", "/staff/second-step", "/staff/language/{code:str}"}
OPEN |= {"/staff/password", "/staff/password/{token:str}", "/staff/digest/{token:str}"}
OPEN |= {"/staff/reports/{token:str}"}
OWN = {f"/staff/account{page}" for page in ("", "/password", "/second-step", "/sessions")}
READERS = {"mina", "otto", "fang", "hugo", "vera"}  # of figures
FOR = {  # pages without a letter's number, and whom they are for
    "/staff": EVERYBODY,
    "/staff/search": EVERYBODY,
    "/staff/views": EVERYBODY,
    "/staff/keys": EVERYBODY,
    "/staff/enter": {"karl", "kim"},
    "/staff/enter/receipt": {"karl", "kim"},
    "/staff/incoming": {"karl", "kim", "rita", "rolf", "sara"},
    "/staff/incoming/{message:str}": {"karl", "kim", "rita", "rolf", "sara"},
    "/staff/incoming/{message:str}/raw": {"karl", "kim", "rita", "rolf", "sara"},
    "/staff/post": {"karl", "kim", "fang", "finn", "dora", "hugo", "paul", "vera", "rita", "rolf"},
    "/staff/addresses": {"karl", "kim", "rita", "rolf", "sara"},
    "/staff/deputies": {"fang", "hugo", "anna"},
    "/staff/guidance": {"karl", "kim", "ada"},
    "/staff/guidance/add": {"karl", "kim", "ada"},
    "/staff/guidance/{article:str}": {"karl", "kim", "ada"},
    "/staff/guidance/{article:str}/{language:str}": {"karl", "kim", "ada"},
    "/manager/letters": READERS - {"otto"},
    "/manager/report": READERS,
    "/manager/report/orders": {"mina", "otto"},
    "/manager/published": {"mina", "otto"},
    "/manager/published/{month:str}": {"mina", "otto"},
}
FOR |= dict.fromkeys(room.TABS, READERS) | dict.fromkeys(OWN, EVERYBODY)


def paths(method):
    """The addresses behind the sign-in that answer the method."""
    hung = (door for door in (*staff.doors, *manager.doors, *admin.doors) if method in door.http_methods)
    return {path for door in hung for path in door.paths} - OPEN


def of_letters(method):
    return {path for path in paths(method) if "{number:str}" in path}


async def secret(house, name, **more):
    """A letter with a canary in each place where somebody can write; answers its number and its file."""
    subject = f"{WORD} {CANARY}subject{name}"
    facts = {"text": f"{WORD} {CANARY}letter{name}", "name": f"{CANARY}Writer", "email": "", "phone": "0512 1234567"}
    number = await house.letter(subject, **facts, address=f"{CANARY} lane", **more)
    kept = house.site.files.store(io.BytesIO(samples.picture()))
    file = Attachment(
        ticket_id=0, name=f"{WORD}-{CANARY}.jpg", content_type="image/jpeg", size=kept.size, sha256=kept.sha256,
        stored=kept.key, at=clock.now(),
    )  # fmt: skip
    await house.act(number, "citizen", handle.add, f"{WORD} {CANARY}added", [file])
    return number, str(file.id)


async def worked_on(house, number, clerk):
    """The Roads Bureau handles it and submits a reply; notes, a mention and a tag lie around it."""
    await house.act(number, clerk, route.route, house.town.offices["roads"])
    await house.act(number, "dora", handle.sign_for)
    await house.act(number, "dora", reply.submit_reply, f"{WORD} {CANARY}reply")

    def remark(session):
        case, dora = house.town.case(session, number), house.town.actor(session, "dora", clock.now().date())
        notes.note(session, case, f"{WORD} {CANARY}note", by=dora, now=clock.now())
        note, paul = session.exec(select(Note)).all()[-1], house.town.people["paul"]  # named while he could see it
        session.add(Mention(note_id=note.id, person_id=paul, ticket_id=case.ticket.id, at=clock.now()))
        notes.tag(session, case, f"{CANARY}tag", by=dora, now=clock.now())
        keep.keep(session, case)

    await house.site.db.writing(remark)


async def ordinary(house):
    number, file = await secret(house, "ordinary")
    await worked_on(house, number, "karl")
    return number, file


async def restricted(house):
    number, file = await secret(house, "restricted", kind=Kind.REPORT)
    dora = await house.site.db.reading(lambda s: house.town.actor(s, "dora"))
    await house.act(number, "rita", protect.name_handler, dora, Part.OFFICER)
    await house.act(number, "rita", protect.name_party, house.town.offices["parks"])
    await worked_on(house, number, "rita")
    return number, file


MADE = {"ordinary": ordinary, "restricted": restricted}


def addresses(method, number, file):
    """Each address of the letter, the general one once for each act."""
    for path in sorted(of_letters(method)):
        path = path.replace("{number:str}", number).replace("{file:str}", file)
        for act in BOOK if "{act:str}" in path else ("",):
            yield path.replace("{act:str}", str(act))


def lists():
    """Everything that lists, counts, finds or completes, with what one would ask it."""
    yield from ("/staff", "/manager", "/staff/views", "/staff/post", "/staff/guidance", "/staff/incoming")
    for queue in Queue:
        yield f"/staff?queue={queue}"
        yield f"/staff?queue={queue}&sort=newest&text={WORD}"
    yield from (f"/staff/search?q={WORD}", f"/staff/search?q={WORD}&kind=report", f"/staff/search?q={WORD}s")
    yield from ("/manager/letters?figure=received", "/manager/figures?by=office", "/manager/translations")
    yield from ("/manager/letters?figure=received&as=csv", "/manager/figures?by=office&as=csv", "/manager/published")
    yield from ("/open-data/figures.csv", "/open-data/figures.json", "/en/performance")
    yield from room.TABS
    yield from (f"/staff?queue=all&tag={CANARY}tag&again=1", f"/staff?queue=all&channel=web&text={WORD}")


def shown(page):
    """A page without what was typed into it, and without what differs from one look to the next."""
    text = re.sub(r'value="[^"]*"|href="[^"]*"|<time.*?</time>|\b\d\d:\d\d(:\d\d)?\b', "", page.text)
    return re.sub(rf"{CANARY}tag|\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_every_page_has_a_line_here():
    plain = paths("GET") - of_letters("GET") - {path for path in paths("GET") if path.startswith("/admin")}

    assert plain == FOR.keys()


@pytest.mark.parametrize("scene", MADE)
async def test_a_letter_is_shown_to_nobody_who_must_not_see_it(house, scene):
    number, file = await MADE[scene](house)
    found = []

    for who in sorted(EVERYBODY - ALLOWED[scene]):
        member = await house.member(who)
        token = (await member.fill("/staff"))["csrf"]
        answers = [(path, await member.get(path)) for path in addresses("GET", number, file)]
        answers += [
            (path, await member.web.post(path, data={"csrf": token, "reason": "I ask", "text": "x", "office": "1"}))
            for path in addresses("POST", number, file)
        ]
        found += [f"{who} {path}: {a.status_code}" for path, a in answers if CANARY in a.text or a.status_code != 404]

    assert [line for line in found if "decide_unrestrict" not in line or "mina" not in line] == []


@pytest.mark.parametrize("scene", MADE)
async def test_no_list_count_or_search_tells_of_it(house, scene):
    people = {who: await house.member(who) for who in sorted(EVERYBODY - ALLOWED[scene])}
    looked = people.items() if scene == "restricted" else ()  # of an ordinary letter figures may tell
    before = {(who, path): shown(await one.get(path)) for who, one in looked for path in lists()}

    number, _ = await MADE[scene](house)
    await house.counted()

    for who, one in people.items():
        for path in lists():
            page = await one.get(path)
            assert CANARY not in page.text.replace(f"{CANARY}tag", ""), (who, path)
            assert number not in page.text, (who, path)
            assert scene == "ordinary" or shown(page) == before[who, path], (who, path)


@pytest.mark.parametrize("scene", MADE)
async def test_who_may_see_it_finds_it(house, scene):
    number, _ = await MADE[scene](house)

    for who in sorted(ALLOWED[scene]):
        member = await house.member(who)
        page = await member.get(f"/staff/tickets/{number}")
        assert f"{CANARY}letter" in page.text, who
        assert number in (await member.get(f"/staff/search?q={WORD}")).text, who


async def test_pages_are_for_whom_they_are_for(house):
    found = []

    for who in sorted(EVERYBODY):
        member = await house.member(who)
        for path, theirs in FOR.items():
            if "{" in path:
                continue
            status = (await member.get(path)).status_code
            if (status == 200) != (who in theirs):
                found.append(f"{who} {path}: {status}")

    assert found == []


async def test_nothing_of_the_administration_is_for_anybody_else(house):
    ids = {
        "person": str(house.town.people["dora"]),
        "office": str(house.town.offices["roads"]),
        "topic": str(house.town.topics["trees"]),
        "kind": "help",
        "canned": "1",
        "choice": "city_name",
        "year": "2026",
    }
    found = []

    for who in sorted(EVERYBODY - {"ada"}):
        member = await house.member(who)
        token = (await member.fill("/staff"))["csrf"]
        for method in ("GET", "POST"):
            for path in (path for path in paths(method) if path.startswith("/admin")):
                path = re.sub(r"\{(\w+):str\}", lambda part: ids.get(part[1], "1"), path)
                answer = await member.web.request(method, path, data={"csrf": token} if method == "POST" else None)
                if answer.status_code not in (403, 404):
                    found.append(f"{who} {method} {path}: {answer.status_code}")

    assert found == []


async def test_the_administration_shows_no_word_of_any_letter(house):
    await ordinary(house)
    await restricted(house)
    ada = await house.member("ada")

    for path in paths("GET"):
        if path.startswith("/admin") and "{" not in path:
            assert CANARY not in (await ada.get(path)).text, path

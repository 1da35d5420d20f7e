"""Every page and mail, in every language, says words: no key, no unfilled place, no date for machines, no English left.

The pages are found as people find them, by following links; a template nobody reached fails the test, too.
"""

# mypy: no-check-untyped-defs
from __future__ import annotations

import re
from collections import defaultdict
from datetime import date
from html import unescape

import pytest

from mailbox_service.base import clock
from mailbox_service.base.language import LANGUAGES
from mailbox_service.city.tables import Person
from mailbox_service.desk.tables import ReportOrder, Span
from mailbox_service.jobs.report import report
from mailbox_service.render import Renderer
from mailbox_service.tickets.life import handle, publish, reply, route
from mailbox_service.tickets.tables.published import Correction
from mailbox_service.tickets.tables.words import Channel
from tests.doors.public.conftest import CODE as QUERY_CODE
from tests.doors.public.conftest import LETTER, Citizen
from tests.doors.public.mails import delivered, links_of
from tests.doors.staff.house import open_house
from tests.doors.staff.letters import letters_of_every_kind
from tests.doors.staff.mail_in import mail_of_every_kind
from tests.doors.staff.test_guidance import ARTICLE
from tests.house.shown import oversights, read_aloud
from tests.house.source import CODE, strings_in
from tests.public_figures import a_month, a_year

AUGUST = date(2026, 8, 1)
every_language = pytest.mark.parametrize("lang", LANGUAGES)
HREF = re.compile(r'<a [^>]*href="(/[^"#]*)')
NUMBER = re.compile(r"\d{4}-\d{7}-\d|(?<==)\w+")
MEMBERS = ("paul", "fang", "hugo", "rita", "kim", "mina")  # who sees the least comes first, and opens most of it
NOT_PAGES = ("/staff/language/", "/staff/sign-out", "/size/", "/files/", ".atom", "/leave", "/demo/")


class Rendered:
    """What was rendered: by template and language, the texts."""

    def __init__(self):
        self.texts = defaultdict(list)

    def __call__(self, render):
        def rendering(renderer, template, lang, context=None):
            text = render(renderer, template, lang, context)
            self.texts[template, lang].append(text)
            return text

        return rendering

    def oversights(self):
        """Each thing that went wrong, with its template and language, once."""
        return sorted(
            {
                f"{template} {lang}: {what}"
                for (template, lang), texts in self.texts.items()
                for text in texts
                for what in oversights(read_aloud(text) if template.endswith(".html") else text, lang)
            }
        )

    def templates(self, lang):
        return {template for template, in_language in self.texts if in_language == lang}


@pytest.fixture
def rendered(monkeypatch):
    """Everything rendered from now on, by any room."""
    seen = Rendered()
    monkeypatch.setattr(Renderer, "__call__", seen(Renderer.__call__))
    return seen


async def follow(web, start, *, stay="/", known=None):
    """Open every page that links lead to, one of each sort: letters differ, their acts' pages don't.

    `known` keeps what others have opened, of letters and their acts.
    """
    waiting, seen, known = [*start], set(), set() if known is None else known
    while waiting:
        path = waiting.pop()
        depth = path.count("/")  # 3 is a letter, 4 an act on it
        sort, opened = NUMBER.sub("*", path) if depth > 3 else path, known if depth > 2 else seen
        if path.startswith("/manager"):  # figures of other times and other letters look alike
            sort = path.partition("?")[0]
        if sort in opened or not path.startswith(stay) or any(part in path for part in NOT_PAGES):
            continue
        opened.add(sort)
        page = await web.get(path)
        assert page.status_code < 500, path
        waiting += [unescape(href) for href in HREF.findall(page.text)]


@every_language
async def test_what_citizens_read(sqlite_url, tmp_path, rendered, smtp_server, lang):
    async with open_house(sqlite_url, tmp_path, letters_before_check_page=1000) as house:
        citizen = Citizen(house.app, (await house.visitor(lang)).web, house.url, house.town)
        await (await house.member("karl")).done("/staff/guidance/add", **ARTICLE | {"language": lang})
        numbers = await letters_by_hand(citizen, lang)
        await in_every_state(house, citizen, lang, numbers)
        await months_of_figures(house)
        mails = await delivered(citizen, smtp_server)
        await citizen.send(f"/{lang}/my-letters", email=LETTER["email"])
        mails += await delivered(citizen, smtp_server)

        await follow(citizen.web, [f"/{lang}", *(f"/{lang}/letters/{number}" for number in numbers)], stay=f"/{lang}")
        await follow(citizen.web, linked(mails))
        await go_wrong(citizen, lang, numbers[0])

    assert rendered.oversights() == []
    assert sorted(pages_of("public") - rendered.templates(lang)) == []


async def letters_by_hand(citizen, lang):
    """Letters written through the form; the browser that wrote them may look at them."""
    numbers = []
    for _ in range(7):
        answer = await citizen.send(f"/{lang}/write", **LETTER | {"language": lang, "consent": "yes"})
        number, code = QUERY_CODE.findall((await citizen.get(answer.headers["location"])).text)
        await citizen.get(f"/{lang}/receipt")
        await citizen.send(f"/{lang}/track", number=number, code=code)
        numbers.append(number)
    return numbers


async def in_every_state(house, citizen, lang, numbers):
    _, asked, answered, unhappy, declined, public, withdrawn = numbers
    office, own = citizen.town.offices["foreign"], {} if lang == "zh" else {"own_text": "Mended."}
    routed = ("karl", route.route, office)
    await citizen.life(asked, routed, ("finn", handle.ask, "?"))
    for number in (answered, unhappy, public):
        await citizen.life(number, routed)
        await house.act(number, "finn", reply.submit_reply, "好", **own)
        await citizen.life(number, ("fang", reply.approve, 1))
    await citizen.send(f"/{lang}/letters/{unhappy}/rate", satisfaction="dissatisfied", solved="no", text="?")
    await citizen.life(
        public,
        ("karl", publish.propose_publication, publish.Copy("A lamp", "It is dark", "Mended"), "of use"),
        ("kim", publish.decide_publication, True),
    )
    await citizen.life(
        declined, ("karl", route.propose_decline, "not ours", "a court"), ("kim", route.decide_decline, True)
    )
    await citizen.send(f"/{lang}/letters/{withdrawn}/withdraw")


async def months_of_figures(house):
    """A published year, its last month twice."""
    again = a_month(AUGUST, 140, 2, why=Correction.LATE, published_by=house.town.people["mina"])
    await house.site.db.writing(lambda session: session.add_all([*a_year(AUGUST), again]))


async def reports_by_mail(house, lang):
    """The report of a month and of a quarter, as the manager gets them."""
    site, mina = house.site, house.town.people["mina"]

    def order(session):
        session.get(Person, mina).language = lang
        ordered = {"told_for": date(2025, 1, 1), "ordered_at": clock.now()}
        session.add_all(ReportOrder(person_id=mina, every=every, **ordered) for every in Span)

    await site.db.writing(order)
    await house.counted()
    assert await report(site.db, site.settings, site.book) == len(Span)


def linked(mails):
    return [link for mail in mails for link in links_of(mail)]


async def go_wrong(citizen, lang, number):
    """Every form once with nothing in it, and what leads nowhere."""
    await citizen.send(f"/{lang}/write")
    await citizen.send(f"/{lang}/write", **LETTER | {"act": "check"})
    await citizen.send(f"/{lang}/write/steps", act="next")
    fits = await citizen.fill(f"/{lang}/write", subject="Renew a visa", text="What photo do I need?", kind="enquiry")
    await citizen.web.post(f"/{lang}/write/fitting", data=fits)
    await citizen.send(f"/{lang}/track", number=number, code="wrong")
    await citizen.send(f"/{lang}/my-letters", email="nobody")
    for act in ("rate", "contact", "add", "reopen", "erase", "review"):
        await citizen.send(f"/{lang}/letters/{number}/{act}")
    for path in ("nothing", "link/wrong", "my-letters/wrong", "stop/wrong", "search?q=visa", "search?q=qqqq"):
        await citizen.get(f"/{lang}/{path}")
    await citizen.web.request("DELETE", f"/{lang}/write")


@every_language
async def test_what_staff_reads(sqlite_url, tmp_path, rendered, smtp_server, lang):
    async with open_house(sqlite_url, tmp_path, demo=True, demo_mail_page=True) as house:
        await house.site.db.writing(lambda session: letters_of_every_kind(session, house.town))
        await house.counted()
        await mail_of_every_kind(house)
        await reports_by_mail(house, lang)
        await months_of_figures(house)
        visitor = await house.visitor(lang)
        await visitor.get("/staff/sign-in")
        await visitor.send("/staff/sign-in", email="karl@qinghe.example", password="wrong")
        known = set()
        for name in MEMBERS:
            member = await house.member(name, lang)
            start = ["/staff", "/staff/search?q=lamp", "/manager?period=2026"]
            await follow(member.web, start, stay=("/staff", "/manager"), known=known)
        kim = await house.member("kim", lang)
        await follow(kim.web, ["/staff?queue=proposals"], stay=("/staff?queue=proposals", "/staff/tickets"))
        karl = await house.member("karl", lang)
        await karl.send("/staff/guidance/add", **ARTICLE | {"act": "preview"})
        await karl.done("/staff/guidance/add", **ARTICLE)
        await follow(karl.web, ["/staff/guidance"], stay="/staff/guidance")
        ada = await house.member("ada", lang)
        await follow(ada.web, ["/admin"], stay="/admin")
        await ada.send("/admin/people/add", act="check", name="Nina", email="nina@qinghe.example")
        await ada.send("/admin/calendar/day", act="check", day="2031-05-05", kind="free", source="Snow")
        await what_no_link_leads_to(house, karl, lang)
        citizen = Citizen(house.app, karl.web, house.url, house.town)
        await delivered(citizen, smtp_server)

    assert rendered.oversights() == []
    assert sorted((pages_of("staff") | pages_of("manager") | pages_of("admin")) - rendered.templates(lang)) == []


async def what_no_link_leads_to(house, karl, lang):
    """Answers to what was sent, and pages that belong to the middle of an act."""
    roads, dora = house.town.offices["roads"], await house.member("dora", lang)
    number = await house.letter("A lamp", ("karl", route.route, roads), ("dora", handle.sign_for))
    letter = f"/staff/tickets/{number}"
    ticked = await karl.fill("/staff?queue=all", act="tag", word="lamp", letter=f"{number}:1", query="queue=all")
    await karl.web.post("/staff/bulk", data=ticked)
    await karl.done(
        "/staff/enter", act="send", kind="help", subject="A lamp", text="Dark", name="Wang", channel="phone"
    )
    await karl.get("/staff/enter/receipt")
    await karl.get(f"{letter}/similar")
    seen = await dora.fill(f"{letter}/reply", text="One")
    await dora.web.post(f"{letter}/reply", data=seen | {"act": "save"})
    await dora.web.post(f"{letter}/reply", data=seen | {"act": "save", "text": "Another", "draft_version": "0"})
    await dora.web.post(f"{letter}/presence", data=seen)
    for page in ("preview", "versions"):
        await dora.get(f"{letter}/{page}")
    answered = [("dora", reply.submit_reply, "好"), ("hugo", reply.approve, 1)]
    steps = [("karl", route.route, roads), ("dora", handle.sign_for), *answered]
    posted = await house.letter("By post", *steps, channel=Channel.PAPER, email="", address="Lane 3")
    await dora.web.post(f"/staff/tickets/{posted}/on_paper", data={"csrf": seen["csrf"]})


def pages_of(folder):
    """The templates that doors fill; the others are parts of them."""
    return {name for name in strings_in(CODE) if re.fullmatch(rf"{folder}/\w+\.html", name)}


def test_a_page_that_shows_a_key_is_found(tmp_path):
    page = '<p title="queue.mine">status.received</p><p>%(name)s, 2026-02-27</p><p>Track your letter here</p>'

    assert oversights(read_aloud(page), "en") == ["status.received", "queue.mine", "%(name)s", "2026-02-27"]


def test_english_in_another_language_is_found():
    assert oversights("Letter, Skip to the content", "ja") == ["Skip to the content"]
    assert oversights("2026-0001234-5 carl@status.example letter.json", "ja") == []

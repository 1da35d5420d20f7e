"""Signing in and out, and the language of the pages behind it. Any mistake gets the same sentence."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import NotFoundException
from sqlmodel import Session

from mailbox_service.base import audit, clock
from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.city import find, people, second_factor
from mailbox_service.city.tables import Person
from mailbox_service.web import desk as desks
from mailbox_service.web import forms, pages, sessions
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import way_in

RULE = "sign_in"
SECOND_STEP = "/staff/second-step"


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The form. `back` is where it leads afterwards."""

    page: Page
    email: str
    back: str


async def show(visit: Visit) -> Response[bytes]:
    """The sign-in page; whoever is signed in goes on."""
    back = pages.local(str(visit.query_params.get("back", "")), desks.HOME)
    if await sessions.open_session(visit):
        return pages.see_other(back)
    return _page(visit, back)


def _page(visit: Visit, back: str, *, email: str = "", problem: str = "", status: int = 200) -> Response[bytes]:
    problems = [Problem("email", problem)] if problem else []
    notice = say(visit.lang, "Your password is set. Sign in with it.") if _is_set(visit) else ""
    title = say(visit.lang, "Sign in")
    page = pages.frame(
        visit,
        title,
        form_id="sign-in",
        notice=notice,
        problems=problems,
        ways=desks.ways(visit, desks.SIGN_IN),
    )
    return pages.html(visit, "staff/sign_in.html", SignInPage(page, email, back), status=status)


def _is_set(visit: Visit) -> bool:
    return visit.method == "GET" and visit.query_params.get("done") == "password"


async def sign_in(visit: Visit) -> Response[bytes]:
    """Check address and password, in that order of costs, and begin a session under a new name.

    Raises:
        Refused: "too_many" from one network address, or for one account, within an hour.
    """
    form = await forms.read(visit)
    back, email = pages.local(form.raw("back"), desks.HOME), form.line("email")
    if desks.switched(visit, form):
        return _page(visit, back, email=email)
    await way_in.count(visit, RULE, email)
    person = await visit.site.db.reading(lambda session: find.person_by_email(session, email))
    password = form.raw("password")
    matches = await people.matches(person.password_hash if person else None, password[:1000])
    if person is None or not matches:
        if person is not None:
            await _note(visit, "sign_in.failed", person)
        wrong = say(visit.lang, "Address and password don't match. Check both.")
        return _page(visit, back, email=email, problem=wrong, status=422)
    return await _begin(visit, person, back)


async def _note(visit: Visit, act: str, person: Person) -> None:
    def write(session: Session) -> None:
        audit.record(session, act, by=person.id, now=clock.now(), about=("person", person.id))

    await visit.site.db.writing(write)


async def _begin(visit: Visit, person: Person, back: str) -> Response[bytes]:
    """Begin the session, and give the try back: a whole office may come from one address."""
    now = clock.now()

    def begin(session: Session) -> tuple[str, bool]:
        way_in.give_back(session, visit, RULE, person.email)
        settings = visit.site.settings
        half = second_factor.has(session, person.id) or second_factor.must(session, settings, person.id)
        act = "sign_in.half" if half else "signed_in"
        audit.record(session, act, by=person.id, now=now, about=("person", person.id))
        return sessions.begin(session, visit, person.id, now, half=half), half

    token, half = await visit.site.db.writing(begin)
    sessions.remember(visit, token)
    if not visit.kept("language") or visit.kept("language") not in LANGUAGES:
        desks.speak(visit, person.language)
    return pages.see_other(f"{SECOND_STEP}?back={quote(back, safe='/')}" if half else back)


async def sign_out(desk: desks.Desk) -> Response[bytes]:
    """End the session."""
    visit = desk.visit
    await desk.form()
    await desk.write(lambda session: sessions.end(session, visit.kept(sessions.COOKIE)))
    visit.forget(sessions.COOKIE)
    return pages.see_other(desks.SIGN_IN)


async def choose_language(visit: Visit) -> Response[bytes]:
    """Show staff pages in another language from now on."""
    code = visit.word("code")
    if code not in LANGUAGES:
        raise NotFoundException
    desks.speak(visit, code)
    return pages.see_other(pages.local(str(visit.query_params.get("back", "")), desks.HOME))


doors = [
    desks.hang_open("GET", desks.SIGN_IN, show),
    desks.hang_open("POST", desks.SIGN_IN, sign_in),
    desks.hang("POST", desks.SIGN_OUT, sign_out),
    desks.hang_open("GET", "/staff/language/{code:str}", choose_language),
]

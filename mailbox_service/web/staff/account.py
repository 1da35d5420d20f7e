"""/staff/account: what is known of oneself, the language one works in, one's password, and one's second step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit
from mailbox_service.base.language import LANGUAGES, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import access, find, lists, people, second_factor
from mailbox_service.city.tables import Person, SecondFactor
from mailbox_service.mail import digest
from mailbox_service.web import desk as desks
from mailbox_service.web import pages, sessions
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import password as passwords
from mailbox_service.web.staff import second_step, way_in
from mailbox_service.web.staff.way_in import Ask, WayIn

PATH = "/staff/account"
PASSWORD, SECOND = f"{PATH}/password", f"{PATH}/second-step"
OWN = "password.own"
DONE = ("password", "language", "second_off")


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One's own account. `codes_left` is of the recovery codes."""

    page: Page
    person: Person
    roles: Sequence[str]
    spoken: Sequence[Option]
    digests: Sequence[Option]
    second: bool
    must: bool
    codes_left: int


def _me(desk: Desk) -> int:
    return desk.viewer.person_id or 0


async def _person(desk: Desk) -> Person:
    found = await desk.read(lambda session: find.person(session, _me(desk)))
    if found is None:
        raise Refused("not_found")
    return found


async def show(desk: Desk) -> Response[bytes]:
    """One's own account."""
    me, settings = _me(desk), desk.site.settings

    def look(session: Session) -> tuple[list[str], bool, bool, int]:
        held = lists.open_roles_of(session, me)
        words = [_role(desk, role.role.value, role.department_id) for role in held if role.confirmed_at]
        has, must = second_factor.has(session, me), second_factor.must(session, settings, me)
        return words, has, must, second_factor.codes_left(session, me)

    roles, has, must, left = await desk.read(look)
    page = frame(desk, say(desk.lang, "My account"), form_id="account", notice=_notice(desk))
    known = [Option(one.code, one.name, lang=one.tag) for one in LANGUAGES.values()]
    digests = [Option(one, say(desk.lang, f"digest.{one}")) for one in digest.CHOICES]
    context = AccountPage(page, await _person(desk), roles, known, digests, has, must, left)
    return pages.html(desk.visit, "staff/account.html", context)


def _role(desk: Desk, role: str, department_id: int | None) -> str:
    office, named = desk.office(department_id), say(desk.lang, f"role.{role}")
    return say(desk.lang, "%(role)s (%(office)s)", role=named, office=office) if office else named


def _notice(desk: Desk) -> str:
    done = desk.asked("done")
    return say(desk.lang, f"account.done.{done}") if done in DONE and desk.visit.method == "GET" else ""


async def choose(desk: Desk) -> Response[bytes]:
    """Choose the language of one's pages and mails, and how often a mail says what waits."""
    form = await desk.form()
    code = form.line("language")
    if desks.switched(desk.visit, form) or code not in LANGUAGES:
        return await show(desk)

    def work(session: Session) -> None:
        person = find.person(session, _me(desk))
        if person is not None:
            person.language = code
            session.add(person)
            digest.choose(session, person.id, form.line("digest"))

    await desk.write(work)
    desks.speak(desk.visit, code)
    return pages.see_other(f"{PATH}?done=language")


# --- The password ----------------------------------------------------------------------------


async def password(desk: Desk) -> Response[bytes]:
    """The form for a new password."""
    return _password_page(desk)


def _password_page(desk: Desk, problem: Problem | None = None) -> Response[bytes]:
    now = Ask("current", say(desk.lang, "Password until now"), "password", "current-password")
    lead = [say(desk.lang, "You stay signed in here; all your other sessions end.")]
    step = WayIn(PASSWORD, lead, [now, *way_in.password_asks(desk.lang)], say(desk.lang, "Change the password"))
    return way_in.at_desk(desk, say(desk.lang, "Change your password"), step, problem=problem)


async def change_password(desk: Desk) -> Response[bytes]:
    """Change one's own password; this browser's session goes on under a new name, all others end.

    Raises:
        Refused: "too_many" within an hour.
    """
    form, visit, me, now = await desk.form(), desk.visit, _me(desk), desk.now
    if desks.switched(visit, form):
        return _password_page(desk)
    await way_in.count(visit, OWN, str(me))
    person, typed = await _person(desk), form.raw("password")
    try:
        if not await people.matches(person.password_hash, form.raw("current")[:1000]):
            raise Refused("password.not_yours")
        passwords.require_good(typed, form.raw("again"), person)
    except Refused as refused:
        fields = {"password.not_yours": "current", "password.differs": "again"}
        return _password_page(desk, way_in.problem(visit, fields.get(refused.code, "password"), refused))
    stored = await people.hashed(typed)

    def work(session: Session) -> str:
        way_in.give_back(session, visit, OWN, str(me))
        access.change_password(session, me, stored, now=now)
        return sessions.begin(session, visit, me, now)

    sessions.remember(visit, await desk.write(work))
    return pages.see_other(f"{PATH}?done=password")


# --- The second step -------------------------------------------------------------------------


async def second(desk: Desk) -> Response[bytes]:
    """Set the second step up; when it is on, renew the recovery codes or turn it off."""
    return await _second_page(desk)


async def _second_page(desk: Desk, refused: Refused | None = None) -> Response[bytes]:
    lang, me, problem = desk.lang, _me(desk), None
    if refused:
        problem = way_in.problem(desk.visit, "code", refused)

    def look(session: Session) -> SecondFactor | None:
        return None if second_factor.has(session, me) else second_factor.begin(session, me, now=desk.now)

    begun = await desk.write(look)
    if begun is not None:
        step = second_step.setting_up(desk.visit, await _person(desk), begun, SECOND)
        return way_in.at_desk(desk, say(lang, "Set up the second step"), step, problem=problem)
    hint = say(lang, "Six digits from the app on your telephone, or one of your recovery codes.")
    acts = [(say(lang, "Show new recovery codes"), "codes"), (say(lang, "Turn off the second step"), "off")]
    lead = [say(lang, "New recovery codes end the old ones. A new telephone: turn the second step off and on again.")]
    step = WayIn(SECOND, lead, [Ask("code", say(lang, "Code"), "text", "one-time-code", hint)], acts=acts)
    return way_in.at_desk(desk, say(lang, "Second step"), step, problem=problem)


async def change_second(desk: Desk) -> Response[bytes]:
    """Turn it on, renew its recovery codes, or turn it off; each with a code.

    Raises:
        Refused: "too_many" within an hour.
    """
    form, visit, me = await desk.form(), desk.visit, _me(desk)
    if desks.switched(visit, form):
        return await _second_page(desk)
    await way_in.count(visit, second_step.RULE, str(me))
    act, typed = form.line("act"), form.line("code")
    try:
        codes, token = await desk.write(lambda session: _change_second(session, desk, act, typed))
    except Refused as refused:
        await desk.write(
            lambda session: audit.record(session, "second_step.failed", by=me, now=desk.now, about=("person", me))
        )
        return await _second_page(desk, refused)
    sessions.remember(visit, token)
    if not codes:
        return pages.see_other(f"{PATH}?done=second_off")
    return second_step.shown_codes(visit, codes, PATH)


def _change_second(session: Session, desk: Desk, act: str, typed: str) -> tuple[list[str], str]:
    me, now, settings = _me(desk), desk.now, desk.site.settings
    codes: list[str] = []
    if second_factor.has(session, me):
        second_factor.use(session, settings.secret, me, typed, now=now)
        if act == "off":
            second_factor.remove(session, settings, me, now=now)
        else:
            codes = second_factor.renew_codes(session, settings.secret, me, now=now)
    else:
        codes = second_factor.confirm(session, settings.secret, me, typed, now=now)
    way_in.give_back(session, desk.visit, second_step.RULE, str(me))
    return codes, sessions.begin(session, desk.visit, me, now)


doors = [
    desks.hang("GET", PATH, show),
    desks.hang("POST", PATH, choose),
    desks.hang("GET", PASSWORD, password),
    desks.hang("POST", PASSWORD, change_password),
    desks.hang("GET", SECOND, second),
    desks.hang("POST", SECOND, change_second),
]

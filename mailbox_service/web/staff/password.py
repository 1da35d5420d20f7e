"""/staff/password: ask for a link by mail, and set a password with it. Nobody learns here who has an account."""

from __future__ import annotations

from datetime import datetime

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit, claim, clock
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import access, find, passwords, people
from mailbox_service.city.tables import LinkPurpose, Person, StaffLink
from mailbox_service.mail import staff_access
from mailbox_service.web import desk as desks
from mailbox_service.web import forms, pages
from mailbox_service.web.page import Link, Problem
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import way_in
from mailbox_service.web.staff.way_in import Ask, WayIn

PATH = "/staff/password"
RULE = "password.asked"
MAILS_PER_ACCOUNT = 3  # an hour; whoever asks more often gets the same page


async def show(visit: Visit) -> Response[bytes]:
    """Where a link is asked for."""
    return _asking(visit)


def _asking(visit: Visit, email: str = "", problem: Problem | None = None) -> Response[bytes]:
    lang = visit.lang
    step = WayIn(
        PATH,
        [say(lang, "We send a link to your mail address. It is good for 30 minutes.")],
        [Ask("email", say(lang, "Email"), "email", "username", value=email, inputmode="email")],
        say(lang, "Send the link"),
        ways=[Link(say(lang, "Sign in"), desks.SIGN_IN)],
    )
    return way_in.shown(visit, say(lang, "Forgotten password"), step, problem=problem)


async def ask(visit: Visit) -> Response[bytes]:
    """Write the mail, if the address is somebody's; the answer is the same for any address.

    Raises:
        Refused: "too_many" from one network address within an hour.
    """
    form = await forms.read(visit)
    email = form.line("email")[:254]
    if desks.switched(visit, form) or not email:
        problem = None if email else Problem("email", say(visit.lang, "Enter your mail address."))
        return _asking(visit, email, None if form.has("switch") else problem)
    if await way_in.tries(visit, RULE, visit.mark) > visit.site.settings.sign_in_tries_per_address_per_hour:
        raise Refused("too_many", at=claim.window_end(way_in.HOUR, clock.now()))
    asked = await way_in.tries(visit, f"{RULE}.account", way_in.account_mark(visit, email))
    now = clock.now()
    await visit.site.db.writing(lambda session: _write(session, visit, email, now, mails=asked <= MAILS_PER_ACCOUNT))
    said = say(visit.lang, "If this is the address of a member of staff, a mail with a link is on its way.")
    also = say(visit.lang, "Nothing came? Ask your administrator.")
    ways = [Link(say(visit.lang, "Sign in"), desks.SIGN_IN)]
    return way_in.shown(visit, say(visit.lang, "Look into your mailbox"), WayIn(PATH, [said, also], ways=ways))


def _write(session: Session, visit: Visit, email: str, now: datetime, *, mails: bool) -> None:
    """The mail is written for nobody, too, and thrown away: an answer takes as long for any address."""
    settings, person = visit.site.shown, find.person_by_email(session, email)
    if person is None or not mails:
        nobody = Person(email=email, name=email, language=visit.lang, added_at=now)
        until = now + access.GOOD_FOR[LinkPurpose.RESET]
        link = StaffLink(person_id=0, purpose=LinkPurpose.RESET, hash="", made_at=now, expires_at=until)
        staff_access.link_mail(settings, nobody, link)
        return
    purpose = LinkPurpose.RESET
    link = access.make_link(session, settings.secret, person.id, purpose, now=now)
    audit.record(session, "password.asked", by=person.id, now=now, about=("person", person.id))
    staff_access.send_link(session, settings, person, link)


# --- The link --------------------------------------------------------------------------------


async def open_link(visit: Visit) -> Response[bytes]:
    """The form behind a mailed link. Looking at it uses nothing up."""
    try:
        _link, person = await _behind(visit)
    except Refused as refused:
        return _over(visit, refused)
    return _setting(visit, person)


async def set_password(visit: Visit) -> Response[bytes]:
    """Set the password, and lead to the sign-in, which asks for the second step as ever."""
    form = await forms.read(visit)
    try:
        _link, person = await _behind(visit)
    except Refused as refused:
        return _over(visit, refused)
    if desks.switched(visit, form):
        return _setting(visit, person)
    password = form.raw("password")
    try:
        require_good(password, form.raw("again"), person)
    except Refused as refused:
        field = "again" if refused.code == "password.differs" else "password"
        return _setting(visit, person, way_in.problem(visit, field, refused))
    stored, token, now = await people.hashed(password), visit.word("token"), clock.now()
    try:
        await visit.site.db.writing(lambda session: access.set_by_link(session, token, stored, now=now))
    except Refused as refused:
        return _over(visit, refused)
    return pages.see_other(f"{desks.SIGN_IN}?done=password")


def require_good(password: str, again: str, person: Person) -> None:
    """A password that keeps the rules, typed alike twice.

    Raises:
        Refused: "password.differs", and what `passwords.check` says.
    """
    passwords.check(password, name=person.name, email=person.email)
    if passwords.same(password) != passwords.same(again):
        raise Refused("password.differs")


async def _behind(visit: Visit) -> tuple[StaffLink, Person]:
    token, now = visit.word("token")[:100], clock.now()
    return await visit.site.db.reading(lambda session: access.behind(session, token, now))


def _setting(visit: Visit, person: Person, problem: Problem | None = None) -> Response[bytes]:
    lang = visit.lang
    lead = [
        say(lang, "For %(email)s. All your sessions end, and you sign in with the new password.", email=person.email)
    ]
    step = WayIn(visit.path, lead, way_in.password_asks(lang), say(lang, "Set the password"))
    return way_in.shown(visit, say(lang, "Set a password"), step, problem=problem)


def _over(visit: Visit, refused: Refused) -> Response[bytes]:
    lang = visit.lang
    lead = [way_in.problem(visit, "", refused).text]
    step = WayIn(PATH, lead, onward=Link(say(lang, "Ask for a new link"), PATH))
    return way_in.shown(visit, say(lang, "This link is over"), step, status=404)


doors = [
    desks.hang_open("GET", PATH, show),
    desks.hang_open("POST", PATH, ask),
    desks.hang_open("GET", f"{PATH}/{{token:str}}", open_link),
    desks.hang_open("POST", f"{PATH}/{{token:str}}", set_password),
]

"""/staff/second-step: after the password the app's code, or a recovery code; who must and hasn't sets it up here.

A session that is only half opens this door and no other. Each step gives the browser a session under a new name.
"""

from __future__ import annotations

from datetime import datetime

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit, clock
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, second_factor
from mailbox_service.city.tables import Person, SecondFactor
from mailbox_service.web import desk as desks
from mailbox_service.web import forms, pages, sessions
from mailbox_service.web.page import Link
from mailbox_service.web.site import Visit
from mailbox_service.web.staff import way_in
from mailbox_service.web.staff.qr import qr_code
from mailbox_service.web.staff.way_in import Ask, WayIn

PATH = "/staff/second-step"
RULE = "second_step"


async def show(visit: Visit) -> Response[bytes]:
    """Ask for the code, or show what the app must read."""
    half = await sessions.half_way(visit)
    back = pages.local(str(visit.query_params.get("back", "")), desks.HOME)
    return await _page(visit, half.person_id, back) if half else pages.see_other(desks.SIGN_IN)


async def take(visit: Visit) -> Response[bytes]:
    """Look at the code; the right one makes the session whole.

    Raises:
        Refused: "too_many" from one network address, or for one account, within an hour.
    """
    form = await forms.read(visit)
    back, typed = pages.local(form.raw("back"), desks.HOME), form.line("code")
    half = await sessions.half_way(visit)
    if half is None:
        return pages.see_other(desks.SIGN_IN)
    if desks.switched(visit, form):
        return await _page(visit, half.person_id, back)
    await way_in.count(visit, RULE, str(half.person_id))
    now = clock.now()
    try:
        token, codes = await visit.site.db.writing(lambda session: _step(session, visit, typed, now))
    except Refused as refused:
        if refused.code == "session.over":
            return pages.see_other(desks.SIGN_IN)
        await _failed(visit, half.person_id, now)
        return await _page(visit, half.person_id, back, refused)
    sessions.remember(visit, token)
    return shown_codes(visit, codes, back) if codes else pages.see_other(back)


def _step(session: Session, visit: Visit, typed: str, now: datetime) -> tuple[str, list[str]]:
    """The session's new name, and the recovery codes of a factor that was only just set up."""
    half = sessions.half_now(session, visit, now)
    if half is None:
        raise Refused("session.over")
    secret, person_id, codes = visit.site.settings.secret, half.person_id, list[str]()
    if second_factor.has(session, person_id):
        second_factor.use(session, secret, person_id, typed, now=now)
    else:
        codes = second_factor.confirm(session, secret, person_id, typed, now=now)
    way_in.give_back(session, visit, RULE, str(person_id))
    audit.record(session, "signed_in", by=person_id, now=now, about=("person", person_id), second=True)
    return sessions.begin(session, visit, person_id, now), codes


async def _failed(visit: Visit, person_id: int, now: datetime) -> None:
    def write(session: Session) -> None:
        audit.record(session, "second_step.failed", by=person_id, now=now, about=("person", person_id))

    await visit.site.db.writing(write)


async def _page(visit: Visit, person_id: int, back: str, refused: Refused | None = None) -> Response[bytes]:
    problem = way_in.problem(visit, "code", refused) if refused else None
    now = clock.now()

    def look(session: Session) -> tuple[Person | None, SecondFactor | None]:
        has = second_factor.has(session, person_id)
        return find.person(session, person_id), None if has else second_factor.begin(session, person_id, now=now)

    person, begun = await visit.site.db.writing(look)
    hidden = [("back", back)]
    if begun is not None and person is not None:
        title = say(visit.lang, "Set up the second step")
        return way_in.shown(visit, title, setting_up(visit, person, begun, PATH, hidden), problem=problem)
    hint = say(visit.lang, "Six digits from the app on your telephone, or one of your recovery codes.")
    ask = Ask("code", say(visit.lang, "Code"), "text", "one-time-code", hint)
    step = WayIn(
        PATH, (), [ask], say(visit.lang, "Go on"), hidden, [Link(say(visit.lang, "Sign in anew"), desks.SIGN_IN)]
    )
    return way_in.shown(visit, say(visit.lang, "Second step"), step, problem=problem)


def setting_up(
    visit: Visit, person: Person, begun: SecondFactor, path: str, hidden: list[tuple[str, str]] | None = None
) -> WayIn:
    """What the app must read, and the field for its first code."""
    lang, settings = visit.lang, visit.site.shown
    secret = second_factor.app_secret(settings.secret, person.id, begun.generation)
    hint = say(lang, "Six digits; a new code comes every half minute.")
    return WayIn(
        path,
        [
            say(lang, "Besides the password, an app on your telephone shows a code that changes every half minute."),
            say(lang, "Read the picture with an authenticator app, then type the code that it shows."),
        ],
        [Ask("code", say(lang, "Code"), "text", "one-time-code", hint, inputmode="numeric")],
        say(lang, "Turn on the second step"),
        hidden or (),
        picture=qr_code(second_factor.address_for_app(settings, person, begun.generation)),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )


def codes_step(lang: str, codes: list[str], onward: str) -> WayIn:
    """The recovery codes, this once."""
    return WayIn(
        "",
        [
            say(lang, "The second step is on. Keep these codes on paper: this page shows them only once."),
            say(lang, "Each works once in place of the app's code."),
        ],
        codes=codes,
        onward=Link(say(lang, "I have kept them"), onward),
    )


def shown_codes(visit: Visit, codes: list[str], onward: str) -> Response[bytes]:
    """The page of the recovery codes."""
    return way_in.shown(visit, say(visit.lang, "Recovery codes"), codes_step(visit.lang, codes, onward))


doors = [
    desks.hang_open("GET", PATH, show),
    desks.hang_open("POST", PATH, take),
]

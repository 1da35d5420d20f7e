"""What an administrator does about somebody's way in: invite, sign out everywhere, take away a lost second step."""

from __future__ import annotations

from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.city import access, second_factor
from mailbox_service.city.tables import Person
from mailbox_service.mail import staff_access
from mailbox_service.web.admin import room
from mailbox_service.web.desk import Desk

INVITE, END_SESSIONS, NO_SECOND = "invite", "end_sessions", "no_second"
ACTS = frozenset({INVITE, END_SESSIONS, NO_SECOND})


def acts(desk: Desk, person: Person, *, second: bool) -> list[tuple[str, str, bool]]:
    """The buttons on somebody's page."""
    if not person.password_hash:
        return [(say(desk.lang, "Send an invitation"), INVITE, False)]
    found = [(say(desk.lang, "Sign them out everywhere"), END_SESSIONS, True)]
    if second and person.id != room.me(desk):
        found.append((say(desk.lang, "Take away their second step"), NO_SECOND, True))
    return found


def do(session: Session, desk: Desk, person_id: int, act: str) -> str:
    """Do it; answers what the page says afterwards."""
    settings, by, now = desk.site.shown, room.me(desk), desk.now
    if act == INVITE:
        person, link = access.invite(session, settings.secret, person_id, by=by, now=now)
        staff_access.send_link(session, settings, person, link)
        return "invited"
    if act == NO_SECOND:
        person = second_factor.reset(session, person_id, by=by, now=now)
        access.end_sessions(session, person_id)
        staff_access.tell_removed(session, settings, person, now=now)
        return "yes"
    access.end_sessions_of(session, person_id, by=by, now=now)
    return "yes"

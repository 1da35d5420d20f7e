"""What an administrator does about somebody's way in: invite them, sign them out everywhere."""

from __future__ import annotations

from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.city import access
from mailbox_service.city.tables import Person
from mailbox_service.mail import staff_access
from mailbox_service.web.admin import room
from mailbox_service.web.desk import Desk

INVITE, END_SESSIONS = "invite", "end_sessions"
ACTS = frozenset({INVITE, END_SESSIONS})


def acts(desk: Desk, person: Person) -> list[tuple[str, str, bool]]:
    """The buttons on somebody's page."""
    if not person.password_hash:
        return [(say(desk.lang, "Send an invitation"), INVITE, False)]
    return [(say(desk.lang, "Sign them out everywhere"), END_SESSIONS, True)]


def do(session: Session, desk: Desk, person_id: int, act: str) -> str:
    """Do it; answers what the page says afterwards."""
    settings, by, now = desk.site.shown, room.me(desk), desk.now
    if act == INVITE:
        person, link = access.invite(session, settings.secret, person_id, by=by, now=now)
        staff_access.send_link(session, settings, person, link)
        return "invited"
    access.end_sessions_of(session, person_id, by=by, now=now)
    return "yes"

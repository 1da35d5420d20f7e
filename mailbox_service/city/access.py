"""How people get in: mailed links that set a password, new passwords, and sessions that end with the old ones.

A link's secret is derived from the service's own and the link's number as the mail leaves; only its hash is kept.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timedelta
from typing import Any, cast

from pydantic import SecretStr
from sqlmodel import Session, col, delete, select

from mailbox_service.base import audit, claim, tokens
from mailbox_service.base.ids import new_id
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import changing
from mailbox_service.city.tables import LinkPurpose, Person, StaffLink

GOOD_FOR = {LinkPurpose.INVITE: timedelta(days=7), LinkPurpose.RESET: timedelta(minutes=30)}


# --- Links -----------------------------------------------------------------------------------


def link_token(secret: SecretStr, link_id: int) -> str:
    """What the link of that number ends in: 256 bits that only the service can make."""
    mac = hmac.digest(tokens.key_for(secret, "staff link"), str(link_id).encode(), "sha256")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def make_link(session: Session, secret: SecretStr, person_id: int, purpose: LinkPurpose, *, now: datetime) -> StaffLink:
    """A new link for somebody; the links they had end."""
    end_links(session, person_id)
    link_id = new_id()
    link = StaffLink(
        id=link_id,
        person_id=person_id,
        purpose=purpose,
        hash=tokens.hashed(link_token(secret, link_id)),
        made_at=now,
        expires_at=now + GOOD_FOR[purpose],
    )
    session.add(link)
    session.flush()
    return link


def end_links(session: Session, person_id: int) -> None:
    """End the links of somebody that were not used."""
    live = (col(StaffLink.person_id) == person_id, col(StaffLink.used_at).is_(None))
    session.exec(cast(Any, delete(StaffLink).where(*live)))


def is_live(session: Session, link_id: int, now: datetime) -> bool:
    """Whether the link of that number still opens anything."""
    link = session.get(StaffLink, link_id)
    return link is not None and link.used_at is None and link.expires_at > now


def behind(session: Session, token: str, now: datetime) -> tuple[StaffLink, Person]:
    """The link and whose password it sets. Looking changes nothing: mail programs open links, too.

    Raises:
        Refused: "link.over" for one that was used, is too old, was followed by another, or never was.
    """
    link = session.exec(select(StaffLink).where(StaffLink.hash == tokens.hashed(token))).first()
    person = session.get(Person, link.person_id) if link else None
    if link is None or person is None or link.used_at or link.expires_at <= now or person.left_at:
        raise Refused("link.over")
    return link, person


def invite(session: Session, secret: SecretStr, person_id: int, *, by: int, now: datetime) -> tuple[Person, StaffLink]:
    """Let somebody without a password set one.

    Raises:
        Refused: "not_yours"; "not_found" for nobody, or who has left; "invitation.needless" for who has a password.
    """
    changing.require(session, by)
    person: Person = changing.row_of(session, Person, person_id)
    if person.left_at is not None:
        raise Refused("not_found")
    if person.password_hash:
        raise Refused("invitation.needless")
    link = make_link(session, secret, person_id, LinkPurpose.INVITE, now=now)
    audit.record(session, "person.invited", by=by, now=now, about=("person", person_id))
    return person, link


# --- Passwords -------------------------------------------------------------------------------


def set_by_link(session: Session, token: str, password_hash: str, *, now: datetime) -> Person:
    """Set the password that the link is for, once; every session of that person ends.

    Raises:
        Refused: "link.over".
    """
    link, person = behind(session, token, now)
    mine = (col(StaffLink.id) == link.id, col(StaffLink.used_at).is_(None), col(StaffLink.expires_at) > now)
    if claim.claim(session, StaffLink, *mine, used_at=now) != 1:
        raise Refused("link.over")
    act = "password.set" if link.purpose is LinkPurpose.INVITE else "password.reset"
    _set(session, person, password_hash)
    end_sessions(session, person.id)
    audit.record(session, act, by=person.id, now=now, about=("person", person.id))
    return person


def change_password(session: Session, person_id: int, password_hash: str, *, now: datetime) -> None:
    """Set one's own password; every session ends, and mailed links too. The caller begins a new session."""
    person: Person = changing.row_of(session, Person, person_id)
    _set(session, person, password_hash)
    end_links(session, person_id)
    end_sessions(session, person_id)
    audit.record(session, "password.changed", by=person_id, now=now, about=("person", person_id))


def _set(session: Session, person: Person, password_hash: str) -> None:
    claim.claim(session, Person, col(Person.id) == person.id, password_hash=password_hash)


# --- Sessions --------------------------------------------------------------------------------


def end_sessions(session: Session, person_id: int, *, besides: int | None = None) -> int:
    """End the sessions of somebody; answers how many there were."""
    theirs = [col(StaffSession.person_id) == person_id]
    if besides is not None:
        theirs.append(col(StaffSession.id) != besides)
    session.flush()
    return cast(int, cast(Any, session.exec(cast(Any, delete(StaffSession).where(*theirs)))).rowcount)


def end_sessions_of(session: Session, person_id: int, *, by: int, now: datetime) -> int:
    """An administrator signs somebody out everywhere.

    Raises:
        Refused: "not_yours"; "not_found".
    """
    changing.require(session, by)
    changing.row_of(session, Person, person_id)
    ended = end_sessions(session, person_id)
    audit.record(session, "sessions.ended", by=by, now=now, about=("person", person_id), count=ended)
    return ended

"""Who is signed in: sessions in the database, found by the hash of a cookie that is drawn anew at each sign-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from mailbox_service.base import clock, tokens
from mailbox_service.base.looks import Looks, Rows
from mailbox_service.base.settings import Settings
from mailbox_service.base.tables import Session as StaffSession
from mailbox_service.city import find as city
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import actor as actors
from mailbox_service.web.site import Visit

COOKIE = "staff"
SEEN_EVERY = timedelta(minutes=1)
HALF_FOR = timedelta(minutes=10)
_HASHED = "token"  # in the state of a request

_TOKEN = col(StaffSession.token) == sa.bindparam("token", type_=sa.String)
_WHO = sa.select(col(StaffSession.person_id)).where(_TOKEN).cte("who")
_SIGNED_IN = Looks(
    session=select(StaffSession).where(_TOKEN),
    **city.standing(sa.select(_WHO.c.person_id).scalar_subquery()),
)


class Ahead(NamedTuple):
    """What the page of somebody who is signed in will look up, if they still are who they were a moment ago."""

    looks: Looks
    facts: Mapping[str, object]

    def together_with(self, looks: Looks, facts: Mapping[str, object]) -> Ahead:
        """This and more."""
        return Ahead(self.looks.together_with(looks), {**self.facts, **facts})

    def answers(self, looks: Looks, facts: Mapping[str, object]) -> bool:
        """Whether these looks were among it, with these facts."""
        return self.looks.hold(looks) and facts.items() <= self.facts.items()


class SignedIn(NamedTuple):
    """Who is signed in, and what was found ahead for them; None when it was not looked up, or for somebody else."""

    who: Actor
    found: Rows | None


def known(visit: Visit) -> Actor | None:
    """Who was signed in with this visit's cookie a moment ago. Nobody may do or see anything by this alone."""
    return visit.site.standing.get(_token(visit))


async def open_session(visit: Visit) -> Actor | None:
    """The member of staff behind this visit, with today's roles; None when nobody is signed in.

    Afterwards `visit.staff` is their session, whose secret the forms of their pages carry.
    """
    signed_in = await open_ahead(visit, None)
    return signed_in.who if signed_in else None


async def open_ahead(visit: Visit, ahead: Ahead | None) -> SignedIn | None:
    """The same, and in the same statement what their page looks up.

    That counts only when they are, in every role, who they were when it was put together.
    """
    token = _token(visit)
    if not token:
        return None
    now = clock.now()
    settings, today = visit.site.settings, clock.day_in(visit.site.zone, now)
    facts = {"token": token, "today": today}
    before = visit.site.standing.get(token)
    if ahead and ahead.facts.get("today", today) == today:
        rows = await visit.site.db.look(_SIGNED_IN.together_with(ahead.looks), {**ahead.facts, **facts})
    else:
        ahead, rows = None, await visit.site.db.look(_SIGNED_IN, facts)
    row, who = next(iter(rows("session")), None), actors.of(rows)
    if row is None or who is None or not _runs(row, now, settings, half=False):
        return None
    visit.staff = row
    if who != before:
        visit.site.standing.keep(token, who)
    if now - row.seen_at > SEEN_EVERY:
        await visit.site.db.writing(lambda session: _seen(session, row.id, now))
    return SignedIn(who, rows if ahead and who == before else None)


def _token(visit: Visit) -> str:
    """The cookie as the database keeps it; "" without one."""
    state = visit.scope["state"]
    if _HASHED not in state:
        token = visit.kept(COOKIE)
        state[_HASHED] = tokens.hashed(token) if token else ""
    hashed: str = state[_HASHED]
    return hashed


async def half_way(visit: Visit) -> StaffSession | None:
    """The session of this browser whose second step is still to come."""
    return await visit.site.db.reading(lambda session: half_now(session, visit, clock.now()))


def half_now(session: Session, visit: Visit, now: datetime) -> StaffSession | None:
    """The same within a transaction."""
    token = visit.kept(COOKIE)
    return _running(session, token, now, visit.site.settings, half=True) if token else None


def _running(session: Session, token: str, now: datetime, settings: Settings, *, half: bool) -> StaffSession | None:
    row = session.exec(select(StaffSession).where(StaffSession.token == tokens.hashed(token))).first()
    if row is None or not _runs(row, now, settings, half=half):
        return None
    session.expunge(row)
    return row


def _runs(row: StaffSession, now: datetime, settings: Settings, *, half: bool) -> bool:
    idle = timedelta(minutes=settings.staff_idle_minutes)
    return row.half is half and row.expires_at > now and row.seen_at + idle > now


def _seen(session: Session, row_id: int, now: datetime) -> None:
    session.exec(update(StaffSession).where(col(StaffSession.id) == row_id).values(seen_at=now))


def begin(session: Session, visit: Visit, person_id: int, now: datetime, *, half: bool = False) -> str:
    """Sign somebody in, or half in, ending the session this browser had; answers the token for `remember`."""
    if old := visit.kept(COOKIE):
        end(session, old)
    token = tokens.fresh_token()
    session.add(
        StaffSession(
            token=tokens.hashed(token),
            person_id=person_id,
            csrf=tokens.fresh_token(),
            created_at=now,
            seen_at=now,
            expires_at=now + (HALF_FOR if half else timedelta(hours=visit.site.settings.staff_session_hours)),
            user_agent=(visit.headers.get("user-agent") or "")[:120],
            address=visit.address[:45],
            half=half,
        )
    )
    return token


def remember(visit: Visit, token: str) -> None:
    """Give the browser the cookie of a session that `begin` has stored; it ends with the browser."""
    visit.keep(COOKIE, token)


def end(session: Session, token: str) -> int:
    """Sign out the session of this token; answers how many there were."""
    return _gone(session, col(StaffSession.token) == tokens.hashed(token))


def end_all(session: Session, person_id: int) -> int:
    """Sign somebody out everywhere."""
    return _gone(session, col(StaffSession.person_id) == person_id)


def of(session: Session, person_id: int, now: datetime, settings: Settings) -> Sequence[StaffSession]:
    """The sessions of somebody that still run, the newest first."""
    idle = timedelta(minutes=settings.staff_idle_minutes)
    theirs = select(StaffSession).where(
        StaffSession.person_id == person_id,
        StaffSession.expires_at > now,
        StaffSession.seen_at > now - idle,
        col(StaffSession.half).is_(False),
    )
    return session.exec(theirs.order_by(col(StaffSession.id).desc()).limit(100)).all()


def end_own(session: Session, person_id: int, session_id: int) -> int:
    """End one session of that person; answers how many there were."""
    return _gone(session, sa.and_(col(StaffSession.person_id) == person_id, col(StaffSession.id) == session_id))


def tidy(session: Session, now: datetime) -> int:
    """Take away sessions that are over."""
    return _gone(session, col(StaffSession.expires_at) < now)


def _gone(session: Session, which: sa.ColumnElement[bool]) -> int:
    return cast("sa.CursorResult[object]", session.exec(delete(StaffSession).where(which))).rowcount

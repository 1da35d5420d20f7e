"""The outbox's switch: an administrator holds every mail back for a while, for a reason that others can read.

What was handed to the server already can't be called back; what is being sent right now may still leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from mailbox_service.base import audit, claim
from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing
from mailbox_service.mail.tables import MailPause

MOST = 20
LONGEST_WHY = 200


def current(session: Session) -> MailPause | None:
    """The pause that holds mails back now; None when they leave."""
    open_now = select(MailPause).where(col(MailPause.ended_at).is_(None))
    return session.exec(open_now.order_by(col(MailPause.begun_at)).limit(1)).first()


def past(session: Session) -> Sequence[MailPause]:
    """The latest pauses that are over, newest first."""
    over = select(MailPause).where(col(MailPause.ended_at).is_not(None))
    return session.exec(over.order_by(col(MailPause.id).desc()).limit(MOST)).all()


def begin(session: Session, why: str, *, by: int, now: datetime) -> None:
    """Hold every mail back from now on.

    Raises:
        Refused: "not_yours" to who is no administrator; "reason.missing"; "outbox.paused" when it is already.
    """
    changing.require(session, by)
    if not why.strip():
        raise Refused("reason.missing")
    if current(session) is not None:
        raise Refused("outbox.paused")
    pause = MailPause(why=why.strip()[:LONGEST_WHY], begun_at=now, begun_by=by)
    session.add(pause)
    audit.record(session, "mail.paused", by=by, now=now, about=("mail_pause", pause.id))


def end(session: Session, *, by: int, now: datetime) -> None:
    """Let mails leave again.

    Raises:
        Refused: "not_yours"; "outbox.not_paused".
    """
    changing.require(session, by)
    pause = current(session)
    if pause is None or not claim.claim(
        session, MailPause, col(MailPause.ended_at).is_(None), ended_at=now, ended_by=by
    ):
        raise Refused("outbox.not_paused")
    audit.record(session, "mail.resumed", by=by, now=now, about=("mail_pause", pause.id))

"""What an administrator sees of the outbox: which mails wait, failed or came back, and why. Never what they say.

Of a restricted letter not even the number is shown, and no search finds it. An address is personal data: it is
nowhere here; of mails to staff their name stands in its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from mailbox_service.base import audit, claim, ids
from mailbox_service.base.refusals import Refused
from mailbox_service.city import changing
from mailbox_service.mail.tables import Mail, Recipient
from mailbox_service.mail.undeliverable import HELD_BACK
from mailbox_service.tickets.statistics import kept
from mailbox_service.tickets.tables import Citizen, Ticket

PER_PAGE = 25
COUNTED = 1_000


class State(StrEnum):
    """What has become of a mail, as far as somebody may have to look after it."""

    WAITING = "waiting"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the list."""

    id: int
    notice: str
    recipient: Recipient
    person_id: int | None
    number: str
    tries: int
    failure: str
    written_at: datetime
    at: datetime
    emptied: bool


_CONDITIONS: Mapping[State, tuple[Any, ...]] = {
    State.WAITING: (col(Mail.sent_at).is_(None), col(Mail.failed_at).is_(None)),
    State.FAILED: (col(Mail.failed_at).is_not(None),),
    State.RETURNED: (col(Mail.bounced_at).is_not(None),),
}
_MOMENT: Mapping[State, Any] = {
    State.WAITING: Mail.next_try_at,
    State.FAILED: Mail.failed_at,
    State.RETURNED: Mail.bounced_at,
}


def listed(
    session: Session, state: State, *, notice: str = "", failure: str = "", number: str = "", after: str = ""
) -> tuple[Sequence[Line], str]:
    """A page of the mails in that state and the key of the next: those that wait by their turn, others newest first."""
    shown = sa.case((col(Ticket.restricted), ""), else_=sa.func.coalesce(col(Ticket.number), ""))
    names = ("id", "notice", "recipient", "person_id", "tries", "failure", "written_at", "emptied_at")
    columns = [getattr(Mail, name) for name in names]
    wanted = sa.select(*columns, _MOMENT[state].label("at"), shown.label("number"))
    wanted = wanted.select_from(sa.outerjoin(Mail, Ticket, col(Mail.ticket_id) == col(Ticket.id)))
    wanted = wanted.where(*_CONDITIONS[state], *_from(state, after))
    for asked, condition in (
        (notice, col(Mail.notice) == notice),
        (failure, col(Mail.failure).startswith(failure, autoescape=True)),
        (number, sa.and_(col(Ticket.number) == number, ~col(Ticket.restricted))),
    ):
        wanted = wanted.where(condition) if asked else wanted
    order = (col(Mail.next_try_at), col(Mail.id)) if state is State.WAITING else (col(Mail.id).desc(),)
    rows: Any = session.connection().execute(wanted.order_by(*order).limit(PER_PAGE + 1)).all()
    lines = [_line(row) for row in rows[:PER_PAGE]]
    return lines, _key(state, lines[-1]) if len(rows) > PER_PAGE else ""


def _line(row: Any) -> Line:
    emptied = row.emptied_at is not None
    return Line(
        row.id, row.notice, row.recipient, row.person_id, row.number, row.tries, row.failure, row.written_at, row.at,
        emptied,
    )  # fmt: skip


def _key(state: State, line: Line) -> str:
    return f"{line.at.isoformat()}|{line.id}" if state is State.WAITING else str(line.id)


def _from(state: State, after: str) -> list[Any]:
    """The condition that a page begins after its key; none for a key that is none."""
    at, _, last = after.rpartition("|")
    if (id_ := ids.read(last)) is None:
        return []
    if state is not State.WAITING:
        return [col(Mail.id) < id_]
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return []
    if moment.tzinfo is None:
        return []
    return [sa.or_(col(Mail.next_try_at) > moment, sa.and_(col(Mail.next_try_at) == moment, col(Mail.id) > id_))]


def counts(session: Session) -> Mapping[State, int]:
    """How many there are in each state; `COUNTED` + 1 means more than `COUNTED`."""
    found = {}
    for state, conditions in _CONDITIONS.items():
        few = select(Mail.id).where(*conditions).order_by(col(Mail.id)).limit(COUNTED + 1).subquery()
        found[state] = session.scalar(sa.select(sa.func.count()).select_from(few)) or 0
    return found


def send_again(session: Session, mail_id: int, *, by: int, now: datetime) -> None:
    """Let a mail that failed or came back wait anew, or one that waits have its turn at once.

    Raises:
        Refused: "not_yours"; "not_found"; "outbox.sent"; "outbox.held_back" for what must not leave; "outbox.emptied"
            once retention took its text; "outbox.address" while the writer's address doesn't work.
    """
    changing.require(session, by)
    mail = session.get(Mail, mail_id)
    if mail is None:
        raise Refused("not_found")
    if mail.sent_at is not None and mail.bounced_at is None:
        raise Refused("outbox.sent")
    if mail.failure in HELD_BACK:
        raise Refused("outbox.held_back")
    if mail.emptied_at is not None:
        raise Refused("outbox.emptied")
    if mail.recipient == Recipient.CITIZEN and _is_marked(session, mail):
        raise Refused("outbox.address")
    again: dict[str, Any] = {"next_try_at": now}
    if mail.failed_at or mail.bounced_at:
        again |= {"sent_at": None, "failed_at": None, "bounced_at": None, "failure": "", "tries": 0}
    free = sa.or_(col(Mail.lease_until).is_(None), col(Mail.lease_until) < now)
    claim.claim(session, Mail, Mail.id == mail_id, free, **again)
    kept.mark(session, [mail.ticket_id] if mail.ticket_id else [])
    audit.record(session, "mail.again", by=by, now=now, about=("mail", mail_id))


def _is_marked(session: Session, mail: Mail) -> bool:
    marked = select(Citizen.ticket_id).where(
        Citizen.ticket_id == (mail.ticket_id or 0), col(Citizen.bounced_at).is_not(None)
    )
    return session.exec(marked.limit(1)).first() is not None

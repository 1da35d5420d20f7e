"""The whole life of a ticket, in the order it happens: read it top to bottom.

`arrive` a letter comes in · `route` it is passed to an office, or not accepted · `merge` answered
together with others, or parted · `handle` the office works on it · `together` co-handling offices ·
`translate` the language relay · `reply` handed in, checked, sent · `after` rated, handled again,
reviewed, closed · `publish` the public copy · `protect` restriction and erasure · `overdue` what
lateness brings · `succeed` an office takes over from another · `recalendar` the calendar has changed.
Under them: `clock` moves the dates, `decide` is the one mechanism of proposals.

Each act is one function of a loaded case: it asks `rights`, changes the rows, writes one event. No SQL.
"""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import MAY_FOLLOW, Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables.words import Status


def take_step(case: Case, act: Act, to: Status, *, by: Actor, now: datetime, **facts: object) -> None:
    """Move the ticket to another status, and write it down. The one place where a status changes."""
    before = case.ticket.status
    if to not in MAY_FOLLOW[before]:
        raise Refused("not_now", status=before)
    case.ticket.status = to
    history.add(case, act, by=by, now=now, before=before, **facts)


def written(text: str, refusal: str) -> str:
    """The text without stray space around it. Refused by that name when nothing is left."""
    if not (kept := text.strip()):
        raise Refused(refusal)
    return kept

"""The history of a ticket: one event per act, never edited, no free text. Notices and figures are made from it."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import Event
from mailbox_service.tickets.tables.words import Status


def add(case: Case, act: str, *, by: Actor, now: datetime, before: Status | None = None, **facts: object) -> None:
    """Write down what just happened. `before` is the status it came from, when the act moved the ticket.

    `facts` are ids, dates, words and numbers; a department named in them as `department_id` is the one concerned, a
    person as `stands_for` the one whose deputy acted. Unless named, that follows from the parts that do the act.
    """
    department = facts.pop("department_id", None)
    deputy_of = facts.pop("stands_for", rights.stands_for_in(act, case, by))
    case.add(
        Event(
            ticket_id=case.ticket.id,
            round_no=case.ticket.round_no,
            at=now,
            act=act,
            actor_kind=by.kind,
            person_id=by.person_id,
            stands_for=deputy_of if isinstance(deputy_of, int) else None,
            department_id=department if isinstance(department, int) else None,
            status_before=before or case.ticket.status,
            status_after=case.ticket.status,
            facts={name: _plain(fact) for name, fact in facts.items()},
        )
    )


def _plain(fact: object) -> object:
    return fact if isinstance(fact, str | int | bool | dict | list | None) else str(fact)

"""Storing what verbs did: changed rows, new rows in the order their keys need, and the search text with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, SQLModel

from mailbox_service.base import bulk
from mailbox_service.tickets import public_search, search
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables import FactMark, Publication
from mailbox_service.tickets.tables.words import Identity


def keep(session: Session, case: Case) -> None:
    """Store a case after its verb, and the cases merged into it.

    Every act raises the ticket's version, so that of two people at once the second is told.
    """
    for one in (case, *case.children):
        if one is case or one.new:
            flag_modified(one.ticket, "status")
    renamed = case.citizen is not None and (
        any(row is case.citizen for row in case.new) or session.is_modified(case.citizen)
    )
    copies = [copy for one in (case, *case.children) for copy in one.publications if session.is_modified(copy)]
    session.flush()
    for copy in copies:
        _show_or_hide(session, copy)
    for one in (case, *case.children):
        insert(session, [*one.new, FactMark(ticket_id=one.ticket.id)] if one is case or one.new else one.new)
        if one.texts_changed:
            index(session, one)
        if one is case and renamed:
            index_name(session, case)
        one.new, one.texts_changed = [], False


def keep_new(session: Session, case: Case) -> None:
    """Store a letter that has just arrived, and what it is found by, in as few statements as there are tables."""
    ticket, rows = case.ticket, _by_table(case.new)
    if ticket.emptied_at is None:
        rows["search_text"] = [search.new_row(session, ticket.id, ticket.number, ticket.subject, *texts(case))]
        if name := findable_name(case):
            rows["staff_text"] = [search.staff_row(session, search.NAME, ticket.id, ticket.id, name)]
    rows["fact_mark"] = [{"ticket_id": ticket.id}]
    bulk.insert(session, rows)
    for copy in case.publications:
        _show_or_hide(session, copy)
    case.new, case.texts_changed = [], False


def tag(session: Session, case: Case, word: str, *, now: datetime) -> None:
    """Put a rule's tag on a letter that has just been stored. Tags are the desk's, so its table is named here only."""
    bulk.insert(session, {"tag": [{"ticket_id": case.ticket.id, "word": word, "at": now}]})


def insert(session: Session, rows: Iterable[SQLModel]) -> None:
    """Insert rows without the ORM's bookkeeping. Their ids are known already (`base.ids`)."""
    bulk.insert(session, _by_table(rows))


def _by_table(rows: Iterable[SQLModel]) -> dict[str, list[dict[str, object]]]:
    by_table: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in rows:
        by_table[str(type(row).__tablename__)].append({name: getattr(row, name) for name in type(row).model_fields})
    return by_table


def index(session: Session, case: Case) -> None:
    """Let a stored letter be found by its texts as they are now; by nothing once it is erased."""
    if case.ticket.emptied_at is not None:
        search.remove(session, case.ticket.id)
        return
    search.put(session, case.ticket.id, case.ticket.number, case.ticket.subject, *texts(case))


def index_name(session: Session, case: Case) -> None:
    """Let staff find a stored letter by its writer's name, if they may."""
    search.put_for_staff(session, search.NAME, case.ticket.id, case.ticket.id, findable_name(case))


def _show_or_hide(session: Session, copy: Publication) -> None:
    """Keep the public search in step: a copy is found from the moment it is let out, and no longer than that."""
    if copy.published_at is None or copy.revoked_at is not None:
        public_search.remove(session, public_search.LETTER, copy.id)
    else:
        public_search.put(session, public_search.LETTER, copy.id, copy.language, copy.subject, copy.letter, copy.reply)


def findable_name(case: Case) -> str:
    """The writer's name, as far as staff may look for it: not one that is hidden, since each look at it is logged."""
    if case.citizen is None or case.ticket.identity != Identity.NAMED or case.ticket.emptied_at is not None:
        return ""
    return case.citizen.name


def texts(case: Case) -> list[str]:
    """What a ticket is found by: letters, messages, sent replies, and their translations."""
    sent = [text for reply in case.replies if reply.sent_at for text in (reply.text, reply.own_text)]
    return [text for text in (*(m.text for m in case.messages), *sent, *(t.text for t in case.translations)) if text]

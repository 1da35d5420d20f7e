"""Protection: restricted letters with their named handlers, and erasure. DOMAIN §6."""

from __future__ import annotations

from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.base.texts import without_text
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, decide, merge, publish, reply, together
from mailbox_service.tickets.tables import Handler, Party
from mailbox_service.tickets.tables.words import Part, ProposalKind
from mailbox_service.tickets.texts import TEXTS

HANDLING = frozenset({Part.OFFICER, Part.HEAD, Part.CO_OFFICER, Part.APPROVER, Part.TRANSLATOR})


def restrict(case: Case, *, by: Actor, now: datetime) -> None:
    """Close the letter to everybody but the restricted desk and the handlers it names.

    Raises:
        Refused: as `rights.require`; "restricted.already".
    """
    rights.require(Act.RESTRICT, case, by)
    if case.ticket.restricted:
        raise Refused("restricted.already")
    close_off(case, by=by, now=now)
    clock.mirror(case)


def close_off(case: Case, *, by: Actor, now: datetime) -> None:
    """What a restriction brings at once: no public copy, and no other letter that it is answered together with."""
    case.ticket.restricted = True
    publish.take_down(case, now)
    merge.part(case, now)
    history.add(case, Act.RESTRICT, by=by, now=now)


def name_handler(case: Case, person: Actor, part: Part, *, by: Actor, now: datetime) -> None:
    """Let somebody handle the restricted letter, as officer, head, approver, co-handling officer or translator.

    Raises:
        Refused: as `rights.require`; "handler.unknown_part"; "handler.kept_out" for somebody complained
            about or recused; "handler.there".
    """
    rights.require(Act.NAME_HANDLER, case, by)
    if part not in HANDLING or person.person_id is None:
        raise Refused("handler.unknown_part")
    if rights.is_kept_out(case, person):
        raise Refused("handler.kept_out")
    if any(h.person_id == person.person_id and h.part == part and h.ended_at is None for h in case.handlers):
        raise Refused("handler.there")
    case.add(
        Handler(ticket_id=case.ticket.id, person_id=person.person_id, part=part, named_by=by.person_id, named_at=now)
    )
    history.add(case, Act.NAME_HANDLER, by=by, now=now, handler=person.person_id, part=part)


def dismiss_handler(case: Case, person_id: int, *, by: Actor, now: datetime) -> None:
    """End somebody's handling; the letter leaves their sight at once.

    Raises:
        Refused: as `rights.require`; "handler.none".
    """
    rights.require(Act.DISMISS_HANDLER, case, by)
    if not _dismiss(case, person_id, now):
        raise Refused("handler.none")
    history.add(case, Act.DISMISS_HANDLER, by=by, now=now, handler=person_id)


def _dismiss(case: Case, person_id: int, now: datetime) -> bool:
    named = [h for h in case.handlers if h.person_id == person_id and h.ended_at is None]
    for handler in named:
        handler.ended_at = now
    return bool(named)


def name_party(
    case: Case, department_id: int | None = None, person_id: int | None = None, *, by: Actor, now: datetime
) -> None:
    """Name the office or the person complained about: they can't reach the letter by any way from now on.

    The second desk takes over when the first, or one of its members, is named, or all of it works in the offices named.
    Letters that it is answered together with are parted from it: they may be with whom it complains about.

    Raises:
        Refused: as `rights.require`; "party.one" unless one of the two is given; "party.there".
    """
    rights.require(Act.NAME_PARTY, case, by)
    if (department_id is None) == (person_id is None):
        raise Refused("party.one")
    if any(p.department_id == department_id and p.person_id == person_id for p in case.parties):
        raise Refused("party.there")
    case.add(
        Party(
            ticket_id=case.ticket.id,
            department_id=department_id,
            person_id=person_id,
            named_by=by.person_id,
            named_at=now,
        )
    )
    if person_id is not None:
        _dismiss(case, person_id, now)
    if _concerns_the_first_desk(case, department_id, person_id):
        case.ticket.desk = rights.SECOND_DESK
    merge.part(case, now)
    history.add(case, Act.NAME_PARTY, by=by, now=now)


def _concerns_the_first_desk(case: Case, department_id: int | None, person_id: int | None) -> bool:
    """Whether it, its office or a member is complained about; or nobody of it is left who may see the letter."""
    desk = case.city.first_desk
    if person_id in desk or case.offices_apart() & case.city.first_desk_offices:
        return True
    return bool(desk) and desk <= case.persons_apart()


def propose_unrestrict(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """Propose to open the letter to the ordinary desks again.

    Raises:
        Refused: as `rights.require`; "reason.missing"; "proposal.waiting".
    """
    rights.require(Act.PROPOSE_UNRESTRICT, case, by)
    decide.propose(case, Act.PROPOSE_UNRESTRICT, ProposalKind.UNRESTRICT, reason, by=by, now=now)


def decide_unrestrict(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Lift the restriction, or keep it. Those complained about stay kept out either way.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing" when refused without a word why;
            "route.complained_about" while the office complained about leads.
    """
    proposal = decide.waiting(case, Act.DECIDE_UNRESTRICT, ProposalKind.UNRESTRICT, by=by)
    if not agreed:
        decide.refuse(case, Act.DECIDE_UNRESTRICT, proposal, remark, by=by, now=now)
        return
    if case.lead and case.lead.ended_at is None:
        together.may_receive(case, case.lead.department_id)
    decide.agree(proposal, remark, by=by, now=now)
    case.ticket.restricted = False
    for handler in case.handlers:
        handler.ended_at = handler.ended_at or now
    merge.part(case, now)
    history.add(case, Act.DECIDE_UNRESTRICT, by=by, now=now, outcome=proposal.outcome)
    clock.mirror(case)


def ask_erasure(case: Case, reason: str, *, by: Actor, now: datetime) -> None:
    """The citizen asks that the text of an ended letter be deleted.

    Raises:
        Refused: as `rights.require`; "reason.missing"; "proposal.waiting".
    """
    rights.require(Act.ASK_ERASURE, case, by)
    decide.propose(case, Act.ASK_ERASURE, ProposalKind.ERASE, reason, by=by, now=now)


def decide_erasure(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Delete text, names and contact, and keep the events; or say why not.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "erase.held" under a legal hold; "reason.missing".
    """
    proposal = decide.waiting(case, Act.DECIDE_ERASURE, ProposalKind.ERASE, by=by)
    if not agreed:
        decide.refuse(case, Act.DECIDE_ERASURE, proposal, remark, by=by, now=now)
        return
    if case.ticket.legal_hold:
        raise Refused("erase.held")
    decide.agree(proposal, by=by, now=now)
    history.add(case, Act.DECIDE_ERASURE, by=by, now=now, outcome=proposal.outcome)
    empty(case, now)
    clock.mirror(case)


def empty(case: Case, now: datetime) -> None:
    """Take every text, name and contact out of the rows, and leave what happened when (DOMAIN §6).

    What lies elsewhere (desk, mails, files) goes within a minute by `jobs.erase`, which `emptied_at` calls.
    """
    publish.take_down(case, now)
    reply.give_up(case)
    case.ticket.emptied_at, case.texts_changed = now, True
    for row in case.rows():
        table = str(type(row).__tablename__)
        for column in _COLUMNS.get(table, ()):
            setattr(row, column, without_text(table, column))


_COLUMNS = {each.table: each.columns for each in TEXTS}

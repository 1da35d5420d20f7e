"""Who may see or do what: one question, one function. Every verb asks `require`; doors ask `may` to show or hide.

A person plays parts in a ticket (`parts`); the table of acts says which part may do what. What one
may see follows from the parts too; `find.sight` says the same in SQL, and a test holds them together.
"""

from __future__ import annotations

from functools import cache

from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.actor import Actor, Role
from mailbox_service.tickets.acts import ACTS, CONTRADICTS, SIGNS_FOR, Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.tables.words import ActorKind, Identity, Part, ProposalKind, Share, Status

AT_WORK = (RoleName.OFFICER, RoleName.HEAD)
AFTER_TWO_RETURNS = 2
SECOND_DESK = 2
_RESTRICTED_ONLY = frozenset(
    {Act.NAME_HANDLER, Act.DISMISS_HANDLER, Act.NAME_PARTY, Act.PROPOSE_UNRESTRICT, Act.DECIDE_UNRESTRICT}
)
TAKES_TEXT = frozenset(  # or brings new text to a letter whose text was taken
    {
        Act.ADD,
        Act.ASK_ERASURE,
        Act.ASK_REOPENING,
        Act.ASK_REVIEW,
        Act.CORRECT_CONTACT,
        Act.CORRECT_REPLY,
        Act.NOTE,
        Act.PROPOSE_PUBLICATION,
        Act.PROPOSE_UNRESTRICT,
        Act.RATE,
        Act.RESTORE,
        Act.TAG,
        Act.UNMERGE,
    }
)


def require(act: Act, case: Case, by: Actor, *, proposed_by: int | None = None) -> None:
    """Let the act pass, or say why not.

    `proposed_by` is the author or proposer whose text or wish is decided on: never the decider.

    Raises:
        Refused: "not_found" to whom may not even see the ticket; "not_yours"; "two_people";
            "erase.done" when its text is gone; "not_now"; "not_restricted"; "pending.<kind>" while a
            proposal waits that the act contradicts.
    """
    if refusal := refusal_of(act, case, by, proposed_by=proposed_by):
        raise refusal


def may(act: Act, case: Case, by: Actor, *, proposed_by: int | None = None) -> bool:
    """Whether `require` would let it pass."""
    return refusal_of(act, case, by, proposed_by=proposed_by) is None


def refusal_of(act: Act, case: Case, by: Actor, *, proposed_by: int | None = None) -> Refused | None:
    """Why the act is not theirs, or not now; None when it is."""
    wanted = _performers(act, case)
    if not _parts_for(act, case, by) & wanted:
        return Refused("not_yours" if may_see(case, by) else "not_found")
    if proposed_by is not None and (
        by.person_id == proposed_by or not _parts_for(act, case, by, not_for=proposed_by) & wanted
    ):
        return Refused("two_people")
    if act in TAKES_TEXT and case.ticket.emptied_at is not None:
        return Refused("erase.done")
    signs = act in SIGNS_FOR and case.ticket.status == Status.ASSIGNED
    if case.ticket.status not in ACTS[act].on and not signs:
        return Refused("not_now", status=case.ticket.status)
    if act in _RESTRICTED_ONLY and not case.ticket.restricted:
        return Refused("not_restricted")
    return _contradicted({act, Act.SIGN_FOR} if signs else {act}, case)


def theirs(case: Case, by: Actor) -> frozenset[Act]:
    """The acts that are theirs by the parts they play in this ticket, whether now is the time for them or not."""
    varying = (act for act in _VARYING if _parts_for(act, case, by) & _performers(act, case))
    return _acts_of(parts(case, by)).union(varying)


@cache
def _acts_of(own: frozenset[Part]) -> frozenset[Act]:
    return frozenset(act for act, rule in ACTS.items() if act not in _VARYING and own & rule.by)


_VARYING = (Act.DECIDE_RETURN, Act.DECIDE_UNRESTRICT)  # who does them depends on more than the parts played


def _contradicted(acts: set[Act], case: Case) -> Refused | None:
    waiting = (proposal.kind for proposal in case.proposals if proposal.outcome is None)
    kind = next((kind for kind in waiting if acts & CONTRADICTS[kind]), None)
    return Refused(_PENDING[kind]) if kind else None


_PENDING = {
    ProposalKind.DECLINE: "pending.decline",
    ProposalKind.TRANSFER: "pending.transfer",
    ProposalKind.RETURN: "pending.return",
    ProposalKind.EXTEND: "pending.extend",
    ProposalKind.REOPEN: "pending.reopen",
    ProposalKind.REVIEW: "pending.review",
    ProposalKind.PUBLISH: "pending.publish",
    ProposalKind.UNRESTRICT: "pending.unrestrict",
    ProposalKind.ERASE: "pending.erase",
}


def _performers(act: Act, case: Case) -> frozenset[Part]:
    """The parts that do the act. A return goes to a clerk; after two agreed ones a manager names the office."""
    if act is Act.DECIDE_RETURN:
        return frozenset({Part.MANAGER if case.agreed_returns >= AFTER_TWO_RETURNS else Part.CLERK})
    return ACTS[act].by


def _parts_for(act: Act, case: Case, by: Actor, *, not_for: int | None = None) -> frozenset[Part]:
    """Their parts for this act: a manager who is asked to lift a restriction decides without having seen the letter."""
    own = parts(case, by, not_for=not_for)
    asked = act is Act.DECIDE_UNRESTRICT and case.pending(ProposalKind.UNRESTRICT) is not None
    if asked and by.has(RoleName.MANAGER) and not is_kept_out(case, by):
        return own | {Part.MANAGER}
    return own


def parts(case: Case, by: Actor, *, not_for: int | None = None) -> frozenset[Part]:
    """The parts they play in this ticket. Roles held as the deputy of `not_for` are left aside."""
    if case.parts_known is None:
        return _parts(case, by, not_for)
    who, known = case.parts_known.get(not_for, (None, frozenset()))
    if who is not by:
        known = _parts(case, by, not_for)
        case.parts_known[not_for] = by, known
    return known


def _parts(case: Case, by: Actor, not_for: int | None) -> frozenset[Part]:
    if by.kind is ActorKind.SYSTEM:
        return frozenset({Part.SYSTEM})
    if by.kind is ActorKind.CITIZEN:
        return frozenset({Part.CITIZEN}) if by.ticket_id == case.ticket.id else frozenset()
    if not by.roles or is_kept_out(case, by):
        return frozenset()
    if case.ticket.restricted:
        return _parts_named(case, by)
    mine = [role for role in by.roles if role.stands_for is None or role.stands_for != not_for]
    return frozenset(part for role in mine for part in _parts_of(role, case))


def stands_for(case: Case, by: Actor, part: Part, *, not_for: int | None = None) -> int | None:
    """Whose deputy they are when they play this part; None when it is their own."""
    return _stands_for(case, by, frozenset({part}), not_for)


def stands_for_in(act: str, case: Case, by: Actor) -> int | None:
    """Whose deputy they are when they do the act; None when they may do it in their own right."""
    return _stands_for(case, by, ACTS[Act(act)].by, None) if act in ACTS else None


def _stands_for(case: Case, by: Actor, wanted: frozenset[Part], not_for: int | None) -> int | None:
    if case.ticket.restricted:
        return None
    mine = (role for role in by.roles if role.stands_for is None or role.stands_for != not_for)
    ways = [role.stands_for for role in mine if wanted & _parts_of(role, case)]
    return None if None in ways else next(iter(ways), None)


def is_kept_out(case: Case, by: Actor) -> bool:
    """Whether they are complained about, belong to an office that is, or have recused themselves.

    Deputies of somebody complained about are kept out with them; who has recused themselves may leave it to a deputy.
    """
    if any(gone.person_id == by.person_id for gone in case.recusals):
        return True
    offices = {party.department_id for party in case.parties} - {None}
    people = {party.person_id for party in case.parties} - {None}
    mine = {by.person_id} | {role.stands_for for role in by.roles}
    return bool(people & mine or offices & {role.department_id for role in by.roles})


def _parts_named(case: Case, by: Actor) -> frozenset[Part]:
    """On a restricted ticket: the desk does what clerks and managers do, its handlers what they are named for."""
    named = {handler.part for handler in case.handlers if handler.person_id == by.person_id and not handler.ended_at}
    if Part.HEAD in named:
        named.add(Part.OFFICER)
    if by.has(desk_role(case)):
        named |= {Part.DESK, Part.CLERK, Part.MANAGER}
    return frozenset(named)


def desk_role(case: Case) -> RoleName:
    """The desk that has this ticket: the second one, when the first or its members are complained about."""
    return RoleName.SECOND_DESK if case.ticket.desk == SECOND_DESK else RoleName.RESTRICTED_DESK


_EVERYWHERE = {
    RoleName.CLERK: Part.CLERK,
    RoleName.MANAGER: Part.MANAGER,
    RoleName.RESTRICTED_DESK: Part.DESK,
}


def _parts_of(role: Role, case: Case) -> set[Part]:
    if part := _EVERYWHERE.get(role.name):
        return {part}
    if role.name is RoleName.APPROVER:
        return {Part.APPROVER} if any(reply.needs_approver for reply in case.replies) else set()
    if role.name not in AT_WORK:
        return set()
    found: set[Part] = set()
    if case.lead and case.lead.department_id == role.department_id:
        found |= {Part.OFFICER, Part.HEAD} if role.name is RoleName.HEAD else {Part.OFFICER}
    if any(co.department_id == role.department_id for co in case.co_handling):
        found.add(Part.CO_OFFICER)
    if any(text.department_id == role.department_id for text in case.translations):
        found.add(Part.TRANSLATOR)
    return found


def may_see(case: Case, by: Actor) -> bool:
    """Whether the ticket exists for them at all: by a part they play, or because their office had it to the end."""
    own = parts(case, by) - {Part.DESK} if not case.ticket.restricted else parts(case, by)
    if own:
        return True
    if by.kind is not ActorKind.STAFF or case.ticket.restricted or is_kept_out(case, by):
        return False
    return bool(by.departments(*AT_WORK) & case.offices_involved())


def may_see_identity(case: Case, by: Actor) -> bool:
    """Whether name and contact may be shown to them: to the handling office unless hidden, to clerks with a reason."""
    own = parts(case, by)
    if own & {Part.CITIZEN, Part.CLERK, Part.SYSTEM}:
        return True
    return case.ticket.identity != Identity.HIDDEN and bool(own & {Part.OFFICER, Part.HEAD})


def works_in(person: Actor, department_id: int) -> bool:
    """Whether somebody is an officer or head of the office, in their own right."""
    return any(
        role.name in AT_WORK and role.department_id == department_id and role.stands_for is None
        for role in person.roles
    )


def contributes_for(case: Case, by: Actor, department_id: int) -> bool:
    """Whether they speak for a co-handling office: its officers; on a restricted ticket a handler named for it."""
    if case.ticket.restricted:
        return Part.CO_OFFICER in parts(case, by)
    involved = any(a.department_id == department_id and a.share == Share.CO for a in case.co_handling)
    return involved and department_id in by.departments(*AT_WORK)

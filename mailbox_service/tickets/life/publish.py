"""The public copy of letter and reply: proposed by one clerk, let out by another, revoked at once when asked."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import history, rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import clock, decide, written
from mailbox_service.tickets.tables import Publication
from mailbox_service.tickets.tables.words import Part, ProposalKind


@dataclass(frozen=True, slots=True)
class Copy:
    """The redacted texts: a copy, never an edit of the letter. Not `listed`: search engines are asked to stay away."""

    subject: str
    letter: str
    reply: str
    listed: bool = True


def to_copy(case: Case) -> Copy:
    """What a copy is made from: the letter as it was written, the newest reply in its writer's language."""
    sent = case.sent
    if sent is None:
        return Copy(case.ticket.subject, case.letter.text, "")
    relayed = (t for t in case.translations if t.reply_id == sent.id and t.language == case.ticket.language)
    translated = next((t.text for t in relayed if t.done_at and not t.stale), "")
    return Copy(case.ticket.subject, case.letter.text, sent.own_text or translated or sent.text)


def propose_publication(case: Case, copy: Copy, reason: str, *, by: Actor, now: datetime) -> None:
    """Propose a redacted copy for the public list.

    Raises:
        Refused: as `rights.require`; "publication.no_consent"; "publication.restricted"; "publication.there";
            "publication.no_reply"; "correction.waiting"; "publication.empty"; "reason.missing".
    """
    rights.require(Act.PROPOSE_PUBLICATION, case, by)
    may_be_public(case)
    publication = Publication(
        ticket_id=case.ticket.id,
        public_id=secrets.token_hex(6),
        language=case.ticket.language,
        letter_language=case.letter.language or "",
        topic_id=case.ticket.topic_id,
        department_id=case.ticket.lead_department_id,
        month=case.today(case.ticket.received_at).replace(day=1),
        subject=written(copy.subject, "publication.empty"),
        letter=written(copy.letter, "publication.empty"),
        reply=written(copy.reply, "publication.empty"),
        listed=copy.listed,
        proposed_by=by.person_id,
    )
    details: dict[str, object] = {"publication_id": publication.id}
    decide.propose(case, Act.PROPOSE_PUBLICATION, ProposalKind.PUBLISH, reason, details, by=by, now=now)
    case.add(publication)


def may_be_public(case: Case) -> None:
    """Whether a copy may be proposed at all; refused as `propose_publication`."""
    if not case.ticket.publication_consent:
        raise Refused("publication.no_consent")
    if case.ticket.restricted:
        raise Refused("publication.restricted")
    if _current(case):
        raise Refused("publication.there")
    if case.sent is None:
        raise Refused("publication.no_reply")
    if case.submitted:
        raise Refused("correction.waiting")


def _current(case: Case) -> Publication | None:
    return next((p for p in case.publications if p.revoked_at is None), None)


def decide_publication(case: Case, agreed: bool, *, remark: str = "", by: Actor, now: datetime) -> None:
    """Let the copy out, or not.

    Raises:
        Refused: as `rights.require`; "proposal.none"; "reason.missing" when refused without a word why.
    """
    proposal = decide.waiting(case, Act.DECIDE_PUBLICATION, ProposalKind.PUBLISH, by=by)
    publication = _current(case)
    if not agreed:
        decide.refuse(case, Act.DECIDE_PUBLICATION, proposal, remark, by=by, now=now)
        _take_down(publication, now)
        return
    decide.agree(proposal, remark, by=by, now=now)
    if publication:
        publication.published_at = now
    history.add(case, Act.DECIDE_PUBLICATION, by=by, now=now, outcome=proposal.outcome)
    clock.mirror(case)


def revoke_publication(case: Case, *, by: Actor, now: datetime) -> None:
    """Take the copy down at once, proposed or public. The citizen takes their consent back with it.

    Raises:
        Refused: as `rights.require`; "publication.none" when there is neither a copy nor a consent.
    """
    rights.require(Act.REVOKE_PUBLICATION, case, by)
    publication, citizen = _current(case), Part.CITIZEN in rights.parts(case, by)
    if publication is None and not (citizen and case.ticket.publication_consent):
        raise Refused("publication.none")
    take_down(case, now)
    if citizen:
        case.ticket.publication_consent = False
    history.add(case, Act.REVOKE_PUBLICATION, by=by, now=now)
    clock.mirror(case)


def _take_down(publication: Publication | None, now: datetime) -> None:
    if publication:
        publication.revoked_at = now


def take_down(case: Case, now: datetime) -> None:
    """Take the copy down, proposed or public, because the letter itself is restricted or emptied."""
    _take_down(_current(case), now)
    if proposal := case.pending(ProposalKind.PUBLISH):
        decide.let_lapse(proposal, now)


def drop_proposed(case: Case, now: datetime) -> None:
    """Drop a copy that is only proposed, because the letter is handled anew. A public one stays."""
    if case.pending(ProposalKind.PUBLISH):
        take_down(case, now)

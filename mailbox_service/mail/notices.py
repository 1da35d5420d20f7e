"""Which event tells whom what (DOMAIN §5). The words stand in templates/mail and the catalogues `mail`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from mailbox_service.mail.readers import Reader, Readers
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.tables import Event, Ticket
from mailbox_service.tickets.tables.words import ProposalOutcome, Status, Step

TO_CITIZENS = (
    "receipt",
    "passed_on",
    "question",
    "message",
    "extended",
    "declined",
    "transferred",
    "answered",
    "corrected",
    "reopened",
    "not_reopened",
    "review",
    "not_reviewed",
    "closed",
    "late",
)
NEWS = "news"  # what a mail about a restricted letter says instead: the number, and no more
TO_STAFF = (
    "arrived",
    "assigned",
    "co_handling",
    "contribution_asked",
    "contribution_given",
    "returned",
    "to_decide",
    "decided",
    "to_approve",
    "to_translate",
    "sent_back",
    "approved",
    "citizen_answered",
    "citizen_added",
    "silence",
    "withdrawn",
    "dissatisfied",
    "handed_over",
    "named",
    "reminder",
    "overdue",
    "supervision",
    "urgent",
    "disowned",
    "mentioned",
)

# --- To the citizen --------------------------------------------------------------------------

_BIRTHS = frozenset({"submit", "enter"})
_ALWAYS = {
    Act.ROUTE: "passed_on",
    Act.ASK: "question",
    Act.INFORM: "message",
    Act.TELL_LATE: "late",
}
_DECIDED = {  # by the outcome: agreed, refused ("" tells the citizen nothing)
    Act.DECIDE_RETURN: ("passed_on", ""),
    Act.DECIDE_EXTENSION: ("extended", ""),
    Act.DECIDE_DECLINE: ("declined", ""),
    Act.DECIDE_TRANSFER: ("transferred", ""),
    Act.DECIDE_REOPENING: ("reopened", "not_reopened"),
    Act.DECIDE_REVIEW: ("review", "not_reviewed"),
}


def for_citizen(event: Event) -> str | None:
    """The notice by which the citizen learns of the event; None when it tells them nothing."""
    if event.act in _BIRTHS or "split_from" in event.facts:
        return "receipt"
    if event.facts.get("corrected"):
        return "corrected"
    if event.status_before != event.status_after and event.status_after in (Status.ANSWERED, Status.CLOSED):
        return "answered" if event.status_after == Status.ANSWERED else "closed"
    if event.act in _DECIDED:
        agreed, refused = _DECIDED[Act(event.act)]
        return (agreed if event.facts.get("outcome") == ProposalOutcome.AGREED else refused) or None
    return next((notice for act, notice in _ALWAYS.items() if act == event.act), None)


# --- To the staff ----------------------------------------------------------------------------

Told = Iterable[tuple[str, Iterable[Reader]]]


def concerns_staff(event: Event, ticket: Ticket) -> bool:
    """Whether anybody here may have to be told: saves loading the letter for those that just arrive."""
    if event.act in _BIRTHS or event.act == Act.SPLIT:
        return ticket.restricted and "split_into" not in event.facts
    return event.act in _STAFF


def for_staff(event: Event, readers: Readers) -> Told:
    """The notices for members of staff, each with its readers. Whoever acted needs no mail about it."""
    return _STAFF[event.act](readers, event)


def _assigned(to: Readers, event: Event) -> Told:
    if event.act == Act.DECIDE_RETURN and event.facts.get("outcome") != ProposalOutcome.AGREED:
        return []
    return [("assigned", to.office(event.department_id)), *_translation_asked(to, event)]


def _assigned_again(to: Readers, event: Event) -> Told:
    if event.facts.get("outcome") != ProposalOutcome.AGREED:
        return []
    return [("assigned", to.handler()), *_translation_asked(to, event)]


def _return_decided(to: Readers, event: Event) -> Told:
    return [*_assigned(to, event), *_decided(to, event)]


def _returned(to: Readers, _event: Event) -> Told:
    return [("returned", [*to.clerks(), *(to.managers() if to.case.agreed_returns else [])])]


def _co_handling(to: Readers, event: Event) -> Told:
    departments = event.facts.get("departments")
    offices = departments if isinstance(departments, list) else []
    return [("co_handling", [reader for office in offices for reader in to.office(office)])]


def _decided(to: Readers, event: Event) -> Told:
    decided = [p for p in to.case.proposals if p.decided_at == event.at and p.outcome != ProposalOutcome.LAPSED]
    return [("decided", [Reader(p.asked_by, "proposer") for p in decided if p.asked_by])]


def _from_citizen(notice: str) -> Callable[[Readers, Event], Told]:
    return lambda to, event: [(notice, to.handler()), *_translation_asked(to, event)]


def _translation_asked(to: Readers, event: Event) -> Told:
    asked = [text for text in to.case.translations if text.asked_at == event.at and text.done_at is None]
    return [("to_translate", [reader for text in asked for reader in to.translators(text.department_id)])]


def _checking(to: Readers, event: Event) -> Told:
    """A version on its way: whom it waits for now, or its author once it has gone out."""
    version = event.facts.get("version")
    reply = next((r for r in to.case.replies if r.version == version), None)
    if reply is None:
        return []
    if event.status_after == Status.ANSWERED != event.status_before or event.facts.get("corrected"):
        return [("approved", to.author(reply))]
    if to.case.submitted is not reply:
        return []
    match to.case.next_step(reply):
        case Step.HEAD:
            return [("to_approve", to.heads())]
        case Step.APPROVER:
            return [("to_approve", to.approvers())]
    waiting = [text for text in to.case.translations if text.reply_id == reply.id and text.done_at is None]
    return [("to_translate", [reader for text in waiting for reader in to.translators(text.department_id)])]


def _sent_back(to: Readers, event: Event) -> Told:
    version = event.facts.get("version")
    return [("sent_back", [who for r in to.case.replies if r.version == version for who in to.author(r)])]


def _one(notice: str, fact: str, why: str) -> Callable[[Readers, Event], Told]:
    def told(_to: Readers, event: Event) -> Told:
        person = event.facts.get(fact)
        return [(notice, [Reader(person, why)] if isinstance(person, int) else [])]

    return told


def _mentioned(_to: Readers, event: Event) -> Told:
    named = event.facts.get("named")
    people = [person for person in named if isinstance(person, int)] if isinstance(named, list) else []
    return [("mentioned", [Reader(person, "mentioned") for person in people])]


def _rated(to: Readers, event: Event) -> Told:
    return [("dissatisfied", to.lead())] if event.status_after == Status.ANSWERED else []


def _urgent(to: Readers, event: Event) -> Told:
    return [("urgent", [*to.clerks(), *to.lead()])] if event.facts.get("urgent") else []


def _plainly(notice: str, readers: Callable[[Readers], Iterable[Reader]]) -> Callable[[Readers, Event], Told]:
    return lambda to, _event: [(notice, readers(to))]


def _of_office(notice: str) -> Callable[[Readers, Event], Told]:
    return lambda to, event: [(notice, to.office(event.department_id))]


_to_clerks = _plainly("to_decide", Readers.clerks)
_to_managers = _plainly("to_decide", Readers.managers)

_STAFF: dict[str, Callable[[Readers, Event], Told]] = {
    "submit": _plainly("arrived", Readers.desk),
    "enter": _plainly("arrived", Readers.desk),
    Act.SPLIT: _plainly("arrived", Readers.desk),
    Act.RESTRICT: _plainly("arrived", Readers.desk),
    Act.ROUTE: _assigned,
    Act.NAME_CO_HANDLING: _co_handling,
    Act.PROPOSE_RETURN: _returned,
    Act.DECIDE_RETURN: _return_decided,
    Act.ASK_CONTRIBUTION: _of_office("contribution_asked"),
    Act.CONTRIBUTE: _plainly("contribution_given", Readers.handler),
    Act.PROPOSE_DECLINE: _to_clerks,
    Act.PROPOSE_TRANSFER: _to_clerks,
    Act.PROPOSE_PUBLICATION: _to_clerks,
    Act.ASK_ERASURE: _to_clerks,
    Act.PROPOSE_EXTENSION: _to_managers,
    Act.ASK_REOPENING: _to_managers,
    Act.ASK_REVIEW: _to_managers,
    Act.PROPOSE_UNRESTRICT: _plainly("to_decide", Readers.lifters),
    Act.DECIDE_DECLINE: _decided,
    Act.DECIDE_TRANSFER: _decided,
    Act.DECIDE_EXTENSION: _decided,
    Act.DECIDE_PUBLICATION: _decided,
    Act.DECIDE_UNRESTRICT: _decided,
    Act.DECIDE_REOPENING: _assigned_again,
    Act.DECIDE_REVIEW: _assigned_again,
    Act.ANSWER: _from_citizen("citizen_answered"),
    Act.ADD: _from_citizen("citizen_added"),
    Act.END_SILENCE: _plainly("silence", Readers.handler),
    Act.WITHDRAW: _plainly("withdrawn", Readers.handler),
    Act.RATE: _rated,
    Act.HAND_OVER: _one("handed_over", "to", "handler"),
    Act.NAME_HANDLER: _one("named", "handler", "named"),
    Act.SUBMIT_REPLY: _checking,
    Act.APPROVE: _checking,
    Act.TRANSLATE_REPLY: _checking,
    Act.CORRECT_REPLY: _checking,
    Act.APPROVE_CORRECTION: _checking,
    Act.TRANSLATE_CORRECTION: _checking,
    Act.SEND_BACK: _sent_back,
    Act.SEND_BACK_CORRECTION: _sent_back,
    Act.REMIND: _plainly("reminder", Readers.handler),
    Act.MARK_LATE: _plainly("overdue", lambda to: [*to.lead(), *to.clerks()]),
    Act.SUPERVISE: _plainly("supervision", lambda to: [*to.managers(), *to.lead()]),
    Act.SET_URGENT: _urgent,
    Act.NOTE: _mentioned,
    Act.STOP_MAIL: _plainly("disowned", Readers.clerks),
}

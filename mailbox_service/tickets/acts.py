"""The table of acts (DOMAIN §3): who may do what, and from which status. What is not in it is refused.

Letters as in `Part`: C citizen, K clerk, O officer of the lead, H its head, X officer of a co-handling
office, A approver, T translator, M manager, R restricted desk, S the service itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailbox_service.tickets.tables.words import Part, ProposalKind, Status

RECEIVED, ASSIGNED, IN_PROGRESS = Status.RECEIVED, Status.ASSIGNED, Status.IN_PROGRESS
AWAITING, IN_REVIEW = Status.AWAITING_CITIZEN, Status.IN_REVIEW
ANSWERED, CLOSED, DECLINED = Status.ANSWERED, Status.CLOSED, Status.DECLINED
TRANSFERRED, WITHDRAWN, MERGED, SPAM = Status.TRANSFERRED, Status.WITHDRAWN, Status.MERGED, Status.SPAM

ANY = frozenset(Status)
OPEN = frozenset({RECEIVED, ASSIGNED, IN_PROGRESS, AWAITING, IN_REVIEW})
ENDED = ANY - OPEN
UNFINISHED = OPEN | {MERGED, SPAM}  # their round runs on, or may be taken up again
TRIAGE = frozenset({RECEIVED, ASSIGNED})
WITH_AN_OFFICE = frozenset({ASSIGNED, IN_PROGRESS})
REPLIED = frozenset({ANSWERED, CLOSED})

MAY_FOLLOW: dict[Status, frozenset[Status]] = {
    RECEIVED: frozenset({ASSIGNED, DECLINED, TRANSFERRED, WITHDRAWN, MERGED, SPAM}),
    ASSIGNED: frozenset({ASSIGNED, IN_PROGRESS, DECLINED, TRANSFERRED, WITHDRAWN, MERGED, SPAM}),
    IN_PROGRESS: frozenset({ASSIGNED, AWAITING, IN_REVIEW, TRANSFERRED, WITHDRAWN}),
    AWAITING: frozenset({IN_PROGRESS, WITHDRAWN}),
    IN_REVIEW: frozenset({IN_PROGRESS, ANSWERED, WITHDRAWN}),
    ANSWERED: frozenset({CLOSED, IN_PROGRESS, ASSIGNED}),
    CLOSED: frozenset({IN_PROGRESS, ASSIGNED}),
    DECLINED: frozenset({ASSIGNED}),
    TRANSFERRED: frozenset(),
    WITHDRAWN: frozenset(),
    MERGED: frozenset({RECEIVED, ANSWERED}),
    SPAM: frozenset({RECEIVED}),
}


class Act(StrEnum):
    """Every act of a ticket's life, after its birth (`submit`, `enter`), by name."""

    ROUTE = "route"
    NAME_CO_HANDLING = "name_co_handling"
    SIGN_FOR = "sign_for"
    PROPOSE_RETURN = "propose_return"
    DECIDE_RETURN = "decide_return"
    ASK = "ask"
    ANSWER = "answer"
    END_SILENCE = "end_silence"
    INFORM = "inform"
    ADD = "add"
    CORRECT_CONTACT = "correct_contact"
    STOP_MAIL = "stop_mail"
    NOTE = "note"
    TAG = "tag"
    SET_URGENT = "set_urgent"
    ASK_CONTRIBUTION = "ask_contribution"
    CONTRIBUTE = "contribute"
    WAIVE = "waive"
    TRANSLATE_LETTER = "translate_letter"
    PROPOSE_EXTENSION = "propose_extension"
    DECIDE_EXTENSION = "decide_extension"
    SUBMIT_REPLY = "submit_reply"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    TRANSLATE_REPLY = "translate_reply"
    HAND_OVER = "hand_over"
    RECUSE = "recuse"
    SUPERVISE = "supervise"
    REMIND = "remind"
    MARK_LATE = "mark_late"
    TELL_LATE = "tell_late"
    PROPOSE_DECLINE = "propose_decline"
    DECIDE_DECLINE = "decide_decline"
    PROPOSE_TRANSFER = "propose_transfer"
    DECIDE_TRANSFER = "decide_transfer"
    MARK_SPAM = "mark_spam"
    RESTORE = "restore"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ANSWER_MERGED = "answer_merged"
    SPLIT = "split"
    WITHDRAW = "withdraw"
    RATE = "rate"
    CLOSE = "close"
    ASK_REOPENING = "ask_reopening"
    DECIDE_REOPENING = "decide_reopening"
    ASK_REVIEW = "ask_review"
    DECIDE_REVIEW = "decide_review"
    CORRECT_REPLY = "correct_reply"
    SEND_BACK_CORRECTION = "send_back_correction"
    APPROVE_CORRECTION = "approve_correction"
    TRANSLATE_CORRECTION = "translate_correction"
    PROPOSE_PUBLICATION = "propose_publication"
    DECIDE_PUBLICATION = "decide_publication"
    REVOKE_PUBLICATION = "revoke_publication"
    RESTRICT = "restrict"
    NAME_HANDLER = "name_handler"
    DISMISS_HANDLER = "dismiss_handler"
    NAME_PARTY = "name_party"
    PROPOSE_UNRESTRICT = "propose_unrestrict"
    DECIDE_UNRESTRICT = "decide_unrestrict"
    ASK_ERASURE = "ask_erasure"
    DECIDE_ERASURE = "decide_erasure"
    FOLLOW_OFFICE = "follow_office"
    RECALENDAR = "recalendar"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: who plays which part for the act, and from which statuses it goes."""

    by: frozenset[Part]
    on: frozenset[Status]


def _rule(letters: str, on: frozenset[Status]) -> Rule:
    return Rule(frozenset(Part(letter) for letter in letters), on)


ACTS: dict[Act, Rule] = {
    Act.ROUTE: _rule("KS", TRIAGE),
    Act.NAME_CO_HANDLING: _rule("KS", TRIAGE),
    Act.SIGN_FOR: _rule("OH", frozenset({ASSIGNED})),
    Act.PROPOSE_RETURN: _rule("OH", WITH_AN_OFFICE),
    Act.DECIDE_RETURN: _rule("KM", WITH_AN_OFFICE),
    Act.ASK: _rule("OH", frozenset({IN_PROGRESS})),
    Act.ANSWER: _rule("C", frozenset({AWAITING})),
    Act.END_SILENCE: _rule("S", frozenset({AWAITING})),
    Act.INFORM: _rule("OH", WITH_AN_OFFICE),
    Act.ADD: _rule("C", ANY - {SPAM}),
    Act.CORRECT_CONTACT: _rule("C", ANY - {SPAM}),
    Act.STOP_MAIL: _rule("C", ANY - {SPAM}),
    Act.NOTE: _rule("OHXKM", ANY),
    Act.TAG: _rule("OHXKM", ANY),
    Act.SET_URGENT: _rule("OHXKM", ANY),
    Act.ASK_CONTRIBUTION: _rule("OH", frozenset({IN_PROGRESS})),
    Act.CONTRIBUTE: _rule("X", frozenset({IN_PROGRESS})),
    Act.WAIVE: _rule("OH", frozenset({IN_PROGRESS})),
    Act.TRANSLATE_LETTER: _rule("T", OPEN),
    Act.PROPOSE_EXTENSION: _rule("OH", frozenset({IN_PROGRESS, AWAITING})),
    Act.DECIDE_EXTENSION: _rule("M", frozenset({IN_PROGRESS, AWAITING})),
    Act.SUBMIT_REPLY: _rule("OH", frozenset({IN_PROGRESS})),
    Act.SEND_BACK: _rule("HAT", frozenset({IN_REVIEW})),
    Act.APPROVE: _rule("HA", frozenset({IN_REVIEW})),
    Act.TRANSLATE_REPLY: _rule("T", frozenset({IN_REVIEW})),
    Act.HAND_OVER: _rule("OH", OPEN),
    Act.RECUSE: _rule("OHX", OPEN),
    Act.SUPERVISE: _rule("MS", OPEN),
    Act.REMIND: _rule("S", OPEN | {MERGED}),
    Act.MARK_LATE: _rule("S", OPEN | {MERGED}),
    Act.TELL_LATE: _rule("S", OPEN | {MERGED}),
    Act.PROPOSE_DECLINE: _rule("K", TRIAGE),
    Act.DECIDE_DECLINE: _rule("KM", TRIAGE),
    Act.PROPOSE_TRANSFER: _rule("K", TRIAGE | {IN_PROGRESS}),
    Act.DECIDE_TRANSFER: _rule("KM", TRIAGE | {IN_PROGRESS}),
    Act.MARK_SPAM: _rule("K", TRIAGE),
    Act.RESTORE: _rule("K", frozenset({SPAM})),
    Act.MERGE: _rule("K", TRIAGE),
    Act.UNMERGE: _rule("K", frozenset({MERGED})),
    Act.ANSWER_MERGED: _rule("S", frozenset({MERGED})),
    Act.SPLIT: _rule("K", TRIAGE),
    Act.WITHDRAW: _rule("C", OPEN),
    Act.RATE: _rule("C", frozenset({ANSWERED})),
    Act.CLOSE: _rule("S", frozenset({ANSWERED})),
    Act.ASK_REOPENING: _rule("C", REPLIED),
    Act.DECIDE_REOPENING: _rule("M", REPLIED),
    Act.ASK_REVIEW: _rule("C", REPLIED | {DECLINED}),
    Act.DECIDE_REVIEW: _rule("M", REPLIED | {DECLINED}),
    Act.CORRECT_REPLY: _rule("OH", REPLIED),
    Act.SEND_BACK_CORRECTION: _rule("HAT", REPLIED),
    Act.APPROVE_CORRECTION: _rule("HA", REPLIED),
    Act.TRANSLATE_CORRECTION: _rule("T", REPLIED),
    Act.PROPOSE_PUBLICATION: _rule("K", REPLIED),
    Act.DECIDE_PUBLICATION: _rule("K", REPLIED),
    Act.REVOKE_PUBLICATION: _rule("CK", ANY - {SPAM}),  # consent is revocable whatever became of the letter
    Act.RESTRICT: _rule("CKR", ANY),
    Act.NAME_HANDLER: _rule("R", ANY),
    Act.DISMISS_HANDLER: _rule("R", ANY),
    Act.NAME_PARTY: _rule("R", ANY),
    Act.PROPOSE_UNRESTRICT: _rule("R", ANY),
    Act.DECIDE_UNRESTRICT: _rule("MR", ANY),
    Act.ASK_ERASURE: _rule("C", ENDED),
    Act.DECIDE_ERASURE: _rule("K", ENDED),
    Act.FOLLOW_OFFICE: _rule("S", ANY),
    Act.RECALENDAR: _rule("S", UNFINISHED),
}

# What the first other act of an officer may sign for on the way (DOMAIN §2).
SIGNS_FOR = frozenset({Act.ASK, Act.ASK_CONTRIBUTION, Act.WAIVE, Act.PROPOSE_EXTENSION, Act.SUBMIT_REPLY})

_MOVES = frozenset({Act.ROUTE, Act.NAME_CO_HANDLING, Act.SPLIT, Act.MERGE, Act.SUBMIT_REPLY, Act.ASK})

# What a pending proposal refuses, because it would contradict it. Acts that end the ticket let it lapse.
CONTRADICTS: dict[ProposalKind, frozenset[Act]] = {
    ProposalKind.DECLINE: _MOVES | {Act.SIGN_FOR, Act.PROPOSE_RETURN, Act.PROPOSE_TRANSFER},
    ProposalKind.TRANSFER: _MOVES | {Act.PROPOSE_RETURN, Act.PROPOSE_DECLINE, Act.PROPOSE_EXTENSION},
    ProposalKind.RETURN: _MOVES
    | {Act.SIGN_FOR, Act.PROPOSE_DECLINE, Act.PROPOSE_TRANSFER, Act.PROPOSE_EXTENSION, Act.ASK_CONTRIBUTION},
    ProposalKind.EXTEND: frozenset({Act.PROPOSE_RETURN, Act.PROPOSE_TRANSFER}),
    ProposalKind.REOPEN: frozenset({Act.RATE, Act.CLOSE, Act.ASK_REVIEW, Act.CORRECT_REPLY, Act.ASK_ERASURE}),
    ProposalKind.REVIEW: frozenset({Act.RATE, Act.CLOSE, Act.ASK_REOPENING, Act.CORRECT_REPLY, Act.ASK_ERASURE}),
    ProposalKind.PUBLISH: frozenset({Act.CLOSE, Act.CORRECT_REPLY}),
    ProposalKind.UNRESTRICT: frozenset({Act.CLOSE}),
    ProposalKind.ERASE: frozenset(
        {
            Act.CLOSE,
            Act.ASK_REOPENING,
            Act.ASK_REVIEW,
            Act.PROPOSE_PUBLICATION,
            Act.CORRECT_REPLY,
            Act.RESTORE,
            Act.UNMERGE,
        }
    ),
}

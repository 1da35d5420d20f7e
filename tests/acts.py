"""The acts of the domain's table, each ready to be done: what it needs before, and how it is asked for."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mailbox_service.tickets import rights
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.life import after, handle, merge, protect, publish, reply, route, together, translate
from mailbox_service.tickets.tables.words import Kind, Part, ReviewOutcome, RoundReason, Satisfaction, Status
from tests.cast import (
    DELIA,
    DORA,
    HANNA,
    KIM,
    LIBRARY,
    MAX,
    PARKS,
    PAUL,
    VERA,
    a_letter,
    a_number,
    carl,
    clerk,
    restricted,
    routed,
    second_clerk,
    signed,
    then,
)

_TABLE = tomllib.loads(Path(__file__).with_name("rules").joinpath("domain_acts.toml").read_text("utf-8"))
DOMAIN: dict[str, dict[str, Any]] = _TABLE["acts"]
COPY = publish.Copy("A lamp", "The lamp is dark.", "We mend it.")


def statuses_of(name: str) -> set[Status]:
    """The statuses from which the domain lets the act go."""
    named = DOMAIN[name]["from"]
    return {Status(one) for one in (_TABLE["statuses"][named] if isinstance(named, str) else named)}


def version_of(case: Case) -> int:
    return case.submitted.version if case.submitted else 1


def contribution_of(case: Case) -> int:
    return case.contributions[-1].id if case.contributions else 0


def outcome_of(case: Case) -> ReviewOutcome | None:
    return ReviewOutcome.UPHELD if case.round.reason == RoundReason.REVIEW else None


def another(case: Case) -> Case:
    """A letter this one may be merged into."""
    return signed(routed(restricted(a_letter()) if case.ticket.restricted else a_letter()))


# --- What must have happened before

Before = Callable[[Case], Any]


def nothing(case: Case) -> None:
    """The act needs nothing."""


def contribution_owed(case: Case) -> None:
    if case.ticket.status == Status.IN_PROGRESS:
        together.ask_contribution(case, PARKS, "Whose tree?", by=DORA, now=then(case))
    else:
        route.name_co_handling(case, {PARKS: "Whose tree?"}, by=clerk(case), now=then(case))


def return_proposed(case: Case) -> None:
    route.propose_return(case, "Not ours", by=DORA, now=then(case))


def extension_proposed(case: Case) -> None:
    handle.propose_extension(case, "A part is missing", by=DORA, now=then(case))


def decline_proposed(case: Case) -> None:
    route.propose_decline(case, "No matter", "The court", by=clerk(case), now=then(case))


def transfer_proposed(case: Case) -> None:
    route.propose_transfer(case, "Not ours", {"zh": "法院"}, by=clerk(case), now=then(case))


def reopening_asked(case: Case) -> None:
    after.ask_reopening(case, "Dark still", by=carl(case), now=then(case))


def review_asked(case: Case) -> None:
    after.ask_review(case, "Wrong", by=carl(case), now=then(case))


def publication_proposed(case: Case) -> None:
    publish.propose_publication(case, COPY, "Useful", by=clerk(case), now=then(case))


def published(case: Case) -> None:
    publication_proposed(case)
    publish.decide_publication(case, True, by=second_clerk(case), now=then(case))


def lifting_proposed(case: Case) -> None:
    protect.propose_unrestrict(case, "Nobody named", by=clerk(case), now=then(case))


def erasure_asked(case: Case) -> None:
    protect.ask_erasure(case, "Please", by=carl(case), now=then(case))


def head_approved(case: Case) -> None:
    reply.approve(case, version_of(case), by=HANNA, now=then(case))


def both_approved(case: Case) -> None:
    head_approved(case)
    reply.approve(case, version_of(case), by=VERA, now=then(case))


def corrected(case: Case) -> None:
    reply.correct_reply(case, "We mend it tomorrow.", by=DORA, now=then(case))


def letter_not_translated(case: Case) -> None:
    assert any(text.message_id for text in case.translations)


def and_then(*steps: Before) -> Before:
    def all_of_them(case: Case) -> None:
        for step in steps:
            step(case)

    return all_of_them


# --- The acts


@dataclass(frozen=True)
class Doing:
    """One way to do an act: `wait` so much later; `by` fewer letters than the table's, at this step; `to` its end."""

    name: str
    do: Callable[..., Any]
    before: Before = nothing
    by: str = ""
    to: str = ""
    proposer: Actor | None = None
    wait: timedelta = timedelta(0)
    is_event: bool = True

    @property
    def act(self) -> Act:
        return Act(self.name)


def only_asked(case: Case, *, by: Actor, now: datetime, act: Act) -> None:
    """An act whose rows lie with the desk: the life only says who may."""
    rights.require(act, case, by)


def with_act(act: Act) -> Callable[..., None]:
    return lambda case, **who: only_asked(case, act=act, **who)


def at(name: str, verb: Callable[..., Any], *arguments: Any, **more: Any) -> Doing:
    """The verb with these arguments; one that is a function of the case is asked first."""
    facts = {key: more.pop(key) for key in list(more) if key in Doing.__dataclass_fields__}

    def do(case: Case, **who: Any) -> Any:
        given = [argument(case) if callable(argument) else argument for argument in arguments]
        return verb(case, *given, **{k: v(case) if callable(v) else v for k, v in more.items()}, **who)

    return Doing(name, do, **facts)


LATER = timedelta(days=30)
OF_RESTRICTED = {Act.NAME_HANDLER, Act.DISMISS_HANDLER, Act.NAME_PARTY, Act.PROPOSE_UNRESTRICT, Act.DECIDE_UNRESTRICT}
DOINGS = [
    at("route", route.route, LIBRARY),
    at("name_co_handling", route.name_co_handling, {PARKS: "Whose tree?"}, to="same"),
    at("sign_for", handle.sign_for),
    at("propose_return", route.propose_return, "Not ours"),
    at("decide_return", route.decide_return, LIBRARY, before=return_proposed, by="K"),
    at("decide_return", route.decide_return, None, before=return_proposed, by="K", to="same", remark="It is yours"),
    at("ask", handle.ask, "Which lamp?"),
    at("answer", handle.answer, "The third"),
    at("end_silence", handle.end_silence, wait=LATER),
    at("inform", handle.inform, "We are coming"),
    at("add", handle.add, "One more thing"),
    at("correct_contact", handle.correct_contact, "Carl", "carl@example.net", ""),
    at("stop_mail", handle.stop_mail),
    Doing("note", with_act(Act.NOTE), is_event=False),
    Doing("tag", with_act(Act.TAG), is_event=False),
    at("set_urgent", handle.set_urgent, True),
    at("ask_contribution", together.ask_contribution, PARKS, "Whose tree?"),
    at("contribute", together.contribute, contribution_of, "Ours", before=contribution_owed),
    at("waive", together.waive, contribution_of, "We know by now", before=contribution_owed),
    at("translate_letter", translate.translate_letter, lambda case: case.letter.id, "灯坏了"),
    at("propose_extension", handle.propose_extension, "A part is missing"),
    at("decide_extension", handle.decide_extension, True, before=extension_proposed, proposer=DORA),
    at("submit_reply", reply.submit_reply, "We mend it.", review_outcome=outcome_of),
    at("send_back", reply.send_back, version_of, "Which day?", by="H"),
    at("send_back", reply.send_back, version_of, "Which day?", by="HA", before=head_approved),
    at("send_back", reply.send_back, version_of, "Which day?", by="HT", before=both_approved),
    at("approve", reply.approve, version_of, by="H", to="same", proposer=DORA),
    at("approve", reply.approve, version_of, by="A", to="same", before=head_approved, proposer=DORA),
    at("translate_reply", reply.translate_reply, version_of, "直します", before=both_approved, proposer=DORA),
    at("hand_over", handle.hand_over, lambda case: HANNA if case.ticket.restricted else DELIA),
    at("recuse", handle.recuse),
    at("supervise", handle.supervise),
    at("propose_decline", route.propose_decline, "No matter", "The court"),
    at("decide_decline", route.decide_decline, True, before=decline_proposed),
    at("decide_decline", route.decide_decline, False, before=decline_proposed, to="same", remark="It is"),
    at("propose_transfer", route.propose_transfer, "Not ours", {"zh": "法院"}),
    at("decide_transfer", route.decide_transfer, True, before=transfer_proposed),
    at("decide_transfer", route.decide_transfer, False, before=transfer_proposed, to="same", remark="It is"),
    at("mark_spam", route.mark_spam),
    at("restore", route.restore),
    at("merge", merge.merge, another),
    at("unmerge", merge.unmerge),
    at("split", merge.split, "A tree", "A tree, too", Kind.HELP, number=lambda case: a_number()),
    at("withdraw", after.withdraw),
    at("rate", after.rate, Satisfaction.PARTLY),
    at("rate", after.rate, Satisfaction.DISSATISFIED, reason="Dark still", to="same"),
    at("close", after.close, wait=LATER),
    at("ask_reopening", after.ask_reopening, "Dark still"),
    at("decide_reopening", after.decide_reopening, True, before=reopening_asked),
    at("decide_reopening", after.decide_reopening, False, before=reopening_asked, to="same", remark="It shines"),
    at("ask_review", after.ask_review, "Wrong"),
    at("decide_review", after.decide_review, LIBRARY, before=review_asked),
    at("decide_review", after.decide_review, None, before=review_asked, to="same", remark="It is right"),
    at("correct_reply", reply.correct_reply, "We mend it tomorrow."),
    at("send_back_correction", reply.send_back, version_of, "Which day?", by="H", before=corrected),
    at("approve_correction", reply.approve, version_of, by="H", before=corrected, proposer=DORA),
    at("approve_correction", reply.approve, version_of, by="A", before=and_then(corrected, head_approved)),
    at(
        "translate_correction",
        reply.translate_reply,
        version_of,
        "明日直します",
        before=and_then(corrected, both_approved),
    ),
    at("propose_publication", publish.propose_publication, COPY, "Useful"),
    at("decide_publication", publish.decide_publication, True, before=publication_proposed),
    at("decide_publication", publish.decide_publication, False, before=publication_proposed, remark="A name stands"),
    at("revoke_publication", publish.revoke_publication, before=published),
    at("restrict", protect.restrict),
    at("name_handler", protect.name_handler, KIM, Part.OFFICER),
    at("dismiss_handler", protect.dismiss_handler, PAUL.person_id),
    at("name_party", protect.name_party, person_id=MAX.person_id),
    at("propose_unrestrict", protect.propose_unrestrict, "Nobody named"),
    at("decide_unrestrict", protect.decide_unrestrict, True, before=lifting_proposed),
    at("decide_unrestrict", protect.decide_unrestrict, False, before=lifting_proposed, remark="Not yet"),
    at("ask_erasure", protect.ask_erasure, "Please"),
    at("decide_erasure", protect.decide_erasure, True, before=erasure_asked),
    at("decide_erasure", protect.decide_erasure, False, before=erasure_asked, remark="A court asks for it"),
]

"""Every act of staff that one form with a few fields is enough for, in the order a letter's page lists them.

Routing, replying, approving, translating, contributing and publishing have pages of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from mailbox_service.base import tokens
from mailbox_service.base.language import LANGUAGES
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import notes
from mailbox_service.tickets import keep, work
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find import case as cases
from mailbox_service.tickets.life import after, handle, merge, protect, publish, route, together
from mailbox_service.tickets.tables.words import Kind, Part
from mailbox_service.web.staff import wishes
from mailbox_service.web.staff.wishes import Doing, Field, Wish

REASON = Field("reason")
REMARK = Field("remark", optional=True)
OFFICE = Field("office", "select", options=wishes.offices)
QUESTION = Field("question")


# --- Triage ----------------------------------------------------------------------------------


def _transfer(doing: Doing) -> None:
    body = {language: doing.form.line(f"body_{language}") for language in LANGUAGES}
    doing.act(route.propose_transfer, doing.text("reason"), body)


def _merge_into(doing: Doing) -> None:
    into = tokens.read_number(doing.form.line("into"))
    if into is None:
        raise Refused("merge.unknown")
    desk = doing.desk
    work.merge_into(doing.session, desk.site.book, doing.number, into, desk.viewer, now=desk.now)


def _split(doing: Doing) -> None:
    desk, kind = doing.desk, doing.form.line("kind")
    work.require_version(doing.session, desk.site.book, doing.number, desk.viewer, doing.version or 0)
    work.split_off(
        doing.session,
        desk.site.book,
        doing.number,
        desk.viewer,
        subject=doing.form.line("subject")[:200],
        text=doing.text("text"),
        kind=Kind(kind) if kind in set(Kind) else Kind.ENQUIRY,
        now=desk.now,
    )


def _decide_return(doing: Doing) -> None:
    office = doing.chosen("office") if doing.agreed else None
    doing.act(route.decide_return, office, remark=doing.text("remark"))


def _decide(verb: Callable[..., None]) -> Callable[[Doing], object]:
    return lambda doing: doing.act(verb, doing.agreed, remark=doing.text("remark"))


def _co_handling(doing: Doing) -> None:
    doing.act(route.name_co_handling, {doing.chosen("office"): doing.text("question")})


TRIAGE = (
    Wish(
        Act.NAME_CO_HANDLING,
        _co_handling,
        (OFFICE, Field("question", optional=True)),
        fits=lambda room: room.case.lead is not None,
    ),
    Wish(Act.DECIDE_RETURN, _decide_return, (Field("office", "select", True, wishes.offices), REMARK), decides=True),
    Wish(
        Act.PROPOSE_DECLINE,
        lambda doing: doing.act(route.propose_decline, doing.text("reason"), doing.text("instead")),
        (REASON, Field("instead")),
    ),
    Wish(Act.DECIDE_DECLINE, _decide(route.decide_decline), (REMARK,), decides=True),
    Wish(
        Act.PROPOSE_TRANSFER,
        _transfer,
        (REASON, *(Field(f"body_{language}", "line", language != "zh") for language in ("zh", "en", "ja", "ko"))),
    ),
    Wish(Act.DECIDE_TRANSFER, _decide(route.decide_transfer), (REMARK,), decides=True),
    Wish(Act.MERGE, _merge_into, (Field("into", "line"),)),
    Wish(Act.UNMERGE, lambda doing: doing.act(merge.unmerge)),
    Wish(
        Act.SPLIT,
        _split,
        (Field("subject", "line"), Field("text"), Field("kind", "select", options=wishes.kinds)),
    ),
    Wish(Act.MARK_SPAM, lambda doing: doing.act(route.mark_spam), loses=True),
    Wish(Act.RESTORE, lambda doing: doing.act(route.restore)),
)


# --- The office ------------------------------------------------------------------------------


def _waive(doing: Doing) -> None:
    doing.act(together.waive, doing.chosen("contribution"), doing.text("reason"))


HANDLING = (
    Wish(Act.SIGN_FOR, lambda doing: doing.act(handle.sign_for)),
    Wish(Act.ASK, lambda doing: doing.act(handle.ask, doing.text("question")), (QUESTION,)),
    Wish(Act.INFORM, lambda doing: doing.act(handle.inform, doing.text("text")), (Field("text"),)),
    Wish(
        Act.ASK_CONTRIBUTION,
        lambda doing: doing.act(together.ask_contribution, doing.chosen("office"), doing.text("question")),
        (OFFICE, QUESTION),
    ),
    Wish(
        Act.WAIVE,
        _waive,
        (Field("contribution", "select", options=wishes.owed), REASON),
        fits=lambda room: bool(wishes.owed(room)),
    ),
    Wish(Act.PROPOSE_EXTENSION, lambda doing: doing.act(handle.propose_extension, doing.text("reason")), (REASON,)),
    Wish(Act.DECIDE_EXTENSION, _decide(handle.decide_extension), (REMARK,), decides=True),
    Wish(Act.PROPOSE_RETURN, lambda doing: doing.act(route.propose_return, doing.text("reason")), (REASON,)),
    Wish(
        Act.HAND_OVER,
        lambda doing: doing.act(handle.hand_over, doing.somebody("colleague")),
        (Field("colleague", "select", options=wishes.colleagues),),
    ),
    Wish(Act.RECUSE, lambda doing: doing.act(handle.recuse), loses=True, leads_to=lambda _room: "/staff"),
)


# --- Everybody who works on it ---------------------------------------------------------------


def _note(doing: Doing) -> None:
    desk = doing.desk
    case = cases.case(doing.session, desk.city, doing.number, desk.viewer)
    notes.note(doing.session, case, doing.text("text"), by=desk.viewer, now=desk.now)
    keep.keep(doing.session, case)


def _tag(doing: Doing) -> None:
    desk = doing.desk
    case = cases.case(doing.session, desk.city, doing.number, desk.viewer)
    notes.tag(doing.session, case, doing.form.line("word"), by=desk.viewer, now=desk.now)
    keep.keep(doing.session, case)


def _urgent(doing: Doing) -> None:
    """One button both ways: the version makes sure that both have seen the same."""
    doing.act(handle.set_urgent, doing.form.line("urgent") == "yes")


DESK = (
    Wish(Act.NOTE, _note, (Field("text"),)),
    Wish(Act.TAG, _tag, (Field("word", "line"),)),
    Wish(Act.SET_URGENT, _urgent, (Field("urgent", "select", options=wishes.yes_or_no, initial=wishes.not_urgent),)),
    Wish(
        Act.SUPERVISE,
        lambda doing: doing.act(handle.supervise),
        fits=lambda room: room.case.ticket.supervised_at is None,
    ),
)


# --- After the reply -------------------------------------------------------------------------


def _decide_review(doing: Doing) -> None:
    office = doing.chosen("office") if doing.agreed else None
    doing.act(after.decide_review, office, doing.form.number("person"), remark=doing.text("remark"))


AFTER = (
    Wish(Act.DECIDE_REOPENING, _decide(after.decide_reopening), (REMARK,), decides=True),
    Wish(
        Act.DECIDE_REVIEW,
        _decide_review,
        (Field("office", "select", True, wishes.reviewers), REMARK),
        decides=True,
    ),
    Wish(Act.DECIDE_PUBLICATION, _decide(publish.decide_publication), (REMARK,), decides=True),
    Wish(
        Act.REVOKE_PUBLICATION,
        lambda doing: doing.act(publish.revoke_publication),
        loses=True,
        fits=lambda room: any(copy.revoked_at is None for copy in room.case.publications),
    ),
    Wish(Act.DECIDE_ERASURE, _decide(protect.decide_erasure), (REMARK,), decides=True, loses=True),
)


# --- Protection ------------------------------------------------------------------------------


def _name_handler(doing: Doing) -> None:
    part = doing.form.line("part")
    doing.act(protect.name_handler, doing.somebody("person"), Part(part) if part in set(Part) else Part.CITIZEN)


def _name_party(doing: Doing) -> None:
    doing.act(protect.name_party, doing.form.number("office"), doing.form.number("person"))


PROTECTION = (
    Wish(
        Act.RESTRICT,
        lambda doing: doing.act(protect.restrict),
        fits=lambda room: not room.case.ticket.restricted,
        leads_to=lambda _room: "/staff",
    ),
    Wish(
        Act.NAME_HANDLER,
        _name_handler,
        (
            Field("person", "select", options=wishes.everybody),
            Field("part", "select", options=wishes.handling_parts),
        ),
    ),
    Wish(
        Act.DISMISS_HANDLER,
        lambda doing: doing.act(protect.dismiss_handler, doing.chosen("person")),
        (Field("person", "select", options=wishes.handlers),),
        fits=lambda room: bool(wishes.handlers(room)),
    ),
    Wish(
        Act.NAME_PARTY,
        _name_party,
        (
            Field("office", "select", True, wishes.all_offices),
            Field("person", "select", True, wishes.everybody),
        ),
    ),
    Wish(Act.PROPOSE_UNRESTRICT, lambda doing: doing.act(protect.propose_unrestrict, doing.text("reason")), (REASON,)),
    Wish(Act.DECIDE_UNRESTRICT, _decide(protect.decide_unrestrict), (REMARK,), decides=True),
)

BOOK: dict[Act, Wish] = {wish.act: wish for wish in (*HANDLING, *TRIAGE, *AFTER, *DESK, *PROTECTION)}

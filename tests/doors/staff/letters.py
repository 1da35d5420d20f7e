"""Letters in every state the small city can bring about: new, with offices, being checked, restricted, ended."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from mailbox_service.tickets.life import after, handle, protect, publish, reply, route, together
from mailbox_service.tickets.tables.words import Kind, Part, Satisfaction
from tests.doors.staff import town as towns


def letters_of_every_kind(session: Session, town: towns.Town) -> None:
    new_ones(session, town)
    in_the_offices(session, town)
    being_checked(session, town)
    restricted_ones(session, town)
    ended_ones(session, town)


def new_ones(session, town):
    town.letter(session, "new")
    town.letter(session, "urgent and old", now=datetime(2026, 2, 12, 2, tzinfo=UTC))
    declined = town.letter(session, "to decline")
    town.act(session, declined, "karl", route.propose_decline, "not ours", "the court")
    spam = town.letter(session, "spam")
    town.act(session, spam, "karl", route.mark_spam)


def in_progress(session, town, subject, office="roads", signer="dora", **more):
    number = town.letter(session, subject, **more)
    town.act(session, number, "karl", route.route, town.offices[office])
    town.act(session, number, signer, handle.sign_for)
    return number


def in_the_offices(session, town):
    passed = town.letter(session, "passed on", language="ja", written_in="ja")
    town.act(session, passed, "karl", route.route, town.offices["roads"])
    town.act(session, passed, "karl", route.name_co_handling, {town.offices["parks"]: "and the trees?"})
    returned = in_progress(session, town, "returned")
    town.act(session, returned, "dora", route.propose_return, "not roads")
    asked = in_progress(session, town, "asked")
    town.act(session, asked, "dora", handle.ask, "which street?")
    together_ = in_progress(session, town, "together")
    town.act(session, together_, "dora", together.ask_contribution, town.offices["parks"], "trees?")
    longer = in_progress(session, town, "longer")
    town.act(session, longer, "dora", handle.propose_extension, "parts are missing")
    late = in_progress(session, town, "late", now=datetime(2026, 2, 12, 2, tzinfo=UTC))
    town.act(session, late, "hugo", handle.set_urgent, True)
    again_and_again(session, town)


def again_and_again(session, town):
    """Two agreed returns: the third is the manager's."""
    number = town.letter(session, "nobody's")
    town.act(session, number, "karl", route.route, town.offices["roads"])
    for officer, other in (("dora", "parks"), ("paul", "foreign")):
        town.act(session, number, officer, route.propose_return, "not ours")
        town.act(session, number, "kim", route.decide_return, town.offices[other])
    town.act(session, number, "finn", route.propose_return, "not ours either")


def being_checked(session, town):
    by_officer = in_progress(session, town, "officer's reply")
    town.act(session, by_officer, "dora", reply.submit_reply, "Mended.")
    by_head = in_progress(session, town, "head's own reply", signer="hugo")
    town.act(session, by_head, "hugo", reply.submit_reply, "Mended.")
    by_deputy = in_progress(session, town, "complaint", kind=Kind.COMPLAINT)
    town.act(session, by_deputy, "dora", reply.submit_reply, "Sorry.")
    town.act(session, by_deputy, "hugo", reply.approve, 1)
    english = in_progress(session, town, "english", language="en", written_in="en")
    town.act(session, english, "dora", reply.submit_reply, "修好了。")
    town.act(session, english, "hugo", reply.approve, 1)
    corrected = answered(session, town, "corrected")
    town.act(session, corrected, "dora", reply.correct_reply, "Mended on Monday.")


def answered(session, town, subject, **more):
    number = in_progress(session, town, subject, **more)
    town.act(session, number, "dora", reply.submit_reply, "Mended.")
    town.act(session, number, "hugo", reply.approve, 1)
    return number


def restricted_ones(session, town):
    town.letter(session, "a report", kind=Kind.REPORT)
    handled = town.letter(session, "handled report", kind=Kind.REPORT, language="en", written_in="en")
    for who, part in (
        ("paul", Part.OFFICER),
        ("finn", Part.TRANSLATOR),
        ("fang", Part.HEAD),
        ("dora", Part.CO_OFFICER),
    ):
        town.act(session, handled, "rita", protect.name_handler, town.actor(session, who), part)
    town.act(session, handled, "rita", protect.name_party, town.offices["roads"])
    town.act(session, handled, "rita", route.route, town.offices["parks"])
    second = town.letter(session, "about the desk", kind=Kind.REPORT)
    town.act(session, second, "rita", protect.name_party, None, town.people["rolf"])
    lifted = town.letter(session, "no report at all", kind=Kind.REPORT)
    town.act(session, lifted, "rita", protect.propose_unrestrict, "a question, really")
    about_roads = answered(session, town, "later restricted")
    town.act(session, about_roads, "citizen", protect.restrict)


def ended_ones(session, town):
    unhappy = answered(session, town, "unhappy")
    town.act(session, unhappy, "citizen", after.rate, Satisfaction.DISSATISFIED, reason="still dark")
    town.act(session, unhappy, "citizen", after.ask_reopening, "still dark")
    reviewed = answered(session, town, "reviewed")
    town.act(session, reviewed, "citizen", after.ask_review, "wrong law")
    erased = answered(session, town, "to erase")
    town.act(session, erased, "citizen", protect.ask_erasure, "my data")
    answered(session, town, "could be public", publication_consent=True)
    public = answered(session, town, "to publish", publication_consent=True)
    copy = publish.Copy("Lamps", "A lamp", "Mended")
    town.act(session, public, "karl", publish.propose_publication, copy, "of use to others")

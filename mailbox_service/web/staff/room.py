"""One letter on the desk: everything its pages show, read in one go with the viewer's eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import in_language, say
from mailbox_service.base.looks import Looks
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find as city
from mailbox_service.city.tables import Person
from mailbox_service.desk import around
from mailbox_service.desk.around import Around
from mailbox_service.desk.tables import Draft, Note
from mailbox_service.mail import received
from mailbox_service.mail.tables import Received
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import staff
from mailbox_service.tickets.find.shown import MERGED
from mailbox_service.tickets.tables import Event
from mailbox_service.web.desk import Desk
from mailbox_service.web.sessions import Ahead

_LOOKS = Looks(**around.LETTER, post=received.OF_LETTER)


class Room(NamedTuple):
    """A letter with what lies around it. `people` holds the names of everybody it mentions.

    `is_named`: a note names the viewer, who hasn't opened the letter since. `post`: what came in by mail about it.
    """

    desk: Desk
    case: Case
    events: Sequence[Event]
    notes: Sequence[Note]
    tags: Sequence[str]
    draft: Draft | None
    people: Mapping[int, str]
    everybody: Sequence[Person]
    linked: Mapping[int, str]
    is_named: bool
    post: Sequence[Received]

    @property
    def href(self) -> str:
        """The letter's page."""
        return f"/staff/tickets/{self.case.ticket.number}"

    @property
    def lang(self) -> str:
        """The language of the page."""
        return self.desk.lang

    @property
    def is_seen(self) -> bool:
        """Whether the viewer may read it, not only decide whether it stays restricted."""
        return rights.may_see(self.case, self.desk.viewer)

    def who(self, person_id: int | None) -> str:
        """Somebody's name."""
        return self.people.get(person_id or 0, "")

    @property
    def topic(self) -> str:
        """The subject area, with the area above it."""
        known = self.desk.city.topics
        topic = known.get(self.case.ticket.topic_id or 0)
        if topic is None:
            return ""
        above = known.get(topic.parent_id or 0)
        return " › ".join(in_language(one.name, self.lang) for one in (above, topic) if one)

    @property
    def area(self) -> list[int]:
        """The topics of the letter's subject area, its own among them; none when it has none."""
        own = self.desk.city.topics.get(self.case.ticket.topic_id or 0)
        top = (own.parent_id or own.id) if own else None
        return [one.id for one in self.desk.city.topics.values() if top in (one.id, one.parent_id)] if top else []

    @property
    def colleagues(self) -> Sequence[int]:
        """The officers and heads of the office that leads."""
        lead = self.case.lead
        return self.desk.city.at_work.get(lead.department_id, ()) if lead else ()

    @property
    def usual_office(self) -> int | None:
        """The office that usually leads letters on this subject."""
        topic = self.desk.city.topics.get(self.case.ticket.topic_id or 0)
        return topic.department_id if topic and topic.retired_at is None else None

    @property
    def body(self) -> str:
        """The outside body it was passed to."""
        names = next((p.details.get("body") for p in reversed(self.case.proposals) if "body" in p.details), None)
        return in_language(names, self.lang) if isinstance(names, dict) else say(self.lang, "another body")


def number_of(desk: Desk) -> str:
    """The letter's number in the address.

    Raises:
        Refused: "not_found" for what is no number.
    """
    if number := tokens.read_number(desk.visit.word("number")[:40]):
        return number
    raise Refused("not_found")


async def enter(desk: Desk, deciding: Act | None = None) -> Room:
    """The letter that the address names. `deciding` lets in who is asked to decide that without seeing the letter.

    Raises:
        Refused: "not_found" when there is none, or none for this viewer.
    """
    number = number_of(desk)
    rows = await desk.look(_LOOKS, around.facts(number, desk.viewer))
    merged = await desk.look(MERGED, {"number": number}, many=True) if rows("children") else None
    found = around.of(rows, merged, desk.city, desk.viewer, deciding=deciding)
    named = await _named(desk, found)
    return Room(
        desk=desk,
        case=found.case,
        events=found.events,
        notes=found.notes,
        tags=found.tags,
        draft=found.draft,
        people=named.people,
        everybody=named.everybody,
        linked=named.linked,
        is_named=found.is_named,
        post=rows("post"),
    )


def ahead(desk: Desk) -> Ahead | None:
    """What `enter` will look up."""
    number = tokens.read_number(str(desk.visit.path_params["number"])[:40])
    return Ahead(_LOOKS, around.facts(number, desk.viewer)) if number else None


class _Named(NamedTuple):
    people: Mapping[int, str]
    everybody: Sequence[Person]
    linked: Mapping[int, str]


async def _named(desk: Desk, found: Around) -> _Named:
    """Whom and what the letter names. Of most letters all is known already, and nothing is asked."""
    known, people, ticket, linked = desk.city.names, set(_mentioned(found)), found.case.ticket, _linked(found.case)
    if known.keys() >= people and not ticket.restricted and not linked:
        return _Named(known, (), {})

    def named(session: Session) -> _Named:
        return _Named(
            city.names(session, people, known),
            staff.people(session) if ticket.restricted else (),
            staff.number_of(session, linked, desk.viewer) if linked else {},
        )

    return await desk.read(named, few=not found.case.children)


def _linked(case: Case) -> list[int]:
    ids = [case.ticket.merged_into_id, case.ticket.linked_from_id, *(child.ticket.id for child in case.children)]
    return [id_ for id_ in ids if id_ is not None]


def _mentioned(found: Around) -> Iterator[int]:
    case, draft = found.case, found.draft
    ids: list[int | None] = [event.person_id for event in found.events]
    ids += [note.person_id for note in found.notes] + [draft.saved_by if draft else None]
    ids += [assignment.person_id for assignment in case.assignments]
    ids += [reply.author_id for reply in case.replies] + [approval.person_id for approval in case.approvals]
    ids += [contribution.given_by for contribution in case.contributions]
    ids += [text.translator_id for text in case.translations]
    ids += [who for proposal in case.proposals for who in (proposal.asked_by, proposal.decided_by)]
    ids += [handler.person_id for handler in case.handlers] + [party.person_id for party in case.parties]
    for event in found.events:
        ids += [who for name in ("to", "handler") if isinstance(who := event.facts.get(name), int)]
    return (id_ for id_ in ids if id_ is not None)

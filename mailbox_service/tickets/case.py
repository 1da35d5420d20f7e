"""A ticket with everything its rules need, loaded before by `find.case`. Verbs change it; `keep` stores it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import SQLModel

from mailbox_service.city.tables import Approvals, Department, Policy, RoutingRule, Topic
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.tables import (
    Approval,
    Assignment,
    Attachment,
    Citizen,
    Contribution,
    Event,
    Handler,
    Message,
    Party,
    Proposal,
    Publication,
    Rating,
    Recusal,
    Reply,
    Round,
    Ticket,
    Translation,
)
from mailbox_service.tickets.tables.words import (
    MessageKind,
    Part,
    ProposalKind,
    ProposalOutcome,
    ReplyState,
    Share,
    Status,
    Step,
)

_REPLIED = frozenset({Status.ANSWERED, Status.CLOSED})


@dataclass(frozen=True, slots=True, eq=False)
class City:
    """What the rules ask of the city: calendar, offices, policies, language, and who sits at the restricted desk.

    `names` are those of all who ever worked for it, `at_work` the officers and heads of each office, by name.
    """

    calendar: Calendar
    offices: Mapping[int, Department]
    policies: Mapping[str, Policy]
    working_language: str
    first_desk: frozenset[int] = frozenset()
    first_desk_offices: frozenset[int] = frozenset()
    former_names: Mapping[int, Sequence[tuple[datetime, Mapping[str, str]]]] = field(default_factory=dict)
    rules: Sequence[RoutingRule] = ()
    topics: Mapping[int, Topic] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    at_work: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def topics_in_use(self) -> list[Topic]:
        """The subject areas that are not retired: parents before children, in their own order."""
        used = (topic for topic in self.topics.values() if topic.retired_at is None)
        return sorted(used, key=lambda topic: (topic.parent_id is not None, topic.position, topic.id))

    def name_at(self, department_id: int, at: datetime) -> Mapping[str, str]:
        """What an office was called then, by language; {} for none. `former_names` say until when, oldest first."""
        names = self.former_names.get(department_id, ())
        office = self.offices.get(department_id)
        return next((name for until, name in names if at < until), office.name if office else {})

    def successor_of(self, department_id: int) -> int:
        """The office that took over from it, however many mergers later; itself while it is open."""
        seen = {department_id}
        while (office := self.offices.get(department_id)) and office.merged_into_id not in (None, *seen):
            department_id = office.merged_into_id or department_id
            seen.add(department_id)
        return department_id

    def translator_of(self, language: str) -> Department | None:
        """The open office that translates the language, if there is one."""
        return next((o for o in self.offices.values() if language in o.translates and o.closed_at is None), None)

    def understands(self, language: str) -> bool:
        """Whether anybody here works in the language, masters it or translates it."""
        known = (
            language in (*office.translates, *office.masters)
            for office in self.offices.values()
            if not office.closed_at
        )
        return language == self.working_language or any(known)


@dataclass(eq=False)
class Case:
    """One ticket, whole. Lists are in the order of their ids; `new` are the rows a verb has added.

    `parts_known` keeps who was last found to play which parts (`rights.parts`, by its `not_for`), in a case that is
    shown and never changes; else None.
    """

    city: City
    ticket: Ticket
    citizen: Citizen | None = None
    rounds: list[Round] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    translations: list[Translation] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    handlers: list[Handler] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    recusals: list[Recusal] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    children: list[Case] = field(default_factory=list)
    new: list[SQLModel] = field(default_factory=list)
    texts_changed: bool = False
    parts_known: dict[int | None, tuple[Actor, frozenset[Part]]] | None = None

    def add(self, row: SQLModel) -> None:
        """Put a new row where the rules find it and where the door stores it."""
        getattr(self, _SHELVES[type(row)]).append(row)
        self.new.append(row)

    def rows(self) -> Iterator[SQLModel]:
        """Every loaded row of the ticket itself, without those merged into it."""
        yield self.ticket
        if self.citizen:
            yield self.citizen
        for shelf in _SHELVES.values():
            yield from getattr(self, shelf)

    @property
    def policy(self) -> Policy:
        """The promises and approvals for this kind of letter."""
        return self.city.policies[self.ticket.kind]

    @property
    def round(self) -> Round:
        """The newest round, running or ended."""
        return self.rounds[-1]

    @property
    def lead(self) -> Assignment | None:
        """The office that leads now or, once the round has ended, led to its end."""
        return next((a for a in reversed(self.assignments) if a.share == Share.LEAD and self._counts(a)), None)

    @property
    def co_handling(self) -> list[Assignment]:
        """The offices also involved in the newest round."""
        return [a for a in self.assignments if a.share == Share.CO and self._counts(a)]

    def _counts(self, assignment: Assignment) -> bool:
        return assignment.round_id == self.round.id and (assignment.ended_at is None or has_completed(assignment))

    @property
    def letter(self) -> Message:
        """What the citizen wrote first."""
        return next(m for m in self.messages if m.kind == MessageKind.LETTER)

    @property
    def is_foreign(self) -> bool:
        """Whether the answer is owed in another language than the working one."""
        return self.ticket.language != self.city.working_language

    @property
    def is_translated(self) -> bool:
        """Whether the reply takes a translator: the answer's language is foreign, and the lead does not master it."""
        lead = self.lead
        masters = self.city.offices[lead.department_id].masters if lead else []
        return self.is_foreign and self.ticket.language not in masters

    def pending(self, kind: ProposalKind) -> Proposal | None:
        """The proposal of that kind that waits for its decision."""
        return next((p for p in self.proposals if p.kind == kind and p.outcome is None), None)

    @property
    def agreed_returns(self) -> int:
        """How often an office sent the letter back in this round, and a clerk agreed."""
        return sum(
            p.kind == ProposalKind.RETURN and p.outcome == ProposalOutcome.AGREED and p.round_no == self.ticket.round_no
            for p in self.proposals
        )

    @property
    def submitted(self) -> Reply | None:
        """The version that is being checked: a reply, or a correction of a sent one."""
        return next((r for r in reversed(self.replies) if r.state == ReplyState.SUBMITTED), None)

    @property
    def sent(self) -> Reply | None:
        """The newest version that the citizen has, in any round."""
        return next((r for r in reversed(self.replies) if r.state == ReplyState.SENT), None)

    @property
    def guarded(self) -> object:
        """What letters answered together have in common: who is complained about; if restricted, the handlers too."""
        parties = frozenset((p.person_id, p.department_id) for p in self.parties)
        handlers = frozenset((h.person_id, h.part) for h in self.handlers if h.ended_at is None)
        return (parties, handlers, self.ticket.desk) if self.ticket.restricted else parties

    def shared_with(self, reply: Reply) -> list[Case]:
        """The merged letters this version answers too: those that wait, or got what it corrects and are as guarded."""
        if reply.corrects_id is None:
            return [child for child in self.children if child.ticket.status == Status.MERGED]
        first = next(r for r in self.replies if r.id == reply.corrects_id)
        replied = (c for c in self.children if c.ticket.status in _REPLIED and c.guarded == self.guarded)
        return [c for c in replied if c.sent and c.sent.text_hash == first.text_hash]

    def languages_owed(self, reply: Reply) -> list[str]:
        """The languages this version must still be translated into, for its writer and for those merged into it."""
        has = {self.city.working_language}
        if reply.own_text:
            has.add(self.ticket.language)
        has |= {t.language for t in self.translations if t.reply_id == reply.id and t.done_at and not t.stale}
        wanted = [self.ticket.language, *(child.ticket.language for child in self.shared_with(reply))]
        return [language for language in dict.fromkeys(wanted) if language not in has]

    def next_step(self, reply: Reply) -> Step | None:
        """What the version waits for; None when it may go out."""
        passed = {a.step for a in self.approvals if a.reply_id == reply.id and a.passed}
        if reply.needs_head and Step.HEAD not in passed:
            return Step.HEAD
        if reply.needs_approver and Step.APPROVER not in passed:
            return Step.APPROVER
        return Step.TRANSLATION if self.languages_owed(reply) else None

    @property
    def approvals_needed(self) -> tuple[bool, bool]:
        """Whether a reply handed in now needs its head, and an approver (policy, or the flag on the ticket)."""
        asked = self.policy.approvals
        approver = asked == Approvals.HEAD_AND_APPROVER or self.ticket.needs_approver
        return asked != Approvals.NONE or approver, approver

    def today(self, now: datetime) -> date:
        """The city's day."""
        return self.city.calendar.day_of(now)

    def persons_involved(self, *, before: int | None = None) -> frozenset[int]:
        """Everybody who handled, wrote, decided or approved something in the rounds so far, or before that round."""
        end = before or self.ticket.round_no + 1
        rounds = {r.id for r in self.rounds if r.no < end}
        replies = {r.id: r for r in self.replies if r.round_no < end}
        handled: Iterable[int | None] = (
            *(a.person_id for a in self.assignments if a.round_id in rounds),
            *(r.author_id for r in replies.values()),
            *(a.person_id for a in self.approvals if a.reply_id in replies),
            *(c.given_by for c in self.contributions if c.round_no < end),
            *(who for p in self.proposals if p.round_no < end for who in (p.asked_by, p.decided_by)),
        )
        return frozenset(person for person in handled if person is not None)

    def persons_apart(self) -> frozenset[int]:
        """Who is complained about, works in an office that is, or has stepped back: nobody gives the letter to them."""
        people = {party.person_id for party in self.parties} | {gone.person_id for gone in self.recusals}
        colleagues = {person for office in self.offices_apart() for person in self.city.at_work.get(office, ())}
        return frozenset(person for person in people | colleagues if person is not None)

    def offices_apart(self) -> frozenset[int]:
        """The offices complained about, and those they were merged into, whose people are kept out, too."""
        named = {party.department_id for party in self.parties if party.department_id is not None}
        return frozenset(named | {self.city.successor_of(office) for office in named})

    def offices_involved(self) -> frozenset[int]:
        """The offices that led or co-handled to the end of a round."""
        return frozenset(a.department_id for a in self.assignments if a.ended_at is None or has_completed(a))


def has_completed(assignment: Assignment) -> bool:
    """Whether the office kept the letter to the end of its round."""
    return assignment.end == "completed"


_SHELVES: dict[type[SQLModel], str] = {
    Round: "rounds",
    Assignment: "assignments",
    Message: "messages",
    Contribution: "contributions",
    Reply: "replies",
    Approval: "approvals",
    Translation: "translations",
    Proposal: "proposals",
    Rating: "ratings",
    Publication: "publications",
    Attachment: "attachments",
    Handler: "handlers",
    Party: "parties",
    Recusal: "recusals",
    Event: "events",
}

"""What an act's form asks: its fields, where its answers go, and when it makes sense to show it at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from mailbox_service.base.language import in_language, say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import rights, work
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find.proposals import DECIDES
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables import Proposal
from mailbox_service.tickets.tables.words import Kind, Part
from mailbox_service.web.desk import Desk
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option
from mailbox_service.web.staff.room import Room

AGREE, REFUSE = "agree", "refuse"


@dataclass(frozen=True, slots=True)
class Field:
    """One question. Its label stands under `field.<act>.<name>`, or `field.<name>`."""

    name: str
    kind: Literal["text", "line", "select"] = "text"
    optional: bool = False
    options: Callable[[Room], Sequence[Option]] | None = None
    initial: Callable[[Room], str] | None = None


@dataclass(frozen=True, slots=True)
class Doing:
    """The act being done: who, on which letter, seen in which version, with which answers."""

    session: Session
    desk: Desk
    number: str
    form: Form
    version: int | None

    @property
    def agreed(self) -> bool:
        """Which of the two buttons of a decision was pressed."""
        return self.form.line("decision") == AGREE

    def text(self, name: str) -> str:
        """A field's text."""
        return self.form.text(name)

    def chosen(self, name: str) -> int:
        """The row a select names; 0 for none, which no rule accepts."""
        return self.form.number(name) or 0

    def act(self, verb: Callable[..., None], *arguments: object, **more: Any) -> Case:
        """Let the life's verb act, from the version that the page showed."""
        desk = self.desk
        return work.act(
            self.session,
            desk.site.book,
            self.number,
            desk.viewer,
            verb,
            *arguments,
            seen_version=self.version,
            now=desk.now,
            **more,
        )

    def somebody(self, name: str) -> Actor:
        """A colleague chosen in a field; nobody, when there is none."""
        found = actors.staff(self.session, self.chosen(name), self.desk.today)
        if found is None:
            raise Refused("person.unknown")
        return found


@dataclass(frozen=True, slots=True)
class Wish:
    """One act's form. Without fields it is a question and a button. `decides` has two buttons, agree and refuse."""

    act: Act
    do: Callable[[Doing], object]
    fields: tuple[Field, ...] = ()
    decides: bool = False
    loses: bool = False
    fits: Callable[[Room], bool] = lambda _room: True
    leads_to: Callable[[Room], str] = lambda room: room.href


# --- What the selects offer ------------------------------------------------------------------


def offices(room: Room) -> list[Option]:
    """The open offices that may have the letter, but the one that has it; the topic's usual one first."""
    city, case = room.desk.city, room.case
    apart = {party.department_id for party in case.parties} | {case.lead.department_id if case.lead else None}
    usual = room.usual_office
    found = [o for o in city.offices.values() if o.closed_at is None and o.id not in apart]
    found.sort(key=lambda office: office.id != usual)
    hint = f" · {say(room.lang, 'usual for this subject')}"
    return [Option(str(o.id), in_language(o.name, room.lang) + (hint if o.id == usual else "")) for o in found]


def all_offices(room: Room) -> list[Option]:
    """Every office."""
    return [Option(str(office.id), in_language(office.name, room.lang)) for office in room.desk.city.offices.values()]


def reviewers(room: Room) -> list[Option]:
    """The open offices that may review it: they did not handle it, and it does not complain about them."""
    city, out = room.desk.city, room.case.offices_involved() | room.case.offices_apart()
    found = (o for o in city.offices.values() if o.closed_at is None and o.id not in out)
    return [Option(str(office.id), in_language(office.name, room.lang)) for office in found]


def colleagues(room: Room) -> list[Option]:
    """Those of the lead office who may handle it; on a restricted letter its handlers."""
    if room.case.ticket.restricted:
        named = {handler.person_id for handler in room.case.handlers if handler.ended_at is None}
        return [Option(str(id_), room.who(id_)) for id_ in sorted(named)]
    gone = {recusal.person_id for recusal in room.case.recusals}
    return [Option(str(id_), room.desk.city.names[id_]) for id_ in room.colleagues if id_ not in gone]


def everybody(room: Room) -> list[Option]:
    """Everybody who works for the city."""
    return [Option(str(person.id), person.name) for person in room.everybody]


def handlers(room: Room) -> list[Option]:
    """Who handles a restricted letter now."""
    named = {handler.person_id for handler in room.case.handlers if handler.ended_at is None}
    return [Option(str(id_), room.who(id_)) for id_ in sorted(named)]


def handling_parts(room: Room) -> list[Option]:
    """The parts a handler may be named for."""
    known = (Part.OFFICER, Part.HEAD, Part.CO_OFFICER, Part.APPROVER, Part.TRANSLATOR)
    return [Option(part.value, say(room.lang, f"part.{part.name.lower()}")) for part in known]


def kinds(room: Room) -> list[Option]:
    """The kinds of letter."""
    return [Option(kind.value, say(room.lang, f"kind.{kind.value}")) for kind in Kind]


def yes_or_no(room: Room) -> list[Option]:
    """Yes, no."""
    return [Option("yes", say(room.lang, "Yes")), Option("no", say(room.lang, "No"))]


def not_urgent(room: Room) -> str:
    """The opposite of what it is."""
    return "no" if room.case.ticket.urgent else "yes"


def owed(room: Room) -> list[Option]:
    """The contributions that are still owed."""
    current = room.case.ticket.round_no
    still = [c for c in room.case.contributions if c.is_open and c.round_no == current]
    return [Option(str(one.id), room.desk.office(one.department_id)) for one in still]


def waiting_for(case: Case, act: Act) -> Proposal | None:
    """The proposal that waits for this decision."""
    return next((p for p in case.proposals if p.outcome is None and DECIDES[p.kind] is act), None)


def refusal(room: Room, act: Act) -> Refused | None:
    """Why the act is not the viewer's, or not now."""
    proposal = waiting_for(room.case, act)
    by = proposal.asked_by if proposal else None
    if (refused := rights.refusal_of(act, room.case, room.desk.viewer, proposed_by=by)) or act not in _ALSO:
        return refused
    try:
        _ALSO[act](room.case, room.desk.now)
    except Refused as no:
        return no
    return None


# What an act refuses whatever is written in its form: said before somebody writes it.
_ALSO: dict[Act, Callable[[Case, datetime], None]] = {
    Act.ASK: handle.may_ask,
    Act.PROPOSE_EXTENSION: handle.may_extend,
}

"""Who among the staff reads a notice about a letter: found by their part in it, and only if they may see it.

On a restricted letter the desk and the handlers it named stand for everybody else (DOMAIN §6).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from mailbox_service.city import find as city
from mailbox_service.city.tables import Deputy, Person, RoleName
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import Case
from mailbox_service.tickets.find import actor
from mailbox_service.tickets.tables import Reply
from mailbox_service.tickets.tables.words import Part, ProposalKind

Names = Mapping[str, str]
_AT_WORK = frozenset({Part.OFFICER, Part.HEAD, Part.CO_OFFICER})


class Reader(NamedTuple):
    """Somebody to be told, and why: a word of the catalogue ("mail.why.handler") and the office it names."""

    person_id: int
    why: str
    office: Names | None = None


@dataclass(frozen=True, slots=True)
class Readers:
    """Finds the readers of one letter's notices."""

    session: Session
    case: Case
    today: date

    def may_read(self, person_id: int) -> Person | None:
        """The person, if they still work here and the letter exists for them; managers who lift a restriction, too."""
        somebody = actor.staff(self.session, person_id, self.today)
        if somebody is None:
            return None
        asked = self.case.pending(ProposalKind.UNRESTRICT) is not None
        if rights.may_see(self.case, somebody) or (asked and rights.may(Act.DECIDE_UNRESTRICT, self.case, somebody)):
            return city.person(self.session, person_id)
        return None

    def handler(self) -> list[Reader]:
        """Who handles the letter; while nobody does, or they may not see it any more, the heads of the lead office."""
        lead = self.case.lead
        if lead and lead.person_id and self.may_read(lead.person_id):
            return [Reader(lead.person_id, "handler")]
        return self.office(lead.department_id) if lead else self.desk() if self.case.ticket.restricted else []

    def author(self, reply: Reply) -> list[Reader]:
        """Who wrote the reply; who handles the letter, when its author may not see it any more."""
        return [Reader(reply.author_id, "author")] if self.may_read(reply.author_id) else self.handler()

    def office(self, department_id: int | None) -> list[Reader]:
        """The heads of an office and who stands in for them; all of its people when it has no head."""
        if self.case.ticket.restricted:
            return self._named(_AT_WORK) or self.desk()
        if department_id is None:
            return []
        names = self._names(department_id)
        heads = [Reader(person, "office", names) for person in self._holding(RoleName.HEAD, department_id)]
        return heads or [Reader(person.id, "office", names) for person in city.people_in(self.session, department_id)]

    def lead(self) -> list[Reader]:
        """The heads of the office that leads."""
        return self.office(self.case.lead.department_id) if self.case.lead else []

    def translators(self, department_id: int | None) -> list[Reader]:
        """The people of an office that translates."""
        if self.case.ticket.restricted:
            return self._named(frozenset({Part.TRANSLATOR}))
        people = city.people_in(self.session, department_id) if department_id else []
        return [Reader(person.id, "translator") for person in people]

    def clerks(self) -> list[Reader]:
        """The General Office's clerks, or the desk."""
        return self._everywhere(RoleName.CLERK, "clerk")

    def managers(self) -> list[Reader]:
        """The managers, or the desk."""
        return self._everywhere(RoleName.MANAGER, "manager")

    def approvers(self) -> list[Reader]:
        """Who may give the second approval."""
        if self.case.ticket.restricted:
            return self._named(frozenset({Part.APPROVER}))
        return [Reader(person, "approver") for person in self._holding(RoleName.APPROVER)]

    def heads(self) -> list[Reader]:
        """Who may approve for the lead office."""
        return self._named(frozenset({Part.HEAD})) if self.case.ticket.restricted else self.lead()

    def desk(self) -> list[Reader]:
        """The restricted desk that has this letter."""
        return [Reader(held.person_id, "desk") for held in city.holders(self.session, rights.desk_role(self.case))]

    def lifters(self) -> list[Reader]:
        """Who decides on lifting the restriction."""
        return [*self.desk(), *(Reader(person, "manager") for person in self._holding(RoleName.MANAGER))]

    def _everywhere(self, role: RoleName, why: str) -> list[Reader]:
        if self.case.ticket.restricted:
            return self.desk()
        return [Reader(person, why) for person in self._holding(role)]

    def _named(self, parts: frozenset[Part]) -> list[Reader]:
        named = [handler for handler in self.case.handlers if handler.ended_at is None and handler.part in parts]
        return [Reader(handler.person_id, "named") for handler in named]

    def _holding(self, role: RoleName, department_id: int | None = None) -> list[int]:
        held = city.holders(self.session, role)
        own = [h.person_id for h in held if department_id is None or h.department_id == department_id]
        return own + self._deputies(own) if role in city.DEPUTISED else own

    def _deputies(self, people: Iterable[int]) -> list[int]:
        standing_in = select(Deputy.deputy_id).where(
            col(Deputy.person_id).in_(list(people)), Deputy.from_on <= self.today, Deputy.until_on >= self.today
        )
        return list(self.session.exec(standing_in.order_by(col(Deputy.id)).limit(100)))

    def _names(self, department_id: int) -> Names | None:
        office = self.case.city.offices.get(department_id)
        return office.name if office else None

"""What the rules ask of the city, kept for half a minute: it changes rarely, and every letter needs it."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from sqlmodel import Session

from mailbox_service.city import find, lists
from mailbox_service.city.tables import RoleName
from mailbox_service.tickets.case import City

KEPT_SECONDS = 30.0


class CityBook:
    """The city as of at most half a minute ago; `forget` after changing it here, other nodes follow by themselves."""

    def __init__(self, zone: ZoneInfo, working_language: str) -> None:
        self.zone = zone
        self.working_language = working_language
        self._city: City | None = None
        self._read_at = 0.0

    def open(self, session: Session) -> City:
        """The city for this transaction. Its rows are shared: read them, never change them."""
        city = self.at_hand
        if city is None:
            city = read(session, self.zone, self.working_language)
            self._city, self._read_at = city, time.monotonic()
        return city

    @property
    def at_hand(self) -> City | None:
        """The city, when nothing need be read for it."""
        return self._city if time.monotonic() - self._read_at <= KEPT_SECONDS else None

    def forget(self) -> None:
        """Read anew next time."""
        self._city = None


def read(session: Session, zone: ZoneInfo, working_language: str) -> City:
    """The city as the database has it now."""
    desk = find.holders(session, RoleName.RESTRICTED_DESK)
    offices = find.offices(session)
    policies = find.policies(session)
    rules, topics = lists.live_rules(session), lists.all_topics(session)
    for row in (*offices, *policies.values(), *rules, *topics):
        session.expunge(row)
    return City(
        calendar=find.calendar(session, zone),
        offices={office.id: office for office in offices},
        policies=policies,
        working_language=working_language,
        first_desk=frozenset(held.person_id for held in desk),
        former_names=find.former_names(session),
        rules=rules,
        topics={topic.id: topic for topic in topics},
        first_desk_offices=frozenset(held.department_id for held in desk if held.department_id is not None),
        names=find.everybody(session),
        at_work=find.at_work(session),
    )

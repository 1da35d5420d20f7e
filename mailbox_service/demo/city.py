"""Qinghe in the tables: offices, topics and people, all with the same password; and the people as actors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from mailbox_service.base.tables import ActorKind
from mailbox_service.city import find, people, setup
from mailbox_service.city.tables import Approvals, Department, Deputy, Person, Policy, RoleName, Topic
from mailbox_service.demo.read import load_city
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.find import actor as actors

DOMAIN = "@qinghe.example"
DEPUTY = ("luo", "tang")  # who is away for a month, and who stands in
TRANSLATORS = {"en": "fang", "ja": "hana", "ko": "jun"}


def found(session: Session, password_hash: str, *, now: datetime) -> None:
    """Enter the city, unless it is there already. Complaints go past the mayor's office, too."""
    city = load_city()
    rows = {
        "department": [vars(office) for office in city.departments],
        "topic": [vars(topic) | {"position": place} for place, topic in enumerate(city.topics)],
        "rule": city.rules,
    }
    setup.fill(session, rows, now=now)
    if complaint := session.get(Policy, "complaint"):
        complaint.approvals = Approvals.HEAD_AND_APPROVER
    offices = {office.code: office.id for office in find.offices(session)}
    known = {person.email: person.id for person in session.exec(select(Person))}
    for person in city.people:
        if person.email in known:
            continue
        roles = [
            (RoleName.SECOND_DESK if role.desk == "second" else RoleName(role.role), offices.get(role.department or ""))
            for role in person.roles
        ]
        added = people.add(
            session,
            email=person.email,
            name=person.name,
            language=person.language,
            password_hash=password_hash,
            roles=roles,
            kind=ActorKind.OPERATOR,
            now=now,
        )
        known[added.email] = added.id
    _name_deputy(session, known, now.date())


def _name_deputy(session: Session, known: Mapping[str, int], today: date) -> None:
    away, deputy = (known[name + DOMAIN] for name in DEPUTY)
    if not session.exec(select(Deputy.id).where(Deputy.person_id == away)).first():
        session.add(
            Deputy(person_id=away, deputy_id=deputy, from_on=today, until_on=today + timedelta(days=30)),
        )


@dataclass(frozen=True)
class Cast:
    """Everybody in Qinghe, by what stands before the @ of their address; offices and topics by code."""

    people: Mapping[str, Actor]
    offices: Mapping[str, int]
    topics: Mapping[str, int]
    at_work: Mapping[tuple[RoleName, int], list[Actor]] = field(default_factory=dict)

    def officer(self, department_id: int) -> Actor:
        """Who writes for the office; for the Foreign Affairs Office always the same one."""
        return self.at_work[RoleName.OFFICER, department_id][0]

    def head(self, department_id: int) -> Actor:
        """Who approves for the office."""
        return self.at_work[RoleName.HEAD, department_id][0]

    def translator(self, language: str) -> Actor:
        """Who translates into and from the language."""
        return self.people[TRANSLATORS[language]]


def the_cast(session: Session, today: date) -> Cast:
    """The people as the database has them today."""
    rows = session.exec(select(Person).order_by(col(Person.id))).all()
    found_people: dict[str, Actor] = {}
    at_work: dict[tuple[RoleName, int], list[Actor]] = {}
    for row in rows:
        actor = actors.staff(session, row.id, today)
        if actor is None:
            continue
        found_people[row.email.removesuffix(DOMAIN)] = actor
        for role in actor.roles:
            if role.department_id is not None and role.stands_for is None:
                at_work.setdefault((role.name, role.department_id), []).append(actor)
    return Cast(
        people=found_people,
        offices={office.code: office.id for office in session.exec(select(Department))},
        topics={topic.code: topic.id for topic in session.exec(select(Topic))},
        at_work=at_work,
    )

"""The people, offices and letters of the tests, without a database.

Roads leads and Parks co-handles; Harbour had the letter and sent it back; Foreign Affairs translates. Dora wrote
the reply, Hanna is her head and Delia Hanna's deputy. Everybody else is there to be refused. A restricted letter
complains about Harbour; Ruth and Rolf have it, and have named Dora, Hanna, Paul, Fang and Vera.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mailbox_service.base import tokens
from mailbox_service.city import official_calendar
from mailbox_service.city.tables import Approvals, Department, Policy, RoleName
from mailbox_service.city.workdays import Calendar
from mailbox_service.tickets.actor import Actor, Role, the_citizen_of
from mailbox_service.tickets.case import Case, City
from mailbox_service.tickets.life import after, arrive, handle, merge, protect, reply, route
from mailbox_service.tickets.rights import works_in
from mailbox_service.tickets.tables.words import ActorKind, Kind, Part, ReviewOutcome, Satisfaction, Status

GENERAL, ROADS, PARKS, FOREIGN, HARBOUR, LIBRARY, WATCH, CLOSED_OFFICE = range(101, 109)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)  # Monday, nine o'clock in the city
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
_ids = iter(range(201, 300))


def somebody(name: str, *roles: tuple[RoleName, int | None] | tuple[RoleName, int | None, int]) -> Actor:
    return Actor(ActorKind.STAFF, person_id=next(_ids), roles=tuple(Role(*role) for role in roles), name=name)


KAI = somebody("Kai", (RoleName.CLERK, GENERAL))
KIM = somebody("Kim", (RoleName.CLERK, GENERAL))
MINA = somebody("Mina", (RoleName.MANAGER, None))
MAX = somebody("Max", (RoleName.MANAGER, None))
DORA = somebody("Dora", (RoleName.OFFICER, ROADS))
DAN = somebody("Dan", (RoleName.OFFICER, ROADS))
HANNA = somebody("Hanna", (RoleName.HEAD, ROADS))
DELIA = somebody("Delia", (RoleName.OFFICER, ROADS), (RoleName.HEAD, ROADS, HANNA.person_id or 0))
PAUL = somebody("Paul", (RoleName.OFFICER, PARKS))
PETRA = somebody("Petra", (RoleName.HEAD, PARKS))
FANG = somebody("Fang", (RoleName.OFFICER, FOREIGN))
FENG = somebody("Feng", (RoleName.HEAD, FOREIGN))
HARRY = somebody("Harry", (RoleName.OFFICER, HARBOUR))
HOLLY = somebody("Holly", (RoleName.HEAD, HARBOUR))
LIN = somebody("Lin", (RoleName.OFFICER, LIBRARY))
LUO = somebody("Luo", (RoleName.HEAD, LIBRARY))
VERA = somebody("Vera", (RoleName.APPROVER, None))
VERN = somebody("Vern", (RoleName.APPROVER, None, VERA.person_id or 0))
RUTH = somebody("Ruth", (RoleName.RESTRICTED_DESK, WATCH))
ROLF = somebody("Rolf", (RoleName.RESTRICTED_DESK, WATCH))
SAM = somebody("Sam", (RoleName.SECOND_DESK, None))
ADA = somebody("Ada", (RoleName.ADMINISTRATOR, None))
OTTO = somebody("Otto", (RoleName.AUDITOR, None))
NOAH = somebody("Noah")

STAFF = (KAI, KIM, MINA, MAX, DORA, DAN, HANNA, DELIA, PAUL, PETRA, FANG, FENG, HARRY, HOLLY, LIN, LUO, VERA, VERN,
         RUTH, ROLF, SAM, ADA, OTTO, NOAH)  # fmt: skip
HANDLERS = ((DORA, Part.OFFICER), (HANNA, Part.HEAD), (PAUL, Part.CO_OFFICER), (FANG, Part.TRANSLATOR),
            (VERA, Part.APPROVER))  # fmt: skip


def an_office(id_: int, code: str, *, translates: str = "", masters: str = "", closed: bool = False) -> Department:
    return Department(id=id_, code=code, name={"en": code}, translates=translates.split(), masters=masters.split(),
                      closed_at=NOW - DAY if closed else None)  # fmt: skip


def offices() -> list[Department]:
    return [
        an_office(GENERAL, "general"),
        an_office(ROADS, "roads"),
        an_office(PARKS, "parks", masters="ko"),
        an_office(FOREIGN, "foreign", translates="en ja", masters="en ja"),
        an_office(HARBOUR, "harbour"),
        an_office(LIBRARY, "library", masters="en"),
        an_office(WATCH, "watch"),
        an_office(CLOSED_OFFICE, "closed", translates="fr", masters="fr", closed=True),
    ]


def policies() -> dict[str, Policy]:
    """The promises of DOMAIN §4."""
    both, head = Approvals.HEAD_AND_APPROVER, Approvals.HEAD
    promises = {
        **dict.fromkeys((Kind.ENQUIRY, Kind.HELP), (5, 5, head)),
        Kind.SUGGESTION: (10, 5, head),
        Kind.COMPLAINT: (10, 10, both),
        Kind.REPORT: (15, 10, both),
        Kind.PRAISE: (10, 5, Approvals.NONE),
    }
    return {
        kind.value: Policy(kind=kind.value, reply_days=days, extension_days=more, approvals=steps)
        for kind, (days, more, steps) in promises.items()
    }


CALENDAR = Calendar({e.day: e.is_working for e in official_calendar.entries()}, official_calendar.known_years(), ZONE)


def a_city(**changes: object) -> City:
    facts: dict[str, object] = {
        "calendar": CALENDAR,
        "offices": {office.id: office for office in offices()},
        "policies": policies(),
        "working_language": "zh",
        "first_desk": frozenset({RUTH.person_id, ROLF.person_id}),
        "first_desk_offices": frozenset({WATCH}),
        "at_work": {office.id: [w.person_id for w in STAFF if works_in(w, office.id)] for office in offices()},
    }
    return City(**(facts | changes))  # type: ignore[arg-type]


CITY = a_city()
_numbers = iter(range(5_000_000, 10_000_000))  # far from those the service gives itself


def a_number() -> str:
    return tokens.number_for(2026, next(_numbers))


# --- A letter, step by step. Each step is the life's own, an hour after the one before.


def then(case: Case) -> datetime:
    """An hour after whatever happened last."""
    return case.events[-1].at + HOUR


def carl(case: Case) -> Actor:
    return the_citizen_of(case.ticket.id)


def clerk(case: Case) -> Actor:
    return RUTH if case.ticket.restricted else KAI


def second_clerk(case: Case) -> Actor:
    return ROLF if case.ticket.restricted else KIM


def manager(case: Case) -> Actor:
    return ROLF if case.ticket.restricted else MINA


def a_letter(
    kind: Kind = Kind.ENQUIRY, *, language: str = "zh", city: City = CITY, now: datetime = NOW, **more: object
) -> Case:
    letter = arrive.Letter(kind, "A lamp", "The lamp is dark.", language, written_in=language, name="Carl",
                           email="carl@example.org", publication_consent=True, **more)  # type: ignore[arg-type]  # fmt: skip
    return arrive.submit(letter, city, number=a_number(), once_key=None, now=now)


def restricted(case: Case) -> Case:
    """Close the letter off, about Harbour, and name its handlers."""
    if not case.ticket.restricted:
        protect.restrict(case, by=KAI, now=then(case))
    protect.name_party(case, HARBOUR, by=RUTH, now=then(case))
    for person, part in HANDLERS:
        protect.name_handler(case, person, part, by=RUTH, now=then(case))
    return case


def routed(case: Case, to: int = ROADS) -> Case:
    route.route(case, to, by=clerk(case), now=then(case))
    return case


def returned_once(case: Case) -> Case:
    """Harbour had it first and sent it back."""
    routed(case, HARBOUR)
    route.propose_return(case, "Not ours", by=HARRY, now=then(case))
    route.decide_return(case, ROADS, by=KAI, now=then(case))
    return case


def co_handled(case: Case) -> Case:
    route.name_co_handling(case, {PARKS: ""}, by=clerk(case), now=then(case))
    return case


def signed(case: Case, by: Actor = DORA) -> Case:
    handle.sign_for(case, by=by, now=then(case))
    return case


def submitted(case: Case, by: Actor = DORA, **more: object) -> Case:
    reply.submit_reply(case, "We mend it.", by=by, now=then(case), **more)  # type: ignore[arg-type]
    return case


def approved(case: Case, head: Actor = HANNA) -> Case:
    for by in (head, VERA):
        if case.submitted and (step := case.next_step(case.submitted)) and step != "translation":
            reply.approve(case, case.submitted.version, by=by, now=then(case))
    return case


def translated(case: Case, by: Actor = FANG) -> Case:
    while case.submitted:
        reply.translate_reply(case, case.submitted.version, "Text", by=by, now=then(case))
    return case


def answered(case: Case, head: Actor = HANNA) -> Case:
    return translated(approved(case, head))


def rated(case: Case, satisfaction: Satisfaction = Satisfaction.SATISFIED, reason: str = "Dark still") -> Case:
    after.rate(case, satisfaction, reason=reason, by=carl(case), now=then(case))
    return case


def in_review_round(case: Case, to: int = LIBRARY) -> Case:
    """The citizen asks for a review of what was answered, and another office is named."""
    after.ask_review(case, "Wrong", by=carl(case), now=then(case))
    after.decide_review(case, to, by=manager(case), now=then(case))
    return case


def merged(case: Case, into: Case) -> Case:
    merge.merge(case, into, by=clerk(case), now=then(case))
    return case


def a_ticket(
    status: Status = Status.RECEIVED,
    *,
    closed_off: bool = False,
    returned: bool = False,
    co: bool = False,
    needs_approver: bool = False,
    recused: Actor | None = None,
    **more: object,
) -> Case:
    """A letter led by Roads in that status, brought there by the life's own verbs."""
    case = a_letter(**more)  # type: ignore[arg-type]
    case.ticket.needs_approver = needs_approver
    if closed_off:
        restricted(case)
    if status not in {Status.RECEIVED, Status.SPAM, Status.MERGED}:
        returned_once(case) if returned else routed(case)
        if co:
            co_handled(case)
        if recused:
            handle.recuse(case, by=recused, now=then(case))
    _bring(case, status)
    assert case.ticket.status == status
    return case


def _bring(case: Case, status: Status) -> None:
    match status:
        case Status.DECLINED:
            route.propose_decline(case, "Not a matter", "The court", by=clerk(case), now=then(case))
            route.decide_decline(case, True, by=second_clerk(case), now=then(case))
        case Status.SPAM:
            route.mark_spam(case, by=clerk(case), now=then(case))
        case Status.MERGED:
            other = restricted(a_letter()) if case.ticket.restricted else a_letter()
            merged(case, signed(routed(other)))
        case Status.RECEIVED | Status.ASSIGNED:
            pass
        case _:
            _bring_further(signed(case), status)


def _bring_further(case: Case, status: Status) -> None:
    match status:
        case Status.AWAITING_CITIZEN:
            handle.ask(case, "Which lamp?", by=DORA, now=then(case))
        case Status.IN_REVIEW:
            submitted(case)
        case Status.ANSWERED:
            answered(submitted(case))
        case Status.CLOSED:
            rated(answered(submitted(case)))
        case Status.TRANSFERRED:
            route.propose_transfer(case, "Not ours", {"zh": "法院"}, by=clerk(case), now=then(case))
            route.decide_transfer(case, True, by=second_clerk(case), now=then(case))
        case Status.WITHDRAWN:
            after.withdraw(case, by=carl(case), now=then(case))


def reviewing(status: Status = Status.ASSIGNED, **more: object) -> Case:
    case = in_review_round(a_ticket(Status.CLOSED, **more))  # type: ignore[arg-type]
    if status == Status.ASSIGNED:
        return case
    signed(case, LIN)
    if status == Status.AWAITING_CITIZEN:
        handle.ask(case, "Which lamp?", by=LIN, now=then(case))
    if status in {Status.IN_REVIEW, Status.ANSWERED, Status.CLOSED}:
        submitted(case, LIN, review_outcome=ReviewOutcome.CHANGED)
    if status in {Status.ANSWERED, Status.CLOSED}:
        answered(case, LUO)
    if status == Status.CLOSED:
        rated(case)
    return case

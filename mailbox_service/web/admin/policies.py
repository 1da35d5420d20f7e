"""/admin/policies: the promises for each kind of letter, each with what it means for a letter of some day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import day, number, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import find, policies
from mailbox_service.city.policies import Promise
from mailbox_service.city.tables import Approvals, Policy
from mailbox_service.tickets import deadlines
from mailbox_service.tickets.tables.words import Kind
from mailbox_service.web.admin import editing, room
from mailbox_service.web.admin.editing import Ask, Editing, Values
from mailbox_service.web.admin.room import Cell, Fact, Line, Thing
from mailbox_service.web.desk import Desk
from mailbox_service.web.page import Link, Option

PATH = "/admin/policies"
SPANS = ("triage_days", "sign_days", "reply_days", "extension_days")
FIELDS = {"policy.days": "reply_days", "policy.order": "reply_days"}
DAYS = 60  # more than anybody may promise: an example of it is not counted


@dataclass(frozen=True, slots=True)
class _Example:
    """What a promise means for a letter received that day."""

    received: date
    promise: Promise

    def said(self, desk: Desk) -> list[str]:
        """In sentences, by the rules of the clocks."""
        lang, calendar = desk.lang, desk.city.calendar
        due = deadlines.citizen_due(calendar, self.received, self.promise.reply_days)
        routed = deadlines.triage_due(calendar, self.received, self.promise.triage_days, due)
        signed = deadlines.sign_due(calendar, routed, self.promise.sign_days, due)
        latest = deadlines.extended_due(calendar, due, self.promise.extension_days, self.received)
        lines = [
            say(lang, "Received %(received)s → due %(due)s", received=day(self.received, lang), due=day(due, lang)),
            say(lang, "Passed on by %(date)s, accepted by %(other)s", date=day(routed, lang), other=day(signed, lang)),
            say(lang, "With the one extension: %(date)s", date=day(latest, lang)),
        ]
        if calendar.is_provisional_between(self.received, latest):
            lines.append(say(lang, "Provisional: the official calendar of that year is not in yet."))
        return lines


async def show(desk: Desk) -> Response[bytes]:
    """A row for each kind, with an example."""
    lang, known = desk.lang, await desk.read(find.policies)
    heads = [
        say(lang, "Kind"),
        say(lang, "Reply, working days"),
        say(lang, "Extension"),
        say(lang, "Approvals"),
        say(lang, "A letter of today"),
    ]
    lines = [_line(desk, known[kind.value]) for kind in Kind if kind.value in known]
    return room.listed(desk, say(lang, "Promises"), heads, lines, lead=_lead(lang))


def _lead(lang: str) -> str:
    return say(lang, "policies.from")


def _line(desk: Desk, policy: Policy) -> Line:
    lang = desk.lang
    cells = [
        Cell(say(lang, f"kind.{policy.kind}")),
        Cell(number(policy.reply_days, lang)),
        Cell(number(policy.extension_days, lang)),
        Cell(say(lang, f"approvals.{policy.approvals.value}")),
        Cell(_Example(desk.today, _promise_of(policy)).said(desk)[0]),
    ]
    return Line(cells, f"{PATH}/{policy.kind}")


def _promise_of(policy: Policy) -> Promise:
    return _promised([getattr(policy, name) for name in SPANS], policy.approvals)


def _promised(spans: Sequence[int], approvals: Approvals) -> Promise:
    triage, sign, reply, extension = spans
    return Promise(triage, sign, reply, extension, approvals)


async def policy_of(desk: Desk) -> Policy:
    """The promise for the kind of the address.

    Raises:
        Refused: "not_found".
    """
    known = await desk.read(find.policies)
    if (found := known.get(desk.visit.word("kind"))) is None:
        raise Refused("not_found")
    return found


async def one(desk: Desk) -> Response[bytes]:
    """What is promised for a kind of letter."""
    policy, lang = await policy_of(desk), desk.lang
    spans = _spans(lang)
    thing = Thing(
        title=say(lang, f"kind.{policy.kind}"),
        path=f"{PATH}/{policy.kind}",
        back=Link(say(lang, "Promises"), PATH),
        facts=[
            *(Fact(spans[name], number(getattr(policy, name), lang)) for name in SPANS),
            Fact(say(lang, "Approvals"), say(lang, f"approvals.{policy.approvals.value}")),
            *(
                Fact(say(lang, "For example"), line, fixed=True)
                for line in _Example(desk.today, _promise_of(policy)).said(desk)[:1]
            ),
        ],
        version=policy.version,
        lead=_lead(lang),
    )
    return room.shown(desk, thing)


def _spans(lang: str) -> Mapping[str, str]:
    return {
        "triage_days": say(lang, "Working days to pass it on"),
        "sign_days": say(lang, "Working days to accept it"),
        "reply_days": say(lang, "Working days to reply"),
        "extension_days": say(lang, "Working days of the one extension"),
    }


async def changing(desk: Desk) -> Editing:
    """The promise for a kind of letter."""
    policy, lang = await policy_of(desk), desk.lang

    def save(session: Session, values: Values, version: int) -> str:
        policies.change(session, policy.kind, _promise(values), version, by=room.me(desk), now=desk.now)
        return f"{PATH}/{policy.kind}?done=yes"

    steps = [Option(one.value, say(lang, f"approvals.{one.value}")) for one in Approvals]
    return Editing(
        title=say(lang, f"kind.{policy.kind}"),
        path=f"{PATH}/{policy.kind}/change",
        back=f"{PATH}/{policy.kind}",
        asks=[
            *(Ask(name, label, "number") for name, label in _spans(lang).items()),
            Ask("approvals", say(lang, "Approvals"), "select", steps),
            Ask("received", say(lang, "Try it with a letter received on"), "date", tries=True, optional=True),
        ],
        stored={
            **{name: str(getattr(policy, name)) for name in SPANS},
            "approvals": policy.approvals.value,
            "received": desk.today.isoformat(),
        },
        save=save,
        version=policy.version,
        lead=_lead(lang),
        fields=FIELDS,
        remarks=lambda values: _example(desk, values),
    )


def _promise(values: Values) -> Promise:
    said = values["approvals"]
    steps = Approvals(said) if said in set(Approvals) else Approvals.HEAD_AND_APPROVER
    return _promised([editing.whole(values[name]) for name in SPANS], steps)


def _example(desk: Desk, values: Values) -> list[str]:
    promise = _promise(values)
    if not all(0 <= getattr(promise, name) <= DAYS for name in SPANS):
        return []
    try:
        received = date.fromisoformat(values["received"])
    except ValueError:
        received = desk.today
    soon = 2000 <= received.year <= desk.today.year + 10
    return _Example(received if soon else desk.today, promise).said(desk)


doors = [
    room.hang("GET", PATH, show),
    room.hang("GET", f"{PATH}/{{kind:str}}", one),
    *editing.doors(f"{PATH}/{{kind:str}}/change", changing),
]

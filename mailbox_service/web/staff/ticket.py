"""/staff/tickets/{number}: one letter, with everything that lies around it; who wrote it, once asked; its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from litestar import Response
from litestar.response import Stream

from mailbox_service.base import audit
from mailbox_service.base.language import day, in_brackets, moment, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import mentions
from mailbox_service.tickets import rights
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find import intake
from mailbox_service.tickets.find import similar as find_similar
from mailbox_service.tickets.tables.words import Identity, Part
from mailbox_service.web import downloads, pages
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Link, Page, Problem
from mailbox_service.web.parts import Due, Entry, FileLink, StepDue
from mailbox_service.web.staff import due, now, queues, sheets, similar, stages, story
from mailbox_service.web.staff.room import Room, enter

LONGEST_REASON = 200


class Who(NamedTuple):
    """The writer's identity: hidden or not, shown only when somebody has asked (`shown`)."""

    chosen: str
    may_ask: bool
    needs_reason: bool
    shown: bool
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    on_behalf_of: str = ""
    signatories: Sequence[tuple[str, str]] = ()


class TicketPage(NamedTuple):
    """The letter's page."""

    page: Page
    href: str
    number: str
    version: int
    status: str
    office: str
    body: str
    handler: str
    due: Due | None
    office_due: str
    step: StepDue | None
    urgent: bool
    restricted: bool
    now: now.Now
    letter: sheets.Letter
    facts: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    who: Who
    files: Sequence[FileLink]
    linked: Sequence[Link]
    parts: Sequence[sheets.Part]
    wishes: Sequence[sheets.Wish]
    versions: Sequence[sheets.Version]
    draft: str
    timeline: Sequence[Entry]
    sees_desk: bool
    similar: similar.Aside
    others: Sequence[Link]


async def show(desk: Desk) -> Response[bytes]:
    """The letter's page; only its number and the question, for a manager who decides about a restriction unseen."""
    room, beside = await _look(desk, Act.DECIDE_UNRESTRICT)
    if not room.is_seen:
        return pages.see_other(f"{room.href}/decide_unrestrict")
    if room.is_named:
        ticket_id = room.case.ticket.id
        await desk.write(lambda session: mentions.looked(session, ticket_id, desk.viewer, now=desk.now))
    return _page(room, beside)


async def _look(desk: Desk, deciding: Act | None = None) -> tuple[Room, similar.Aside]:
    """The letter, and what lies beside it for who may see it."""
    room = await enter(desk, deciding)
    return room, await similar.aside(room) if room.is_seen else similar.NOTHING


async def reveal(desk: Desk) -> Response[bytes]:
    """Show name and contact, and write down who has seen them; with a reason, when the writer hides them."""
    form = await desk.form()
    room, beside = await _look(desk)
    reason, hidden = form.line("reason")[:LONGEST_REASON], room.case.ticket.identity == Identity.HIDDEN
    if not rights.may_see_identity(room.case, desk.viewer):
        raise Refused("not_yours")
    if hidden and not reason:
        sentence = say_refusal(desk.lang, Refused("reason.missing"))
        return _page(room, beside, problems=[Problem("reason", sentence)], status=422)
    about = ("ticket", room.case.ticket.id)
    who, at, ticket_id = desk.viewer.person_id, desk.now, room.case.ticket.id
    await desk.write(lambda session: audit.record(session, "identity.seen", by=who, now=at, about=about, reason=reason))
    signed, others = await desk.read(
        lambda session: (
            intake.signatories(session, ticket_id),
            find_similar.of_writer(session, room.case, desk.viewer),
        )
    )
    links = [Link(f"{number} · {subject}", f"/staff/tickets/{number}") for number, subject in others]
    return _page(room, beside, Shown(signed, links))


async def file(desk: Desk) -> Response[bytes] | Stream:
    """One of the letter's files, to be saved; a safe picture to be looked at.

    Raises:
        Refused: "not_found" for another letter's file.
    """
    room, wanted = await enter(desk), desk.visit.word("file")
    found = next((one for one in room.case.attachments if str(one.id) == wanted), None)
    if found is None:
        raise Refused("not_found")
    return await downloads.send(desk.visit, found)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a look at the writer's identity brings: who signed beside them, and their other letters."""

    signed: Sequence[tuple[str, str]]
    others: Sequence[Link]


def _page(
    room: Room, beside: similar.Aside, shown: Shown | None = None, problems: Sequence[Problem] = (), status: int = 200
) -> Response[bytes]:
    desk, ticket, lang = room.desk, room.case.ticket, room.lang
    title = ticket.subject or say(lang, "Erased")
    badge = due.of_letter(room)
    lead = room.case.lead
    context = TicketPage(
        page=frame(desk, title, notice=queues.notice(desk), problems=problems),
        href=room.href,
        number=ticket.number,
        version=ticket.version,
        status=ticket.status.value,
        office=desk.office(lead.department_id if lead else None),
        body=room.body,
        handler=room.who(ticket.handler_id),
        due=badge,
        office_due=due.of_office(room),
        step=stages.of_letter(room),
        urgent=ticket.urgent,
        restricted=ticket.restricted,
        now=now.look(room),
        letter=sheets.letter(room),
        facts=_facts(room),
        tags=tuple(room.tags),
        who=_who(room, shown),
        files=downloads.links(lang, room.href, room.case.attachments),
        linked=_linked(room),
        parts=sheets.parts(room),
        wishes=sheets.wishes(room),
        versions=sheets.versions(room),
        draft=_draft(room),
        timeline=story.timeline(room),
        sees_desk=Part.DESK in rights.parts(room.case, desk.viewer),
        similar=beside,
        others=shown.others if shown else (),
    )
    return pages.html(desk.visit, "staff/ticket.html", context, status=status)


def _facts(room: Room) -> tuple[tuple[str, str], ...]:
    lang, ticket, case = room.lang, room.case.ticket, room.case
    language = case.letter.language or ticket.language
    known = language if language in ("zh", "en", "ja", "ko") else "other"
    facts = [
        (say(lang, "Kind"), say(lang, f"kind.{ticket.kind.value}")),
        (say(lang, "Subject area"), room.topic),
        (say(lang, "Written in"), say(lang, f"language.{known}")),
        (say(lang, "Answer in"), say(lang, f"language.{ticket.language}")),
        (say(lang, "Came in by"), say(lang, f"channel.{ticket.channel.value}")),
        (say(lang, "Received"), moment(ticket.received_at, lang, room.desk.site.zone)),
        (say(lang, "Also involved"), " · ".join(room.desk.office(a.department_id) for a in case.co_handling)),
    ]
    if not ticket.wants_reply:
        facts.append((say(lang, "Reply"), say(lang, "The writer needs none")))
    if ticket.supervised_at:
        facts.append((say(lang, "Under supervision since"), day(case.today(ticket.supervised_at), lang)))
    if ticket.restricted:
        facts += _named(room)
    return tuple((label, value) for label, value in facts if value)


def _named(room: Room) -> list[tuple[str, str]]:
    """Who handles a restricted letter, and whom it complains about."""
    lang = room.lang
    handlers = [
        in_brackets(lang, room.who(one.person_id), say(lang, f"part.{one.part.name.lower()}"))
        for one in room.case.handlers
        if one.ended_at is None
    ]
    parties = [room.who(one.person_id) or room.desk.office(one.department_id) for one in room.case.parties]
    return [(say(lang, "Handlers"), " · ".join(handlers)), (say(lang, "Complains about"), " · ".join(parties))]


def _who(room: Room, look: Shown | None) -> Who:
    ticket, citizen, shown = room.case.ticket, room.case.citizen, look is not None
    may = rights.may_see_identity(room.case, room.desk.viewer) and citizen is not None
    who = Who(
        chosen=say(room.lang, f"identity.{ticket.identity.value}"),
        may_ask=may and not shown,
        needs_reason=ticket.identity == Identity.HIDDEN,
        shown=shown and citizen is not None,
    )
    if not shown or citizen is None:
        return who
    return who._replace(
        may_ask=False,
        name=citizen.name,
        email=citizen.email,
        phone=citizen.phone,
        address=citizen.address,
        on_behalf_of=citizen.on_behalf_of,
        signatories=look.signed if look else (),
    )


def _linked(room: Room) -> list[Link]:
    ticket, together = room.case.ticket, say(room.lang, "Answered together with")
    ways = [(ticket.merged_into_id, together), (ticket.linked_from_id, say(room.lang, "Split from"))]
    ways += [(child.ticket.id, together) for child in room.case.children]
    return [
        Link(f"{words} {room.linked[id_]}", f"/staff/tickets/{room.linked[id_]}")
        for id_, words in ways
        if id_ is not None and id_ in room.linked
    ]


def _draft(room: Room) -> str:
    if room.draft is None:
        return ""
    at = moment(room.draft.saved_at, room.lang, room.desk.site.zone)
    return say(room.lang, "Draft saved by %(name)s, %(at)s", name=room.who(room.draft.saved_by), at=at)


doors = [
    hang("GET", "/staff/tickets/{number:str}", show, similar.page_ahead),
    hang("POST", "/staff/tickets/{number:str}/identity", reveal),
    hang("GET", "/staff/tickets/{number:str}/files/{file:str}", file),
]

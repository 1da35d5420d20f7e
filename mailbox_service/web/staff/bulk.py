"""/staff/bulk: one act on many letters of a list, each in a transaction of its own; what was refused is said first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import tokens
from mailbox_service.base.language import in_language, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city.tables import RoleName
from mailbox_service.desk import notes
from mailbox_service.tickets import calling, work
from mailbox_service.tickets.actor import Actor
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import actor as actors
from mailbox_service.tickets.find.queues import DESKS, Queue
from mailbox_service.tickets.life import handle, route
from mailbox_service.tickets.rights import AT_WORK
from mailbox_service.web import pages
from mailbox_service.web.desk import HOME, Desk, frame, hang
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page
from mailbox_service.web.staff import acts, views

PATH = "/staff/bulk"
MOST = 80  # letters at once: a form of ours may have a hundred fields


Verb = Callable[[Session, str, int], object]


@dataclass(frozen=True, slots=True)
class Offer:
    """What the list's bar offers this viewer: acts by name, and the answers they need."""

    acts: tuple[str, ...]
    offices: tuple[Option, ...]
    colleagues: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """One letter: "" when it was done, else why not; one that may be tried again carries its value."""

    number: str
    href: str
    refused: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """What became of each letter, refused ones first; how many were done; the way back, with those to select again."""

    page: Page
    act: str
    results: Sequence[Result]
    done: str
    back: str
    again: str


def offer(desk: Desk, queue: Queue) -> Offer:
    """The acts that this viewer's roles may do to several letters, in the order of a day's work."""
    viewer, desks = desk.viewer, any(desk.viewer.has(role) for role in DESKS)
    triage = viewer.has(RoleName.CLERK) or desks
    works = bool(viewer.departments(*AT_WORK))
    named = {
        "called": queue is Queue.TO_CALL,
        "route": triage,
        "sign_for": works,
        "hand_over": works,
        "tag": triage or works or viewer.has(RoleName.MANAGER),
        "merge": triage,
        "mark_spam": triage,
        "supervise": viewer.has(RoleName.MANAGER) or desks,
    }
    return Offer(
        acts=tuple(act for act, offered in named.items() if offered),
        offices=_offices(desk.city, desk.lang) if triage else (),
        colleagues=_colleagues(desk.city, viewer.departments(*AT_WORK)),
    )


@lru_cache(maxsize=8)
def _offices(city: City, lang: str) -> tuple[Option, ...]:
    """The open offices."""
    return tuple(Option(str(o.id), in_language(o.name, lang)) for o in city.offices.values() if o.closed_at is None)


def _colleagues(city: City, offices: frozenset[int]) -> tuple[Option, ...]:
    people = dict.fromkeys(id_ for office in sorted(offices) for id_ in city.at_work.get(office, ()))
    return tuple(Option(str(id_), city.names[id_]) for id_ in people)


async def do(desk: Desk) -> Response[bytes]:
    """Do the act to each letter that is ticked, one after the other."""
    form = await desk.form()
    act, query = form.line("act"), views.only_filters(form.line("query"))
    back = f"{HOME}?{query}" if query else HOME
    verb = _verb(desk, act, form)
    if verb is None:
        return pages.see_other(back)
    return shown(desk, act, await each(desk, form, verb), back)


async def each(desk: Desk, form: Form, verb: Verb) -> list[Result]:
    """The verb done to each letter that is ticked, each in a transaction of its own.

    Raises:
        Refused: "bulk.too_many", before anything is done.
    """
    ticked = list(dict.fromkeys(form.all("letter")))
    if len(ticked) > MOST:
        raise Refused("bulk.too_many", count=len(ticked), limit=MOST)
    return [await _one(desk, value, verb) for value in ticked]


def _verb(desk: Desk, act: str, form: Form) -> Verb | None:
    def life(verb: Callable[..., None], *arguments: object) -> Verb:
        return lambda session, number, version: work.act(
            session, desk.site.book, number, desk.viewer, verb, *arguments, seen_version=version, now=desk.now
        )

    def around(verb: Callable[..., None], *arguments: object) -> Verb:
        """A verb that stores by itself what lies around the letter."""
        return lambda session, number, version: life(lambda case, **more: verb(session, case, *arguments, **more))(
            session, number, version
        )

    match act:
        case "route":
            return life(route.route, form.number("to_office") or 0)
        case "sign_for":
            return life(handle.sign_for)
        case "mark_spam":
            return life(route.mark_spam)
        case "supervise":
            return life(handle.supervise)
        case "tag":
            return around(notes.tag, form.line("word"))
        case "called":
            return around(calling.called)
        case "hand_over":
            return lambda session, number, version: life(
                handle.hand_over, _colleague(session, desk, form.number("colleague") or 0)
            )(session, number, version)
        case "merge":
            into = tokens.read_number(form.line("into")) or ""
            return lambda session, number, version: merge(session, desk, number, version, into)
    return None


def _colleague(session: Session, desk: Desk, person_id: int) -> Actor:
    found = actors.staff(session, person_id, desk.today)
    if found is None:
        raise Refused("person.unknown")
    return found


def merge(session: Session, desk: Desk, number: str, version: int, into: str) -> None:
    """Both letters must be there for the viewer, and the one that moves as it was shown."""
    work.require_version(session, desk.site.book, number, desk.viewer, version)
    if not into:
        raise Refused("merge.unknown")
    work.merge_into(session, desk.site.book, number, into, desk.viewer, now=desk.now)


async def _one(desk: Desk, value: str, verb: Verb) -> Result:
    said, _, version = value[:60].partition(":")
    number = tokens.read_number(said) or ""
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0
    try:
        if not number:
            raise Refused("not_found")
        await desk.write(lambda session: verb(session, number, seen))
    except Refused as refused:
        href = f"/staff/tickets/{number}" if number and refused.code not in acts.OUT_OF_SIGHT else ""
        return Result(number or said[:20], href, acts.said(desk, refused))
    return Result(number, f"/staff/tickets/{number}", "")


def shown(desk: Desk, act: str, results: Sequence[Result], back: str) -> Response[bytes]:
    """What became of each letter."""
    lang, refused = desk.lang, [one for one in results if one.refused]
    done = len(results) - len(refused)
    mark = "&" if "?" in back else "?"
    context = BulkPage(
        page=frame(desk, say(lang, f"bulk.{act}")),
        act=act,
        results=[*refused, *(one for one in results if not one.refused)],
        done=say(lang, "bulk.done", done=str(done), all=str(len(results))) if results else say(lang, "bulk.none"),
        back=back,
        again=f"{back}{mark}again={','.join(one.number for one in refused if one.href)}" if refused else "",
    )
    return pages.html(desk.visit, "staff/bulk.html", context)


doors = [hang("POST", PATH, do)]

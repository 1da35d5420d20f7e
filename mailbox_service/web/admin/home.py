"""/admin: where everything is that a city changes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response

from mailbox_service.base.language import say, say_many
from mailbox_service.city import lists
from mailbox_service.web import pages
from mailbox_service.web.admin import room
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Page


@dataclass(frozen=True, slots=True)
class Way:
    """A room of the administration, and what is done there."""

    title: str
    href: str
    says: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rooms that belong together."""

    title: str
    rooms: Sequence[Way]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The rooms, and the roles that wait for a second administrator."""

    page: Page
    groups: Sequence[Group]
    waiting: str


async def show(desk: Desk) -> Response[bytes]:
    """All rooms."""
    lang = desk.lang
    waiting = len(await desk.read(lists.waiting_roles))
    words = say_many(lang, "%(count)s role waits to be confirmed", "%(count)s roles wait to be confirmed", waiting)
    groups = [
        Group(say(lang, "Who works here"), _who(lang)),
        Group(say(lang, "How letters are answered"), _how(lang)),
        Group(say(lang, "What the city says"), _what(lang)),
        Group(say(lang, "Mail"), _mail(lang)),
    ]
    context = HomePage(frame(desk, say(lang, "Administration")), groups, words if waiting else "")
    return pages.html(desk.visit, "admin/home.html", context)


def _who(lang: str) -> list[Way]:
    return [
        Way(say(lang, "People"), "/admin/people", say(lang, "Add, invite, correct, give roles, say who has left.")),
        Way(say(lang, "Roles to confirm"), "/admin/roles", say(lang, "A second administrator lets a role count.")),
        Way(say(lang, "Offices"), "/admin/offices", say(lang, "Add, rename, set up, merge and close.")),
        Way(say(lang, "Deputies"), "/admin/deputies", say(lang, "Who stands in for whom, and until when.")),
    ]


def _how(lang: str) -> list[Way]:
    return [
        Way(say(lang, "Subject areas"), "/admin/topics", say(lang, "Two levels, each with the office that leads.")),
        Way(say(lang, "Promises"), "/admin/policies", say(lang, "Working days and approvals for each kind of letter.")),
        Way(
            say(lang, "Rules of routing"), "/admin/rules", say(lang, "Which letters go to which office by themselves.")
        ),
        Way(say(lang, "Calendar"), "/admin/calendar", say(lang, "Holidays and make-up working days, year by year.")),
    ]


def _what(lang: str) -> list[Way]:
    return [
        Way(say(lang, "Canned replies"), "/admin/canned", say(lang, "Texts to begin a reply with.")),
        Way(say(lang, "Guidance"), "/staff/guidance", say(lang, "Articles that answer what many ask.")),
        Way(say(lang, "What everybody sees"), "/admin/settings", say(lang, "Names, sponsors, phone numbers, links.")),
    ]


def _mail(lang: str) -> list[Way]:
    return [
        Way(say(lang, "Outbox"), "/admin/outbox", say(lang, "What waits, failed or came back, and why.")),
        Way(say(lang, "Mail preview"), "/admin/mails", say(lang, "Every mail in every language, as it leaves.")),
    ]


doors = [room.hang("GET", room.HOME, show)]

"""/staff/account/sessions: where one is signed in, and signing out there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from litestar import Response
from sqlmodel import Session

from mailbox_service.base import audit, ids
from mailbox_service.base.language import moment, say
from mailbox_service.base.refusals import Refused
from mailbox_service.city import access
from mailbox_service.web import desk as desks
from mailbox_service.web import pages, sessions
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Page

PATH = "/staff/account/sessions"
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrom", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is signed in."""

    id: int
    device: str
    since: str
    seen: str
    is_this: bool


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """All places where one is signed in, this one first."""

    page: Page
    places: Sequence[Place]


def device(user_agent: str, lang: str) -> str:
    """The browser and the machine in plain words."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if browser and system:
        return say(lang, "%(browser)s on %(system)s", browser=browser, system=system)
    return browser or system or say(lang, "Unknown device")


async def show(desk: Desk) -> Response[bytes]:
    """Where one is signed in."""
    me, this = desk.viewer.person_id or 0, desk.visit.staff
    rows = await desk.read(lambda session: sessions.of(session, me, desk.now, desk.site.settings))
    ours = this.id if this else 0
    places = [
        Place(
            row.id,
            device(row.user_agent, desk.lang),
            _when(desk, row.created_at),
            _when(desk, row.seen_at),
            row.id == ours,
        )
        for row in sorted(rows, key=lambda row: (row.id != ours, -row.id))
    ]
    done = desk.asked("done") == "yes" and desk.visit.method == "GET"
    notice = say(desk.lang, "Signed out there.") if done else ""
    page = frame(desk, say(desk.lang, "Where you are signed in"), form_id="sessions", notice=notice)
    return pages.html(desk.visit, "staff/sessions.html", SessionsPage(page, places))


def _when(desk: Desk, at: datetime) -> str:
    return moment(at, desk.lang, desk.site.zone)


async def end(desk: Desk) -> Response[bytes]:
    """Sign out in one place, or everywhere but here.

    Raises:
        Refused: "not_found" for a session that is over, or not one's own.
    """
    form, me, this = await desk.form(), desk.viewer.person_id or 0, desk.visit.staff
    if desks.switched(desk.visit, form):
        return await show(desk)
    act, _, named = form.line("act").partition(":")
    chosen = ids.read(named) or 0

    def work(session: Session) -> None:
        if act == "others":
            count = access.end_sessions(session, me, besides=this.id if this else None)
        else:
            count = sessions.end_own(session, me, chosen)
        if act != "others" and not count:
            raise Refused("not_found")
        audit.record(session, "sessions.ended", by=me, now=desk.now, about=("person", me), count=count)

    await desk.write(work)
    return pages.see_other(f"{PATH}?done=yes")


doors = [
    desks.hang("GET", PATH, show),
    desks.hang("POST", PATH, end),
]

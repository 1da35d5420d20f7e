"""/staff/keys: the keys that act on staff pages, and whether they do so for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response
from sqlmodel import Session

from mailbox_service.base.language import say
from mailbox_service.city import find
from mailbox_service.web import desk as desks
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame
from mailbox_service.web.page import Page

PATH = "/staff/keys"
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True)
class Keys:
    """What keys do in one place: (keys in their order, what follows)."""

    where: str
    lines: Sequence[tuple[Sequence[str], str]]


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Every key there is, and the switch."""

    page: Page
    groups: Sequence[Keys]
    is_on: bool


async def show(desk: Desk) -> Response[bytes]:
    """The help sheet."""
    notice = say(desk.lang, f"keys.{desk.asked('done')}") if desk.asked("done") in (ON, OFF) else ""
    page = frame(desk, say(desk.lang, "Keys"), notice=notice)
    return pages.html(desk.visit, "staff/keys.html", KeysPage(page, _groups(desk.lang), desk.viewer.shortcuts))


def _groups(lang: str) -> list[Keys]:
    lists = [
        (["j"], say(lang, "To the next letter of the list")),
        (["k"], say(lang, "To the letter before")),
        (["o"], say(lang, "Open the letter")),
        (["x"], say(lang, "Select the letter, or no longer")),
        (["r"], say(lang, "Pass the letter on")),
        (["e"], say(lang, "Write the reply")),
    ]
    route = [
        (["1", "2", "3"], say(lang, "To this proposed office, and on to the next letter")),
        (["a"], say(lang, "Show every other office; its letter then passes the letter on")),
        (["n"], say(lang, "Leave it, and on to the next letter")),
    ]
    everywhere = [(["/"], say(lang, "Search")), (["?"], say(lang, "This page"))]
    return [
        Keys(say(lang, "In a list"), lists),
        Keys(say(lang, "On a letter's page"), lists[-2:]),
        Keys(say(lang, "Passing on"), route),
        Keys(say(lang, "Everywhere"), everywhere),
    ]


async def switch(desk: Desk) -> Response[bytes]:
    """Let keys act for oneself, or no longer."""
    form, me = await desk.form(), desk.viewer.person_id or 0
    act = form.line("act")
    if act not in (ON, OFF):
        return pages.see_other(PATH)

    def work(session: Session) -> None:
        person = find.person(session, me)
        if person is not None:
            person.shortcuts = act == ON
            session.add(person)

    await desk.write(work)
    return pages.see_other(f"{PATH}?done={act}")


doors = [desks.hang("GET", PATH, show), desks.hang("POST", PATH, switch)]

"""/staff/tickets/{number}/presence: who else looks at the letter or writes on it, as a piece of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response

from mailbox_service.desk import presence
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, hang
from mailbox_service.web.staff.room import number_of


@dataclass(frozen=True, slots=True)
class PresencePart:
    """The others who are here now."""

    colleagues: Sequence[presence.Colleague]


async def here(desk: Desk) -> Response[bytes]:
    """Note that the viewer is here, writing or not, or has left; tell who else is.

    Raises:
        Refused: "not_found" when the letter isn't there for them.
    """
    form, number = await desk.form(), number_of(desk)
    if form.line("leaves"):
        await desk.write(lambda session: presence.gone(session, number, by=desk.viewer))
        return pages.html(desk.visit, "staff/presence.html", PresencePart(()))
    writing = bool(form.line("writing"))
    others = await desk.write(
        lambda session: presence.seen(session, number, by=desk.viewer, writing=writing, now=desk.now)
    )
    return pages.html(desk.visit, "staff/presence.html", PresencePart(others))


doors = [hang("POST", "/staff/tickets/{number:str}/presence", here)]

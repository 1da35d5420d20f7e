"""/staff/tickets/{number}/on_paper: the reply as a letter to be printed and posted, in its writer's language.

It stands between two rooms, as `preview` does: the reply is drawn as the writer's own page draws it. The writer's name
and address are on it, so that it is asked for by a button, and each look is written down.
"""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response
from markupsafe import Markup
from sqlmodel import Session

from mailbox_service.base import audit
from mailbox_service.base.language import LANGUAGES, day, say
from mailbox_service.base.refusals import Refused
from mailbox_service.desk import dispatches
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.web import pages, preview
from mailbox_service.web.desk import Desk, frame, hang
from mailbox_service.web.page import Page
from mailbox_service.web.public import letter as public
from mailbox_service.web.staff.qr import qr_code
from mailbox_service.web.staff.room import Room, enter


@dataclass(frozen=True, slots=True)
class PaperPage:
    """The letter: from whom and to whom, what it answers, the reply, and where the writer finds it; in `lang`."""

    page: Page
    lang: str
    city: str
    service: str
    name: str
    postal: str
    about: str
    subject: str
    subject_lang: str
    on: str
    answer: str
    reply: public.Sheet
    way: str
    address: str
    picture: Markup


async def show(desk: Desk) -> Response[bytes]:
    """The letter on paper.

    Raises:
        Refused: "not_yours" to who may not post the reply or not know the writer; "dispatch.none" before it was sent.
    """
    await desk.form()
    room = await enter(desk)
    case = room.case
    citizen, sent_at = dispatches.to_print(case, desk.viewer)
    shown = await desk.write(lambda session: _read(session, room))
    lang = preview.lang_of(room)
    drawn = public.page_of(preview.as_the_citizen(desk.visit, lang, case.ticket.number), shown, desk.city)
    settings = desk.site.shown
    address = f"{settings.public_url}/{lang}/track?number={case.ticket.number}"
    context = PaperPage(
        page=frame(desk, say(desk.lang, "The reply on paper")),
        lang=LANGUAGES[lang].tag,
        city=settings.city_name[lang],
        service=settings.service_name[lang],
        name=citizen.name or citizen.on_behalf_of,
        postal=citizen.address,
        about=say(lang, "paper.about", number=case.ticket.number),
        subject=drawn.subject,
        subject_lang=drawn.subject_lang,
        on=day(case.today(sent_at), lang),
        answer=say(lang, "Our reply, corrected") if drawn.replies[0].corrected else say(lang, "Our reply"),
        reply=drawn.replies[0],
        way=say(lang, "intake.way"),
        address=address,
        picture=qr_code(address),
    )
    return pages.html(desk.visit, "staff/on_paper.html", context)


def _read(session: Session, room: Room) -> letters.Letter:
    """The letter as its writer finds it, and a line in the log: it names them."""
    desk, ticket = room.desk, room.case.ticket
    found = letters.letter(session, ticket.id, ticket.code_generation, ticket.number)
    if found is None:
        raise Refused("dispatch.none")
    reason = say(desk.city.working_language, "paper.reason")
    about = ("ticket", ticket.id)
    audit.record(session, "identity.seen", by=desk.viewer.person_id, now=desk.now, about=about, reason=reason)
    return found


doors = [hang("POST", "/staff/tickets/{number:str}/on_paper", show)]

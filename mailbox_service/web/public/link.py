"""/link and /stop: the signed links of a letter's mails. A GET only shows; mail scanners may open them as they like."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from sqlmodel import Session

from mailbox_service.base import clock, tokens
from mailbox_service.base.language import say
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import the_citizen_of
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables.words import Satisfaction
from mailbox_service.web import forms, pages
from mailbox_service.web.page import Page
from mailbox_service.web.public import key, switch
from mailbox_service.web.site import Visit

DAY_SECONDS = 24 * 3600
LINK_SECONDS = {"ticket": 30 * DAY_SECONDS, "stop": 365 * DAY_SECONDS}
EVER_SECONDS = 3650 * DAY_SECONDS  # an expired link still says which letter it was about
LEADS_TO = frozenset({"rate", "answer", "add", "reopen", "review"})


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link of a mail leads to when it can't open a letter, or asks before it acts.

    `state` is "expired", "replaced" (by a new code), "unknown", "ask" or "done".
    """

    page: Page
    state: str
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a token leads to: its state ("good", or as of `LinkPage`), and the letter where there is one."""

    state: str
    ticket_id: int = 0
    generation: int = 0
    number: str = ""


@get("/{lang:str}/link/{token:str}")
async def link(request: Visit) -> Response[bytes]:
    """Open the letter a mail leads to. It only shows; `to` names the page of it that the mail was about."""
    request.require_language()
    visit = request
    found = await _find(visit, "ticket")
    if found.state != "good":
        return _page(visit, found.state, found.number, status=404)
    key.open_letter(visit, found.ticket_id, found.generation)
    to = visit.query_params.get("to", "")
    more = f"/{to}" if to in LEADS_TO else ""
    choice = visit.query_params.get("choice", "")
    if to == "rate" and choice in set(Satisfaction):
        more += f"?choice={choice}"
    return pages.see_other(f"/{visit.lang}/letters/{found.number}{more}")


async def _find(visit: Visit, purpose: str) -> Found:
    secret, token = visit.site.settings.secret, visit.word("token")
    signed = tokens.read_link(secret, token, purpose, EVER_SECONDS)
    letter = await visit.site.db.reading(lambda s: letters.linked(s, signed.ticket_id)) if signed else None
    if signed is None or letter is None:
        return Found("unknown")
    if letter.generation != signed.generation:
        return Found("replaced", number=letter.number)
    if tokens.read_link(secret, token, purpose, LINK_SECONDS[purpose]) is None:
        return Found("expired", number=letter.number)
    return Found("good", signed.ticket_id, signed.generation, letter.number)


def _page(visit: Visit, state: str, number: str = "", *, status: int = 200) -> Response[bytes]:
    titles = {
        "ask": say(visit.lang, "I did not write this letter"),
        "done": say(visit.lang, "No more mails about this letter"),
    }
    title = titles.get(state) or say(visit.lang, "This link no longer works")
    frame = pages.frame(visit, title, form_id="stop" if state == "ask" else None)
    context = LinkPage(frame, state, number, visit.site.settings.support_phone)
    return pages.html(visit, "public/link.html", context, status=status)


# --- "I did not write this letter" -----------------------------------------------------------


@get("/{lang:str}/stop/{token:str}")
async def ask_to_stop(request: Visit) -> Response[bytes]:
    """ "I did not write this letter": what follows from it, and the button."""
    request.require_language()
    found = await _find(request, "stop")
    if found.state != "good":
        return _page(request, found.state, found.number, status=404)
    return _page(request, "ask", found.number)


@post("/{lang:str}/stop/{token:str}", status_code=200)
async def stop(request: Visit) -> Response[bytes]:
    """Stop every mail about this letter, and tell the clerk."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    found = await _find(visit, "stop")
    if found.state != "good":
        return _page(visit, found.state, found.number, status=404)
    if form.line("switch"):
        return _page(visit, "ask", found.number)
    citizen, now, book = the_citizen_of(found.ticket_id), clock.now(), visit.site.book

    def once(session: Session) -> None:
        if not letters.mail_is_stopped(session, found.ticket_id):
            work.act(session, book, found.number, citizen, handle.stop_mail, now=now)

    await visit.site.db.writing(once)
    return _page(visit, "done", found.number)

"""/track: number and code open a letter; /link and /stop: so do the signed links of its mails."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from sqlmodel import Session

from mailbox_service.base import claim, clock, tokens
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.actor import the_citizen_of
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import handle
from mailbox_service.web import forms, pages
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.public import key, switch
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600
DAY_SECONDS = 24 * 3600
LINK_SECONDS = {"ticket": 30 * DAY_SECONDS, "stop": 365 * DAY_SECONDS}
LEADS_TO = frozenset({"rate", "answer", "add", "reopen", "review"})


@dataclass(frozen=True, slots=True)
class TrackPage:
    """The two fields."""

    page: Page
    number: str
    phone: str


@dataclass(frozen=True, slots=True)
class LinkPage:
    """What a link of a mail leads to when it can't open a letter, or asks before it acts."""

    page: Page
    token: str
    state: str  # "expired", "ask" or "done"
    number: str
    phone: str


@get("/{lang:str}/track")
async def track(request: Visit) -> Response[bytes]:
    """The empty form; a mail may name the number."""
    request.require_language()
    return _page(request, tokens.read_number(request.query_params.get("number", "")) or "")


def _page(visit: Visit, number: str, problem: Problem | None = None) -> Response[bytes]:
    lang = visit.lang
    frame = pages.frame(visit, say(lang, "Track your letter"), form_id="find", problems=[problem] if problem else ())
    context = TrackPage(frame, number, visit.site.settings.support_phone)
    return pages.html(visit, "public/track.html", context, status=422 if problem else 200)


@post("/{lang:str}/track", status_code=200)
async def find(request: Visit) -> Response[bytes]:
    """Open the letter. A wrong number and a wrong code get one and the same answer, in the same time."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    typed = form.line("number")[:100]
    if form.line("switch"):
        return _page(visit, typed)
    await _count(visit)
    number = tokens.read_number(typed) or "-"
    found = await visit.site.db.reading(lambda session: letters.key_of(session, number))
    ticket_id, generation = found or (None, 1)
    if not tokens.code_matches(visit.site.settings.secret, ticket_id, generation, form.line("code")):
        return _page(visit, typed, forms.problem(visit.lang, "number", "no_match"))
    key.open_letter(visit, ticket_id or 0, generation)
    return pages.see_other(f"/{visit.lang}/letters/{number}")


async def _count(visit: Visit) -> None:
    """Count the try by network address, never by number: that would lock citizens out."""
    now, mark, allowed = clock.now(), visit.mark, visit.site.settings.tracking_tries_per_address_per_hour
    tries = await visit.site.db.writing(lambda session: claim.count_try(session, "track", mark, HOUR_SECONDS, now))
    if tries > allowed:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))


# --- Links in mails --------------------------------------------------------------------------


@get("/{lang:str}/link/{token:str}")
async def link(request: Visit) -> Response[bytes]:
    """Open the letter a mail leads to. It only shows; `to` names the page of it that the mail was about."""
    request.require_language()
    visit = request
    found = await _letter_of(visit, "ticket")
    if found is None:
        return _link_page(visit, "expired", status=404)
    signed, number = found
    key.open_letter(visit, signed.ticket_id, signed.generation)
    to = visit.query_params.get("to", "")
    more = f"/{to}" if to in LEADS_TO else ""
    choice = visit.query_params.get("choice", "")
    if to == "rate" and choice in ("satisfied", "partly", "dissatisfied"):
        more += f"?choice={choice}"
    return pages.see_other(f"/{visit.lang}/letters/{number}{more}")


async def _letter_of(visit: Visit, purpose: str) -> tuple[tokens.Link, str] | None:
    secret = visit.site.settings.secret
    signed = tokens.read_link(secret, visit.word("token"), purpose, LINK_SECONDS[purpose])
    if signed is None:
        return None
    letter = await visit.site.db.reading(lambda session: letters.receipt(session, signed.ticket_id))
    if letter is None or letter.generation != signed.generation:
        return None
    return signed, letter.number


def _link_page(visit: Visit, state: str, number: str = "", *, status: int = 200) -> Response[bytes]:
    titles = {
        "expired": say(visit.lang, "This link no longer works"),
        "ask": say(visit.lang, "I did not write this letter"),
        "done": say(visit.lang, "No more mails about this letter"),
    }
    frame = pages.frame(visit, titles[state], form_id="stop" if state == "ask" else None)
    context = LinkPage(frame, visit.word("token"), state, number, visit.site.settings.support_phone)
    return pages.html(visit, "public/link.html", context, status=status)


@get("/{lang:str}/stop/{token:str}")
async def ask_to_stop(request: Visit) -> Response[bytes]:
    """ "I did not write this letter": what follows from it, and the button."""
    request.require_language()
    found = await _letter_of(request, "stop")
    return _link_page(request, "ask", found[1]) if found else _link_page(request, "expired", status=404)


@post("/{lang:str}/stop/{token:str}", status_code=200)
async def stop(request: Visit) -> Response[bytes]:
    """Stop every mail about this letter, and tell the clerk."""
    request.require_language()
    visit = request
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    found = await _letter_of(visit, "stop")
    if found is None:
        return _link_page(visit, "expired", status=404)
    signed, number = found
    if form.line("switch"):
        return _link_page(visit, "ask", number)
    citizen, now, book = the_citizen_of(signed.ticket_id), clock.now(), visit.site.book

    def once(session: Session) -> None:
        if not letters.mail_is_stopped(session, signed.ticket_id):
            work.act(session, book, number, citizen, handle.stop_mail, now=now)

    await visit.site.db.writing(once)
    return _link_page(visit, "done", number)

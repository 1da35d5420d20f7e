"""/track: number and code open a letter."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Response, get, post
from sqlmodel import Session

from mailbox_service.base import claim, clock, tokens
from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.web import forms, pages
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.public import key, switch
from mailbox_service.web.site import Visit

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class TrackPage:
    """The two fields."""

    page: Page
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
    """Open the letter. A wrong number and a wrong code get one and the same answer, in the same time.

    Only wrong pairs count in the end: a whole school may look after its letters.
    """
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
    await _count(visit, weight=-1)
    key.open_letter(visit, ticket_id or 0, generation)
    return pages.see_other(f"/{visit.lang}/letters/{number}")


async def _count(visit: Visit, *, weight: int = 1) -> None:
    """Count the try by network address, never by number: that would lock citizens out."""
    now, mark, allowed = clock.now(), visit.mark, visit.site.settings.tracking_tries_per_address_per_hour

    def count(session: Session) -> int:
        return claim.count_try(session, "track", mark, HOUR_SECONDS, now, weight=weight)

    if await visit.site.db.writing(count) > allowed:
        raise Refused("too_many", at=claim.window_end(HOUR_SECONDS, now))

"""/letters/{number}/rate: how satisfied the writer is with the reply, and whether it solved the matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response, get, post

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import after
from mailbox_service.tickets.tables.words import Satisfaction
from mailbox_service.web import errors, forms, pages
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.public import acts, letter
from mailbox_service.web.site import Visit

FIELDS = ("satisfaction", "solved")


@dataclass(frozen=True, slots=True)
class RatePage:
    """Three cards, whether it was solved, and why not."""

    page: Page
    number: str
    back: str
    verdicts: Sequence[Option]
    solved: Sequence[Option]
    typed: Mapping[str, str]
    why_not: str


@get("/{lang:str}/letters/{number:str}/rate")
async def rate(request: Visit) -> Response[bytes]:
    """The three cards; the choice of the mail, or the last one made, is preselected."""
    request.require_language()
    found = await letter.load(request)
    if found is None:
        return letter.to_the_door(request)
    head = found[0].head
    chosen = request.query_params.get("choice", "") or (head.satisfaction or "")
    solved = "" if head.solved is None else ("yes" if head.solved else "no")
    return _page(request, *found, {"satisfaction": chosen, "solved": solved, "text": head.reason or ""})


def _page(
    visit: Visit,
    found: letters.Letter,
    city: City,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> Response[bytes]:
    lang = visit.lang
    title = say(lang, "How satisfied are you with the reply?")
    frame, back, shut = acts.framed(visit, "rate", title, found, city, problems)
    context = RatePage(
        page=frame,
        number=found.head.number,
        back=back,
        verdicts=[Option(v, say(lang, f"satisfaction.{v}"), say(lang, f"rate.{v}")) for v in Satisfaction],
        solved=[Option("yes", say(lang, "rate.solved.yes")), Option("no", say(lang, "rate.solved.no"))],
        typed=typed,
        why_not=shut,
    )
    return pages.html(visit, "public/rate.html", context, status=status)


@post("/{lang:str}/letters/{number:str}/rate", status_code=200)
async def judge(request: Visit) -> Response[bytes]:
    """Store the verdict."""
    request.require_language()
    visit = request
    sent = await acts.sent(visit)
    if isinstance(sent, Response):
        return sent
    form, found = sent
    typed = {**{name: form.line(name) for name in FIELDS}, "text": form.text("text")}
    if form.line("switch"):
        return _page(visit, *found, typed)
    if problem := _problem(visit, typed):
        return _page(visit, *found, typed, [problem], status=422)
    solved = {"yes": True, "no": False}.get(typed["solved"])
    verdict = Satisfaction(typed["satisfaction"])
    head = found[0].head
    if (head.satisfaction, head.solved, head.reason) == (verdict, solved, typed["text"].strip()):
        return acts.back_to_letter(visit, "rate")  # the same form, sent twice
    try:
        await acts.carry_out(visit, Act.RATE, after.rate, verdict, solved=solved, reason=typed["text"])
    except Refused as refusal:
        wrong = acts.refused_at(visit, refusal, "text")
        return _page(visit, *found, typed, [wrong], status=errors.STATUS.get(refusal.code, 422))
    return acts.back_to_letter(visit, "rate")


def _problem(visit: Visit, typed: Mapping[str, str]) -> Problem | None:
    limit = visit.site.settings.text_max_characters
    if typed["satisfaction"] not in set(Satisfaction):
        return forms.problem(visit.lang, "satisfaction", "missing")
    if len(typed["text"]) > limit:
        return forms.problem(visit.lang, "text", "too_long", limit=limit)
    return None

"""Every "no" as a page in the reader's language, with the right status and a way on.

Nothing here shows or logs what a letter says, nor what failed inside.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException

from mailbox_service.base import clock
from mailbox_service.base.language import clock_time, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.web import csrf, pages
from mailbox_service.web.desk import HOME, ways
from mailbox_service.web.forms import BadForm, Form, TooOld
from mailbox_service.web.page import Link, Page
from mailbox_service.web.site import Visit

log = logging.getLogger("mailbox.web")

STATUS = {
    "not_found": 404,
    "not_yours": 403,
    "two_people": 403,
    "stale": 409,
    "conflict": 409,
    "too_many": 429,
    "storage.full": 503,
}
BEHIND_SIGN_IN = ("/staff", "/manager", "/admin")
_ACT = re.compile(r"(/staff/tickets/[^/]+)/.")  # a page of a letter, and the letter's own
NEVER_SHOWN = frozenset({csrf.FIELD, "password", "code", "new_password"})


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of a form that is shown again, to be sent once more."""

    name: str
    value: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened and what to do: ways on; what was typed when it can be sent again, once signed in (`sign_in`)."""

    page: Page
    lines: Sequence[str]
    ways: Sequence[Link]
    typed: Sequence[Typed] = ()
    sign_in: str = ""


def answer(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    """The page for anything that went wrong; the one exception handler of the pages."""
    visit = request if isinstance(request, Visit) else Visit(request.scope, request.receive, request.send)
    match wrong:
        case Refused():
            return refused(visit, wrong)
        case TooOld():
            return _too_old(visit, wrong)
        case BadForm():
            return _unread(visit, wrong)
        case MethodNotAllowedException():
            return page(visit, 405, headers=wrong.headers)
        case HTTPException() if wrong.status_code < 500:
            return page(visit, wrong.status_code)
    return _our_fault(visit, wrong)


def _unread(visit: Visit, wrong: BadForm) -> Response[bytes]:
    """A form that wasn't read. Where it was too large its words are still in the browser, one page back."""
    lines = [say(visit.lang, f"error.{wrong.why}", zone=None, **wrong.facts)]
    if wrong.status == 413:
        lines.append(say(visit.lang, "What you typed is still in the form: your browser’s Back button leads there."))
    return page(visit, wrong.status, lines=lines)


def refused(visit: Visit, refusal: Refused) -> Response[bytes]:
    """What the rules said no to, in their sentence. `too_many` names in `at` when to try again."""
    status = STATUS.get(refusal.code, 422)
    if refusal.code == "not_found":
        return page(visit, 404)
    facts = {name: _clock(visit, fact) for name, fact in refusal.facts.items()} if status == 429 else refusal.facts
    sentence = say_refusal(visit.lang, Refused(refusal.code, **facts), visit.site.zone)
    return page(visit, status, lines=[sentence], headers=_when_again(refusal))


def _clock(visit: Visit, fact: object) -> object:
    return clock_time(fact, visit.site.zone) if isinstance(fact, datetime) else fact


def _when_again(refusal: Refused) -> dict[str, str]:
    at = refusal.facts.get("at")
    if not isinstance(at, datetime):
        return {}
    return {"Retry-After": str(max(1, round((at - clock.now()).total_seconds())))}


def page(
    visit: Visit, status: int, *, lines: Sequence[str] = (), headers: dict[str, str] | None = None, reference: str = ""
) -> Response[bytes]:
    """The page of a status. `lines` replace the usual explanation."""
    lang = visit.lang
    known = status if status in (400, 403, 404, 405, 409, 410, 413, 415, 422, 429) else 500 if status >= 500 else 400
    said = [*lines] or [say(lang, f"error.{known}.line", reference=reference)]
    context = ErrorPage(_frame(visit, say(lang, f"error.{known}.title")), said, _ways(visit, status))
    answered = pages.html(visit, "public/error.html", context, status=status)
    answered.headers.update(headers or {})
    return answered


def _frame(visit: Visit, title: str, form_id: str | None = None) -> Page:
    """A citizen's frame; behind the sign-in one that leads to no page of theirs."""
    if not visit.path.startswith(BEHIND_SIGN_IN):
        return pages.frame(visit, title, form_id=form_id)
    return pages.frame(visit, title, ways=ways(visit, HOME), form_id=form_id)


def _ways(visit: Visit, status: int = 200) -> list[Link]:
    """Ways on. A link to the form's page would lead to an empty one: not where words wait in the page before."""
    lang = visit.lang
    back = Link(say(lang, "Back to the page before"), visit.path)
    ways = [back] if visit.method == "POST" and status != 413 else []
    if not visit.path.startswith(BEHIND_SIGN_IN):
        return [*ways, Link(say(lang, "To the first page"), f"/{lang}")]
    if (of_letter := _ACT.match(visit.path)) and status != 404:
        ways.append(Link(say(lang, "Back to the letter"), of_letter[1]))
    return [*ways, Link(say(lang, "To the letters"), HOME)]


def _too_old(visit: Visit, wrong: TooOld) -> Response[bytes]:
    """A page that is too old: what was typed stands in a fresh form. A form from elsewhere is not shown again."""
    if wrong.foreign:
        return page(visit, 403)
    lang = visit.lang
    frame = _frame(visit, say(lang, "error.too_old.title"), form_id="again")
    signed_out = visit.path.startswith(BEHIND_SIGN_IN) and visit.staff is None
    sign_in = "/staff/sign-in" if signed_out else ""
    context = ErrorPage(frame, [say(lang, "error.too_old.line")], _ways(visit), typed(wrong.form), sign_in)
    return pages.html(visit, "public/error.html", context, status=403)


def typed(form: Form) -> list[Typed]:
    """What was typed, without passwords, codes and tokens."""
    return [
        Typed(name, value, "\n" in value or len(value) > 60)
        for name, values in form.fields.items()
        if name not in NEVER_SHOWN
        for value in values
    ]


def _our_fault(visit: Visit, wrong: Exception) -> Response[bytes]:
    """500: the log gets the reference, where it failed and the kind of failure, never what a letter says."""
    reference = secrets.token_hex(4)
    template = visit.scope.get("path_template") or "-"
    log.error("%s %s %s failed: %s", reference, visit.method, template, _where(wrong))
    return page(visit, 500, reference=reference)


def _where(wrong: BaseException) -> str:
    """The failure's class and the places it passed, innermost last; messages may hold values, so they stay out."""
    places, step = [], wrong.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    cause = f" from {_where(wrong.__cause__)}" if wrong.__cause__ else ""
    return f"{type(wrong).__module__}.{type(wrong).__name__} at {' < '.join(reversed(places[-12:]))}{cause}"

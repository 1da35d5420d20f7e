"""/letters/{number}/{act}: what the writer does with a letter. One page each, and only its button acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from sqlmodel import Session

from mailbox_service.base import clock, tokens
from mailbox_service.base.language import day, say, say_refusal
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets import work
from mailbox_service.tickets.acts import ENDED, Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import after, handle, protect, publish
from mailbox_service.web import errors, forms, pages, uploads
from mailbox_service.web.page import Link, Page, Problem
from mailbox_service.web.public import asks, key, letter, switch
from mailbox_service.web.site import Visit

TYPED = ("text", "name", "email", "phone")


@dataclass(frozen=True, slots=True)
class Wish:
    """An act that takes one text, or none: its verb, the field, whether files too, whether something is lost by it."""

    act: Act
    verb: Callable[..., None]
    has_text: bool = True
    loses: bool = False
    takes_files: bool = False


WISHES = {
    "answer": Wish(Act.ANSWER, handle.answer, takes_files=True),
    "add": Wish(Act.ADD, handle.add, takes_files=True),
    "reopen": Wish(Act.ASK_REOPENING, after.ask_reopening),
    "review": Wish(Act.ASK_REVIEW, after.ask_review),
    "erase": Wish(Act.ASK_ERASURE, protect.ask_erasure, loses=True),
    "withdraw": Wish(Act.WITHDRAW, after.withdraw, has_text=False, loses=True),
    "restrict": Wish(Act.RESTRICT, protect.restrict, has_text=False),
    "unpublish": Wish(Act.REVOKE_PUBLICATION, publish.revoke_publication, has_text=False),
}


@dataclass(frozen=True, slots=True)
class ActPage:
    """What the act is, what follows from it, the field if it has one, and the button."""

    page: Page
    name: str
    number: str
    back: str
    lines: Sequence[str]
    question: letter.Question | None
    has_text: bool
    label: str
    button: str
    loses: bool
    typed: str
    limit: int
    why_not: str
    files: uploads.FileField | None


@get("/{lang:str}/letters/{number:str}/{name:str}")
async def ask(request: Visit) -> Response[bytes]:
    """The page of one act; what isn't possible now says so, without a form."""
    request.require_language()
    wish_of(request)
    found = await letter.load(request)
    if found is None:
        return letter.to_the_door(request)
    return await _page(request, *found)


def wish_of(visit: Visit) -> Wish:
    """The act that the address names.

    Raises:
        NotFoundException: for any other word.
    """
    if visit.word("name") not in WISHES:
        raise NotFoundException
    return WISHES[visit.word("name")]


async def _page(
    visit: Visit,
    found: letters.Letter,
    city: City,
    *,
    typed: str = "",
    once: str = "",
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> Response[bytes]:
    lang, name, wish = visit.lang, visit.word("name"), wish_of(visit)
    frame, back, shut = framed(visit, name, say(lang, f"act.{name}.title"), found, city, problems)
    context = ActPage(
        page=frame,
        name=name,
        number=found.head.number,
        back=back,
        lines=_lines(lang, name, found, city),
        question=letter.question_of(visit, found, city) if name == "answer" and not shut else None,
        has_text=wish.has_text,
        label=say(lang, f"act.{name}.label") if wish.has_text else "",
        button=say(lang, f"act.{name}.button"),
        loses=wish.loses,
        typed=typed,
        limit=visit.site.settings.text_max_characters,
        why_not=shut,
        files=await uploads.field(visit, once or tokens.fresh_token()) if wish.takes_files else None,
    )
    return pages.html(visit, "public/act.html", context, status=status)


def framed(
    visit: Visit, name: str, title: str, found: letters.Letter, city: City, problems: Sequence[Problem]
) -> tuple[Page, str, str]:
    """An act's frame, the way back to its letter, and why it is not possible now ("" when it is)."""
    shut = shut_because(visit, name, found, city)
    frame = pages.frame(visit, title, form_id=None if shut else "act", problems=problems)
    return frame, f"/{visit.lang}/letters/{found.head.number}", shut


def shut_because(visit: Visit, name: str, found: letters.Letter, city: City) -> str:
    """Why the act is not possible now; "" when it is."""
    lang, today = visit.lang, city.calendar.day_of(clock.now())
    if not asks.is_open(name, found):
        return say(lang, "This is not possible any more: the letter has moved on.")
    if why := asks.why_not(lang, name, found, city, today):
        return say(lang, "This can't be asked for now: %(why)s.", why=why)
    return ""


def _lines(lang: str, name: str, found: letters.Letter, city: City) -> list[str]:
    until: dict[str, Any] = {"date": ""}
    if name in asks.REMEDIES and found.head.ended_at:
        until = {"date": day(asks.remedy_until(found, city), lang)}
    if name == "add" and found.head.ended_at is not None and found.head.status in ENDED:
        return [say(lang, "act.add.ended"), say(lang, "act.add.again")]
    return [line for line in say(lang, f"act.{name}.lines", **until).split("\n") if line]


@post("/{lang:str}/letters/{number:str}/{name:str}", status_code=200)
async def do(request: Visit) -> Response[bytes]:
    """Do the act, and back to the letter."""
    request.require_language()
    visit, wish = request, wish_of(request)
    found = await letter.load(visit)
    form = await (uploads.read(visit, wanted=found is not None) if wish.takes_files else forms.read(visit))
    if answer := switch.follow(visit, form):
        return answer
    if found is None:
        return keep_for_the_door(visit, form)
    return await _asked(visit, wish, form, *found)


async def _asked(visit: Visit, wish: Wish, form: forms.Form, found: letters.Letter, city: City) -> Response[bytes]:
    """What was pressed: a switch, something about files, or the act itself."""
    typed, once = form.text("text"), uploads.mark_of(form)
    holder = uploads.holder(visit, once) if wish.takes_files else ""
    problems, only_files = await uploads.tend(visit, holder, form)
    limit = visit.site.settings.text_max_characters
    if len(typed) > limit:
        problems = [forms.problem(visit.lang, "text", "too_long", limit=limit), *problems]
    if problems or only_files or form.line("switch"):
        status = 422 if problems else 200
        return await _page(visit, found, city, typed=typed, once=once, problems=problems, status=status)
    try:
        words = [typed] if wish.has_text else []
        await carry_out(visit, wish.act, wish.verb, *words, same_text=typed, holder=holder)
    except Refused as refusal:
        problem = refused_at(visit, refusal, "text" if wish.has_text else "")
        found, city = await letter.load(visit) or (found, city)
        status = errors.STATUS.get(refusal.code, 422)
        return await _page(visit, found, city, typed=typed, once=once, problems=[problem], status=status)
    return back_to_letter(visit)


async def sent(visit: Visit) -> tuple[forms.Form, tuple[letters.Letter, City]] | Response[bytes]:
    """The form and the letter it is about; an answer when another language was chosen, or the letter isn't open."""
    form = await forms.read(visit)
    if answer := switch.follow(visit, form):
        return answer
    found = await letter.load(visit)
    if found is None:
        return keep_for_the_door(visit, form) if form.has("text") or _words(form) else letter.to_the_door(visit)
    return form, found


async def carry_out(
    visit: Visit,
    act: Act,
    verb: Callable[..., None],
    *arguments: object,
    same_text: str | None = None,
    holder: str = "",
    **more: Any,
) -> None:
    """Do one act of the citizen's in one transaction, with the files of the form's `holder`.

    With `same_text` the same form sent twice, with the same files, does it once.

    Raises:
        Refused: whatever the verb refuses.
    """
    citizen, _ = key.holder(visit)
    number, book, now = visit.word("number"), visit.site.book, clock.now()
    ticket_id = citizen.ticket_id or 0

    def once(session: Session) -> None:
        if same_text is not None and _is_a_repeat(session, ticket_id, act, same_text.strip(), holder, now):
            return
        files = [uploads.take(session, holder, now=now)] if holder else []
        work.act(session, book, number, citizen, verb, *arguments, *files, now=now, **more)

    await visit.site.db.writing(once)


def _is_a_repeat(session: Session, ticket_id: int, act: Act, text: str, holder: str, now: datetime) -> bool:
    """Whether the citizen did just this within the last minutes, with these words and files if it takes any."""
    since = now - clock.TWICE_WITHIN
    if not letters.has_just(session, ticket_id, act, since):
        return False
    if holder and not uploads.are_a_repeat(session, ticket_id, holder, since):
        return False
    return not text or text == letters.last_words(session, ticket_id, act)


def refused_at(visit: Visit, refusal: Refused, field: str) -> Problem:
    """The refusal as a problem of the form, so that what was typed stays."""
    if refusal.code == "not_found":
        raise refusal
    said = say_refusal(visit.lang, refusal, visit.site.zone)
    return Problem(field if refusal.code.endswith(("empty", "missing")) else "", said)


def back_to_letter(visit: Visit, name: str = "") -> Response[bytes]:
    """To the letter, which says what has been done."""
    done = name or visit.word("name")
    return pages.see_other(f"/{visit.lang}/letters/{visit.word('number')}?done={done}")


def _words(form: forms.Form) -> Mapping[str, str]:
    """What was typed into the form."""
    return {name: words for name in TYPED if (words := form.text(name))}


def keep_for_the_door(visit: Visit, form: forms.Form) -> Response[bytes]:
    """The letter is no longer open in this browser: what was typed is shown, to be sent once it is."""
    lang = visit.lang
    frame = pages.frame(visit, say(lang, "error.closed.title"))
    ways = [Link(say(lang, "Track your letter"), f"/{lang}/track")]
    kept = [errors.Typed(name, value, True) for name, value in _words(form).items()]
    context = errors.ErrorPage(frame, [say(lang, "error.closed.line")], ways, kept)
    return pages.html(visit, "public/error.html", context, status=403)

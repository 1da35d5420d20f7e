"""/staff/tickets/{number}/{act}: one act of the wish book, asked and done. Only its button acts.

What the rules refuse is said on the same page, with everything that was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from litestar import Response
from litestar.exceptions import NotFoundException

from mailbox_service.base.language import say, say_refusal, words
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.acts import Act
from mailbox_service.web import pages
from mailbox_service.web.desk import Desk, frame, hang, switched
from mailbox_service.web.errors import STATUS
from mailbox_service.web.forms import Form
from mailbox_service.web.page import Option, Page, Problem
from mailbox_service.web.staff import sheets, wishes
from mailbox_service.web.staff.room import Room, ahead, enter
from mailbox_service.web.staff.wish_book import BOOK
from mailbox_service.web.staff.wishes import Doing, Field, Wish

OUT_OF_SIGHT = frozenset({"not_found"})

# Where a refusal's sentence is linked to, when it is about one answer.
ABOUT = {
    "reason.missing": ("reason", "remark"),
    "address.same": ("email",),
    "address.wrong": ("email",),
    "ask.empty": ("question",),
    "contribution.no_question": ("question",),
    "contribution.lead": ("office",),
    "contribution.waiting": ("office",),
    "contribution.empty": ("text",),
    "contribution.none": ("contribution",),
    "inform.empty": ("text",),
    "note.empty": ("text",),
    "note.kept_out": ("text",),
    "tag.empty": ("word",),
    "tag.too_long": ("word",),
    "decline.no_way_on": ("instead",),
    "transfer.no_body": ("body_zh",),
    "route.unknown_office": ("office",),
    "route.same_office": ("office",),
    "route.complained_about": ("office",),
    "review.involved": ("office",),
    "merge.unknown": ("into",),
    "merge.itself": ("into",),
    "merge.ended": ("into",),
    "merge.language": ("into",),
    "merge.handlers": ("into",),
    "letter.no_subject": ("subject",),
    "letter.no_text": ("text",),
    "person.unknown": ("colleague", "person"),
    "handover.other_office": ("colleague",),
    "handover.kept_out": ("colleague",),
    "handler.kept_out": ("person",),
    "handler.there": ("person",),
    "handler.none": ("person",),
    "handler.unknown_part": ("part",),
    "party.one": ("office",),
    "party.there": ("office",),
    "publication.empty": ("subject",),
    "reply.empty": ("text",),
    "reply.not_mastered": ("own_text",),
    "review.no_outcome": ("review_outcome",),
    "translation.empty": ("text",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as it is drawn."""

    name: str
    kind: str
    label: str
    hint: str
    optional: bool
    options: Sequence[Option]
    value: str
    problem: str


@dataclass(frozen=True, slots=True)
class ActPage:
    """The letter above, what follows from the act, its fields, its buttons."""

    page: Page
    room: Room
    letter: sheets.Letter
    act: str
    hint: str
    fields: Sequence[Asked]
    decides: bool
    loses: bool
    wish: sheets.Wish | None
    version: int
    sealed: bool


def act_of(desk: Desk) -> Wish:
    """The act that the address names."""
    wanted = desk.visit.word("act")
    wish = BOOK.get(Act(wanted)) if wanted in set(Act) else None
    if wish is None:
        raise NotFoundException
    return wish


async def ask(desk: Desk) -> Response[bytes]:
    """The act's form; the reason instead, when it is refused already."""
    wish = act_of(desk)
    room = await enter(desk, _unseen(wish))
    if refused := wishes.refusal(room, wish.act):
        raise refused
    return _page(room, wish, {field.name: field.initial(room) for field in wish.fields if field.initial})


async def do(desk: Desk) -> Response[bytes]:
    """Do the act, and go on to where it leads; or show the form again and say why not."""
    wish, form = act_of(desk), await desk.form()
    room = await enter(desk, _unseen(wish))
    if switched(desk.visit, form):
        return _page(room, wish, typed(form))
    try:
        version = form.number("version") or 0
        number = room.case.ticket.number
        await desk.write(lambda session: wish.do(Doing(session, desk, number, form, version)))
    except Refused as refused:
        if refused.code in OUT_OF_SIGHT:
            raise
        return _page(await enter(desk, _unseen(wish)), wish, typed(form), refused)
    return pages.see_other(f"{wish.leads_to(room)}?done={wish.act.value}")


def _unseen(wish: Wish) -> Act | None:
    """The one act that is asked of somebody who may not see the letter: lifting its restriction."""
    return wish.act if wish.act is Act.DECIDE_UNRESTRICT else None


def typed(form: Form) -> dict[str, str]:
    """Everything that was typed, as texts."""
    return {name: form.text(name) for name in form.fields}


def said(desk: Desk, refused: Refused) -> str:
    """The refusal in the reader's language; offices and people it names as they are called."""
    facts = dict(refused.facts)
    departments = facts.pop("departments", None)
    if isinstance(departments, list):
        facts["departments"] = [desk.office(id_) for id_ in departments]
    if isinstance(status := facts.get("status"), str):
        facts["status"] = say(desk.lang, f"state.{status}")
    return say_refusal(desk.lang, Refused(refused.code, **facts), desk.site.zone)


def problem_of(desk: Desk, refused: Refused, names: Sequence[str]) -> Problem:
    """The refusal as a problem of the field it is about."""
    about = next((name for name in ABOUT.get(refused.code, ()) if name in names), "")
    return Problem(about, said(desk, refused))


def _page(room: Room, wish: Wish, values: Mapping[str, str], refused: Refused | None = None) -> Response[bytes]:
    desk = room.desk
    names = [field.name for field in wish.fields]
    problems = [problem_of(desk, refused, names)] if refused else []
    page = frame(desk, say(desk.lang, f"act.{wish.act.value}"), form_id="act", problems=problems)
    proposal = wishes.waiting_for(room.case, wish.act)
    wishing = next((w for w, p in zip(sheets.wishes(room), _waiting(room), strict=True) if p is proposal), None)
    context = ActPage(
        page=page,
        room=room,
        letter=sheets.letter(room),
        act=wish.act.value,
        hint=_said_if_known(desk.lang, f"act.{wish.act.value}.hint"),
        fields=[_asked(room, wish, field, values, page) for field in wish.fields],
        decides=wish.decides,
        loses=wish.loses,
        wish=wishing,
        version=room.case.ticket.version,
        sealed=not room.is_seen,
    )
    return pages.html(desk.visit, "staff/act.html", context, status=STATUS.get(refused.code, 422) if refused else 200)


def _waiting(room: Room) -> list[object]:
    return [proposal for proposal in room.case.proposals if proposal.outcome is None]


def _asked(room: Room, wish: Wish, field: Field, values: Mapping[str, str], page: Page) -> Asked:
    own, lang = f"field.{wish.act.value}.{field.name}", room.lang
    label = _said_if_known(lang, own) or say(lang, f"field.{field.name}")
    return Asked(
        name=field.name,
        kind=field.kind,
        label=label,
        hint=_said_if_known(lang, f"{own}.hint"),
        optional=field.optional,
        options=field.options(room) if field.options else (),
        value=values.get(field.name, ""),
        problem=page.problem(field.name),
    )


def _said_if_known(lang: str, key: str) -> str:
    found = str(words(lang).gettext(key))
    return "" if found == key else found


doors = [
    hang("GET", "/staff/tickets/{number:str}/{act:str}", ask, ahead),
    hang("POST", "/staff/tickets/{number:str}/{act:str}", do),
]

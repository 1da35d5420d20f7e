"""/letters/{number}/contact: the writer corrects name, mail address or phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from litestar import Response, get, post
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from mailbox_service.base.language import say
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.case import City
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.tickets.life import handle
from mailbox_service.tickets.tables.words import Identity
from mailbox_service.web import errors, forms, pages
from mailbox_service.web.page import Page, Problem
from mailbox_service.web.public import acts, letter
from mailbox_service.web.public.write_form import mail_address, phone_number
from mailbox_service.web.site import Visit

FIELDS = ("name", "email", "phone")


def _name(name: str) -> str:
    if len(name) > 100:
        raise PydanticCustomError("too_long", "too long", {"limit": 100})
    return name


class ContactForm(BaseModel):
    """Name, mail address and phone; each may be empty."""

    name: Annotated[str, AfterValidator(_name)]
    email: Annotated[str, AfterValidator(mail_address)]
    phone: Annotated[str, AfterValidator(phone_number)]


@dataclass(frozen=True, slots=True)
class ContactPage:
    """The three fields; an anonymous letter takes no name."""

    page: Page
    back: str
    typed: Mapping[str, str]
    anonymous: bool
    bounced: bool
    why_not: str


@get("/{lang:str}/letters/{number:str}/contact")
async def contact(request: Visit) -> Response[bytes]:
    """What is known now."""
    request.require_language()
    found = await letter.load(request)
    if found is None:
        return letter.to_the_door(request)
    return _page(request, *found, _known(found[0]))


def _known(found: letters.Letter) -> dict[str, str]:
    return {name: getattr(found.head, name) or "" for name in FIELDS}


def _page(
    visit: Visit,
    found: letters.Letter,
    city: City,
    typed: Mapping[str, str],
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
) -> Response[bytes]:
    title = say(visit.lang, "Your name and contact")
    frame, back, shut = acts.framed(visit, "contact", title, found, city, problems)
    context = ContactPage(
        page=frame,
        back=back,
        typed=typed,
        anonymous=found.head.identity == Identity.ANONYMOUS,
        bounced=found.head.bounced_at is not None,
        why_not=shut,
    )
    return pages.html(visit, "public/contact.html", context, status=status)


@post("/{lang:str}/letters/{number:str}/contact", status_code=200)
async def correct(request: Visit) -> Response[bytes]:
    """Store them."""
    request.require_language()
    visit = request
    sent = await acts.sent(visit)
    if isinstance(sent, Response):
        return sent
    form, found = sent
    known = _known(found[0])
    typed = {name: form.line(name) if form.has(name) else known[name] for name in FIELDS}
    if form.line("switch"):
        return _page(visit, *found, typed)
    if found[0].head.identity == Identity.ANONYMOUS:
        typed["name"] = ""
    if typed == known:
        return acts.back_to_letter(visit, "contact")  # nothing is new, or the same form was sent twice
    said, problems = forms.filled(ContactForm, typed, visit.lang)
    if said is None:
        return _page(visit, *found, typed, problems, status=422)
    try:
        verb = handle.correct_contact
        await acts.carry_out(visit, Act.CORRECT_CONTACT, verb, said.name, said.email, said.phone)
    except Refused as refusal:
        wrong = acts.refused_at(visit, refusal, "")
        return _page(visit, *found, typed, [wrong], status=errors.STATUS.get(refusal.code, 422))
    return acts.back_to_letter(visit, "contact")

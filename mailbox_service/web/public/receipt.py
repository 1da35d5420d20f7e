"""/receipt: number and code of a letter that was just sent, shown once, to be kept on paper or as a picture."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import segno
from litestar import Response, get
from markupsafe import Markup

from mailbox_service.base import tokens
from mailbox_service.base.language import say
from mailbox_service.base.settings import Settings
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.web import due_words, pages
from mailbox_service.web.page import Page
from mailbox_service.web.public import key
from mailbox_service.web.site import Visit


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The receipt; without a number it has been shown already, and tells how to get in.

    `address` leads to the letter's number; the code stands in no address, and not in the square of `picture`.
    """

    page: Page
    number: str = ""
    code: str = ""
    due: str = ""
    has_email: bool = False
    wants_reply: bool = True
    phone: str = ""
    address: str = ""
    picture: Markup | None = None


@get("/{lang:str}/receipt")
async def receipt(request: Visit) -> Response[bytes]:
    """Show number and code, once."""
    request.require_language()
    visit, settings = request, request.site.shown
    link = key.receipt_due(visit)
    sent = await visit.site.db.reading(lambda s: letters.receipt(s, link.ticket_id)) if link else None
    if link is None or sent is None or sent.generation != link.generation:
        title = say(visit.lang, "This page showed your code once")
        context = ReceiptPage(pages.frame(visit, title), phone=settings.support_phone)
        return pages.html(visit, "public/receipt.html", context)
    address = f"{settings.public_url}/{visit.lang}/track?number={sent.number}"
    context = ReceiptPage(
        pages.frame(visit, say(visit.lang, "We have received your letter")),
        number=sent.number,
        code=_code(settings, sent),
        due=due_words.due_day(sent.due_on, visit.lang, provisional=sent.provisional),
        has_email=sent.has_email,
        wants_reply=sent.wants_reply,
        phone=settings.support_phone,
        address=address,
        picture=await asyncio.to_thread(qr_code, address),
    )
    return pages.html(visit, "public/receipt.html", context)


def _code(settings: Settings, sent: letters.Receipt) -> str:
    return tokens.show_code(tokens.access_code(settings.secret, sent.ticket_id, sent.generation))


def qr_code(address: str) -> Markup:
    """The address as a QR code: SVG by attributes alone, black on white in the dark too, with its quiet zone."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None, dark="#000", light="#fff", border=4
    )
    return Markup(drawn)

"""/receipt: number and code of a letter that was just sent, shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from litestar import Response, get

from mailbox_service.base import tokens
from mailbox_service.base.language import say
from mailbox_service.tickets.find import citizen as letters
from mailbox_service.web import pages
from mailbox_service.web.page import Page
from mailbox_service.web.public import key
from mailbox_service.web.site import Visit


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """The receipt; without a number it has been shown already, and tells how to get in."""

    page: Page
    number: str = ""
    code: str = ""
    due_on: date | None = None
    has_email: bool = False
    phone: str = ""


@get("/{lang:str}/receipt")
async def receipt(request: Visit) -> Response[bytes]:
    """Show number and code, once."""
    request.require_language()
    visit, settings = request, request.site.settings
    link = key.receipt_due(visit)
    sent = await visit.site.db.reading(lambda s: letters.receipt(s, link.ticket_id)) if link else None
    if link is None or sent is None or sent.generation != link.generation:
        title = say(visit.lang, "This page showed your code once")
        context = ReceiptPage(pages.frame(visit, title), phone=settings.support_phone)
        return pages.html(visit, "public/receipt.html", context)
    context = ReceiptPage(
        pages.frame(visit, say(visit.lang, "We have received your letter")),
        number=sent.number,
        code=tokens.show_code(tokens.access_code(settings.secret, sent.ticket_id, sent.generation)),
        due_on=sent.due_on,
        has_email=sent.has_email,
        phone=settings.support_phone,
    )
    return pages.html(visit, "public/receipt.html", context)

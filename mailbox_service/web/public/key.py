"""What opens a letter in a citizen's browser: a signed cookie, for one letter and a short time."""

from __future__ import annotations

from mailbox_service.base import tokens
from mailbox_service.base.refusals import Refused
from mailbox_service.tickets.actor import Actor, the_citizen_of
from mailbox_service.web.site import Visit

LETTER_COOKIE, LETTER_SECONDS = "letter", 2 * 3600
RECEIPT_COOKIE, RECEIPT_SECONDS = "receipt", 600


def open_letter(visit: Visit, ticket_id: int, generation: int) -> None:
    """Let this browser see the letter for two hours, until another letter is opened in it."""
    token = tokens.sign_link(visit.site.settings.secret, "letter", ticket_id, generation)
    visit.keep(LETTER_COOKIE, token, LETTER_SECONDS)


def held(visit: Visit) -> tokens.Link | None:
    """Which letter this browser may see; the reader compares the generation with the letter's own."""
    kept = visit.kept(LETTER_COOKIE)
    return tokens.read_link(visit.site.settings.secret, kept, "letter", LETTER_SECONDS) if kept else None


def holder(visit: Visit) -> tuple[Actor, int]:
    """The citizen of the letter this browser may see, and the code generation it was opened with.

    Raises:
        Refused: "not_found" when it may see none.
    """
    link = held(visit)
    if link is None:
        raise Refused("not_found")
    return the_citizen_of(link.ticket_id), link.generation


def close_letter(visit: Visit) -> None:
    """Let this browser see no letter any more."""
    visit.forget(LETTER_COOKIE)


def show_receipt_once(visit: Visit, ticket_id: int, generation: int) -> None:
    """Let the next page be the receipt, within ten minutes."""
    token = tokens.sign_link(visit.site.settings.secret, "receipt", ticket_id, generation)
    visit.keep(RECEIPT_COOKIE, token, RECEIPT_SECONDS)


def receipt_due(visit: Visit) -> tokens.Link | None:
    """The receipt that is to be shown, and its permission taken back."""
    kept = visit.kept(RECEIPT_COOKIE)
    if not kept:
        return None
    visit.forget(RECEIPT_COOKIE)
    return tokens.read_link(visit.site.settings.secret, kept, "receipt", RECEIPT_SECONDS)

"""Every word that staff pages put together while running stands in the catalogues."""

from __future__ import annotations

import pytest

from mailbox_service.base.language import LANGUAGES, words
from mailbox_service.tickets.acts import Act
from mailbox_service.tickets.find.queues import Queue
from mailbox_service.tickets.tables.words import (
    Identity,
    ProposalKind,
    ProposalOutcome,
    ReplyState,
    ReviewOutcome,
    Step,
)
from mailbox_service.web.staff import now, queues
from mailbox_service.web.staff.wish_book import BOOK

ENUMS = {
    "queue": Queue,
    "proposal": ProposalKind,
    "outcome": ProposalOutcome,
    "step": Step,
    "identity": Identity,
    "review": ReviewOutcome,
    "reply": ReplyState,
}


def keys():
    yield from (f"{room}.{word.value}" for room, enum in ENUMS.items() for word in enum)
    yield from (f"act.{deed.value}" for deed in (*now.PAGES, *BOOK))
    yield from (f"event.{act}" for act in ("submit", "enter", *Act) if act != Act.NOTE)
    yield from (f"did.{act}" for act in ("other", *queues.TOLD))
    yield from (f"part.{part}" for part in ("officer", "head", "co_officer", "approver", "translator"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_put_together_is_known(lang):
    known = words(lang)

    assert sorted({key for key in keys() if known.gettext(key) == key}) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_a_label(lang):
    known = words(lang)
    fields = [(wish.act.value, field.name) for wish in BOOK.values() for field in wish.fields]

    nameless = [
        pair
        for pair in fields
        if known.gettext(f"field.{pair[0]}.{pair[1]}") == f"field.{pair[0]}.{pair[1]}"
        and known.gettext(f"field.{pair[1]}") == f"field.{pair[1]}"
    ]

    assert nameless == []

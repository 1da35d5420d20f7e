"""What staff keep around a letter: drafts that nobody overwrites unseen, notes and tags."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbox_service.base import clock
from mailbox_service.desk import drafts, notes
from mailbox_service.tickets.tables.words import Status
from tests.cases import refused
from tests.cast import DORA, KAI, NOW, PAUL, a_ticket
from tests.settled import settle, store
from tests.shown import letter


@pytest.fixture
async def desk(db):
    """A letter at Roads, and a way to do something with it in one transaction."""
    case = a_ticket(status=Status.IN_PROGRESS)

    def begin(session):
        settle(session)
        store(session, case)

    await db.writing(begin)

    async def do(work):
        return await db.writing(lambda session: work(session, case))

    return do


def shown(session, case):
    """The letter as its page reads it, for Dora."""
    session.flush()
    return letter(session, case.city, case.ticket.number, DORA)


async def test_a_draft_is_kept_and_read_again(desk):
    await desk(lambda s, case: drafts.save(s, case, "Dear Carl", seen_version=0, by=DORA, now=NOW))

    draft = await desk(lambda s, case: shown(s, case).draft)

    assert (draft.text, draft.version) == ("Dear Carl", 1)


async def test_the_second_to_save_is_told_and_overwrites_nothing(desk):
    await desk(lambda s, case: drafts.save(s, case, "Mine", seen_version=0, by=DORA, now=NOW))

    with refused("draft.newer"):
        await desk(lambda s, case: drafts.save(s, case, "Yours", seen_version=0, by=DORA, now=NOW))

    assert (await desk(lambda s, case: shown(s, case).draft)).text == "Mine"


async def test_a_draft_belongs_to_the_lead(desk):
    with refused("not_yours"):
        await desk(lambda s, case: drafts.save(s, case, "Hello", seen_version=0, by=PAUL, now=NOW))

    assert not await desk(lambda _s, case: drafts.may_read(case, PAUL))


async def test_a_draft_is_gone_when_it_was_handed_in(desk):
    await desk(lambda s, case: drafts.save(s, case, "Dear Carl", seen_version=0, by=DORA, now=NOW))

    await desk(lambda s, case: drafts.discard(s, case))

    assert await desk(lambda s, case: shown(s, case).draft) is None


async def test_notes_are_read_in_their_order(desk):
    await desk(lambda s, case: notes.note(s, case, " First ", by=DORA, now=NOW))
    await desk(lambda s, case: notes.note(s, case, "Second", by=DORA, now=NOW))

    assert [note.text for note in (await desk(shown)).notes] == ["First", "Second"]


async def test_a_note_sent_twice_is_left_once(desk):
    for by, now in ((DORA, NOW), (DORA, NOW + timedelta(seconds=2)), (KAI, NOW), (DORA, NOW + clock.TWICE_WITHIN * 2)):
        await desk(lambda s, case, by=by, now=now: notes.note(s, case, "Called back ", by=by, now=now))

    left = (await desk(shown)).notes
    assert [note.person_id for note in left] == [DORA.person_id, KAI.person_id, DORA.person_id]


async def test_an_empty_note_is_refused(desk):
    with refused("note.empty"):
        await desk(lambda s, case: notes.note(s, case, " ", by=DORA, now=NOW))


async def test_a_tag_is_put_on_once(desk):
    for word in ("Lamps", " lamps "):
        await desk(lambda s, case, word=word: notes.tag(s, case, word, by=DORA, now=NOW))

    assert (await desk(shown)).tags == ["lamps"]


@pytest.mark.parametrize(("word", "code"), [(" ", "tag.empty"), ("x" * 41, "tag.too_long")])
async def test_a_tag_is_a_short_word(desk, word, code):
    with refused(code):
        await desk(lambda s, case: notes.tag(s, case, word, by=DORA, now=NOW))

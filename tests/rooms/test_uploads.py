"""Files that wait with a form: counted together, taken once, by whose they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from mailbox_service.base.arrival import Came
from mailbox_service.tickets import uploads
from mailbox_service.tickets.uploads import Limits

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
MB = 1024 * 1024


def came(name, size=MB):
    return Came(name, "text/plain", size, "0" * 64, f"{name:0>32}")


async def keep(db, holder, *files, limits=Limits(3, 5 * MB)):  # noqa: B008 - frozen
    return await db.writing(lambda session: uploads.keep(session, holder, files, limits, now=NOW))


async def names(db, holder):
    return [row.name for row in await db.reading(lambda session: uploads.waiting(session, holder))]


async def test_only_so_many_wait_together(db):
    await keep(db, "carl", came("a"), came("b"))

    refused = await keep(db, "carl", came("c"), came("d"))

    assert await names(db, "carl") == ["a", "b", "c"]
    assert [(one.name, no.code, no.facts) for one, no in refused] == [("d", "upload.many", {"file": "d", "limit": 3})]


async def test_only_so_many_bytes_wait_together(db):
    refused = await keep(db, "carl", came("a", 4 * MB), came("b", 2 * MB), came("c", MB))

    assert await names(db, "carl") == ["a", "c"]
    assert [(no.code, no.facts["limit"]) for _, no in refused] == [("upload.together", "5 MB")]


async def test_files_are_taken_once(db):
    await keep(db, "carl", came("a"))
    await keep(db, "vera", came("b"))

    taken = await db.writing(lambda session: uploads.take(session, "carl", now=NOW))
    again = await db.writing(lambda session: uploads.take(session, "carl", now=NOW))

    assert ([file.name for file in taken], again) == (["a"], [])
    assert await names(db, "vera") == ["b"]


async def test_only_its_own_form_removes_a_file(db):
    await keep(db, "carl", came("a"))
    (row,) = await db.reading(lambda session: uploads.waiting(session, "carl"))

    assert await db.writing(lambda session: uploads.remove(session, "vera", row.id)) is None
    assert await db.writing(lambda session: uploads.remove(session, "carl", row.id)) == row.stored
    assert await names(db, "carl") == []


async def test_without_files_nothing_speaks_against_a_repeat(db):
    since = NOW - timedelta(minutes=10)

    assert await db.reading(lambda session: uploads.are_a_repeat(session, 1, "carl", since))
    await keep(db, "carl", came("a"))
    assert not await db.reading(lambda session: uploads.are_a_repeat(session, 1, "carl", since))

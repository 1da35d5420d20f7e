"""The audit log can only grow, and its seals show what was done behind the service's back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from mailbox_service.base import audit, clock
from mailbox_service.base.audit import AUDIT, SealedSource, record, seal, verify
from mailbox_service.base.refusals import Refused
from mailbox_service.base.tables import ActorKind, AuditRow, Seal, Session

# The rows' ids tell their time, so these tests live in the present.
NOW = clock.now()
SESSIONS = SealedSource("staff_session", ("id", "token", "person_id"))
BOTH = (AUDIT, SESSIONS)


def some_acts(session, count=3):
    for n in range(count):
        record(session, "identity.seen", by=7, now=NOW, about=("ticket", n), reason="kürzlich 直", n=n)


async def disarm(db):
    """What somebody with the database's password would do first."""

    def drop(session):
        names = ["audit_row_no_update", "audit_row_no_delete"]
        if not db.is_sqlite:
            session.execute(sa.text("alter table audit_row disable trigger user"))
            return
        for name in names:
            session.execute(sa.text(f"drop trigger if exists {name}"))

    await db.writing(drop)


async def sealed(db, *, sources=(AUDIT,), **more):
    return await db.writing(lambda s: seal(s, sources, now=NOW, **more))


async def checked(db, *, sources=(AUDIT,), **more):
    return await db.reading(lambda s: verify(s, sources, **more))


async def do(db, *statements):
    await db.writing(lambda s: [s.execute(sa.text(statement)) for statement in statements])


async def test_a_row_says_who_did_what_to_what(db):
    await db.writing(lambda s: record(s, "role.given", by=7, now=NOW, about=("person", 8), role="clerk"))
    await db.writing(lambda s: record(s, "rows.tidied", by=None, now=NOW, count=3))
    await db.writing(lambda s: record(s, "erased", by=None, kind=ActorKind.CITIZEN, now=NOW))

    first, second, third = await db.reading(lambda s: s.exec(select(AuditRow).order_by(col(AuditRow.id))).all())
    assert (first.act, first.actor_kind, first.person_id) == ("role.given", ActorKind.STAFF, 7)
    assert (first.subject_kind, first.subject_id, first.facts, first.at) == ("person", 8, {"role": "clerk"}, NOW)
    assert (second.actor_kind, second.person_id, second.facts) == (ActorKind.SYSTEM, None, {"count": 3})
    assert third.actor_kind == ActorKind.CITIZEN


@pytest.mark.parametrize("change", ["update audit_row set act = 'nothing'", "delete from audit_row"])
async def test_the_database_refuses_to_change_or_delete_a_row(db, change):
    await db.writing(some_acts)

    with pytest.raises((DBAPIError, Refused)):
        await do(db, change)

    assert await db.reading(lambda s: len(s.exec(select(AuditRow).where(AuditRow.act == "identity.seen")).all())) == 3


async def test_an_untouched_chain_holds(db):
    await db.writing(some_acts)
    first = await sealed(db)
    await db.writing(some_acts)
    second = await sealed(db)

    verdict = await checked(db, known_head=first.head)

    assert (first.count, second.count, first.more) == (3, 3, False)
    assert (verdict.checked, verdict.head, verdict.broken) == (6, second.head, None)


async def test_nothing_new_leaves_the_chain_as_it_is(db):
    assert (await checked(db)).broken is None
    await db.writing(some_acts)
    head = (await sealed(db)).head

    again = await sealed(db)

    assert (again.count, again.head) == (0, head)


async def test_two_tables_hang_on_one_chain(db):
    def work(session):
        some_acts(session, 2)
        session.add(Session(token="t", person_id=1, csrf="c", created_at=NOW, seen_at=NOW, expires_at=NOW))

    await db.writing(work)

    assert (await sealed(db, sources=BOTH)).count == 3
    assert (await checked(db, sources=BOTH)).broken is None


async def test_a_row_that_is_committed_late_is_sealed_all_the_same(db):
    await db.writing(some_acts)
    await sealed(db)
    early = await db.reading(lambda s: s.scalar(sa.select(sa.func.min(AuditRow.id)))) - 1
    await db.writing(lambda s: s.add(AuditRow(id=early, at=NOW, actor_kind=ActorKind.SYSTEM, act="late")))

    assert (await sealed(db)).count == 1
    assert (await checked(db)).broken is None


async def test_what_is_older_than_any_transaction_is_found_by_the_nightly_sweep(db):
    await db.writing(lambda s: s.add(AuditRow(id=1, at=NOW, actor_kind=ActorKind.SYSTEM, act="brought back")))

    assert (await sealed(db)).count == 0
    assert (await sealed(db, sweep=True)).count == 1


async def test_a_changed_row_is_named(db):
    await db.writing(some_acts)
    await sealed(db)
    await disarm(db)
    victim = await db.reading(lambda s: s.scalar(sa.select(col(Seal.row_id)).where(col(Seal.position) == 2)))

    await do(db, f"update audit_row set person_id = 9 where id = {victim}")

    broken = (await checked(db)).broken
    assert (broken.position, broken.source, broken.row_id, broken.why) == (2, "audit_row", victim, "row.changed")


async def test_a_deleted_row_is_named(db):
    await db.writing(some_acts)
    await sealed(db)
    await disarm(db)
    victim = await db.reading(lambda s: s.scalar(sa.select(col(Seal.row_id)).where(col(Seal.position) == 3)))

    await do(db, f"delete from audit_row where id = {victim}")

    broken = (await checked(db)).broken
    assert (broken.position, broken.row_id, broken.why) == (3, victim, "row.gone")


@pytest.mark.parametrize(
    ("tampering", "position", "why"),
    [
        ("update seal set digest = 'x' where position = 2", 2, "seal.changed"),
        ("update seal set chain = 'x' where position = 1", 1, "seal.changed"),
        ("update seal set salt = 'x' where position = 3", 3, "row.changed"),
        ("delete from seal where position = 2", 2, "seal.gone"),
    ],
)
async def test_a_changed_chain_is_noticed(db, tampering, position, why):
    await db.writing(some_acts)
    await sealed(db)

    await do(db, *_without_guards(db), tampering)

    broken = (await checked(db)).broken
    assert (broken.position, broken.why) == (position, why)


def _without_guards(db):
    """The seals may be guarded too."""
    if db.is_sqlite:
        return ["drop trigger if exists seal_no_update", "drop trigger if exists seal_no_delete"]
    return ["alter table seal disable trigger user"]


async def test_an_end_cut_off_shows_by_the_head_that_was_written_down(db):
    await db.writing(some_acts)
    head = (await sealed(db)).head

    await do(db, *_without_guards(db), "delete from seal where position = 3")

    assert (await checked(db)).broken is None
    assert (await checked(db, known_head=head)).broken.why == "seal.gone"


async def test_a_long_log_is_sealed_and_checked_in_pieces(db, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 4)
    await db.writing(lambda s: some_acts(s, 10))

    runs = [await sealed(db) for _ in range(3)]

    assert [(run.count, run.more) for run in runs] == [(4, True), (4, True), (2, False)]
    assert (await checked(db)).checked == 10


async def test_the_same_act_has_another_digest_each_time(db):
    def work(session):
        record(session, "signed_in", by=7, now=NOW)
        record(session, "signed_in", by=7, now=NOW)

    await db.writing(work)
    await sealed(db)

    digests, salts = zip(*await db.reading(lambda s: s.exec(select(Seal.digest, Seal.salt)).all()), strict=True)
    assert len(set(digests)) == len(set(salts)) == 2


def test_ids_of_two_days_ago_are_looked_at():
    at = datetime(2026, 2, 27, tzinfo=UTC)

    assert audit._first_id_of(at) < audit._first_id_of(at + timedelta(milliseconds=1))

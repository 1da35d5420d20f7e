"""The audit log, and the chain of seals that shows when a row was changed or taken away.

Rows are only ever added; the database refuses the rest (`guards`). Sealing is a job: it takes the
rows that have no seal yet, in the order of their ids, and hangs a salted digest of each on one
chain, so that no request waits for another. Rows of a transaction that commits late have lower
ids than rows sealed before: they are found because "not yet sealed" is asked, not "newer than".
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from mailbox_service.base.ids import EPOCH_MS, new_id
from mailbox_service.base.tables import ActorKind, AuditRow, Seal

BATCH = 2_000
LATE = timedelta(days=2)  # no transaction stays open longer; the nightly sweep looks further back
START = "0" * 64

_rows = SQLModel.metadata.tables[AuditRow.__tablename__]
_seals = SQLModel.metadata.tables[Seal.__tablename__]
_adding = sa.insert(_rows)
_sealing = sa.insert(_seals)


def record(
    session: Session,
    act: str,
    *,
    by: int | None,
    now: datetime,
    kind: ActorKind | None = None,
    about: tuple[str, int] | None = None,
    **facts: Any,
) -> None:
    """Add a row to the log: this was seen or changed by this person (None: by the service itself).

    `act` is a word of the domain ("identity.seen", "role.given"); `about` names the row it was
    done to; facts are ids, words and numbers, never what a letter says.
    """
    row = {
        "id": new_id(),
        "at": now,
        "actor_kind": kind or (ActorKind.SYSTEM if by is None else ActorKind.STAFF),
        "person_id": by,
        "act": act,
        "subject_kind": about[0] if about else "",
        "subject_id": about[1] if about else None,
        "facts": facts,
    }
    session.connection().execute(_adding, row)


# --- Sealing ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class SealedSource:
    """A table whose rows are sealed, and the columns the digest covers.

    Columns are listed by name: one added later must not change the digests of old rows. New
    columns may only be added at the end, and only if they are empty in every older row.
    """

    table: str
    columns: tuple[str, ...]

    @property
    def rows(self) -> sa.Table:
        return SQLModel.metadata.tables[self.table]


AUDIT = SealedSource("audit_row", ("id", "at", "actor_kind", "person_id", "act", "subject_kind", "subject_id", "facts"))


@dataclass(frozen=True)
class Sealed:
    """How many rows one run sealed, where the chain ends now, and whether more are waiting."""

    count: int
    head: str
    more: bool


def seal(session: Session, sources: Sequence[SealedSource] = (AUDIT,), *, now: datetime, sweep: bool = False) -> Sealed:
    """Seal up to `BATCH` rows of each source that have no seal yet, in the order of their ids.

    Looks at the last two days' ids, or with `sweep` (once a night) at all. Two nodes that seal
    at once collide on the position; the second's transaction is refused whole and tries again.
    """
    position, head = _end(session)
    sealed: list[dict[str, Any]] = []
    waiting: list[list[sa.Row[Any]]] = []
    for source in sources:
        found = _unsealed(session, source, since=None if sweep else now - LATE)
        waiting.append(found)
        for row in found:
            position += 1
            salt = secrets.token_hex(16)
            digest = _digest(source, salt, row)
            head = _link(head, position, digest)
            sealed.append(_seal_row(position, source, row.id, salt, digest, head, now))
    if sealed:
        session.connection().execute(_sealing, sealed)
    return Sealed(len(sealed), head, more=any(len(found) == BATCH for found in waiting))


def are_overlooked(session: Session, sources: Sequence[SealedSource], *, now: datetime) -> bool:
    """Whether a row older than two days has no seal. It reads every row: ask where nobody who writes waits for it."""
    return any(_unsealed(session, source, since=None, until=now - LATE, most=1) for source in sources)


def _seal_row(
    position: int, source: SealedSource, row_id: int, salt: str, digest: str, chain: str, now: datetime
) -> dict[str, Any]:
    return {
        "position": position,
        "source": source.table,
        "row_id": row_id,
        "salt": salt,
        "digest": digest,
        "chain": chain,
        "sealed_at": now,
    }


def _end(session: Session) -> tuple[int, str]:
    """Position and hash of the last seal."""
    newest = sa.select(_seals.c.position, _seals.c.chain).order_by(_seals.c.position.desc()).limit(1)
    last = session.connection().execute(newest).first()
    return (last.position, last.chain) if last else (0, START)


def _unsealed(
    session: Session,
    source: SealedSource,
    *,
    since: datetime | None,
    until: datetime | None = None,
    most: int | None = None,
) -> list[sa.Row[Any]]:
    rows = source.rows
    has_seal = sa.exists().where(_seals.c.source == source.table, _seals.c.row_id == rows.c.id)
    waiting = sa.select(*(rows.c[name] for name in source.columns)).where(~has_seal)
    if since is not None:
        waiting = waiting.where(rows.c.id >= _first_id_of(since))
    if until is not None:
        waiting = waiting.where(rows.c.id < _first_id_of(until))
    return list(session.connection().execute(waiting.order_by(rows.c.id).limit(most or BATCH)))


def _first_id_of(at: datetime) -> int:
    """The lowest id a row made at that moment can have."""
    return max(0, int(at.timestamp() * 1000) - EPOCH_MS) << 22


def _digest(source: SealedSource, salt: str, row: sa.Row[Any]) -> str:
    said = [source.table, *(_plain(row._mapping[name]) for name in source.columns)]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A value the way both databases give it back alike."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _link(before: str, position: int, digest: str) -> str:
    return hashlib.sha256(f"{before}:{position}:{digest}".encode()).hexdigest()


# --- Verifying -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """The first place where the chain doesn't hold: "row.changed", "row.gone", "seal.changed" or "seal.gone"."""

    position: int
    source: str
    row_id: int | None
    why: str


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds, its last hash, and what is broken first (None: nothing)."""

    checked: int
    head: str
    broken: Broken | None


def verify(session: Session, sources: Sequence[SealedSource] = (AUDIT,), *, known_head: str | None = None) -> Verdict:
    """Walk the chain from its start and compare every row with its seal.

    `known_head`, written down earlier outside the database, must be met on the way; a chain cut
    off at its end shows only by that.
    """
    head, checked, met = START, 0, known_head in (None, START)
    for position, source, seal_row, row in _sealed_rows(session, {source.table: source for source in sources}):
        if why := _wrong(position, head, source, seal_row, row):
            gone = why == "seal.gone"  # the row it sealed can't be known any more
            broken = Broken(position, "seal" if gone else seal_row.source, None if gone else seal_row.row_id, why)
            return Verdict(checked, head, broken)
        head, checked, met = seal_row.chain, position, met or seal_row.chain == known_head
    return Verdict(checked, head, None if met else Broken(checked + 1, "seal", None, "seal.gone"))


def _wrong(
    position: int, head: str, source: SealedSource | None, seal_row: sa.Row[Any], row: sa.Row[Any] | None
) -> str | None:
    if seal_row.position != position:
        return "seal.gone"
    if seal_row.chain != _link(head, position, seal_row.digest):
        return "seal.changed"
    if source is None or row is None:
        return "row.gone"
    return None if _digest(source, seal_row.salt, row) == seal_row.digest else "row.changed"


_Step = tuple[int, SealedSource | None, sa.Row[Any], sa.Row[Any] | None]


def _sealed_rows(session: Session, sources: dict[str, SealedSource]) -> Iterator[_Step]:
    """Every seal in order with the position it should have, its source and its row."""
    after, expected = 0, 0
    while seals := _seals_after(session, after):
        rows = {name: _rows_of(session, source, seals) for name, source in sources.items()}
        for each in seals:
            expected += 1
            yield expected, sources.get(each.source), each, rows.get(each.source, {}).get(each.row_id)
        after = seals[-1].position


def _seals_after(session: Session, position: int) -> list[sa.Row[Any]]:
    following = sa.select(_seals).where(_seals.c.position > position).order_by(_seals.c.position).limit(BATCH)
    return list(session.connection().execute(following))


def _rows_of(session: Session, source: SealedSource, seals: list[sa.Row[Any]]) -> dict[int, sa.Row[Any]]:
    """The rows between the first and the last of these seals, by id."""
    rows = source.rows
    first, last = seals[0].position, seals[-1].position
    chosen = (
        sa.select(*(rows.c[name] for name in source.columns))
        .join(_seals, sa.and_(_seals.c.source == source.table, _seals.c.row_id == rows.c.id))
        .where(_seals.c.position.between(first, last))
    )
    return {row.id: row for row in session.connection().execute(chosen)}


# --- Guards in the database ------------------------------------------------------------------


def guards(table: str, dialect: str) -> list[str]:
    """The statements that make the database refuse to change or delete rows of the table.

    `dialect` is "sqlite" or "postgresql". A migration copies what this answers; tests that make
    their tables without migrations run it.
    """
    if dialect == "sqlite":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{table} is append-only'); end"
            for verb in ("update", "delete")
        ]
    return [
        f"create or replace function {table}_append_only() returns trigger language plpgsql as "
        f"$$ begin raise exception '{table} is append-only'; end $$",
        f"create trigger {table}_append_only before update or delete on {table} "
        f"for each row execute function {table}_append_only()",
        f"create trigger {table}_no_truncate before truncate on {table} "
        f"for each statement execute function {table}_append_only()",
    ]

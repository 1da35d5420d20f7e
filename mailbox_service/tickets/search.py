"""Full text in four languages: one way to cut a text into words, two dialects that look them up.

Chinese, Japanese and Korean have no spaces to go by: their runs become overlapping pairs of characters
and the last character. Other words become English stems. Both databases store what is cut here and
cut nothing themselves, so that the same letters are found on both. Ranks nothing: newest first.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from snowballstemmer import stemmer
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlmodel import Session, col

from mailbox_service.base.looks import Looks
from mailbox_service.tickets.tables import StaffText, Ticket

MOST_POSITIONS = 16_000  # tsvector counts no further than 16,383
LONGEST_WORD = 64
MOST_TERMS = 32  # of a query, and pairs of one run
NOTE, NAME = "note", "name"  # StaffText.of_kind
COUNTED = 1_000  # matches counted exactly; beyond it is "more than 1,000"

_PAIRED = "々〆〇ぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿가-힯ᄀ-ᇿ\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_PAIRED}]+|(?:(?![{_PAIRED}])[^\W_])+(?:'(?:(?![{_PAIRED}])[^\W_])+)*")
_IS_PAIRED = re.compile(rf"[{_PAIRED}]")
_english = stemmer("english")
_IRREGULAR = {"buses": "bus", "busses": "bus", "gases": "gas"}  # where the stemmer parts one from many
_one_stems = threading.Lock()


class Term(NamedTuple):
    """Words that stand side by side. A prefix is the one character of a shorter query."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of letters' ids, newest first. `count` is exact up to 1,000; None means more than 1,000."""

    ids: list[int]
    count: int | None


def index_text(*parts: str) -> str:
    """The words of the parts in their order, parted by spaces; what comes after 16,000 words is not found."""
    words: list[str] = []
    for part in parts:
        for run in _runs(part):
            words += _cut(run)
            if len(words) > MOST_POSITIONS:
                break
    return " ".join(words[:MOST_POSITIONS])


def match_query(text: str) -> list[Term]:
    """What a letter must contain, all of it, to be found. Empty when the text holds no word."""
    return list(islice((_term(run) for run in _runs(text)), MOST_TERMS))


def fts5_query(text: str) -> str:
    """The query as SQLite's FTS5 reads it."""
    return " AND ".join(f'"{" ".join(term.words)}"{" *" * term.is_prefix}' for term in match_query(text))


def tsquery(text: str) -> str:
    """The query as PostgreSQL's tsquery reads it."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'{':*' * term.is_prefix}" for word in term.words) + ")"
        for term in match_query(text)
    )


def new_row(session: Session, ticket_id: int, *parts: str) -> dict[str, object]:
    """The row of `search_text` that makes a new letter found by these texts, to be inserted with its other rows."""
    words = index_text(*parts)
    if session.connection().dialect.name == "sqlite":
        return {"ticket_id": ticket_id, "words": words}
    return {"ticket_id": ticket_id, "words": "", "vector": vector(words)}


def put(session: Session, ticket_id: int, *parts: str) -> None:
    """Make a stored letter found by these texts and by nothing else."""
    session.flush()
    row = new_row(session, ticket_id, *parts)
    session.connection().execute(_PUT_THERE if "vector" in row else _PUT_HERE, row)


def remove(session: Session, ticket_id: int) -> None:
    """Let a letter be found by nothing any more."""
    session.connection().execute(_REMOVE, {"id": ticket_id})


def put_for_staff(session: Session, of_kind: str, id_: int, ticket_id: int, text: str) -> None:
    """Make a letter found by a note, or by its writer's name, and by nothing else of that row; "" takes it away."""
    session.flush()
    words = index_text(text)
    if not words:
        session.connection().execute(_REMOVE_FOR_STAFF, {"id": id_})
        return
    row = staff_row(session, of_kind, id_, ticket_id, text)
    session.connection().execute(_PUT_FOR_STAFF_THERE if "vector" in row else _PUT_FOR_STAFF_HERE, row)


def staff_row(session: Session, of_kind: str, id_: int, ticket_id: int, text: str) -> dict[str, object]:
    """The row of `staff_text`, to be inserted with the letter's other rows."""
    words = index_text(text)
    row: dict[str, object] = {"id": id_, "ticket_id": ticket_id, "of_kind": of_kind, "words": words}
    return row if session.connection().dialect.name == "sqlite" else {**row, "words": "", "vector": vector(words)}


def matching(
    session: Session,
    query: str,
    *,
    visible: sa.ColumnElement[bool],
    named: sa.ColumnElement[bool] | None = None,
    limit: int = 25,
    before_id: int | None = None,
) -> Matches:
    """The letters with every word of the query, in their texts or in one note, among those that meet `visible`.

    `visible` is a condition on Ticket; `named` a further one: whose writers' names may be looked for, too (None: no
    notes and no names). `before_id` is the last id of the page before. Nothing matches a query without a word.
    """
    if not match_query(query):
        return Matches([], 0)
    here = session.connection().dialect.name == "sqlite"
    facts: dict[str, object] = {"words": fts5_query(query) if here else tsquery(query)}
    places = ("written",) if named is None else ("written", "noted")
    rows = _looks(visible, named, here).look(session, {**facts, "most": COUNTED + 1})
    some = {row.ticket_id for place in places for row in rows(place)}
    if len(some) <= COUNTED:
        ids = sorted((id_ for id_ in some if before_id is None or id_ < before_id), reverse=True)
        return Matches(ids[:limit], len(some))
    facts |= {"most": limit, "before": 2**63 - 1 if before_id is None else before_id}
    rows = _looks(visible, named, here, newest=True).look(session, facts)
    newest = {row.ticket_id for place in places for row in rows(place)}
    return Matches(sorted(newest, reverse=True)[:limit], None)


@lru_cache(maxsize=256)  # `sight.visible_to` and `staff.named` answer the same condition for the same viewer
def _looks(
    visible: sa.ColumnElement[bool], named: sa.ColumnElement[bool] | None, here: bool, *, newest: bool = False
) -> Looks:
    """Where words are looked up, for one who looks: in letters' texts, and in notes and names (`named`)."""
    places = {"written": _found(visible, here)}
    if named is not None:
        places["noted"] = _found_by_staff(visible, named, here)
    return Looks(**{name: _first(place, newest=newest) for name, place in places.items()})


def _first(found: sa.Select[Any], *, newest: bool) -> sa.Select[Any]:
    """So many of them (the parameter `most`), in no order; or the newest that came in before `before`."""
    column = found.selected_columns[0]
    if newest:
        found = found.where(column < sa.bindparam("before", type_=sa.BigInteger)).order_by(column.desc())
    return found.limit(sa.bindparam("most", type_=sa.Integer))


def holds(query: str, *, here: bool) -> sa.ColumnElement[bool]:
    """The letters whose texts hold every word of the query, as a condition on Ticket, on SQLite (`here`) or PostgreSQL.

    Without a word none does.
    """
    if not match_query(query):
        return sa.false()
    words = fts5_query(query) if here else tsquery(query)
    return col(Ticket.id).in_(_ids(sa.bindparam("text", words, sa.String, unique=True), here=here))


_search_index = sa.table("search_index", sa.column("rowid", sa.BigInteger), sa.column("words", sa.Text))
_search_text = sa.table("search_text", sa.column("ticket_id", sa.BigInteger), sa.column("vector", TSVECTOR))

_PUT_HERE = sa.text(
    "INSERT INTO search_text (ticket_id, words) VALUES (:ticket_id, :words)"
    " ON CONFLICT (ticket_id) DO UPDATE SET words = excluded.words"
)
_PUT_THERE = sa.text(
    "INSERT INTO search_text (ticket_id, words, vector) VALUES (:ticket_id, :words, CAST(:vector AS tsvector))"
    " ON CONFLICT (ticket_id) DO UPDATE SET vector = excluded.vector"
)
_REMOVE = sa.text("DELETE FROM search_text WHERE ticket_id = :id")
_WORDS: sa.BindParameter[str] = sa.bindparam("words", type_=sa.String)
_staff_index = sa.table("staff_index", sa.column("rowid", sa.BigInteger), sa.column("words", sa.Text))
_staff_vector: sa.ColumnElement[object] = sa.literal_column("staff_text.vector")
_PUT_FOR_STAFF_HERE = sa.text(
    "INSERT INTO staff_text (id, ticket_id, of_kind, words) VALUES (:id, :ticket_id, :of_kind, :words)"
    " ON CONFLICT (id) DO UPDATE SET words = excluded.words"
)
_PUT_FOR_STAFF_THERE = sa.text(
    "INSERT INTO staff_text (id, ticket_id, of_kind, words, vector)"
    " VALUES (:id, :ticket_id, :of_kind, '', CAST(:vector AS tsvector))"
    " ON CONFLICT (id) DO UPDATE SET vector = excluded.vector"
)
_REMOVE_FOR_STAFF = sa.text("DELETE FROM staff_text WHERE id = :id")


def asked_there(query: str) -> sa.ColumnElement[object]:
    """The query for PostgreSQL, written into the statement: a plan made for any query would read every letter."""
    return _as_asked(sa.bindparam("tsquery", tsquery(query), sa.String, unique=True))


def _as_asked(words: sa.BindParameter[str]) -> sa.ColumnElement[object]:
    return sa.cast(words.render_literal_execute(), TSQUERY)


def _found(visible: sa.ColumnElement[bool], here: bool) -> sa.Select[Any]:
    """The ids that match, in no order. Sight is asked inside, row by row, so that no count gives anything away."""
    found = _ids(_WORDS, here=here)
    key = found.selected_columns[0]
    return found.where(sa.exists().where(col(Ticket.id) == key, visible))


def _ids(words: sa.BindParameter[str], *, here: bool) -> sa.Select[Any]:
    if here:
        return sa.select(_search_index.c.rowid.label("ticket_id")).where(_search_index.c.words.op("MATCH")(words))
    matches = _search_text.c.vector.op("@@")(_as_asked(words))
    return sa.select(_search_text.c.ticket_id).where(matches)


def _found_by_staff(visible: sa.ColumnElement[bool], named: sa.ColumnElement[bool], here: bool) -> sa.Select[Any]:
    """The ids whose notes match; whose names match, only where the name may be known."""
    seen = sa.exists().where(
        col(Ticket.id) == col(StaffText.ticket_id), visible, sa.or_(col(StaffText.of_kind) != NAME, named)
    )
    found: sa.Select[Any] = sa.select(col(StaffText.ticket_id)).where(seen)
    if here:
        index = _staff_index.c
        return found.where(col(StaffText.id) == index.rowid, index.words.op("MATCH")(_WORDS))
    return found.where(_staff_vector.op("@@")(_as_asked(_WORDS)))


def _runs(text: str) -> Iterator[str]:
    """The text's words before they are cut: runs of paired characters, and words between spaces."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    return (found.group() for found in _WORD.finditer(plain))


def _cut(run: str) -> list[str]:
    if _IS_PAIRED.match(run):
        return [run[at : at + 2] for at in range(len(run))]
    return [_stem(run)]


def _term(run: str) -> Term:
    if not _IS_PAIRED.match(run):
        return Term((_stem(run),))
    if len(run) == 1:
        return Term((run,), is_prefix=True)
    return Term(tuple(run[at : at + 2] for at in range(min(len(run) - 1, MOST_TERMS))))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """The stem of an English word; other words stay. The stemmer keeps the word in itself: one at a time."""
    if len(word) > LONGEST_WORD:
        return word[:LONGEST_WORD].replace("'", "")
    with _one_stems:
        stem: str = _IRREGULAR.get(word) or _english.stemWord(word)
    return stem.replace("'", "")


def vector(words: str, *, after: int = 0) -> str:
    """The words as a tsvector's literal, each with its position. No word holds a quote or a space."""
    return " ".join(f"'{word}':{at}" for at, word in enumerate(words.split(" "), after + 1) if word)

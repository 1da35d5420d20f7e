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
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from snowballstemmer import stemmer
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlmodel import Session, col

from mailbox_service.tickets.tables import Ticket

MOST_POSITIONS = 16_000  # tsvector counts no further than 16,383
LONGEST_WORD = 64
MOST_TERMS = 32  # of a query, and pairs of one run
NOTE, NAME = "note", "name"  # StaffText.of_kind

_PAIRED = "々〆〇ぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿가-힯ᄀ-ᇿ\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_PAIRED}]+|(?:(?![{_PAIRED}])[^\W_])+(?:'(?:(?![{_PAIRED}])[^\W_])+)*")
_IS_PAIRED = re.compile(rf"[{_PAIRED}]")
_english = stemmer("english")
_IRREGULAR = {"buses": "bus", "busses": "bus", "gases": "gas"}  # where the stemmer parts one from many
_one_stems = threading.Lock()
Condition = sa.ColumnElement[bool]


class Term(NamedTuple):
    """Words that stand side by side. A prefix is the one character of a shorter query."""

    words: tuple[str, ...]
    is_prefix: bool = False


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


def asked(query: str, *, here: bool) -> dict[str, object] | None:
    """What `find.matches` asks by for these words, on SQLite (`here`) or PostgreSQL; None when there is no word."""
    words = _asked(query, here)
    return {"words": words} if words else None


@lru_cache(maxsize=64)
def _asked(query: str, here: bool) -> str:
    return fts5_query(query) if here else tsquery(query)


def holds(query: str, *, here: bool) -> sa.ColumnElement[bool]:
    """The letters whose texts hold every word of the query, as a condition on Ticket, on SQLite (`here`) or PostgreSQL.

    Without a word none does.
    """
    if not match_query(query):
        return sa.false()
    words = fts5_query(query) if here else tsquery(query)
    return col(Ticket.id).in_(ids_of(sa.bindparam("text", words, sa.String, unique=True), here=here))


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
    return as_asked(sa.bindparam("tsquery", tsquery(query), sa.String, unique=True))


def as_asked(words: sa.BindParameter[str]) -> sa.ColumnElement[object]:
    """Words as PostgreSQL asks for them: written into the statement."""
    return sa.cast(words.render_literal_execute(), TSQUERY)


def ids_of(words: sa.BindParameter[str], *, here: bool) -> sa.Select[Any]:
    """The letters (`ticket_id`) whose texts match, on SQLite (`here`) or PostgreSQL."""
    if here:
        return sa.select(_search_index.c.rowid.label("ticket_id")).where(_search_index.c.words.op("MATCH")(words))
    matches = _search_text.c.vector.op("@@")(as_asked(words))
    return sa.select(_search_text.c.ticket_id).where(matches)


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


def vector(words: str) -> str:
    """The words as a tsvector's literal, each with its position. No word holds a quote or a space."""
    return " ".join(f"'{word}':{at}" for at, word in enumerate(words.split(" "), 1) if word)

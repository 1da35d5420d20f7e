"""The public search: published letters and guidance articles, in an index of their own that holds nothing else.

Words are cut as in `search`. `find` looks up what somebody asks for, newest first; `like` offers what shares
the rarer words of a letter that is being written. Both answer ids: titles and addresses are the caller's.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from mailbox_service.base.ids import new_id
from mailbox_service.tickets import search
from mailbox_service.tickets.tables import PublicText

LETTER, ARTICLE = "letter", "article"  # PublicText.of_kind
COUNTED = 1_000  # matches counted exactly; beyond it is "more than 1,000"

READ = 2_000  # characters of a letter being written that are looked at
ASKED = 128  # of its words, how many are looked up
RARE = 100  # texts a word may stand in and still say something
CHOSEN = 16  # rarest words that are compared
SHARED = 2  # words a text must share to be offered


class Hit(NamedTuple):
    """A text that was found. `id` is the key for the next page, `of_id` the Publication's or ArticleText's."""

    id: int
    of_kind: str
    of_id: int
    language: str


@dataclass(frozen=True, slots=True)
class Matches:
    """A page of hits, newest first. `count` is exact up to 1,000; None means more than 1,000."""

    hits: list[Hit]
    count: int | None


def put(session: Session, of_kind: str, of_id: int, language: str, *parts: str) -> None:
    """Make a public text found by these parts and by nothing else, whether it was before or not."""
    session.flush()
    words = search.index_text(*parts)
    connection = session.connection()
    facts = {"id": new_id(), "kind": of_kind, "of": of_id, "language": language}
    if connection.dialect.name == "sqlite":
        connection.execute(_PUT_HERE, {**facts, "words": words})
    else:
        connection.execute(_PUT_THERE, {**facts, "vector": search.vector(words)})


def remove(session: Session, of_kind: str, of_id: int) -> None:
    """Let a text be found by nothing any more."""
    session.connection().execute(_REMOVE, {"kind": of_kind, "of": of_id})


def find(
    session: Session,
    query: str,
    *,
    kinds: Sequence[str] | None = None,
    language: str | None = None,
    among: sa.ColumnElement[bool] | None = None,
    limit: int = 25,
    before_id: int | None = None,
) -> Matches:
    """The public texts with every word of the query. Nothing matches a query without a word.

    `among` is a further condition on PublicText, `before_id` the last `Hit.id` of the page before.
    """
    if not search.match_query(query):
        return Matches([], 0)
    found = _found(session, query)
    if kinds is not None:
        found = found.where(col(PublicText.of_kind).in_(kinds))
    if language is not None:
        found = found.where(col(PublicText.language) == language)
    if among is not None:
        found = found.where(among)
    some = _hits(session, found.limit(COUNTED + 1))
    if len(some) <= COUNTED:
        before = [hit for hit in some if before_id is None or hit.id < before_id]
        return Matches(sorted(before, reverse=True)[:limit], len(some))
    if before_id is not None:
        found = found.where(col(PublicText.id) < before_id)
    return Matches(_hits(session, found.order_by(col(PublicText.id).desc()).limit(limit)), None)


def like(session: Session, text: str, *, lang: str, limit: int = 3, shared: int = SHARED) -> list[Hit]:
    """What fits a letter that is being written in that language, what fits best first.

    A shared word weighs the more, the fewer public texts hold it (log(all/with it)); words of more than 100
    texts weigh nothing, and at least `shared` words must be the same. Only the beginning of the letter is looked at,
    so a long one costs no more.
    """
    words = list(dict.fromkeys(w for w in search.index_text(text[:READ]).split() if len(w) > 1))[:ASKED]
    if not words:
        return []
    total = session.connection().execute(_COUNT_ALL, {"most": COUNTED}).scalar_one()
    said = min(RARE, max(total / 2, 1))
    counts = {word: n for word, n in _by_word(session, words, _HOW_MANY) if 0 < n <= said}
    rarest = sorted(counts, key=counts.__getitem__)[:CHOSEN]
    weights, common = defaultdict[int, float](float), defaultdict[int, int](int)
    for word, id_ in _by_word(session, rarest, _WHICH):
        weights[id_] += math.log(max(total, 2) / counts[word])
        common[id_] += 1
    return _best(session, {id_: weight for id_, weight in weights.items() if common[id_] >= shared}, lang, limit)


def _best(session: Session, weights: dict[int, float], lang: str, limit: int) -> list[Hit]:
    """The heaviest of them, and of these only what is at least half as heavy as the first."""
    if not weights:
        return []
    heaviest = sorted(weights, key=lambda id_: (-weights[id_], -id_))[: 4 * limit]
    hits = _hits(session, _PLAIN.where(col(PublicText.id).in_(heaviest), col(PublicText.language) == lang))
    hits.sort(key=lambda hit: (-weights[hit.id], -hit.id))
    return [hit for hit in hits if weights[hit.id] * 2 >= weights[hits[0].id]][:limit]


# --- Two dialects ----------------------------------------------------------------------------

_PLAIN = sa.select(col(PublicText.id), col(PublicText.of_kind), col(PublicText.of_id), col(PublicText.language))
_public_index = sa.table("public_index", sa.column("rowid", sa.BigInteger), sa.column("words", sa.Text))
_vector: sa.ColumnElement[Any] = sa.literal_column("public_text.vector")

_PUT_HERE = sa.text(
    "INSERT INTO public_text (id, of_kind, of_id, language, words) VALUES (:id, :kind, :of, :language, :words)"
    " ON CONFLICT (of_kind, of_id) DO UPDATE SET language = excluded.language, words = excluded.words"
)
_PUT_THERE = sa.text(
    "INSERT INTO public_text (id, of_kind, of_id, language, words, vector)"
    " VALUES (:id, :kind, :of, :language, '', CAST(:vector AS tsvector))"
    " ON CONFLICT (of_kind, of_id) DO UPDATE SET language = excluded.language, vector = excluded.vector"
)
_REMOVE = sa.text("DELETE FROM public_text WHERE of_kind = :kind AND of_id = :of")
_COUNT_ALL = sa.text("SELECT count(*) FROM (SELECT 1 FROM public_text LIMIT :most) AS few")

# By dialect. Each takes `words`, and answers rows of a word and a number.
_HOW_MANY = {
    "sqlite": sa.text(
        "SELECT asked.value, (SELECT count(*) FROM"
        " (SELECT 1 FROM public_index WHERE words MATCH asked.value LIMIT 101)) FROM json_each(:words) AS asked"
    ),
    "postgresql": sa.text(
        "SELECT word, (SELECT count(*) FROM (SELECT 1 FROM public_text WHERE vector @@ CAST(word AS tsquery)"
        " LIMIT 101) AS few) FROM json_array_elements_text(CAST(:words AS json)) AS asked(word)"
    ),
}
_WHICH = {
    "sqlite": sa.text(
        "SELECT asked.value, found.rowid FROM json_each(:words) AS asked"
        " CROSS JOIN public_index AS found ON found.words MATCH asked.value"
    ),
    "postgresql": sa.text(
        "SELECT word, found.id FROM json_array_elements_text(CAST(:words AS json)) AS asked(word)"
        " JOIN public_text AS found ON found.vector @@ CAST(word AS tsquery)"
    ),
}


def _found(session: Session, query: str) -> sa.Select[int, str, int, str]:
    """The public texts that match, in no order."""
    if session.connection().dialect.name == "sqlite":
        index = _public_index.c
        return _PLAIN.where(col(PublicText.id) == index.rowid, index.words.op("MATCH")(search.fts5_query(query)))
    return _PLAIN.where(_vector.op("@@")(search.asked_there(query)))


def _hits(session: Session, found: sa.Select[int, str, int, str]) -> list[Hit]:
    return [Hit(*row) for row in session.connection().execute(found)]


def _by_word(session: Session, words: Iterable[str], ask: dict[str, sa.TextClause]) -> list[tuple[str, int]]:
    """What the database says of each word. A word holds neither quote nor space, so it can't be more than a word."""
    connection = session.connection()
    mark = '"' if connection.dialect.name == "sqlite" else "'"
    asked = json.dumps([f"{mark}{word}{mark}" for word in words])
    return [(row[0].strip(mark), row[1]) for row in connection.execute(ask[connection.dialect.name], {"words": asked})]

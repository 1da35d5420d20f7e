"""The words a letter is found by. The full-text index beside them exists in migrations only.

What a migration adds to the table stands in `SQLITE_INDEX` and `POSTGRESQL_INDEX`, statement by statement.
"""

import sqlalchemy as sa
from sqlmodel import Field

from mailbox_service.base.columns import ROW_ID, Row, key, ref

SQLITE_INDEX = (
    # ascii: of what `tickets.search` stores, only spaces part words. Without column sizes: nothing is ranked.
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='search_text', content_rowid='ticket_id',"
    " prefix='1', columnsize=0, tokenize='ascii')",
    "INSERT INTO search_index(search_index, rank) VALUES ('automerge', 8)",  # a fifth less work per letter than 4
    "INSERT INTO search_index(search_index, rank) VALUES ('crisismerge', 1000)",  # `base/pieces.py` says why
    "CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN"
    " INSERT INTO search_index(rowid, words) VALUES (new.ticket_id, new.words); END",
    "CREATE TRIGGER search_text_changed AFTER UPDATE ON search_text BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.ticket_id, old.words);"
    " INSERT INTO search_index(rowid, words) VALUES (new.ticket_id, new.words); END",
    "CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN"
    " INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', old.ticket_id, old.words); END",
)
POSTGRESQL_INDEX = (
    "ALTER TABLE search_text ADD COLUMN vector tsvector NOT NULL",
    "CREATE INDEX ix_search_text_vector ON search_text USING gin (vector)",  # every staff search
)


PUBLIC_SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE public_index USING fts5(words, content='public_text', content_rowid='id',"
    " prefix='1', columnsize=0, tokenize='ascii')",
    "INSERT INTO public_index(public_index, rank) VALUES ('crisismerge', 1000)",
    "CREATE TRIGGER public_text_added AFTER INSERT ON public_text BEGIN"
    " INSERT INTO public_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER public_text_changed AFTER UPDATE ON public_text BEGIN"
    " INSERT INTO public_index(public_index, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO public_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER public_text_removed AFTER DELETE ON public_text BEGIN"
    " INSERT INTO public_index(public_index, rowid, words) VALUES ('delete', old.id, old.words); END",
)
PUBLIC_POSTGRESQL_INDEX = (
    "ALTER TABLE public_text ADD COLUMN vector tsvector NOT NULL",
    "CREATE INDEX ix_public_text_vector ON public_text USING gin (vector)",  # the public search
)


STAFF_SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE staff_index USING fts5(words, content='staff_text', content_rowid='id',"
    " prefix='1', columnsize=0, tokenize='ascii')",
    "INSERT INTO staff_index(staff_index, rank) VALUES ('crisismerge', 1000)",
    "CREATE TRIGGER staff_text_added AFTER INSERT ON staff_text BEGIN"
    " INSERT INTO staff_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER staff_text_changed AFTER UPDATE ON staff_text BEGIN"
    " INSERT INTO staff_index(staff_index, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO staff_index(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER staff_text_removed AFTER DELETE ON staff_text BEGIN"
    " INSERT INTO staff_index(staff_index, rowid, words) VALUES ('delete', old.id, old.words); END",
)
STAFF_POSTGRESQL_INDEX = (
    "ALTER TABLE staff_text ADD COLUMN vector tsvector NOT NULL",
    "CREATE INDEX ix_staff_text_vector ON staff_text USING gin (vector)",  # every staff search
)


class SearchText(Row, table=True):
    """A letter's words in the order they stand in. Empty on PostgreSQL, where `vector` holds them."""

    __tablename__ = "search_text"

    ticket_id: int = ref("ticket.id", primary=True)
    words: str


class StaffText(Row, table=True):
    """What only staff find a letter by: a note's words, the writer's name. `words` as in SearchText.

    `of_kind` is "note" or "name", `id` the note's or, of a name, the ticket's: ids are never given twice.
    """

    __tablename__ = "staff_text"

    id: int = key()
    ticket_id: int = ref("ticket.id", index=True)
    of_kind: str = Field(max_length=10)
    words: str


class PublicText(Row, table=True):
    """The words a published letter or a guidance article is found by. Only what is public now has a row.

    `of_kind` is "letter" or "article", `of_id` the Publication's or ArticleText's id. `words` as in SearchText.
    """

    __tablename__ = "public_text"
    __table_args__ = (sa.UniqueConstraint("of_kind", "of_id"),)

    id: int = key()
    of_kind: str = Field(max_length=10)
    of_id: int = Field(sa_type=ROW_ID)
    language: str = Field(max_length=8)
    words: str

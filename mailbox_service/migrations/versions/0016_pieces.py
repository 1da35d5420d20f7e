"""SQLite's full-text indexes put up with many pieces: no letter has to wait until they are brought together."""

from __future__ import annotations

from alembic import op

revision = "0016_pieces"
down_revision = "0015_what_waits"
branch_labels = None
depends_on = None

INDEXES = ("search_index", "public_index", "staff_index")
MOST, USUALLY = 1_000, 16


def upgrade() -> None:
    """A job brings them together in small steps (`base/pieces.py`)."""
    _put_up_with(MOST)


def downgrade() -> None:
    """FTS5's own limit."""
    _put_up_with(USUALLY)


def _put_up_with(pieces: int) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for index in INDEXES:
            op.execute(f"INSERT INTO {index}({index}, rank) VALUES ('crisismerge', {pieces})")

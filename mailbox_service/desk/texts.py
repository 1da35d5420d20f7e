"""The columns of what staff keep around a letter that hold text. Without it the rows are worth nothing."""

from __future__ import annotations

from mailbox_service.base.texts import Texts
from mailbox_service.desk import tables  # noqa: F401 - the rows named here

TEXTS = (
    Texts("draft", ("text", "own_text"), rows_go=True),
    Texts("note", ("text",), rows_go=True),
    Texts("tag", ("word",), rows_go=True),
)

"""The columns of a letter's own rows that hold what somebody wrote or who they are (DOMAIN §6).

`FILES` are taken after the bytes have gone from the disk: until then the row says where they lie.
"""

from __future__ import annotations

from mailbox_service.base.texts import Texts

TEXTS = (
    Texts("ticket", ("subject",), of="id"),
    Texts("citizen", ("name", "email", "phone")),
    Texts("message", ("text",)),
    Texts("translation", ("text",)),
    Texts("reply", ("text", "own_text")),
    Texts("approval", ("remark",)),
    Texts("contribution", ("question", "text", "waiver")),
    Texts("proposal", ("reason", "remark", "details")),
    Texts("rating", ("reason",)),
    Texts("publication", ("subject", "letter", "reply")),
    Texts("attachment", ("name",)),
    Texts("search_text", ("words",), rows_go=True),
    Texts("public_text", ("words",), of="of_id", through="publication", only=("of_kind", "letter"), rows_go=True),
)
FILES = Texts("attachment", ("stored", "sha256"))
